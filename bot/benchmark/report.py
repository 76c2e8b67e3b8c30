"""The report of a run as files: JSON with every sample, Markdown and a picture."""

from __future__ import annotations

import json
from pathlib import Path

from bot.benchmark.plot import write_plot
from bot.benchmark.result import BenchmarkResult


def write_report(result: BenchmarkResult, folder: Path) -> list[Path]:
    """Write ``benchmark.json``, ``.md`` and ``.png`` into ``folder`` and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    data, text, picture = (folder / f"benchmark.{kind}" for kind in ("json", "md", "png"))
    data.write_text(json.dumps(result.to_json(), indent=1) + "\n", encoding="utf-8")
    write_plot(result, picture)
    shown = f"{result.to_markdown()}\n![Latency distributions and ratios]({picture.name})\n"
    text.write_text(shown, encoding="utf-8")
    return [data, text, picture]
