"""Turns a delivery into what is posted, with facts as they are now and not as they were when it was decided."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.card import CardFacts, DigestFacts, NoticeFacts, Post
from bot.domain.community import without_numbers
from bot.domain.delivery import FOLLOWING, Announcement, Delivery, Purpose
from bot.domain.labs import LabBook
from bot.domain.leaderboard import LATE, LeaderboardFacts
from bot.domain.model import Stage
from bot.domain.server import Server
from bot.domain.windows import parse_week
from bot.workflows.card_facts import card_facts
from bot.workflows.community_facts import community_facts
from bot.workflows.gather_digests import OVERFLOW
from bot.workflows.ports import Work
from bot.workflows.publish_leaderboard import WEEK
from bot.workflows.read_leaderboard import week_facts

DIGEST_LINES = 10
"""Models on one page of a digest: what a message holds, and what is read."""

CARDS = FOLLOWING | {Purpose.OLD_COPY}
"""What shows a model's card, or an opening made of the same facts."""

PUBLISHED = frozenset({Purpose.CARD, Purpose.DIGEST, Purpose.LEADERBOARD})
"""What servers that follow an announcement channel are sent, where moderators want that."""

NOTICE_KEY = "key"
"""In a notice's payload: its catalogue key below `notice.`; the rest are placeholders."""

DECIDE_KEY = "decide"
"""In a notice's payload: the batch of ballots that its readers can decide on where they read it."""


async def prepare_post(work: Work, delivery: Delivery, labs: LabBook) -> Post | None:
    """Return the post behind a delivery; `None` where there is nothing to show any more."""
    if delivery.purpose in CARDS:
        facts, marker = await _card(work, delivery, labs), f"v1:details:{delivery.model_id}"
    elif delivery.purpose is Purpose.DIGEST:
        facts, marker = await digest_facts(work, delivery, labs), f"v1:digest:{delivery.id}:0"
    elif delivery.purpose is Purpose.LEADERBOARD:
        facts, marker = await _week(work, delivery), f"v1:week:{delivery.guild_id}:{delivery.payload.get(WEEK)}:0"
    else:
        facts, marker = _notice(delivery), f"v1:notice:{delivery.id}"
    if facts is None:
        return None
    server = await work.servers.get(delivery.guild_id) or Server(delivery.guild_id)
    published = server.publishes and delivery.purpose in PUBLISHED
    return Post(delivery.purpose, server.locale, facts, marker, published=published)


async def _week(work: Work, delivery: Delivery) -> LeaderboardFacts | None:
    """Return the stored week; movements and names are as they are now, places and votes as they were published."""
    facts = await week_facts(work, delivery.guild_id, parse_week(delivery.payload.get(WEEK, "")))
    if facts is None:
        return None
    return replace(facts, is_late=await work.leaderboards.now() - facts.week.due_at > LATE)


async def digest_facts(work: Work, delivery: Delivery, labs: LabBook, *, page: int = 0) -> DigestFacts | None:
    """Return one page of a digest, counted from 0; `None` for a digest without lines."""
    lines, total = await work.deliveries.digest_lines(delivery.id, offset=page * DIGEST_LINES, limit=DIGEST_LINES)
    if total == 0:
        return None
    said = delivery.payload.get("since")
    return DigestFacts(
        delivery_id=delivery.id,
        reason=delivery.payload.get("reason", OVERFLOW),
        since=datetime.fromisoformat(said) if said else _first(lines, delivery),
        lines=await _cards(work, lines, labs),
        total=total,
    )


def _first(lines: Sequence[Announcement], delivery: Delivery) -> datetime:
    return min((line.decided_at for line in lines), default=delivery.created_at - timedelta(days=1))


async def _cards(work: Work, lines: Sequence[Announcement], labs: LabBook) -> tuple[CardFacts, ...]:
    models = await work.models.by_ids([line.model_id for line in lines])
    cards = await card_facts(work, list(models.values()), labs)
    return tuple(replace(cards[line.model_id], crossed=line.crossed) for line in lines if line.model_id in cards)


async def _card(work: Work, delivery: Delivery, labs: LabBook) -> CardFacts | None:
    model = None if delivery.model_id is None else await work.models.by_id(delivery.model_id)
    if model is None or model.stage is Stage.GONE:
        return None
    crossed = await work.deliveries.crossed_of(delivery.channel_id, model.id)
    community = await community_facts(work, delivery.guild_id, [model.id], channel_id=delivery.channel_id)
    shown = without_numbers(community[model.id]) if delivery.purpose is Purpose.OLD_COPY else community[model.id]
    return replace((await card_facts(work, [model], labs))[model.id], crossed=crossed, community=shown)


def _notice(delivery: Delivery) -> NoticeFacts | None:
    values = dict(delivery.payload)
    key = values.pop(NOTICE_KEY, None)
    batch = values.pop(DECIDE_KEY, None)
    return None if key is None else NoticeFacts(delivery.id, key, values, None if batch is None else int(batch))
