"""Published figures of others on the same data."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.errors import Code, DataError

PLATFORMS = ("rasa", "dialogflow", "luis", "haptik", "bert")
_NAMES = {
    "rasa": "Rasa 1.10", "dialogflow": "Dialogflow", "luis": "LUIS", "haptik": "Haptik",
    "bert": "BERT",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Published:
    """What a source says of a system; shares from 0 to 1, None where it does not say."""

    system: str
    source: str
    in_scope: float | None = None
    recall: float | None = None
    mcc: float | None = None
    auroc: float | None = None


def hint3_rows(place: Callable[[str], Path]) -> tuple[Published, ...]:
    """Return the figures of each platform at the threshold that is best on the test data.

    Args:
        place: the file of a platform's figures; a platform without one is left out.

    Raises:
        DataError: a file does not hold such figures.
    """
    files = [(platform, place(platform)) for platform in PLATFORMS]
    return tuple(_best(_NAMES[platform], path) for platform, path in files if path.is_file())


def _best(system: str, path: Path) -> Published:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        best = max(rows, key=lambda row: float(row["MCC"]))
        return Published(
            system,
            f"HINT3, threshold {best['Threshold']}, the best on the test data",
            in_scope=float(best["Inscope Accuracy"]),
            recall=float(best["OOS Recall"]),
            mcc=float(best["MCC"]),
        )
    except (KeyError, ValueError, TypeError) as error:
        problem = f"these are not the figures of HINT3: {error!r}"
        raise DataError(Code.D002, file=path, problem=problem) from None


_LARSON = "Larson et al. 2019, threshold from their validation data"
_FEW_SHOT = "README of jianguoz/Few-Shot-Intent-Detection"
CLINC150 = (
    Published("BERT", _LARSON, in_scope=0.962, recall=0.523),
    Published("MLP on USE", _LARSON, in_scope=0.934, recall=0.491),
    Published("Rasa (spaCy)", _LARSON, in_scope=0.909, recall=0.312),
    Published("ConvFiT", "Vulić et al. 2021, all in scope; read in a second source", 0.9734),
)
BANKING77 = (
    Published("ConvFiT", "Vulić et al. 2021; read in a second source", 0.9416),
    Published("BERT, tuned", "Casanueva et al. 2020; read in a second source", 0.9366),
    Published("USE + ConveRT", "Casanueva et al. 2020; read in a second source", 0.9336),
)
BANKING77_10_SHOT = (
    Published("ICDA", _FEW_SHOT, 0.8979),
    Published("CPFT", _FEW_SHOT, 0.8720),
    Published("DNNC", _FEW_SHOT, 0.8671),
    Published("USE + ConveRT", _FEW_SHOT, 0.8519),
    Published("RoBERTa + classifier", _FEW_SHOT, 0.8427),
)
