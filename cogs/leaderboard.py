"""`/leaderboard`: what the community finds worth building on, why, and when it is posted every week."""

import asyncio
import io
from dataclasses import replace
from typing import ClassVar, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.announcing.pictures import draw_pictures
from bot.cards.attached_pictures import draw
from bot.cards.button_ids import STANDINGS_PAGE, WEEK_PAGE
from bot.cards.history_card import history_card, history_file
from bot.cards.layout import Accent
from bot.cards.leaderboard_card import leaderboard_card, pictures_of, standings_page, week_page
from bot.cards.picture_alt_text import alt_text
from bot.domain.card import Post
from bot.domain.delivery import Purpose
from bot.domain.errors import Refusal
from bot.domain.model import Kind, LicenceClass
from bot.domain.plain_text import plain
from bot.domain.server import Locale
from bot.domain.standing_code import StandingQuery, query_of
from bot.domain.standing_filter import SizeClass, StandingFilter
from bot.domain.windows import Span
from bot.language.timezones import find_timezone
from bot.language.words import Language
from bot.workflows.find_suggestions import FindSuggestions
from bot.workflows.look_up_model import LookUpModel
from bot.workflows.read_leaderboard import ReadLeaderboard
from bot.workflows.read_standing_history import ReadStandingHistory
from bot.workflows.read_tags import ReadTags
from bot.workflows.schedule_leaderboard import ScheduleLeaderboard, ScheduleWish
from cogs.answering import Answer, Choices, How, Interaction, answering, choice, refuse_members, suggesting
from cogs.buttons import AnyPress, Press
from cogs.channels import chosen_channel, refuse_unless_ready, trouble_with
from cogs.leaderboard_words import explained, held_up_line, next_moments, schedule_lines
from cogs.server_settings import WEEKDAYS, Weekday, ZoneName, suggest_zones
from cogs.suggestions import suggests_models
from cogs.tag_options import TagName, suggests_tag
from cogs.watch_words import task_name

ModelName = app_commands.Range[str, 1, 300]
TaskName = app_commands.Range[str, 1, 60]
WeekName = app_commands.Range[str, 1, 20]
ScopeName = Literal["server", "everywhere"]
WindowName = Literal["week", "month", "all"]
KindName = Literal["original", "finetune", "adapter", "merge", "quantized"]
SizeName = Literal["tiny", "small", "medium", "large", "huge"]
LicenceName = Literal[
    "licence-permissive", "licence-copyleft", "licence-non-commercial", "licence-custom", "licence-none"
]


@suggesting
async def _weeks(cog: "Leaderboard", interaction: Interaction, current: str) -> Choices:
    if interaction.guild_id is None:
        return []
    found = await cog.board.weeks(interaction.guild_id)
    return [
        choice(str(one.week), str(one.week)) for one in found if current.strip().casefold() in str(one.week).casefold()
    ]


@suggesting
async def _tasks(cog: "Leaderboard", interaction: Interaction, current: str) -> Choices:
    words = cog.language.words(interaction.locale)
    found = await cog.suggestions.values("task", plain(current, 60).replace(" ", "-"))
    return [choice(plain(task_name(words, task), 90), task) for task in found]


