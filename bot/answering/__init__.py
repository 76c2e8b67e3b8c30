"""From a question to an answer: type, decision, composition, citation. Pure: no framework, no I/O."""
