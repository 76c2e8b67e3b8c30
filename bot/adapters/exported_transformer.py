"""The sentence encoder's transformer, written as int8 ONNX, one operator at a time.

Of what ONNX Runtime has beside the standard, the graph is made of what it would fuse itself:
attention as one operator, with queries, keys and values as one matrix
(``docs/adr/0020-one-node-attention.md``), and products that quantize their input as they run. The
weights are quantized here, all columns of a matrix at once; ONNX Runtime's own tool goes column by
column through 20,000 of them and gives the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from bot.retrieval.encoder import Vectors

Weights = Mapping[str, NDArray[np.float32]]
"""The parameters of a BERT by the names that transformers gives them."""

_OPSET = 17
_DOMAIN = "com.microsoft"  # of the operators that ONNX Runtime has beside the standard's
_MOST = 127  # of an int8; -128 would have no counterpart
_LEAST = np.finfo(np.float32).tiny  # scale: a column of zeros has one as well


@dataclass(frozen=True, slots=True)
class Shape:
    """What the weights of a BERT do not tell: layers, attention heads, epsilon of its norms."""

    layers: int
    heads: int
    epsilon: float


def write_onnx(weights: Weights, shape: Shape, path: Path) -> None:
    """Write a BERT as ONNX; texts and pieces may be of any number.

    ``input_ids`` are word pieces, ``attention_mask`` is 1 where there is one and 0 where there is
    padding, both int64 of shape (texts, pieces). ``last_hidden_state`` is float32 of shape (texts,
    pieces, dimensions).

    Args:
        weights: the parameters.
        shape: what they do not tell.
        path: the file.
    """
    onnx.save(_Graph(weights, shape).model(), str(path))


def columns_as_bytes(matrix: Vectors) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return a matrix as int8, shape (inputs, outputs), and the scale of each column.

    A number is its byte times the scale; 127 stands for the greatest of the column.
    """
    scales = np.maximum(np.abs(matrix).max(axis=0) / np.float32(_MOST), _LEAST)
    return np.round(matrix / scales).astype(np.int8), scales


def table_as_bytes(table: Vectors) -> tuple[NDArray[np.uint8], np.float32, np.uint8]:
    """Return a table as uint8, its scale, and the byte that stands for zero.

    A number is its byte less that one, times the scale; the bytes are from the least to the
    greatest number.
    """
    least, greatest = min(table.min(), 0.0), max(table.max(), 0.0)
    scale = max((float(greatest) - float(least)) / 255, float(_LEAST))
    zero = np.uint8(round(-float(least) / scale))
    rows = np.clip(np.round(table / np.float32(scale)) + zero, 0, 255)
    return rows.astype(np.uint8), np.float32(scale), zero


class _Graph:
    """The graph in the making; each method adds nodes and returns the name of what they give."""

    def __init__(self, weights: Weights, shape: Shape) -> None:
        self._weights = weights
        self._shape = shape
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._number = count()

    def model(self) -> onnx.ModelProto:
        """Return the whole of it."""
        kept = self._node("Cast", "attention_mask", to=TensorProto.INT32)
        states = self._embedded()
        for layer in range(self._shape.layers):
            states = self._layer(f"encoder.layer.{layer}.", states, kept)
        self._nodes.append(helper.make_node("Identity", [states], ["last_hidden_state"]))
        width = len(self._weights["embeddings.LayerNorm.weight"])
        axes = ("texts", "pieces")
        graph = helper.make_graph(
            self._nodes,
            "transformer",
            [
                helper.make_tensor_value_info(name, TensorProto.INT64, axes)
                for name in ("input_ids", "attention_mask")
            ],
            [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, (*axes, width))],
            self._constants,
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_DOMAIN, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8)

    def _embedded(self) -> str:
        """All texts are one segment; the places are the first of their table."""
        zero, one = self._constant(np.array([0])), self._constant(np.array([1]))
        number = self._node("Shape", "input_ids", start=1, end=2)
        every = self._constant(np.arange(len(self._weights[_table("position")]), dtype=np.int64))
        places = self._node("Slice", every, zero, number, zero, one)
        segments = self._node("Mul", "input_ids", zero)
        words = self._looked_up("word", "input_ids")
        states = self._node("Add", words, self._looked_up("token_type", segments))
        states = self._node("Add", states, self._looked_up("position", places))
        norm = self._norm("embeddings.")
        return self._node("LayerNormalization", states, *norm, epsilon=self._shape.epsilon)

    def _looked_up(self, kind: str, ids: str) -> str:
        rows, *scale = map(np.asarray, table_as_bytes(self._weights[_table(kind)]))
        found = self._node("Gather", self._constant(rows), ids)
        return self._node("DequantizeLinear", found, *map(self._constant, scale))

    def _layer(self, name: str, states: str, kept: str) -> str:
        attended = self._product(self._attention(name, states, kept), name + "attention.output.")
        states = self._added(attended, states, name + "attention.output.")
        inner = self._node("Gelu", self._product(states, name + "intermediate."), domain=_DOMAIN)
        return self._added(self._product(inner, name + "output."), states, name + "output.")

    def _attention(self, name: str, states: str, kept: str) -> str:
        """Queries, keys and values are one product, attention is one node."""
        parts = [f"{name}attention.self.{part}." for part in ("query", "key", "value")]
        matrix = np.concatenate([self._weights[part + "weight"] for part in parts])
        bias = np.concatenate([self._weights[part + "bias"] for part in parts])
        split = [self._name() for _ in parts]
        whole = self._multiplied(states, matrix, bias)
        self._nodes.append(helper.make_node("Split", [whole], split, axis=-1))
        heads = self._shape.heads
        inputs = (*split, "", kept)
        return self._node("MultiHeadAttention", *inputs, domain=_DOMAIN, num_heads=heads)

    def _product(self, states: str, name: str) -> str:
        weights = self._weights
        return self._multiplied(
            states, weights[f"{name}dense.weight"], weights[f"{name}dense.bias"]
        )

    def _multiplied(self, states: str, matrix: Vectors, bias: NDArray[np.float32]) -> str:
        """``matrix`` has a row for each number that comes out, as torch keeps it."""
        columns, scales = columns_as_bytes(matrix.T)
        zeros = np.zeros(len(scales), np.int8)
        inputs = [self._constant(part) for part in (columns, scales, zeros, bias)]
        return self._node("DynamicQuantizeMatMul", states, *inputs, domain=_DOMAIN)

    def _added(self, states: str, before: str, name: str) -> str:
        inputs = (states, before, *self._norm(name))
        epsilon = self._shape.epsilon
        return self._node("SkipLayerNormalization", *inputs, domain=_DOMAIN, epsilon=epsilon)

    def _norm(self, name: str) -> list[str]:
        parts = ("weight", "bias")
        return [self._constant(self._weights[f"{name}LayerNorm.{part}"]) for part in parts]

    def _constant(self, value: NDArray[np.generic]) -> str:
        name = f"c{len(self._constants)}"
        array = np.ascontiguousarray(value) if value.ndim else value
        self._constants.append(numpy_helper.from_array(array, name))
        return name

    def _node(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        name = self._name()
        node = helper.make_node(kind, list(inputs), [name], domain=domain, **attributes)
        self._nodes.append(node)
        return name

    def _name(self) -> str:
        return f"n{next(self._number)}"


def _table(kind: str) -> str:
    return f"embeddings.{kind}_embeddings.weight"
