"""What the stand-in for Discord remembers: servers, channels, messages, commands, nonces. It outlives its clients."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, cast

import discord

Json = dict[str, Any]

BOT_PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    create_public_threads=True,
    send_messages_in_threads=True,
)
"""What an ordinary invitation grants."""

MODERATOR = discord.Permissions(view_channel=True, send_messages=True, manage_guild=True, manage_channels=True)
MEMBER = discord.Permissions(view_channel=True, send_messages=True)

TEXT, DM, NEWS, PUBLIC_THREAD, FORUM = 0, 1, 5, 11, 15


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who uses Discord; `permissions` hold in every channel of a server."""

    id: int
    name: str
    locale: str = "en-US"
    permissions: discord.Permissions = field(default=MEMBER)


@dataclass(frozen=True, slots=True)
class Refusal:
    """How a channel answers every call: an HTTP status with one of Discord's codes, and `more` in its body."""

    status: int
    code: int
    message: str
    more: Json = field(default_factory=dict[str, Any])


@dataclass(slots=True)
class Nonce:
    """A message as it is known by its nonce, until a moment on the world's clock (seconds)."""

    message_id: int
    until: float


@dataclass(slots=True)
class World:
    """All of it, in Discord's own payload shapes.

    `nonce_seconds` is how long a nonce is honoured, by `clock` (seconds since 1970), which also dates every id.
    """

    token: str = "wire-token"
    nonce_seconds: float = 180.0
    clock: Callable[[], float] = time.time
    guilds: dict[int, Json] = field(default_factory=dict[int, Json])
    channels: dict[int, Json] = field(default_factory=dict[int, Json])
    messages: dict[int, dict[int, Json]] = field(default_factory=dict[int, dict[int, Json]])
    nonces: dict[tuple[int, int, str], Nonce] = field(default_factory=dict[tuple[int, int, str], Nonce])
    nonce_hits: int = 0
    commands: dict[int | None, list[Json]] = field(default_factory=dict[int | None, list[Json]])
    refusals: dict[int, Refusal] = field(default_factory=dict[int, Refusal])
    dms: dict[int, int] = field(default_factory=dict[int, int])
    violations: list[str] = field(default_factory=list[str])
    serial: Iterator[int] = field(default_factory=count)
    bot_id: int = 0

    def __post_init__(self) -> None:
        self.bot_id = self.bot_id or self.snowflake()

    def snowflake(self) -> int:
        """Make an id that carries this moment and rises with every call, as Discord's do."""
        milliseconds = int(self.clock() * 1000) - discord.utils.DISCORD_EPOCH
        return (milliseconds << 22) | (next(self.serial) & 0x3FFFFF)

    def bot(self) -> Json:
        """Return the bot's user."""
        return user_payload(self.bot_id, "Rootstock", bot=True)

    def add_guild(self, name: str, channel_names: Iterable[str] = ("general",), *, guild_id: int | None = None) -> Json:
        """Add a server with text channels in which the bot has what an invitation grants."""
        guild = guild_payload(guild_id or self.snowflake(), name, self.bot())
        self.guilds[int(guild["id"])] = guild
        for channel_name in channel_names:
            self.add_channel(guild, channel_name)
        return guild

    def add_channel(self, guild: Json, name: str, *, kind: int = TEXT, channel_id: int | None = None) -> Json:
        """Add a channel to a server."""
        channel: Json = {
            "id": str(channel_id or self.snowflake()), "type": kind, "guild_id": guild["id"], "name": name,
            "position": len(guild["channels"]), "permission_overwrites": [], "nsfw": False, "topic": None,
            "parent_id": None, "last_message_id": None, "rate_limit_per_user": 0, "flags": 0,
        }  # fmt: skip
        guild["channels"].append(channel)
        self.channels[int(channel["id"])] = channel
        return channel

    def open_dm(self, user_id: int) -> Json:
        """Return the direct conversation with a person, the same one every time."""
        if user_id not in self.dms:
            channel_id = self.snowflake()
            self.dms[user_id] = channel_id
            recipient = user_payload(user_id, f"user-{user_id}")
            self.channels[channel_id] = {
                "id": str(channel_id), "type": DM, "last_message_id": None, "recipients": [recipient], "flags": 0,
            }  # fmt: skip
        return self.channels[self.dms[user_id]]

    def messages_in(self, channel_id: int) -> list[Json]:
        """Return a channel's messages, oldest first."""
        return list(self.messages.get(channel_id, {}).values())

    def add_message(self, channel_id: int, author: Json, body: Json, **extra: Any) -> Json:  # noqa: ANN401 - any JSON
        """Store a message as Discord would show it."""
        message: Json = message_payload(self.snowflake(), channel_id, author, body) | extra
        self.messages.setdefault(channel_id, {})[int(message["id"])] = message
        if channel_id in self.channels:
            self.channels[channel_id]["last_message_id"] = message["id"]
        return message

    def known_nonce(self, channel_id: int, author_id: int, nonce: str) -> int | None:
        """Return the message sent under this nonce while it is honoured; it stays known when it was deleted."""
        known = self.nonces.get((channel_id, author_id, nonce))
        if known is None or known.until < self.clock():
            return None
        self.nonce_hits += 1
        return known.message_id

    def keep_nonce(self, channel_id: int, author_id: int, nonce: str, message_id: int) -> None:
        """Honour a nonce from now on."""
        until = self.clock() + self.nonce_seconds
        self.nonces[channel_id, author_id, nonce] = Nonce(message_id, until)

    def permissions_of_bot(self, channel: Json) -> discord.Permissions:
        """Work out what the bot may do in a channel: its role, then the channel's overwrites."""
        if "guild_id" not in channel:
            return discord.Permissions.all()
        roles = self.guilds[int(channel["guild_id"])]["roles"]
        granted = 0
        for role in roles:
            granted |= int(role["permissions"])
        for overwrite in channel["permission_overwrites"]:
            granted = (granted & ~int(overwrite["deny"])) | int(overwrite["allow"])
        return discord.Permissions(granted)

    def deny(self, channel_id: int, denied: discord.Permissions) -> Json:
        """Take permissions from the bot in one channel (none given: give all back) and return the channel."""
        channel = self.channels[channel_id]
        overwrite: Json = {"id": str(self.bot_id), "type": 1, "allow": "0", "deny": str(denied.value)}
        channel["permission_overwrites"] = [overwrite] if denied.value else []
        return channel

    def dump(self) -> Json:
        """Return what a state file keeps."""
        return {
            "token": self.token,
            "bot_id": self.bot_id,
            "guilds": list(self.guilds.values()),
            "dms": {str(user): self.channels[channel] for user, channel in self.dms.items()},
            "messages": {str(channel): list(kept.values()) for channel, kept in self.messages.items()},
            "commands": [[guild, kept] for guild, kept in self.commands.items()],
        }

    @classmethod
    def load(cls, kept: Json) -> "World":
        """Make a world from a state file."""
        world = cls(token=kept["token"], bot_id=kept["bot_id"])
        for guild in kept["guilds"]:
            world.guilds[int(guild["id"])] = guild
            world.channels.update({int(channel["id"]): channel for channel in guild["channels"]})
        for user, channel in kept["dms"].items():
            world.dms[int(user)] = int(channel["id"])
            world.channels[int(channel["id"])] = channel
        for channel, messages in kept["messages"].items():
            world.messages[int(channel)] = {int(message["id"]): message for message in messages}
        world.commands = dict(kept["commands"])
        return world


