"""The report of a run at scale as files: JSON, Markdown and a picture."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.benchmark.scale.result import P95_MS, ScaleResult, VectorResult


def write_report(result: ScaleResult, folder: Path) -> list[Path]:
    """Write ``scale.json``, ``.md`` and ``.png`` into ``folder`` and return their paths."""
    files = _files(folder, "scale")
    figure = Figure(figsize=(6, 4.2), layout="constrained")
    _draw_answers(result, figure.subplots())
    return _write(files, f"{result.entries} entries", result, result.machine, figure)


def write_vector_report(result: VectorResult, folder: Path) -> list[Path]:
    """Write ``vectors.json``, ``.md`` and ``.png`` into ``folder`` and return their paths."""
    figure = Figure(figsize=(9, 4.2), layout="constrained")
    _draw_vectors(result, *figure.subplots(1, 2))
    return _write(_files(folder, "vectors"), "Made-up vectors", result, result.machine, figure)


def _files(folder: Path, name: str) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    return [folder / f"{name}.{kind}" for kind in ("json", "md", "png")]


def _write(
    files: list[Path],
    title: str,
    result: ScaleResult | VectorResult,
    machine: Mapping[str, Any],
    figure: Figure,
) -> list[Path]:
    data, text, picture = files
    data.write_text(json.dumps(result.to_json(), indent=1) + "\n", encoding="utf-8")
    figure.savefig(picture, dpi=120)
    verdict = "All targets are met." if result.met else "**Not all targets are met.**"
    facts = "\n".join(f"- {name}: {value}" for name, value in machine.items())
    shown = f"![Latency, and cost per doubling]({picture.name})"
    parts = (f"# {title}", verdict, _markdown(result.table()), shown, facts)
    text.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return files


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    header, *others = rows
    rule = ["---"] * len(header)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [header, rule, *others])


def _draw_answers(result: ScaleResult, spread: Axes) -> None:
    for kind, each in result.served.cpu.items():
        spread.ecdf(each, label=kind)
    spread.axvline(P95_MS, color="#222222", linestyle=":")
    spread.axhline(0.95, color="#999999", linewidth=0.6)
    spread.set(xlabel="ms CPU per question", ylabel="share of questions")
    spread.set_title(f"Answer core, {result.entries} entries")
    spread.legend()


def _draw_vectors(result: VectorResult, search: Axes, build: Axes) -> None:
    sizes = [run.passages for run in result.runs]
    _line(search, sizes, [run.p50 for run in result.runs], "as chosen by size")
    _line(search, sizes, [run.flat for run in result.runs], "all compared")
    search.set(ylabel="ms per search")
    search.set_title("Search in made-up vectors")
    _line(build, sizes, [run.build for run in result.runs], "build")
    build.set(ylabel="s to build")
    build.set_title("Build of the codes")
    for axes in (search, build):
        axes.set_xscale("log", base=2)
        axes.set_yscale("symlog", linthresh=0.1)
        axes.set_xlabel("passages, doubled from point to point")
        axes.legend()


def _line(axes: Axes, sizes: list[int], values: list[float], label: str) -> None:
    axes.plot(sizes, values, marker="o", label=label)
