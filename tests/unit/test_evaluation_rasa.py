"""The baseline of Rasa's default pipeline: its training data, its answers, its cache."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import yaml

from bot.answering.answer import AnswerKind
from bot.errors import DataError, ModelError
from bot.evaluation import rasa_default
from bot.evaluation.rasa_data import training_data
from bot.evaluation.rasa_default import Prediction, Predictions, RasaDefault
from bot.glossary.entry import Entry, EntryText
from bot.glossary.glossary import Glossary
from bot.glossary.names import Names
from bot.glossary.section import Section, SectionKind
from bot.glossary.span import Span
from bot.glossary.term import Status, Term

K = AnswerKind
TERM = re.compile(r"\[([^\]]+)\]\(term\)")


def entry(concept: str, english: str, german: str) -> Entry:
    definition = Section(SectionKind.DEFINITION, "", f"It is {english}.", Span("x.md", 1, 0, 5))
    how = Section(SectionKind.HOW, "How", "Like that.", Span("x.md", 3, 9, 5))
    terms = (
        Term(english, "en", Status.PREFERRED),
        Term(german, "de", Status.PREFERRED),
    )
    return Entry(concept, terms, {"en": EntryText(definition, (how,))})


GLOSSARY = Glossary(
    [
        entry("mail", "Mail", "Post"),
        entry("radio", "Radio", "Funk"),
        entry("fax", "Fax", "Fernkopie"),
    ],
    version="g1",
)


def language(text: str) -> str:
    return "de" if text.startswith("was") else "en"


def write(folder: Path, **examples: Sequence[str]) -> Path:
    for intent, lines in examples.items():
        listed = "".join(f"- {line}\n" for line in lines)
        nlu = {"version": "3.1", "nlu": [{"intent": intent, "examples": listed}]}
        (folder / f"{intent}.yml").write_text(yaml.safe_dump(nlu), encoding="utf-8")
    return folder


# ---- training data


def parsed(text: str) -> dict[str, list[str]]:
    items = yaml.safe_load(text)["nlu"]
    return {
        item.get("intent", "lookup"): [line[2:] for line in item["examples"].splitlines()]
        for item in items
    }


def test_each_placeholder_becomes_an_annotated_term_in_the_language(tmp_path: Path) -> None:
    nlu = write(
        tmp_path,
        define=["what is <term>", "was ist <term>", "define <term>", "explain <term>"],
        compare=["<term> or <term>"],
        greet=["hi"],
    )
    text, count = training_data(nlu, GLOSSARY, language)
    found = parsed(text)
    assert count == 6
    assert found["greet"] == ["hi"]
    assert found["lookup"] == sorted(["Mail", "Post", "Radio", "Funk", "Fax", "Fernkopie"])
    assert len(TERM.findall(found["compare"][0])) == 2
    (german,) = TERM.findall(found["define"][1])
    assert german.lower() in {"post", "funk", "fernkopie"}
    assert "<term>" not in text


def test_every_term_is_used_before_any_is_used_again(tmp_path: Path) -> None:
    nlu = write(tmp_path, define=["what is <term>"] * 6)
    text, _ = training_data(nlu, GLOSSARY, language)
    used = [term.lower() for line in parsed(text)["define"] for term in TERM.findall(line)]
    assert sorted(used) == sorted(["mail", "radio", "fax"] * 2)
    assert (text, 6) == training_data(nlu, GLOSSARY, language)


@pytest.mark.parametrize("content", ["nlu: [", "version: 3", "nlu: [{intent: x}]", "- a list"])
def test_training_data_of_another_form_is_refused_by_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "odd.yml").write_text(content)
    with pytest.raises(DataError, match=r"odd\.yml"):
        training_data(tmp_path, GLOSSARY, language)


def test_no_training_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no \*\.yml files"):
        training_data(tmp_path, GLOSSARY, language)


# ---- from predictions to answers

RASA = RasaDefault(GLOSSARY, Names(GLOSSARY), language)


@pytest.mark.parametrize(
    ("intent", "terms", "kind", "concepts", "sections"),
    [
        ("define", ["mail"], K.ANSWER, ["mail"], ["definition"]),
        ("ask_how", ["Funk"], K.ANSWER, ["radio"], ["definition", "how"]),
        ("define", ["mail", "radio"], K.ANSWER, ["mail"], ["definition"]),
        ("compare", ["mail", "radio", "e-mail"], K.ANSWER, ["mail", "radio"], ["definition"] * 2),
        ("define", ["pigeon"], K.DECLINE, [], []),
        ("define", [], K.DECLINE, [], []),
        ("out_of_scope", ["mail"], K.DECLINE, [], []),
        ("nlu_fallback", ["mail"], K.DECLINE, [], []),
        ("", [], K.DECLINE, [], []),
        ("greet", [], K.SMALLTALK, [], []),
        ("ask_human", [], K.HANDOFF, [], []),
    ],
)
def test_a_prediction_becomes_an_answer(
    intent: str, terms: list[str], kind: AnswerKind, concepts: list[str], sections: list[str]
) -> None:
    said = RASA.answer("a question", Prediction(intent, 0.7, tuple(terms)))
    assert said.kind is kind
    assert [ref.id for ref in said.concepts] == concepts
    assert [citation.kind.value for citation in said.citations] == sections
    assert said.confidence == 0.7


def test_what_rasa_says_is_told_from_what_it_parsed() -> None:
    replies = [{"text": "a } b"}, {"text": "{", "deep": {"x": []}}]
    said = "NLU model loaded.\nNext message:\n".join(
        ["", *(json.dumps(reply, indent=2) + "\n" for reply in replies)]
    )
    assert rasa_default._objects(said) == replies


# ---- the cache, with a stand-in for Rasa's commands

STAND_IN = '''
"""Trains nothing, takes every question for a definition; may fail."""
import json, pathlib, sys
with open(pathlib.Path(__file__).with_name("calls"), "a") as calls:
    calls.write(" ".join(sys.argv[1:3]) + "\\n")
if sys.argv[1] == "train":
    if "fail" in pathlib.Path("nlu.yml").read_text():
        sys.exit("this cannot be trained")
    pathlib.Path("model.tar.gz").write_bytes(b"a model")
else:
    for line in sys.stdin.read().split("\\n"):
        if line == "skip":
            continue
        if line == "crash":
            print(line)
            sys.exit("gone")
        intent = {"name": "define", "confidence": 0.75}
        terms = [{"entity": "term", "value": line.split()[-1]}, {"entity": "other", "value": "x"}]
        print("Next message:")
        print(json.dumps({"text": line, "intent": intent, "entities": terms}, indent=2))
'''
Told = list[str]
Calls = Callable[[], list[str]]


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Put a stand-in where Rasa is and return what it was called for so far."""
    package = tmp_path / "stand-in" / "rasa"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(STAND_IN)
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    log = package / "calls"
    return lambda: log.read_text().splitlines() if log.exists() else []


