"""For one model, every watch of a server with what let it through or stopped it (`/watch why`)."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.bursts import SAME_ORIGIN_WINDOW, RecentPost, is_burst
from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.folding import Handling, handling
from bot.domain.kinds import classify
from bot.domain.labs import LabBook
from bot.domain.matching import explain
from bot.domain.model import HubModel, Metrics, Model, Source, Stage
from bot.domain.model_links import named_model
from bot.domain.watches import Explanation, Subject, Watch
from bot.workflows.ports import Hub, UnitOfWork, Work
from bot.workflows.subjects import subject_of, subjects_of

UNSEEN = 0
"""The id of a model that only the hub knows; no row has it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One watch and one model: what its conditions say, and what the rules after them do."""

    explanation: Explanation
    handling: Handling
    announced_by: int | None
    """The watch through which this channel was given the model already: once per channel, ever."""
    in_burst: bool
    """The channel was given many cards just now: this one would go to the next digest."""

    @property
    def watch(self) -> Watch:
        """The watch this is about."""
        return self.explanation.watch


@dataclass(frozen=True, slots=True)
class WhyReport:
    """What `/watch why` shows. `known` is False for a model that was looked up on the hub just now."""

    model: Model
    known: bool
    verdicts: tuple[Verdict, ...]


class ExplainWatches:
    """Explains one model to one server."""

    def __init__(self, unit_of_work: UnitOfWork, hub: Hub, labs: LabBook, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._hub = hub
        self._labs = labs
        self._clock = clock

    async def __call__(self, guild_id: int, typed: str) -> WhyReport:
        """Explain the model that was typed: a name or its page's address. Raises `Refusal`, `HubUnavailable`."""
        repo_id = named_model(typed)
        stored = await self._stored(repo_id)
        known = stored is not None and stored.stage is not Stage.STUB
        model = stored if known and stored is not None else await self._look_up(repo_id, typed, stored)
        async with self._unit_of_work() as work:
            parents = await self._parents_of(work, model)
            case = _Case(await self._subject(work, model, parents), parents)
            watches = sorted(await work.watches.of_server(guild_id), key=lambda watch: watch.id)
            verdicts = [await self._verdict(work, watch, case) for watch in watches]
        return WhyReport(model, known, tuple(verdicts))

    async def _stored(self, repo_id: str) -> Model | None:
        async with self._unit_of_work() as work:
            return await work.models.by_name(Source.HUGGING_FACE, repo_id)

    async def _look_up(self, repo_id: str, typed: str, stored: Model | None) -> Model:
        facts = await self._hub.look_up(repo_id)
        if facts is None:
            raise Refusal("model-unknown", value=typed)
        return unseen_model(facts, self._clock.now(), stored.id if stored else UNSEEN)

    async def _subject(self, work: Work, model: Model, parents: frozenset[int]) -> Subject:
        if model.id != UNSEEN:
            (subject,) = await subjects_of(work, [model], self._labs)
            return subject
        above = await work.models.ancestors(sorted(parents))
        return subject_of(model, parents.union(*above.values()), self._labs, Metrics())

    async def _parents_of(self, work: Work, model: Model) -> frozenset[int]:
        names = [declared.repo_id for declared in model.facts.declared]
        found = await work.models.by_names(model.facts.source, names)
        return frozenset(parent.id for parent in found.values())

    async def _verdict(self, work: Work, watch: Watch, case: "_Case") -> Verdict:
        channel = watch.channel_id
        cards = await work.deliveries.cards_in(channel, sorted(case.parents)) if case.parents else frozenset[int]()
        announced = await work.deliveries.announcement(channel, case.subject.model_id)
        return Verdict(
            explanation=explain(watch, case.subject),
            handling=handling(watch, case.subject, bool(cards)),
            announced_by=announced.watch_id if announced else None,
            in_burst=await self._is_burst(work, channel, case),
        )

    async def _is_burst(self, work: Work, channel_id: int, case: "_Case") -> bool:
        now = self._clock.now()
        given = await work.deliveries.recent_announcements(channel_id, since=now - SAME_ORIGIN_WINDOW)
        recent = [
            RecentPost(model.id, model.facts.author, frozenset(), announcement.decided_at)
            for announcement, model in given
        ]
        return is_burst(recent, RecentPost(case.subject.model_id, case.subject.author, case.parents, now), now)


@dataclass(frozen=True, slots=True)
class _Case:
    """The model in question, as matching sees it, and its direct parents."""

    subject: Subject
    parents: frozenset[int]


def unseen_model(facts: HubModel, now: datetime, model_id: int) -> Model:
    """Return a model as it would be remembered if it were released now."""
    classification = classify(facts)
    return Model(
        id=model_id,
        facts=facts,
        stage=Stage.SETTLED,
        first_seen_at=now,
        released_at=now,
        kind=classification.kind,
        kind_reason=classification.reason,
        kind_details=classification.details,
    )
