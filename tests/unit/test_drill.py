"""The drill asks questions with known right answers, the same ones each time."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from bot.answering.decision import DESCRIBED_FEATURES, NAMED_FEATURES
from bot.answering.drill import OTHER_FIELDS, SHARES, Bench, Drill, Sample, Template
from bot.app import Assistant, read_templates, write_templates
from bot.glossary.glossary import Glossary
from tests.fakes import ASKING, FakeIntents, HashEncoder, fake_assistant

QUESTIONS = (
    ("what is <term>", "define"),
    ("explain <term>", "define"),
    ("was ist <term>", "define"),
    ("purpose of <term>", "ask_purpose"),
    ("wozu <term>", "ask_purpose"),
    ("difference between <term> and <term>", "compare"),
    ("advantages of <term>", "ask_advantages"),
    ("what do you call a thing for rain", "find_term"),
    ("book me a <term> for tonight", "out_of_scope"),
    ("how is the weather", "out_of_scope"),
    ("hello", "greet"),
)


def templates() -> list[Template]:
    """Return masked questions as a model that did not see them would predict them."""
    intents = FakeIntents()
    return [
        Template(text, intent, intents.predict(text, HashEncoder())) for text, intent in QUESTIONS
    ]


def drilled(
    assistant: Assistant, seed: int, questions: Sequence[Template] | None = None
) -> list[Sample]:
    """Return what a drill finds out about an assistant."""
    glossary = assistant.glossary
    drill = Drill(
        glossary=glossary,
        templates=templates() if questions is None else questions,
        bench=Bench(
            answerer=assistant.answerer,
            retriever=assistant.retriever,
            passages=assistant.passages,
            spotter=lambda gone: assistant.spotter_over(glossary.without(gone)),
        ),
        detect=assistant.language,
        predict=lambda text: assistant.classify(text, assistant.spotter.spot(text)),
        is_asking=frozenset(ASKING).__contains__,
        common=("cake", "night", "weather"),
        seed=seed,
    )
    return drill.samples()


@pytest.fixture(scope="module")
def samples(assistant: Assistant) -> list[Sample]:
    """What the drill finds out about the garden."""
    return drilled(assistant, 11)


def test_right_and_wrong_answers_of_both_kinds_occur(samples: list[Sample]) -> None:
    count = Counter((sample.named, sample.right) for sample in samples)
    assert all(count[named, right] >= 3 for named in (True, False) for right in (True, False))


def test_all_evidence_is_there_and_is_a_number(samples: list[Sample]) -> None:
    for sample in samples:
        features = NAMED_FEATURES if sample.named else DESCRIBED_FEATURES
        assert all(math.isfinite(sample.evidence[name]) for name in features)


def test_right_answers_look_better_than_wrong_ones(samples: list[Sample]) -> None:
    def mean(right: bool, name: str) -> float:
        values = [s.evidence[name] for s in samples if s.right is right and name in s.evidence]
        return sum(values) / len(values)

    assert mean(True, "out_of_scope") < mean(False, "out_of_scope")
    assert mean(True, "score") > mean(False, "score")


def test_a_seed_gives_the_same_samples_and_another_one_others(
    assistant: Assistant, glossary: Glossary, samples: list[Sample]
) -> None:
    assert drilled(assistant, 11) == samples
    assert drilled(fake_assistant(glossary), 11) == samples
    assert drilled(assistant, 12) != samples


def test_of_many_descriptions_some_are_asked_and_nothing_else_changes(
    assistant: Assistant, samples: list[Sample], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.answering.drill.MOST_DESCRIBED", 4)
    fewer = drilled(assistant, 11)
    assert [s for s in fewer if s.named] == [s for s in samples if s.named]
    kept, every = ([s for s in each if not s.named] for each in (fewer, samples))
    assert 0 < len(kept) < 0.8 * len(every)
    assert [sample for sample in every if sample in kept] == kept


def test_everyday_requests_are_never_right(assistant: Assistant) -> None:
    requests = [t for t in templates() if t.intent == "out_of_scope"]
    found = drilled(assistant, 11, requests)
    assert any(sample.named for sample in found)
    assert not any(sample.right for sample in found if sample.source == "request")


def test_a_glossary_of_one_entry_can_be_drilled(glossary: Glossary) -> None:
    alone = Glossary([e for e in glossary if e.id == "moon-spade"], "one")
    assert any(sample.right for sample in drilled(fake_assistant(alone), 11))


def test_without_templates_only_descriptions_are_drilled(assistant: Assistant) -> None:
    found = drilled(assistant, 11, [])
    assert found
    assert not any(sample.named for sample in found if sample.source != "field")


def test_samples_tell_where_they_come_from(samples: list[Sample]) -> None:
    count = Counter(sample.source for sample in samples if sample.named)
    assert set(count) == set(SHARES)
    for source in ("unknown", "request"):
        assert not any(s.right for s in samples if s.named and s.source == source)


def test_a_name_among_words_of_its_entry_is_right_and_among_strange_ones_wrong(
    samples: list[Sample],
) -> None:
    fields = [s for s in samples if s.source == "field"]
    right, wrong = (
        [s.evidence["strange"] for s in fields if s.right is told] for told in (True, False)
    )
    assert right
    assert wrong
    assert len(right) + len(wrong) <= 2 * OTHER_FIELDS
    assert sum(right) / len(right) < sum(wrong) / len(wrong)


def test_templates_are_stored_with_their_predictions() -> None:
    labels = ["define", "greet"]
    probabilities = np.array([[0.75, 0.25], [0.5, 0.5]], np.float32)
    stored = write_templates(
        ["wozu <term>", "für ‘alle’ 👩‍🌾"], ["define", "greet"], labels, probabilities
    )
    assert read_templates(stored) == [
        Template("wozu <term>", "define", {"define": 0.75, "greet": 0.25}),
        Template("für ‘alle’ 👩‍🌾", "greet", {"define": 0.5, "greet": 0.5}),
    ]


@pytest.mark.parametrize(
    ("text", "slots"), [("hello", 0), ("what is <term>", 1), ("<term> <term>", 2)]
)
def test_a_template_knows_its_slots(text: str, slots: int) -> None:
    assert Template(text, "define", {}).slots == slots
