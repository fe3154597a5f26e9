"""Interactions: what a member does reaches the bot, and what the bot answers is kept for the test to read."""

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.wire.gateway import ALWAYS, Gateway
from tests.wire.limits_of_commands import errors_in_choice
from tests.wire.limits_of_messages import EPHEMERAL, errors_in_message, errors_in_modal
from tests.wire.rest import Call, DiscordError, Route
from tests.wire.rest_messages import apply_edit
from tests.wire.world import Json, Person, World, inner, member_payload, text_of, user_payload, walk

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
LOADING = 1 << 7
ACKNOWLEDGE_SECONDS = 3.0
"""Discord shows "This interaction failed" after that, and forgets the token."""
TOO_LATE = "acknowledged after"
"""What a violation says that only a machine's speed decides about."""


@dataclass(eq=False)
class Reply:
    """What a member sees after what they did; it grows while the bot goes on answering.

    Attributes:
        type: the callback's type by Discord's number (4 a message, 5 "is thinking", 6 and 7 an update, 8 choices,
            9 a modal), None while the bot has not acknowledged.
        acknowledged_after: seconds from the event to the acknowledgement.
        original: the message this is about: the bot's answer, or the clicked message after an update.
        followups: further messages, in order.
    """

    id: int
    token: str
    payload: Json
    person: Person
    started: float = field(default_factory=time.monotonic)
    type: int | None = None
    data: Json = field(default_factory=dict[str, Any])
    acknowledged_after: float = 0.0
    original: Json | None = None
    followups: list[Json] = field(default_factory=list[Json])
    edits: int = 0

    @property
    def expired(self) -> bool:
        """Whether Discord has told the member that the interaction failed: nobody acknowledged it in time."""
        return self.type is None and self.acknowledged_after > ACKNOWLEDGE_SECONDS

    @property
    def settled(self) -> bool:
        """Whether there is something to read: no answer that is still to come."""
        if self.type == DEFERRED_MESSAGE:
            return self.original is None or not self.original["flags"] & LOADING
        if self.type == DEFERRED_UPDATE:
            return bool(self.edits or self.followups)
        return self.type is not None

    @property
    def messages(self) -> list[Json]:
        """The answer and its follow-ups, as they are now."""
        return [*([self.original] if self.original is not None else []), *self.followups]

    @property
    def text(self) -> str:
        """Everything a member reads in all of it, line by line."""
        return "\n".join(map(text_of, self.messages))

    @property
    def ephemeral(self) -> bool:
        """Whether every message of it is for this member alone."""
        return all(message["flags"] & EPHEMERAL for message in self.messages)

    @property
    def choices(self) -> list[Json]:
        """What an autocomplete offered."""
        return inner(self.data, "choices")

    @property
    def modal(self) -> Json | None:
        """The modal that was opened."""
        return self.data if self.type == MODAL else None

    @property
    def components(self) -> list[Json]:
        """Every component of its messages, nested ones included."""
        return [component for message in self.messages for component in walk(message["components"])]

    def custom_id(self, label: str) -> str:
        """Return the custom_id of the button with this label.

        Raises:
            LookupError: there is none.
        """
        for component in self.components:
            if component.get("label") == label:
                return component["custom_id"]
        labels = [component["label"] for component in self.components if component.get("label")]
        raise LookupError(f"no button {label!r} among {labels}")


