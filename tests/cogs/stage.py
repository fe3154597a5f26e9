"""The stage on which commands are played: the real bot with its real cogs and storage, in a simulated Discord."""

import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import simcord

from bot.announcing.discord_messenger import DiscordMessenger
from bot.cards.layout import Accent, block, button, message, row
from bot.data.labs_file import read_labs
from bot.demo.readers_language import everybody_reads as reading
from bot.discord_bot import RootstockBot
from bot.domain.delivery import Purpose
from bot.domain.errors import HubUnavailable
from bot.domain.kinds import classify
from bot.domain.model import HubModel, ModelToPut, Source
from bot.domain.model import Stage as ModelStage
from bot.language.words import Language
from bot.workflows.close_channel import CloseChannel
from bot.workflows.count_everywhere import CountEverywhere
from bot.workflows.ports import Page
from bot.workflows.remember_forum_tags import RememberForumTags
from bot.workflows.tell_moderators import TellModerators
from cogs.all_cogs import Parts, make_cogs
from cogs.deleted_channels import DeletedChannels
from cogs.membership import Membership
from storage.doorbells import ProcessDoorbell
from storage.engine import Database, open_database
from tests.turnable_clock import TurnableClock

HOUR = timedelta(hours=1)
LANGUAGE = Language.load()
LABS = read_labs(None)


@dataclass
class SmallHub:
    """A hub that knows what a test puts on it. Fits `bot.workflows.ports.Hub`."""

    source: Source = Source.HUGGING_FACE
    models: dict[str, HubModel] = field(default_factory=dict[str, HubModel])
    summaries: dict[str, str] = field(default_factory=dict[str, str])
    is_down: bool = False

    async def newest(self) -> AsyncIterator[Page]:
        """List nothing."""
        return
        yield

    async def trending(self) -> AsyncIterator[Page]:
        """List nothing."""
        return
        yield

    async def published_by(self, author: str) -> AsyncIterator[Page]:  # noqa: ARG002 - the port's signature
        """List nothing."""
        return
        yield

    async def latest_of(self, author: str) -> HubModel | None:
        """Return any model of exactly this publisher."""
        if self.is_down:
            raise HubUnavailable("down for a test")
        return next((model for model in self.models.values() if model.author == author), None)

    async def look_up(self, repo_id: str, *, urgent: bool = True) -> HubModel | None:  # noqa: ARG002 - the port's signature
        """Return what was put here."""
        if self.is_down:
            raise HubUnavailable("down for a test")
        return self.models.get(repo_id.casefold())

    async def summary_of(self, repo_id: str) -> str | None:
        """Return what a card says that was put here."""
        if self.is_down:
            raise HubUnavailable("down for a test")
        return self.summaries.get(repo_id)


