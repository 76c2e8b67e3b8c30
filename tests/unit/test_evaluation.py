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
from bot.answering.context import Context
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
from bot.evaluation.examples import Example, Expectation
from bot.evaluation.name_lookup import NameLookup
from bot.evaluation.part import Part
from bot.evaluation.plots import comparison_plot, confusion_plot, risk_plot
from bot.evaluation.questions import Conversation, read_questions
from bot.evaluation.rasa_default import Predictions
from bot.evaluation.replies import Replies
from bot.evaluation.scoring import Outcome, interval, judge, near, recalled
from bot.evaluation.table import question_table, talk_table
from bot.evaluation.talk import Talk, hold
from bot.evaluation.target import Bound, Target, bounds, talk_targets, targets
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


def talk(*rights: bool, kind: str = "ellipsis", texts: Sequence[str] = ()) -> Talk:
    asked = texts or [f"turn {place}" for place in range(len(rights))]
    turns = tuple(example(kind, text) for text in asked)
    outcomes = tuple(Outcome(e, answer(), right) for e, right in zip(turns, rights, strict=True))
    return Talk(Conversation("en", kind, turns, "en.yml#1"), outcomes)


BOUNDS = {"named": Bound(0.05)}


def result(*parts: Part) -> EvaluationResult:
    everything = tuple(o for part in parts for o in part.outcomes)
    flipped = tuple(Outcome(o.example, o.answer, not o.right) for o in everything)
    return EvaluationResult(
        split="all",
        parts=parts,
        baselines=(Contender("the opposite", flipped, "does it the other way round"),),
        calibration={"named": {"questions": 3, "bound": 0.03, "curve": [[0.5, 0.0], [1.0, 0.1]]}},
        bounds=BOUNDS,
        glossary_version="g1",
        index_version="i1",
    )


def dev(*outcomes: Outcome, talks: Sequence[Talk] = ()) -> Part:
    return Part("dev", outcomes, tuple(talks))


def hidden(*outcomes: Outcome, talks: Sequence[Talk] = ()) -> Part:
    return Part("test", outcomes, tuple(talks))


# ---- questions


def write(folder: Path, name: str, items: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(yaml.safe_dump(items), encoding="utf-8")
    return folder


def item(text: str, kind: str = "define", **expect: object) -> dict[str, object]:
    return {"text": text, "lang": "en", "kind": kind, "expect": {"kind": "answer", **expect}}


def test_questions_are_read_with_what_is_expected(tmp_path: Path) -> None:
    asked = item("who", also=["clarify"], any_of=["mail"], sections=["how"], missing=["cost"])
    (found,) = read_questions(write(tmp_path, "en-define.yml", [asked])).singles
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
        [{"lang": "en", "kind": "more", "turns": []}],
        [{"lang": "en", "kind": "more", "turns": [{"text": "no more"}]}],
        [{"ask": "x", "expect": []}],
        [{"ask": "x", "expect": None}],
        [{"ask": "x", "expect": 7}],
        [{"ask": "x", "expect": "mail", "section": "no such section"}],
    ],
)
def test_a_file_of_something_else_is_refused_by_name(tmp_path: Path, items: object) -> None:
    with pytest.raises(DataError, match=r"en-x\.yml"):
        read_questions(write(tmp_path, "en-x.yml", items))


def test_a_folder_without_questions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no \*\.yml files"):
        read_questions(tmp_path)


def conversation(*texts: str, concept: str = "mail") -> dict[str, object]:
    turns = [{"text": text, "expect": {"kind": "answer", "concepts": [concept]}} for text in texts]
    return {"lang": "de", "kind": "more", "turns": turns}


