"""The members of the story, who vote, tag and review as the buttons let them, and their server's Sunday."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from itertools import count
from zoneinfo import ZoneInfo

from bot.assembly import Rootstock
from bot.demo.storyline import Step
from bot.domain.errors import Refusal
from bot.domain.model import Source
from bot.domain.reviews import Report, Verdict
from bot.domain.votes import Choice
from bot.workflows.cast_vote import CastVote, Vote
from bot.workflows.publish_leaderboard import publish_due_weeks
from bot.workflows.review_model import ReviewModel
from bot.workflows.schedule_leaderboard import ScheduleLeaderboard, ScheduleWish
from bot.workflows.tag_model import TagModel

LONG_AGO = timedelta(days=400)
"""How old their accounts are: their votes count at once."""

REPORTS = (
    Report(Verdict.WORKS_WELL, "chat", "RTX 4090", "Q4_K_M"),
    Report(Verdict.WORKS_WELL, "agents", "24 GB", "AWQ"),
    Report(Verdict.MIXED, "RAG", "M3 Max 36 GB", "MLX 4-bit"),
)
"""What members say who tried a model: enough for a card to sum up."""


class StoryMembers:
    """Many members of long standing, of whom nobody votes twice on a model."""

    def __init__(self) -> None:
        self._voted: Counter[str] = Counter()
        self._events = count(1)

    async def vote(self, rootstock: Rootstock, guild_id: int, step: Step) -> None:
        """Cast the ballots of a step; none where its model is not known yet."""
        model_id = await _known(rootstock, step)
        if model_id is None:
            return
        cast, now = CastVote(rootstock.database.unit_of_work, rootstock.clock), rootstock.clock.now()
        for choice in [Choice.UP] * step.up + [Choice.DOWN] * step.down:
            self._voted[step.repo_id] += 1
            voter = self._voted[step.repo_id]
            await cast(
                Vote(next(self._events), guild_id, model_id, voter, choice, now - LONG_AGO, joined_at=now - LONG_AGO)
            )

    async def tell(self, rootstock: Rootstock, guild_id: int, step: Step) -> None:
        """Let members who tried a model tag it and say how it went; nothing where the model is not known yet."""
        model_id = await _known(rootstock, step)
        if model_id is None:
            return
        work, clock = rootstock.database.unit_of_work, rootstock.clock
        tag, review = TagModel(work, clock), ReviewModel(work, clock, rootstock.doorbell)
        with suppress(Refusal):
            for member, report in enumerate(REPORTS, start=1):
                await tag.add(guild_id, model_id, member, step.tags)
                await review.add(guild_id, model_id, member, report)


async def _known(rootstock: Rootstock, step: Step) -> int | None:
    async with rootstock.database.unit_of_work() as work:
        model = await work.models.by_name(Source.HUGGING_FACE, step.repo_id)
    return None if model is None else model.id


async def let_the_week_end(rootstock: Rootstock, guild_id: int, channel_id: int) -> None:
    """Let the hour of the server's weekly post be now, and the scheduler's turn come at once."""
    unit_of_work = rootstock.database.unit_of_work
    async with unit_of_work() as work:
        server = await work.servers.get(guild_id)
    now = rootstock.clock.now()
    local = now.astimezone(ZoneInfo(server.timezone if server else "UTC"))
    wish = ScheduleWish(channel_id=channel_id, weekday=local.weekday(), hour=local.hour, minute=local.minute)
    schedule = ScheduleLeaderboard(unit_of_work, rootstock.clock, rootstock.doorbell)
    await schedule.change(guild_id, wish, here=channel_id, by=0)
    async with unit_of_work() as work:
        await work.leaderboards.move_on(guild_id, now)
        await work.commit()
    await publish_due_weeks(unit_of_work, rootstock.doorbell)