class Leaderboard(commands.GroupCog, group_name="leaderboard"):
    """Shows standings to everybody; moderators settle when they are posted."""

    def __init__(
        self,
        *,
        language: Language,
        board: ReadLeaderboard,
        history: ReadStandingHistory,
        schedule: ScheduleLeaderboard,
        read: ReadTags,
        suggestions: FindSuggestions,
        look_up: LookUpModel,
    ) -> None:
        self.language = language
        self._look_up = look_up
        self.board = board
        self.read = read
        self.suggestions = suggestions
        self._history = history
        self._schedule = schedule

    @app_commands.command()
    @app_commands.autocomplete(week=_weeks, task=_tasks)
    @suggests_tag
    async def show(  # noqa: PLR0913 - each option is a filter of its own
        self,
        interaction: Interaction,
        *,
        scope: ScopeName = "server",
        window: WindowName = "week",
        tag: TagName | None = None,
        kind: KindName | None = None,
        task: TaskName | None = None,
        size: SizeName | None = None,
        licence: LicenceName | None = None,
        week: WeekName | None = None,
    ) -> None:
        """Show a standing as it is now, or a published week."""
        async with answering(interaction, self.language) as answer:
            filters = StandingFilter(
                tag=tag,
                kind=Kind(kind) if kind else None,
                task=await self.board.task(task) if task else None,
                size=SizeClass(size) if size else None,
                licence_class=LicenceClass(licence.removeprefix("licence-")) if licence else None,
            )
            query = StandingQuery(scope == "everywhere", Span(window), filters)
            if week is None:
                await self.show_standing(answer, query, 0)
                return
            if query != StandingQuery():
                raise Refusal("week-is-whole")
            await self._show_published(answer, week)

    @app_commands.command()
    @app_commands.autocomplete(week=_weeks)
    @suggests_models
    async def explain(
        self,
        interaction: Interaction,
        *,
        model: ModelName,
        scope: ScopeName = "server",
        window: WindowName = "week",
        week: WeekName | None = None,
    ) -> None:
        """Say why a model stands where it stands and what would change it, or why it stood so in a published week."""
        query = StandingQuery(scope == "everywhere", Span(window))
        async with answering(interaction, self.language) as answer:
            if week is None:
                found = await self.board.explain(answer.guild_id, await self._look_up(model), query)
            elif query != StandingQuery():
                raise Refusal("week-is-whole")
            else:
                found = await self.board.explain_week(answer.guild_id, await self._look_up(model), week)
            await answer.say(*explained(found, query, answer.words))

    @app_commands.command()
    @suggests_models
    async def chart(self, interaction: Interaction, *, model: ModelName) -> None:
        """Show how a model stood over the weeks, as a picture."""
        async with answering(interaction, self.language) as answer:
            history = await self._history(answer.guild_id, await self._look_up(model))
            server = interaction.guild.name if interaction.guild else ""
            file = history_file(history, server, answer.words)
            png = await asyncio.to_thread(draw, file, answer.words)
            told = alt_text(file.picture, answer.words)
            picture = discord.File(io.BytesIO(png), file.name, description=told)
            await answer.show_files(history_card(history, file, answer.words), [picture])

    @app_commands.command()
    @app_commands.autocomplete(timezone=suggest_zones)
    async def schedule(
        self,
        interaction: Interaction,
        *,
        channel: discord.TextChannel | None = None,
        day: Weekday | None = None,
        hour: app_commands.Range[int, 0, 23] | None = None,
        minute: app_commands.Range[int, 0, 59] | None = None,
        timezone: ZoneName | None = None,
        quiet_weeks: bool | None = None,
        off: bool = False,
    ) -> None:
        """Show or change when this server's weekly post appears; turn it off."""
        async with answering(interaction, self.language) as answer:
            refuse_members(interaction)
            wish = ScheduleWish(
                channel_id=channel.id if channel else None,
                weekday=WEEKDAYS.index(day) if day else None,
                hour=hour,
                minute=minute,
                zone=find_timezone(self.language, timezone) if timezone else None,
                quiet_weeks=quiet_weeks,
            )
            if off:
                await self._end(answer, wish)
            elif wish == ScheduleWish():
                await self._show_schedule(answer)
            else:
                await self._change(answer, wish, channel)

    @app_commands.command()
    async def post(self, interaction: Interaction) -> None:
        """Post this week's leaderboard now instead of at its hour."""
        async with answering(interaction, self.language) as answer:
            refuse_members(interaction)
            published = await self._schedule.post_now(answer.guild_id)
            present = await self._schedule.read(answer.guild_id)
            told = next_moments(present, answer.words) if present else None
            await answer.say(answer.words("schedule.posted", week=str(published.week)), told, accent=Accent.GOOD)

    async def show_standing(self, answer: Answer, query: StandingQuery, page: int) -> None:
        """Answer with a page of a standing."""
        facts = await self.board.standing(answer.guild_id, query, page=page)
        await answer.show(standings_page(facts, answer.words, answer.guild_id))

    async def show_week(self, answer: Answer, week: str, page: int) -> None:
        """Answer with a page of a published week."""
        await answer.show(week_page(await self.board.week(answer.guild_id, week, page=page), answer.words))

    async def _show_published(self, answer: Answer, week: str) -> None:
        """Answer with the post as the channel got it, in the reader's language; its button opens the full list."""
        facts, words = await self.board.week(answer.guild_id, week), answer.words
        bare = Post(Purpose.LEADERBOARD, Locale(words.locale), facts, "")
        post, pictures = await draw_pictures(replace(bare, files=pictures_of(bare, self.language)), self.language)
        card = leaderboard_card(facts, words, post.files)
        await answer.show_files(card, [picture.file() for picture in pictures])

    async def _end(self, answer: Answer, wish: ScheduleWish) -> None:
        if wish != ScheduleWish():
            raise Refusal("schedule-or-off")
        await self._schedule.end(answer.guild_id)
        await answer.say(answer.words("schedule.ended"))

    async def _show_schedule(self, answer: Answer) -> None:
        present = await self._schedule.read(answer.guild_id)
        if present is None:
            await answer.say(answer.words("schedule.none"))
        else:
            await answer.say(
                answer.words("schedule.title"),
                *schedule_lines(present, answer.words, await self._schedule.passed_over(answer.guild_id)),
                await self._trouble(answer, present.channel_id),
            )

    async def _trouble(self, answer: Answer, channel_id: int) -> str | None:
        """Return what keeps the weekly post from its channel: a week that waits says more than the channel."""
        waiting = await self._schedule.held_up(answer.guild_id)
        if waiting is not None:
            return held_up_line(waiting, answer.words)
        return trouble_with(answer.interaction, channel_id, answer.words)

    async def _change(self, answer: Answer, wish: ScheduleWish, channel: discord.TextChannel | None) -> None:
        """Only a channel that Rootstock may post in is settled on: the one given, else the one before, else this."""
        present = await self._schedule.read(answer.guild_id)
        here = channel.id if channel else 0
        if channel is not None or present is None:
            place = chosen_channel(answer.interaction, channel)
            refuse_unless_ready(place, answer.words)
            here = place.id
        waited = await self._schedule.held_up(answer.guild_id)
        changed = await self._schedule.change(answer.guild_id, wish, here=here, by=answer.interaction.user.id)
        catching_up = answer.words("schedule.catching-up", week=str(waited.week)) if waited else None
        over = await self._schedule.passed_over(answer.guild_id)
        told = schedule_lines(changed, answer.words, over, zone_given=wish.zone is not None)
        await answer.say(answer.words("schedule.saved"), *told, catching_up, accent=Accent.GOOD)


