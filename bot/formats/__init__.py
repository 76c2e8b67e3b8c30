"""Glossary formats: one per file, each turns sources into entries."""