def user_payload(user_id: int, name: str, *, bot: bool = False) -> Json:
    """Shape a user."""
    return {
        "id": str(user_id), "username": name, "discriminator": "0", "global_name": name, "avatar": None, "bot": bot,
        "public_flags": 0, "flags": 0,
    }  # fmt: skip


def member_payload(user: Json, permissions: discord.Permissions | None = None) -> Json:
    """Shape a member of a server; with `permissions` as interactions carry them."""
    member: Json = {
        "user": user, "nick": None, "avatar": None, "roles": [], "joined_at": "2025-01-01T00:00:00+00:00",
        "premium_since": None, "deaf": False, "mute": False, "pending": False, "flags": 0,
    }  # fmt: skip
    return member if permissions is None else member | {"permissions": str(permissions.value)}


def guild_payload(guild_id: int, name: str, bot: Json) -> Json:
    """Shape a server with the bot as its only known member, as the gateway does without the members intent."""
    everyone: Json = {
        "id": str(guild_id), "name": "@everyone", "color": 0, "colors": {"primary_color": 0}, "hoist": False,
        "position": 0, "permissions": str(BOT_PERMISSIONS.value), "managed": False, "mentionable": False, "flags": 0,
    }  # fmt: skip
    return {
        "id": str(guild_id), "name": name, "icon": None, "owner_id": str(guild_id), "afk_timeout": 300,
        "verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0, "features": [],
        "roles": [everyone], "emojis": [], "stickers": [], "mfa_level": 0, "system_channel_id": None,
        "system_channel_flags": 0, "rules_channel_id": None, "premium_tier": 0, "preferred_locale": "en-US",
        "nsfw_level": 0, "large": False, "unavailable": False, "member_count": 2, "voice_states": [],
        "members": [member_payload(bot)], "channels": [], "threads": [], "presences": [], "stage_instances": [],
        "guild_scheduled_events": [], "joined_at": "2025-01-01T00:00:00+00:00", "soundboard_sounds": [],
    }  # fmt: skip


