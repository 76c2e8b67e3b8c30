"""Runs the evaluation: asks all contenders the same questions and judges what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from bot.adapters.index_store import IndexStore
from bot.app import Assistant, load_assistant
from bot.evaluation import name_lookup
from bot.evaluation.contender import Contender
from bot.evaluation.examples import Example
from bot.evaluation.part import HIDDEN, Part
from bot.evaluation.questions import Questions, read_questions
from bot.evaluation.rasa_data import training_data
from bot.evaluation.result import EvaluationResult
from bot.evaluation.scoring import judge
from bot.evaluation.talk import hold
from bot.evaluation.target import bounds
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
        baselines: whether to ask the baselines as well (single questions only).
        questions: another folder than ``data/eval``; either with the folder ``split`` in it, or
            with files of questions, which are all asked then; or one such file.

    Raises:
        ModelError: something is not trained, or Rasa could not train the baseline.
        DataError: a file of questions is not what it should be.
    """
    read = _asked_parts(questions or project / "data" / "eval", split)
    assistant = load_assistant(settings)
    known = Names(assistant.glossary)
    asked = {
        name: part.resolved(assistant.glossary, known, assistant.language)
        for name, part in read.items()
    }
    _warn(assistant, asked, progress)
    parts = tuple(_ask(assistant, name, each, progress) for name, each in asked.items())
    examples = [example for each in asked.values() for example in each.singles]
    others = _baselines(project, settings, assistant, examples, progress) if baselines else ()
    stored = IndexStore(settings.index).read()
    return EvaluationResult(
        split=parts[0].name if len(parts) == 1 else split,
        parts=parts,
        baselines=tuple(others),
        calibration=stored.decision["report"],
        bounds=bounds(stored.decision),
        glossary_version=assistant.glossary.version,
        index_version=stored.version,
    )


def _asked_parts(path: Path, split: Split) -> dict[str, Questions]:
    """Return the questions by part; a file, or a folder with files of its own, is one part."""
    if path.is_file() or any(path.glob("*.yml")):
        return {_name(path.resolve()): read_questions(path)}
    names = ("dev", "test") if split == "all" else (split,)
    return {name: read_questions(path / name) for name in names}


def _name(path: Path) -> str:
    """Return what a part is called: by its file or folder, but hidden ones stay hidden."""
    nearest = (path, *path.parents)[:3]  # the folder of a split, one in it, a file in that
    return (
        HIDDEN
        if HIDDEN in {each.name for each in nearest}
        else path.stem
        if path.is_file()
        else path.name
    )


def _warn(assistant: Assistant, asked: Mapping[str, Questions], progress: Progress) -> None:
    """Tell how many questions cannot be answered rightly because the glossary has changed."""
    for name, part in asked.items():
        lost = sum(not _answerable(example, assistant) for example in part.all)
        if lost:
            progress(f"{lost} questions of {name} expect concepts that the glossary does not have")


def _answerable(example: Example, assistant: Assistant) -> bool:
    expect = example.expect
    known = assistant.glossary
    one = not expect.any_of or any(concept in known for concept in expect.any_of)
    return one and all(concept in known for concept in expect.concepts)


def _ask(assistant: Assistant, name: str, asked: Questions, progress: Progress) -> Part:
    talks = f" and {len(asked.conversations)} conversations" if asked.conversations else ""
    progress(f"asking {len(asked.singles)} questions{talks} of {name}")
    return Part(
        name,
        tuple(judge(example, assistant.ask(example.text)) for example in asked.singles),
        tuple(hold(conversation, assistant.ask) for conversation in asked.conversations),
    )


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
