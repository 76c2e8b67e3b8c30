"""Baseline "Rasa default": the pipeline that Rasa falls back to, trained by Rasa's own commands.

Rasa runs in processes of its own (``rasa train nlu``, ``rasa shell nlu``), so that TensorFlow is
not loaded here. The model and what it predicted are kept, so that it trains once for the same
training questions and the same terms. By hand, for a folder that holds ``nlu.yml`` and
``questions.json``, a list of strings (writes ``model.tar.gz`` and ``predictions.json``)::

    python -m bot.evaluation.rasa_default FOLDER
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bot.answering.answer import Answer, AnswerKind
from bot.answering.question import CONCEPT_TYPES, SMALLTALK, QuestionType
from bot.errors import Code, ModelError
from bot.evaluation.rasa_data import ENTITY
from bot.evaluation.replies import Replies
from bot.glossary.glossary import Glossary
from bot.glossary.names import Names

NAME = "Rasa default"
EPOCHS = 30
"""Rasa's default is 100; 30 epochs on 5,700 questions already take 10 minutes of one CPU. Measured
on dev when there were 3,100: 40 epochs right in 63.9 %, 100 epochs (18 minutes) in 64.8 %."""

_DEFAULT_EPOCHS = 100
CONFIG = f"""\
recipe: default.v1
language: en
assistant_id: baseline
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: {EPOCHS}
    constrain_similarities: true
    random_seed: 7
  - name: EntitySynonymMapper
  - name: FallbackClassifier
    threshold: 0.3
    ambiguity_threshold: 0.1
