"""Messages: sending with nonces, reading, editing, deleting; and direct conversations."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import discord

from tests.wire.gateway import DIRECT_MESSAGES, GUILD_MESSAGES, Gateway
from tests.wire.limits_of_messages import COMPONENTS_V2, EPHEMERAL, errors_in_message
from tests.wire.rest import Call, DiscordError, Route
from tests.wire.world import NEWS, Json, World, stored_files, with_ids

NEEDS_A_TAG = 40067
HAS_A_THREAD = 160004
PUBLISHED = 1 << 0


class Channels:
    """Finds channels and refuses what the bot may not do there, with Discord's own codes."""

    def __init__(self, world: World) -> None:
        self.world = world

    def open(self, call: Call, *needed: str) -> Json:
        """Return the channel of a call.

        Raises:
            DiscordError: unknown, refused, or a permission is missing.
        """
        channel_id = call.number("channel_id")
        refusal = self.world.refusals.get(channel_id)
        if refusal is not None:
            raise DiscordError(refusal.status, refusal.code, refusal.message, more=refusal.more)
        channel = self.world.channels.get(channel_id)
        if channel is None:
            raise DiscordError(404, 10003, "Unknown Channel")
        granted = self.world.permissions_of_bot(channel)
        if not granted.view_channel:
            raise DiscordError(403, 50001, "Missing Access")
        if not granted.is_superset(discord.Permissions(**dict.fromkeys(needed, True))):
            raise DiscordError(403, 50013, "Missing Permissions")
        return channel

    def message(self, call: Call) -> Json:
        """Return the message of a call.

        Raises:
            DiscordError: there is none.
        """
        message = self.world.messages.get(call.number("channel_id"), {}).get(call.number("message_id"))
        if message is None:
            raise DiscordError(404, 10008, "Unknown Message")
        return message


