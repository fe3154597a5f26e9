"""`/setup`: from invited to working in under a minute, step by step or in one go."""

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal, cast

import discord
from discord import app_commands
from discord.ext import commands
from discord.utils import format_dt

from bot.cards.layout import Accent
from bot.cards.safe_text import safe
from bot.domain.moments import next_digest_at
from bot.domain.presets import PRESETS, PresetWatch
from bot.domain.server import Locale
from bot.domain.watches import Pace, Watch, WatchState
from bot.language.timezones import find_timezone
from bot.language.words import Language, Words
from bot.workflows.preview_watch import PreviewWatch
from bot.workflows.set_up_server import PresetInChannel, SetupChoice, SetupResult, SetUpServer
from cogs.answering import Answer, How, Interaction, answering, refuse_members
from cogs.buttons import Form, Press
from cogs.channels import PostingOption, channel_by_id, refuse_unless_ready
from cogs.error_texts import is_past_answering
from cogs.server_settings import LanguageName, ZoneName, suggest_zones
from cogs.setup_steps import (
    STEP_ID,
    ZONE_BUTTON_ID,
    ZONE_FIELD,
    ZONE_FORM_ID,
    SetupState,
    step_view,
    zone_form,
)
from cogs.watch_words import NAME_SHOWN

WATCHES_NAMED = 5
"""Of those that a channel has already; `/watch list` has them all."""

PresetName = Literal["labs", "builders", "quiet", "custom"]


class Setup(commands.Cog):
    """Guides a moderator through the first run."""

    def __init__(self, language: Language, set_up: SetUpServer, preview: PreviewWatch) -> None:
        self.language = language
        self._set_up = set_up
        self._preview = preview

    @app_commands.command()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.autocomplete(timezone=suggest_zones)
    async def setup(
        self,
        interaction: Interaction,
        *,
        channel: PostingOption | None = None,
        preset: PresetName | None = None,
        language: LanguageName | None = None,
        timezone: ZoneName | None = None,
    ) -> None:
        """Choose a channel and what to watch; what is given as an option is not asked again."""
        async with answering(interaction, self.language) as answer:
            refuse_members(interaction)
            if channel is not None:
                refuse_unless_ready(channel, answer.words)
            state = SetupState(
                channel=str(channel.id) if channel else "",
                preset=preset or "",
                locale=language or "",
                timezone=find_timezone(self.language, timezone) if timezone else "",
            )
            await (self.save(answer, state) if state.missing == "save" else self.ask(answer, state))

    async def choose(self, answer: Answer, step: str, state: SetupState, chosen: str) -> None:
        """Take one step: keep what was chosen, ask what is open, or save."""
        if step == "save":
            await self.save(answer, state)
            return
        state = state.chosen(step, chosen) if chosen else state
        if step == "channel" and state.channel:
            refuse_unless_ready(channel_by_id(answer.interaction, int(state.channel)), answer.words)
        await self.ask(answer, state)

    async def ask(self, answer: Answer, state: SetupState) -> None:
        """Show the open question."""
        likely = self.language.locale_of(answer.interaction.guild_locale)
        summary = await self._outlook(answer, state) if state.missing == "save" else ()
        await answer.show(step_view(state, answer.words, likely, summary))

    async def _outlook(self, answer: Answer, state: SetupState) -> tuple[str, ...]:
        channel_id = int(state.channel)
        met = await self._set_up.meets(answer.guild_id, channel_id, state.preset)
        return await self._met(met, f"<#{channel_id}>", answer.words)

    async def save(self, answer: Answer, state: SetupState) -> None:
        """Save the server and its watches, and say what happens next."""
        channel = channel_by_id(answer.interaction, int(state.channel or 0))
        refuse_unless_ready(channel, answer.words)
        server_words = self.language.words(state.locale)
        result = await self._set_up(
            SetupChoice(
                guild_id=answer.guild_id,
                channel_id=channel.id,
                preset=state.preset,
                locale=Locale(server_words.locale),
                timezone=state.timezone,
                chosen_by=answer.interaction.user.id,
                names={watch.key: server_words(f"preset.watch.{watch.key}") for watch in _all_watches()},
            )
        )
        if not result.watches and result.others:
            said = answer.words.plural("setup.saved-settings", result.others)
            await answer.say(said, accent=Accent.GOOD)
            return
        if not result.watches:
            await answer.say(answer.words("setup.saved-custom", channel=f"<#{channel.id}>"), accent=Accent.GOOD)
            return
        done = "setup.saved" if result.met.new else "setup.saved-all-there"
        await answer.say(
            answer.words(done, channel=f"<#{channel.id}>"),
            *await self._met(result.met, f"<#{channel.id}>", answer.words),
            _woken(result, answer.words),
            _first_digest(result, answer),
            answer.words("setup.next"),
            accent=Accent.GOOD,
        )

    async def _met(self, met: PresetInChannel, channel: str, words: Words) -> tuple[str, ...]:
        """Say what a preset adds, what of it the channel has already, and what else is there."""
        numbers = [await self._number(watch, words) for watch in met.new]
        is_shared = bool(met.there or met.beside)
        return (
            *([words("setup.new", channel=channel)] if numbers and is_shared else []),
            *numbers,
            *([words("setup.there", channel=channel, watches=_named(met.there, words))] if met.there else []),
            *([words("setup.beside", channel=channel, watches=_named(met.beside, words))] if met.beside else []),
        )

    async def _number(self, watch: PresetWatch, words: Words) -> str:
        """Say what a preset's watch would have posted in the last seven days."""
        preview = await self._preview(watch.filter, watch.pace)
        name, pace = words(f"preset.watch.{watch.key}"), words(f"choice.{watch.pace}")
        return words.plural("setup.numbers", preview.posts, name=name, pace=pace)

    async def submit_zone(self, interaction: Interaction, match: re.Match[str], fields: Mapping[str, str]) -> None:
        """Take the timezone that was typed into the form."""
        async with answering(interaction, self.language, how=How.IN_PLACE) as answer:
            refuse_members(interaction)
            state = SetupState.read(match.groupdict(default=""))
            await self.choose(answer, "timezone", state, find_timezone(self.language, fields.get(ZONE_FIELD, "")))

    @property
    def forms(self) -> Sequence[Form]:
        """The forms that this cog serves."""
        return (Form(re.compile(ZONE_FORM_ID), self.submit_zone),)


