"""`/watch`: what a server follows, and in which channel."""

from collections.abc import Sequence
from math import ceil
from typing import Any, ClassVar, Literal

from discord import app_commands
from discord.ext import commands
from discord.utils import format_dt

from bot.cards.layout import button, row
from bot.cards.safe_text import safe
from bot.domain.errors import Refusal
from bot.domain.labs import LabBook
from bot.domain.plain_text import plain
from bot.domain.watches import Pace, Watch, WatchFilter
from bot.language.words import Language, Words
from bot.workflows.explain_watches import ExplainWatches
from bot.workflows.find_suggestions import FindSuggestions
from bot.workflows.manage_watches import ChangedWatch, ManageWatches, WatchChange, WatchWish, named_plainly
from bot.workflows.preview_watch import PreviewWatch
from bot.workflows.read_watch_options import ReadWatchOptions, WatchOptions
from cogs.answering import Answer, How, Interaction, answering, refuse_members
from cogs.buttons import AnyPress, Press
from cogs.channels import PostingOption, channel_by_id, chosen_channel, refuse_unless_ready
from cogs.preview_words import preview_lines
from cogs.remark_words import remark_lines
from cogs.suggestions import suggests_filter_values, suggests_models, suggests_watches
from cogs.watch_options import SHARED_WORDS, takes_filter
from cogs.watch_words import NAME_SHOWN, WatchWords
from cogs.why_words import why_lines

WATCHES_PER_PAGE = 8
"""Eight entries of at most 450 characters fit into one message."""

WatchName = app_commands.Range[str, 1, 100]
PaceName = Literal["instant", "daily", "weekly"]


