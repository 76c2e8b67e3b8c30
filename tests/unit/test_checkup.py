"""The checks: each finds what it is for in a small broken glossary, and nothing in a sound one."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from bot.answering.answer import AnswerKind
from bot.answering.selftest import Reply, SelfTest
from bot.checkup import definitions, duplicates, languages, links, names, reach, relations
from bot.checkup.checkup import CHECKS, examine
from bot.checkup.duplicates import Pair
from bot.checkup.finding import Check, Finding, Level, Place, ranked
from bot.checkup.subject import ORIGIN, Subject
from bot.checkup.undefined import undefined
from bot.formats import assembly
from bot.formats.markdown import read_entry
from bot.glossary.entry import Entry
from bot.glossary.glossary import Glossary
from tests.garden import SOURCES, garden

STOPS = frozenset(
    "a an the is are of in on for to that with and or no not by as it which from der die das ein "
    "eine ist und".split()
)


def subject(sources: dict[str, str], files: Iterable[str] = ()) -> Subject:
    entries = [read_entry(name, text) for name, text in sources.items()]
    return of(entries, sources, files)


def of(
    entries: Iterable[Entry], sources: dict[str, str] | None = None, files: Iterable[str] = ()
) -> Subject:
    return Subject(
        Glossary(entries), sources or {}, frozenset(files),
        lambda word, language: word in STOPS, lambda word: word in {"tv", "world"},
    )  # fmt: skip


def page(term: str, text: str, **front: str) -> str:
    lines = "".join(f"{key.replace('_', '-')}: {value}\n" for key, value in front.items())
    return f"---\ntitle: {term}\n{lines}---\n\n{text}\n"


def found(check: Callable[[Subject], Iterable[Finding]], sources: dict[str, str]) -> list[Finding]:
    return list(check(subject(sources)))


SOUND = {
    "compost.md": page("compost", "Rotted plants that feed the soil of a garden."),
    "mulch.md": page("mulch", "Loose matter which covers soil and keeps moisture in."),
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_sound_glossary_has_no_findings(check: Callable[[Subject], Iterable[Finding]]) -> None:
    assert found(check, SOUND) == []


class TestRelations:
    def test_a_relation_to_nothing_has_its_line_and_the_nearest_id(self) -> None:
        sources = {**SOUND, "straw.md": page("straw", "Dry stalks of corn.", related="[mulsh]")}
        (finding,) = found(relations.missing, sources)
        assert (finding.check, finding.entry) == (Check.MISSING_RELATION, "straw")
        assert finding.place == Place("straw.md", 3)
        assert "'mulsh'" in finding.found
        assert "'mulch'" in finding.mend

    def test_what_an_import_could_not_resolve_counts(self) -> None:
        entry = read_entry("a.md", page("a b", "Something with four good words."))
        lost = Entry(
            entry.id, entry.terms, entry.texts,
            extra={"unresolved": {"part_of": ["nowhere"]}, ORIGIN: {"en": "list.csv:7"}},
        )  # fmt: skip
        (finding,) = relations.missing(of([lost]))
        assert "part-of of a names 'nowhere'" in finding.found
        assert finding.place == Place("list.csv", 7)

    def test_a_circle_is_found_once(self) -> None:
        sources = {
            f"{name}.md": page(name, "Something else again here.", broader=f"[{broader}]")
            for name, broader in (("one", "two"), ("two", "three"), ("three", "one"), ("x", "one"))
        }
        (finding,) = found(relations.circles, sources)
        assert finding.check is Check.CIRCLE
        assert finding.found.count("→") == 3
        assert "x" not in finding.found.split(": ")[1].split(" → ")

    def test_long_chains_are_no_circle_and_no_recursion(self) -> None:
        entries = [
            Entry(f"e{n}", entry.terms, entry.texts, broader=(f"e{n + 1}",))
            for entry in [read_entry("a.md", page("a b", "Words."))]
            for n in range(5000)
        ]
        assert list(relations.circles(of(entries))) == []

    def test_a_neighbour_that_does_not_know_is_told_once_per_entry(self) -> None:
        sources = {
            "a.md": page("a", "One.", related="[b, c, d]"),
            "b.md": page("b", "Two.", related="[a]"),
            "c.md": page("c", "Three.", broader="[a]"),
            "d.md": page("d", "Four."),
        }
        (finding,) = found(relations.one_sided, sources)
        assert finding.found == "a is related to d, but not the other way round"
        assert finding.place == Place("a.md", 3)


class TestDefinitions:
    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("TBD", "stub"),
            ("...", "stub"),
            ("see compost", "points elsewhere"),
            ("Leaf mould is a kind of leaf mould.", "repeats the term"),
        ],
    )
    def test_a_definition_that_says_nothing(self, text: str, why: str) -> None:
        (finding,) = found(definitions.wordings, {"x.md": page("leaf mould", text)})
        assert finding.check is Check.EMPTY
        assert why in finding.found
        assert finding.place == Place("x.md", 5)

    def test_a_definition_too_short_or_too_long(self) -> None:
        sources = {
            "s.md": page("sieve", "A sieve is a tool."),
            "l.md": page("loam", "Loam is " + "soil with much clay and sand " * 30 + "."),
        }
        checks = {f.entry: f.check for f in found(definitions.wordings, sources)}
        assert checks == {"s": Check.SHORT, "l": Check.LONG}

    def test_two_definitions_that_define_each_other(self) -> None:
        sources = {
            **SOUND,
            "hoe.md": page("hoe", "A hoe is a tool for hoeing work like that of a weeder."),
            "weeder.md": page("weeder", "A weeder is a small hoe that pulls roots."),
        }
        (finding,) = found(definitions.circular, sources)
        assert finding.check is Check.CIRCULAR
        assert finding.found.endswith("hoe is explained by weeder is explained by hoe")

    def test_a_chain_of_definitions_is_fine(self) -> None:
        sources = {
            "hoe.md": page("hoe", "A hoe is a tool with a blade."),
            "weeder.md": page("weeder", "A weeder is a small hoe that pulls roots."),
        }
        assert found(definitions.circular, sources) == []


class TestNames:
    def test_a_homonym_will_be_asked_back(self) -> None:
        shared = [f for f in names.homonyms(of(garden(), dict(SOURCES))) if f.entry == "flower-bed"]
        assert {f.found.partition(" names")[0] for f in shared} == {"'bed' (en)", "'Beet' (de)"}
        assert all("asked back" in f.found and "seedbed" in f.found for f in shared)

    @pytest.mark.parametrize(
        ("front", "text", "finds"),
        [
            ({"title": "XYZ"}, "A thing that does much good.", True),
            ({"title": "XYZ", "abbreviations": "{XYZ: xylem yield zone}"}, "A place.", False),
            ({"title": "XYZ", "aliases": "[xylem yield zone]"}, "A place.", False),
            ({"title": "XYZ"}, "XYZ stands for xylem yield zone.", False),
            ({"title": "Xyz"}, "A thing that does much good.", False),
        ],
    )
    def test_an_acronym_without_its_full_form(
        self, front: dict[str, str], text: str, finds: bool
    ) -> None:
        title = front.pop("title")
        findings = found(names.unexpanded, {"x.md": page(title, text, **front)})
        assert [f.check for f in findings] == [Check.UNEXPANDED] * finds

    @pytest.mark.parametrize(
        ("letters", "text", "spelt"),
        [
            ("sms", "short message service", True),
            ("roi", "the return on investment", True),
            ("xml", "language that is marked up", False),
            ("gsm", "global system for mobile communications", True),
            ("sms", "short service", False),
        ],
    )
    def test_words_that_spell_an_acronym(self, letters: str, text: str, spelt: bool) -> None:
        assert names.spells(list(letters), text) is spelt

    def test_a_name_without_letters_cannot_be_asked_for(self) -> None:
        (finding,) = found(names.unnameable, {"x.md": page('"???"', "Three marks in a row.")})
        assert finding.check is Check.UNREACHABLE


class TestLanguages:
    def test_entries_that_lack_a_language_of_most(self) -> None:
        lacking = list(languages.languages(of(garden())))
        assert {f.entry for f in lacking} >= {"cold-frame", "irrigation-timer"}
        assert {f.check for f in lacking} == {Check.NO_LANGUAGE}

    def test_a_language_that_few_have_is_one_finding(self) -> None:
        sources = {f"{n}.md": page(f"word{n}", "Words of four or five.") for n in range(5)}
        sources["de.md"] = page("Wort", "Ein Wort aus Buchstaben.", lang="de")
        assert [f.entry for f in found(languages.languages, sources)] == ["de", ""]


class TestLinks:
    @pytest.mark.parametrize(
        ("target", "dead"),
        [
            ("[x](other.md)", False),
            ("[x](./other)", False),
            ("[x](missing.md)", True),
            ("[x](#tools)", False),
            ("[x](#nothing-here)", True),
            ("![x](a/picture.png)", False),
            ("![x](a/none.png)", True),
            ("[[other]]", False),
            ("[[none such]]", True),
            ("[x](https://example.org/none)", False),
            ("[x](/a/path/of/the/site)", False),
            ("[x](javascript:alert)", True),
        ],
    )
    def test_links_within_the_glossary(self, target: str, dead: bool) -> None:
        sources = {
            "a.md": page("a b", f"Word.\n\n## Tools\n\nOne line.\nSee {target} for that."),
            "other.md": page("other one", "Words of four or five."),
        }
        findings = list(links.dead_links(subject(sources, ["a/picture.png"])))
        assert [f.place for f in findings] == [Place("a.md", 10)] * dead


class TestUndefined:
    def test_acronyms_names_and_phrases_that_several_entries_use(self) -> None:
        openings = ("Rain", "Snow", "Frost", "Dew", "Hail", "Fog")
        sources = {
            f"{word}.md": page(
                word, f"{word} feeds the water table, by the Royal Garden Society and the RHS; "
                f"on TV it is {' '.join(f'filler{word}{n}' for n in range(30))}.",
            )
            for word in openings
        }  # fmt: skip
        shown = {f.found.partition(" is used")[0] for f in found(undefined, sources)}
        assert shown == {"'water table'", "'Royal Garden Society'", "'RHS'"}

    def test_what_an_entry_names_is_not_missing(self) -> None:
        texts = {f"{n}.md": page(f"word{n}", f"The RHS is in place{n}.") for n in range(6)}
        sources = {**texts, "rhs.md": page("rose society", "Roses.", abbreviations="[RHS]")}
        assert found(undefined, sources) == []


class TestDuplicates:
    PAIR = (Pair("one", "two", "en", 0.95),)

    def check(self, one: str, two: str) -> list[Finding]:
        sources = {"one.md": page("first word", one), "two.md": page("second word", two)}
        return list(duplicates.duplicates(subject(sources), self.PAIR))

    def test_nearly_the_same(self) -> None:
        (finding,) = self.check(
            "A wooden box with a glass lid for young plants.",
            "A wooden box with a glass lid for tender plants.",
        )
        assert finding.check is Check.DUPLICATE
        assert "two.md:5" in finding.found

    @pytest.mark.parametrize(
        ("other", "what"),
        [
            ("A wooden box with a glass lid for 4 young plants.", "numbers (3 and 4)"),
            ("A wooden box with no glass lid for 3 young plants.", "a negation"),
        ],
    )
    def test_a_contradiction(self, other: str, what: str) -> None:
        (finding,) = self.check("A wooden box with a glass lid for 3 young plants.", other)
        assert finding.check is Check.CONTRADICTION
        assert what in finding.found

    def test_near_vectors_with_other_words_are_fine(self) -> None:
        assert self.check("A box with a lid of glass.", "Some shelter made from foil.") == []


def reply(concept: str, first: str, back: bool, named: bool = True, name: str = "") -> Reply:
    kind = AnswerKind.ANSWER if first else AnswerKind.DECLINE
    return Reply(SelfTest("?", concept, "en", named, name), kind, first, back)


class TestReach:
    def test_a_name_that_does_not_come_back(self) -> None:
        (finding,) = reach.unreachable(
            of(garden()),
            [reply("moon-spade", "", False, name="moon spade"),
             reply("star-fork", "star-fork", True, name="star fork")],
        )  # fmt: skip
        assert (finding.check, finding.entry) == (Check.UNREACHABLE, "moon-spade")
        assert "no name that works" in finding.found

    def test_a_homonym_is_no_loss(self) -> None:
        asked = [reply("flower-bed", "seedbed", False, name="bed")]
        assert list(reach.unreachable(of(garden()), asked)) == []
        assert list(reach.confused(of(garden()), asked)) == []

    def test_who_is_taken_for_whom(self) -> None:
        both = [
            reply("moon-spade", "star-fork", False, named=False),
            reply("star-fork", "moon-spade", False, named=False),
            reply("comet-rake", "comet-rake", True, named=False),
        ]
        findings = list(reach.confused(of(garden()), both))
        assert {f.entry for f in findings} == {"moon-spade", "star-fork"}
        assert all(f.weight == 2 for f in findings)


def test_the_worst_comes_first() -> None:
    sources = {
        **SOUND,
        "a.md": page("sieve", "TBD", related="[compost]"),
        "b.md": page("hoe", "A hoe is a tool with a flat blade.", related="[nothing]"),
    }
    findings = examine(subject(sources))
    assert [f.check for f in findings] == [
        Check.MISSING_RELATION, Check.EMPTY, Check.ONE_SIDED
    ]  # fmt: skip
    assert [f.level for f in findings] == [Level.ERROR, Level.ERROR, Level.HINT]
    assert ranked(reversed(findings)) == findings


def test_the_keys_of_imports_are_those_that_imports_write() -> None:
    assert (ORIGIN, relations.UNRESOLVED) == (assembly.ORIGIN, assembly.UNRESOLVED)


def test_levels_are_ordered() -> None:
    assert Level.ERROR.reaches(Level.WARNING)
    assert Level.HINT.reaches(Level.HINT)
    assert not Level.HINT.reaches(Level.WARNING)


def test_every_check_is_run() -> None:
    """One glossary with everything wrong: a check that is not joined in would be missing."""
    sources = {
        "a.md": page("alpha", "A beta with [a link](gone.md) to none.", broader="[b]"),
        "b.md": page("beta", "A alpha of some other sort, or so.", broader="[a]", related="[x, c]"),
        "c.md": page("gamma", "TBD", aliases="[psi]"),
        "d.md": page("QRS", "Short tool."),
        "e.md": page("epsilon", "Long words stand in here. " * 30),
        "f.md": page("phi", "Uses the ZZZ of the river in a boat."),
        "g.md": page("psi", "Uses the ZZZ of the river in a boat."),
        "h.md": page("omega", "Uses the ZZZ of the river in 3 boats."),
        "i.md": page("iota", "Uses the ZZZ of the river in 4 boats."),
        "j.md": page("Wort", "Ein Wort mit einem guten Sinn dahinter.", lang="de"),
        "k.md": page('"???"', "Three marks in a row, for a riddle."),
    }
    pairs = [Pair("f", "g", "en", 0.99), Pair("h", "i", "en", 0.99)]
    replies = [reply("d", "e", False, name="QRS")]
    findings = examine(subject(sources), pairs, replies)
    assert {f.check for f in findings} == set(Check) - {Check.FAULT, Check.UNMET_BOUND}
    assert {f.entry for f in findings if f.check is Check.UNREACHABLE} == {"d", "k"}
