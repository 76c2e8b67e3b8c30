"""Runs the evaluation: asks all contenders the same questions and judges what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from bot.adapters.index_store import IndexStore
from bot.app import Assistant, load_assistant
from bot.evaluation import name_lookup
from bot.evaluation.contender import Contender
from bot.evaluation.examples import Example, read_examples
from bot.evaluation.rasa_data import training_data
from bot.evaluation.result import EvaluationResult
from bot.evaluation.scoring import Outcome, judge
from bot.glossary.names import Names
from bot.settings import Settings

Split = Literal["dev", "test", "all"]
Progress = Callable[[str], None]


def run(
    project: Path,
    settings: Settings,
    split: Split,
    progress: Progress,
    baselines: bool = True,
    questions: Path | None = None,
) -> EvaluationResult:
    """Evaluate what was trained.

    Args:
        project: the project's folder, with ``data/eval`` and ``data/nlu``.
        settings: where the models are; what the baselines need is kept there too.
        split: which questions of ``data/eval`` to ask.
        progress: told what is being done, never a question.
        baselines: whether to ask the baselines as well.
        questions: another folder than ``data/eval``; either with the folder ``split`` in it, or
            with files of questions, which are all asked then.

    Raises:
        ModelError: something is not trained, or Rasa could not train the baseline.
        DataError: a file of questions is not what it should be.
    """
    parts = _parts(questions or project / "data" / "eval", split)
    assistant = load_assistant(settings)
    _warn(assistant, parts, progress)
    outcomes = {name: _asked(assistant, name, part, progress) for name, part in parts.items()}
    examples = [example for part in parts.values() for example in part]
    others = _baselines(project, settings, assistant, examples, progress) if baselines else ()
    stored = IndexStore(settings.index).read()
    return EvaluationResult(
        split=split,
        parts=outcomes,
        baselines=tuple(others),
        calibration=stored.decision["report"],
        glossary_version=assistant.glossary.version,
        index_version=stored.version,
    )


def _parts(folder: Path, split: Split) -> dict[str, list[Example]]:
    """Return the questions by part; a folder with files of its own is one part."""
    if any(folder.glob("*.yml")):
        return {folder.resolve().name: read_examples(folder)}
    names = ("dev", "test") if split == "all" else (split,)
    return {name: read_examples(folder / name) for name in names}


def _warn(assistant: Assistant, parts: Mapping[str, Sequence[Example]], progress: Progress) -> None:
    """Tell how many questions cannot be answered rightly because the glossary has changed."""
    for name, part in parts.items():
        lost = sum(not _answerable(example, assistant) for example in part)
        if lost:
            progress(f"{lost} questions of {name} expect concepts that the glossary does not have")


def _answerable(example: Example, assistant: Assistant) -> bool:
    expect = example.expect
    known = assistant.glossary
    one = not expect.any_of or any(concept in known for concept in expect.any_of)
    return one and all(concept in known for concept in expect.concepts)


def _asked(
    assistant: Assistant, name: str, part: Sequence[Example], progress: Progress
) -> tuple[Outcome, ...]:
    progress(f"asking {len(part)} questions of {name}")
    return tuple(judge(example, assistant.ask(example.text)) for example in part)


def _baselines(
    project: Path,
    settings: Settings,
    assistant: Assistant,
    examples: Sequence[Example],
    progress: Progress,
) -> Iterator[Contender]:
    names = Names(assistant.glossary)
    lookup = name_lookup.NameLookup(assistant.glossary, names, assistant.language)
    progress(f"asking the baseline {name_lookup.NAME!r} {len(examples)} questions")
    found = tuple(judge(example, lookup.answer(example.text)) for example in examples)
    yield Contender(name_lookup.NAME, found, name_lookup.REMARK)
    yield _rasa_default(project, settings, assistant, names, examples, progress)


def _rasa_default(
    project: Path,
    settings: Settings,
    assistant: Assistant,
    names: Names,
    examples: Sequence[Example],
    progress: Progress,
) -> Contender:
    from bot.evaluation import rasa_default  # not above: it can also be run by hand

    nlu = project / "data" / "nlu"
    data, count = training_data(nlu, assistant.glossary, assistant.language)
    kept = rasa_default.Predictions(settings.models / "baselines", data, count)
    predictions = kept.of([example.text for example in examples], progress)
    rasa = rasa_default.RasaDefault(assistant.glossary, names, assistant.language)
    found = tuple(
        judge(example, rasa.answer(example.text, prediction))
        for example, prediction in zip(examples, predictions, strict=True)
    )
    return Contender(rasa_default.NAME, found, kept.remark)
