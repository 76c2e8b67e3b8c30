"""The transformer is written with attention as one operator, and computes what it did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest

from bot.adapters.encoder_agreement import (
    LEAST_MEAN_COSINE,
    SAMPLES,
    check_agreement,
    original_vectors,
)
from bot.adapters.encoder_export import export, packaged
from bot.adapters.exported_transformer import Shape, columns_as_bytes, table_as_bytes, write_onnx
from bot.adapters.onnx_encoder import OnnxEncoder
from bot.adapters.original_transformer import CONFIG_FILE, read_original
from bot.errors import Code, ModelError
from bot.settings import Settings

torch = pytest.importorskip("torch")
LAYERS = 2


@pytest.fixture(scope="module")
def transformer() -> Any:
    """A small BERT whose weights are what their bytes stand for, so that only inputs are rounded.

    A norm that moves is told from one that does not, and a bias from none.
    """
    from transformers import BertConfig, BertModel

    torch.manual_seed(5)
    config = BertConfig(
        vocab_size=50, hidden_size=16, num_hidden_layers=LAYERS, num_attention_heads=4,
        intermediate_size=32, max_position_embeddings=16, initializer_range=0.5,
        attn_implementation="eager",
    )  # fmt: skip
    model = BertModel(config, add_pooling_layer=False).eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            weight.copy_(torch.tensor(_representable(name, weight.numpy())))
    return model


def _representable(name: str, weight: Any) -> Any:
    if weight.ndim == 1:
        return weight + np.random.default_rng(len(name)).normal(0, 0.3, weight.shape)
    if "embeddings" in name:
        rows, scale, zero = table_as_bytes(weight)
        return (rows.astype(np.float32) - zero) * scale
    columns, scales = columns_as_bytes(weight.T)
    return (columns * scales).T


@pytest.fixture(scope="module")
def exported(transformer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("exported") / "model.onnx"
    weights = {name: weight.numpy() for name, weight in transformer.state_dict().items()}
    write_onnx(weights, Shape(LAYERS, 4, transformer.config.layer_norm_eps), path)
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
    off = np.abs(found - meant)[mask == 1]
    assert off.mean() < 0.03  # inputs of products are rounded to bytes as they come
    assert off.max() < 0.2


def test_the_original_is_read_as_transformers_writes_it(transformer: Any, tmp_path: Path) -> None:
    transformer.save_pretrained(str(tmp_path))
    found = read_original(tmp_path)
    assert found.shape == Shape(LAYERS, 4, transformer.config.layer_norm_eps)
    assert found.dimensions == 16
    for name, weight in transformer.state_dict().items():
        assert np.array_equal(found.weights[name], weight.numpy())


def test_sentence_transformers_says_that_the_export_gives_what_its_original_gives(
    trained: Settings,
) -> None:
    meant = original_vectors(packaged(), SAMPLES)
    exported = OnnxEncoder(trained.encoder).encode(SAMPLES)
    assert LEAST_MEAN_COSINE <= check_agreement(exported, meant) < 0.9999


@pytest.mark.parametrize("cosine", [0.98, float("nan")])
def test_vectors_that_disagree_are_refused(cosine: float) -> None:
    meant = np.array([[1, 0], [1, 0]], np.float32)
    turned = np.array([[1, 0], [2 * cosine - 1, 0.1]], np.float32)
    with pytest.raises(ModelError) as caught:
        check_agreement(turned, meant)
    assert caught.value.code is Code.M003


@pytest.mark.parametrize("config", [None, "{", '{"model_type": "bert", "hidden_act": "relu"}'])
def test_an_original_of_another_kind_is_not_exported(tmp_path: Path, config: str | None) -> None:
    tuned = tmp_path / "tuned"
    (tuned / "model").mkdir(parents=True)
    (tuned / "manifest.json").write_text('{"version": "tuned-1"}')
    if config is not None:
        (tuned / "model" / CONFIG_FILE).write_text(config)
    with pytest.raises(ModelError) as caught:
        export(tmp_path / "encoder", tuned)
    assert caught.value.code is Code.M007
    assert not (tmp_path / "encoder").exists()


def test_attention_is_one_operator_per_layer(exported: Path) -> None:
    kinds = [node.op_type for node in onnx.load(str(exported)).graph.node]
    assert kinds.count("MultiHeadAttention") == LAYERS
    assert not {"Softmax", "Transpose", "MatMul"} & set(kinds)


def test_each_column_is_off_by_half_a_step_at_most() -> None:
    matrix = np.random.default_rng(3).normal(0, [0.01, 1, 50, 0], (40, 4)).astype(np.float32)
    columns, scales = columns_as_bytes(matrix)
    assert np.abs(columns).max(axis=0).tolist() == [127, 127, 127, 0]
    assert (np.abs(columns * scales - matrix) <= scales * 0.501).all()


@pytest.mark.parametrize("middle", [-3.0, 0.0, 0.4, 3.0])
def test_each_number_of_a_table_is_off_by_half_a_step_and_zero_is_zero(middle: float) -> None:
    table = np.random.default_rng(4).uniform(middle - 1, middle + 1, (30, 8)).astype(np.float32)
    rows, scale, zero = table_as_bytes(table)
    assert (np.abs((rows.astype(np.float32) - zero) * scale - table) <= scale * 1.01).all()
    assert table_as_bytes(np.zeros((2, 2), np.float32))[0].tolist() == [[0, 0], [0, 0]]
