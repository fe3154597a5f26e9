"""The same controls over HTTP, for a test or a person in another process: POST /_control/<what> with JSON."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import discord
from aiohttp import web

from tests.wire.faults import Fault
from tests.wire.world import MEMBER, MODERATOR, Json, Person

if TYPE_CHECKING:
    from tests.wire.discord_server import DiscordServer
    from tests.wire.interactions import Reply


def register_control(app: web.Application, server: "DiscordServer") -> None:
    """Serve the controls. Wrong use is answered with 400 and the reason."""
    control = Control(server)
    for name, handler in control.handlers().items():
        app.router.add_post(f"/_control/{name}", _serving(handler))
    app.router.add_get("/_control/state", _serving(control.state))
    app.router.add_get("/_control/violations", _serving(control.violations))
    app.router.add_get("/_control/messages/{channel_id}", _serving(control.messages))


def _serving(handler: Callable[[Any], Awaitable[object]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(request: web.Request) -> web.Response:
        body: Json = await request.json() if request.can_read_body else {}
        try:
            return web.json_response(await handler(dict(request.match_info) | body))
        except (LookupError, TimeoutError, TypeError, ValueError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

    return serve


class Control:
    """One method a control; every argument comes as one JSON object."""

    def __init__(self, server: "DiscordServer") -> None:
        self.server = server

    def handlers(self) -> dict[str, Callable[[Json], Awaitable[object]]]:
        """Return the controls by name."""
        return {
            "guild": self.guild,
            "slash": self.slash,
            "autocomplete": self.autocomplete,
            "click": self.click,
            "select": self.select,
            "submit": self.submit,
            "deny": self.deny,
            "faults": self.faults,
            "gateway": self.gateway,
            "wait_for_messages": self.wait_for_messages,
        }

    async def state(self, _: Json) -> Json:
        """Everything the server remembers, with who is connected."""
        sessions = [session.id for session in self.server.gateway.connected]
        return self.server.world.dump() | {"connected": sessions, "violations": self.server.violations}

    async def violations(self, _: Json) -> list[str]:
        """What Discord would have refused."""
        return self.server.violations

    async def messages(self, given: Json) -> list[Json]:
        """A channel's messages, oldest first."""
        return self.server.world.messages_in(int(given["channel_id"]))

    async def guild(self, given: Json) -> Json:
        """Add a server: `name`, `channels`."""
        return await self.server.add_guild(given["name"], tuple(given.get("channels", ["general"])))

    async def slash(self, given: Json) -> Json:
        """Use a command: `guild_id`, `channel_id`, `person`, `path`, `options`."""
        place = (_guild(given), int(given["channel_id"]), self._person(given))
        options = given.get("options", {})
        return _shown(await self.server.members.slash(*place, *given["path"], options=options, seconds=_seconds(given)))

    async def autocomplete(self, given: Json) -> list[Json]:
        """Ask for choices: as `slash`, with `focused`."""
        place = (_guild(given), int(given["channel_id"]), self._person(given))
        return await self.server.members.autocomplete(
            *place, *given["path"], focused=given["focused"], options=given["options"]
        )

    async def click(self, given: Json) -> Json:
        """Click a button: `channel_id`, `message_id`, `custom_id`, `person`."""
        message, person = self._message(given), self._person(given)
        return _shown(await self.server.members.click(message, given["custom_id"], person, seconds=_seconds(given)))

    async def select(self, given: Json) -> Json:
        """Choose in a menu: as `click`, with `values`."""
        place = (self._message(given), given["custom_id"], given["values"], self._person(given))
        return _shown(await self.server.members.select(*place, seconds=_seconds(given)))

    async def submit(self, given: Json) -> Json:
        """Send the modal that a reply opened: `token` of that reply, `values`."""
        reply = self.server.interactions.replies[given["token"]]
        return _shown(await self.server.members.submit(reply, given["values"], seconds=_seconds(given)))

    async def deny(self, given: Json) -> None:
        """Take permissions: `channel_id`, `permissions` (names); none gives all back."""
        await self.server.deny(int(given["channel_id"]), **dict.fromkeys(given["permissions"], True))

    async def faults(self, given: Json) -> None:
        """Set what goes wrong: `rates` by fault, or a `script` of faults for the next calls."""
        faults = self.server.rest.faults
        faults.rates = {Fault(name): rate for name, rate in given.get("rates", {}).items()}
        faults.script.extend(Fault(name) for name in given.get("script", []))

    async def gateway(self, given: Json) -> None:
        """Disturb the gateway: `do` is `drop`, `reconnect`, `invalidate`, `expire`."""
        match given["do"]:
            case "drop":
                self.server.gateway.drop()
            case "reconnect":
                await self.server.gateway.ask_to_reconnect()
            case "invalidate":
                await self.server.gateway.invalidate(resumable=bool(given.get("resumable")))
            case "expire":
                await self.server.gateway.expire_sessions()
            case other:
                raise ValueError(f"no way to {other!r}")

    async def wait_for_messages(self, given: Json) -> list[Json]:
        """Wait until a channel has `count` messages."""
        count = int(given["count"])
        return await self.server.messages.wait_for(
            int(given["channel_id"]), lambda messages: len(messages) >= count, seconds=_seconds(given)
        )

    def _person(self, given: Json) -> Person:
        """Shape somebody: `name`, `moderator`, `locale`, and an `id` to be the same person again."""
        person: Json = given.get("person", {})
        permissions = MODERATOR if person.get("moderator", True) else MEMBER
        if "permissions" in person:
            permissions = discord.Permissions(int(person["permissions"]))
        return Person(
            int(person.get("id", 4242)), person.get("name", "ada"), person.get("locale", "en-US"), permissions
        )

    def _message(self, given: Json) -> Json:
        message_id = int(given["message_id"])
        channel = self.server.world.messages.get(int(given["channel_id"]), {})
        return self.server.interactions.private.get(message_id) or channel[message_id]


def _guild(given: Json) -> int | None:
    return None if given.get("guild_id") is None else int(given["guild_id"])


def _seconds(given: Json) -> float:
    return float(given.get("seconds", 10))


def _shown(reply: "Reply") -> Json:
    return {
        "token": reply.token, "type": reply.type, "text": reply.text, "ephemeral": reply.ephemeral,
        "messages": reply.messages, "modal": reply.modal, "acknowledged_after": reply.acknowledged_after,
    }  # fmt: skip
