"""From a CSV file to the first answer: the file is one that is read, a missed target is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.benchmark.first_answer import TARGET, FirstAnswer, write_csv
from bot.benchmark.machine import this_machine
from bot.formats.served import read_glossary
from bot.settings import PROJECT


def test_the_file_holds_all_entries_and_the_one_that_is_asked_for(tmp_path: Path) -> None:
    name, said = write_csv(tmp_path / "terms.csv", 60)
    glossary = read_glossary(tmp_path / "terms.csv", tmp_path / "models", lambda _: None)
    assert len(glossary) == 60
    (entry,) = [entry for entry in glossary if entry.preferred("en") == name]
    assert entry.texts["en"].definition.text == said


@pytest.mark.parametrize(("training", "met"), [(TARGET - 10.5, True), (TARGET - 9.5, False)])
def test_all_steps_count(training: float, met: bool) -> None:
    found = FirstAnswer(60, training, 99.0, 9.0, 1.0, this_machine(PROJECT))
    assert found.met is met
    assert found.to_json()["met"] is met
    assert f"{found.seconds:.1f} s (target {TARGET:g})" in dict(found.table())["together"]
    assert replace(found, training=0.0).met