@app_commands.default_permissions(manage_guild=True)
class Watches(commands.GroupCog, group_name="watch"):
    """Adds, shows, changes and explains a server's watches."""

    def __init__(
        self,
        *,
        language: Language,
        labs: LabBook,
        manage: ManageWatches,
        read_options: ReadWatchOptions,
        preview: PreviewWatch,
        explain: ExplainWatches,
        suggestions: FindSuggestions,
    ) -> None:
        self.language = language
        self.labs = labs
        self.suggestions = suggestions
        self._manage = manage
        self._read = read_options
        self._preview = preview
        self._explain = explain

    @app_commands.command(extras=SHARED_WORDS)
    @suggests_filter_values
    @takes_filter
    async def add(
        self,
        interaction: Interaction,
        *,
        channel: PostingOption | None = None,
        name: WatchName | None = None,
        pace: PaceName = "instant",
        **options: Any,  # noqa: ANN401 - the fields of WatchOptions
    ) -> None:
        """Add a watch; begins now, posts nothing old."""
        async with answering(interaction, self.language) as answer:
            refuse_members(interaction)
            place = chosen_channel(interaction, channel)
            refuse_unless_ready(place, answer.words)
            understood = await self._read(WatchOptions(**options))
            asked = understood.filter
            watch = await self._manage.add(
                WatchWish(
                    guild_id=answer.guild_id,
                    channel_id=place.id,
                    name=name or await self._name_for(asked, answer.words),
                    filter=asked,
                    pace=Pace(pace),
                    wished_by=interaction.user.id,
                    locale=self.language.locale_of(interaction.guild_locale),
                )
            )
            preview = await self._preview(asked, watch.pace)
            await answer.say(
                await self._added(watch, answer),
                await self._line(watch, answer.words),
                *remark_lines(understood, answer.words),
                *preview_lines(preview, answer.words, names=3),
                answer.words("watch.next-steps"),
            )

    @app_commands.command(name="list")
    async def list_(self, interaction: Interaction) -> None:
        """Show every watch of this server."""
        async with answering(interaction, self.language) as answer:
            await self.show_page(answer, 0)

    @app_commands.command(extras=SHARED_WORDS)
    @suggests_watches
    @suggests_filter_values
    @takes_filter
    async def edit(
        self,
        interaction: Interaction,
        *,
        watch: WatchName,
        channel: PostingOption | None = None,
        name: WatchName | None = None,
        pace: PaceName | None = None,
        **options: Any,  # noqa: ANN401 - the fields of WatchOptions
    ) -> None:
        """Change a watch; `-` takes a condition off."""
        async with answering(interaction, self.language) as answer:
            refuse_members(interaction)
            typed = WatchOptions(**options)
            if channel is None and name is None and pace is None and not typed.any_given():
                raise Refusal("nothing-to-change")
            if channel is not None:
                refuse_unless_ready(channel, answer.words)
            present = await self._manage.find(answer.guild_id, watch)
            understood = await self._read(typed, present.filter)
            change = WatchChange(
                channel_id=channel.id if channel else None,
                name=name or await self._new_name(present, understood.filter, answer.words),
                filter=understood.filter if typed.any_given() else None,
                pace=Pace(pace) if pace else None,
            )
            changed = await self._manage.edit(answer.guild_id, str(present.id), change)
            preview = await self._preview(changed.watch.filter, changed.watch.pace)
            await answer.say(
                answer.words("watch.edited"),
                await self._line(changed.watch, answer.words),
                _withdrawn(changed, answer.words),
                *(remark_lines(understood, answer.words) if typed.any_given() else ()),
                *preview_lines(preview, answer.words, names=3),
            )

    @app_commands.command()
    @suggests_watches
    async def remove(self, interaction: Interaction, watch: WatchName) -> None:
        """Remove a watch."""
        async with answering(interaction, self.language) as answer:
            refuse_members(interaction)
            removed = await self._manage.remove(answer.guild_id, watch)
            await answer.say(
                await self._told_of(removed.watch, answer.words),
                _withdrawn(removed, answer.words),
            )

    @app_commands.command()
    @suggests_watches
    async def pause(self, interaction: Interaction, watch: WatchName) -> None:
        """Let a watch rest."""
        async with answering(interaction, self.language) as answer:
            refuse_members(interaction)
            paused = await self._manage.pause(answer.guild_id, watch)
            watch_name = safe(paused.watch.name, NAME_SHOWN)
            await answer.say(
                answer.words("watch.paused", name=watch_name, id=paused.watch.id), _withdrawn(paused, answer.words)
            )

    @app_commands.command()
    @suggests_watches
    async def resume(self, interaction: Interaction, watch: WatchName) -> None:
        """Wake a watch that rests, or whose channel refused messages."""
        async with answering(interaction, self.language) as answer:
            refuse_members(interaction)
            found = await self._manage.find(answer.guild_id, watch)
            if interaction.guild is not None and interaction.guild.get_channel(found.channel_id) is None:
                raise Refusal("watch-channel-gone", name=found.name, id=found.id)
            refuse_unless_ready(channel_by_id(interaction, found.channel_id), answer.words)
            resumed = await self._manage.resume(answer.guild_id, str(found.id))
            await answer.say(
                answer.words("watch.resumed", name=safe(resumed.name, NAME_SHOWN), channel=f"<#{resumed.channel_id}>")
            )

    @app_commands.command(extras=SHARED_WORDS)
    @suggests_watches
    @suggests_filter_values
    @takes_filter
    async def preview(
        self,
        interaction: Interaction,
        *,
        watch: WatchName | None = None,
        pace: PaceName | None = None,
        **options: Any,  # noqa: ANN401 - the fields of WatchOptions
    ) -> None:
        """Show what a filter would have posted in the last 7 days."""
        async with answering(interaction, self.language) as answer:
            present = await self._manage.find(answer.guild_id, watch) if watch else None
            understood = await self._read(WatchOptions(**options), present.filter if present else None)
            asked = understood.filter
            chosen = Pace(pace) if pace else present.pace if present else Pace.INSTANT
            words = WatchWords(answer.words, self.labs, await self._manage.bases([asked]))
            await answer.say(
                answer.words("watch.preview-of", filter=words.filter(asked)),
                *remark_lines(understood, answer.words),
                *preview_lines(await self._preview(asked, chosen), answer.words, names=10),
                answer.words("watch.preview-kept", id=present.id) if present else answer.words("watch.preview-next"),
            )

    @app_commands.command()
    @suggests_models
    async def why(self, interaction: Interaction, model: app_commands.Range[str, 1, 300]) -> None:
        """Explain for one model what each watch does with it."""
        async with answering(interaction, self.language) as answer:
            report = await self._explain(answer.guild_id, model)
            await answer.say(*why_lines(report, answer.words))

    async def show_page(self, answer: Answer, page: int) -> None:
        """Show one page of the server's watches; a page that is gone becomes the last one."""
        watches = await self._manage.list(answer.guild_id)
        if not watches:
            await answer.say(answer.words("watch.none-yet"))
            return
        pages = ceil(len(watches) / WATCHES_PER_PAGE)
        page = min(page, pages - 1)
        shown = watches[page * WATCHES_PER_PAGE : (page + 1) * WATCHES_PER_PAGE]
        words = WatchWords(answer.words, self.labs, await self._manage.bases([watch.filter for watch in shown]))
        await answer.say(
            answer.words.plural("watch.list-title", len(watches)),
            *(words.line(watch) for watch in shown),
            answer.words("watch.list-next"),
            rows=[_between_pages(answer.words, page, pages)],
        )

    async def _added(self, watch: Watch, answer: Answer) -> str:
        """Say what happens next; of a digest, when it comes."""
        due = await self._manage.next_digest(watch, answer.interaction.created_at)
        when = format_dt(due, "F") if due else ""
        return answer.words(f"watch.added.{watch.pace}", channel=f"<#{watch.channel_id}>", when=when)

    async def _told_of(self, removed: Watch, words: Words) -> str:
        """Say what a watch was that is no more."""
        asked = WatchWords(words, self.labs, await self._manage.bases([removed.filter])).filter(removed.filter)
        return words("watch.removed", id=removed.id, name=safe(removed.name, NAME_SHOWN), filter=asked)

    async def _line(self, watch: Watch, words: Words) -> str:
        return WatchWords(words, self.labs, await self._manage.bases([watch.filter])).line(watch)

    async def _new_name(self, present: Watch, asked: WatchFilter, words: Words) -> str | None:
        """Return a name for a watch whose conditions change, if it was named by its conditions; in any language."""
        if asked == present.filter:
            return None
        own = {named_plainly(await self._name_for(present.filter, each)) for each in self.language.all()}
        return await self._name_for(asked, words) if present.name in own else None

    async def _name_for(self, asked: WatchFilter, words: Words) -> str:
        return WatchWords(words, self.labs, await self._manage.bases([asked]), plain).name_for(asked)


class WatchesPage(Press[Watches], template=r"v1:watches:(?P<page>[0-9]{1,3})"):
    """Turns the pages of `/watch list`."""

    cog: ClassVar[str] = Watches.__cog_name__
    how: ClassVar[How] = How.IN_PLACE

    async def pressed(self, answer: Answer, cog: Watches) -> None:
        """Show the page in place."""
        await cog.show_page(answer, self.number("page"))


def _withdrawn(changed: ChangedWatch, words: Words) -> str | None:
    """Say how much waited for a digest and is posted no more."""
    return words.plural("watch.withdrawn", changed.withdrawn) if changed.withdrawn else None


def _between_pages(words: Words, page: int, pages: int) -> Any:  # noqa: ANN401 - a row of buttons, or None
    before = button(words("page.previous"), f"v1:watches:{page - 1}") if page > 0 else None
    after = button(words("page.next"), f"v1:watches:{page + 1}") if page < pages - 1 else None
    return row(before, after)


MOVING_PARTS: Sequence[AnyPress] = (WatchesPage,)
"""What this cog's messages can have pressed."""