@dataclass
class Play:
    """A running bot in a server with a moderator and a member."""

    env: Any
    database: Database
    hub: SmallHub
    clock: TurnableClock
    guild: Any
    channel: Any
    moderator: Any
    member: Any

    async def say(self, command: str, **options: Any) -> str:  # noqa: ANN401 - whatever the command takes
        """Let the moderator use a command in the channel; what they read."""
        return text_of(await self.moderator.slash(self.channel, command, **options))

    async def suggestions(self, command: str, option: str, typed: str) -> list[str]:
        """Let the moderator type into an option; the values that are offered."""
        return [one["value"] for one in await self.moderator.autocomplete(self.channel, command, option, typed)]

    async def restart(self) -> None:
        """Stop the bot and start it anew, with nothing in memory; Discord's world stays."""
        await self.env.restart_bot(make_bot(self.database, self.hub, self.clock))

    async def another_server(self) -> "Play":
        """Return the same stage in a second server."""
        return set_scene(self.env, self.database, self.hub, self.clock)

    async def let_everybody_in(self, command: str) -> None:
        """Override in the server's own settings who may use a command."""
        (found,) = [one for one in await bot_of(self.env).tree.fetch_commands() if one.name == command]
        self.guild.set_command_permissions(found, {self.guild.default_role: True})

    def closed_channel(self, name: str) -> Any:  # noqa: ANN401 - SimCord's channel
        """Make a channel in which the bot may not write."""
        quiet = discord.PermissionOverwrite(send_messages=False)
        return self.guild.create_text_channel(name, overwrites={self.guild.default_role: quiet})

    async def bot_message(self, custom_id: str) -> discord.Message:
        """Let the bot post a message with one button, as the messenger does."""
        layout = message(Accent.PLAIN, block(["A card"], 100), row(button("Press", custom_id)))
        layout.stop()
        channel = bot_of(self.env).get_channel(self.channel.id)
        assert isinstance(channel, discord.TextChannel)
        return await channel.send(view=layout)

    async def pause_lane(self, reason: str) -> None:
        """Let the channel refuse what it was owed, as a sender notes it."""
        now = self.clock.now()
        async with self.database.unit_of_work() as work:
            await work.deliveries.enqueue(
                guild_id=self.guild.id, channel_id=self.channel.id, subject="x", purpose=Purpose.DIGEST, now=now
            )
            await work.deliveries.pause_lane(self.channel.id, reason, now=now)
            await work.watches.pause_channel(self.channel.id, "channel-refused")
            await work.commit()

    async def press_notice_in_dm(self, person: Any) -> tuple[str, list[str]]:  # noqa: ANN401 - SimCord's member
        """Send a notice about the server to somebody, who presses its button; what they read and could press."""
        now = self.clock.now()
        async with self.database.unit_of_work() as work:
            owed = await work.deliveries.enqueue(
                guild_id=self.guild.id, channel_id=person.id, subject="paused", purpose=Purpose.NOTICE, now=now
            )
            await work.commit()
        layout = message(Accent.PLAIN, block(["A notice"], 100), row(button("Status", f"v1:notice:{owed}")))
        layout.stop()
        bot = bot_of(self.env)
        sent = await (await bot.create_dm(discord.Object(person.id))).send(view=layout)
        result = await person.user.click(sent, custom_id=f"v1:notice:{owed}")
        return text_of(result), list(ids_in(result.response.components))

    async def delete_channel(self, channel: Any) -> None:  # noqa: ANN401 - SimCord's channel
        """Let a moderator delete a channel."""
        self.env.backend.delete_channel(channel.id)
        await self.env.settle()

    async def remove_bot(self) -> None:
        """Let the server remove the bot."""
        self.env.backend.remove_guild(self.guild.id)
        await self.env.settle()

    async def greeted(self, *, closed: bool = False, preferred_locale: str = "en-US") -> str:
        """Invite the bot to a server with a system channel; what it says there."""
        guild = self.env.create_guild(preferred_locale=preferred_locale)
        everybody = discord.PermissionOverwrite(send_messages=not closed)
        channel = guild.create_text_channel("hall", overwrites={guild.default_role: everybody})
        self.env.backend.edit_guild(guild.id, {"system_channel_id": channel.id})
        await self.env.settle()
        bot = bot_of(self.env)
        invited, membership = bot.get_guild(guild.id), bot.get_cog("Membership")
        assert invited is not None
        assert isinstance(membership, Membership)
        await membership.on_guild_join(invited)
        last = channel.last_message
        return "\n".join(texts_in([one.to_dict() for one in last.components])) if last else ""

    async def release_later(self, *models: HubModel) -> None:
        """Store settled models, released two hours from now, which it is then."""
        self.clock.turn(2 * HOUR)
        await self.remember(*models)

    async def remember(self, *models: HubModel) -> None:
        """Store settled models, released an hour ago."""
        now = self.clock.now()
        async with self.database.unit_of_work() as work:
            for facts in models:
                put = ModelToPut(facts, ModelStage.SETTLED, now - HOUR, classify(facts), None)
                (stored,) = await work.models.put_many([put], now=now)
                parents = [
                    (await work.models.name_stub(facts.source, one.repo_id, now=now), one.relation)
                    for one in facts.declared
                ]
                await work.models.set_parents_of({stored.id: parents})
            await work.commit()

    async def watches(self) -> Any:  # noqa: ANN401 - a list of watches
        """Return what is stored for the server."""
        async with self.database.unit_of_work() as work:
            return await work.watches.of_server(self.guild.id)

    async def server(self) -> Any:  # noqa: ANN401 - a server or None
        """Return the server's stored settings."""
        async with self.database.unit_of_work() as work:
            return await work.servers.get(self.guild.id)