class Interactions:
    """Injects interactions and serves their callbacks, follow-ups and edits."""

    def __init__(self, world: World, gateway: Gateway, changed: asyncio.Condition) -> None:
        self.world = world
        self.gateway = gateway
        self.changed = changed
        self.replies: dict[str, Reply] = {}
        self.private: dict[int, Json] = {}
        """Messages that only one member sees; they are in no channel, but can be clicked."""

    # ------------------------------------------------------------ what members do

    async def inject(
        self,
        kind: int,
        person: Person,
        data: Json,
        *,
        guild_id: int | None,
        channel_id: int,
        message: Json | None = None,
    ) -> Reply:
        """Send an interaction to the bot and return its reply, which is empty as yet.

        Raises:
            LookupError: no bot is connected.
        """
        channel = self.world.channels[channel_id]
        payload = self._payload(kind, person, data, guild_id, channel)
        if message is not None:
            payload["message"] = message
        reply = Reply(int(payload["id"]), payload["token"], payload, person)
        self.replies[reply.token] = reply
        if not await self.gateway.dispatch("INTERACTION_CREATE", payload, guild_id=guild_id, intent=ALWAYS):
            raise LookupError("nobody is connected to the gateway")
        return reply

    def _payload(self, kind: int, person: Person, data: Json, guild_id: int | None, channel: Json) -> Json:
        user = user_payload(person.id, person.name)
        payload: Json = {
            "id": str(self.world.snowflake()), "application_id": str(self.world.bot_id), "type": kind, "version": 1,
            "token": secrets.token_urlsafe(60), "data": data, "channel": channel, "channel_id": channel["id"],
            "locale": person.locale, "entitlements": [], "attachment_size_limit": 10_485_760, "context": 1,
            "authorizing_integration_owners": {}, "app_permissions": str(self.world.permissions_of_bot(channel).value),
        }  # fmt: skip
        if guild_id is None:
            return payload | {"user": user}
        guild = self.world.guilds[guild_id]
        place: Json = {
            "guild_id": str(guild_id), "guild_locale": guild["preferred_locale"], "context": 0,
            "guild": {"id": guild["id"], "locale": guild["preferred_locale"], "features": guild["features"]},
            "member": member_payload(user, person.permissions), "authorizing_integration_owners": {"0": guild["id"]},
        }  # fmt: skip
        return payload | place

    async def wait(self, reply: Reply, until: Callable[[Reply], bool], *, seconds: float) -> Reply:
        """Return the reply as soon as `until` likes it.

        Raises:
            TimeoutError: it did not within `seconds`; the message says how far it came.
        """
        try:
            async with asyncio.timeout(seconds), self.changed:
                await self.changed.wait_for(lambda: until(reply))
        except TimeoutError:
            raise TimeoutError(f"after {seconds} s the reply is of type {reply.type}: {reply.text!r}") from None
        return reply

    async def _notify(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    # ------------------------------------------------------------ what the bot does

    def routes(self) -> list[Route]:
        """Return what is served."""
        hook = "/webhooks/{webhook_id}/{webhook_token}"
        original, one = hook + "/messages/@original", hook + "/messages/{message_id}"
        return [
            Route("POST", "/interactions/{interaction_id}/{interaction_token}/callback", self.callback, self._check),
            Route("POST", hook, self.follow_up, lambda call: errors_in_message(call.body, files=call.files > 0)),
            Route("GET", original, self.read),
            Route("PATCH", original, self.edit, self._check_edit),
            Route("DELETE", original, self.delete),
            Route("GET", one, self.read),
            Route("PATCH", one, self.edit, self._check_edit),
            Route("DELETE", one, self.delete),
        ]

    def _check(self, call: Call) -> list[str]:
        """Check a callback's data by its type."""
        data: Json = call.body.get("data") or {}
        match call.body.get("type"):
            case 4:
                return errors_in_message(data, files=call.files > 0)
            case 7:
                reply = self.replies.get(call.text("interaction_token"))
                return errors_in_message(data, previous=None if reply is None else reply.payload.get("message"))
            case 8:
                many = ["choices: more than 25"] if len(data["choices"]) > 25 else []
                return many + [error for choice in data["choices"] for error in errors_in_choice(choice)]
            case 9:
                return errors_in_modal(data)
            case _:
                return []

    def _check_edit(self, call: Call) -> list[str]:
        return errors_in_message(call.body, previous=self._message(call), files=call.files > 0)

    async def callback(self, call: Call) -> Json | None:
        """Acknowledge: once, and within three seconds."""
        reply = self.replies.get(call.text("interaction_token"))
        if reply is None or reply.id != call.number("interaction_id"):
            raise DiscordError(404, 10062, "Unknown interaction")
        if reply.type is not None:
            raise DiscordError(400, 40060, "Interaction has already been acknowledged.")
        reply.acknowledged_after = time.monotonic() - reply.started
        if reply.acknowledged_after > ACKNOWLEDGE_SECONDS:
            self.world.violations.append(f"interaction {reply.id} {TOO_LATE} {reply.acknowledged_after:.1f} s")
            await self._notify()
            raise DiscordError(404, 10062, "Unknown interaction")
        reply.type, reply.data = call.body["type"], call.body.get("data") or {}
        self._take(reply)
        await self._notify()
        return _callback_payload(reply) if call.request.query.get("with_response") else None

    def _take(self, reply: Reply) -> None:
        """Do what a callback says."""
        if reply.type == MESSAGE:
            reply.original = self._add(reply, reply.data)
        elif reply.type == DEFERRED_MESSAGE:
            flags = (reply.data.get("flags") or 0) | LOADING
            reply.original = self._add(reply, {"flags": flags})
        elif reply.type in {UPDATE, DEFERRED_UPDATE}:
            reply.original = self._clicked(reply)
            if reply.type == UPDATE:
                reply.edits += 1
                apply_edit(reply.original, reply.data)

    def _clicked(self, reply: Reply) -> Json:
        """Return the message a component belongs to, as it is kept."""
        payload: Json = reply.payload["message"]
        message_id = int(payload["id"])
        return self.private.get(message_id) or self.world.messages[int(payload["channel_id"])][message_id]

    def _add(self, reply: Reply, body: Json) -> Json:
        """Keep a message of the bot: in the channel, or for one member alone."""
        channel_id = int(reply.payload["channel_id"])
        hook: Json = {"webhook_id": str(self.world.bot_id), "application_id": str(self.world.bot_id)}
        message = self.world.add_message(channel_id, self.world.bot(), body, **hook)
        if message["flags"] & EPHEMERAL:
            self.private[int(message["id"])] = self.world.messages[channel_id].pop(int(message["id"]))
        return message

    async def follow_up(self, call: Call) -> Json:
        """Send another message; the first one after "is thinking" takes its place."""
        reply = self._acknowledged(call)
        if reply.original is not None and reply.original["flags"] & LOADING:
            self._replace(reply, call.body)
            message = reply.original
        else:
            message = self._add(reply, call.body)
            reply.followups.append(message)
        await self._notify()
        return message

    async def read(self, call: Call) -> Json:
        """Read an answer."""
        return self._message(call)

    async def edit(self, call: Call) -> Json:
        """Edit an answer; that is also how "is thinking" ends."""
        reply, message = self._acknowledged(call), self._message(call)
        if message is reply.original and message["flags"] & LOADING:
            self._replace(reply, call.body)
        else:
            apply_edit(message, call.body)
        reply.edits += 1
        await self._notify()
        return message

    async def delete(self, call: Call) -> None:
        """Take an answer away."""
        reply, message = self._acknowledged(call), self._message(call)
        self.private.pop(int(message["id"]), None)
        self.world.messages.get(int(message["channel_id"]), {}).pop(int(message["id"]), None)
        reply.followups = [each for each in reply.followups if each is not message]
        reply.original = None if message is reply.original else reply.original
        reply.edits += 1
        await self._notify()

    def _replace(self, reply: Reply, body: Json) -> None:
        if reply.original is not None:
            reply.original["flags"] &= ~LOADING
            apply_edit(reply.original, body)

    def _acknowledged(self, call: Call) -> Reply:
        reply = self.replies.get(call.text("webhook_token"))
        if reply is None or reply.type is None:
            raise DiscordError(404, 10015, "Unknown Webhook")
        return reply

    def _message(self, call: Call) -> Json:
        reply = self._acknowledged(call)
        wanted = call.request.match_info.get("message_id")
        for message in reply.messages:
            if wanted is None or message["id"] == wanted:
                return message
        raise DiscordError(404, 10008, "Unknown Message")


def _callback_payload(reply: Reply) -> Json:
    interaction: Json = {"id": str(reply.id), "type": reply.payload["type"]}
    resource: Json = {"type": reply.type}
    if reply.original is not None:
        interaction |= {
            "response_message_id": reply.original["id"],
            "response_message_loading": bool(reply.original["flags"] & LOADING),
            "response_message_ephemeral": bool(reply.original["flags"] & EPHEMERAL),
        }
        resource["message"] = reply.original
    return {"interaction": interaction, "resource": resource}