"""
"""What Rasa 3.6 falls back to when a project names no pipeline, without the ResponseSelector
(it has nothing to learn where no intent is a retrieval intent), with fewer epochs and a fixed seed.
"""

_NLU, _QUESTIONS, _PREDICTIONS, _MODEL = (
    "nlu.yml", "questions.json", "predictions.json", "model.tar.gz",
)  # fmt: skip
_ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONIOENCODING": "utf-8",
}
_TAIL = 2000  # characters of Rasa's messages that an error shows

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Prediction:
    """What Rasa made of a question: the intent, how sure (0 to 1), and the terms it extracted."""

    intent: str
    confidence: float
    terms: tuple[str, ...]


class RasaDefault:
    """Answers with what Rasa's default pipeline understands; terms are looked up by name.

    Args:
        glossary: where the definitions are.
        names: of that glossary.
        language: tells the language of a text.
    """

    def __init__(self, glossary: Glossary, names: Names, language: Callable[[str], str]) -> None:
        self._names = names
        self._language = language
        self._replies = Replies(glossary, names)

    def answer(self, text: str, prediction: Prediction) -> Answer:
        """Say what an action would say that switches on the intent and looks up the terms.

        A question without a term that the glossary has is declined, like the fallback.
        """
        spoken, sure = self._language(text), prediction.confidence
        kind = _question_type(prediction.intent)
        if kind in SMALLTALK:
            return self._replies.other(AnswerKind.SMALLTALK, spoken, kind, sure)
        if kind is QuestionType.ASK_HUMAN:
            return self._replies.other(AnswerKind.HANDOFF, spoken, kind, sure)
        named = [self._names.of_text(term)[:1] for term in prediction.terms]
        concepts = tuple(dict.fromkeys(concept for found in named for concept in found))
        if kind not in CONCEPT_TYPES or not concepts:
            return self._replies.other(AnswerKind.DECLINE, spoken, kind, sure)
        return self._replies.about(kind, concepts, spoken, sure)


class Predictions:
    """The predictions of one trained pipeline, kept in a folder.

    Args:
        folder: where model and predictions are kept, usually ``models/baselines``.
        data: the training data, Rasa's YAML.
        examples: how many questions that are; for the message and the remark.
    """

    def __init__(self, folder: Path, data: str, examples: int) -> None:
        key = hashlib.sha256("\0".join((version("rasa"), CONFIG, data)).encode()).hexdigest()[:16]
        self._folder = folder
        self._data = data
        self._examples = examples
        self._model = folder / f"rasa-default-{key}.tar.gz"
        self._kept = folder / f"rasa-default-{key}.json"

    def of(self, texts: Sequence[str], progress: Progress) -> list[Prediction]:
        """Return the prediction for each text; train and ask Rasa only for what is not known.

        Raises:
            ModelError: Rasa failed; shows the end of what it said.
        """
        questions = [_one_line(text) for text in texts]
        known = self._read()
        unknown = sorted(set(questions) - known["predictions"].keys())
        if unknown:
            self._extend(known, unknown, progress)
        found = (known["predictions"][question] for question in questions)
        return [Prediction(p["intent"], p["confidence"], tuple(p["terms"])) for p in found]

    @property
    def remark(self) -> str:
        """How the baseline was made, for the report."""
        seconds = self._read()["training_seconds"]
        took = f" in {seconds:.0f} s" if seconds else ""
        return (
            f"Rasa {version('rasa')}'s default NLU pipeline (without the ResponseSelector, as "
            f"there are no retrieval intents; fallback below 0.3), DIET trained for {EPOCHS} "
            f"epochs instead of {_DEFAULT_EPOCHS}, to save time,{took} on {self._examples} "
            "questions: our own training questions with annotated terms of the glossary, and a "
            "lookup table of all terms. The intent picks the section, the extracted term is "
            "looked up by name; without one it declines."
        )

    def _read(self) -> dict[str, Any]:
        try:
            kept: dict[str, Any] = json.loads(self._kept.read_bytes())
        except (OSError, ValueError):
            return {"training_seconds": 0.0, "predictions": {}}
        return kept

    def _extend(self, known: dict[str, Any], texts: Sequence[str], progress: Progress) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="rasa-default-", dir=self._folder) as name:
            scratch = Path(name)
            if not self._model.is_file():
                progress(
                    f"training the baseline {NAME!r} on {self._examples} questions for {EPOCHS} "
                    "epochs; this takes minutes, but only once"
                )
                (scratch / _NLU).write_text(self._data, encoding="utf-8")
                known["training_seconds"] = train(scratch)
                self._keep(scratch / _MODEL)
            progress(f"asking the baseline {NAME!r} {len(texts)} questions")
            predictions = predict(self._model, texts)
            known["predictions"] |= {
                text: asdict(prediction)
                for text, prediction in zip(texts, predictions, strict=True)
            }
            (scratch / _PREDICTIONS).write_text(json.dumps(known, indent=1), encoding="utf-8")
            os.replace(scratch / _PREDICTIONS, self._kept)

    def _keep(self, model: Path) -> None:
        """Put a model in its place; models of other training data (80 MB each) are removed."""
        for old in self._folder.glob("rasa-default-*.tar.gz"):
            old.unlink(missing_ok=True)
        os.replace(model, self._model)


def train(folder: Path) -> float:
    """Train ``folder/model.tar.gz`` on ``folder/nlu.yml`` and return how many seconds it took.

    Raises:
        ModelError: Rasa failed; shows the end of what it said.
    """
    (folder / "config.yml").write_text(CONFIG, encoding="utf-8")
    started = time.perf_counter()
    name = _MODEL.removesuffix(".tar.gz")
    options = ("--nlu", _NLU, "--config", "config.yml", "--out", ".", "--fixed-model-name", name)
    _rasa(folder, "train", "nlu", *options)
    return time.perf_counter() - started


def predict(model: Path, texts: Sequence[str]) -> list[Prediction]:
    """Ask a trained model; each text is one line.

    Raises:
        ModelError: Rasa failed or did not answer each question.
    """
    said = _rasa(model.parent, "shell", "nlu", "--model", str(model), typed="\n".join(texts))
    parsed = _objects(said)
    if [each["text"] for each in parsed] != list(texts):
        problem = f"the baseline answered {len(parsed)} of {len(texts)} questions"
        raise ModelError(Code.M004, problem=problem)
    return [_prediction(each) for each in parsed]


def _rasa(folder: Path, *arguments: str, typed: str = "") -> str:
    """Run a command of Rasa in a folder and return what it wrote to its standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "rasa", *arguments],
        cwd=folder,
        env={**os.environ, **_ENVIRONMENT},
        input=typed,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = done.stderr if typed else done.stdout + done.stderr  # what was typed is not shown
        problem = f"`rasa {' '.join(arguments)}` ended with code {done.returncode}:"
        raise ModelError(Code.M004, problem=f"{problem}\n{said[-_TAIL:]}")
    return done.stdout


def _objects(said: str) -> list[dict[str, Any]]:
    """Return the JSON objects of an output; each begins and ends at the start of a line."""
    found: list[dict[str, Any]] = []
    lines: list[str] | None = None
    for line in said.split("\n"):
        if line == "{":
            lines = []
        if lines is not None:
            lines.append(line)
        if line == "}" and lines is not None:
            found.append(json.loads("\n".join(lines)))
            lines = None
    return found


def _prediction(parsed: Mapping[str, Any]) -> Prediction:
    intent = parsed["intent"]
    terms = tuple(e["value"] for e in parsed["entities"] if e["entity"] == ENTITY)
    return Prediction(intent["name"] or "", round(float(intent["confidence"]), 6), terms)


def _question_type(intent: str) -> QuestionType:
    """Return the question type of an intent; of Rasa's fallback, out of scope."""
    try:
        return QuestionType(intent)
    except ValueError:
        return QuestionType.OUT_OF_SCOPE


def _one_line(text: str) -> str:
    """Return the text as it can be typed into a shell."""
    return " ".join(text.split())


def main(folder: Path) -> None:
    """Train in ``folder`` and predict its questions."""
    train(folder)
    texts = [_one_line(text) for text in json.loads((folder / _QUESTIONS).read_bytes())]
    predictions = [asdict(each) for each in predict(folder / _MODEL, texts)]
    (folder / _PREDICTIONS).write_text(json.dumps(predictions, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
