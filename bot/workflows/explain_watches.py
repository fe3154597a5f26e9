"""For one model, every watch of a server with what let it through or stopped it (`/watch why`)."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.bursts import SAME_ORIGIN_WINDOW, RecentPost, is_burst
from bot.domain.clock import Clock
from bot.domain.delivery import Announcement, Form
from bot.domain.errors import Refusal
from bot.domain.folding import Handling, handling
from bot.domain.labs import LabBook
from bot.domain.matching import explain
from bot.domain.model import Kind, Metrics, Model, Source, Stage
from bot.domain.model_links import named_model
from bot.domain.watches import Explanation, Subject, Watch
from bot.workflows.ports import Hub, UnitOfWork, Work
from bot.workflows.subjects import kin_by_parents, subject_of, subjects_of
from bot.workflows.understand import understanding

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
    official: bool = False
    """It is posted as its publisher's own quantisation, not because the watch asks for quantisations."""
    waits_until: datetime | None = None
    """When the digest comes in which it is a line; None where it was posted, or not announced here."""
    missed: bool = False
    """It was released and judged before this watch let it through: nothing looks back."""

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
    on_base_cards: tuple[int, ...] = ()
    """The channels of these watches in which its base's card names it: a quantization without a post of its own."""


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
        if stored is None or stored.stage is Stage.STUB:
            stored, seen = await self._look_up(repo_id, typed, stored)
        else:
            seen = stored
        known = stored is not None and stored.stage is not Stage.STUB
        async with self._unit_of_work() as work:
            case = await (self._known_case(work, seen) if known else self._unseen_case(work, seen))
            watches = sorted(await work.watches.of_server(guild_id), key=lambda watch: watch.id)
            case = replace(case, base_channels=await _channels_given(work, case.parents))
            verdicts = [await self._verdict(work, watch, case) for watch in watches]
        named_in = case.base_channels if case.model.kind is Kind.QUANTIZED else frozenset[int]()
        channels = dict.fromkeys(watch.channel_id for watch in watches if watch.channel_id in named_in)
        return WhyReport(case.model, known, tuple(verdicts), tuple(channels))

    async def _stored(self, repo_id: str) -> Model | None:
        async with self._unit_of_work() as work:
            return await work.models.by_name(Source.HUGGING_FACE, repo_id)

    async def _look_up(self, repo_id: str, typed: str, stored: Model | None) -> tuple[Model | None, Model]:
        """Return what is stored of a model, by another name too, and the model: as it would be if released now."""
        facts = await self._hub.look_up(repo_id)
        if facts is None:
            raise Refusal("model-unknown", value=typed)
        async with self._unit_of_work() as work:
            stored = (await work.models.recall([facts])).get(facts.repo_id, stored)
        if stored is not None and stored.stage is not Stage.STUB:
            return stored, stored
        now = self._clock.now()
        return stored, Model(stored.id if stored else UNSEEN, facts, Stage.SETTLED, first_seen_at=now, released_at=now)

    async def _known_case(self, work: Work, model: Model) -> "_Case":
        (subject,) = await subjects_of(work, [model], self._labs)
        parents = await work.models.parent_ids([model.id])
        return _Case(model, subject, parents.get(model.id, frozenset()), is_judged=model.stage is Stage.SETTLED)

    async def _unseen_case(self, work: Work, model: Model) -> "_Case":
        source, facts = model.facts.source, model.facts
        concluded = (await understanding(work, source, self._labs, [facts]))(facts)
        parents = await work.models.by_names(source, list(concluded.parents))
        kin = await kin_by_parents(work, source, {facts.repo_id: concluded.parents})
        model = replace(model, kind=concluded.kind, kind_reason=concluded.reason, kind_details=concluded.details)
        subject = subject_of(model, kin[facts.repo_id], self._labs, Metrics())
        return _Case(model, subject, frozenset(parent.id for parent in parents.values()))

    async def _verdict(self, work: Work, watch: Watch, case: "_Case") -> Verdict:
        channel, subject = watch.channel_id, case.subject
        announced = await work.deliveries.announcement(channel, subject.model_id)
        handled = handling(watch, subject, channel in case.base_channels)
        return Verdict(
            explanation=explain(watch, subject),
            handling=handled,
            announced_by=announced.watch_id if announced else None,
            in_burst=await self._is_burst(work, channel, case),
            official=subject.official and Kind.QUANTIZED not in watch.filter.kinds,
            waits_until=announced.due_at if announced and _is_to_come(announced) else None,
            missed=case.is_judged and announced is None,
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
    """The model in question, how matching sees it, the ids of its direct parents, and where one of them was posted."""

    model: Model
    subject: Subject
    parents: frozenset[int]
    base_channels: frozenset[int] = frozenset()
    is_judged: bool = False
    """It settled, and every watch that let it through then has announced it."""


def _is_to_come(announced: Announcement) -> bool:
    return announced.form is Form.DIGEST and announced.delivery_id is None


async def _channels_given(work: Work, models: frozenset[int]) -> frozenset[int]:
    """Return the channels that were given one of these models."""
    if not models:
        return frozenset()
    return frozenset(channel for channel, _ in await work.deliveries.announced(sorted(models)))
