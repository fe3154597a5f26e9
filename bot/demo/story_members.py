"""The members of the story: they vote, tag, review and discuss as the buttons let them; and their server's weeks."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

import discord
import simcord

from bot.assembly import Rootstock
from bot.cards.button_ids import verb_id
from bot.cards.verbs import Verb
from bot.demo.storyline import LAST_WEEK, Step
from bot.demo.world import World
from bot.domain.errors import Refusal
from bot.domain.model import Source
from bot.domain.reviews import Report
from bot.domain.reviews import Verdict as Went
from bot.domain.votes import Choice
from bot.language.words import Words
from bot.workflows.cast_vote import CastVote, Vote
from bot.workflows.publish_leaderboard import publish_due_weeks, publish_week
from bot.workflows.review_model import ReviewModel
from bot.workflows.schedule_leaderboard import ScheduleLeaderboard, ScheduleWish
from bot.workflows.tag_model import TagModel

LONG_AGO = timedelta(days=400)
"""How old their accounts are: their votes count at once."""

_SETUPS = (
    (Went.WORKS_WELL, "RTX 4090", "Q4_K_M"),
    (Went.WORKS_WELL, "24 GB", "AWQ"),
    (Went.MIXED, "M3 Max 36 GB", "MLX 4-bit"),
)
"""What members say who tried a model, with a purpose and a note each: enough for a card to sum up."""


class StoryMembers:
    """The members of the simulated server, of whom nobody votes twice on a model."""

    def __init__(self, rootstock: Rootstock, world: World, words: Words) -> None:
        self.thinking_seconds = 0.0
        """How long members think about what another has said."""
        self._rootstock = rootstock
        self._world = world
        self._words = words
        self._voted = Counter[str]()
        self._events = count(1)

    def meet(self, rootstock: Rootstock) -> None:
        """Go on with the bot that runs now, after a restart."""
        self._rootstock = rootstock

    async def vote(self, step: Step, *, earlier: timedelta = timedelta(0)) -> None:
        """Cast the ballots of a step; none where its model is not known yet."""
        model_id = await self._known(step)
        if model_id is None:
            return
        now = self._rootstock.clock.now() - earlier
        cast = CastVote(self._rootstock.database.unit_of_work, _Standing(now))
        for choice in [Choice.UP] * step.up + [Choice.DOWN] * step.down:
            voter, event = self._next_voter(step.repo_id), next(self._events)
            await cast(Vote(event, self._guild_id, model_id, voter, choice, now - LONG_AGO, joined_at=now - LONG_AGO))

    async def tell(self, step: Step) -> None:
        """Let members who tried a model tag it and say how it went; nothing where the model is not known yet."""
        model_id = await self._known(step)
        if model_id is None:
            return
        work, clock = self._rootstock.database.unit_of_work, self._rootstock.clock
        tag, review = TagModel(work, clock), ReviewModel(work, clock, self._rootstock.doorbell)
        with suppress(Refusal):
            for member, report in zip(self._world.others, self._reports(), strict=False):
                await tag.add(self._guild_id, model_id, member.id, step.tags)
                await review.add(self._guild_id, model_id, member.id, report)

    async def discuss(self, step: Step) -> None:
        """Let one member press Discuss on the model's card, and several talk; nothing where there is no card yet."""
        card = await self._card(step)
        opener, *others = self._world.others
        if card is None:
            return
        message, button = card
        async with self._world.now():
            await opener.click(message, custom_id=button)
        thread = next(iter(reversed(self._world.discussions())), None)
        for member, key in zip([opener, *others] if thread else [], step.says, strict=False):
            await self._say(member, thread, self._words(f"demo.said.{key}"))

    async def _say(self, member: simcord.MemberActor, thread: simcord.ChannelHandle | None, text: str) -> None:
        if thread is None:
            return
        async with self._world.now():
            await member.send(thread, text)
        await asyncio.sleep(self.thinking_seconds)

    async def _card(self, step: Step) -> tuple[discord.Message, str] | None:
        """Return the message with a model's card, and its Discuss button."""
        model_id = await self._known(step)
        button = verb_id(Verb.DISCUSS, model_id or 0)
        cards = (one for one in self._world.channel.history() if button in _buttons(one.components))
        message = next(cards, None)
        return (message, button) if message else None

    def _reports(self) -> Sequence[Report]:
        return [
            Report(went, self._words(f"demo.purpose.{n}"), hardware, form, self._words(f"demo.note.{n}"))
            for n, (went, hardware, form) in enumerate(_SETUPS, start=1)
        ]

    def _next_voter(self, repo_id: str) -> int:
        """Return who votes next on a model: members come in another order to each, as they do in life."""
        everybody = [member.id for member in self._world.others]
        Random(repo_id).shuffle(everybody)  # noqa: S311 - the same story every time
        self._voted[repo_id] += 1
        return everybody[self._voted[repo_id] - 1]

    async def _known(self, step: Step) -> int | None:
        async with self._rootstock.database.unit_of_work() as work:
            model = await work.models.by_name(Source.HUGGING_FACE, step.repo_id)
        return None if model is None else model.id

    @property
    def _guild_id(self) -> int:
        return self._world.moderator.guild.id

    # ------------------------------------------------------------ weeks

    async def have_had_a_week(self) -> None:
        """Let there have been votes and a leaderboard a week ago, so that this week's tells what moved."""
        week = timedelta(days=7)
        for step in LAST_WEEK:
            await self.vote(step, earlier=week + timedelta(hours=1))
        await self._schedule()
        async with self._rootstock.database.unit_of_work() as work:
            schedule = await work.leaderboards.schedule(self._guild_id)
            then = await work.leaderboards.now() - week
            if schedule is not None:
                await publish_week(work, schedule, due_at=then, now=then)
                await work.leaderboards.withdraw_waiting(self._guild_id)
            await work.commit()

    async def let_the_week_end(self) -> None:
        """Let the hour of the server's weekly post be now, and the scheduler's turn come at once."""
        await self._schedule()
        unit_of_work = self._rootstock.database.unit_of_work
        async with unit_of_work() as work:
            await work.leaderboards.move_on(self._guild_id, await work.leaderboards.now())
            await work.commit()
        await publish_due_weeks(unit_of_work, self._rootstock.doorbell)

    async def _schedule(self) -> None:
        """Schedule the weekly post for this very weekday and minute."""
        rootstock, channel_id = self._rootstock, self._world.channel.id
        async with rootstock.database.unit_of_work() as work:
            server = await work.servers.get(self._guild_id)
        local = rootstock.clock.now().astimezone(ZoneInfo((server and server.timezone) or "UTC"))
        wish = ScheduleWish(channel_id=channel_id, weekday=local.weekday(), hour=local.hour, minute=local.minute)
        schedule = ScheduleLeaderboard(rootstock.database.unit_of_work, rootstock.clock, rootstock.doorbell)
        await schedule.change(self._guild_id, wish, here=channel_id, by=self._world.moderator.id)


class _Standing:
    """A clock that stands still, for what happened at another time."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at


def _buttons(parts: Sequence[object]) -> Sequence[str]:
    """Return the ids of the buttons of a message's parts, however deep."""
    own = [str(getattr(part, "custom_id", "") or "") for part in parts]
    return own + [one for part in parts for one in _buttons(getattr(part, "children", ()))]
