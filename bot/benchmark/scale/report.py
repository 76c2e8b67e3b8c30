"""The report of a run at scale as files: JSON, Markdown and a picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.benchmark.scale.result import P95_MS, ScaleResult


def write_report(result: ScaleResult, folder: Path) -> list[Path]:
    """Write ``scale.json``, ``.md`` and ``.png`` into ``folder`` and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    data, text, picture = (folder / f"scale.{kind}" for kind in ("json", "md", "png"))
    data.write_text(json.dumps(result.to_json(), indent=1) + "\n", encoding="utf-8")
    _draw(result, picture)
    facts = "\n".join(f"- {name}: {value}" for name, value in result.machine.items())
    verdict = "All targets are met." if result.met else "**Not all targets are met.**"
    parts = (
        f"# {result.entries} entries", verdict, _markdown(result.table()),
        "## Made-up vectors", _markdown(result.vector_table()),
        f"![Latency, and cost per doubling]({picture.name})", facts,
    )  # fmt: skip
    text.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return [data, text, picture]


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    header, *others = rows
    rule = ["---"] * len(header)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [header, rule, *others])


def _draw(result: ScaleResult, file: Path) -> None:
    figure = Figure(figsize=(13, 4.2), layout="constrained")
    spread, search, build = figure.subplots(1, 3)
    for kind, each in result.served.cpu.items():
        spread.ecdf(each, label=kind)
    spread.axvline(P95_MS, color="#222222", linestyle=":")
    spread.axhline(0.95, color="#999999", linewidth=0.6)
    spread.set(xlabel="ms CPU per question", ylabel="share of questions")
    spread.set_title(f"Answer core, {result.entries} entries")
    spread.legend()
    sizes = [run.passages for run in result.vectors]
    _line(search, sizes, [run.p50 for run in result.vectors], "as chosen by size")
    _line(search, sizes, [run.flat for run in result.vectors], "all compared")
    search.set(ylabel="ms per search")
    search.set_title("Search in made-up vectors")
    _line(build, sizes, [run.build for run in result.vectors], "build")
    build.set(ylabel="s to build")
    build.set_title("Build of the codes")
    for axes in (search, build):
        axes.set_xscale("log", base=2)
        axes.set_yscale("symlog", linthresh=0.1)
        axes.set_xlabel("passages, doubled from point to point")
        axes.legend()
    figure.savefig(file, dpi=120)


def _line(axes: Axes, sizes: list[int], values: list[float], label: str) -> None:
    axes.plot(sizes, values, marker="o", label=label)
