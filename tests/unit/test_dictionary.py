"""German is put in English word by word, and every piece of it keeps its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.glossary.folding import words
from bot.retrieval import dictionary as module
from bot.retrieval.dictionary import Dictionary, Reading
from tests.strategies import unicode_text

ENTRIES = {
    "an": "on", "anrufen": "phone", "apfel": "apple", "arbeit": "work", "auf": "on",
    "aufzeichnen": "record", "baum": "tree", "bewaesserung": "watering", "das": "the",
    "der": "the", "die": "the", "doch": "", "einkaufen": "shop", "freundlich": "friendly",
    "gehen": "go", "hand": "hand", "haus": "house", "ich": "I", "internet": "internet",
    "ist": "is", "ja": "", "kaufen": "buy", "klein": "small", "lehrer": "teacher", "machen": "make",
    "rufen": "call", "schluessel": "key", "sicher": "safe", "speichern": "store", "tuer": "door",
    "und": "and", "wurzel": "root", "zeichnen": "draw", "zeit": "time",
}  # fmt: skip
ENGLISH = frozenset({"an", "die", "hand", "internet"})
FUNCTION_WORDS = frozenset({"a", "an", "how", "in", "is", "of", "the", "what"})
LONG = 10_000  # letters
WIDE = "HAUS".translate({letter: letter + 0xFEE0 for letter in b"HAUS"})  # full-width letters

german_words = st.sampled_from(
    [*ENTRIES, "Bäume", "Haustür", "ruft", "Slack", WIDE, "Straße", "e\u0301", "C++"]
)
between = st.sampled_from([" ", "  ", ", ", "-", ".", "\n", "\u00ad", "\u200d", "_", "🌱"])
german_texts = st.lists(st.tuples(german_words, between)).map(
    lambda pairs: "".join(word + after for word, after in pairs)
)


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    return Dictionary(ENTRIES, ENGLISH, FUNCTION_WORDS)


@pytest.mark.parametrize(
    ("word", "english"),
    [
        ("rufen", "call"), ("rufe", "call"), ("rufst", "call"), ("ruft", "call"),
        ("machte", "make"), ("machten", "make"), ("machtest", "make"), ("zeichnete", "draw"),
        ("gerufen", "call"), ("gemacht", "make"), ("gezeichnet", "draw"), ("gespeichert", "store"),
        ("speichert", "store"), ("speicherte", "store"), ("rufend", "call"), ("rufende", "call"),
    ],
)  # fmt: skip
def test_a_form_of_a_verb_is_the_verb(dictionary: Dictionary, word: str, english: str) -> None:
    assert dictionary.meaning(word) == english


@pytest.mark.parametrize(
    ("word", "english"),
    [
        ("anruft", "phone"), ("angerufen", "phone"), ("anzurufen", "phone"),
        ("anrufende", "phone"), ("eingekauft", "shop"), ("aufgezeichnet", "record"),
        ("aufzuzeichnen", "record"),
    ],
)  # fmt: skip
def test_a_particle_in_front_makes_it_another_verb(
    dictionary: Dictionary, word: str, english: str
) -> None:
    assert dictionary.meaning(word) == english


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Ich rufe Mira morgen an.", "I phone Mira morgen."),
        ("Ich rufe Mira an und gehe", "I phone Mira and go"),
        ("Ich rufe Mira an, ja", "I phone Mira,"),
        ("Ich zeichne das auf", "I record the"),
        ("Ich rufe an der Tür", "I call on the door"),  # the clause goes on: no particle
        ("Ich gehe an", "I go on"),  # there is no such verb
    ],
)
def test_a_particle_at_the_end_of_a_clause_belongs_to_its_verb(
    dictionary: Dictionary, text: str, english: str
) -> None:
    assert dictionary.read(text).text == english


def test_a_particle_far_from_a_verb_does_not_belong_to_it(dictionary: Dictionary) -> None:
    assert dictionary.read("rufe" + " x" * 9 + " an").text == "phone" + " x" * 9
    assert dictionary.read("rufe" + " x" * 10 + " an").text == "call" + " x" * 10 + " on"


@pytest.mark.parametrize(
    ("word", "english"),
    [
        ("kleine", "small"), ("kleinen", "small"), ("kleinem", "small"), ("kleines", "small"),
        ("kleinere", "small"), ("kleinsten", "small"), ("baeume", "tree"), ("aepfel", "apple"),
        ("haeuser", "house"), ("haeusern", "house"), ("zeiten", "time"), ("haeuschen", "house"),
        ("lehrerin", "teacher"), ("lehrerinnen", "teacher"),
    ],
)  # fmt: skip
def test_endings_and_umlauts_make_no_other_word(
    dictionary: Dictionary, word: str, english: str
) -> None:
    assert dictionary.meaning(word) == english


@pytest.mark.parametrize(
    ("word", "english"),
    [
        ("haustuer", "house door"),
        ("haustuerschluessel", "house door key"),
        ("arbeitszeit", "work time"),
        ("arbeitszeiten", "work time"),
        ("wurzelbewaesserung", "root watering"),
        ("haustuerqq", None),
        ("qqqhaustuer", None),
        ("haustuerschluesselzeit", None),  # of four parts
        ("undzeit", None),  # shorter parts are seen in every name
        ("zeitauf", None),
    ],
)
def test_a_compound_is_its_parts(dictionary: Dictionary, word: str, english: str | None) -> None:
    assert dictionary.meaning(word) == english


@pytest.mark.parametrize(
    ("word", "english"),
    [
        ("unsicher", "not safe"), ("unsichere", "not safe"), ("unfreundlichsten", "not friendly"),
        ("unxyz", None), ("und", "and"), ("undoch", None),
    ],
)  # fmt: skip
def test_un_says_not(dictionary: Dictionary, word: str, english: str | None) -> None:
    assert dictionary.meaning(word) == english


def test_words_that_are_not_known_stay_as_they_are(dictionary: Dictionary) -> None:
    text = "Das ist Xylografon, ΑΒΓ 42 C++ (Слак)!"
    assert dictionary.read(text).text == "the is Xylografon, ΑΒΓ 42 C++ (Слак)!"


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Das ist doch klein.", "the is small."),
        ("Das ist ja doch klein.", "the is small."),
        ("Das ist klein, doch.", "the is small,."),
        ("Doch", ""),
        ("doch ja", ""),
        ("Doch das", " the"),
    ],
)
def test_words_are_left_out_with_the_space_before_them(
    dictionary: Dictionary, text: str, english: str
) -> None:
    assert dictionary.read(text).text == english


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "?!", "…", "🌱", "42", "\u0301", "_"])
def test_a_text_without_words_stays_as_it_is(dictionary: Dictionary, text: str) -> None:
    assert dictionary.read(text).text == text
    assert not dictionary.speaks(text)


@pytest.mark.parametrize("text", [WIDE, "HAUS", "Ha\u0301us", "Haus"])
def test_case_and_variants_of_letters_make_no_difference(dictionary: Dictionary, text: str) -> None:
    assert dictionary.read(text).text == "house"


def test_a_word_that_is_not_in_the_dictionary_as_it_is_looked_up_once() -> None:
    asked: list[str] = []

    class Told(dict[str, str]):
        def __contains__(self, word: object) -> bool:
            asked.append(str(word))
            return super().__contains__(word)

    dictionary = Dictionary(Told(ENTRIES), ENGLISH, FUNCTION_WORDS)
    dictionary.meaning("haustuer")
    before = len(asked)
    assert dictionary.meaning("haustuer") == "house door"
    assert len(asked) == before


# ---- what nobody writes


@pytest.mark.parametrize("part", ["x", "ae", "un", "en", "haus", "zeiten", "unae", "ä", "ge", "zu"])
def test_a_word_without_end_is_a_word_that_is_not_known(dictionary: Dictionary, part: str) -> None:
    text = part * (LONG // len(part))
    assert dictionary.read(text).text == text
    assert not dictionary.speaks(text)


@pytest.mark.parametrize("part", ["haus", "arbeitszeit", "baeume", "unun", "zeitenq", "aeae"])
def test_the_search_for_a_compound_is_bounded(part: str) -> None:
    """By look-ups, not by seconds: a word of any length costs no more than one that may be."""
    asked = 0

    class Counting(dict[str, str]):
        def __contains__(self, word: object) -> bool:
            nonlocal asked
            asked += 1
            return super().__contains__(word)

    dictionary = Dictionary(Counting(ENTRIES), ENGLISH, FUNCTION_WORDS)
    for length in (module._LONGEST, module._LONGEST + 1, 100, 300):
        asked = 0
        dictionary.meaning(("q" + part * 100)[:length])
        assert asked < 100_000


def test_no_word_of_the_project_is_too_long_to_be_looked_up(dictionary: Dictionary) -> None:
    longest = "Rindfleischetikettierungsueberwachung"
    assert len(longest) < module._LONGEST


# ---- places


@given(text=german_texts | unicode_text(30))
def test_parts_cover_the_reading_and_keep_their_order(text: str) -> None:
    reading = Dictionary(ENTRIES, ENGLISH, FUNCTION_WORDS).read(text)
    starts = [begin for begin, _, _, _ in reading.parts]
    assert starts[0] == 0
    assert starts == sorted(starts)
    places = [place for _, first, last, _ in reading.parts for place in (first, last)]
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)


@given(text=german_texts | unicode_text(30), data=st.data())
def test_a_piece_lies_inside_the_text(text: str, data: st.DataObject) -> None:
    reading = Dictionary(ENTRIES, ENGLISH, FUNCTION_WORDS).read(text)
    if not reading.text:
        return
    start = data.draw(st.integers(0, len(reading.text) - 1))
    end = data.draw(st.integers(start + 1, len(reading.text)))
    first, last = reading.origin(start, end)
    assert 0 <= first < last <= len(text)


@given(text=german_texts | unicode_text(30))
def test_a_word_put_in_english_comes_from_exactly_that_word(text: str) -> None:
    dictionary = Dictionary(ENTRIES, ENGLISH, FUNCTION_WORDS)
    reading = dictionary.read(text)
    spoken = {(word.start, word.end) for word in words(text)}
    for begin, end, (_, first, last, put) in with_ends(reading):
        if put:
            assert (first, last) in spoken
            for start in range(begin, end):
                assert reading.origin(start, start + 1) == (first, last)
                assert reading.origin(start, end) == (first, last)


@given(text=german_texts | unicode_text(30))
def test_what_is_not_put_in_english_comes_from_where_it_stands(text: str) -> None:
    reading = Dictionary(ENTRIES, ENGLISH, FUNCTION_WORDS).read(text)
    for begin, end, (_, _, _, put) in with_ends(reading):
        if not put:
            for start in range(begin, end):
                first, last = reading.origin(start, start + 1)
                assert text[first:last] == reading.text[start : start + 1]


def with_ends(reading: Reading) -> list[tuple[int, int, tuple[int, int, int, bool]]]:
    """Return each part with its first and its last character (exclusive) of the reading."""
    ends = [part[0] for part in reading.parts[1:]] + [len(reading.text)]
    return [(part[0], end, part) for part, end in zip(reading.parts, ends, strict=True)]


# ---- which language


@pytest.mark.parametrize(
    "text",
    [
        "Das ist der Schlüssel", "ist das klein", "Was ist ein Baum", "das Internet",
        "Haustür", "gespeichert", "unsicher", "Häuser", "doch",
        "what ist das",  # one word of English, two of German
        "der Slack Channel",
    ],
)  # fmt: skip
def test_german_is_told(dictionary: Dictionary, text: str) -> None:
    assert dictionary.speaks(text)


@pytest.mark.parametrize(
    "text",
    [
        "what is the key", "an apple a day", "a hand", "die", "hand", "internet", "Slack",
        "moon spade", "what is a Haus", "the Haus",  # as much of one as of the other
        "what is the meaning of Haus und Baum",
        "",
    ],
)  # fmt: skip
def test_other_texts_are_left_alone(dictionary: Dictionary, text: str) -> None:
    assert not dictionary.speaks(text)


@given(text=st.lists(st.sampled_from(sorted(FUNCTION_WORDS - ENTRIES.keys())), min_size=1))
def test_function_words_of_english_are_english(text: list[str]) -> None:
    dictionary = Dictionary(ENTRIES, ENGLISH, FUNCTION_WORDS)
    assert not dictionary.speaks(" ".join(text))
