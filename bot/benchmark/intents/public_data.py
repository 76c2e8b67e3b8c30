"""The public data sets, as they lie in the folders of their repositories."""

from __future__ import annotations

from pathlib import Path

from bot.benchmark.intents.dataset import Dataset, Utterance, read_lines, read_parts, read_table

HINT3_SETS = ("sofmattress", "curekart", "powerplay11")
_HINT3 = Path("HINT3")
_CLINC150 = Path("oos-eval/data/data_full.json")
_BANKING77 = Path("task-specific-datasets/banking_data")
_FEW_SHOT = Path("Few-Shot-Intent-Detection/Datasets/BANKING77/train_10")
_NO_INTENT = "NO_NODES_DETECTED"


def hint3(folder: Path, name: str) -> Dataset:
    """Read a set of HINT3 in version 1, which the published figures are for."""
    data = folder / _HINT3 / "dataset" / "v1"
    train = read_table(data / "train" / f"{name}_train.csv", _NO_INTENT)
    test = read_table(data / "test" / f"{name}_test.csv", _NO_INTENT)
    return Dataset(f"HINT3 {name}", train, test)


def hint3_results(folder: Path, platform: str, name: str) -> Path:
    """Return the file in which HINT3 publishes the figures of a platform on a set."""
    return folder / _HINT3 / "results" / f"{platform}_{name}.csv"


def clinc150(folder: Path) -> Dataset:
    """Read CLINC150: 150 intents, 15,000 utterances to train on; test with 1,000 out of scope.

    The utterances out of scope that are meant for training are not used.
    """
    parts = read_parts(folder / _CLINC150, ("train", "test", "oos_test"))
    train = tuple(Utterance(text, intent) for text, intent in parts["train"])
    test = [Utterance(text, intent) for text, intent in parts["test"]]
    outside = [Utterance(text, None) for text, _ in parts["oos_test"]]
    return Dataset("CLINC150", train, (*test, *outside))


def banking77(folder: Path) -> Dataset:
    """Read BANKING77: 77 intents, 10,003 utterances to train on; nothing is out of scope."""
    data = folder / _BANKING77
    return Dataset("BANKING77", read_table(data / "train.csv"), read_table(data / "test.csv"))


def banking77_10_shot(folder: Path) -> Dataset:
    """Read BANKING77 with the ten utterances an intent that the few-shot literature trains on."""
    few = folder / _FEW_SHOT
    train = read_lines(few / "seq.in", few / "label")
    return Dataset("BANKING77 10-shot", train, read_table(folder / _BANKING77 / "test.csv"))
