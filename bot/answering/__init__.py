"""From a question to an answer: decision, composition, citation. Pure: no framework, no I/O."""