def message_payload(message_id: int, channel_id: int, author: Json, body: Json) -> Json:
    """Shape a message from what was sent; components get the ids that Discord gives them."""
    return {
        "id": str(message_id), "channel_id": str(channel_id), "author": author, "content": body.get("content") or "",
        "timestamp": datetime.now(UTC).isoformat(), "edited_timestamp": None, "tts": False, "mention_everyone": False,
        "mentions": [], "mention_roles": [], "attachments": stored_files(body), "embeds": inner(body, "embeds"),
        "pinned": False, "type": 0, "flags": body.get("flags") or 0, "components": with_ids(inner(body, "components")),
    }  # fmt: skip


def stored_files(body: Json) -> list[Json]:
    """Shape what was uploaded with a message as it is shown in it."""
    return [
        {"id": str(each["id"]), "filename": each["filename"], "description": each.get("description"), "size": 1}
        | {"url": f"https://cdn.invalid/{each['filename']}", "proxy_url": f"https://cdn.invalid/{each['filename']}"}
        for each in inner(body, "attachments")
    ]


def with_ids(components: list[Json]) -> list[Json]:
    """Number components from 1, nested ones included, as Discord does for those that bring no id."""
    numbers = count(1)

    def number(component: Json) -> Json:
        numbered: Json = {"id": component.get("id") or next(numbers)} | component
        if "components" in component:
            numbered["components"] = [number(child) for child in component["components"]]
        for slot in ("accessory", "component"):
            if slot in component:
                numbered[slot] = number(component[slot])
        return numbered

    return [number(component) for component in components]


def inner(node: Json, key: str) -> list[Json]:
    """Return a list of objects inside an object; empty where it is missing or null."""
    return cast("list[Json]", node.get(key) or [])


def part(node: Json, key: str) -> Json:
    """Return an object inside an object; empty where it is missing or null."""
    return cast("Json", node.get(key) or {})


def walk(components: Iterable[Json]) -> Iterator[Json]:
    """Walk every component, nested ones and accessories included."""
    for component in components:
        yield component
        yield from walk(inner(component, "components"))
        yield from walk([component[slot] for slot in ("accessory", "component") if slot in component])


def text_of(message: Json) -> str:
    """Return everything a member reads in a message, line by line: content, embeds, text displays, labels."""
    parts: list[str] = [message.get("content") or ""]
    for embed in inner(message, "embeds"):
        parts += [embed.get("title") or "", embed.get("description") or ""]
        parts += [f"{entry['name']}\n{entry['value']}" for entry in inner(embed, "fields")]
    for component in walk(inner(message, "components")):
        parts += [component.get("content") or "", component.get("label") or ""]
    return "\n".join(part for part in parts if part)