def bot_of(env: simcord.Env) -> RootstockBot:
    """Return the bot that runs."""
    assert isinstance(env.bot, RootstockBot)
    return env.bot


def text_of(result: Any) -> str:  # noqa: ANN401 - SimCord's result
    """Return everything a reader sees in an answer and what follows it."""
    messages = [message for message in (result.response, *result.followups) if message is not None]
    return "\n".join(text for message in messages for text in (message.content, *texts_in(message.components)) if text)


def texts_in(components: Sequence[Any]) -> Iterator[str]:
    """Return the texts of a layout, labels and menus included."""
    for component in components:
        for name in ("content", "label", "placeholder"):
            if component.get(name):
                yield component[name]
        yield from texts_in(component.get("components") or [])
        yield from texts_in(component.get("options") or [])


def ids_in(components: Sequence[Any]) -> Iterator[str]:
    """Return the ids of everything that can be pressed in a layout."""
    for component in components:
        if "custom_id" in component:
            yield component["custom_id"]
        yield from ids_in(component.get("components") or [])


def make_bot(database: Database, hub: SmallHub, clock: TurnableClock) -> RootstockBot:
    """Put the real bot together as the assembly does."""
    made = make_cogs(
        Parts(
            unit_of_work=database.unit_of_work,
            everywhere=CountEverywhere(database.reading, clock),
            hub=hub,
            labs=LABS,
            language=LANGUAGE,
            clock=clock,
            doorbell=ProcessDoorbell(),
        )
    )
    bot = RootstockBot(
        language=LANGUAGE, cogs=made.cogs, buttons=made.buttons, on_command_failed=made.on_command_failed
    )
    messenger = DiscordMessenger(bot, LANGUAGE, RememberForumTags(database.unit_of_work))
    tell = TellModerators(database.unit_of_work, messenger=messenger, clock=clock)
    DeletedChannels(bot, CloseChannel(database.unit_of_work, tell, clock)).listen_to(bot)
    return bot


LOOK_AGAIN = 0.001
"""Seconds after which it is looked again whether all is at rest. SimCord's own 0.05 pass at nearly every command, for
callbacks that are due at once: they were half the time of these tests."""


class QuickEnv(simcord.Env):
    """SimCord that looks again after a moment; only its `settle` lets one say so, and what members do does not."""

    async def _settle_internal(self, *, idle: float = LOOK_AGAIN, **how: Any) -> None:  # noqa: ANN401 - SimCord's own
        await super()._settle_internal(idle=min(idle, LOOK_AGAIN), **how)


@asynccontextmanager
async def simulated(bot: RootstockBot) -> AsyncGenerator[simcord.Env, None]:
    """Run a bot in SimCord, its commands synced; what it swallowed is raised at the end.

    `simcord.run` cannot be used in a fixture: pytest enters and leaves fixtures in different contexts.
    """
    env = QuickEnv(bot, shard_count=1)
    await env.start()
    try:
        await bot.tree.sync()
        yield env
    finally:
        await env.shutdown()
    env._raise_errors_since(env._errors_acknowledged)  # pyright: ignore[reportPrivateUsage] - as SimCord's own fixture does


def set_scene(env: simcord.Env, database: Database, hub: SmallHub, clock: TurnableClock) -> Play:
    """Make a server with one text channel, a moderator and a member."""
    guild = env.create_guild()
    moderators = guild.create_role("Moderators", permissions=discord.Permissions(manage_guild=True))
    return Play(
        env=env,
        database=database,
        hub=hub,
        clock=clock,
        guild=guild,
        channel=guild.create_text_channel("models"),
        moderator=guild.add_member(env.create_user("mo"), roles=[moderators]),
        member=guild.add_member(env.create_user("em")),
    )


def new_database(migrated: Path, folder: Path, clock: TurnableClock) -> Database:
    """Open a fresh copy of a migrated SQLite file."""
    shutil.copy(migrated, folder / "stage.db")
    return open_database(f"sqlite:///{folder / 'stage.db'}", clock=clock)


__all__ = [
    "LABS",
    "LANGUAGE",
    "Play",
    "SmallHub",
    "bot_of",
    "ids_in",
    "make_bot",
    "new_database",
    "reading",
    "set_scene",
    "simulated",
    "text_of",
]
