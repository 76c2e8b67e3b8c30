"""What a message asks is read from its own words and from the conversation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.answer import Answer, AnswerKind
from bot.answering.context import PATIENCE, Context, next_context
from bot.answering.question import Question
from bot.answering.topic import asks_for_last
from bot.app import Assistant
from bot.formats.markdown import read_entry
from bot.glossary.glossary import Glossary
from bot.glossary.mention import Mention
from bot.glossary.section import SectionKind
from tests.fakes import FakeIntents, fake_assistant
from tests.garden import SOURCES, garden
from tests.unit.test_answerer import about, converse
from tests.unit.test_composer import assert_verbatim

K = AnswerKind
S = SectionKind
GARDENER = fake_assistant(garden())


def put(text: str, context: Context = Context(), **intents: float) -> Answer:  # noqa: B008
    """Ask a question whose type is given."""
    question = Question(text, "en", GARDENER.spotter.spot(text), intents)
    return GARDENER.answerer.answer(question, context)


def rule(answer: Answer) -> object:
    """Return which rule decided."""
    return answer.reasons["rule"]


def after(*texts: str) -> Context:
    """Return the context that a conversation leaves."""
    context = Context()
    for text in texts:
        context = next_context(GARDENER.ask(text, context), context)
    return context


# ---- choosing


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("the second one", "seedbed"),
        ("1", "flower-bed"),
        ("the last", "seedbed"),
        ("the flower one", "flower-bed"),
        ("seedbed", "seedbed"),
        ("das Saatbeet", "seedbed"),
    ],
)
def test_a_candidate_is_picked_after_a_question_back(
    assistant: Assistant, text: str, concept: str
) -> None:
    asked, answer = converse(assistant, "purpose of the bed", text)
    assert asked.kind is K.CLARIFY
    assert (answer.kind, about(answer), rule(answer)) == (K.ANSWER, [concept], "choice")
    assert answer.question_type == "ask_purpose"  # what was asked before we asked back


def test_a_neighbour_of_one_candidate_picks_it(assistant: Assistant) -> None:
    seedbed = converse(assistant, "purpose of the bed", "comet rake")
    assert (about(seedbed[1]), seedbed[1].question_type) == (["seedbed"], "ask_purpose")
    for text in ("star fork", "purpose of a comet rake"):
        assert about(converse(assistant, "purpose of the bed", text)[1]) != ["seedbed"]
    assert about(converse(assistant, "what is RIS", "comet rake")[1]) == ["comet-rake"]


def test_yes_takes_the_one_candidate_and_no_ends_the_matter() -> None:
    asked = put("a star fork", define=0.58, out_of_scope=0.42)
    assert (asked.kind, [ref.id for ref in asked.alternatives]) == (K.CLARIFY, ["star-fork"])
    context = next_context(asked, Context())
    yes = GARDENER.ask("yes please", context)
    assert (yes.kind, about(yes), yes.question_type) == (K.ANSWER, ["star-fork"], "define")
    no = GARDENER.ask("no thanks", context)
    assert (no.kind, no.concepts) == (K.DECLINE, ())
    late = GARDENER.ask("yes please", next_context(no, context))
    assert (late.kind, late.concepts) == (K.SMALLTALK, ())


def test_items_of_a_list_are_picked_one_after_the_other(assistant: Assistant) -> None:
    answers = converse(
        assistant, "which kinds of garden tool are there", "the second one", "and the last one?"
    )
    listed = [ref.id for ref in answers[0].listed]
    assert len(listed) > 2
    assert [about(a) for a in answers[1:]] == [[listed[1]], [listed[-1]]]


def test_the_other_one_is_the_one_talked_about_before(assistant: Assistant) -> None:
    answers = converse(assistant, "what is a star fork", "what is a seedbed", "the other one")
    assert about(answers[2]) == ["star-fork"]
    without = converse(assistant, "what is a star fork", "the other one")
    assert about(without[1]) == []


def test_a_question_about_a_place_in_a_list_is_one_about_what_stands_there(
    assistant: Assistant,
) -> None:
    answers = converse(
        assistant,
        "difference between moon spade and star fork",
        "so, to be honest, who uses the second one in general",
        "difference between the first and the last",
        "when was the first tool made",
    )
    assert [a.question_type for a in answers[1:3]] == ["ask_users", "compare"]
    assert about(answers[1]) == ["star-fork"]
    assert about(answers[2]) == ["moon-spade", "star-fork"]
    assert rule(answers[3]) != "choice"


def test_several_of_those_compared_are_asked_about_at_once(assistant: Assistant) -> None:
    answers = converse(
        assistant,
        "difference between moon spade, star fork and seedbed",
        "the last one, what does it cost",
        "and the other two?",
    )
    assert [a.question_type for a in answers[1:]] == ["ask_cost", "ask_cost"]
    assert [about(a) for a in answers[1:]] == [["seedbed"], ["moon-spade", "star-fork"]]


def test_a_place_in_a_list_is_no_description(assistant: Assistant) -> None:
    said = ("difference between moon spade, star fork and seedbed", "purpose of the middle one")
    answer = converse(assistant, *said)[1]
    assert (rule(answer), about(answer)) == ("named", ["star-fork"])


def test_who_goes_back_does_not_mean_what_is_talked_about(assistant: Assistant) -> None:
    said = ["what is a star fork", "what is a comet rake", "what is a moon spade"]
    here = converse(assistant, *said, "cost of the crescent")
    assert about(here[3]) == ["moon-spade"]
    answers = converse(assistant, "what is a star fork", "what is a seedbed", "back to the sowing")
    assert about(answers[2]) == []


def test_a_part_of_a_name_stands_for_what_was_said_with_it(assistant: Assistant) -> None:
    answers = converse(assistant, "what is a star fork", "what is RIS", "cost of the crescent")
    assert about(answers[2]) == []
    spade = converse(assistant, "what is a moon spade", "what is RIS", "cost of the crescent")
    assert (about(spade[2]), spade[2].question_type) == (["moon-spade"], "ask_cost")


def test_a_neighbour_may_be_named_by_a_part_in_few_words(assistant: Assistant) -> None:
    answers = converse(assistant, "purpose of the star fork", "and crescent?")
    assert (about(answers[1]), answers[1].question_type) == (["moon-spade"], "ask_purpose")
    longer = converse(assistant, "purpose of the star fork", "who uses the crescent in the end")
    assert about(longer[1]) == []


def test_what_was_offered_is_picked_by_a_description(assistant: Assistant) -> None:
    offered = Context(offered=("flower-bed", "seedbed"), pending="ask_purpose")
    picked = assistant.ask("the fine soil in which seeds come up", offered)
    assert (about(picked), picked.question_type, rule(picked)) == (
        ["seedbed"],
        "ask_purpose",
        "choice",
    )
    assert assistant.ask("the one with the tractor", offered).kind is K.DECLINE


def test_where_a_description_fits_several_they_are_asked_back(assistant: Assistant) -> None:
    listed = Context(("garden-tool",), "list_narrower", offered=("flower-bed", "seedbed"))
    nearer = assistant.ask("the patch for in plants", listed)
    assert (about(nearer), rule(nearer)) == (["flower-bed"], "choice")  # by its words
    text = "# {}\n\nA heap of old leaves that warms what lies on it.\n"
    twins = [read_entry(f"{i}.md", text.format(i)) for i in ("north", "south")]
    alike = fake_assistant(Glossary(twins, "v"))
    asked = Context(offered=("north", "south"), pending="define")
    both = alike.ask("the heap of old leaves that warms what lies on it", asked)
    assert (both.kind, rule(both)) == (K.CLARIFY, "choice")
    assert {ref.id for ref in both.alternatives} == {"north", "south"}
    aspect = put("who uses the soil patch one", listed, ask_users=1.0)
    assert (about(aspect), aspect.question_type) == (["seedbed"], "ask_users")


# ---- going on


def test_but_a_name_goes_on_with_the_aspect_asked_right_before(assistant: Assistant) -> None:
    right_after = converse(assistant, "purpose of the star fork", "comet rake")
    later = converse(assistant, "purpose of the star fork", "hello", "comet rake")
    defined = converse(assistant, "related to the star fork", "comet rake")
    assert [a[-1].question_type for a in (right_after, later, defined)] == [
        "ask_purpose",
        "define",
        "define",
    ]


def test_a_comparison_takes_one_side_from_the_conversation(assistant: Assistant) -> None:
    answers = converse(
        assistant, "what is a moon spade", "difference to the star fork", "and comet rake?"
    )
    assert [a.question_type for a in answers[1:]] == ["compare", "compare"]
    assert about(answers[1]) == ["moon-spade", "star-fork"]
    assert about(answers[2]) == ["moon-spade", "comet-rake"]


def test_without_names_what_was_said_last_is_compared(assistant: Assistant) -> None:
    talk = ["what is a moon spade", "what is a star fork"]
    for text in ("what is the difference", "difference between both"):
        answers = converse(assistant, *talk, text)
        assert about(answers[2]) == ["moon-spade", "star-fork"]
    alone = put("what is different", after(talk[0]), compare=0.7, ask_history=0.3)
    assert alone.question_type == "ask_history"


def test_it_is_compared_with_what_it_is_said_to_be() -> None:
    context = after("what is a moon spade")
    same = put("so that is basically a star fork", context, ask_how=0.9)
    assert (about(same), same.question_type) == (["moon-spade", "star-fork"], "compare")
    assert about(put("is that safe on a star fork", context, ask_safety=0.9)) == ["star-fork"]


def test_an_everyday_word_is_the_other_side_of_a_comparison() -> None:
    context = after("what is a star fork")
    beside = put("is that different from a bed", context, compare=1.0)
    assert (beside.kind, {ref.id for ref in beside.alternatives}) == (
        K.CLARIFY,
        {"flower-bed", "seedbed"},
    )
    assert about(put("is that a bed", context, ask_purpose=1.0)) == ["star-fork"]


def test_one_concept_twice_is_not_compared() -> None:
    assert put("star fork or five-pointed fork", compare=1.0).question_type == "define"


def test_a_broader_term_before_a_name_says_what_it_is() -> None:
    assert about(put("the garden tool moon spade", define=1.0)) == ["moon-spade"]
    assert about(put("garden tool, moon spade", define=1.0)) == ["garden-tool", "moon-spade"]
    assert about(put("the moon spade garden tool", define=1.0)) != ["garden-tool"]


def test_which_of_them_is_asked_of_all_that_was_talked_about() -> None:
    both = after("explain moon spade and star fork")
    assert about(put("which of them is that", both, ask_purpose=1.0)) == ["moon-spade", "star-fork"]
    assert about(put("what is that", both, ask_purpose=1.0)) == ["moon-spade"]
    assert about(put("how are they to you", both, compare=1.0)) == ["moon-spade", "star-fork"]


def test_a_question_with_words_of_its_own_leans_if_a_word_points_back() -> None:
    context = after("what is a moon spade")
    leaning = put("and is it safe for hedgehogs", context, ask_safety=1.0)
    assert (about(leaning), rule(leaning)) == (["moon-spade"], "leaning")
    for text, kind in (("safe for hedgehogs", "ask_safety"), ("is it noon", "out_of_scope")):
        assert about(put(text, context, **{kind: 1.0})) == []


@pytest.mark.parametrize("text", ["what is this gizmo", "gizmo, what is that"])
def test_what_is_asked_for_by_a_name_we_do_not_know_is_not_the_topic(text: str) -> None:
    context = after("what is a moon spade")
    answer = put(text, context, define=0.9, ask_purpose=0.1)
    assert (answer.kind, about(answer)) == (K.DECLINE, [])
    assert about(put("what is that", context, define=0.9)) == ["moon-spade"]


def test_what_is_said_not_to_be_meant_is_not() -> None:
    answer = put("star fork, not moon spade", after("what is a moon spade"), follow_up=1.0)
    assert about(answer) == ["star-fork"]
    assert about(put("not moon spade", follow_up=1.0)) == ["moon-spade"]
    other = put("not moon spade but star fork", follow_up=1.0)
    assert about(other) == ["star-fork"]
    broader = put("garden tool not moon spade", follow_up=1.0)
    assert about(broader) == ["garden-tool"]


@pytest.mark.parametrize(
    "text",
    [
        "not moon spade. star fork!",
        "star fork! not the moon spade",
        "no no, not moon spade? star fork",
    ],
)
def test_what_is_not_meant_is_no_question_of_its_own(text: str) -> None:
    answer = put(text, after("purpose of the moon spade"), follow_up=1.0)
    assert (about(answer), answer.question_type) == (["star-fork"], "ask_purpose")


def test_a_name_in_the_place_of_it_makes_a_question_of_its_own() -> None:
    wary = fake_assistant(garden(), named={"strange": -12.0})
    context = after("what is a moon spade")
    text = "do i need permission for it"
    intents = {"find_term": 0.9, "define": 0.1}

    def asked(assistant: Assistant, context: Context) -> Answer:
        question = Question(text, "en", (), intents)
        return assistant.answerer.answer(question, context)

    class Sure(FakeIntents):
        """Takes every question for one about features."""

        def predict(self, masked_text: str, encoder: object) -> dict[str, float]:
            """Return one type."""
            return {"ask_characteristics": 1.0}

    sure = fake_assistant(garden(), intents=Sure())
    assert (about(asked(sure, context)), rule(asked(sure, context))) == (["moon-spade"], "leaning")
    assert about(asked(sure, Context())) == []
    assert about(asked(wary, context)) == []


def test_what_is_surely_out_of_scope_is_not_about_it() -> None:
    class Sure(FakeIntents):
        """Takes every question for one about features."""

        def predict(self, masked_text: str, encoder: object) -> dict[str, float]:
            """Return one type."""
            return {"ask_characteristics": 1.0}

    sure = fake_assistant(garden(), intents=Sure())
    context = after("what is a moon spade")
    for out_of_scope, concepts in ((0.65, ["moon-spade"]), (0.75, [])):
        intents = {"out_of_scope": out_of_scope, "find_term": 1.0 - out_of_scope}
        question = Question("do i need permission for it", "en", (), intents)
        assert about(sure.answerer.answer(question, context)) == concepts


def test_of_a_long_message_the_clause_with_it_is_asked() -> None:
    class OfFewWords(FakeIntents):
        """Takes what is short for a question about cost, anything else for a description."""

        def predict(self, masked_text: str, encoder: object) -> dict[str, float]:
            """Return one type."""
            return {"ask_cost" if len(masked_text.split()) < 10 else "find_term": 1.0}

    assistant = fake_assistant(garden(), intents=OfFewWords())
    text = "well, my uncle would like to know whether he has to pay for it, being old and poor"
    question = Question(text, "en", (), {"find_term": 0.9, "define": 0.1})
    answer = assistant.answerer.answer(question, after("what is RIS"))
    assert answer.question_type != "ask_cost"
    text = text.replace("would like to know", "asks, he wonders")
    answer = assistant.answerer.answer(replace(question, text=text), after("what is RIS"))
    assert (about(answer), answer.question_type) == (["root-irrigation"], "ask_cost")


STORY = "so the neighbour has a garden and he told me at the fence on sunday that he "


@pytest.mark.parametrize(
    "text",
    [
        STORY + "got himself one and now i ask you what purpose of a moon spade there is",
        STORY + "got himself one, i ask only for this: purpose of a moon spade",
        STORY + "has one, and she wants the purpose of a moon spade",
    ],
)
def test_a_story_keeps_its_question(text: str) -> None:
    question = Question(text, "en", GARDENER.spotter.spot(text), {"find_term": 0.9, "define": 0.1})
    answer = GARDENER.answerer.answer(question, Context())
    assert (about(answer), answer.question_type) == (["moon-spade"], "ask_purpose")


def test_a_description_of_several_terms_is_looked_for() -> None:
    class Reads(FakeIntents):
        """Takes what names nothing for a description, and terms side by side for a comparison."""

        def predict(self, masked_text: str, encoder: object) -> dict[str, float]:
            """Return one type."""
            if "<term>" in masked_text:
                return {"compare": self.sure}
            return {"find_term": self.described}

        sure = described = 0.8

    assistant = fake_assistant(garden(), intents=Reads())
    text = "enormous dew barrel surrounded by a water store"
    described = assistant.ask(text)
    assert (described.question_type, rule(described)) == ("find_term", "described")
    Reads.sure = 0.95
    assert fake_assistant(garden(), intents=Reads()).ask(text).question_type == "compare"
    Reads.described = 0.95  # nothing in it asks
    assert fake_assistant(garden(), intents=Reads()).ask(text).question_type == "find_term"
    compared = assistant.ask("dew barrel surrounded by a water store?")
    assert compared.question_type == "compare"


@pytest.mark.parametrize(
    ("aspect", "described", "expected"),
    [(0.4, 0.8, "described"), (0.8, 0.8, "named"), (0.8, 0.95, "described")],
)
def test_one_term_among_many_words_is_part_of_a_description(
    aspect: float, described: float, expected: str
) -> None:
    class Reads(FakeIntents):
        """Is not sure of a type where there is a term."""

        def predict(self, masked_text: str, encoder: object) -> dict[str, float]:
            """Return two types."""
            told = {"ask_limits": aspect, "out_of_scope": 1.0 - aspect}
            return told if "<term>" in masked_text else {"find_term": described}

    assistant = fake_assistant(garden(), intents=Reads())
    answer = assistant.ask("enormous greenish patches beside the dew barrel")
    assert rule(answer) == expected


def test_what_is_related_to_another_is_set_beside_it() -> None:
    answer = put("is a moon spade related to a star fork", ask_related=1.0)
    assert (about(answer), answer.question_type) == (["moon-spade", "star-fork"], "compare")
    assert put("what is related to a moon spade", ask_related=1.0).question_type == "ask_related"


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("how does it work", True),
        ("how does a thingamajig work", False),
        ("thingamajig, how does it work", False),
        ("how does it work with a thingamajig", True),
        ("what is a thingamajig and how does it work", False),
    ],
)
def test_what_a_message_names_itself_is_what_it_means(
    assistant: Assistant, text: str, leans: bool
) -> None:
    answer = converse(assistant, "what is RIS", text)[1]
    assert (about(answer) == ["root-irrigation"]) is leans


def test_the_unknown_side_of_a_comparison_is_not_what_was_talked_about() -> None:
    context = after("what is RIS")
    unknown = put("thingamajig compared with a star fork", context, compare=1.0)
    assert about(unknown) == ["star-fork"]
    assert about(put("compared with a star fork", context, compare=1.0)) == [
        "root-irrigation",
        "star-fork",
    ]


def test_it_is_the_term_of_the_clause_before() -> None:
    context = after("what is RIS")
    kind = put("star fork, of what is it a kind", context, ask_broader=1.0)
    assert (about(kind), kind.question_type) == (["star-fork"], "ask_broader")
    past = put("is it a kind of star fork", context, ask_broader=1.0)
    assert past.question_type == "ask_kind_of"


def test_a_name_in_front_is_what_the_rest_asks_for(assistant: Assistant) -> None:
    answers = converse(
        assistant, "difference between moon spade and star fork", "and RIS, what does it cost"
    )
    assert (about(answers[1]), answers[1].question_type) == (["root-irrigation"], "ask_cost")


def test_a_part_of_a_name_tells_which_of_those_said_is_meant(assistant: Assistant) -> None:
    said = ("difference between moon spade and star fork", "purpose of the star thing")
    answer = converse(assistant, *said)[1]
    assert (rule(answer), about(answer)) == ("choice", ["star-fork"])


def test_kinds_of_what_was_talked_about_are_picked_unlisted(assistant: Assistant) -> None:
    answers = converse(assistant, "purpose of a garden tool", "the star one", "the comet one")
    assert [about(a) for a in answers[1:]] == [["star-fork"], ["comet-rake"]]


def test_a_name_before_what_was_meant_counts_not_what_is_told_of_it() -> None:
    context = after("purpose of the star fork")
    meant = put("no, RIS i meant, that in the soil", context, out_of_scope=0.9)
    assert (about(meant), meant.question_type) == (["root-irrigation"], "ask_purpose")


def test_only_part_of_a_name_goes_on_with_something_else(assistant: Assistant) -> None:
    answers = converse(assistant, "purpose of the star fork", "and irrigation?")
    assert about(answers[1]) == about(assistant.ask("purpose of irrigation"))


def test_unsure_small_talk_that_goes_on_is_none() -> None:
    context = after("what is RIS")
    asked = put("and how is it", context, ask_source=0.3, ask_how=0.2)
    assert about(asked) == ["root-irrigation"]
    assert put("how is it", context, ask_source=0.3, ask_how=0.2).kind is K.SMALLTALK


def test_what_a_clause_announces_is_in_the_next(assistant: Assistant) -> None:
    answers = converse(assistant, "what is RIS", "shorter please. what is a star fork")
    assert about(answers[1]) == ["star-fork"]


# ---- again, shorter, in another language


@pytest.mark.parametrize(
    "asked", ["purpose of the star fork", "difference between moon spade and star fork", "RIS"]
)
def test_an_answer_is_said_again(assistant: Assistant, asked: str) -> None:
    first, again = converse(assistant, asked, "say that again")
    assert (again.text, again.citations) == (first.text, first.citations)
    assert (again.question_type, again.concepts) == (first.question_type, first.concepts)


def test_what_was_never_said_is_not_said_again(assistant: Assistant) -> None:
    assert assistant.ask("say that again").kind is not K.ANSWER


def test_where_nothing_was_said_the_next_likeliest_type_counts() -> None:
    said = {"repeat": 0.6, "greet": 0.4}
    assert put("say that again", **said).question_type == "greet"
    again = put("say that again", after("what is a star fork"), **said)
    assert about(again) == ["star-fork"]


def test_an_answer_is_said_shorter(assistant: Assistant) -> None:
    long, short = converse(assistant, "tell me more about RIS", "shorter")
    assert (about(short), short.question_type) == (["root-irrigation"], "shorter")
    assert [c.kind for c in short.citations] == [S.DEFINITION]
    assert len(short.text) < len(long.text)
    assert_verbatim(short.text, short.citations, SOURCES)


def test_a_language_is_asked_for(assistant: Assistant) -> None:
    answers = converse(assistant, "what is a star fork", "say that again in German")
    assert (about(answers[1]), answers[1].language) == (["star-fork"], "de")
    assert "Eine Sterngabel ist" in answers[1].text
    assert assistant.ask("Was ist eine Sterngabel, auf Englisch?").language == "en"
    only_german = fake_assistant(type(garden())((e for e in garden() if e.id == "cold-frame"), "v"))
    assert only_german.ask("what is a cold frame auf Deutsch").language == "en"  # it has no German


# ---- several questions in one message


@pytest.mark.parametrize(
    ("text", "concepts", "kinds"),
    [
        (
            "what is RIS and what does it cost?",
            ["root-irrigation"],
            [S.DEFINITION, S.DEFINITION, S.COST],
        ),
        (
            "what is a star fork? what is a comet rake?",
            ["star-fork", "comet-rake"],
            [S.DEFINITION, S.DEFINITION],
        ),
        (
            "advantages of and limits of RIS",
            ["root-irrigation"],
            [S.DEFINITION, S.ADVANTAGES, S.DEFINITION, S.LIMITS],
        ),
    ],
)
def test_several_questions_are_answered_in_one_message(
    assistant: Assistant, text: str, concepts: list[str], kinds: list[SectionKind]
) -> None:
    answer = assistant.ask(text)
    assert (answer.kind, rule(answer), about(answer)) == (K.ANSWER, "several", concepts)
    assert [c.kind for c in answer.citations] == kinds
    assert_verbatim(answer.text, answer.citations, SOURCES)


def test_small_talk_between_questions_is_passed_over() -> None:
    answer = put("hello! what is a star fork? what is RIS? thanks", define=1.0)
    assert (rule(answer), about(answer)) == ("several", ["star-fork", "root-irrigation"])


def test_aspects_in_a_row_may_lean_on_the_conversation(assistant: Assistant) -> None:
    answers = converse(assistant, "what is RIS", "advantages of and limits of it")
    kinds = {c.kind for c in answers[1].citations}
    assert (about(answers[1]), kinds) == (
        ["root-irrigation"],
        {S.DEFINITION, S.ADVANTAGES, S.LIMITS},
    )


def test_small_talk_at_the_beginning_is_passed_over(assistant: Assistant) -> None:
    context = after("what is RIS")
    polite = put("thank you, say cost", context, thank=0.9)
    assert polite.question_type == "thank"  # nothing is asked
    asked = put("thank you, what does it cost", context, thank=0.9)
    assert (about(asked), asked.question_type) == (["root-irrigation"], "ask_cost")
    clear = put("thank you, what does it cost", context, ask_history=0.9)
    assert clear.question_type == "ask_history"
    longer = put("thank you for all of this, what does it cost", context, thank=0.9)
    assert longer.question_type == "thank"
    assert put("star fork, what does it cost", context, thank=0.9).question_type != "thank"


def test_a_complaint_at_the_beginning_is_passed_over() -> None:
    class Complaining(FakeIntents):
        """Takes "no use" for a complaint."""

        def predict(self, masked_text: str, encoder: object) -> dict[str, float]:
            """Return one type."""
            complains = "no use" in masked_text and "cost" not in masked_text
            return {"feedback_bad": 1.0} if complains else super().predict(masked_text, encoder)  # type: ignore[arg-type]

    assistant = fake_assistant(garden(), intents=Complaining())

    def asked(text: str) -> str:
        question = Question(text, "en", (), {"feedback_bad": 0.9, "ask_cost": 0.1})
        return assistant.answerer.answer(question, after("what is RIS")).question_type

    assert asked("that is of no use to me. what does it cost") == "ask_cost"
    assert asked("that is of no use to me, thank you") == "feedback_bad"
    long = "that is of no use to me and to all of my many neighbours"
    assert asked(f"{long}. what does it cost") == "feedback_bad"


def test_one_of_those_compared_is_not_compared_again() -> None:
    context = after("difference between moon spade and star fork")
    one = put("ok star fork then", context, follow_up=1.0)
    assert (about(one), one.question_type) == (["star-fork"], "define")
    other = put("ok comet rake then", context, follow_up=1.0)
    assert (about(other), other.question_type) == (["moon-spade", "comet-rake"], "compare")


def test_one_of_those_listed_is_explained() -> None:
    context = after("which kinds of garden tool are there")
    one = put("the star fork please", context, follow_up=1.0)
    assert (about(one), one.question_type) == (["star-fork"], "define")
    other = put("and irrigation", context, follow_up=1.0)
    assert other.question_type == "list_narrower"


def test_more_about_another_concept_begins_with_what_it_is() -> None:
    context = after("what is RIS")
    answer = put("and star fork, tell me more", context, follow_up=1.0)
    assert about(answer) == ["star-fork"]
    assert S.DEFINITION in [c.kind for c in answer.citations]


def test_of_several_questions_one_may_be_about_it_in_words_of_its_own(assistant: Assistant) -> None:
    class Sure(FakeIntents):
        """Takes what it does not know for a question about features."""

        def predict(self, masked_text: str, encoder: object) -> dict[str, float]:
            """Return one type."""
            kind = "ask_purpose" if "purpose" in masked_text else "ask_characteristics"
            return {kind: 1.0}

    sure = fake_assistant(garden(), intents=Sure())
    answer = sure.ask("purpose of the star fork? can foxes smell it?")
    assert (rule(answer), about(answer)) == ("several", ["star-fork"])
    assert {S.PURPOSE, S.CHARACTERISTICS} <= {c.kind for c in answer.citations} | {*answer.missing}
    unsure = sure.ask("purpose of the star fork? can foxes smell trees?")
    assert rule(unsure) != "several"


def test_of_a_story_the_last_question_counts_in_the_light_of_those_before() -> None:
    story = "my aunt grows roses beside a dew barrel. what is RIS. what does it cost to her cat"
    answer = put(story, out_of_scope=0.7, define=0.3)
    assert (about(answer), answer.question_type) == (["root-irrigation"], "ask_cost")


def test_and_goes_on_after_one_message_without_an_answer() -> None:
    context = after("what is a moon spade")
    asked = {"ask_safety": 1.0}
    for age, concepts in ((0, ["moon-spade"]), (1, ["moon-spade"]), (2, [])):
        later = replace(context, age=age)
        assert about(put("and safe for hedgehogs", later, **asked)) == concepts


def test_what_only_leads_to_the_question_is_not_answered(assistant: Assistant) -> None:
    answers = converse(assistant, "purpose of RIS", "and star fork, what does it cost")
    assert (about(answers[1]), answers[1].question_type) == (["star-fork"], "ask_cost")
    both = converse(assistant, "what is RIS", "and star fork, what is the difference")
    assert (about(both[1]), both[1].question_type) == (["star-fork", "root-irrigation"], "compare")


def test_and_of_a_name_goes_on_with_the_aspect() -> None:
    for text in ("and of the star fork", "of star fork", "und von der Sterngabel"):
        answer = put(text, after("purpose of the moon spade"), define=0.9)
        assert (about(answer), answer.question_type) == (["star-fork"], "ask_purpose")
    other = put("meaning of the star fork", after("purpose of the moon spade"), define=0.9)
    assert other.question_type == "define"


@pytest.mark.parametrize(
    "text",
    [
        "what is RIS and what is a trowel",  # one we do not know
        "what is a star fork and how is the weather",
        "what is a star fork, what is a bed",  # one that is to be asked back
        "difference between advantages of moon spade and limits of star fork",
        "advantages of and advantages of RIS",
        "advantages of RIS and limits of the star fork",
    ],
)
def test_unless_all_parts_are_clear_it_is_one_question(assistant: Assistant, text: str) -> None:
    assert rule(assistant.ask(text)) != "several"


def test_what_was_asked_at_once_is_asked_of_the_next_as_well(assistant: Assistant) -> None:
    first, *others = converse(
        assistant, "what is RIS and what does it cost?", "and star fork?", "and seedbed"
    )
    assert first.further == ("ask_cost",)
    for answer, concept in zip(others, ("star-fork", "seedbed"), strict=True):
        assert (about(answer), answer.question_type, answer.further) == (
            [concept],
            "define",
            ("ask_cost",),
        )
        assert answer.missing == (S.COST,)
    two = assistant.ask("what is a star fork? what is a comet rake?")
    assert two.further == ()  # of different concepts


def test_the_same_is_asked_of_another_term() -> None:
    context = after("what is RIS and what does it cost?")
    again = put("same two questions for the star fork", context, compare=0.9)
    assert (again.question_type, again.further, about(again)) == (
        "define",
        ("ask_cost",),
        ["star-fork"],
    )


def test_what_two_words_share_is_read_in_both(assistant: Assistant) -> None:
    class Asking(FakeIntents):
        question_words = FakeIntents.question_words | {"vorteile": 9, "nachteile": 9}

    answer = fake_assistant(garden(), intents=Asking()).ask("vor- und nachteile RIS")
    assert (answer.question_type, answer.further) == ("ask_advantages", ("ask_limits",))


# ---- stories


STORY = "my uncle grows old roses in sand and sand is dry. what is RIS"


def test_the_question_at_the_end_of_a_story_is_answered() -> None:
    answer = put(STORY, out_of_scope=0.7, define=0.3)
    assert (rule(answer), about(answer)) == ("story", ["root-irrigation"])
    assert answer.question_type == "define"
    beyond = put(STORY, out_of_scope=0.85, define=0.15)
    assert (beyond.kind, beyond.concepts) == (K.DECLINE, ())


def test_a_long_message_without_a_name_may_ask_of_the_topic_in_one_clause() -> None:
    text = "oh that one. and my uncle would like it said, what does it cost, he is so very poor"
    answer = put(text, after("what is RIS"), find_term=0.8, define=0.2)
    assert (rule(answer), about(answer)) == ("story", ["root-irrigation"])
    assert answer.question_type == "ask_cost"
    assert about(put(text, find_term=0.8, define=0.2)) != ["root-irrigation"]


def test_a_story_without_a_question_we_know_is_declined() -> None:
    answer = put("my uncle grows roses. what is a trowel of his", out_of_scope=0.7, define=0.3)
    assert answer.concepts == ()
    short = put("I dig. what is a star fork holder", out_of_scope=0.7, define=0.3)
    assert short.concepts == ()


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("my tractor is stuck so what is a moon spade", ["moon-spade"]),
        ("what is a moon spade, my tractor is stuck", ["moon-spade"]),
        ("a moon spade in a tractor, what does it mean", []),  # of another field
        ("moon spade tractor, define", []),  # another name
    ],
)
def test_a_message_is_answered_for_one_clause_of_it(text: str, concepts: list[str]) -> None:
    wary = fake_assistant(garden(), named={"strange": -12.0})
    kinds = {"out_of_scope": 0.6, "define": 0.4}
    question = Question(text, "en", wary.spotter.spot(text), kinds)
    assert about(wary.answerer.answer(question)) == concepts


def test_a_name_said_twice_makes_no_comparison(assistant: Assistant) -> None:
    text = "everybody wants a moon spade. what is a moon spade"
    kinds = {"compare": 0.9, "define": 0.1}
    question = Question(text, "en", assistant.spotter.spot(text), kinds)
    answer = assistant.answerer.answer(question)
    assert (rule(answer), answer.question_type, about(answer)) == (
        "story",
        "define",
        ["moon-spade"],
    )


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("my aunt digs with a moon spade. what is it", ["moon-spade"]),
        ("my aunt digs with a moon spade all day long and sings what is it", ["moon-spade"]),
        ("my aunt digs with a moon spade. what is it good for in golf", []),
        ("my aunt digs. what is it", []),
        ("my aunt digs with irrigation in a cake. what is it", ["irrigation"]),
        ("irrigation in a cake. what is it", []),  # of another field
        ("my aunt digs with irrigation in a cake saying LVL. what is it", []),
    ],
)
def test_what_it_is_may_be_asked_of_what_nobody_else_asks(text: str, concepts: list[str]) -> None:
    wary = fake_assistant(garden(), named={"strange": -12.0})
    question = Question(text, "en", wary.spotter.spot(text), {"out_of_scope": 0.9, "define": 0.1})
    assert about(wary.answerer.answer(question)) == concepts


def test_the_last_of_several_things_in_a_statement_is_what_it_is() -> None:
    text = "about a moon spade with a dew barrel, what is it"
    assert about(put(text, define=1.0)) == ["dew-barrel"]


def test_everyday_words_are_no_terms_where_it_is_asked_for() -> None:
    assert about(put("explain a moon spade. how does it work in bed", define=1.0)) == ["moon-spade"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what is moon spade, the old one my uncle broke", "named"),
        ("what is a moon spade, the old one my uncle broke", "described"),
        ("my uncle broke a thing called moon spade there", "named"),
    ],
)
def test_what_is_asked_for_first_or_called_so_is_named(text: str, expected: str) -> None:
    assert rule(put(text, find_term=0.7, define=0.3)) == expected


def test_it_at_the_end_is_what_the_story_names(assistant: Assistant) -> None:
    text = "my neighbour bought a dew barrel last year. what does it cost"
    for context in (Context(), after("what is a star fork")):
        answer = assistant.ask(text, context)
        assert (rule(answer), about(answer)) == ("story", ["dew-barrel"])
        assert answer.question_type == "ask_cost"


# ---- memory


def test_what_a_story_names_in_two_senses_is_asked_back(assistant: Assistant) -> None:
    answer = assistant.ask("bed, what is it")
    assert answer.kind is K.CLARIFY
    assert {ref.id for ref in answer.alternatives} == {"flower-bed", "seedbed"}


def test_what_it_means_is_forgotten_after_a_while(assistant: Assistant) -> None:
    talk = ["hello"] * PATIENCE
    kept = converse(assistant, "what is a star fork", *talk[1:], "tell me more")
    assert about(kept[-1]) == ["star-fork"]
    lost = converse(assistant, "what is a star fork", *talk, "tell me more")
    assert (lost[-1].kind, lost[-1].text) == (K.CLARIFY, "Which concept do you mean?")


def test_what_was_offered_and_is_gone_is_forgotten() -> None:
    offered = Context(offered=("gone", "flower-bed", "seedbed"), pending="define")
    assert about(GARDENER.ask("the second one", offered)) == ["seedbed"]
    before = Context(("seedbed",), "define", before=("gone", "star-fork"), offered=("seedbed",))
    assert about(GARDENER.ask("the other one", before)) == ["star-fork"]
    lost = Context(("gone",), "define", before=("gone",), offered=("gone",), pending="define")
    for text in ("yes please", "the second one", "the other one", "say that again", "tell me more"):
        assert about(GARDENER.ask(text, lost)) == []


SAYINGS = st.sampled_from(
    (
        "what is a bed", "the second one", "yes please", "no thanks", "and comet rake?", "shorter",
        "purpose of the star fork", "tell me more", "say that again", "the other one", "hello",
        "was ist RIS", "difference to the moon spade", "what does it cost", "qwrtz",
        "kinds of garden tool", "what is the source?", "say that again in German",
    )
)  # fmt: skip


@given(st.lists(st.tuples(st.booleans(), SAYINGS), max_size=8))
def test_conversations_do_not_know_of_each_other(turns: list[tuple[bool, str]]) -> None:
    contexts = {True: Context(), False: Context()}
    mixed: dict[bool, list[Answer]] = {True: [], False: []}
    for who, text in turns:
        answer = GARDENER.ask(text, contexts[who])
        contexts[who] = next_context(answer, contexts[who])
        mixed[who].append(answer)
    for who in (True, False):
        assert mixed[who] == converse(GARDENER, *(text for one, text in turns if one is who))


@given(st.lists(SAYINGS, max_size=6))
def test_whatever_is_talked_about_stands_in_the_glossary_verbatim(texts: list[str]) -> None:
    for answer in converse(GARDENER, *texts):
        if answer.citations:
            assert_verbatim(answer.text, answer.citations, SOURCES)
        assert bool(answer.concepts) == (answer.kind is K.ANSWER)


# ---- comparisons, however they are put


def test_a_neighbour_is_compared_by_a_part_of_its_name() -> None:
    text = "and the difference from that to a barrel"
    leaning = put(text, after("what is a moon spade"), compare=0.9)
    assert about(leaning) == ["moon-spade", "dew-barrel"]
    named = GARDENER.ask("difference between a moon spade and a normal barrel")
    assert about(named) == ["moon-spade", "dew-barrel"]
    assert about(GARDENER.ask("difference between a star fork and a normal barrel")) == [
        "star-fork"
    ]


def test_which_of_the_two_is_better_for_something_compares_them() -> None:
    context = after("difference between moon spade and star fork")
    text = "which of the two is better for my uncle in Timbuktu"
    answer = put(text, context, find_term=0.6, compare=0.3)
    assert (answer.question_type, about(answer)) == ("compare", ["moon-spade", "star-fork"])
    assert about(put(text, context, find_term=0.9, compare=0.05)) == []


def test_what_has_more_of_it_is_put_to_both() -> None:
    context = after("difference between moon spade and star fork")
    for text in ("and cheaper?", "what is cheaper"):
        assert about(put(text, context, ask_cost=1.0)) == ["moon-spade", "star-fork"]
    assert about(put("and the cost?", context, ask_cost=1.0)) == ["moon-spade"]


def test_clauses_that_compare_only_as_a_whole_are_one_question() -> None:
    class Reads(FakeIntents):
        """Takes a clause with a term for a question of its own."""

        def predict(self, masked_text: str, encoder: object) -> dict[str, float]:
            """Return one type."""
            terms = masked_text.count("<term>")
            return {("compare", "ask_purpose", "compare")[min(terms, 2)]: 0.95}

    gardener = fake_assistant(garden(), intents=Reads())
    moving = gardener.ask("what about a moon spade. and what of it when i take a star fork")
    assert (moving.question_type, about(moving)) == ("compare", ["moon-spade", "star-fork"])
    text = "how do moon spade and star fork differ. what of a seedbed"
    own = gardener.ask(text)
    assert about(own) == ["moon-spade", "star-fork", "seedbed"]
    assert own.question_type == "compare"


def test_an_aspect_that_neither_side_of_a_choice_has_compares_them() -> None:
    chosen = GARDENER.ask("cost of a moon spade or a star fork")
    assert (chosen.question_type, about(chosen)) == ("compare", ["moon-spade", "star-fork"])
    assert GARDENER.ask("cost of a moon spade and a star fork").question_type == "ask_cost"
    assert GARDENER.ask("cost of RIS or a star fork").question_type == "ask_cost"


def test_what_is_asked_for_at_the_end_is_defined() -> None:
    text = "no more moon spade, all talk of the star fork, what is that"
    assert about(put(text, compare=0.9, define=0.1)) == ["star-fork"]
    compared = f"{text} and what the difference"
    assert about(put(compared, compare=0.9, define=0.1)) == ["moon-spade", "star-fork"]
    linked = Question(text.replace(", all talk of the", " and"), "en")
    linked = replace(linked, mentions=GARDENER.spotter.spot(linked.text))
    assert not asks_for_last(linked)


def test_the_second_of_two_may_only_say_of_what() -> None:
    text = "i wonder at the moon spade of the star fork"
    assert put(text, compare=0.6, define=0.4).question_type == "define"
    assert put(text, compare=0.95, define=0.05).question_type == "compare"
    assert put("moon spade versus star fork", compare=0.6, define=0.4).question_type == "compare"


# ---- corrections


def test_a_correction_is_read_with_the_topic() -> None:
    tower = (
        "---\nid: {0}\nterms: {{en: {{preferred: {1}}}}}\nrelated: [{2}]\n---\n# English\n\n{1}.\n"
    )
    names = [
        ("bell", "bell", "bell-tower"),
        ("tower", "tower", ""),
        ("bell-tower", "bell tower", ""),
    ]
    town = [read_entry(f"{i}.md", tower.format(i, name, near)) for i, name, near in names]
    watch = fake_assistant(Glossary(town, "town"))
    context = next_context(watch.ask("purpose of the bell"), Context())
    for text, concept in (("no, i meant the tower", "bell-tower"), ("and the tower", "tower")):
        question = Question(text, "en", watch.spotter.spot(text), {"define": 1.0})
        assert about(watch.answerer.answer(question, context)) == [concept]


def test_a_description_in_a_correction_is_looked_for_among_the_neighbours() -> None:
    definition = "a tool with five points that loosens soil"
    context = after("what is a comet rake")
    asked = put(f"no, i meant {definition}", context, define=1.0)
    assert (about(asked), rule(asked)) == (["star-fork"], "described")
    assert about(put(f"no, that is {definition}", context, define=1.0)) == []
    far = put(f"no, i meant {definition}", after("what is a seedbed"), define=1.0)
    assert about(far) == []


def test_the_reply_to_a_question_back_keeps_what_was_asked() -> None:
    asked = GARDENER.ask("how does it work")
    assert asked.kind is K.CLARIFY
    context = next_context(asked, Context())
    answer = put("sorry, i mean the RIS", context, define=1.0)
    assert (answer.question_type, about(answer)) == ("ask_how", ["root-irrigation"])
    other = put("cost of the RIS", context, ask_cost=1.0)
    assert other.question_type == "ask_cost"


def test_both_may_be_picked(assistant: Assistant) -> None:
    both = converse(assistant, "purpose of the bed", "both")[1]
    assert (about(both), rule(both)) == (["flower-bed", "seedbed"], "choice")
    assert about(converse(assistant, "what is RIS", "both")[1]) != ["flower-bed", "seedbed"]


def test_what_is_said_of_a_term_right_behind_it_is_no_other_side() -> None:
    for text in ("moon spade the garden tool, what is it", "moon spade, the garden tool"):
        answer = put(text, compare=0.9, define=0.1)
        assert (answer.question_type, about(answer)) == ("define", ["moon-spade"])
    for text in (
        "moon spade the star fork",
        "garden tool the moon spade",
        "moon spade, garden tool",
    ):
        assert put(text, compare=0.9, define=0.1).question_type == "compare"


@pytest.mark.parametrize(
    ("end", "concepts"),
    [
        ("and purpose of it, that i ask, what is it for", ["moon-spade"]),
        ("what do you call that", []),
    ],
)
def test_a_story_like_a_description_is_asked_by_its_end(end: str, concepts: list[str]) -> None:
    text = f"so on sunday my neighbour came with his moon spade and the dog was barking, {end}"
    question = Question(text, "en", GARDENER.spotter.spot(text), {"find_term": 0.95})
    answer = GARDENER.answerer.answer(question)
    assert (about(answer) == ["moon-spade"]) is bool(concepts)


@pytest.mark.parametrize(
    "text",
    [
        "a moon spade lifts long grey stones there, what do you call that",
        "a moon spade or a star fork lifts long grey stones, what do you call that",
    ],
)
def test_who_wants_a_name_at_the_end_describes(text: str) -> None:
    answer = put(text, compare=0.6, define=0.3)
    assert rule(answer) == "described"
    other = put("moon spade, what do you call that in German", define=0.9)
    assert (rule(other), about(other)) == ("named", ["moon-spade"])


def test_a_question_that_we_do_not_know_leads_to_no_other() -> None:
    text = "who stole the moon spade and what does it cost"
    answer = put(text, out_of_scope=0.7, ask_cost=0.3)
    assert (answer.kind, about(answer)) == (K.DECLINE, [])
    known = put("my moon spade was stolen and what does it cost", out_of_scope=0.7, ask_cost=0.3)
    assert about(known) == ["moon-spade"]


def test_clauses_that_are_compared_by_the_last_are_all_meant() -> None:
    text = "moon spade, star fork and comet rake, how do they differ, difference"
    answer = put(text, compare=1.0)
    assert about(answer) == ["moon-spade", "star-fork", "comet-rake"]


def test_what_is_known_already_is_not_what_is_asked() -> None:
    answer = put("i know the moon spade, but what is a star fork", define=1.0)
    assert about(answer) == ["star-fork"]


def test_a_name_is_corrected_in_one_message() -> None:
    context = after("purpose of the moon spade")
    for text in ("no not the moon spade, the star fork!", "ne nicht Mondspaten, Sterngabel"):
        answer = GARDENER.ask(text, context)
        assert (about(answer), answer.question_type) == (["star-fork"], "ask_purpose")


def test_of_two_meanings_the_denied_one_is_not_meant() -> None:
    text = "what is a bed, not a flower bed"
    bed = Mention(10, 13, "bed", "bed", ("flower-bed", "seedbed"))
    flower_bed = Mention(21, 31, "flower bed", "flower bed", ("flower-bed",))
    for mentions, concepts in (((bed, flower_bed), ["seedbed"]), ((bed,), [])):
        question = Question(text, "en", mentions, {"define": 1.0})
        assert about(GARDENER.answerer.answer(question)) == concepts


def test_a_reply_says_what_is_not_meant() -> None:
    context = after("purpose of the bed")
    assert context.pending
    for text in ("the seedbed kind, nothing with flowers", "not a flower thing, the seedbed one"):
        assert about(GARDENER.ask(text, context)) == ["seedbed"]


def test_a_neighbour_is_meant_by_part_of_its_name_and_the_topic_only() -> None:
    entry = (
        "---\nid: {0}\nterms: {{en: {{preferred: {1}}}}}\nrelated: [{2}]\n---\n# English\n\n{1}.\n"
    )
    names = [
        ("bell", "bell service", "large-tower-service"),
        ("tower", "tower", ""),
        ("large-tower-service", "large tower service", ""),
    ]
    town = [read_entry(f"{i}.md", entry.format(i, name, near)) for i, name, near in names]
    watch = fake_assistant(Glossary(town, "town"))
    context = next_context(watch.ask("purpose of the bell service"), Context())
    question = Question("oops i meant tower", "en", watch.spotter.spot("oops i meant tower"), {})
    assert about(watch.answerer.answer(question, context)) == ["tower"]


def test_a_name_that_is_put_right_behind_it_keeps_what_was_asked() -> None:
    context = after("purpose of the moon spade")
    answer = put("sorry, star fork i meant", context, out_of_scope=0.9)
    assert (about(answer), answer.question_type) == (["star-fork"], "ask_purpose")
    assert put("sorry, star fork i meant", out_of_scope=0.9).kind is K.DECLINE


def test_who_puts_a_name_right_at_once_is_understood() -> None:
    assert about(put("purpose of the moon spade, i mean the star fork", ask_purpose=0.9)) == [
        "star-fork"
    ]
    own = GARDENER.ask("what is a moon spade, i mean cost of RIS")
    assert (about(own), own.question_type) == (["root-irrigation"], "ask_cost")
    assert about(put("purpose of the moon spade i mean", ask_purpose=0.9)) == ["moon-spade"]


def test_what_was_listed_together_is_compared() -> None:
    context = after("kinds of garden tool", "the second one")
    other = next(c for c in context.offered if c not in context.concepts)
    name = garden()[other].preferred("en")
    answer = put(f"how does {name} differ", context, compare=0.9)
    assert about(answer) == [*context.concepts, other]


def test_the_same_name_said_in_two_ways_keeps_its_aspect() -> None:
    text = "why have a moon spade aka crescent spade"
    assert put(text, compare=0.8, ask_purpose=0.2).question_type == "ask_purpose"
    assert put(text, compare=0.98, ask_purpose=0.02).question_type == "define"


def test_who_denies_what_was_offered_may_want_a_person() -> None:
    context = after("purpose of the bed")
    answer = GARDENER.ask("No, I do not mean the purpose of it. Get me a person", context)
    assert answer.kind is K.HANDOFF
