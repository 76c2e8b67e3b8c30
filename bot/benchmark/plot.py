"""The picture of a result: how the latencies spread, and the ratios against their targets."""

from __future__ import annotations

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.benchmark.result import BenchmarkResult

_MET, _MISSED, _MARK = "#2a7f62", "#b3402a", "#222222"


def write_plot(result: BenchmarkResult, file: Path) -> None:
    """Draw the result into the PNG ``file``."""
    figure = Figure(figsize=(11, 4.5), layout="constrained")
    spread, ratios = figure.subplots(1, 2)
    _draw_latencies(spread, result)
    _draw_ratios(ratios, result)
    figure.savefig(file, dpi=120)


def _draw_latencies(axes: Axes, result: BenchmarkResult) -> None:
    """Draw the share of turns answered within x ms, one curve per stream."""
    for name, milliseconds in result.latencies.items():
        if milliseconds:
            axes.ecdf(milliseconds, label=name)
    axes.set(xscale="log", xlabel="turn latency in ms", ylabel="share of turns answered")
    axes.axhline(0.5, color="#999999", linewidth=0.6)
    axes.axhline(0.95, color="#999999", linewidth=0.6)
    axes.set_title("Latency distribution (lines: p50, p95)")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="lower right")


def _draw_ratios(axes: Axes, result: BenchmarkResult) -> None:
    """Draw a bar per ratio subject / baseline, with a mark at its target."""
    aimed = [(each, each.target) for each in result.measures if each.target is not None]
    colours = [_MET if measure.met else _MISSED for measure, _ in aimed]
    bars = axes.barh([m.name for m, _ in aimed], [m.ratio for m, _ in aimed], color=colours)
    axes.bar_label(bars, fmt="%.2f", padding=3)
    for place, (_, target) in enumerate(aimed):
        axes.plot([target, target], [place - 0.4, place + 0.4], color=_MARK, linewidth=2)
    axes.axvline(1.0, color="#999999", linestyle=":")
    axes.invert_yaxis()
    axes.set_xlabel("subject / baseline (black mark: target, smaller is better)")
    axes.set_title("Ratios")
