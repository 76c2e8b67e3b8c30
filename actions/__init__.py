"""Custom actions of the assistant; thin, since answering is in ``bot.answering``."""
