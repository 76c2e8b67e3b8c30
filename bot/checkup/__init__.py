"""Checks of a glossary's content: pure functions from entries to findings, one family a module."""
