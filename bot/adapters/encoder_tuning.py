"""sentence-transformers tunes the encoder on lessons from a glossary (docs/adr/0011).

What it writes is a full original, which training exports instead
of the one from the package.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.adapters.encoder_export import TUNED_MANIFEST, TUNED_MODEL, packaged, put_in_place
from bot.adapters.onnx_encoder import LONGEST
from bot.errors import Code, GlossaryError
from bot.glossary.glossary import Glossary
from bot.retrieval.lesson import Lesson, batches, lessons_of

FEWEST = 16  # lessons; fewer say nothing
BATCH = 32
RATE = 3e-5
CLIP = 1.0  # length of the gradient, at most
WARM_UP = 0.1  # of the steps
_SEED = 11
_TOLD = 20  # times the progress is told
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Tuned:
    """What tuning did: version of the encoder, lessons, steps, first and last loss, seconds."""

    version: str
    lessons: int
    steps: int
    loss_before: float
    loss_after: float
    seconds: float


def tune(
    folder: Path,
    glossary: Glossary,
    progress: Progress,
    *,
    read: Callable[[str], str],
    epochs: int = 1,
    threads: int = 1,
) -> Tuned:
    """Tune the encoder of the package and put the result in place in one step.

    Args:
        folder: where the tuned encoder is kept; replaced.
        glossary: gives the lessons.
        progress: is told what is being done.
        read: gives a text as the encoder that is served reads it.
        epochs: how often each lesson is gone through.
        threads: how many cores to use.

    Raises:
        GlossaryError: the glossary gives too few lessons.
    """
    start = time.monotonic()
    lessons = [
        Lesson(lesson.concept, read(lesson.question), read(lesson.passage))
        for lesson in lessons_of(glossary)
    ]
    if len(lessons) < FEWEST:
        raise GlossaryError(Code.G031, found=len(lessons), limit=FEWEST)
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(threads)
    torch.manual_seed(_SEED)
    model = SentenceTransformer(
        str(packaged()), device="cpu", model_kwargs={"attn_implementation": "eager"}
    )
    plan = [b for epoch in range(epochs) for b in batches(lessons, glossary, BATCH, _SEED + epoch)]
    progress(f"tuning on {len(lessons)} lessons in {len(plan)} steps")
    losses = _fit(model, plan, progress)
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="tuned-", dir=folder.parent))
    try:
        version = _write(model, scratch, glossary, len(lessons), epochs)
        put_in_place(folder, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    tenth = max(1, len(losses) // 10)
    ends = (sum(losses[:tenth]) / tenth, sum(losses[-tenth:]) / tenth)
    return Tuned(version, len(lessons), len(plan), *ends, time.monotonic() - start)


def undo(folder: Path) -> bool:
    """Remove the tuned encoder; return whether there was one."""
    if not folder.exists():
        return False
    shutil.rmtree(folder)
    return True


def _fit(model: Any, plan: Sequence[Sequence[Lesson]], progress: Progress) -> list[float]:
    """Go through the batches; the vectors of words stay, all else learns. Return the losses."""
    import torch
    from sentence_transformers import losses

    model.max_seq_length = LONGEST
    transformer = model[0].auto_model
    transformer.embeddings.requires_grad_(False)  # words that no lesson has keep their place
    learning = list(transformer.encoder.parameters())
    loss = losses.MultipleNegativesRankingLoss(model)
    optimizer = torch.optim.AdamW(learning, lr=RATE)
    rate = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, len(plan)))
    found: list[float] = []
    start = time.monotonic()
    model.train()
    for number, batch in enumerate(plan, start=1):
        sides = ([each.question for each in batch], [each.passage for each in batch])
        value = loss([model.preprocess(side) for side in sides], None)
        value.backward()
        torch.nn.utils.clip_grad_norm_(learning, CLIP)
        optimizer.step()
        rate.step()
        optimizer.zero_grad()
        found.append(float(value))
        if number % max(1, len(plan) // _TOLD) == 0:
            left = (time.monotonic() - start) / number * (len(plan) - number)
            progress(f"step {number} of {len(plan)}, loss {found[-1]:.2f}, {left:.0f} s left")
    model.eval()
    return found


def _rate(step: int, steps: int) -> float:
    """Return the share of the rate at a step: up to 1 at first, then down to 0."""
    warm = max(1, int(steps * WARM_UP))
    return min((step + 1) / warm, (steps - step) / max(1, steps - warm))


def _write(model: Any, folder: Path, glossary: Glossary, lessons: int, epochs: int) -> str:
    weights = folder / TUNED_MODEL
    model.save(str(weights), create_model_card=False)
    digest = hashlib.sha256()
    for file in sorted(weights.glob("*.safetensors")):
        digest.update(file.read_bytes())
    version = f"tuned-{digest.hexdigest()[:12]}"
    manifest = {
        "version": version, "glossary": glossary.version, "lessons": lessons, "epochs": epochs,
    }  # fmt: skip
    (folder / TUNED_MANIFEST).write_text(json.dumps(manifest))
    return version
