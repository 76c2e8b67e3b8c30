"""The report of a diff: counts, a plot, and each answer that was lost, changed or gained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.diff.change import Change, Replay, summary
from bot.diff.replay import Diff
from bot.evaluation.document import Block, Bullets, Heading, Paragraph, Picture, Table
from bot.evaluation.plots import bar_plot
from bot.glossary_report import write_document

_WIDTH = 60  # characters of a question in a table on the screen
_TOLD = (Change.LOST, Change.CHANGED, Change.GAINED)
_FEW = 20  # ids that are listed
_MOST = 1_000  # answers of a kind in the report


def rows(diff: Diff) -> list[list[str]]:
    """Return what was lost, changed and gained, in this order, as a table with a header."""
    found = [_row(replay, change) for change in _TOLD for replay in diff.of(change)]
    return [["", "question", "before", "after", "from"], *found]


def _row(replay: Replay, change: Change) -> list[str]:
    text = " / ".join((*replay.before[-1:], replay.text))
    shown = text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
    return [change.value, shown, summary(replay.old), summary(replay.new), replay.source]


def write_report(diff: Diff, path: Path) -> None:
    """Write the report, as Markdown or HTML, told by the name of the file.

    Raises:
        SettingError: it cannot be written.
    """
    title = f"Answers of {diff.old} and {diff.new}"
    write_document(title, list(_blocks(diff, title, path.stem)), path)


def _blocks(diff: Diff, title: str, stem: str) -> Iterator[Block]:
    counts = {change.value: number for change, number in diff.counts.items()}
    yield Heading(1, title)
    yield Bullets((
        f"{len(diff.replays)} questions; {', '.join(f'{n} {name}' for name, n in counts.items())}",
        f"{len(diff.added)} entries added: {_few(diff.added)}",
        f"{len(diff.removed)} entries removed: {_few(diff.removed)}",
    ))  # fmt: skip
    yield Picture(f"{stem}-answers.png", "What became of the answers", bar_plot(counts, "answers"))
    for change in (*_TOLD, Change.REWORDED):
        yield from _section(diff.of(change), change)


def _few(ids: Sequence[str]) -> str:
    return (", ".join(ids[:_FEW]) + (", …" if len(ids) > _FEW else "")) or "none"


def _section(found: list[Replay], change: Change) -> Iterator[Block]:
    if not found:
        return
    yield Heading(2, f"{change.value.capitalize()}: {len(found)}")
    if len(found) > _MOST:
        yield Paragraph(f"The first {_MOST} are shown.")
    yield Table([
        ["before it", "question", "before", "after", "from"],
        *(
            [" / ".join(r.before), r.text, summary(r.old), summary(r.new), r.source]
            for r in found[:_MOST]
        ),
    ])  # fmt: skip