def test_conversations_lie_beside_single_questions(tmp_path: Path) -> None:
    write(tmp_path, "en-define.yml", [item("who")])
    write(tmp_path / "conversations", "de-more.yml", [conversation("was", "mehr")])
    found = read_questions(tmp_path)
    assert [e.text for e in found.singles] == ["who"]
    (talk_,) = found.conversations
    assert (talk_.language, talk_.kind, talk_.source) == ("de", "more", "de-more.yml#1")
    assert [(e.text, e.language, e.kind, e.source) for e in talk_.turns] == [
        ("was", "de", "more", "de-more.yml#1.1"),
        ("mehr", "de", "more", "de-more.yml#1.2"),
    ]
    assert [e.text for e in found.all] == ["who", "was", "mehr"]


def test_one_file_is_enough_and_may_hold_both(tmp_path: Path) -> None:
    write(tmp_path, "other.yml", [item("not asked")])
    write(tmp_path, "mine.yml", [item("who"), conversation("was", "mehr")])
    found = read_questions(tmp_path / "mine.yml")
    assert (len(found.singles), len(found.conversations)) == (1, 1)


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
        outcome(False, language="de"),
        outcome(True, "oos_near", how=K.DECLINE),
        outcome(False, "oos_noise"),
        outcome(False, "typo", how=K.CLARIFY),
        outcome(True, "find_term"),
        outcome(False, "compare", concepts=ONE),
    ]
    found = {t.name: (t.hits, t.total) for t in targets(outcomes, BOUNDS)}
    assert found == {
        "overall right": (3, 7),
        "German right": (0, 1),
        "definitions right": (1, 2),
        "comparisons right": (0, 1),
        "all compared concepts found": (0, 1),
        "described term found first": (1, 1),
        "described term in the top three": (1, 1),
        "out of scope declined": (1, 2),
        "wrong among answers": (3, 5),
        "wrong, bound of named": (3, 5),
    }


def test_follow_ups_are_the_turns_after_the_first() -> None:
    talks = [talk(False, True, False), talk(True, True), talk(True)]
    (target,) = talk_targets(talks)
    assert (target.name, target.hits, target.total) == ("follow-ups right", 2, 3)
    assert [each.right for each in talks] == [False, True, True]


def test_a_comparison_is_recalled_if_all_its_concepts_are_answered_about() -> None:
    asked = example("compare", concepts=TWO)
    assert recalled(judge(asked, answer(concepts=["im", "fax", "mail"])))
    assert not recalled(judge(asked, answer(concepts=["im"])))
    assert not recalled(judge(asked, answer(K.CLARIFY, concepts=["im", "mail"])))


@pytest.mark.parametrize("how", [K.ANSWER, K.CLARIFY, K.DECLINE])
@pytest.mark.parametrize(
    ("about", "offered", "hit"),
    [
        ([], ["a", "b", "mail"], True),
        ([], ["a", "b", "c", "mail"], False),
        (["mail"], [], True),
        (["a"], ["a", "b", "mail"], True),  # who is named twice takes one place
        (["a"], ["b", "c", "mail"], False),
        ([], [], False),
    ],
)
def test_near_is_among_the_first_three(
    how: AnswerKind, about: list[str], offered: list[str], hit: bool
) -> None:
    said = answer(how, about, alternatives=tuple(ConceptRef(c, c) for c in offered))
    assert near(judge(example("find_term", concepts=ONE), said)) is hit
    assert near(judge(example("find_term", any_of=ONE), said)) is hit


def test_a_bound_is_held_against_what_its_judge_decided() -> None:
    decision = {
        "named": {"features": ["weak", "joined"]},
        "described": {"features": ["margin"]},
        "report": {"named": {"bound": 0.05}, "described": {"bound": 0.4}, "all": {"bound": 0.02}},
    }
    stated = bounds(decision)
    assert {name: bound.limit for name, bound in stated.items()} == {
        "named": 0.05, "described": 0.4, "all": 0.02,
    }  # fmt: skip
    reasons = {"weak": 0.0, "joined": 1.0, "names": 2}
    named = judge(example(concepts=ONE), answer(concepts=["im"], reasons=reasons))
    described = judge(example(concepts=ONE), answer(concepts=["mail"], reasons={"margin": 0.1}))
    declined = judge(example(concepts=ONE), answer(K.DECLINE, reasons=reasons))
    found = {t.name: t for t in targets([named, described, declined], stated)}
    assert (found["wrong, bound of named"].hits, found["wrong, bound of named"].total) == (1, 1)
    assert found["wrong, bound of described"].share == 0
    assert found["wrong, bound of described"].total == 1
    assert found["wrong, bound of all"].total == 2
    assert not found["wrong, bound of named"].met


