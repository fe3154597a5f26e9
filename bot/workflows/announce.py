"""Decides how a channel gets a model: a card at once, a line in a digest, or nothing of its own.

A model reaches a channel once, ever. An instant watch beats a digest; a burst becomes a digest; a quantisation
folds into the card of its base.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.bursts import IN_LIFE, BurstLimits, RecentPost, can_be_burst, is_burst, overflow_due_at
from bot.domain.delivery import Announcement, Form
from bot.domain.folding import Handling, handling
from bot.domain.matching import Match
from bot.domain.moments import next_digest_at
from bot.domain.server import Server
from bot.domain.watches import Condition, Pace, Subject, WatchFilter
from bot.workflows.ports import Work

_NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A model, and the watches that ask for it in this very observation."""

    subject: Subject
    matches: tuple[Match, ...]


@dataclass(slots=True)
class _Channels:
    """What the channels in question have been given, brought up to date while decisions are made."""

    now: datetime
    limits: BurstLimits
    given: set[tuple[int, int]]
    """(channel, model) pairs decided earlier, of the models in question and of their bases."""
    recent: Mapping[int, Sequence[tuple[int, str, datetime]]]
    """(model, author, decided at) of the cards that each channel was given before this batch."""
    parents: Mapping[int, frozenset[int]]
    servers: Mapping[int, Server]
    cards: dict[int, list[RecentPost]] = field(default_factory=dict[int, list[RecentPost]])
    """What this batch gives each channel."""
    open_digests: dict[int, datetime] = field(default_factory=dict[int, datetime])
    """Overflow digests that this batch has opened or joined."""
    digest_moments: dict[tuple[int, Pace], datetime] = field(default_factory=dict[tuple[int, Pace], datetime])
    """When servers' digests are due next, worked out once a batch."""


async def announce(
    work: Work, wanted: Sequence[Wanted], *, now: datetime, limits: BurstLimits = IN_LIFE
) -> Sequence[Announcement]:
    """Record what each channel gets of these models, which are in order: bases before what was made from them."""
    if not wanted:
        return []
    channels = await _read_channels(work, wanted, now, limits)
    decisions: list[Announcement] = []
    for one in wanted:
        for channel_id, matches in _by_channel(one.matches).items():
            if (channel_id, one.subject.model_id) not in channels.given:
                decisions += await _decide(work, channels, channel_id, one.subject, matches)
    return await work.deliveries.announce_many(decisions, now=now)


async def _read_channels(work: Work, wanted: Sequence[Wanted], now: datetime, limits: BurstLimits) -> _Channels:
    models = [one.subject.model_id for one in wanted]
    watches = [match.watch for one in wanted for match in one.matches]
    channel_ids = sorted({watch.channel_id for watch in watches})
    recent = await work.deliveries.recent_cards(channel_ids, since=now - limits.same_origin_window)
    shown = {model_id for cards in recent.values() for model_id, _, _ in cards}
    parents = await work.models.parent_ids(sorted({*models, *shown}))
    bases = sorted({base for model_id in models for base in parents.get(model_id, _NONE)})
    return _Channels(
        now=now,
        limits=limits,
        given=set(await work.deliveries.announced([*models, *bases])),
        recent=recent,
        parents=parents,
        servers=await _servers_of(work, {watch.guild_id for watch in watches if watch.pace is not Pace.INSTANT}),
    )


async def _servers_of(work: Work, guild_ids: Collection[int]) -> dict[int, Server]:
    known = await work.servers.get_many(sorted(guild_ids))
    return {guild_id: known.get(guild_id) or Server(guild_id) for guild_id in guild_ids}


def _by_channel(matches: Iterable[Match]) -> dict[int, list[Match]]:
    by_channel: dict[int, list[Match]] = {}
    for match in matches:
        by_channel.setdefault(match.watch.channel_id, []).append(match)
    return by_channel


async def _decide(
    work: Work, channels: _Channels, channel_id: int, subject: Subject, matches: Sequence[Match]
) -> list[Announcement]:
    bases = channels.parents.get(subject.model_id, _NONE)
    given = any((channel_id, base) in channels.given for base in bases)
    posted = [match for match in matches if handling(match.watch, subject, given) is Handling.POST]
    if not posted:
        return []
    best = min(posted, key=lambda match: (_due_at(match, channels), match.watch.id))
    due_at, form = _due_at(best, channels), Form.DIGEST
    if best.watch.pace is Pace.INSTANT:
        post = RecentPost(subject.model_id, subject.author, bases, channels.now)
        if _is_burst(channels, channel_id, post):
            due_at = await _overflow_of(work, channels, channel_id)
        else:
            form = Form.CARD
            channels.cards.setdefault(channel_id, []).append(post)
    channels.given.add((channel_id, subject.model_id))
    return [
        Announcement(
            channel_id=channel_id,
            model_id=subject.model_id,
            guild_id=best.watch.guild_id,
            watch_id=best.watch.id,
            form=form,
            decided_at=channels.now,
            due_at=due_at,
            crossed=tuple(_said(condition, best.watch.filter) for condition in best.crossed),
        )
    ]


def _is_burst(channels: _Channels, channel_id: int, post: RecentPost) -> bool:
    before, batch = channels.recent.get(channel_id, ()), channels.cards.get(channel_id, ())
    if not can_be_burst(len(before) + len(batch)):
        return False
    recent = [RecentPost(model, author, channels.parents.get(model, _NONE), at) for model, author, at in before]
    return is_burst([*recent, *batch], post, channels.now, channels.limits)


def _due_at(match: Match, channels: _Channels) -> datetime:
    """Return when a watch's post is due: what is due first is what the channel gets."""
    watch = match.watch
    if watch.pace is Pace.INSTANT:
        return channels.now
    key = (watch.guild_id, watch.pace)
    if key not in channels.digest_moments:
        channels.digest_moments[key] = next_digest_at(channels.servers[watch.guild_id], watch.pace, channels.now)
    return channels.digest_moments[key]


async def _overflow_of(work: Work, channels: _Channels, channel_id: int) -> datetime:
    """Return when the rest of a burst is posted: with a digest that is open and due no later, or with its own."""
    if channel_id not in channels.open_digests:
        latest = overflow_due_at(channels.now, channels.limits)
        opened = await work.deliveries.next_digest_due(channel_id, after=channels.now)
        channels.open_digests[channel_id] = latest if opened is None else min(opened, latest)
    return channels.open_digests[channel_id]


def _said(condition: Condition, asked: WatchFilter) -> str:
    """Return a crossed threshold as the card shows it: `likes:1000`."""
    bounds = {
        Condition.LIKES: asked.min_likes,
        Condition.DOWNLOADS: asked.min_downloads,
        Condition.TRENDING: asked.min_trending,
    }
    return f"{condition.value}:{bounds.get(condition) or 0:.12g}"