class WeekPagePressed(Press[Leaderboard], template=WEEK_PAGE):
    """A page of a published week. From the posted message it opens privately; there its own buttons turn the pages."""

    cog: ClassVar[str] = Leaderboard.__cog_name__
    how: ClassVar[How] = How.IN_PLACE

    async def pressed(self, answer: Answer, cog: Leaderboard) -> None:
        """Show the page. A week is read in its own server only."""
        if self.number("guild_id") != answer.guild_id:
            raise Refusal("week-not-published", week=self.state["week"])
        await cog.show_week(answer, self.state["week"], self.number("page"))


class StandingsPagePressed(Press[Leaderboard], template=STANDINGS_PAGE):
    """A page of a standing as it is now."""

    cog: ClassVar[str] = Leaderboard.__cog_name__
    how: ClassVar[How] = How.IN_PLACE

    async def pressed(self, answer: Answer, cog: Leaderboard) -> None:
        """Show the page."""
        try:
            query = query_of(self.state["query"])
        except ValueError as error:
            raise Refusal("standing-gone") from error
        await cog.show_standing(answer, query, self.number("page"))


LEADERBOARD_BUTTONS: tuple[AnyPress, ...] = (WeekPagePressed, StandingsPagePressed)
"""What the weekly post and this cog's answers can have pressed."""