# ---- conversations


class Listener:
    """Answers about what it is told, and about what came before where it is told nothing."""

    def __init__(self) -> None:
        self.contexts: list[Context] = []

    def __call__(self, text: str, context: Context) -> Answer:
        self.contexts.append(context)
        if text == "no idea":
            return answer(K.DECLINE)
        return answer(concepts=[text] if text else context.concepts)


def turns(*pairs: tuple[str, str]) -> Conversation:
    asked = tuple(example("more", text, concepts=frozenset({c})) for text, c in pairs)
    return Conversation("en", "more", asked, "en-more.yml#1")


def test_a_turn_is_asked_in_the_context_that_the_one_before_left() -> None:
    ask = Listener()
    held = hold(turns(("mail", "mail"), ("no idea", "mail"), ("", "mail"), ("", "im")), ask)
    assert [o.right for o in held.outcomes] == [True, False, True, False]
    assert [context.concepts for context in ask.contexts] == [(), ("mail",), ("mail",), ("mail",)]
    assert not held.right
    assert [o.example.text for o in held.follow_ups] == ["no idea", "", ""]


def test_every_conversation_starts_from_nothing() -> None:
    ask = Listener()
    for _ in range(2):
        hold(turns(("mail", "mail")), ask)
    assert ask.contexts == [Context(), Context()]


def test_the_context_passes_as_the_slot_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[object] = []

    def from_dict(stored: object) -> Context:
        kept.append(json.loads(json.dumps(stored)))
        return Context(concepts=("from the slot",))

    monkeypatch.setattr(Context, "from_dict", staticmethod(from_dict))
    ask = Listener()
    hold(turns(("mail", "mail"), ("", "mail")), ask)
    assert ask.contexts[1] == Context(concepts=("from the slot",))
    assert isinstance(kept[0], dict)
    assert kept[0]["concepts"] == ["mail"]


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


def test_the_table_has_a_row_per_kind_and_language_and_totals() -> None:
    outcomes = [
        outcome(True), outcome(True, language="de"), outcome(False, "typo"), outcome(True),
    ]  # fmt: skip
    header, *rows = question_table(outcomes)
    assert all(len(row) == len(header) for row in rows)
    assert [row[:3] for row in rows] == [
        ["define", "de", "1"],
        ["define", "en", "2"],
        ["typo", "en", "1"],
        ["all", "de", "1"],
        ["all", "en", "3"],
        ["all", "", "4"],
    ]
    assert rows[-1][3:] == ["75.0 %", "19.4–99.4 %", "1 of 4"]


def test_the_table_of_conversations_counts_whole_ones_and_follow_ups() -> None:
    talks = [talk(True, True), talk(True, False, True), talk(False, True, kind="more")]
    header, *rows = talk_table(talks)
    assert all(len(row) == len(header) for row in rows)
    assert [row[:4] + row[5:7] for row in rows] == [
        ["ellipsis", "en", "2", "50.0 %", "3", "66.7 %"],
        ["more", "en", "1", "0.0 %", "1", "100.0 %"],
        ["all", "en", "3", "33.3 %", "4", "75.0 %"],
        ["all", "", "3", "33.3 %", "4", "75.0 %"],
    ]
    assert rows[-1][4] == "0.8–90.6 %"
    assert rows[-1][7:] == ["19.4–99.4 %", "1 of 4"]


