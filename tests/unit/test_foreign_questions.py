"""The questions about glossaries of others can be read, are enough, and were not trained on."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot.answering.answer import AnswerKind
from bot.evaluation.questions import read_questions

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "data" / "eval" / "foreign").glob("*.yml"))


def test_there_are_twelve_glossaries() -> None:
    assert [file.stem for file in FILES] == [
        "banking", "cncf", "cooking", "film", "insurance", "law", "mdn", "parliament", "sailing",
        "stage", "uat", "weather",
    ]  # fmt: skip


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_questions_can_be_asked(file: Path) -> None:
    singles = read_questions(file).singles
    kinds = Counter(each.kind for each in singles)
    assert kinds["find_term"] >= 12
    assert sum(n for kind, n in kinds.items() if kind.startswith("oos_")) >= 10
    assert len({each.text.casefold() for each in singles}) == len(singles) >= 45
    for each in singles:
        refused = each.expect.kinds == {AnswerKind.DECLINE}
        assert refused == each.kind.startswith("oos_")
        assert refused or each.expect.concepts or each.expect.any_of


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_none_of_them_was_trained_on(file: Path) -> None:
    blocks = [
        block
        for path in (ROOT / "data" / "nlu").rglob("*.yml")
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
    ]
    trained = {
        line.removeprefix("- ").casefold()
        for block in blocks
        for line in block.get("examples", "").splitlines()
    }
    assert len(trained) > 1000
    assert not trained & {each.text.casefold() for each in read_questions(file).singles}
