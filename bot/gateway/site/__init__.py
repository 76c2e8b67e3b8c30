"""The web pages: the glossary to read, a form to ask it, and how to embed the assistant."""
