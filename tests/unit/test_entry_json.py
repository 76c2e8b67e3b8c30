"""An entry that went through JSON is the same entry."""

from __future__ import annotations

import json

from hypothesis import given

from bot.formats.entry_json import from_json, to_json
from bot.glossary.entry import Entry
from bot.glossary.glossary import Glossary
from tests.strategies import entries


@given(entries())
def test_any_entry_survives_the_round_trip(entry: Entry) -> None:
    assert from_json(json.loads(json.dumps(to_json(entry)))) == entry


def test_the_garden_survives_the_round_trip(glossary: Glossary) -> None:
    assert [from_json(json.loads(json.dumps(to_json(e)))) for e in glossary] == list(glossary)


@given(entries(), entries())
def test_different_entries_stay_different(one: Entry, other: Entry) -> None:
    assert (to_json(one) == to_json(other)) == (one == other)
