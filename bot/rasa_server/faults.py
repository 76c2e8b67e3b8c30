"""What goes wrong in the Rasa part although it answers: counted by name, told with its health."""

from __future__ import annotations

import logging
from collections import Counter


class FaultCount(logging.Handler):
    """Counts log records that name a fault (``extra={"fault": NAME}``): what is told is counted.

    So nobody who counts can forget to tell, nor who tells to count.
    """

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Count a record."""
        fault = getattr(record, "fault", "")
        if fault:
            self.counts[fault] += 1
