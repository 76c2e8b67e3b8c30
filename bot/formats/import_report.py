"""The report of an import: counts, a plot, and what was left out with file and line."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bot.errors import Code, SettingError
from bot.formats.assembly import counts
from bot.formats.importer import Import
from bot.glossary.entry import Entry

_BINS = (10, 20, 40, 60, 80, 100, 150, 200)  # words of a definition
_MOST_ROWS = 5_000
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left;"
    "vertical-align:top}td.n{text-align:right}"
)


def facts(done: Import) -> dict[str, Any]:
    """Return the figures of an import, for programs."""
    languages = Counter(code for entry in done.entries for code in entry.texts)
    return {
        **counts(done.entries),
        "languages": dict(languages.most_common()),
        "formats": dict(done.formats),
        "language": done.language,
        "skipped": sum(not s.expected for s in done.skipped),
        "left_out_on_purpose": sum(s.expected for s in done.skipped),
        "notes": list(done.notes),
    }


def rows(done: Import) -> list[list[str]]:
    """Return the figures of an import as a table."""
    found = facts(done)
    languages = ", ".join(f"{code} {number}" for code, number in found["languages"].items())
    formats = ", ".join(f"{name} ({number})" for name, number in found["formats"].items())
    return [
        ["files", formats],
        ["entries", str(found["entries"])],
        ["languages", languages],
        ["aliases", str(found["aliases"])],
        ["abbreviations", str(found["abbreviations"])],
        ["relations", f"broader {found['broader']}, part of {found['part_of']}, "
                      f"related {found['related']}"],
        ["not taken", str(found["skipped"])],
        ["left out on purpose", str(found["left_out_on_purpose"])],
    ]  # fmt: skip


def write_report(done: Import, source: str, path: Path) -> Path:
    """Write the report; as HTML, or as Markdown with its plot beside it if the path says ``.md``.

    Raises:
        SettingError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.lower() in (".md", ".markdown"):
            plot = path.with_suffix(".svg")
            plot.write_text(_plot(done.entries), encoding="utf-8")
            path.write_text(_markdown(done, source, plot.name), encoding="utf-8")
        else:
            path.write_text(_html(done, source), encoding="utf-8")
    except OSError as error:
        problem = error.strerror or str(error)
        raise SettingError(Code.S003, path=path, problem=problem, name="--report") from None
    return path


def _left_out(done: Import) -> list[list[str]]:
    ordered = sorted(done.skipped, key=lambda s: (s.expected, s.file, s.line))
    return [
        [f"{s.file}:{s.line}", s.reason + (" (on purpose)" if s.expected else "")]
        for s in ordered[:_MOST_ROWS]
    ]


def _markdown(done: Import, source: str, plot: str) -> str:
    parts = [
        f"# Import of {_cell(source)}",
        _md_table(["", ""], rows(done)),
        f"![Entries by the length of their definition]({plot})",
    ]
    if done.notes:
        parts += ["## Notes", "\n".join(f"- {_cell(note)}" for note in done.notes)]
    if done.skipped:
        parts += ["## Not taken", _md_table(["where", "why"], _left_out(done))]
    return "\n\n".join(parts) + "\n"


def _md_table(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    plain = " ".join(html.escape(text, quote=False).split())
    return plain.replace("|", "\\|").replace("[", "\\[").replace("`", "'")


def _html(done: Import, source: str) -> str:
    title = html.escape(f"Import of {source}")
    parts = [f"<h1>{title}</h1>", _html_table(rows(done)), _plot(done.entries)]
    if done.notes:
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in done.notes)
        parts.append(f"<h2>Notes</h2><ul>{notes}</ul>")
    if done.skipped:
        parts.append("<h2>Not taken</h2>" + _html_table(_left_out(done)))
    body = "\n".join(parts)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style>\n{body}\n</html>\n"
    )


def _html_table(body: Iterable[Sequence[str]]) -> str:
    lines = (
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in line) + "</tr>"
        for line in body
    )
    return "<table>" + "".join(lines) + "</table>"


def _plot(entries: Sequence[Entry]) -> str:
    """Return bars: how many texts have a definition of how many words."""
    lengths = [len(t.definition.text.split()) for e in entries for t in e.texts.values()]
    bounds = (0, *_BINS)
    labels = [f"{low}–{high - 1}" for low, high in zip(bounds, _BINS, strict=False)]
    labels.append(f"{_BINS[-1]}+")
    found = [0] * len(labels)
    for length in lengths:
        found[sum(length >= high for high in _BINS)] += 1
    most = max(found, default=0) or 1
    bars = []
    for place, (label, number) in enumerate(zip(labels, found, strict=True)):
        y = 30 + 24 * place
        width = round(400 * number / most)
        bars.append(
            f'<text x="90" y="{y + 14}" text-anchor="end">{label}</text>'
            f'<rect x="100" y="{y}" width="{width}" height="18" fill="#2a6f97"/>'
            f'<text x="{106 + width}" y="{y + 14}">{number}</text>'
        )
    height = 40 + 24 * len(labels)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="600" height="{height}" '
        f'font-family="sans-serif" font-size="13" fill="currentColor" role="img">'
        f'<text x="0" y="16">Texts by words of the definition</text>{"".join(bars)}</svg>'
    )