def test_it_trains_once_and_asks_only_what_is_new(tmp_path: Path, calls: Calls) -> None:
    told: Told = []
    folder = tmp_path / "baselines"
    first = Predictions(folder, "data", 3).of(["what is\n mail", "ä fax"], told.append)
    assert first == [Prediction("define", 0.75, ("mail",)), Prediction("define", 0.75, ("fax",))]
    assert calls() == ["train nlu", "shell nlu"]
    again = Predictions(folder, "data", 3)
    assert again.of(["ä fax", "what is mail"], told.append) == first[::-1]
    assert calls() == ["train nlu", "shell nlu"]
    again.of(["ä fax", "more"], told.append)
    assert calls() == ["train nlu", "shell nlu", "shell nlu"]
    assert [text.split()[0] for text in told] == ["training", "asking", "asking"]
    assert "once" in told[0]
    assert told[2].endswith("1 questions")
    assert (
        f"{rasa_default.EPOCHS} epochs instead of 100, to save time, in 0 s on 3 questions"
        in again.remark
    )
    assert sorted(path.suffix for path in folder.iterdir()) == [".gz", ".json"]


def test_other_training_data_is_trained_anew(tmp_path: Path, calls: Calls) -> None:
    for data in ("one", "two"):
        Predictions(tmp_path / "baselines", data, 1).of(["x"], lambda _: None)
    assert calls() == ["train nlu", "shell nlu"] * 2
    assert len(list((tmp_path / "baselines").glob("*.tar.gz"))) == 1
    Predictions(tmp_path / "baselines", "one", 1).of(["x"], lambda _: None)
    assert len(calls()) == 4


def test_a_damaged_cache_is_made_again(tmp_path: Path, calls: Calls) -> None:
    kept = Predictions(tmp_path / "baselines", "data", 1)
    kept.of(["x"], lambda _: None)
    (cache,) = (tmp_path / "baselines").glob("*.json")
    cache.write_text("{")
    assert kept.of(["x"], lambda _: None) == [Prediction("define", 0.75, ("x",))]
    assert calls() == ["train nlu", "shell nlu", "shell nlu"]


def test_what_rasa_complains_about_is_shown(tmp_path: Path, calls: Calls) -> None:
    with pytest.raises(ModelError, match="this cannot be trained"):
        Predictions(tmp_path / "baselines", "fail", 1).of(["x"], lambda _: None)
    assert calls() == ["train nlu"]
    assert not list((tmp_path / "baselines").iterdir())


@pytest.mark.parametrize("word", ["skip", "crash"])
def test_an_error_shows_no_question(tmp_path: Path, calls: Calls, word: str) -> None:
    with pytest.raises(ModelError) as caught:
        Predictions(tmp_path / "baselines", "data", 1).of(["a secret", word], lambda _: None)
    assert "secret" not in str(caught.value)
    assert calls() == ["train nlu", "shell nlu"]


@pytest.mark.slow
def test_rasa_itself_trains_and_answers(tmp_path: Path) -> None:
    greetings = ["hi", "hello", "hey there", "good morning", "good evening", "hello there"]
    asked = [
        f"{start} <term>" for start in ("what is", "define", "explain", "what's a", "meaning of")
    ]
    write(tmp_path, greet=greetings, define=asked * 2)
    text, _ = training_data(tmp_path, GLOSSARY, language)
    (tmp_path / "nlu.yml").write_text(text)
    (tmp_path / "questions.json").write_text(
        json.dumps(["hello", "what is\nmail", "", "define fax"])
    )
    rasa_default.main(tmp_path)
    found = json.loads((tmp_path / "predictions.json").read_text())
    assert [prediction["intent"] for prediction in found[:2]] == ["greet", "define"]
    assert found[1]["terms"] == ["mail"]
    assert len(found) == 4
