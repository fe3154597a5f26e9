"""The people of a story: what they do, and what they read, in whatever language the story is told."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from string import Formatter
from typing import Any

import discord
from simcord import interactions
from simcord.backend import serializers
from simcord.backend.models import User
from simcord.builders import UserHandle
from simcord.results import InteractionResult

from bot.language.words import CATALOGUES, Template, read_catalogue
from tests.cogs.stage import LANGUAGE, Play, bot_of, ids_in, text_of
from tests.stories.notebook import Notebook

COMPONENT, BUTTON = 3, 2
"""Discord's numbers for something that is pressed, and for a button."""


@dataclass(frozen=True)
class Answer:
    """What came of something that somebody did."""

    result: Any
    locale: str

    @property
    def text(self) -> str:
        """Everything that is read in it, with plain spaces."""
        return plainly_spaced(text_of(self.result))

    @property
    def message(self) -> Any:  # noqa: ANN401 - SimCord's message
        """The message that can be pressed further."""
        return self.result.response

    @property
    def ids(self) -> Sequence[str]:
        """The ids of everything that can be pressed, beside texts too."""
        return list(pressable(self.message.components))

    def says(self, *keys: str) -> "Answer":
        """Check that it says these texts of the catalogue in the reader's language, to the reader alone."""
        assert (self.result.acknowledged, self.message is not None and self.message.ephemeral) == (True, True)
        assert [key for key in keys if not spoken(key, self.locale).search(self.text)] == [], self.text
        return self

    def shows(self, *parts: str) -> "Answer":
        """Check that all of this can be read in it."""
        assert [part for part in parts if part not in self.text] == [], self.text
        return self

    def hides(self, *parts: str) -> "Answer":
        """Check that none of this can be read in it."""
        assert [part for part in parts if part in self.text] == [], self.text
        return self


@dataclass(frozen=True)
class Person:
    """Somebody in the server; `actor` is SimCord's member."""

    actor: Any
    play: Play
    locale: str

    @property
    def id(self) -> int:
        """Their Discord id."""
        return self.actor.id

    async def uses(self, command: str, *, where: Any = None, **options: Any) -> Answer:  # noqa: ANN401 - SimCord's channel
        """Type a command, in the story's channel unless it says where."""
        return self._read(await self.actor.slash(where or self.play.channel, command, **options))

    async def brings_along(self, command: str, **options: Any) -> Answer:  # noqa: ANN401 - whatever the command takes
        """Type a command in a direct conversation."""
        return self._read(await self.actor.user.slash(command, **options))

    async def presses(self, message: Any, custom_id: str) -> Answer:  # noqa: ANN401 - a message, or an answer's
        """Press a button."""
        return self._read(await self.actor.click(message, custom_id=custom_id))

    async def picks(self, message: Any, custom_id: str, *values: str) -> Answer:  # noqa: ANN401 - as above
        """Choose in a menu."""
        return self._read(await self.actor.select(message, list(values), custom_id=custom_id))

    async def sends(self, form: Answer, **fields: object) -> Answer:
        """Fill a form in and send it."""
        return self._read(await self.actor.submit_modal(form.result, fields))

    async def uses_menu_on(self, message: Any) -> Answer:  # noqa: ANN401 - SimCord's message
        """Use "Vote on this model" in the menu of a message."""
        name = LANGUAGE.words()("command-name.vote-on-model")
        return self._read(await self.actor.context_menu(self.play.channel, name, message))

    async def is_offered(self, command: str, option: str, typed: str, **filled: Any) -> list[str]:  # noqa: ANN401 - values of options
        """Type into an option; the values that are offered."""
        offered = await self.actor.autocomplete(self.play.channel, command, option, typed, **filled)
        assert (len(offered) <= 25, [one for one in offered if not 1 <= len(one["name"]) <= 100]) == (True, [])
        return [one["value"] for one in offered]

    def _read(self, result: Any) -> Answer:  # noqa: ANN401 - SimCord's result
        return Answer(result, self.locale)


@dataclass
class Week:
    """A server for a week: two members of long standing, of whom one moderates, and who else comes by."""

    play: Play
    locale: str
    notebook: Notebook = field(default_factory=Notebook)
    models: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def em(self) -> Person:
        """A member."""
        return Person(self.play.member, self.play, self.locale)

    @property
    def mo(self) -> Person:
        """A moderator."""
        return Person(self.play.moderator, self.play, self.locale)

    async def restart(self) -> None:
        """Stop the bot and start it anew, with nothing in memory."""
        await self.play.restart()
        self.notebook.follow(bot_of(self.play.env))

    def joined(self, name: str, *, account: discord.Object | None = None) -> Person:
        """Let somebody join; their account is as old as everybody's unless it is given."""
        backend = self.play.env.backend
        if account is None:
            user = self.play.env.create_user(name)
        else:
            made = User(id=account.id, name=name)
            backend.users[made.id] = made
            user = UserHandle(self.play.env, made)
        return Person(self.play.guild.add_member(user), self.play, self.locale)

    def word(self, key: str) -> str:
        """Return a text without placeholders in the story's language."""
        return plainly_spaced(LANGUAGE.words(self.locale)(key))


async def press_at_once(week: Week, message: Any, custom_id: str, *people: Person) -> list[Answer]:  # noqa: ANN401 - SimCord's
    """Let several people press the same button before any of them is answered; SimCord's own clicks wait."""
    env, guild = week.play.env, week.play.guild
    stored = env.backend.get_message(message.channel.id, message.id)
    records: list[Any] = []
    for person in people:
        record, payload = interactions.base_payload(
            env.backend,
            type=COMPONENT,
            channel_id=stored.channel_id,
            guild_id=guild.id,
            user_id=person.id,
            data={"custom_id": custom_id, "component_type": BUTTON},
        )
        record.source_message_id = stored.id
        env.backend.emit(
            "INTERACTION_CREATE", {**payload, "message": dict(serializers.message_payload(env.backend, stored))}
        )
        records.append(record)
    await env.settle()
    return [Answer(InteractionResult(env, record), week.locale) for record in records]


def pressable(components: Any) -> Any:  # noqa: ANN401 - what Discord was sent
    """Yield the ids in a layout, those beside texts too."""
    for component in components:
        yield from ids_in([component["accessory"]] if "accessory" in component else [])
        if "custom_id" in component:
            yield component["custom_id"]
        yield from pressable(component.get("components") or [])


def plainly_spaced(text: str) -> str:
    """Return a text with plain spaces."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


@lru_cache
def spoken(key: str, locale: str) -> re.Pattern[str]:
    """Return what finds a text of the catalogue in an answer, whatever its placeholders and plural form."""
    found = "|".join(_pattern(template) for template in _catalogue(locale)[key])
    return re.compile(found, re.DOTALL)


@lru_cache
def _catalogue(locale: str) -> Any:  # noqa: ANN401 - a catalogue
    name = LANGUAGE.words(locale).locale.replace("-", "_")
    return read_catalogue(CATALOGUES / f"{name}.po")


def _pattern(template: Template) -> str:
    parts = Formatter().parse(plainly_spaced(template.text))
    return "".join(re.escape(literal) + (".+?" if name else "") for literal, name, _, _ in parts)