class SetupStep(Press[Setup], template=STEP_ID):
    """Any choice in /setup."""

    cog: ClassVar[str] = Setup.__cog_name__
    how: ClassVar[How] = How.IN_PLACE
    moderators: ClassVar[bool] = True

    async def pressed(self, answer: Answer, cog: Setup) -> None:
        """Keep the choice and ask what is open."""
        state = SetupState.read(self.state)
        step = self.state["step"]
        await cog.choose(answer, step, state, self.chosen)


class OtherZone(Press[Setup], template=ZONE_BUTTON_ID):
    """Opens the form for a timezone that is not in the menu."""

    cog: ClassVar[str] = Setup.__cog_name__

    async def callback(self, interaction: Interaction) -> None:
        """Open the form; a form is an acknowledgement by itself."""
        cog = cast("Setup", interaction.client.get_cog(self.cog))
        form = zone_form(SetupState.read(self.state), cog.language.words(interaction.locale))
        form.stop()
        try:
            await interaction.response.send_modal(form)
        except discord.HTTPException as error:
            if not is_past_answering(error):
                raise


def _all_watches() -> Sequence[PresetWatch]:
    return [watch for preset in PRESETS for watch in preset.watches]


def _named(watches: Sequence[Watch], words: Words) -> str:
    shown = [
        words("setup.watch", name=safe(watch.name, NAME_SHOWN), pace=words(f"choice.{watch.pace}"))
        for watch in watches[:WATCHES_NAMED]
    ]
    left = len(watches) - len(shown)
    return words.enumeration([*shown, *([words.plural("card.more", left)] if left else [])])


def _woken(result: SetupResult, words: Words) -> str | None:
    """Say which of the preset's watches rested until now."""
    rested = [watch for watch in result.met.there if watch.state is WatchState.PAUSED]
    return words("setup.woken", watches=_named(rested, words)) if rested else None


def _first_digest(result: SetupResult, answer: Answer) -> str | None:
    """Say when the first digest comes of what is new: until then such a channel is silent."""
    now = answer.interaction.created_at
    paces = [watch.pace for watch in result.met.new if watch.pace is not Pace.INSTANT]
    moments = [next_digest_at(result.server, pace, now) for pace in paces]
    return answer.words("setup.first-digest", when=format_dt(min(moments), "F")) if moments else None
