"""The pictures of an evaluation, as PNG files in memory."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.evaluation.confidence import risk_coverage
from bot.evaluation.confusion import confusion
from bot.evaluation.contender import Contender
from bot.evaluation.scoring import Outcome, interval

_DPI = 110
_COLOURS = ("#2a7f62", "#8a8f98", "#c7843a", "#5b6fb5")
_TARGET = "#b3402a"
_ALL = "all"
_LEAST_RISK = 0.1  # the risk that is drawn at least, so that the target can be seen


def confusion_plot(outcomes: Sequence[Outcome]) -> bytes:
    """Draw what became of each kind of question: rows expected, columns what was done."""
    found = confusion(outcomes)
    rows, columns = found.counts.shape
    figure = Figure(figsize=(3 + 0.45 * columns, 2 + 0.36 * rows), layout="constrained")
    axes = figure.subplots()
    shares = found.counts / found.counts.sum(axis=1, keepdims=True)
    axes.imshow(shares, cmap="Greens", vmin=0, vmax=1, aspect="auto")
    for (row, column), count in np.ndenumerate(found.counts):
        if count:
            colour = "white" if shares[row, column] > 0.6 else "black"
            axes.text(column, row, str(count), ha="center", va="center", color=colour, fontsize=8)
    axes.set_xticks(range(columns), found.reactions, rotation=60, ha="right")
    axes.set_yticks(range(rows), found.expected)
    axes.set(xlabel="answered as, or done instead", ylabel="kind of question")
    return _png(figure)


def risk_plot(outcomes: Sequence[Outcome], calibration: Mapping[str, Any]) -> bytes:
    """Draw risk over coverage: here (left) and on the drill questions of the index (right)."""
    figure = Figure(figsize=(11, 4.2), layout="constrained")
    here, drill = figure.subplots(1, 2)
    coverage, risk = risk_coverage(outcomes)
    here.step(coverage, risk, where="post", color=_COLOURS[0])
    here.axhline(0.03, color=_TARGET, linestyle=":", label="target: 3 % wrong")
    here.set_title("Evaluation questions")
    here.set_xlabel("coverage: share of the questions answered")
    here.set_ylabel("risk: share of wrong answers")
    here.legend(loc="upper left")
    _draw_drill(drill, calibration)
    for axes in (here, drill):
        axes.set_xlim(0, 1)
        axes.set_ylim(bottom=0)
    here.set_ylim(top=max(_LEAST_RISK, 1.1 * float(risk.max(initial=0.0))))
    return _png(figure)


def drill_plot(calibration: Mapping[str, Any]) -> bytes:
    """Draw risk over coverage on the drill questions of an index, a curve per judge."""
    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.subplots()
    _draw_drill(axes, calibration)
    axes.set_ylabel("risk: share of wrong answers")
    axes.set_xlim(0, 1)
    axes.set_ylim(bottom=0)
    return _png(figure)


def bar_plot(counts: Mapping[str, int], what: str) -> bytes:
    """Draw a bar per name, in their order; ``what`` is counted."""
    figure = Figure(figsize=(7, 0.8 + 0.32 * len(counts)), layout="constrained")
    axes = figure.subplots()
    bars = axes.barh(list(counts), list(counts.values()), color=_COLOURS[0])
    axes.bar_label(bars, padding=3)
    axes.invert_yaxis()
    axes.set_xlabel(what)
    return _png(figure)


def _draw_drill(axes: Axes, calibration: Mapping[str, Any]) -> None:
    """Draw a curve per judge, its bound, and a dot where its threshold is."""
    for (name, report), colour in zip(calibration.items(), _COLOURS, strict=False):
        curve = np.array(report.get("curve", []), np.float64).reshape(-1, 2)
        axes.plot(*curve.T, color=colour, label=f"{name} ({report['questions']} questions)")
        if "bound" in report:
            axes.axhline(report["bound"], color=colour, linestyle=":")
    axes.set_title("Drill questions of the index (dotted: bounds)")
    axes.set_xlabel("coverage: share of the drill questions answered")
    if calibration:
        axes.legend(loc="upper left")


def comparison_plot(contenders: Sequence[Contender], kinds: Sequence[str]) -> bytes:
    """Draw the share of right answers per kind, a bar per contender, with 95 % intervals."""
    groups = [*kinds, _ALL]
    figure = Figure(figsize=(11, 4.5), layout="constrained")
    axes = figure.subplots()
    width = 0.8 / max(len(contenders), 1)
    for place, each in enumerate(contenders):
        shares, errors = _bars(each, groups)
        at = np.arange(len(groups)) + (place - (len(contenders) - 1) / 2) * width
        colour = _COLOURS[place % len(_COLOURS)]
        axes.bar(at, shares, width, label=each.name, color=colour)
        axes.errorbar(at, shares, errors, fmt="none", ecolor="#333333", elinewidth=0.8, capsize=2)
    axes.set_xticks(range(len(groups)), groups, rotation=30, ha="right")
    axes.set(ylim=(0, 1.02), ylabel="share right (bars: 95 % interval)")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.12), ncols=max(len(contenders), 1))
    return _png(figure)


def _bars(each: Contender, groups: Sequence[str]) -> tuple[list[float], np.ndarray[Any, Any]]:
    """Return the share right per group and the way to its limits, of shape (2, groups)."""
    shares, errors = [], []
    for group in groups:
        flags = [o.right for o in each.outcomes if group in (_ALL, o.example.kind)]
        share = sum(flags) / len(flags) if flags else 0.0
        low, high = interval(sum(flags), len(flags))
        shares.append(share)
        errors.append((max(share - low, 0.0), max(high - share, 0.0)))
    return shares, np.array(errors).T


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=_DPI, metadata={"Software": None})
    return buffer.getvalue()
