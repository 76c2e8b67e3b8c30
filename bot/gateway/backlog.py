"""What waits for a reply: how much, of whom, and how long somebody's next message would wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping


class Backlog:
    """Counts messages without a reply by conversation and by party.

    A party is who takes turns with others: an address, or a conversation by itself.
    """

    def __init__(self) -> None:
        self._conversations: Counter[str] = Counter()
        self._parties: Counter[str] = Counter()
        self._party_of: dict[str, str] = {}

    @property
    def total(self) -> int:
        """How many there are."""
        return self._conversations.total()

    def of(self, conversation: str) -> int:
        """Return how many of a conversation there are."""
        return self._conversations[conversation]

    def party(self, conversation: str) -> str:
        """Return to whom the messages of a conversation that wait belong."""
        return self._party_of.get(conversation, conversation)

    def add(self, conversation: str, party: str = "") -> None:
        """Count one more; a conversation belongs to one party as long as something waits there."""
        party = self._party_of.setdefault(conversation, party or conversation)
        self._conversations[conversation] += 1
        self._parties[party] += 1

    def remove(self, conversation: str) -> None:
        """Count one less; nothing where there is none."""
        if not self._conversations[conversation]:
            return
        party = self.party(conversation)
        for counter, key in ((self._conversations, conversation), (self._parties, party)):
            counter[key] -= 1
            if not counter[key]:
                del counter[key]
        if conversation not in self._conversations:
            self._party_of.pop(conversation, None)

    def drop(self, conversation: str) -> None:
        """Count nothing of a conversation any more: others work on it, or nothing is left."""
        while self._conversations[conversation]:
            self.remove(conversation)

    def begin(self, waiting: Mapping[str, int]) -> None:
        """Begin anew with what is known to wait by conversation."""
        for counts in (self._conversations, self._parties, self._party_of):
            counts.clear()
        for conversation, count in waiting.items():
            for _ in range(count):
                self.add(conversation)

    def ahead(self, party: str) -> int:
        """Return how many messages come before the next one of a party, taken by turns.

        All of its own, and of each other party at most as many as it will have had itself.
        """
        own = self._parties[party]
        return own + sum(
            min(count, own + 1) for other, count in self._parties.items() if other != party
        )
