"""Semantic search: passages, hits, rankings and how they are fused. Pure: no framework, no I/O."""
