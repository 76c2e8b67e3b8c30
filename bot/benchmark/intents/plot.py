"""The picture of a result: our figures beside the published ones, and risk over coverage."""

from __future__ import annotations

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.benchmark.intents.result import OURS, IntentResult, Measured

_OURS, _THEIRS, _MARK = "#2a7f62", "#8a8f98", "#b3402a"


def write_plot(result: IntentResult, file: Path) -> None:
    """Draw the result into the PNG ``file``."""
    columns = max(len(result.sets), 1)
    figure = Figure(figsize=(3.6 * columns, 7.5), layout="constrained")
    for (bars, curve), each in zip(
        figure.subplots(2, columns, squeeze=False).T, result.sets, strict=False
    ):
        _draw_bars(bars, each)
        _draw_curve(curve, each)
    figure.savefig(file, dpi=110, metadata={"Software": None})


def _draw_bars(axes: Axes, each: Measured) -> None:
    """Draw the figure that the goal is set for, ours and theirs, with a line at the goal."""
    chosen = each.goals[0].figure if each.goals else "closed"
    theirs = "mcc" if chosen == "mcc" else "in_scope"
    rows = [(OURS, getattr(each, chosen))]
    if each.rasa and each.rasa.figures:
        rows.append(("Rasa, this run", getattr(each.rasa.figures, theirs)))
    rows += [(row.system, getattr(row, theirs)) for row in each.published]
    rows = [(name, value) for name, value in rows if value is not None]
    colours = [_OURS if name == OURS else _THEIRS for name, _ in rows]
    bars = axes.barh([name for name, _ in rows], [100 * v for _, v in rows], color=colours)
    axes.bar_label(bars, fmt="%.1f", padding=-28, color="white", fontsize=8)
    for goal in each.goals[:1]:
        axes.axvline(100 * goal.least, color=_MARK, linestyle=":")
    axes.invert_yaxis()
    axes.set_title(each.name)
    axes.set_xlabel("MCC in %" if chosen == "mcc" else "in-scope accuracy in %")


def _draw_curve(axes: Axes, each: Measured) -> None:
    axes.step(each.coverage, each.risk, where="post", color=_OURS)
    axes.set(xlim=(0, 1), xlabel="share answered", ylabel="share wrong of it")
    axes.set_ylim(bottom=0)
