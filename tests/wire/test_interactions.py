"""Slash commands, buttons, menus and modals over the real gateway, with the real client's command tree."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import discord
import pytest
from discord import app_commands

from tests.wire.clients import PlainClient, connected
from tests.wire.discord_server import DiscordServer
from tests.wire.interactions import COMMAND, DEFERRED_MESSAGE, MESSAGE
from tests.wire.world import Json, Person

Interaction = discord.Interaction[discord.Client]


class Form(discord.ui.Modal, title="Filter"):
    """One field."""

    author: discord.ui.TextInput["Form"] = discord.ui.TextInput(label="Author", custom_id="author")

    async def on_submit(self, interaction: Interaction) -> None:
        """Say what was typed."""
        await interaction.response.send_message(f"typed {self.author.value}", ephemeral=True)


class Buttons(discord.ui.View):
    """A button that edits its message, one that opens a form, and a menu."""

    @discord.ui.button(label="Next", custom_id="next")
    async def next(self, interaction: Interaction, _: "discord.ui.Button[Buttons]") -> None:
        """Change the message under the button."""
        await interaction.response.edit_message(content="page 2")

    @discord.ui.button(label="Filter", custom_id="filter")
    async def filter(self, interaction: Interaction, _: "discord.ui.Button[Buttons]") -> None:
        """Open the form."""
        await interaction.response.send_modal(Form())

    @discord.ui.select(cls=discord.ui.ChannelSelect, custom_id="channel")
    async def channel(self, interaction: Interaction, menu: "discord.ui.ChannelSelect[Buttons]") -> None:
        """Say which channel was chosen, after thinking."""
        await interaction.response.defer()
        await interaction.followup.send(f"chose {menu.values[0].name}", ephemeral=True)


watch = app_commands.Group(
    name="watch", description="Watches", default_permissions=discord.Permissions(manage_guild=True)
)


@watch.command(name="add", description="Add one")
@app_commands.describe(channel="Where", author="Whose", count="How many")
async def add(
    interaction: Interaction, channel: discord.TextChannel, author: str, count: app_commands.Range[int, 1, 5] = 2
) -> None:
    """Answer after thinking."""
    await interaction.response.defer(ephemeral=True)
    await interaction.followup.send(f"{author} in {channel.name}, {count}", view=Buttons(), ephemeral=True)


@add.autocomplete("author")
async def _offer(_: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=f"{typed}-{number}", value=f"{typed}{number}") for number in range(2)]


@app_commands.command(name="public", description="Show it to all")
async def public(interaction: Interaction) -> None:
    """Answer in the channel."""
    await interaction.response.send_message("page 1", view=Buttons())


@dataclass(frozen=True, slots=True)
class Scene:
    """A server with its first channel, and two people."""

    server: DiscordServer
    guild_id: int
    channel_id: int
    moderator: Person
    member: Person


@asynccontextmanager
async def scene() -> AsyncGenerator[Scene]:
    """Connect a client with its commands registered."""
    async with DiscordServer() as server:
        guild = await server.add_guild("Open models")
        async with connected(server, PlainClient) as client:
            tree = app_commands.CommandTree(client)
            tree.add_command(watch)
            tree.add_command(public)  # pyright: ignore[reportUnknownArgumentType] - discord.py types a command outside of a cog half
            await tree.sync()
            people = server.person("ada", moderator=True), server.person("bob")
            yield Scene(server, int(guild["id"]), int(guild["channels"][0]["id"]), *people)
        assert server.violations == []


async def test_a_moderators_command_is_answered_privately() -> None:
    """Subcommand, resolved channel, default value; deferred, then answered for the moderator alone."""
    async with scene() as now:
        options = {"channel": now.channel_id, "author": "Qwen"}
        reply = await now.server.members.slash(
            now.guild_id, now.channel_id, now.moderator, "watch", "add", options=options
        )
        assert (reply.type, reply.text.splitlines()[0], reply.ephemeral) == (
            DEFERRED_MESSAGE,
            "Qwen in general, 2",
            True,
        )
        assert now.server.world.messages_in(now.channel_id) == []


async def test_what_discord_would_not_offer_cannot_be_used() -> None:
    """Unknown options, missing ones, values out of range, commands for moderators: the client stops them."""
    async with scene() as now:
        slash = now.server.members.slash
        place = now.guild_id, now.channel_id
        here = {"channel": now.channel_id, "author": "Qwen"}
        for person, path, options in (
            (now.member, ("watch", "add"), here),
            (now.moderator, ("watch", "add"), {"author": "Qwen"}),
            (now.moderator, ("watch", "add"), here | {"count": 6}),
            (now.moderator, ("watch", "add"), here | {"colour": "red"}),
            (now.moderator, ("watch", "burn"), {}),
        ):
            with pytest.raises(LookupError):
                await slash(*place, person, *path, options=options)


async def test_autocomplete_offers_choices() -> None:
    """While an option is being typed."""
    async with scene() as now:
        choices = await now.server.members.autocomplete(
            now.guild_id, now.channel_id, now.moderator, "watch", "add", focused="author", options={"author": "qw"}
        )
        assert choices == [{"name": "qw-0", "value": "qw0"}, {"name": "qw-1", "value": "qw1"}]


async def test_a_button_changes_its_message() -> None:
    """The public answer stands in the channel; a click edits it in place."""
    async with scene() as now:
        reply = await now.server.members.slash(now.guild_id, now.channel_id, now.member, "public")
        (message,) = now.server.world.messages_in(now.channel_id)
        assert (reply.type, message["content"]) == (MESSAGE, "page 1")
        await now.server.members.click(message, reply.custom_id("Next"), now.moderator)
        assert message["content"] == "page 2"


async def test_a_modal_is_filled_in_and_a_channel_chosen() -> None:
    """From a private answer: open the form, send it; choose in a menu, be answered after thinking."""
    async with scene() as now:
        reply = await now.server.members.slash(now.guild_id, now.channel_id, now.member, "public")
        assert reply.original is not None
        opened = await now.server.members.click(reply.original, "filter", now.member)
        sent = await now.server.members.submit(opened, {"author": "Qwen"})
        assert (sent.text, sent.ephemeral) == ("typed Qwen", True)
        chosen = await now.server.members.select(reply.original, "channel", [str(now.channel_id)], now.member)
        assert chosen.followups[0]["content"] == "chose general"


async def acknowledge(server: DiscordServer, *, times: int, late_by: float = 0) -> list[tuple[int, int]]:
    """Acknowledge one command by hand, several times; return HTTP statuses and codes."""
    guild = await server.add_guild("Open models")
    answers: list[tuple[int, int]] = []
    async with connected(server), aiohttp.ClientSession() as session:
        data: Json = {"id": "1", "name": "any", "type": 1}
        channel_id = int(guild["channels"][0]["id"])
        reply = await server.interactions.inject(
            COMMAND, server.person("ada"), data, guild_id=int(guild["id"]), channel_id=channel_id
        )
        reply.started -= late_by
        url = f"{server.api_base}/interactions/{reply.id}/{reply.token}/callback"
        for _ in range(times):
            async with session.post(url, json={"type": MESSAGE, "data": {"content": "hello"}}) as answer:
                body: Json = {} if answer.status == 204 else await answer.json()
                answers.append((answer.status, body.get("code", 0)))
    return answers


async def test_a_late_acknowledgement_is_refused() -> None:
    """After three seconds the token is forgotten and the member has seen a failure: a violation."""
    async with DiscordServer() as server:
        assert await acknowledge(server, times=1, late_by=4) == [(404, 10062)]
        assert len(server.violations) == 1


async def test_acknowledging_twice_is_refused() -> None:
    """40060, as when two overlapping sessions both answer."""
    async with DiscordServer() as server:
        assert await acknowledge(server, times=2) == [(204, 0), (400, 40060)]
