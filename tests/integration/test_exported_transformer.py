"""The transformer is exported with attention as one operator, and computes what it did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.filterwarnings("ignore:You are using the legacy:DeprecationWarning")
LAYERS = 2


@pytest.fixture(scope="module")
def transformer() -> Any:
    from transformers import BertConfig, BertModel

    torch.manual_seed(5)
    config = BertConfig(
        vocab_size=50, hidden_size=16, num_hidden_layers=LAYERS, num_attention_heads=4,
        intermediate_size=32, max_position_embeddings=16, initializer_range=0.5,
        attn_implementation="eager",
    )  # fmt: skip
    return BertModel(config, add_pooling_layer=False).eval()


@pytest.fixture(scope="module")
def exported(transformer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from bot.adapters.exported_transformer import write_onnx

    path: Path = tmp_path_factory.mktemp("exported") / "model.onnx"
    ids, mask = _texts(2, 4)
    write_onnx(transformer, torch.tensor(ids), torch.tensor(mask), path)
    return path


def _texts(number: int, longest: int) -> tuple[Any, Any]:
    """Return word pieces and mask of texts of which each is one piece shorter than the former."""
    ids = np.random.default_rng(number).integers(1, 50, (number, longest))
    mask = (np.arange(longest) < longest - np.arange(number)[:, None]).astype(np.int64)
    return ids * mask, mask


@pytest.mark.parametrize(("number", "longest"), [(1, 1), (1, 7), (3, 12), (5, 16)])
def test_it_computes_what_the_original_does(
    transformer: Any, exported: Path, number: int, longest: int
) -> None:
    ids, mask = _texts(number, longest)
    with torch.no_grad():
        meant = transformer(torch.tensor(ids), torch.tensor(mask)).last_hidden_state.numpy()
    session = onnxruntime.InferenceSession(str(exported), providers=["CPUExecutionProvider"])
    found = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
    np.testing.assert_allclose(found[mask == 1], meant[mask == 1], atol=1e-5)


def test_attention_is_one_operator_per_layer(exported: Path) -> None:
    kinds = [node.op_type for node in onnx.load(str(exported)).graph.node]
    assert kinds.count("MultiHeadAttention") == LAYERS
    assert not {"Softmax", "Transpose"} & set(kinds)
