"""The evaluation counts rightly, compares fairly and never shows a test question."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from bot.answering.answer import Answer, AnswerKind, Citation, ConceptRef
from bot.answering.question import QuestionType
from bot.errors import DataError
from bot.evaluation import EvaluationResult, run, runner, write_report
from bot.evaluation.confidence import risk_coverage
from bot.evaluation.confusion import confusion
from bot.evaluation.contender import Contender
from bot.evaluation.document import Block, Bullets, Heading, Paragraph, Picture, Table
from bot.evaluation.document import to_html as html_of
from bot.evaluation.document import to_markdown as markdown_of
from bot.evaluation.duel import duel
from bot.evaluation.examples import Example, Expectation, read_examples
from bot.evaluation.name_lookup import NameLookup
from bot.evaluation.plots import comparison_plot, confusion_plot, risk_plot
from bot.evaluation.rasa_default import Predictions
from bot.evaluation.replies import Replies
from bot.evaluation.scoring import Outcome, interval, judge
from bot.evaluation.target import Target, targets
from bot.glossary.entry import Entry, EntryText
from bot.glossary.glossary import Glossary
from bot.glossary.names import Names
from bot.glossary.section import Section, SectionKind
from bot.glossary.span import Span
from bot.glossary.term import Status, Term
from bot.settings import Settings

K = AnswerKind
PNG = b"\x89PNG"


def section(concept: str, kind: SectionKind) -> Section:
    return Section(kind, kind.value, f"{kind.value} of {concept}", Span(f"{concept}.md", 1, 0, 5))


def entry(
    concept: str, english: Sequence[str], german: Sequence[str], *kinds: SectionKind
) -> Entry:
    terms = [
        Term(text, code, Status.PREFERRED if number == 0 else Status.ADMITTED)
        for code, texts in (("en", english), ("de", german))
        for number, text in enumerate(texts)
    ]
    text = EntryText(
        section(concept, SectionKind.DEFINITION), tuple(section(concept, k) for k in kinds)
    )
    return Entry(concept, tuple(terms), {"en": text, "de": text})


GLOSSARY = Glossary(
    [
        entry("mail", ["mail"], ["Post"], SectionKind.HOW),
        entry("direct-mail", ["direct mail", "DM"], ["Direktwerbung"], SectionKind.COST),
        entry("message", ["direct message", "DM"], ["Direktnachricht"]),
        entry("im", ["instant messaging", "IM"], ["Sofortnachricht"]),
    ],
    version="g1",
)
NAMES = Names(GLOSSARY)


def english(_text: str) -> str:
    return "en"


def example(
    kind: str = "define", text: str = "a question", language: str = "en", **expect: Any
) -> Example:
    wanted = {"kinds": frozenset({K.ANSWER}), **expect}
    return Example(text, language, kind, Expectation(**wanted), "en-define.yml#1")


def answer(
    kind: AnswerKind = K.ANSWER,
    concepts: Sequence[str] = (),
    sections: Sequence[SectionKind] = (),
    confidence: float = 1.0,
    **more: Any,
) -> Answer:
    cited = tuple(
        Citation(n, "x", s, "", Span("x.md", 1, 0, 1), "g1") for n, s in enumerate(sections, 1)
    )
    refs = tuple(ConceptRef(c, c) for c in concepts)
    return Answer(kind, "define", "en", "", refs, cited, confidence=confidence, **more)


def outcome(right: bool, kind: str = "define", confidence: float = 1.0, **more: Any) -> Outcome:
    how = more.pop("how", K.ANSWER)
    return Outcome(example(kind, **more), answer(how, confidence=confidence), right)


def result(**parts: Sequence[Outcome]) -> EvaluationResult:
    given_parts = {name: tuple(part) for name, part in parts.items()}
    everything = tuple(o for part in given_parts.values() for o in part)
    flipped = tuple(Outcome(o.example, o.answer, not o.right) for o in everything)
    return EvaluationResult(
        split="all",
        parts=given_parts,
        baselines=(Contender("the opposite", flipped, "does it the other way round"),),
        calibration={"named": {"questions": 3, "bound": 0.03, "curve": [[0.5, 0.0], [1.0, 0.1]]}},
        glossary_version="g1",
        index_version="i1",
    )


# ---- questions


def write(folder: Path, name: str, items: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(yaml.safe_dump(items), encoding="utf-8")
    return folder


def item(text: str, kind: str = "define", **expect: object) -> dict[str, object]:
    return {"text": text, "lang": "en", "kind": kind, "expect": {"kind": "answer", **expect}}


def test_questions_are_read_with_what_is_expected(tmp_path: Path) -> None:
    asked = item("who", also=["clarify"], any_of=["mail"], sections=["how"], missing=["cost"])
    (found,) = read_examples(write(tmp_path, "en-define.yml", [asked]))
    assert found.expect == Expectation(
        kinds=frozenset({K.ANSWER, K.CLARIFY}),
        any_of=frozenset({"mail"}),
        sections=frozenset({SectionKind.HOW}),
        missing=frozenset({SectionKind.COST}),
    )
    assert found.source == "en-define.yml#1"


@pytest.mark.parametrize(
    "items",
    [
        {"not": "a list"},
        [{"text": "no more"}],
        [item("x", sections=["no such section"])],
        [item("x", concept=["mail"])],
        [item("x") | {"expect": {"kind": "shrug"}}],
        ["just text"],
    ],
)
def test_a_file_of_something_else_is_refused_by_name(tmp_path: Path, items: object) -> None:
    with pytest.raises(DataError, match=r"en-x\.yml"):
        read_examples(write(tmp_path, "en-x.yml", items))


def test_a_folder_without_questions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no \*\.yml files"):
        read_examples(tmp_path)


# ---- right or wrong

HOW = frozenset({SectionKind.HOW})
ONE, TWO = frozenset({"mail"}), frozenset({"mail", "im"})


@pytest.mark.parametrize(
    ("expect", "given_answer", "right"),
    [
        ({"concepts": ONE}, answer(concepts=["mail"]), True),
        ({"concepts": ONE}, answer(concepts=["mail", "im"]), False),
        ({"concepts": TWO}, answer(concepts=["im"]), False),
        ({"concepts": ONE, "sections": HOW}, answer(concepts=["mail"]), False),
        ({"concepts": ONE, "sections": HOW}, answer(K.ANSWER, ["mail"], [SectionKind.HOW]), True),
        ({"concepts": ONE, "missing": HOW}, answer(concepts=["mail"]), False),
        (
            {"concepts": ONE, "missing": HOW},
            answer(concepts=["mail"], missing=(SectionKind.HOW,)),
            True,
        ),
        ({"any_of": TWO}, answer(concepts=["im"]), True),
        ({"concepts": ONE}, answer(K.DECLINE), False),
        ({"kinds": frozenset({K.DECLINE})}, answer(K.DECLINE), True),
        ({"kinds": frozenset({K.DECLINE})}, answer(concepts=["mail"]), False),
        (
            {"kinds": frozenset({K.CLARIFY}), "any_of": TWO},
            answer(K.CLARIFY, alternatives=(ConceptRef("im", "IM"),)),
            True,
        ),
        ({"kinds": frozenset({K.CLARIFY}), "any_of": TWO}, answer(K.CLARIFY), False),
    ],
)
def test_an_answer_is_judged(expect: dict[str, Any], given_answer: Answer, right: bool) -> None:
    assert judge(example(**expect), given_answer).right is right


@given(st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_that_of_scipy_and_holds_the_share(counts: tuple[int, int]) -> None:
    right, total = counts
    low, high = interval(right, total)
    if total:
        exact = binomtest(right, total).proportion_ci(0.95, "exact")
        assert (low, high) == pytest.approx((exact.low, exact.high))
        assert low <= right / total <= high
    else:
        assert (low, high) == (0.0, 1.0)


def test_a_target_is_met_at_its_limit_and_by_nothing_at_all() -> None:
    assert Target("x", 92, 100, 0.92).met
    assert not Target("x", 91, 100, 0.92).met
    assert Target("x", 3, 100, 0.03, at_least=False).met
    assert not Target("x", 4, 100, 0.03, at_least=False).met
    assert Target("x", 0, 0, 0.92).met
    assert Target("x", 0, 0, 0.92).verdict == "–"


def test_targets_count_the_questions_they_are_about() -> None:
    outcomes = [
        outcome(True),
        outcome(False),
        outcome(True, "oos_near", how=K.DECLINE),
        outcome(False, "oos_noise"),
        outcome(False, "typo", how=K.CLARIFY),
    ]
    found = {t.name: (t.hits, t.total) for t in targets(outcomes)}
    assert found == {
        "overall right": (2, 5),
        "definitions right": (1, 2),
        "out of scope declined": (1, 2),
        "wrong among answers": (2, 3),
    }


def test_a_duel_counts_only_where_the_two_differ() -> None:
    first = [outcome(right) for right in (True, True, True, False, False)]
    second = [outcome(right) for right in (True, False, False, True, False)]
    assert (duel(first, second).only_first, duel(first, second).only_second) == (2, 1)
    assert duel(first, second).p == duel(second, first).p == pytest.approx(1.0)
    assert duel(first, first).p == 1.0


# ---- curves and matrices


def test_equally_sure_answers_make_one_point() -> None:
    outcomes = [
        outcome(True, confidence=0.9),
        outcome(False, confidence=0.5),
        outcome(True, confidence=0.5),
        outcome(True, confidence=0.7, how=K.DECLINE),
    ]
    coverage, risk = risk_coverage(outcomes)
    assert coverage.tolist() == [0.25, 0.75]
    assert risk.tolist() == pytest.approx([0.0, 1 / 3])


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([0.1, 0.4, 0.8, 1.0]))))
def test_the_curve_ends_at_all_answers(pairs: list[tuple[bool, float]]) -> None:
    outcomes = [outcome(right, confidence=sure) for right, sure in pairs]
    coverage, risk = risk_coverage([*outcomes, outcome(True, how=K.DECLINE)])
    assert len(coverage) == len({sure for _, sure in pairs})
    assert np.all(np.diff(coverage) > 0)
    if pairs:
        assert coverage[-1] == pytest.approx(len(pairs) / (len(pairs) + 1))
        assert risk[-1] == pytest.approx(sum(not right for right, _ in pairs) / len(pairs))


def test_the_confusion_counts_every_question_once() -> None:
    outcomes = [outcome(True), outcome(False, how=K.DECLINE), outcome(True, "typo")]
    found = confusion(outcomes)
    assert found.expected == ("define", "typo")
    assert found.reactions == ("define", "decline")
    assert found.counts.tolist() == [[1, 1], [1, 0]]


def test_pictures_are_png_files_even_of_very_little() -> None:
    outcomes = (outcome(False, how=K.DECLINE),)
    assert confusion_plot(outcomes).startswith(PNG)
    assert risk_plot(outcomes, {}).startswith(PNG)
    assert risk_plot(outcomes, {"named": {"questions": 2, "bound": 0.1}}).startswith(PNG)
    assert comparison_plot([Contender("we", outcomes)], ["define", "typo"]).startswith(PNG)


# ---- name look-up

LOOKUP = NameLookup(GLOSSARY, NAMES, english)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("what is mail", "mail"),
        ("WHAT ARE DIRECT MAILS?", "direct-mail"),
        ("was ist eine Direktnachricht", "message"),
        ("is mail a kind of instant-messaging", "im"),
    ],
)
def test_the_longest_name_is_defined(text: str, concept: str) -> None:
    said = LOOKUP.answer(text)
    assert (said.kind, said.question_type) == (K.ANSWER, "define")
    assert [ref.id for ref in said.concepts] == [concept]
    assert [c.kind for c in said.citations] == [SectionKind.DEFINITION]
    assert said.glossary_version == "g1"


@pytest.mark.parametrize("text", ["", "imagine an email", "what's the weather like", "instant"])
def test_where_no_name_stands_it_declines(text: str) -> None:
    assert LOOKUP.answer(text).kind is K.DECLINE


def test_a_homonym_is_read_one_way() -> None:
    assert [ref.id for ref in LOOKUP.answer("what is a dm").concepts] == ["direct-mail"]


def test_only_comparisons_are_about_several_concepts() -> None:
    replies = Replies(GLOSSARY, NAMES)
    about = ("mail", "im")
    assert len(replies.about(QuestionType.COMPARE, about, "en").concepts) == 2
    assert len(replies.about(QuestionType.ASK_HOW, about, "en").concepts) == 1


def test_a_baseline_admits_what_the_glossary_lacks() -> None:
    replies = Replies(GLOSSARY, NAMES)
    assert replies.about(QuestionType.ASK_COST, ["mail"], "en").missing == (SectionKind.COST,)


# ---- tables


def test_the_table_has_a_row_per_kind_and_language_totals_and_targets() -> None:
    found = result(
        dev=[outcome(True), outcome(True, language="de"), outcome(False, "typo")],
        test=[outcome(True)],
    )
    header, *rows = found.table()
    assert all(len(row) == len(header) for row in rows)
    assert [row[:3] for row in rows] == [
        ["define", "de", "1"],
        ["define", "en", "2"],
        ["typo", "en", "1"],
        ["all", "de", "1"],
        ["all", "en", "3"],
        ["all dev", "", "3"],
        ["all test", "", "1"],
        ["all", "", "4"],
        ["target: overall right", "", "4"],
        ["target: definitions right", "", "3"],
        ["target: out of scope declined", "", "0"],
        ["target: wrong among answers", "", "4"],
    ]
    assert rows[7][3:6] == ["75.0 %", "19.4–99.4 %", "1 of 4"]
    assert [row[-2:] for row in rows[-4:]] == [
        [">= 92 %", "NO"],
        [">= 97 %", "yes"],
        [">= 95 %", "–"],
        ["<= 3 %", "NO"],
    ]
    assert not found.met
    assert result(dev=[outcome(True)]).met


def test_the_comparison_has_a_column_per_contender() -> None:
    header, *rows = result(dev=[outcome(True), outcome(True), outcome(False, "typo")]).comparison()
    assert header == ["", "questions", "Termwise", "the opposite"]
    shown = {row[0]: row[1:] for row in rows}
    assert shown["define"] == ["2", "100.0 %", "0.0 %"]
    assert shown["all right"] == ["3", "66.7 %", "33.3 %"]
    assert shown["wrong answers"] == ["", "1 of 3", "2 of 3"]
    assert shown["only Termwise right"] == ["", "", "2"]
    assert shown["only the baseline right"] == ["", "", "1"]
    assert all(len(row) == 4 for row in rows)


# ---- the report


def test_blocks_are_escaped_and_html_needs_no_other_file() -> None:
    blocks: list[Block] = [
        Heading(1, "a|b"),
        Paragraph("<script> snake_case _it_"),
        Bullets(("x*",)),
        Table([["q"], ["a | b\nc"]]),
        Picture("p.png", "seen", PNG),
    ]
    assert markdown_of(blocks) == (
        "# a\\|b\n\n\\<script\\> snake_case \\_it\\_\n\n- x\\*\n\n"
        "| q |\n| --- |\n| a \\| b c |\n\n![seen](p.png)\n"
    )
    page = html_of("t", blocks)
    assert "<script>" not in page
    assert "data:image/png;base64,iVBORw==" in page


def test_the_report_lists_wrong_dev_questions_and_no_test_question(tmp_path: Path) -> None:
    found = result(
        dev=[outcome(False, text="dev question, wrong"), outcome(True, text="dev question, fine")],
        test=[outcome(False, text="secret, wrong"), outcome(True, text="secret, fine")],
    )
    page = write_report(found, tmp_path / "reports")
    assert page.name == "evaluation-all.html"
    names = {path.name for path in page.parent.iterdir()}
    pictures = {f"evaluation-all-{what}.png" for what in ("comparison", "confusion", "risk")}
    assert names == {f"evaluation-all.{end}" for end in ("md", "html", "json")} | pictures
    for path in page.parent.glob("*.[mhj]*"):
        text = path.read_text(encoding="utf-8")
        assert "dev question, wrong" in text
        assert "secret" not in text
    assert "Wrong on test: 1" in page.read_text(encoding="utf-8")
    assert "does it the other way round" in page.read_text(encoding="utf-8")


def test_the_json_is_json_and_counts_everything() -> None:
    found = result(dev=[outcome(True), outcome(False, text="why", concepts=ONE)])
    stored = json.loads(json.dumps(found.to_json()))
    assert stored["met"] is False
    assert [each["all"]["right"] for each in stored["contenders"]] == [1, 1]
    assert stored["contenders"][0]["groups"]["define/en"]["questions"] == 2
    (wrong,) = stored["wrong"]["dev"]
    assert (wrong["text"], wrong["expected"]["concepts"]) == ("why", ["mail"])


# ---- the run


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of an installation whose assistant is a stand-in: it declines everything."""
    chosen = Settings(project=tmp_path, models=tmp_path / "models")
    report = {"report": {"named": {"questions": 1, "bound": 0.03, "met": False}}}
    index = SimpleNamespace(version="i1", decision=report)
    monkeypatch.setattr(runner, "IndexStore", lambda _: SimpleNamespace(read=lambda: index))
    stand_in = SimpleNamespace(
        glossary=GLOSSARY, language=english, ask=lambda _text: answer(K.DECLINE)
    )
    monkeypatch.setattr(runner, "load_assistant", lambda _settings: stand_in)
    questions = [item("what is mail", concepts=["mail"]), item("what is spam", concepts=["spam"])]
    write(tmp_path / "data" / "eval" / "dev", "en-define.yml", questions)
    write(tmp_path / "data" / "eval" / "test", "en-define.yml", questions[:1])
    return chosen


