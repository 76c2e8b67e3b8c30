"""Names are found in questions however people write them, and nothing else is taken for a name.

Everything holds for the fakes as for spaCy, rapidfuzz and the real word list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.adapters.rapidfuzz_spellings import RapidfuzzSpellings
from bot.adapters.spacy_phrases import SpacyPhrases
from bot.adapters.word_list import WordList
from bot.glossary.entry import Entry
from bot.glossary.glossary import Glossary
from bot.glossary.mention import Likeness, Mention, masked
from bot.glossary.names import Names
from bot.glossary.spotting import Spotter
from bot.glossary.term import Status, Term
from tests.fakes import ASKING, FakePhrases, FakeSpellings, FakeVocabulary
from tests.garden import garden
from tests.strategies import nasty_text, questions

COMMON = ("garden", "cake", "star", "moon", "water", "root", "pencil", "plants", "stone")
GLOSSARY = garden()
NAMES = Names(GLOSSARY)
MakeSpotter = Callable[[Names], Spotter]


def fake(names: Names) -> Spotter:
    """Return a spotter that rests on fakes."""
    vocabulary = FakeVocabulary(ASKING, COMMON)
    return Spotter(names, FakePhrases(names), FakeSpellings(names), vocabulary)


def real(names: Names) -> Spotter:
    """Return a spotter that rests on the libraries."""
    vocabulary = WordList(ASKING, COMMON, ())
    return Spotter(names, SpacyPhrases(names), RapidfuzzSpellings(names), vocabulary)


FAKE, REAL = fake(NAMES), real(NAMES)


@pytest.fixture(params=[fake, real])
def make(request: pytest.FixtureRequest) -> MakeSpotter:
    """Make a spotter over any names."""
    chosen: MakeSpotter = request.param
    return chosen


@pytest.fixture(params=[FAKE, REAL], ids=["fake", "real"])
def spotter(request: pytest.FixtureRequest) -> Spotter:
    """The spotter over the garden."""
    chosen: Spotter = request.param
    return chosen


def found(spotter: Spotter, text: str) -> list[tuple[str, ...]]:
    """Return the words of a question that were spotted, each with its concepts."""
    return [(m.text, *m.concepts) for m in spotter.spot(text)]


def one(spotter: Spotter, text: str) -> Mention:
    """Return the only mention of a question."""
    (mention,) = spotter.spot(text)
    return mention


# ---- spellings


@pytest.mark.parametrize(
    ("text", "written", "concept"),
    [
        ("What is a moon spade?", "moon spade", "moon-spade"),
        ("MOON SPADES", "MOON SPADES", "moon-spade"),
        ("the moon spade's blade", "moon spade's", "moon-spade"),
        ("moon-spade?", "moon-spade", "moon-spade"),
        ("Was ist ein Mondspaten?", "Mondspaten", "moon-spade"),
        ("Wozu dienen Sterngabeln", "Sterngabeln", "star-fork"),
        ("wurzelbewaesserung", "wurzelbewaesserung", "root-irrigation"),
        ("WURZELBEWÄSSERUNG", "WURZELBEWÄSSERUNG", "root-irrigation"),
        ("explain watering", "watering", "irrigation"),
        ("five-pointed forks", "five-pointed forks", "star-fork"),
        ("what is cpw", "cpw", "careful-plant-watch"),
        ("What are CPWs?", "CPWs", "careful-plant-watch"),
        ("what are IM's", "IM's", "irrigation-manifold"),
    ],
)
def test_case_plural_accents_and_hyphens_do_not_matter(
    spotter: Spotter, text: str, written: str, concept: str
) -> None:
    mention = one(spotter, text)
    assert (mention.text, mention.concepts) == (written, (concept,))
    assert (mention.likeness, mention.score, mention.weak) == (Likeness.EXACT, 1.0, False)
    assert text[mention.start : mention.end] == written


@pytest.mark.parametrize(
    ("text", "written", "concept"),
    [
        ("What is C.P.W.?", "C.P.W", "careful-plant-watch"),
        ("c p w", "c p w", "careful-plant-watch"),
        ("explain C-P-W please", "C-P-W", "careful-plant-watch"),
        ("seed bed", "seed bed", "seedbed"),
        ("a seed-bed", "seed-bed", "seedbed"),
        ("moonspades", "moonspades", "moon-spade"),
        ("mond spaten", "mond spaten", "moon-spade"),
    ],
)
def test_a_name_may_be_joined_or_taken_apart(
    spotter: Spotter, text: str, written: str, concept: str
) -> None:
    mention = one(spotter, text)
    assert (mention.text, mention.concepts) == (written, (concept,))
    assert (mention.likeness, mention.score) == (Likeness.JOINED, 1.0)


@pytest.mark.parametrize("text", ["What are IMs?", "tell me about IMs"])
def test_an_abbreviation_of_two_letters_has_a_plural(spotter: Spotter, text: str) -> None:
    assert one(spotter, text).concepts == ("irrigation-manifold",)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("what is a mooon spade", "moon-spade"),
        ("what is a moon spdae", "moon-spade"),
        ("comet rkae", "comet-rake"),
        ("Was ist eine Sterngabl?", "star-fork"),
        ("wurzelbewaserung", "root-irrigation"),
        ("explain irigation", "irrigation"),
    ],
)
def test_a_typing_error_is_forgiven(spotter: Spotter, text: str, concept: str) -> None:
    mention = one(spotter, text)
    assert mention.concepts == (concept,)
    assert mention.likeness is Likeness.FUZZY
    assert 0.7 < mention.score < 1.0


@pytest.mark.parametrize(
    "text",
    [
        "what is a stone",  # a word of its own, though near to nothing
        "how do I water plants",
        "what is a pencil",
        "blorp frumious zzzyx",
        "what is a spoonmade",
        "what is a seadbad",  # two letters of seven make another word
        "",
        "   ?!",
        "\x00\u202e",
    ],
)
def test_what_is_far_from_every_name_is_none(spotter: Spotter, text: str) -> None:
    assert found(spotter, text) == []


# ---- short names


@pytest.mark.parametrize(
    "text",
    [
        "Tell us about pencils",  # not US
        "I'm in the garden",  # not IM
        "I’m new here",
        "what is an UM",  # not IM
        "what is CPV",  # not CPW
        "cpwx",
        "what is CW",
        "what is a CPWR",
        "whats RI",
        "what is cp w",
        "what is a c pw",
    ],
)
def test_a_short_abbreviation_is_never_guessed(spotter: Spotter, text: str) -> None:
    assert found(spotter, text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("can you show us the moon spade", "moon-spade"),
        ("is it as good as a star fork", "star-fork"),
        ("I'm looking for a comet rake", "comet-rake"),
        ("tell us how it works with a dew barrel", "dew-barrel"),
    ],
)
def test_everyday_words_are_no_names_where_another_name_stands(
    spotter: Spotter, text: str, expected: str
) -> None:
    assert [m.concepts for m in spotter.spot(text)] == [(expected,)]


@pytest.mark.parametrize(
    ("text", "concept"), [("What is IT?", "irrigation-timer"), ("Explain US", "ultrasonic-sprayer")]
)
def test_an_everyday_word_written_as_a_name_is_one(
    spotter: Spotter, text: str, concept: str
) -> None:
    assert one(spotter, text).concepts == (concept,)


@pytest.mark.parametrize("text", ["how does it work", "what is it", "tell us more"])
def test_a_pronoun_is_no_abbreviation(spotter: Spotter, text: str) -> None:
    assert found(spotter, text) == []


def test_a_name_that_people_ask_with_is_weak(spotter: Spotter) -> None:
    mention = one(spotter, "what is a bed")
    assert (mention.concepts, mention.weak) == (("flower-bed", "seedbed"), True)


def test_a_weak_name_beside_a_joining_word_is_meant(spotter: Spotter) -> None:
    text = "difference between a bed and a moon spade"
    without_article = text.replace(" and a ", " and ")
    assert found(spotter, without_article) == [
        ("bed", "flower-bed", "seedbed"),
        ("moon spade", "moon-spade"),
    ]
    assert found(spotter, "the moon spade is in my bed") == [("moon spade", "moon-spade")]


@pytest.mark.parametrize(("uses", "weak"), [(1, False), (2, True)])
def test_a_name_that_one_training_question_has_is_not_weak(uses: int, weak: bool) -> None:
    vocabulary = WordList({**dict.fromkeys(ASKING, 4), "bed": uses}, COMMON, ())
    spotter = Spotter(NAMES, FakePhrases(NAMES), FakeSpellings(NAMES), vocabulary)
    assert one(spotter, "what is a bed").weak is weak


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("can you give me some good examples of bed", True),
        ("my teacher talked a lot about bed, what is it", True),
        ("my teacher talked a lot about bed linen today", False),
        ("today i heard my teacher say the word bed, what is it", True),
        ("today i saw my teacher beside the bed in it", False),
    ],
)
def test_a_weak_name_is_meant_where_it_is_what_is_spoken_of(
    spotter: Spotter, text: str, expected: bool
) -> None:
    assert (("bed", "flower-bed", "seedbed") in found(spotter, text)) is expected


@pytest.mark.parametrize(
    ("between", "expected"), [("the same as", True), ("n", True), ("as good as", False)]
)
def test_a_weak_name_is_joined_by_a_phrase(spotter: Spotter, between: str, expected: bool) -> None:
    meant = ("bed", "flower-bed", "seedbed") in found(spotter, f"is bed {between} moon spade")
    assert meant is expected


def test_two_misspelt_words_are_rather_one_name_than_two(spotter: Spotter) -> None:
    assert one(spotter, "what is a moon spadde").text == "moon spadde"
    assert one(spotter, "whats an irigatoin timr").text == "irigatoin timr"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what is a bed in a dew barrel", True),
        ("what does a bed do in the dew barrel", True),
        ("was ist ein bed bei Mondspaten", True),
        ("what is the bed in a dew barrel", False),  # no article that introduces it
        ("a bed is nice in a dew barrel", False),
        ("what is a bed and in a dew barrel", True),
        ("a dew barrel in a bed", False),
    ],
)
def test_a_weak_name_that_stands_in_a_stronger_one_is_asked_for(
    spotter: Spotter, text: str, expected: bool
) -> None:
    assert (("bed", "flower-bed", "seedbed") in found(spotter, text)) is expected


@pytest.mark.parametrize(
    ("text", "found_first"),
    [
        ("what is Kterngabel", False),  # a first letter is rarely mistyped
        ("was ist Bondspaten", False),
        ("what is Tserngabel", True),  # but two letters may be swapped
        ("what is Setrngabel", True),
        ("explain irigation", True),
    ],
)
def test_a_misspelt_name_begins_like_the_name(
    spotter: Spotter, text: str, found_first: bool
) -> None:
    assert bool(spotter.spot(text)) is found_first


def test_a_real_word_joined_to_a_name_may_be_a_misspelt_one(make: MakeSpotter) -> None:
    entries = [
        Entry("telegram", (Term("Telegramo", "en", Status.PREFERRED),), {}),
        Entry("signal", (Term("Flaggensignal", "en", Status.PREFERRED),), {}),
    ]
    spotter = make(Names(entries))
    for word in ("stelegram", "explained"):  # neither is one error from a name that begins alike
        assert found(spotter, f"difference between flaggensignal and {word}") == [
            ("flaggensignal", "signal")
        ]
    common = knowing(make, Names(entries), ASKING, "telegrama")
    assert [m.concepts for m in common.spot("flaggensignal and telegrama")] == [
        ("signal",),
        ("telegram",),
    ]
    for text in ("telegrama", "the telegrama of a flaggensignal", "flaggensignal"):
        assert ("telegram",) not in [m.concepts for m in common.spot(text)]


def knowing(make: MakeSpotter, names: Names, asking: Iterable[str], *common: str) -> Spotter:
    """Return a spotter that knows these words of asking and these everyday words."""
    everyday = [*COMMON, *common]
    if make is fake:
        vocabulary = FakeVocabulary(asking, everyday)
        return Spotter(names, FakePhrases(names), FakeSpellings(names), vocabulary)
    listed = WordList(asking, everyday, ())
    return Spotter(names, SpacyPhrases(names), RapidfuzzSpellings(names), listed)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("im Vergleich zu Mondspaten", [("moon-spade",)]),  # German "im" is no IM
        ("difference between IM and moon spade", [("irrigation-manifold",), ("moon-spade",)]),
        ("moon spade im Unterschied zu Sterngabel", [("moon-spade",), ("star-fork",)]),
    ],
)
def test_a_joining_word_is_no_name(
    make: MakeSpotter, text: str, expected: list[tuple[str, ...]]
) -> None:
    spotter = knowing(make, NAMES, (*ASKING, "im", "zu", "vergleich"))
    assert [m.concepts for m in spotter.spot(text)] == expected


def test_letters_that_are_words_make_no_short_name(make: MakeSpotter) -> None:
    entries = [
        Entry("user", (Term("UI", "en", Status.PREFERRED),), {}),
        Entry("rich", (Term("RCS", "en", Status.PREFERRED),), {}),
        Entry("audio", (Term("AIO", "en", Status.PREFERRED),), {}),
    ]
    spotter = make(Names(entries))
    assert found(spotter, "can u i ask") == []
    assert found(spotter, "r c s") == [("r c s", "rich")]
    assert found(spotter, "a i o") == [("a i o", "audio")]


# ---- several names


def test_the_longest_name_wins_over_those_inside_it(spotter: Spotter) -> None:
    text = "irrigation, the root irrigation system and an irrigation timer"
    assert found(spotter, text) == [
        ("irrigation", "irrigation"),
        ("root irrigation system", "root-irrigation"),
        ("irrigation timer", "irrigation-timer"),
    ]


def test_an_exact_name_wins_over_a_misspelt_longer_one(make: MakeSpotter) -> None:
    entries = [
        Entry("rake", (Term("rake", "en", Status.PREFERRED),), {}),
        Entry("rakes-set", (Term("raket", "en", Status.PREFERRED),), {}),
    ]
    assert found(make(Names(entries)), "explain rake") == [("rake", "rake")]


def test_who_does_something_is_not_named_by_the_verb(make: MakeSpotter) -> None:
    names = Names([Entry("planter", (Term("Planter", "de", Status.PREFERRED),), {})])
    spotter = knowing(make, names, (), "plant")
    assert found(spotter, "plant here, Plantern dort") == [("Plantern", "planter")]


def test_homonyms_of_two_languages_are_one_mention(make: MakeSpotter) -> None:
    entries = [
        Entry("gift", (Term("gift", "en", Status.PREFERRED),), {}),
        Entry("poison", (Term("Gift", "de", Status.PREFERRED),), {}),
    ]
    assert found(make(Names(entries)), "was ist gift") == [("gift", "gift", "poison")]


def test_names_come_from_left_to_right_each_time_they_stand(spotter: Spotter) -> None:
    text = "star fork / moon spade / star fork"
    assert [m.concepts[0] for m in spotter.spot(text)] == ["star-fork", "moon-spade", "star-fork"]
    assert [m.start for m in spotter.spot(text)] == [0, 12, 25]


@pytest.mark.parametrize("frame", ["what is {}", "was ist {}?", "{}", "explain {} to a person."])
def test_every_name_of_the_garden_is_found(spotter: Spotter, frame: str) -> None:
    for name in NAMES.all:
        mentions = spotter.spot(frame.format(name.text))
        assert {c for m in mentions for c in m.concepts} >= set(name.concepts), name.text
        assert [m.text for m in mentions] == [name.text]


def test_without_names_nothing_is_found(make: MakeSpotter) -> None:
    assert make(Names(Glossary([]))).spot("what is a moon spade") == ()


# ---- whatever is written


@given(st.one_of(questions(NAMES), nasty_text()))
def test_mentions_stand_in_the_text_and_do_not_overlap(text: str) -> None:
    for spotter in (FAKE, REAL):
        mentions = spotter.spot(text)
        for mention in mentions:
            assert text[mention.start : mention.end] == mention.text
            assert mention.text
            assert 0 < mention.score <= 1
            assert mention.concepts
            assert all(concept in GLOSSARY for concept in mention.concepts)
            assert (mention.likeness is Likeness.FUZZY) == (mention.score < 1)
        for left, right in pairwise(mentions):
            assert left.end <= right.start
            assert not left.overlaps(right)


@given(questions(NAMES))
def test_fakes_and_libraries_spot_the_same(text: str) -> None:
    assert FAKE.spot(text) == REAL.spot(text)


@given(questions(NAMES))
def test_a_masked_question_has_a_placeholder_per_mention(text: str) -> None:
    assume("<term>" not in text)
    mentions = FAKE.spot(text)
    plain = masked(text, tuple(reversed(mentions)))
    assert plain.count("<term>") == len(mentions)
    parts = plain.split("<term>")
    restored = [p + m.text for p, m in zip(parts, (*mentions, None), strict=True) if m]
    assert "".join([*restored, parts[-1]]) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lunar vs solar garden bed", {"l", "s"}),
        ("lunar garden or solar garden bed", {"l", "s"}),
        ("solar garden bed and fork", {"s", "f"}),
        ("lunar cake and solar garden bed", {"s"}),
        ("lunar solar garden bed", {"s"}),
    ],
)
def test_names_share_words_where_a_word_joins_them(
    make: MakeSpotter, text: str, expected: set[str]
) -> None:
    terms = {"l": "lunar garden bed", "s": "solar garden bed", "f": "solar garden fork"}
    names = Names(Entry(c, (Term(t, "en", Status.PREFERRED),), {}) for c, t in terms.items())
    assert {c for m in make(names).spot(text) for c in m.concepts} == expected


def test_no_name_reaches_over_markup(spotter: Spotter) -> None:
    assert found(spotter, "what is a moon<b> spade") == found(spotter, "what is a moon")
    assert not any("<" in m.text for m in spotter.spot("what is a mon<b> spadde"))
