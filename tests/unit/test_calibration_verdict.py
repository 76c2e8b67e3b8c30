"""What the calibration says in words, and how many questions a bound takes."""

from __future__ import annotations

import pytest

from bot.calibration import answers_counted, answers_needed, rows, upper_limit, verdicts


def report(**changes: object) -> dict[str, dict[str, object]]:
    found = {
        "questions": 100, "answerable": 80, "bound": 0.08, "confidence": 0.95, "met": True,
        "limit": 0.07, "threshold": 0.8, "coverage": 0.9, "wrong": 0.02, "curve": [],
    }  # fmt: skip
    return {"named": {**found, **changes}}


def test_without_errors_the_rule_of_three_holds() -> None:
    assert answers_needed(0.0, 0.08) == 36
    assert answers_needed(0.0, 0.01) == pytest.approx(3 / 0.01, abs=3)


@pytest.mark.parametrize("wrong", [0.0, 0.02, 0.05])
def test_so_many_answers_keep_the_bound_and_one_less_does_not(wrong: float) -> None:
    needed = answers_needed(wrong, 0.08)
    assert needed is not None
    assert upper_limit(wrong * needed, needed) <= 0.08
    assert upper_limit(wrong * (needed - 1), needed - 1) > 0.08


def test_no_number_mends_too_many_errors() -> None:
    assert answers_needed(0.08, 0.08) is None


def test_the_answers_of_a_limit_are_found_again() -> None:
    assert answers_counted(0.02, upper_limit(0.02 * 150, 150)) == 150


def test_a_bound_that_is_met() -> None:
    (verdict,) = verdicts(report(), 50)
    assert verdict.met
    assert "at most 8 % of the answers are wrong in the self-test" in verdict.sentence
    assert "90 % of what can be answered" in verdict.sentence


def test_a_glossary_that_is_too_small_says_how_many_questions_it_takes() -> None:
    limit = upper_limit(0.02 * 40, 40)
    (verdict,) = verdicts(report(met=False, limit=limit, questions=60), 20)
    assert "too small" in verdict.sentence
    needed = answers_needed(0.02, 0.08)
    assert needed is not None
    assert verdict.needed == pytest.approx(60 * needed / 40, abs=1)
    assert f"{verdict.needed} questions" in verdict.sentence


def test_a_few_errors_of_few_answers_do_not_tell_yet() -> None:
    limit = upper_limit(0.1 * 20, 20)
    (verdict,) = verdicts(report(met=False, limit=limit, wrong=0.1), 20)
    assert "too small" in verdict.sentence
    assert verdict.needed is not None


def test_what_many_answers_miss_by_a_little_is_no_matter_of_size() -> None:
    limit = upper_limit(0.09 * 400, 400)
    (verdict,) = verdicts(report(met=False, limit=limit, wrong=0.09), 150)
    assert "too small" not in verdict.sentence


def test_too_many_errors_are_no_matter_of_size() -> None:
    (verdict,) = verdicts(report(met=False, limit=0.2, wrong=0.15), 20)
    assert "too small" not in verdict.sentence
    assert "termwise doctor glossary" in verdict.sentence
    assert verdict.needed is None


def test_what_is_said_of_descriptions_tells_what_helps() -> None:
    found = {"described": report(met=False, limit=0.6, wrong=0.5)["named"]}
    (verdict,) = verdicts(found, 500)
    for part in ("what do you call it", "harder than people", "described-as", "50 %", "60 %"):
        assert part in verdict.sentence


def test_a_handful_of_entries_gives_no_bound() -> None:
    found = {"named": {"questions": 9, "bound": 0.08, "met": False},
             "described": {"questions": 0, "met": False}}  # fmt: skip
    sentences = [verdict.sentence for verdict in verdicts(found, 3)]
    assert all("too few entries" in sentence for sentence in sentences)
    assert [row[1] for row in rows(found)[1:]] == ["9", "0"]
    assert rows(found)[1][-1] == "NO"
