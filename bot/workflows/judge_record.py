"""Decides what one hub record means for what is remembered: nothing, new numbers, a change, a release.

No I/O: the same judgement is made before a transaction (to see what must be asked of the hub) and inside it.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.kinds import classify
from bot.domain.merging import merge
from bot.domain.model import HubModel, Metrics, Model, ModelToPut, Stage
from bot.domain.release_moments import (
    Sight,
    Sighting,
    release_moment,
    settled_moment,
)
from bot.domain.settling import is_settled, next_look
from bot.workflows.subjects import numbers_of
from bot.workflows.understand import Understand

ASK_AGAIN_AFTER = timedelta(minutes=10)
"""When the hub could not say everything about a release: soon, yet after most hiccups."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a judgement depends on beside the record and what is stored."""

    sighting: Sighting
    now: datetime
    listed_publishers: frozenset[str] = frozenset()
    """Casefolded authors everything of whom was known before this batch."""
    incomplete: frozenset[str] = frozenset()
    """Names whose full record is owed: they wait and are looked at again."""
    parents_owed: frozenset[str] = frozenset()
    """Names of children whose ancestors the hub could not tell: looked at again."""
    unseen_score: float | None = None
    """For the trending feed: the highest score a model can have had that the previous list did not hold."""
    understand: Understand = classify
    """Tells what a record is."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What follows from one record."""

    facts: HubModel
    """The record with what was known filled in."""
    stored: Model | None
    put: ModelToPut | None = None
    """What to remember; `None` where at most the numbers changed."""
    released: bool = False
    """It settles with this record, so that watches see it for the first time."""
    renumbered: bool = False
    withdrawn: bool = False
    """It was visible and no longer is: private or disabled."""
    before: Metrics = field(default_factory=Metrics)
    """The numbers at the previous observation; all `None` for what was never seen."""


def judge(record: HubModel, stored: Model | None, circumstances: Circumstances) -> Judgement:
    """Judge one record against what is stored of the same model."""
    before = Metrics() if stored is None else numbers_of(stored.facts)
    if before.trending is None and circumstances.unseen_score is not None:
        before = replace(before, trending=circumstances.unseen_score)
    return replace(_judge(record, stored, circumstances), before=before)


def _judge(record: HubModel, stored: Model | None, circumstances: Circumstances) -> Judgement:
    if record.private or record.disabled:
        visible = stored is not None and stored.stage not in {Stage.STUB, Stage.GONE}
        return Judgement(record, stored, withdrawn=visible)
    facts = merge(stored.facts, record) if stored else record
    if stored is not None and stored.stage is Stage.SETTLED:
        return _judge_known(facts, stored, circumstances)
    return _judge_unknown(facts, stored, circumstances)


def is_light(facts: HubModel) -> bool:
    """Tell whether only a listing has shown this model so far."""
    return facts.files is None


def _judge_known(facts: HubModel, stored: Model, circumstances: Circumstances) -> Judgement:
    renumbered = numbers_of(facts) != numbers_of(stored.facts)
    owed = facts.repo_id in circumstances.parents_owed
    if _beyond_numbers(facts) == _beyond_numbers(stored.facts) and stored.look_at is None and not owed:
        return Judgement(facts, stored, renumbered=renumbered)
    look_at = _look_again(stored.look_at, circumstances, owed=owed)
    put = ModelToPut(facts, Stage.SETTLED, stored.released_at, circumstances.understand(facts), look_at, stored.looks)
    return Judgement(facts, stored, put, renumbered=renumbered)


def _look_again(look_at: datetime | None, circumstances: Circumstances, *, owed: bool) -> datetime | None:
    """A settled model is looked at again only for its parents' sake; a second look that found them ends it."""
    if owed:
        return circumstances.now + ASK_AGAIN_AFTER
    return None if circumstances.sighting.sight is Sight.SECOND_LOOK else look_at


def _judge_unknown(facts: HubModel, stored: Model | None, circumstances: Circumstances) -> Judgement:
    if facts.repo_id not in circumstances.incomplete and is_settled(facts):
        kind = circumstances.understand(facts)
        moment = _settling_moment(facts, stored, circumstances)
        look_at = circumstances.now + ASK_AGAIN_AFTER if facts.repo_id in circumstances.parents_owed else None
        put = ModelToPut(facts, Stage.SETTLED, moment, kind, look_at, stored.looks if stored else 0)
        return Judgement(facts, stored, put, released=True)
    return _keep_waiting(facts, stored, circumstances)


def _settling_moment(facts: HubModel, stored: Model | None, circumstances: Circumstances) -> datetime | None:
    if stored is None or stored.stage is Stage.STUB:
        return _first_moment(facts, circumstances)
    if stored.stage is Stage.GONE:
        return stored.released_at
    seen, thought = stored.first_seen_at, stored.released_at
    return settled_moment(facts, first_seen_at=seen, first_thought=thought, now=circumstances.now)


def _first_moment(facts: HubModel, circumstances: Circumstances) -> datetime | None:
    listed = facts.author.casefold() in circumstances.listed_publishers
    return release_moment(facts, circumstances.sighting, now=circumstances.now, publisher_listed=listed)


def _keep_waiting(facts: HubModel, stored: Model | None, circumstances: Circumstances) -> Judgement:
    """An unsettled model: looked at on a schedule, or when it was touched; only a look moves the schedule on."""
    now, waiting = circumstances.now, stored is not None and stored.stage in {Stage.UNSETTLED, Stage.GIVEN_UP}
    looked = circumstances.sighting.sight is Sight.SECOND_LOOK
    if stored is not None and waiting and not looked and facts.repo_id not in circumstances.incomplete:
        same = _beyond_numbers(facts) == _beyond_numbers(stored.facts)
        look_at = now if _was_touched(facts, stored, circumstances) else stored.look_at
        put = ModelToPut(facts, stored.stage, stored.released_at, None, look_at, stored.looks)
        return Judgement(facts, stored, None if same else put)
    looks = (stored.looks if stored else 0) + (1 if looked else 0)
    since = stored.first_seen_at if stored is not None and waiting else now
    look_at = now if facts.repo_id in circumstances.incomplete else next_look(since, looks, now)
    first = stored.released_at if stored is not None and waiting else _first_moment(facts, circumstances)
    put = ModelToPut(
        facts,
        Stage.GIVEN_UP if look_at is None else Stage.UNSETTLED,
        first,
        None,
        look_at,
        looks,
    )
    return Judgement(facts, stored, put)


def _was_touched(facts: HubModel, stored: Model, circumstances: Circumstances) -> bool:
    """Tell whether a light listing, which knows no files, shows that somebody worked on an empty repository."""
    light = circumstances.sighting.sight in {Sight.PUBLISHER, Sight.TRENDING}
    before, after = stored.facts.last_modified, facts.last_modified
    return light and after is not None and (before is None or after > before)


def _beyond_numbers(facts: HubModel) -> HubModel:
    return replace(facts, likes=None, downloads=None, trending=None)
