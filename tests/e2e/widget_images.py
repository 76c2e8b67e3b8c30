"""The pictures of the widget and of the pages in the documentation: ``make widget-images``."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from bot.settings import Settings
from tests.e2e.widget_stage import staged
from tests.integration.processes import Project


def main() -> None:
    """Make them anew, with the assistant as it is trained."""
    settings = Settings.from_environment()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "empty").mkdir()
        project = Project(settings.project, folder / "empty").having(
            MODELS=settings.models, GLOSSARY=settings.glossary
        )
        with staged(project, folder) as (_, environment):
            for script in ("pictures.mjs", "page-pictures.mjs"):
                subprocess.run(
                    ["node", f"tests/browser/{script}", str(settings.project / "docs" / "images")],
                    cwd=settings.project / "widget", env=environment, check=True,
                )  # fmt: skip


if __name__ == "__main__":
    main()
