"""The simulated Discord of the demo: one server, the people in it, and one thing at a time."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import discord
import simcord

from bot.domain.server import Locale
from bot.language.words import Words

BROWSER_LOCALE = {Locale.ENGLISH: "en-US", Locale.CHINESE: "zh-CN"}
"""What a locale is called in browsers and by Discord."""


@dataclass(frozen=True, slots=True)
class World:
    """A server with a channel, a moderator and a member whom the visitor plays, and the members of the story.

    SimCord takes one thing at a time: whoever does something in it holds `turn`, the story as well as the visitor.
    """

    env: simcord.Env
    channel: simcord.ChannelHandle
    moderator: simcord.MemberActor
    member: simcord.MemberActor
    others: Sequence[simcord.MemberActor]
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def now(self) -> AsyncGenerator[None]:
        """Take the turn, with the simulated clock set to the present: it is one of its own, which stands still."""
        async with self.turn:
            behind = (datetime.now(UTC) - self.env.now()).total_seconds()
            # The clock has moved also where the bot still works when SimCord's patience ends.
            with suppress(TimeoutError):
                await self.env.advance_time(max(0.0, behind))
            yield

    def discussions(self) -> Sequence[simcord.ChannelHandle]:
        """Return the threads of the channel, the earliest first."""
        return sorted(self.channel.threads, key=lambda thread: thread.id)


def create_world(env: simcord.Env, words: Words) -> World:
    """Create the server, in its language; everybody in it has been there since the simulated world began."""
    guild = env.create_guild("Rootstock")
    channel = guild.create_text_channel(words("demo.channel"))
    moderators = guild.create_role("Moderators", permissions=discord.Permissions(manage_guild=True))
    moderator = guild.add_member(env.create_user("mei", global_name="Mei"), roles=[moderators])
    member = guild.add_member(env.create_user("sam", global_name="Sam"))
    names = words("demo.people").split()
    others = [
        guild.add_member(env.create_user(f"member{n}", global_name=name)) for n, name in enumerate(names, start=1)
    ]
    return World(env, channel, moderator, member, others)
