"""Rasa graph components: the only importers of rasa.nlu and rasa.engine."""
