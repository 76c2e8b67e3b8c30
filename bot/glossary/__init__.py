"""The glossary as data: entries, terms, relations. Pure: no framework, no I/O."""
