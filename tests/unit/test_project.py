"""The project's own YAML files: each name that a file uses must be one that the domain lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import Code, DataError
from bot.formats.project import RASA_ACTIONS, RASA_INTENTS, check_project
from bot.settings import PROJECT

FILES = {
    "config.yml": "language: en\npipeline:\n- name: a\npolicies:\n- name: b\n",
    "domain/intents.yml": "intents:\n- ask\n- tell: {use_entities: []}\n",
    "domain/more.yml": (
        "actions: [action_a, action_b: {send_domain: true}]\nslots: {memory: {type: any}}\n"
        "responses: {utter_x: [{text: x}]}\nforms: {form_f: {}}\nentities: [term]\n"
    ),
    "data/nlu/ask.yml": "nlu:\n- intent: ask\n  examples: |\n    - what\n",
    "data/nlu/more.yml": (
        "nlu:\n- intent: ask/faq\n  examples: [why]\n- synonym: x\n  examples: |\n    - y\n"
    ),
    "data/rules/rules.yml": """\
version: "3.1"
rules:
- rule: one
  condition:
  - slot_was_set:
    - memory: true
    - memory
  - active_loop: null
  steps:
  - or:
    - intent: ask
    - intent: tell
  - action: action_a
  - action: action_b
  - action: utter_x
  - action: form_f
  - active_loop: form_f
  - action: action_listen
""",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def refused(project: Path, name: str, content: bytes | str) -> DataError:
    data = content.encode() if isinstance(content, str) else content
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).write_bytes(data)
    with pytest.raises(DataError) as caught:
        check_project(project)
    return caught.value


def test_the_project_as_it_is_passes() -> None:
    check_project(PROJECT)


def test_all_that_rasa_knows_passes(project: Path) -> None:
    check_project(project)


@pytest.mark.slow
def test_what_rasa_knows_by_itself_is_listed_in_full() -> None:
    from rasa.shared.core.constants import DEFAULT_ACTION_NAMES, DEFAULT_INTENTS

    assert set(DEFAULT_ACTION_NAMES) == RASA_ACTIONS
    assert set(DEFAULT_INTENTS) == RASA_INTENTS


RULE = "rules:\n- rule: x\n  steps:\n  - "


@pytest.mark.parametrize(
    ("name", "text", "line", "parts"),
    [
        ("data/rules/x.yml", RULE + "intent: aks\n", 4, ("intent 'aks'", "Expected 'ask'")),
        ("data/rules/x.yml", RULE + "or: [{intent: zz}]\n", 4, ("'zz'", "one of", "ask, ")),
        ("data/rules/x.yml", RULE + "action: action_aa\n", 4, ("action 'action_aa'",)),
        ("data/rules/x.yml", RULE + "action: utter_y\n", 4, ("'utter_y'", "'utter_x'")),
        ("data/rules/x.yml", RULE + "action: 5\n", 4, ("action 5",)),
        ("data/rules/x.yml", RULE + "slot_was_set: [memroy: 1]\n", 4, ("slot 'memroy'",)),
        ("data/rules/x.yml", RULE + "slot_was_set: {memroy: 1}\n", 4, ("slot 'memroy'",)),
        ("data/rules/x.yml", RULE + "active_loop: form_g\n", 4, ("form 'form_g'", "form_f")),
        ("data/rules/x.yml", RULE + "intnet: ask\n", 4, ("step 'intnet'", "'intent'")),
        ("data/rules/x.yml", RULE + "ask\n", 4, ("the step is 'ask'",)),
        ("data/rules/x.yml", "rules:\n- rule: x\n", 2, ("steps",)),
        ("data/rules/x.yml", "rules:\n  rule: x\n", 1, ("a list",)),
        ("data/rules/x.yml", "a: 1\nrule:\n- rule: x\n", 1, ("key 'a'",)),
        ("data/rules/x.yml", "version: '3.1'\nrule: []\n", 2, ("key 'rule'", "'rules'")),
        ("data/nlu/x.yml", "nlu:\n- intent: aks\n  examples: [x]\n", 2, ("intent 'aks'", "'ask'")),
        ("data/nlu/x.yml", "nlu:\n- intent: ask\n", 2, ("examples",)),
        ("data/nlu/x.yml", "nlu:\n- intent: ask\n  examples: 5\n", 3, ("examples",)),
        ("data/nlu/x.yml", "nlu:\n- examples: [x]\n", 2, ("intent:",)),
        ("data/nlu/x.yml", "nlu:\n- 5\n", 2, ("5",)),
        ("data/nlu/x.yml", "nul: []\n", 1, ("'nul'", "'nlu'")),
        ("domain/x.yml", "intent: [a]\n", 1, ("'intent'", "'intents'")),
        ("domain/x.yml", "intents: [b, ask]\n", 1, ("'ask'", "intents.yml:2", "once")),
        ("domain/x.yml", "actions:\n- q\n- q\n", 3, ("'q'", "x.yml:2")),
        ("domain/x.yml", "slots:\n- q\n", 1, ("slots", "keys with values")),
        ("domain/x.yml", "intents: {q: 1}\n", 1, ("intents", "a list")),
        ("domain/x.yml", "intents: [5]\n", 1, ("5", "a name")),
        ("domain/x.yml", "actions:\n- {a: 1, b: 2}\n", 2, ("'a'", "a name")),
        ("domain/x.yml", "slots: {a: {type: any}}\nslots: {}\n", 2, ("'slots'", "twice")),
        ("domain/x.yml", "intents: {\n", 2, ("YAML",)),
        ("domain/x.yml", "", 1, ("None", "keys with values")),
        ("domain/x.yml", b"version: x\nintents: [\xe4]\n", 2, ("byte 21", "UTF-8")),
        ("config.yml", "pipelin: []\n", 1, ("'pipelin'", "'pipeline'")),
        ("config.yml", "language: en\npolicies: []\n", 1, ("pipeline",)),
        ("config.yml", "pipeline: [{name: a}]\npolicies: []\n", 2, ("policies",)),
        ("config.yml", "pipeline: [a]\n", 1, ("'a'", "- name:")),
        ("config.yml", "pipeline: 5\n", 1, ("pipeline is 5", "a list")),
    ],
)  # fmt: skip
def test_what_rasa_would_pass_over_is_told_with_file_and_line(
    project: Path, name: str, text: bytes | str, line: int, parts: tuple[str, ...]
) -> None:
    message = str(refused(project, name, text))
    assert message.startswith(f"[D001] {name}:{line}: ")
    for part in parts:
        assert part in message
    assert len(message.splitlines()) == 1


def test_a_file_that_is_a_folder_is_told(project: Path) -> None:
    (project / "domain" / "z.yml").mkdir()
    with pytest.raises(DataError) as caught:
        check_project(project)
    assert caught.value.code is Code.D002
    assert "domain/z.yml" in str(caught.value)


def test_a_missing_configuration_is_told(project: Path) -> None:
    (project / "config.yml").unlink()
    with pytest.raises(DataError, match=r"config\.yml: cannot be read"):
        check_project(project)
