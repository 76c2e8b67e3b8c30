"""Rasa tokenizer: words as the glossary sees them."""

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.glossary.folding import words


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class TermTokenizer(Tokenizer):
    """Splits text into the same words that terms are spotted in."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return Rasa's options for intents with several parts; ours have one."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the words of one attribute of a message; a text without words is one token."""
        text = str(message.get(attribute))
        tokens = [Token(word.text, word.start) for word in words(text)]
        return tokens or [Token(text, 0)]