class MessageRoutes:
    """REST for messages. `changed` is notified whenever a channel's messages change."""

    def __init__(self, world: World, gateway: Gateway, changed: asyncio.Condition) -> None:
        self.world = world
        self.gateway = gateway
        self.channels = Channels(world)
        self.changed = changed

    def routes(self) -> list[Route]:
        """Return what is served."""
        messages = "/channels/{channel_id}/messages"
        one = messages + "/{message_id}"
        return [
            Route("POST", messages, self.create, lambda call: errors_in_message(call.body, files=call.files > 0)),
            Route("GET", messages, self.read),
            Route("GET", one, self.read_one),
            Route("PATCH", one, self.edit, self._errors_in_edit),
            Route("DELETE", one, self.delete),
            Route("POST", one + "/crosspost", self.publish),
            Route("POST", "/users/@me/channels", self.open_dm),
        ]

    async def create(self, call: Call) -> Json:
        """Send; the same nonce by the same author is answered with the same message."""
        channel = self.channels.open(call, "send_messages")
        self._refuse_archived(channel)
        body: Json = call.body
        nonce = str(body["nonce"]) if body.get("nonce") and body.get("enforce_nonce") else None
        if nonce is not None and (again := self._again(int(channel["id"]), nonce)):
            return again
        message = self.world.add_message(int(channel["id"]), self.world.bot(), body, nonce=body.get("nonce"))
        if nonce is not None:
            self.world.keep_nonce(int(channel["id"]), self.world.bot_id, nonce, int(message["id"]))
        await self._tell(channel, "MESSAGE_CREATE", message)
        return message

    def _again(self, channel_id: int, nonce: str) -> Json | None:
        """Return the message already sent under a nonce.

        Raises:
            DiscordError: it was deleted meanwhile.
        """
        message_id = self.world.known_nonce(channel_id, self.world.bot_id, nonce)
        if message_id is None:
            return None
        if message_id not in self.world.messages[channel_id]:
            raise DiscordError(404, 10008, "Unknown Message")
        return self.world.messages[channel_id][message_id]

    async def read(self, call: Call) -> list[Json]:
        """List messages, newest first. Without the permission to read history Discord shows none."""
        channel = self.channels.open(call)
        if not self.world.permissions_of_bot(channel).read_message_history:
            return []
        query = call.request.query
        limit = int(query.get("limit", 50))
        if not 1 <= limit <= 100:
            raise DiscordError(400, 50035, "Invalid Form Body", {"limit": "1 to 100"})
        messages = self.world.messages_in(int(channel["id"]))
        if "after" in query:
            later = [message for message in messages if int(message["id"]) > int(query["after"])]
            return later[:limit][::-1]
        if "before" in query:
            messages = [message for message in messages if int(message["id"]) < int(query["before"])]
        return messages[-limit:][::-1]

    async def read_one(self, call: Call) -> Json:
        """Read one message."""
        self.channels.open(call, "read_message_history")
        return self.channels.message(call)

    def _errors_in_edit(self, call: Call) -> list[str]:
        channel = self.world.messages.get(call.number("channel_id"), {})
        return errors_in_message(call.body, previous=channel.get(call.number("message_id")) or {})

    async def edit(self, call: Call) -> Json:
        """Edit our own message."""
        channel = self.channels.open(call)
        message = self.channels.message(call)
        self._refuse_archived(channel)
        if message["author"]["id"] != str(self.world.bot_id):
            raise DiscordError(403, 50005, "Cannot edit a message authored by another user")
        apply_edit(message, call.body)
        await self._tell(channel, "MESSAGE_UPDATE", message)
        return message

    async def publish(self, call: Call) -> Json:
        """Publish a message of an announcement channel to the servers that follow."""
        channel = self.channels.open(call, "send_messages")
        message = self.channels.message(call)
        if channel["type"] != NEWS:
            raise DiscordError(400, 50024, "Cannot execute action on this channel type")
        if message["flags"] & PUBLISHED:
            raise DiscordError(400, 40033, "This message has already been crossposted")
        message["flags"] |= PUBLISHED
        await self._tell(channel, "MESSAGE_UPDATE", message)
        return message

    async def delete(self, call: Call) -> None:
        """Delete our own message; others' need a permission that Rootstock does not ask for."""
        channel = self.channels.open(call)
        message = self.channels.message(call)
        if message["author"]["id"] != str(self.world.bot_id):
            raise DiscordError(403, 50013, "Missing Permissions")
        await self.remove(channel, message)

    async def remove(self, channel: Json, message: Json) -> None:
        """Take a message away, whoever does it."""
        del self.world.messages[int(channel["id"])][int(message["id"])]
        gone: Json = {"id": message["id"], "channel_id": channel["id"], "guild_id": channel.get("guild_id")}
        await self._tell(channel, "MESSAGE_DELETE", gone)

    async def open_dm(self, call: Call) -> Json:
        """Open the direct conversation with somebody."""
        return self.world.open_dm(int(call.body["recipient_id"]))

    def _refuse_archived(self, channel: Json) -> None:
        metadata: Json = channel.get("thread_metadata", {})
        if metadata.get("archived"):
            raise DiscordError(400, 50083, "Thread is archived")

    async def _tell(self, channel: Json, event: str, message: Json) -> None:
        guild_id = int(channel["guild_id"]) if "guild_id" in channel else None
        intent = DIRECT_MESSAGES if guild_id is None else GUILD_MESSAGES
        data = message if guild_id is None else message | {"guild_id": str(guild_id)}
        await self.gateway.dispatch(event, data, guild_id=guild_id, intent=intent)
        async with self.changed:
            self.changed.notify_all()

    async def wait_for(
        self, channel_id: int, predicate: Callable[[list[Json]], bool], *, seconds: float = 10
    ) -> list[Json]:
        """Return a channel's messages as soon as the predicate likes them, oldest first.

        Raises:
            TimeoutError: it did not within `seconds`.
        """
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(lambda: predicate(self.world.messages_in(channel_id)))
        return self.world.messages_in(channel_id)


def apply_edit(message: Json, body: Json) -> None:
    """Change what an edit names and keep the rest; an edit also ends "is thinking"."""
    if "content" in body:
        message["content"] = body["content"] or ""
    if "embeds" in body:
        message["embeds"] = body["embeds"] or []
    if "components" in body:
        message["components"] = with_ids(body["components"] or [])
    if "attachments" in body:
        message["attachments"] = stored_files(body)
    if body.get("flags"):
        message["flags"] = (message["flags"] & EPHEMERAL) | (body["flags"] & (COMPONENTS_V2 | 4))
    message["edited_timestamp"] = datetime.now(UTC).isoformat()
