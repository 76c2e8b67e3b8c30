"""The report of a run as files: JSON with every figure, Markdown and a picture."""

from __future__ import annotations

import json
from pathlib import Path

from bot.benchmark.intents.plot import write_plot
from bot.benchmark.intents.result import IntentResult, Measured


def write_report(result: IntentResult, folder: Path) -> list[Path]:
    """Write ``intents.json``, ``.md`` and ``.png`` into ``folder`` and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    data, text, picture = (folder / f"intents.{kind}" for kind in ("json", "md", "png"))
    data.write_text(json.dumps(result.to_json(), indent=1) + "\n", encoding="utf-8")
    write_plot(result, picture)
    text.write_text(_markdown(result, picture.name), encoding="utf-8")
    return [data, text, picture]


def _markdown(result: IntentResult, picture: str) -> str:
    header, *rows = result.table()
    rule = ["---", "---", *["---:"] * (len(header) - 4), "---", "---"]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in [header, rule, *rows])
    facts = "\n".join(_fact(each) for each in result.sets)
    return (
        "# Intent detection on public data\n\nFigures in percent. `recall` is that of utterances "
        f"out of scope.\n\n{table}\n\n{facts}\n\nEncoder: {result.encoder}\n\n"
        f"![Our figures beside the published ones, and risk over coverage]({picture})\n"
    )


def _fact(each: Measured) -> str:
    said = (
        f"- {each.name}: {each.examples} examples of {each.intents} intents, {each.asked} asked; "
        f"{each.seconds:.0f} s"
    )
    if each.threshold is None or each.oracle_mcc is None:
        return said
    return (
        f"{said}; threshold {each.threshold:.3f} from training data (MCC with the best threshold "
        f"of the test data: {100 * each.oracle_mcc:.1f})"
    )
