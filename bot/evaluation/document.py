"""A document made of blocks, as Markdown beside its pictures and as HTML in one file."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;"
    "color:#222}table{border-collapse:collapse;margin:1rem 0;display:block;overflow-x:auto}"
    "th,td{border:1px solid #ccc;padding:.2rem .6rem;text-align:left;vertical-align:top}"
    "th{background:#f2f4f3}img{max-width:100%}figcaption{color:#555}figure{margin:1rem 0}"
)
_SPECIAL = re.compile(r"([\\`*{}\[\]<>|#~]|(?<!\w)_|_(?!\w))")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 (the title) or 2."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of plain texts."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain cells, the header first."""

    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG with the name of its file and what it shows."""

    name: str
    caption: str
    png: bytes


Block = Heading | Paragraph | Bullets | Table | Picture


def to_markdown(blocks: Sequence[Block]) -> str:
    """Return the document as Markdown; pictures are referred to by name."""
    return "\n\n".join(map(_markdown, blocks)) + "\n"


def to_html(title: str, blocks: Sequence[Block]) -> str:
    """Return the document as one HTML file that needs no other."""
    body = "\n".join(map(_html, blocks))
    head = f"<meta charset='utf-8'><title>{html.escape(title)}</title><style>{_STYLE}</style>"
    start = f"<!DOCTYPE html>\n<html lang='en'>\n<head>{head}</head>\n"
    return f"{start}<body>\n{body}\n</body>\n</html>\n"


def _markdown(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"{'#' * level} {_escaped(text)}"
        case Paragraph(text):
            return _escaped(text)
        case Bullets(items):
            return "\n".join(f"- {_escaped(item)}" for item in items)
        case Table(rows):
            header, *rest = [list(map(_escaped, row)) for row in rows]
            lines = [header, ["---"] * len(header), *rest]
            return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
        case Picture(name, caption, _):
            return f"![{_escaped(caption)}]({name})"


def _html(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"<h{level}>{html.escape(text)}</h{level}>"
        case Paragraph(text):
            return f"<p>{html.escape(text)}</p>"
        case Bullets(items):
            return f"<ul>{''.join(f'<li>{html.escape(item)}</li>' for item in items)}</ul>"
        case Table(rows):
            header, *rest = rows
            body = "\n".join(_line(row, "td") for row in rest)
            return f"<table>\n<thead>{_line(header, 'th')}</thead>\n<tbody>{body}</tbody>\n</table>"
        case Picture(_, caption, png):
            data = base64.b64encode(png).decode()
            shown = html.escape(caption)
            image = f"<img alt='{shown}' src='data:image/png;base64,{data}'>"
            return f"<figure>{image}<figcaption>{shown}</figcaption></figure>"


def _line(cells: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
