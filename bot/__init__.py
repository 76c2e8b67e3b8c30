"""Termwise: answers questions about concepts in the words of a glossary."""

__version__ = "0.1.0"
