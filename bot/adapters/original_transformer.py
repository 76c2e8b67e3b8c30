"""The original of the sentence encoder as it lies on disk.

safetensors reads the weights; loading torch and transformers for that takes longer than all else of
an export. What the export of them gives is compared by ``bot.adapters.encoder_agreement``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from safetensors.numpy import load_file

from bot.adapters.exported_transformer import Shape, Weights

CONFIG_FILE = "config.json"
WEIGHTS_FILE = "model.safetensors"
_KIND = {"model_type": "bert", "hidden_act": "gelu"}  # what is computed here and exported
_OLDER_NAMES = {"gamma": "weight", "beta": "bias"}


@dataclass(frozen=True, slots=True)
class Original:
    """A BERT, its parameters by the names that transformers gives them."""

    weights: Weights
    shape: Shape

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        return len(self.weights["embeddings.LayerNorm.weight"])


def read_original(folder: Path) -> Original:
    """Read a model as sentence-transformers keeps it: mean pooling over a BERT.

    Raises:
        ValueError: it is of another kind, or damaged.
        OSError: a file is missing.
        KeyError: a file lacks something.
    """
    config = json.loads((folder / CONFIG_FILE).read_text())
    for name, meant in _KIND.items():
        if config[name] != meant:
            raise ValueError(f"{name} is {config[name]!r}, expected {meant!r}")
    shape = Shape(
        config["num_hidden_layers"], config["num_attention_heads"], config["layer_norm_eps"]
    )
    weights = {_today(name): weight for name, weight in load_file(folder / WEIGHTS_FILE).items()}
    return Original(weights, shape)


def _today(name: str) -> str:
    """Return the name of a parameter as it is now; transformers writes norms by older ones."""
    for old, new in _OLDER_NAMES.items():
        name = name.replace(f"LayerNorm.{old}", f"LayerNorm.{new}")
    return name
