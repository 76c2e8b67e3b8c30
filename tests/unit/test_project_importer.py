"""The project's files mean the same, read by our importer or by Rasa's own."""

from pathlib import Path

import pytest
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.project_importer import ProjectImporter

CONFIG = "recipe: default.v1\nlanguage: en\nassistant_id: x\npipeline: []\npolicies: []\n"
DOMAIN = "version: '3.1'\nintents: [ask, greet]\nactions: [action_answer]\n"
RULES = "version: '3.1'\nrules:\n- rule: r\n  steps: [{intent: ask}, {action: action_answer}]\n"
NLU = """\
version: "3.1"
nlu:
- intent: ask
  examples: |
    - what is <term>?
    -   was heißt <term>, bitte
    - what is [RCS](term) and [IM]{"entity": "term", "value": "instant messaging"}
    - what is <term>?
- synonym: hi
  examples: |
    - hello
- regex: number
  examples: |
    - [0-9]+
- lookup: city
  examples: |
    - Berlin
- intent: greet
  examples: |
    - hello there
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in {
        "config.yml": CONFIG, "domain/domain.yml": DOMAIN, "data/nlu/a.yml": NLU,
        "data/nlu/deep/b.yml": NLU.replace("there", "again"), "data/rules/rules.yml": RULES,
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def rasas(project: Path) -> TrainingDataImporter:
    return TrainingDataImporter.load_from_config(
        str(project / "config.yml"), str(project / "domain"),
        [str(project / "data" / part) for part in ("nlu", "rules")],
    )  # fmt: skip


def examples(data: TrainingData) -> list[dict[str, object]]:
    return [example.data for example in data.intent_examples if example.get(TEXT)]


def test_questions_rules_and_domain_are_those_that_rasa_reads(project: Path) -> None:
    mine, theirs = ProjectImporter(project), rasas(project)
    ours, its = mine.get_nlu_data(), theirs.get_nlu_data()
    assert len(examples(ours)) == 5
    assert examples(ours) == examples(its)
    assert ours.entity_synonyms == its.entity_synonyms
    assert ours.regex_features == its.regex_features
    assert ours.lookup_tables == its.lookup_tables
    assert mine.get_domain().fingerprint() == theirs.get_domain().fingerprint()
    assert mine.get_stories().fingerprint() == theirs.get_stories().fingerprint()
    assert mine.get_config() == theirs.get_config()


def test_each_file_is_read_once(project: Path) -> None:
    importer = ProjectImporter(project)
    first = importer.get_nlu_data(), importer.get_domain(), importer.get_stories()
    for path in project.rglob("*.yml"):
        path.unlink()
    again = importer.get_nlu_data("en"), importer.get_domain(), importer.get_stories()
    assert all(one is other for one, other in zip(first, again, strict=True))