def test_a_run_asks_the_split_and_tells_what_it_does(settings: Settings) -> None:
    told: list[str] = []
    found = run(settings.project, settings, "all", told.append, baselines=False)
    assert {name: len(part) for name, part in found.parts.items()} == {"dev": 2, "test": 1}
    assert (found.glossary_version, found.index_version) == ("g1", "i1")
    assert found.calibration["named"]["questions"] == 1
    assert found.baselines == ()
    assert told == [
        "1 questions of dev expect concepts that the glossary does not have",
        "asking 2 questions of dev",
        "asking 1 questions of test",
    ]


def test_a_run_takes_other_questions(settings: Settings, tmp_path: Path) -> None:
    mine = write(tmp_path / "mine", "x.yml", [item("what is mail")])
    found = run(settings.project, settings, "dev", lambda _: None, False, mine)
    assert {name: len(part) for name, part in found.parts.items()} == {"mine": 1}
    root = settings.project / "data" / "eval"
    found = run(settings.project, settings, "test", lambda _: None, False, root)
    assert list(found.parts) == ["test"]


def test_all_contenders_are_asked_the_same(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def predictions(_self: object, texts: Sequence[str], _progress: object) -> list[Any]:
        return [SimpleNamespace(intent="define", confidence=0.9, terms=("mail",)) for _ in texts]

    nlu = {"nlu": [{"intent": "define", "examples": "- what is <term>\n"}]}
    write(settings.project / "data" / "nlu", "define.yml", nlu)
    monkeypatch.setattr(Predictions, "of", predictions)
    found = run(settings.project, settings, "dev", lambda _: None)
    assert [each.name for each in found.contenders] == ["Termwise", "name look-up", "Rasa default"]
    assert [[o.right for o in each.outcomes] for each in found.contenders] == [
        [False, False],
        [True, False],
        [True, False],
    ]
    assert "30 epochs instead of 100" in found.baselines[1].remark
