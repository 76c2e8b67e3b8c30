"""The interpreter: reads what a message asks, from its own words and from the conversation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import replace

from bot.answering.alternative import linked_words, listed_words, other_sides, parallels
from bot.answering.choice import affirmed, choice, chosen_type, counted, described_choice
from bot.answering.clauses import (
    surroundings,
)
from bot.answering.composer import Composer
from bot.answering.context import Context
from bot.answering.ellipsis import (
    asks_the_same,
    carried_further,
    carried_on,
    completed,
    correction,
    equates,
    goes_back,
    goes_on,
    points_back,
    points_past,
    says_both,
    sides,
)
from bot.answering.judgement import Judgement, is_short
from bot.answering.knowledge import Knowledge
from bot.answering.question import (
    ASPECTS,
    CONCEPT_TYPES,
    NAMED_TYPES,
    PAIRWISE,
    Question,
    QuestionType,
)
from bot.answering.reading import Reading
from bot.answering.reference import Reference, by_part, by_place, by_pronoun, replaced
from bot.answering.topic import (
    apposed,
    are_alternatives,
    are_linked,
    are_measured,
    asks_for_last,
    denied,
    denies,
    is_part,
    is_titled,
    topics,
)
from bot.glossary.folding import words
from bot.glossary.mention import Likeness, Mention
from bot.retrieval.hit import Candidate
from bot.retrieval.retriever import RERANKED

_PERHAPS = 0.1  # beside a topic, even so little makes a vague question a comparison
_COMPARES = 0.2  # two terms and this probability make a definition question a comparison
_CERTAIN = 0.6  # an aspect less probable than this is answered together with the next one
_POSSIBLE = 0.15  # ... if that has at least this probability
_PLAINLY = 0.9  # so clearly a comparison
_HALF = 0.5  # rather that than anything else
_NAMING = (QuestionType.DEFINE, QuestionType.EXPAND)
_BRIEF = PAIRWISE | {QuestionType.FOLLOW_UP, QuestionType.CHOOSE}
"""Questions that may name a neighbour of what was said by a part of its name."""
_LATELY = 1  # messages without an answer, after which "and why" still goes on with the topic
_JOINING = frozenset(
    "and und or oder of for with from about von vom bei beim fuer mit zu zum zur "
    "the der die das den dem".split()
)
_REPLYING = _JOINING | frozenset(  # around a name that replies to a question back
    "a an ein eine einen einem einer i mean meant ich mein meine meinte sorry oh ah ach aeh no na "
    "nein nee ne noe nope quatsch well ok okay please bitte natuerlich of course in general "
    "allgemein".split()
)
_NOT = frozenset(("not", "nicht"))
_FEW = 3  # words; "and X?" with so few names something, whatever it is taken for
_ALIKE = 0.3  # cosine; what is less like a description than this is not meant by it
_AHEAD = 0.06  # ... nor what is so much less like it than the likest
_TELLING = 2  # words at least that describe what somebody says he meant
_SAYING = 2  # words of "I meant"
_MEANT = 0.6  # score; so like his words is what somebody says that he meant
_ONE = frozenset({QuestionType.FOLLOW_UP, QuestionType.FIND_TERM, QuestionType.CHOOSE})


class Interpreter:
    """Reads questions over one version of a glossary; reads nothing that it is not sure of."""

    def __init__(self, knowledge: Knowledge, composer: Composer, judgement: Judgement) -> None:
        self._known = knowledge
        self._composer = composer
        self._judgement = judgement
        self._named: dict[str, frozenset[str]] = {}  # words of names, worked out when asked for

    # ---- questions that name their concept

    def named(self, question: Question, context: Context) -> Reading:
        """Return what a question with mentions asks, and how sure we are."""
        question = self._without_broader(question)
        kind = _between(question, context) or _asked(question)
        mentions = topics(question, kind)
        concepts = tuple(
            dict.fromkeys(c for m in mentions for c in self.meant(m, question, context))
        )
        if kind not in PAIRWISE:
            concepts = self._most_specific(question, concepts)
        probability, evidence = self._judgement.judge_named(question, concepts)
        further: tuple[QuestionType, ...] = ()
        if context.pending in ASPECTS and is_names(question, _REPLYING):
            kind = QuestionType(context.pending)  # we asked back what the question is about
        elif (
            kind is QuestionType.FOLLOW_UP
            or self._is_only_name(question, context)
            or asks_the_same(question, context)
        ):
            kind, further = carried_on(context), carried_further(context)
            compared = kind in PAIRWISE and {*concepts} <= {*context.topic}
            listed = kind is QuestionType.LIST_NARROWER and {*concepts} <= {*context.offered}
            if compared or listed:
                kind, further = QuestionType.DEFINE, ()  # one of those: "ok X then"
        if points_back(question) or not self._judgement.says_unknown(question):
            concepts = completed(question, kind, concepts, context)
        concepts = self._corrected(question, concepts, context)
        if kind is QuestionType.COMPARE and len(concepts) == 1:
            concepts += self._neighbour(question, concepts[0])
        if kind in ASPECTS and len(concepts) > 1 and are_alternatives(question):
            told = self._composer.has_aspect(concepts, kind, question.language)
            kind = kind if told else QuestionType.COMPARE
        also = _second(question, kind)
        return Reading(
            kind, concepts, mentions, also=also, further=further,
            probability=probability, evidence=evidence,
        )  # fmt: skip

    def meant(self, mention: Mention, question: Question, context: Context) -> tuple[str, ...]:
        """Return the concepts a mention may mean, given the other terms and the talk before.

        Of a homonym, the concept that is a neighbour of another term is meant, or one of the same
        subject field: "IM" beside "SMS" is a way of messaging. What is said not to be meant is not.
        """
        if len(mention.concepts) == 1:
            return mention.concepts
        rejected = denied(question)
        possible = tuple(c for c in mention.concepts if c not in rejected) or mention.concepts
        others = {c for m in question.mentions if m is not mention for c in m.concepts} - rejected
        fields = {self._known.glossary[c].subject for c in others} - {""}
        signs: tuple[Callable[[str], bool], ...] = (
            lambda c: c in context.topic,
            lambda c: bool(others & set(self._composer.related(c))),
            lambda c: self._known.glossary[c].subject in fields,
        )
        for fits in signs:
            fitting = tuple(c for c in possible if fits(c))
            if len(fitting) == 1:
                return fitting
        return possible

    def _most_specific(self, question: Question, concepts: tuple[str, ...]) -> tuple[str, ...]:
        """Put what is named behind it in the place of a broader concept."""
        known = self._known.glossary

        def specific(concept: str) -> str:
            behind = apposed(question, concept, lambda other: concept in known.ancestors(other))
            return behind or concept

        return tuple(dict.fromkeys(map(specific, concepts)))

    def _corrected(
        self, question: Question, concepts: tuple[str, ...], context: Context
    ) -> tuple[str, ...]:
        """Return what "no, I meant the Y" means where the topic is X: "X Y", if there is one."""
        if len(concepts) != 1 or not context.topic or not correction(question.text):
            return concepts
        topic = context.topic[0]
        said = {word.folded for m in question.mentions for word in words(m.text)}
        near = (c for c in self._around(topic) if c not in (topic, *concepts))
        joint = [c for c in near if self._is_joint(c, said, topic)]
        return (joint[0],) if len(joint) == 1 and topic not in concepts else concepts

    def _is_joint(self, concept: str, said: Set[str], topic: str) -> bool:
        """Tell whether a name is nothing but what was said and a name of the topic: "Y X"."""
        known = self._known.glossary
        own = [{w.folded for w in words(term.text)} for term in known[topic].terms]
        names = ({w.folded for w in words(term.text)} for term in known[concept].terms)
        return any(name == said | other for name in names for other in own)

    def _neighbour(self, question: Question, concept: str) -> tuple[str, ...]:
        """Return the neighbour that a comparison names by a part of its name, if it does."""
        outside = list(question.text)
        for mention in question.mentions:
            outside[mention.start : mention.end] = " " * (mention.end - mention.start)
        names = {c: self._names(c) for c in self._around(concept) if c != concept}
        doubt = self._known.vocabulary.doubt
        part = by_part("".join(outside), [names], lambda word: doubt(word) < _HALF)
        return (part.concept,) if part else ()

    def meant_instead(self, question: Question, context: Context) -> Candidate | None:
        """Return the neighbour of the topic that "no, I meant the one that ..." describes, if any.

        It is the likest of all concepts, or nearly, if no term is in the description.
        """
        start = correction(question.text)
        if not start or not context.topic:
            return None
        said = self.piece(question, start, len(question.text))
        if is_names(said, _REPLYING) or len(words(said.text)) < _TELLING:
            return None
        ranking = self._known.retriever.rank(said.text, said.language, without=context.topic)
        around = {*self._around(context.topic[0])} - {c for m in said.mentions for c in m.concepts}
        ahead = 0.0 if said.mentions else _AHEAD
        least = max(_MEANT, ranking[0].score - ahead) if ranking else 1.0
        near = (c for c in ranking if c.concept in around and c.score >= least)
        return next(near, None)

    def with_other_side(self, question: Question) -> Question:
        """Return a question with the other side of "X or Y" as a term, where Y begins one."""
        several = len({m.concepts for m in question.mentions}) > 1
        if not question.mentions or (several and not surely_compares(question)):
            return question
        compares = question.probability(*PAIRWISE) >= _HALF
        for start, end in other_sides(question, self._known.vocabulary.means_asking, compares):
            text = question.text[start:end]
            name = self._known.names.beginning(text, question.language)
            if name and not any(name.concepts == m.concepts for m in question.mentions):
                found = Mention(start, end, text, name.text, name.concepts, Likeness.FUZZY)
                mentions = tuple(sorted((*question.mentions, found), key=lambda m: m.start))
                intents = self._known.classify(question.text, mentions)
                return replace(question, mentions=mentions, intents=intents)
        return self._with_parallel(question)

    def _with_parallel(self, question: Question) -> Question:
        """Return a question with an everyday word as a term: "does an X count as a Y".

        Both have an indefinite article or are joined, and it is a comparison if the word is one.
        """
        known = {concept for mention in question.mentions for concept in mention.concepts}
        several = len({m.concepts for m in question.mentions}) > 1
        alone = () if several else (*parallels(question), *linked_words(question))
        for start, end in dict.fromkeys(listed_words(question) if several else alone):
            for found in self._known.spot(question.text[start:end]):
                other = replace(found, start=start + found.start, end=start + found.end)
                mentions = tuple(sorted((*question.mentions, other), key=lambda m: m.start))
                intents = self._known.classify(question.text, mentions)
                compared = replace(question, mentions=mentions, intents=intents)
                if not known & {*other.concepts} and compared.probability(*PAIRWISE) >= _PLAINLY:
                    return compared
        return question

    def put_right(self, question: Question, context: Context) -> Question:
        """Return what somebody meant who puts a name right: "what is X, I mean Y", "Y, I meant"."""
        start = correction(question.text)
        if start and context.topic:
            said = question
            if any(len(words(question.text[m.end : start])) == _SAYING for m in question.mentions):
                said = self.piece(question, 0, start)  # "Y I meant, the one in the garden"
            if is_names(said, _REPLYING):
                return replace(said, intents={QuestionType.FOLLOW_UP.value: 1.0})
        if not any(mention.end <= start for mention in question.mentions):
            return question
        meant = self.piece(question, start, len(question.text))
        if not meant.mentions or denies(meant):
            return question
        if is_names(meant, _REPLYING):
            return replace(question, text=meant.text, mentions=meant.mentions)
        kind = meant.likeliest(frozenset(QuestionType))
        return meant if kind in NAMED_TYPES and meant.probability(kind) >= _HALF else question

    def without_denied(self, question: Question) -> Question:
        """Return but the name that is meant of a message that corrects one: "no, not X, Y"."""
        rejected = denied(question)
        meant = [m for m in question.mentions if not rejected & {*m.concepts}]
        if not rejected or len(meant) != 1 or not is_names(question, _REPLYING | _NOT):
            return question
        return self.piece(question, meant[0].start, meant[0].end)

    def _without_broader(self, question: Question) -> Question:
        """Return a question without what is said of a term right behind it: "X the Y"."""
        if len(question.mentions) != 2 or not is_titled(question):
            return question
        left, right = question.mentions
        known = self._known.glossary
        above = any(c in known.ancestors(of) for of in left.concepts for c in right.concepts)
        if not above:
            return question
        intents = {k: p for k, p in question.intents.items() if k not in PAIRWISE}
        return replace(question, mentions=(left,), intents=intents)

    def _is_only_name(self, question: Question, context: Context) -> bool:
        """Tell whether a question is but names, right after a question about an aspect.

        "And of X" is such a question as well.
        """
        return is_names(question) and not context.age and context.question_type in ASPECTS

    # ---- questions that lean on the conversation

    def picked(self, question: Question, kind: QuestionType, context: Context) -> Reading | None:
        """Read a message as the choice of something offered before."""
        names = {c: self._names(c) for c in self._eligible(context)}
        is_asking = self._known.vocabulary.means_asking
        question = self._affirmed(question, context)
        if self._picks_both(question, context):
            return Reading(QuestionType.DEFINE, context.offered)
        concept = choice(question, kind, context, names, is_asking)
        concept = concept or self._next_to(question, context)
        likely = () if concept else self.likely_choices(question, kind, context)
        if len(likely) == 1:
            (concept,) = likely
            question = replace(question, mentions=())
            kind = kind if kind in ASPECTS else QuestionType.CHOOSE
        if concept is None:
            return None
        about = self.spelled_out(question, context)
        if about is not question:
            kind = about.likeliest(frozenset(QuestionType))
        return Reading(chosen_type(about, kind, context), (concept,))

    def _affirmed(self, question: Question, context: Context) -> Question:
        """Return a reply to a question back without what it says is not meant."""
        text = affirmed(question.text) if context.pending else question.text
        if text == question.text:
            return question
        return replace(question, text=text, mentions=self._known.spot(text))

    def _picks_both(self, question: Question, context: Context) -> bool:
        """Tell whether both things are picked that we asked back about."""
        brief = len(words(question.text)) <= _FEW and not question.mentions
        return bool(context.pending) and len(context.offered) == 2 and brief and says_both(question)

    def _next_to(self, question: Question, context: Context) -> str | None:
        """Return the one thing offered that a name given in reply is a neighbour of, if any."""
        if not context.pending or not is_names(question):
            return None
        named = {c for mention in question.mentions for c in mention.concepts}
        near = [c for c in context.offered if named & {*self._composer.related(c)}]
        return near[0] if len(near) == 1 else None

    def likely_choices(
        self, question: Question, kind: QuestionType, context: Context
    ) -> tuple[str, ...]:
        """Return which of the things offered a message tells in words of its own, likest first.

        It is more than one where none is clearly the likest.
        """
        question = self._affirmed(question, context)
        context = context if correction(question.text) else self._with_kinds(context)
        names = {c: self._names(c) for c in context.offered}
        said = frozenset().union(*names.values())

        def is_asking(word: str) -> bool:
            return word not in said and self._known.vocabulary.means_asking(word)

        part = described_choice(question, kind, context, is_asking)
        if not part:
            return ()
        told = by_part(part, [names], is_asking)
        if told and not question.mentions:
            return (told.concept,)
        scores = {c: self._known.retriever.similarity(part, [c]) for c in context.offered}
        best = max(scores.values())
        near = [c for c in scores if scores[c] >= max(_ALIKE, best - _AHEAD)]
        first = self._found_first(part, question.language, context) if len(near) != 1 else None
        return (first,) if first else tuple(sorted(near, key=lambda c: -scores[c]))

    def _found_first(self, part: str, language: str, context: Context) -> str | None:
        """Return which of the things offered a description finds first of all, by far, if any."""
        ranking = self._known.retriever.rank(part, language, k=RERANKED)
        if not ranking or ranking[0].concept not in context.offered:
            return None
        first, *others = ranking
        rivals = (c.score for c in others if c.concept in context.offered)
        ahead = first.score - max(rivals, default=0.0) >= _AHEAD
        return first.concept if ahead else None

    def _with_kinds(self, context: Context) -> Context:
        """Return the context with the kinds of the one thing that was talked about as offered.

        Where that is a kind of what was talked about before, those of that.
        """
        if context.pending or len(context.topic) != 1 or context.offered != context.topic:
            return context
        known = self._known.glossary
        kinds = known.narrower(context.topic[0]) or next(
            (k for k in map(known.narrower, context.before[:1]) if context.topic[0] in k), ()
        )
        return replace(context, offered=tuple(kinds) or context.offered)

    def spelled_out(self, question: Question, context: Context) -> Question:
        """Return a message with names in the place of what points to one of several things said.

        That is by its place ("how old is the second one") or by a part of its name ("how does the
        encryption work").
        """
        offered = counted(context)
        references = by_place(question.text, offered, context.topic) if len(offered) > 1 else ()
        if not references and not question.mentions and context.topic:
            said = [context.topic, context.before, context.offered]
            if goes_back(question):
                said.append(said.pop(0))  # nobody goes back to what is being talked about
            brief = goes_on(question) and len(words(question.text)) <= _FEW + 1
            if brief or question.likeliest(frozenset(QuestionType)) in _BRIEF:
                said.append(tuple(self._eligible(context)))
            if brief:
                said.append(tuple(entry.id for entry in self._known.glossary))
            names = [{c: self._names(c) for c in group} for group in said]
            part = by_part(question.text, names, self._known.vocabulary.means_asking)
            references = (part,) if part else ()
        return self._with_names(question, references) if references else question

    def with_topic(self, question: Question, context: Context) -> Question | None:
        """Return a message with the name of the topic in the place of "it", if it has one.

        Of a long message, which tells a story around, only the clause with that word is left.
        """
        if not context.topic:
            return None
        is_asking = self._known.vocabulary.means_asking
        reference = by_pronoun(question.text, context.topic[0], is_asking)
        if reference is None or _names_unknown(question):
            return None
        if is_short(question):
            return self._with_names(question, (reference,))
        ((start, end),) = surroundings(question.text, [(reference.start, reference.end)])
        clause = replace(question, text=question.text[start:end])
        return self._with_names(clause, (reference.moved(-start),))

    def _with_names(self, question: Question, references: Sequence[Reference]) -> Question:
        known = self._known.glossary
        text, placed = replaced(
            question.text, references, lambda c: known[c].preferred(question.language)
        )
        names = [
            Mention(r.start, r.end, text[r.start : r.end], text[r.start : r.end], (r.concept,))
            for r in placed
        ]
        others = [m for m in self._known.spot(text) if not any(m.overlaps(name) for name in names)]
        mentions = tuple(sorted((*names, *others), key=lambda m: m.start))
        return Question(text, question.language, mentions, self._known.classify(text, mentions))

    def _eligible(self, context: Context) -> Iterator[str]:
        """Return what may be picked by a part of its name: what was said, and its neighbours."""
        if context.pending:
            yield from context.offered
            return
        said = (*context.offered, *context.topic, *context.before)
        yield from dict.fromkeys(said)
        for concept in context.topic[:1]:
            yield from self._around(concept)

    def _around(self, concept: str) -> Iterator[str]:
        """Return the neighbours of a concept, and what is a kind of the same."""
        yield from self._composer.related(concept)
        for broader in self._known.glossary[concept].broader:
            yield from self._known.glossary.narrower(broader)

    def _names(self, concept: str) -> frozenset[str]:
        if concept not in self._named:
            terms = self._known.glossary[concept].terms
            said = [t.text for t in terms] + [t.expansion or "" for t in terms]
            self._named[concept] = frozenset(word.folded for t in said for word in words(t))
        return self._named[concept]

    def leaning(self, question: Question, context: Context) -> Reading | None:
        """Read a question that names nothing as one about what was talked about.

        It has no content of its own ("how does it work"), or a word in it stands for the topic and
        what is said of that is little ("and is it safe for my kid").
        """
        if not context.topic:
            return None
        about = question.likeliest(CONCEPT_TYPES)
        kind = question.likeliest(frozenset(QuestionType))
        if self._judgement.is_bare(question):
            return self._lean(question, about, context)
        both = self._of_both(question, context)
        if both:
            return both
        carries = goes_on(question) and kind in ASPECTS and context.age <= _LATELY
        if kind not in NAMED_TYPES or not (carries or points_back(question)):
            return None
        lean = self._lean(question, about, context)
        if lean.kind in PAIRWISE and len(lean.concepts) > 1:
            return lean  # whatever for
        if _names_unknown(question):
            return None
        probability, evidence = self._judgement.judge_leaning(question, context.topic)
        if probability < self._known.named.threshold.answer:
            return None
        return replace(lean, probability=probability, evidence=evidence)

    def _of_both(self, question: Question, context: Context) -> Reading | None:
        """Read "which of the two is better for my shop" as put to the two things said."""
        about = question.likeliest(PAIRWISE | ASPECTS.keys())
        if not says_both(question) or question.probability(about) < _POSSIBLE:
            return None
        lean = self._lean(question, about, context)
        return lean if len(lean.concepts) > 1 else None

    def _lean(self, question: Question, about: QuestionType, context: Context) -> Reading:
        concepts = sides(question, about, context)
        if about is QuestionType.COMPARE and len(concepts) == 1:
            concepts += self._neighbour(question, concepts[0])
        if about is QuestionType.COMPARE and len(concepts) == 1:
            other = question.likeliest(frozenset(ASPECTS))  # there is nothing to compare with
            about = other if question.probability(other) >= _POSSIBLE else about
        shown = context.shown if about is QuestionType.TELL_MORE else ()
        if about is QuestionType.REPEAT:
            concepts = context.topic
            about = carried_on(context)
        if about in _ONE:
            about = QuestionType.DEFINE
        probability = question.probability(*NAMED_TYPES)
        also = _second(question, about)
        return Reading(about, concepts, shown=shown, also=also, probability=probability)

    # ---- parts of a message

    def piece(self, question: Question, start: int, end: int) -> Question:
        """Return a part of a question as a question of its own; it names nothing if that does not.

        An everyday word that is no name in the whole message is none in a part of it either.
        """
        text = question.text[start:end].strip(" ,;")
        mentions = self._known.spot(text) if question.mentions else ()
        intents = self._known.classify(text, mentions)
        return self._without_broader(Question(text, question.language, mentions, intents))


def _names_unknown(question: Question) -> bool:
    """Tell whether a question with words of its own asks what something is, so not the topic."""
    return question.probability(*_NAMING) >= _HALF


def is_names(question: Question, joining: frozenset[str] = _JOINING) -> bool:
    """Tell whether a question is nothing but names and words that join them: "and of X"."""
    return bool(question.mentions) and all(
        word.folded in joining or any(m.start <= word.start < m.end for m in question.mentions)
        for word in words(question.text)
    )


def _between(question: Question, context: Context) -> QuestionType | None:
    """Return the type of a question that puts the topic beside the one term it names, if it does.

    "Isn't that just X" compares, "does it belong to X" asks whether the one is a kind of the other.
    """
    named = {c for mention in question.mentions for c in mention.concepts}
    if (
        not context.topic
        or len(named) != 1
        or named & {*context.topic}
        or not points_past(question)
    ):
        return None
    kind = question.likeliest(NAMED_TYPES)
    if kind is QuestionType.ASK_BROADER:
        return QuestionType.ASK_KIND_OF
    if kind not in PAIRWISE and equates(question):
        return QuestionType.COMPARE
    vague = question.probability(kind) < _HALF
    compares = question.probability(QuestionType.COMPARE) >= _PERHAPS
    return QuestionType.COMPARE if vague and compares else None


def _asked(question: Question) -> QuestionType:
    """Return the likeliest type; "does A mean something else than B" compares."""
    kind = question.likeliest(NAMED_TYPES)
    several = len({m.concepts for m in question.mentions}) > 1
    if (
        kind is QuestionType.COMPARE
        and question.mentions
        and not several
        and len(question.mentions) > 1
    ):
        other = question.likeliest(NAMED_TYPES - PAIRWISE)  # "why X, or, well, X"
        return other if question.probability(other) >= _PERHAPS else QuestionType.DEFINE
    if kind is QuestionType.COMPARE and several and asks_for_last(question):
        return QuestionType.DEFINE  # "no more X, all talk of Y, what is that"
    if kind is QuestionType.COMPARE and question.probability(kind) < _PLAINLY and is_part(question):
        return question.likeliest(NAMED_TYPES - PAIRWISE)  # "understand X of Y"
    compares = question.probability(QuestionType.COMPARE) >= _COMPARES and are_linked(question)
    described = question.probability(QuestionType.FIND_TERM) >= _HALF
    if several and (are_measured(question) or (described and are_alternatives(question))):
        return QuestionType.COMPARE
    if several and kind is QuestionType.ASK_RELATED and are_linked(question):
        return QuestionType.COMPARE  # "is X related to Y"
    return QuestionType.COMPARE if kind is QuestionType.DEFINE and several and compares else kind


def surely_compares(question: Question) -> bool:
    """Tell whether a message as a whole surely compares several terms."""
    several = len({mention.concepts for mention in question.mentions}) > 1
    return several and question.probability(QuestionType.COMPARE) >= _PLAINLY


def _second(question: Question, kind: QuestionType) -> QuestionType | None:
    """Return the other aspect that may be meant, where the first is not certain."""
    if kind not in ASPECTS or question.probability(kind) >= _CERTAIN:
        return None
    other = question.likeliest(frozenset(ASPECTS) - {kind})
    return other if question.probability(other) >= _POSSIBLE else None
