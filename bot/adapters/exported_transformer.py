"""The sentence encoder's transformer, written for export.

What transformers computes is traced as some 40 nodes a layer. ONNX Runtime knows attention as one
operator, and queries, keys and values as one matrix; the numbers are the same to the last bit
(``docs/adr/0020-one-node-attention.md``). Loads torch, as ``encoder_export`` does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

_DOMAIN = "com.microsoft"  # of the operators that ONNX Runtime has beside the standard's


def write_onnx(transformer: Any, ids: torch.Tensor, mask: torch.Tensor, path: Path) -> None:
    """Write a transformer as ONNX, float32; texts and pieces may be of any number.

    Args:
        transformer: a BERT of transformers, ready to predict.
        ids: word pieces to trace with, shape (texts, pieces).
        mask: 1 where there is a piece, 0 where there is padding, same shape.
        path: the file.
    """
    torch.onnx.export(
        HiddenStates(transformer).eval(),
        (ids, mask),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=["last_hidden_state"],
        dynamic_axes={name: {0: "batch", 1: "tokens"} for name in ("input_ids", "attention_mask")},
        opset_version=17,
        custom_opsets={_DOMAIN: 1},
        dynamo=False,
    )


class HiddenStates(torch.nn.Module):  # type: ignore[misc]
    """The states of all word pieces: ids and mask, shape (texts, pieces), give float32.

    Args:
        transformer: a BERT of transformers.
    """

    def __init__(self, transformer: Any) -> None:
        super().__init__()
        self._embeddings = transformer.embeddings
        self._layers = transformer.encoder.layer
        heads = int(transformer.config.num_attention_heads)
        self._attentions = torch.nn.ModuleList(
            _Attention(layer.attention.self, heads) for layer in self._layers
        )

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the states of the last layer, shape (texts, pieces, dimensions)."""
        kept = mask.to(torch.int32)
        states = self._embeddings(input_ids=ids, token_type_ids=ids * 0)
        for layer, attention in zip(self._layers, self._attentions, strict=True):
            attended = layer.attention.output(attention(states, kept), states)
            states = layer.output(layer.intermediate(attended), attended)
        return states


class _Attention(torch.nn.Module):  # type: ignore[misc]
    """The attention of a layer, with queries, keys and values as one matrix."""

    def __init__(self, original: Any, heads: int) -> None:
        super().__init__()
        parts = (original.query, original.key, original.value)
        self._width = original.query.out_features
        self._heads = heads
        self._all = torch.nn.Linear(original.query.in_features, len(parts) * self._width)
        self._all.weight = torch.nn.Parameter(torch.cat([part.weight for part in parts]))
        self._all.bias = torch.nn.Parameter(torch.cat([part.bias for part in parts]))

    def forward(self, states: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
        parts = self._all(states).split(self._width, dim=-1)
        attended: torch.Tensor = _MultiHeadAttention.apply(*parts, kept, self._heads)
        return attended


class _MultiHeadAttention(torch.autograd.Function):  # type: ignore[misc]
    """Rows of shape (texts, pieces, dimensions) and the mask of pieces that count."""

    @staticmethod
    def forward(
        _context: Any,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        kept: torch.Tensor,
        heads: int,
    ) -> torch.Tensor:
        split = [part.unflatten(-1, (heads, -1)).transpose(1, 2) for part in (query, key, value)]
        attended = torch.nn.functional.scaled_dot_product_attention(
            *split, attn_mask=kept[:, None, None].bool()
        )
        return attended.transpose(1, 2).flatten(-2)

    @staticmethod
    def symbolic(graph: Any, query: Any, key: Any, value: Any, kept: Any, heads: int) -> Any:
        no_bias = graph.op("prim::Constant")
        no_bias.setType(torch._C.NoneType.get())
        attended = graph.op(
            f"{_DOMAIN}::MultiHeadAttention", query, key, value, no_bias, kept, num_heads_i=heads
        )
        attended.setType(query.type())
        return attended
