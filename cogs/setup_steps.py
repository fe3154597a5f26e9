"""The steps of /setup: what is asked next, with everything chosen so far carried in the ids of what can be pressed.

Nothing is kept in memory: a restart in the middle costs a moderator nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import discord
from discord.ui import ActionRow, ChannelSelect, LayoutView, Select

from bot.cards.answers import answer as titled
from bot.cards.layout import Part, button, small
from bot.domain.presets import PRESETS
from bot.domain.server import Locale
from bot.language.timezones import shown_zone, usual_timezones
from bot.language.words import Words
from bot.workflows.set_up_server import CUSTOM
from cogs.channels import POSTING_TYPES
from cogs.server_settings import fixed_zone_hint

PRESET_KEYS = (*(preset.key for preset in PRESETS), CUSTOM)
STATE = (
    rf"(?P<channel>[0-9]{{0,20}}):(?P<preset>{'|'.join(PRESET_KEYS)})?:"
    rf"(?P<locale>{'|'.join(Locale)})?:(?P<timezone>[A-Za-z0-9_+/-]{{0,40}})"
)
"""With its step in front the longest id has 100 characters, which is Discord's limit. What was never offered is no
state: its button belongs to nothing."""

STEP_ID = r"v1:setup:(?P<step>channel|preset|locale|timezone|save):" + STATE
ZONE_BUTTON_ID = r"v1:zone:" + STATE
ZONE_FORM_ID = r"v1:zoneform:" + STATE
ZONE_FIELD = "timezone"


@dataclass(frozen=True, slots=True)
class SetupState:
    """What was chosen so far; an empty string was not chosen yet."""

    channel: str = ""
    preset: str = ""
    locale: str = ""
    timezone: str = ""

    @classmethod
    def read(cls, groups: Mapping[str, str]) -> "SetupState":
        """Read the named groups of an id."""
        return cls(groups["channel"], groups["preset"], groups["locale"], groups["timezone"])

    @property
    def missing(self) -> str:
        """The first step that has no choice yet; `save` when all have."""
        steps = {
            "channel": self.channel,
            "preset": self.preset,
            "locale": self.locale,
            "timezone": self.timezone,
        }
        return next((step for step, chosen in steps.items() if not chosen), "save")

    def written(self, what: str) -> str:
        """Return the id of something to press: `what` and all that was chosen."""
        return f"v1:{what}:{self.code}"

    def chosen(self, step: str, value: str) -> "SetupState":
        """Return the state with one more choice; what no menu offers changes nothing."""
        changed = replace(self, **{step: value})
        return changed if re.fullmatch(STATE, changed.code) else self

    @property
    def code(self) -> str:
        """All that was chosen, as ids carry it."""
        return f"{self.channel}:{self.preset}:{self.locale}:{self.timezone}"


def step_view(state: SetupState, words: Words, likely: Locale, summary: tuple[str, ...] = ()) -> LayoutView:
    """Return the question that is open, above it what was chosen, below it what can be pressed."""
    step = state.missing
    number = {"channel": 1, "preset": 2, "locale": 3, "timezone": 4}.get(step)
    return titled(
        words("setup.title"),
        words(f"setup.ask.{step}"),
        *summary,
        *([small(hint) or ""] if (hint := fixed_zone_hint(state.timezone, words)) else []),
        fields=_chosen(state, words),
        footer=words("setup.step", number=number, of=4) if number else words("setup.nothing-saved-yet"),
        rows=_controls(step, state, words, likely),
    )


def preset_name(words: Words, key: str) -> str:
    """Return a preset's name, as the command's option has it; that of "custom" too."""
    return words(f"choice.{key}")


def _chosen(state: SetupState, words: Words) -> dict[str, str]:
    chosen: dict[str, str] = {}
    if state.channel:
        chosen[words("setup.label.channel")] = f"<#{state.channel}>"
    if state.preset:
        chosen[words("setup.label.preset")] = preset_name(words, state.preset)
    if state.locale:
        chosen[words("setup.label.locale")] = words(f"choice.{state.locale}")
    if state.timezone:
        chosen[words("setup.label.timezone")] = shown_zone(words, state.timezone)
    return chosen


def _controls(step: str, state: SetupState, words: Words, likely: Locale) -> list[Part]:
    match step:
        case "channel":
            return [ActionRow[LayoutView](_channel_menu(state, words))]
        case "preset":
            return [ActionRow[LayoutView](_preset_menu(state, words))]
        case "locale":
            return [_language_buttons(state, words, likely)]
        case "timezone":
            return [
                ActionRow[LayoutView](_zone_menu(state, words)),
                ActionRow[LayoutView](button(words("setup.other-timezone"), state.written("zone"))),
            ]
        case _:
            return [_last_buttons(state, words)]


def _channel_menu(state: SetupState, words: Words) -> ChannelSelect[LayoutView]:
    return ChannelSelect[LayoutView](
        custom_id=state.written("setup:channel"),
        channel_types=list(POSTING_TYPES),
        placeholder=words("setup.pick.channel"),
    )


def _preset_menu(state: SetupState, words: Words) -> Select[LayoutView]:
    options = [
        discord.SelectOption(
            label=preset_name(words, key)[:100], value=key, description=words(f"preset.{key}.description")[:100]
        )
        for key in PRESET_KEYS
    ]
    return Select[LayoutView](
        custom_id=state.written("setup:preset"), options=options, placeholder=words("setup.pick.preset")
    )


def _language_buttons(state: SetupState, words: Words, likely: Locale) -> ActionRow[LayoutView]:
    """Return one button a language, the likeliest highlighted; the choice stands in the button's own id."""
    buttons: list[Any] = [
        button(
            words(f"choice.{locale}"),
            SetupState(state.channel, state.preset, locale, state.timezone).written("setup:locale"),
            discord.ButtonStyle.primary if locale is likely else discord.ButtonStyle.secondary,
        )
        for locale in Locale
    ]
    return ActionRow[LayoutView](*buttons)


def _zone_menu(state: SetupState, words: Words) -> Select[LayoutView]:
    zones = usual_timezones(Locale(state.locale))[:25]
    options = [discord.SelectOption(label=shown_zone(words, zone)[:100], value=zone) for zone in zones]
    return Select[LayoutView](
        custom_id=state.written("setup:timezone"), options=options, placeholder=words("setup.pick.timezone")
    )


def _last_buttons(state: SetupState, words: Words) -> ActionRow[LayoutView]:
    return ActionRow[LayoutView](
        button(words("setup.save"), state.written("setup:save"), discord.ButtonStyle.success),
        button(words("setup.start-over"), SetupState().written("setup:channel")),
    )


def zone_form(state: SetupState, words: Words) -> discord.ui.Modal:
    """Return the form that takes a timezone as text; its id carries the other choices."""
    form = discord.ui.Modal(title=words("setup.zone-form-title")[:45], custom_id=state.written("zoneform"))
    field = discord.ui.TextInput[discord.ui.Modal](
        custom_id=ZONE_FIELD, placeholder="Europe/Berlin", min_length=1, max_length=64
    )
    form.add_item(discord.ui.Label(text=words("setup.zone-form-label")[:45], component=field))
    return form