def test_parts_are_reported_apart_and_each_has_its_targets() -> None:
    right, wrong = outcome(True), outcome(False)
    found = result(dev(right, talks=[talk(True, True)]), hidden(wrong))
    tables = found.tables()
    assert {name: list(part) for name, part in tables.items()} == {
        "dev": ["targets", "single questions", "conversations"],
        "test": ["targets", "single questions"],
    }
    targets_of = {
        name: {row[0]: row[1:] for row in part["targets"]} for name, part in tables.items()
    }
    assert targets_of["dev"]["overall right"] == [
        "1", "100.0 %", "2.5–100.0 %", ">= 95 %", "yes",
    ]  # fmt: skip
    assert targets_of["dev"]["follow-ups right"][-2:] == [">= 93 %", "yes"]
    assert targets_of["test"]["overall right"][-1] == "NO"
    assert targets_of["test"]["wrong, bound of named"][-2:] == ["<= 5 %", "NO"]
    assert targets_of["test"]["follow-ups right"] == ["0", "–", "–", ">= 93 %", "–"]
    assert not found.met
    assert result(dev(right)).met
    assert not result(dev(right, talks=[talk(True, False)])).met


def test_the_comparison_has_a_column_per_contender() -> None:
    header, *rows = result(dev(outcome(True), outcome(True), outcome(False, "typo"))).comparison()
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
    secret = talk(True, False, texts=["secret opening", "secret turn, wrong"])
    found = result(
        dev(outcome(False, text="dev question, wrong"), outcome(True, text="dev question, fine")),
        hidden(outcome(False, text="secret, wrong"), outcome(True, text="secret"), talks=[secret]),
    )
    page = write_report(found, tmp_path / "reports")
    assert page.name == "evaluation-all.html"
    names = {path.name for path in page.parent.iterdir()}
    drawn = ("comparison", "confusion", "risk", "follow-ups")
    pictures = {f"evaluation-all-{what}.png" for what in drawn}
    assert names == {f"evaluation-all.{end}" for end in ("md", "html", "json")} | pictures
    for path in page.parent.glob("*.[mhj]*"):
        text = path.read_text(encoding="utf-8")
        assert "dev question, wrong" in text
        assert "secret" not in text
    shown = page.read_text(encoding="utf-8")
    assert "Wrong on test: 1" in shown
    assert "Wrong turns on test: 1" in shown
    assert "does it the other way round" in shown


def test_a_wrong_turn_is_listed_with_the_turns_before(tmp_path: Path) -> None:
    went = talk(True, False, True, texts=["what is mail", "and fax", "thanks"])
    page = write_report(result(dev(talks=[went])), tmp_path)
    shown = page.read_text(encoding="utf-8")
    assert "Wrong turns on dev: 1" in shown
    assert "<td>what is mail</td><td>and fax</td>" in shown
    assert "<td>thanks</td>" not in shown
    (stored,) = json.loads((tmp_path / "evaluation-all.json").read_text())["parts"]["dev"][
        "wrong_turns"
    ]
    assert (stored["before"], stored["text"]) == (["what is mail"], "and fax")


def test_the_json_is_json_and_counts_everything() -> None:
    wrong_one = outcome(False, text="why", concepts=ONE)
    found = result(dev(outcome(True), wrong_one, talks=[talk(True, True), talk(True, False, True)]))
    stored = json.loads(json.dumps(found.to_json()))
    assert stored["met"] is False
    assert [each["all"]["right"] for each in stored["contenders"]] == [1, 1]
    assert stored["contenders"][0]["groups"]["define/en"]["questions"] == 2
    part = stored["parts"]["dev"]
    (wrong,) = part["wrong"]
    assert (wrong["text"], wrong["expected"]["concepts"]) == ("why", ["mail"])
    talks = part["conversations"]
    assert (talks["conversations"], talks["all_right"]) == (2, 1)
    assert (talks["turns"]["questions"], talks["turns"]["right"]) == (5, 4)
    assert (talks["follow_ups"]["questions"], talks["follow_ups"]["right"]) == (3, 2)
    assert talks["follow_ups"]["groups"]["ellipsis/en"]["right"] == 2


