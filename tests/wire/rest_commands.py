"""Application commands: replacing, listing, adding, removing."""

import asyncio

from tests.wire.limits_of_commands import errors_in_command, errors_in_commands
from tests.wire.rest import Call, DiscordError, Route
from tests.wire.world import Json, World


class CommandRoutes:
    """REST for commands, everywhere (`None`) or in one server. `changed` is notified when they are replaced."""

    def __init__(self, world: World, changed: asyncio.Condition) -> None:
        self.world = world
        self.changed = changed

    def routes(self) -> list[Route]:
        """Return what is served."""
        everywhere = "/applications/{application_id}/commands"
        routes: list[Route] = []
        for base in (everywhere, "/applications/{application_id}/guilds/{guild_id}/commands"):
            routes += [
                Route("GET", base, self.read),
                Route("PUT", base, self.replace, lambda call: errors_in_commands(call.body)),
                Route("POST", base, self.add, lambda call: list(errors_in_command(call.body))),
                Route("DELETE", base + "/{command_id}", self.remove),
            ]
        return routes

    async def read(self, call: Call) -> list[Json]:
        """List commands."""
        return self.world.commands.get(self._scope(call), [])

    async def replace(self, call: Call) -> list[Json]:
        """Replace all commands; one that keeps its name and type keeps its id."""
        scope = self._scope(call)
        kept = {(each["name"], each["type"]): each["id"] for each in self.world.commands.get(scope, [])}
        self.world.commands[scope] = [self._stored(command, scope, kept) for command in call.body]
        async with self.changed:
            self.changed.notify_all()
        return self.world.commands[scope]

    async def add(self, call: Call) -> Json:
        """Add one command, or replace the one of its name."""
        scope = self._scope(call)
        command = self._stored(call.body, scope, {})
        others = [each for each in self.world.commands.get(scope, []) if each["name"] != command["name"]]
        self.world.commands[scope] = [*others, command]
        return command

    async def remove(self, call: Call) -> None:
        """Remove one command."""
        scope = self._scope(call)
        before = self.world.commands.get(scope, [])
        self.world.commands[scope] = [each for each in before if each["id"] != call.text("command_id")]
        if len(self.world.commands[scope]) == len(before):
            raise DiscordError(404, 10063, "Unknown application command")

    def _scope(self, call: Call) -> int | None:
        if call.number("application_id") != self.world.bot_id:
            raise DiscordError(404, 10002, "Unknown Application")
        return call.number("guild_id") if "guild_id" in call.request.match_info else None

    def _stored(self, command: Json, scope: int | None, kept: dict[tuple[str, int], str]) -> Json:
        kind = command.get("type") or 1
        command_id = kept.get((command["name"], kind)) or str(self.world.snowflake())
        own: Json = {
            "id": command_id, "application_id": str(self.world.bot_id), "type": kind,
            "version": str(self.world.snowflake()), "description": command.get("description") or "",
        }  # fmt: skip
        place = {} if scope is None else {"guild_id": str(scope)}
        defaults: Json = {"default_member_permissions": None, "nsfw": False, "options": []}
        return defaults | command | own | place
