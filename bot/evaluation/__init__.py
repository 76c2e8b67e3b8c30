"""Measures the quality of answers on hand-written questions."""