# ---- the run


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of an installation whose assistant is a stand-in: it declines everything."""
    chosen = Settings(project=tmp_path, models=tmp_path / "models")
    report = {"report": {"named": {"questions": 1, "bound": 0.03, "met": False}}}
    index = SimpleNamespace(version="i1", decision=report)
    monkeypatch.setattr(runner, "IndexStore", lambda _: SimpleNamespace(read=lambda: index))
    stand_in = SimpleNamespace(
        glossary=GLOSSARY, language=english, ask=lambda _text, _context=None: answer(K.DECLINE)
    )
    monkeypatch.setattr(runner, "load_assistant", lambda _settings: stand_in)
    questions = [item("what is mail", concepts=["mail"]), item("what is spam", concepts=["spam"])]
    root = tmp_path / "data" / "eval"
    write(root / "dev", "en-define.yml", questions)
    write(
        root / "dev" / "conversations", "de-more.yml", [conversation("was", "mehr", concept="fax")]
    )
    write(root / "test", "en-define.yml", questions[:1])
    return chosen


def test_a_run_asks_the_split_and_tells_what_it_does(settings: Settings) -> None:
    told: list[str] = []
    found = run(settings.project, settings, "all", told.append, baselines=False)
    assert [(p.name, len(p.outcomes), len(p.turns)) for p in found.parts] == [
        ("dev", 2, 2),
        ("test", 1, 0),
    ]
    assert (found.glossary_version, found.index_version) == ("g1", "i1")
    assert found.calibration["named"]["questions"] == 1
    assert found.bounds == {"named": Bound(0.03)}
    assert found.baselines == ()
    assert told == [
        "3 questions of dev expect concepts that the glossary does not have",
        "asking 2 questions and 1 conversations of dev",
        "asking 1 questions of test",
    ]


def test_a_run_takes_other_questions(settings: Settings, tmp_path: Path) -> None:
    mine = write(tmp_path / "mine", "x.yml", [item("what is mail")])
    write(mine, "y.yml", [item("what is im"), conversation("was", "mehr")])

    def parts(split: runner.Split, questions: Path) -> list[tuple[str, int, int]]:
        found = run(settings.project, settings, split, lambda _: None, False, questions)
        return [(part.name, len(part.outcomes), len(part.talks)) for part in found.parts]

    assert parts("dev", mine) == [("mine", 2, 1)]
    assert parts("dev", mine / "y.yml") == [("y", 1, 1)]
    root = settings.project / "data" / "eval"
    assert parts("test", root) == [("test", 1, 0)]
    assert parts("dev", root / "dev" / "conversations") == [("conversations", 0, 1)]


@pytest.mark.parametrize("what", ["test", "test/en-define.yml", "test/conversations/de-more.yml"])
def test_what_is_of_the_test_questions_stays_hidden(settings: Settings, what: str) -> None:
    root = settings.project / "data" / "eval"
    write(root / "test" / "conversations", "de-more.yml", [conversation("was", "mehr")])
    found = run(settings.project, settings, "dev", lambda _: None, False, root / what)
    assert [part.shown for part in found.parts] == [False]


def test_conversations_alone_make_a_report(settings: Settings, tmp_path: Path) -> None:
    alone = settings.project / "data" / "eval" / "dev" / "conversations"
    found = run(settings.project, settings, "dev", lambda _: None, False, alone)
    page = write_report(found, tmp_path / "reports")
    assert page.name == "evaluation-conversations.html"  # not in place of a split's
    assert "Wrong turns on conversations: 2" in page.read_text(encoding="utf-8")


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
