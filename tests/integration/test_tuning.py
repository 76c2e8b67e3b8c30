"""The encoder is tuned on a small glossary, exported from then on, and there is a way back."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bot.adapters.encoder_export import TUNED_MANIFEST, encoder_version
from bot.adapters.onnx_encoder import OnnxEncoder
from bot.errors import Code, ModelError
from bot.settings import Settings
from tests.garden import SOURCES
from tests.integration.processes import Project


@pytest.fixture(scope="module")
def garden(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project with the garden's glossary and an empty folder of models."""
    folder = tmp_path_factory.mktemp("garden")
    for name, text in SOURCES.items():
        path = folder / "glossary" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return project.having(GLOSSARY=folder / "glossary", MODELS=folder / "models")


def test_tuned_exported_and_undone(garden: Project, settings: Settings, tmp_path: Path) -> None:
    packaged = encoder_version(garden.models / "tuned")
    done = garden.termwise("tune", "--json", "--threads", "1")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["lessons"] >= 16
    assert told["loss_after"] > 0
    assert "step" in done.stderr
    tuned = garden.models / "tuned"
    assert [path.name for path in garden.models.iterdir()] == ["tuned"]
    assert encoder_version(tuned).startswith(told["version"])
    assert encoder_version(tuned) != packaged

    exported = tmp_path / "encoder"
    done = garden.python("-m", "bot.adapters.encoder_export", str(exported), str(tuned))
    assert done.returncode == 0, done.stderr
    done = garden.python("-m", "bot.adapters.encoder_agreement", str(exported), str(tuned))
    assert done.returncode == 0, done.stderr
    encoder = OnnxEncoder(exported)
    assert encoder.version == encoder_version(tuned)
    texts = ["A moon spade cuts through roots."]
    alike = float(np.sum(encoder.encode(texts) * OnnxEncoder(settings.encoder).encode(texts)))
    assert 0.5 < alike < 0.99999

    assert garden.termwise("tune", "--undo").stdout.startswith("the tuned encoder is gone")
    assert encoder_version(tuned) == packaged
    assert garden.termwise("tune", "--undo").stdout == "nothing was tuned\n"


def test_a_damaged_tuned_encoder_is_told_with_the_way_back(tmp_path: Path) -> None:
    for content in (None, "{", "[]", "{}"):
        if content is not None:
            (tmp_path / TUNED_MANIFEST).write_text(content)
        with pytest.raises(ModelError) as caught:
            encoder_version(tmp_path)
        assert caught.value.code is Code.M007


def test_a_glossary_of_one_entry_teaches_nothing(garden: Project, tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text("# One\n\nOne is a number.\n")
    done = garden.having(GLOSSARY=tmp_path).termwise("tune")
    assert done.returncode == 2
    assert "[G031]" in done.stderr
    assert "Traceback" not in done.stderr
