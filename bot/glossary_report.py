"""The report of an examined glossary: counts, curves, and every finding with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.calibration import rows as calibration_rows
from bot.checkup.finding import Check, Level
from bot.errors import Code, SettingError
from bot.evaluation.document import (
    Block,
    Bullets,
    Heading,
    Picture,
    Table,
    to_html,
    to_markdown,
)
from bot.evaluation.plots import bar_plot, drill_plot
from bot.glossary_doctor import Examination

_MARKDOWN = (".md", ".markdown")


def counts(examined: Examination) -> list[list[str]]:
    """Return how much each check found as a table with a header, the worst first."""
    found = Counter(finding.check for finding in examined.findings)
    return [
        ["level", "check", "found", "what"],
        *(
            [check.level.value, check.label, str(found[check]), check.about]
            for check in Check
            if found[check]
        ),
    ]


def facts(examined: Examination) -> list[str]:
    """Return what is told beside the findings: size, self-test, calibration, what was left out."""
    languages = ", ".join(f"{code} {number}" for code, number in examined.languages.items())
    shares = [
        f"self-test by {name}: {hits} of {total} come back first"
        for name, hits, total in examined.shares()
        if total
    ]
    said = [verdict.sentence for verdict in examined.verdicts]
    return [f"{examined.entries} entries ({languages})", *shares, *said, *examined.notes]


def write_document(title: str, blocks: Sequence[Block], path: Path) -> None:
    """Write a document: Markdown with pictures beside it if the path says so, else HTML.

    Raises:
        SettingError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.lower() not in _MARKDOWN:
            path.write_text(to_html(title, blocks), encoding="utf-8")
            return
        for block in blocks:
            if isinstance(block, Picture):
                (path.parent / block.name).write_bytes(block.png)
        path.write_text(to_markdown(blocks), encoding="utf-8")
    except OSError as error:
        problem = error.strerror or str(error)
        raise SettingError(Code.S003, path=path, problem=problem, name="--report") from None


def write_report(examined: Examination, source: str, path: Path) -> None:
    """Write the report of a glossary called ``source``; see :func:`write_document`."""
    title = f"Checkup of {source}"
    write_document(title, list(_blocks(examined, title, path.stem)), path)


def _blocks(examined: Examination, title: str, stem: str) -> Iterator[Block]:
    yield Heading(1, title)
    yield Bullets(tuple(facts(examined)))
    if examined.findings:
        yield Heading(2, "What was found")
        found = Counter(finding.check.label for finding in examined.findings)
        ordered = {check.label: found[check.label] for check in Check if found[check.label]}
        yield Picture(f"{stem}-findings.png", "Findings by check", bar_plot(ordered, "findings"))
        yield Table(counts(examined))
    if examined.calibration:
        yield from calibration_blocks(examined, stem)
    for level in Level:
        yield from _findings(examined, level)


def calibration_blocks(examined: Examination, stem: str) -> Iterator[Block]:
    """Yield what is known of the refusal: the bound, the limit, the coverage and the curve."""
    yield Heading(2, "Refusal")
    yield Bullets(tuple(verdict.sentence for verdict in examined.verdicts))
    yield Table(calibration_rows(examined.calibration))
    caption = "Risk over coverage on drill questions made from this glossary"
    yield Picture(f"{stem}-refusal.png", caption, drill_plot(examined.calibration))


def _findings(examined: Examination, level: Level) -> Iterator[Block]:
    found = [finding for finding in examined.findings if finding.level is level]
    if not found:
        return
    yield Heading(2, f"{level.value.capitalize()}s: {len(found)}")
    yield Table([
        ["where", "check", "found", "mend"],
        *([str(f.place), f.check.label, f.found, f.mend] for f in found),
    ])  # fmt: skip
