"""What search, spelling and thresholds must give, worked out by trying everything."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from bot.glossary.folding import Word, stem, words
from bot.glossary.names import Name, Names
from bot.retrieval.encoder import Vectors
from bot.retrieval.hit import Hit
from bot.retrieval.passage import Passage

SHORTEST_GUESS = 4  # letters; a shorter name is never guessed from another spelling


def cosine_hits(vectors: Vectors, question: Vectors, k: int) -> list[Hit]:
    """Return the ``k`` rows with the greatest inner product, ties by row."""
    scores = [float(sum(float(a) * float(b) for a, b in zip(row, question))) for row in vectors]  # noqa: B905
    return _best(dict(enumerate(scores)), k)


def whitened_cosine(
    vectors: Vectors, concepts: Sequence[str], question: Vectors, concept: str, ridge: float = 0.03
) -> float:
    """Return the cosine of a question and the mean of a concept's rows, by the moment's inverse."""
    rows = [[float(x) for x in row] for row in vectors]
    names = sorted(set(concepts))
    moment = ridge * np.eye(len(question))
    for row, name in zip(rows, concepts, strict=True):
        moment += np.outer(row, row) / concepts.count(name) / len(names)
    inverse = np.linalg.inv(moment)
    own = [row for row, name in zip(rows, concepts, strict=True) if name == concept]
    mean, asked = np.mean(own, axis=0), np.asarray(question, np.float64)
    lengths = (asked @ inverse @ asked) * (mean @ inverse @ mean)
    return float(asked @ inverse @ mean / math.sqrt(lengths)) if lengths > 0 else 0.0


def ngram_hits(
    texts: Sequence[str], ignored: Callable[[str], bool], text: str, k: int
) -> list[Hit]:
    """Return the ``k`` texts with the greatest TF-IDF cosine above 0, ties by number."""
    counts = [_grams(each, ignored) for each in texts]
    seen = Counter(gram for count in counts for gram in count)

    def row(count: Counter[str]) -> dict[str, float]:
        weights = {
            gram: (1 + math.log(number)) * (math.log((1 + len(texts)) / (1 + seen[gram])) + 1)
            for gram, number in count.items()
            if seen[gram]
        }
        norm = math.sqrt(sum(weight**2 for weight in weights.values())) or 1.0
        return {gram: weight / norm for gram, weight in weights.items()}

    asked = row(_grams(text, ignored))
    scores = {}
    for place, count in enumerate(counts):
        known = row(count)
        scores[place] = sum(weight * known.get(gram, 0.0) for gram, weight in asked.items())
    return _best({place: score for place, score in scores.items() if score > 0}, k)


def _grams(text: str, ignored: Callable[[str], bool]) -> Counter[str]:
    found: Counter[str] = Counter()
    for word in words(text):
        padded = f" {word.folded} "
        if not ignored(word.folded):
            for start in range(len(padded)):
                for end in range(start + 3, min(start + 5, len(padded)) + 1):
                    found[padded[start:end]] += 1
    return found


def _best(scores: dict[int, float], k: int) -> list[Hit]:
    order = sorted(scores, key=lambda place: (-scores[place], place))
    return [Hit(place, scores[place]) for place in order[:k]]


def phrases(names: Names, sentence: Sequence[Word]) -> list[tuple[int, int, Name]]:
    """Return every stretch of a sentence whose stems are those of a name."""
    found = []
    for name in names.all:
        stems = [stem(word.folded, name.language) for word in sentence]
        for first in range(len(stems)):
            last = first + len(name.stems)
            if stems[first:last] == list(name.stems):
                found.append((first, last, name))
    return found


def osa(one: str, other: str) -> int:
    """Return the optimal string alignment distance, by the table of all prefixes."""
    table = np.zeros((len(one) + 1, len(other) + 1), int)
    table[:, 0] = np.arange(len(one) + 1)
    table[0, :] = np.arange(len(other) + 1)
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            ways = [
                table[i - 1, j] + 1,
                table[i, j - 1] + 1,
                table[i - 1, j - 1] + (one[i - 1] != other[j - 1]),
            ]
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                ways.append(table[i - 2, j - 2] + 1)
            table[i, j] = min(ways)
    return int(table[-1, -1])


def nearest(names: Names, squeezed: str, edits: int) -> tuple[int, list[Name]]:
    """Return the least distance of a name that may be guessed, and all names at it (or none)."""
    may_be_guessed = [n for n in names.all if not n.fixed and len(n.squeezed) >= SHORTEST_GUESS]
    distances = [osa(squeezed, name.squeezed) for name in may_be_guessed]
    least = min(distances, default=edits + 1)
    if least > edits:
        return least, []
    return least, [n for n, d in zip(may_be_guessed, distances, strict=True) if d == least]


def upper_limit(wrong: int, answers: int, confidence: float) -> float:
    """Return the Clopper-Pearson upper limit of an error rate, by halving an interval."""
    if wrong == answers:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        at_most = math.fsum(
            math.comb(answers, w) * middle**w * (1 - middle) ** (answers - w)
            for w in range(wrong + 1)
        )
        low, high = (middle, high) if at_most > 1 - confidence else (low, middle)
    return (low + high) / 2


def threshold(
    probabilities: Sequence[float],
    right: Sequence[bool],
    bound: float,
    confidence: float,
    weights: Sequence[int] | None = None,
) -> tuple[float, float]:
    """Return the lowest probability whose answers keep the bound, else the one nearest to it.

    Answers are all questions of at least that probability; the second value is their limit. A
    question of weight 3 counts as three questions.
    """
    times = weights or [1] * len(right)
    limits = {}
    for chosen in sorted(set(probabilities)):
        answered = [
            r
            for p, r, number in zip(probabilities, right, times, strict=True)
            for _ in range(number)
            if p >= chosen
        ]
        limits[chosen] = upper_limit(answered.count(False), len(answered), confidence)
    kept = [chosen for chosen, limit in limits.items() if limit <= bound]
    best = min(kept) if kept else min(limits, key=lambda chosen: (limits[chosen], -chosen))
    return best, limits[best]


def bm25(passages: Sequence[Passage], text: str, language: str) -> dict[str, float]:
    """Return the BM25 score of each concept as a share of the best, every word counted anew."""
    said = {
        concept: [
            stem(word.folded, language)
            for p in passages
            if p.concept == concept and p.language == language
            for word in words(p.lexical)
        ]
        for concept in sorted({p.concept for p in passages})
    }
    speaking = {p.concept for p in passages if p.language == language}
    mean = max(1.0, sum(map(len, said.values())) / max(1, len(speaking)))

    def score(concept: str) -> float:
        total = 0.0
        for term in {stem(word.folded, language) for word in words(text)}:
            having = sum(term in entry for entry in said.values())
            idf = math.log(1 + (len(speaking) - having + 0.5) / (having + 0.5))
            f, length = said[concept].count(term), len(said[concept])
            total += idf * f * 2.2 / (f + 1.2 * (0.25 + 0.75 * length / mean))
        return total

    scores = {concept: score(concept) for concept in said}
    best = max(scores.values())
    return {concept: score / best if best else 0.0 for concept, score in scores.items()}
