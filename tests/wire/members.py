"""What members do: commands, buttons, menus, modals; each strict about what Discord would have offered them."""

from collections.abc import Mapping
from typing import Any

import discord

from tests.wire.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT, Interactions, Reply
from tests.wire.limits_of_messages import BUTTON, LINK_STYLE, STRING_SELECT, TEXT_INPUT
from tests.wire.world import Json, Person, World, inner, member_payload, user_payload, walk

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
SLASH, USER_MENU, MESSAGE_MENU = 1, 2, 3

Options = Mapping[str, str | float | bool]
"""Option name to value; channels, users and roles by their id."""


class Members:
    """Acts as members of servers. Every method waits for the bot's answer, `seconds` at most.

    With `acknowledged=True` a method returns as soon as the bot has acknowledged, without the answer.
    """

    def __init__(self, world: World, interactions: Interactions) -> None:
        self.world = world
        self.interactions = interactions

    async def slash(
        self,
        guild_id: int | None,
        channel_id: int,
        person: Person,
        *path: str,
        options: Options | None = None,
        seconds: float = 10,
        acknowledged: bool = False,
    ) -> Reply:
        """Use a slash command as it was registered: `slash(guild, channel, ada, "watch", "add", options={...})`.

        Raises:
            LookupError: no such command or option, a required one is missing, a value that is no choice, or the
                command is not offered to this person.
            TimeoutError: no answer in time.
        """
        data = self._command_data(guild_id, person, path, options or {}, focused=None)
        reply = await self.interactions.inject(COMMAND, person, data, guild_id=guild_id, channel_id=channel_id)
        return await self._answered(reply, seconds, acknowledged=acknowledged)

    async def autocomplete(
        self,
        guild_id: int | None,
        channel_id: int,
        person: Person,
        *path: str,
        focused: str,
        options: Options,
        seconds: float = 10,
    ) -> list[Json]:
        """Return the choices offered while `focused` is being typed; its text so far stands in `options`."""
        data = self._command_data(guild_id, person, path, options, focused=focused)
        reply = await self.interactions.inject(AUTOCOMPLETE, person, data, guild_id=guild_id, channel_id=channel_id)
        return (await self._answered(reply, seconds, acknowledged=False)).choices

    async def message_menu(self, person: Person, name: str, message: Json, *, seconds: float = 10) -> Reply:
        """Use a command from a message's context menu."""
        guild_id = self._guild_of(int(message["channel_id"]))
        command = self._command(guild_id, name, MESSAGE_MENU, person)
        data: Json = {
            "id": command["id"], "name": name, "type": MESSAGE_MENU, "target_id": message["id"],
            "resolved": {"messages": {message["id"]: message}},
        }  # fmt: skip
        channel_id = int(message["channel_id"])
        reply = await self.interactions.inject(COMMAND, person, data, guild_id=guild_id, channel_id=channel_id)
        return await self._answered(reply, seconds, acknowledged=False)

    async def click(
        self, message: Json, custom_id: str, person: Person, *, seconds: float = 10, acknowledged: bool = False
    ) -> Reply:
        """Click a button that is there and enabled.

        Raises:
            LookupError: there is no such button, or it cannot be clicked.
        """
        component = self._component(message, custom_id)
        if component["type"] != BUTTON or component.get("style") == LINK_STYLE:
            raise LookupError(f"{custom_id} is no button")
        data: Json = {"custom_id": custom_id, "component_type": BUTTON, "id": component["id"]}
        return await self._use(message, data, person, seconds, acknowledged=acknowledged)

    async def select(
        self,
        message: Json,
        custom_id: str,
        values: list[str],
        person: Person,
        *,
        seconds: float = 10,
        acknowledged: bool = False,
    ) -> Reply:
        """Choose in a menu: values of its options, or ids of channels, users or roles.

        Raises:
            LookupError: there is no such menu or option.
        """
        component = self._component(message, custom_id)
        offered = [option["value"] for option in inner(component, "options")]
        if component["type"] == STRING_SELECT and not set(values) <= set(offered):
            raise LookupError(f"{values} is not among {offered}")
        data: Json = {"custom_id": custom_id, "component_type": component["type"], "id": component["id"]}
        data |= {"values": values, "resolved": self._resolved({8: CHANNEL, 5: USER}.get(component["type"], 0), values)}
        return await self._use(message, data, person, seconds, acknowledged=acknowledged)

    async def submit(
        self, reply: Reply, values: Mapping[str, str | list[str]], *, seconds: float = 10, acknowledged: bool = False
    ) -> Reply:
        """Fill in the modal that a reply opened and send it; `values` by custom_id.

        Raises:
            LookupError: the reply opened no modal, or the modal has no such field.
        """
        if reply.modal is None:
            raise LookupError("no modal was opened")
        modal, payload = reply.modal, reply.payload
        fields = {each["custom_id"] for each in walk(modal["components"]) if "custom_id" in each}
        if not set(values) <= fields:
            raise LookupError(f"{set(values) - fields} not among {fields}")
        components = [_submitted(component, values) for component in modal["components"]]
        data: Json = {"custom_id": modal["custom_id"], "components": components}
        guild_id = int(payload["guild_id"]) if "guild_id" in payload else None
        sent = await self.interactions.inject(
            MODAL_SUBMIT, reply.person, data, guild_id=guild_id, channel_id=int(payload["channel_id"]),
            message=payload.get("message"),
        )  # fmt: skip
        return await self._answered(sent, seconds, acknowledged=acknowledged)

    # ------------------------------------------------------------ the pieces

    async def _use(self, message: Json, data: Json, person: Person, seconds: float, *, acknowledged: bool) -> Reply:
        channel_id = int(message["channel_id"])
        reply = await self.interactions.inject(
            COMPONENT, person, data, guild_id=self._guild_of(channel_id), channel_id=channel_id, message=message
        )
        return await self._answered(reply, seconds, acknowledged=acknowledged)

    async def _answered(self, reply: Reply, seconds: float, *, acknowledged: bool) -> Reply:
        def enough(now: Reply) -> bool:
            return now.type is not None if acknowledged else now.settled

        return await self.interactions.wait(reply, enough, seconds=seconds)

    def _guild_of(self, channel_id: int) -> int | None:
        guild_id = self.world.channels[channel_id].get("guild_id")
        return None if guild_id is None else int(guild_id)

    def _component(self, message: Json, custom_id: str) -> Json:
        for component in walk(message["components"]):
            if component.get("custom_id") == custom_id:
                if component.get("disabled"):
                    raise LookupError(f"{custom_id} is disabled")
                return component
        there = [component["custom_id"] for component in walk(message["components"]) if component.get("custom_id")]
        raise LookupError(f"no {custom_id} among {there}")

    def _command(self, guild_id: int | None, name: str, kind: int, person: Person) -> Json:
        offered = [*self.world.commands.get(guild_id, []), *self.world.commands.get(None, [])]
        for command in offered:
            if command["name"] == name and command["type"] == kind:
                needed = command["default_member_permissions"]
                if needed and not person.permissions.is_superset(discord.Permissions(int(needed))):
                    raise LookupError(f"/{name} is not offered to {person.name}")
                return command
        raise LookupError(f"no command {name!r} among {[command['name'] for command in offered]}")

    def _command_data(
        self, guild_id: int | None, person: Person, path: tuple[str, ...], options: Options, *, focused: str | None
    ) -> Json:
        """Build the data of a command from how it was registered."""
        command = self._command(guild_id, path[0], SLASH, person)
        steps = [command]
        for name in path[1:]:
            steps.append(_named(inner(steps[-1], "options"), name))
        declared = inner(steps[-1], "options")
        values = [self._value(_named(declared, name), value, focused) for name, value in options.items()]
        if focused is None:
            _refuse_missing(declared, options)
        for step in reversed(steps[1:]):
            values = [{"name": step["name"], "type": step["type"], "options": values}]
        resolved: Json = {}
        for name, value in options.items():
            _merge(resolved, self._resolved(_named(declared, name)["type"], [value]))
        data: Json = {"id": command["id"], "name": command["name"], "type": SLASH, "options": values}
        scope = {} if "guild_id" not in command else {"guild_id": command["guild_id"]}
        return data | scope | ({"resolved": resolved} if resolved else {})

    def _value(self, option: Json, value: str | float | bool, focused: str | None) -> Json:  # noqa: FBT001 - an option's value may be a bool
        """Shape one option; Discord's own client refuses what does not fit."""
        being_typed = option["name"] == focused
        choices = [choice["value"] for choice in inner(option, "choices")]
        if choices and value not in choices and not being_typed:
            raise LookupError(f"{value!r} is not among {choices}")
        if option["type"] in {USER, CHANNEL, ROLE, MENTIONABLE}:
            value = str(value)
        if option["type"] in {INTEGER, NUMBER} and not being_typed:
            low, high = option.get("min_value"), option.get("max_value")
            if (low is not None and float(value) < low) or (high is not None and float(value) > high):
                raise LookupError(f"{option['name']}: {value} is not in {low} to {high}")
        shaped: Json = {"name": option["name"], "type": option["type"], "value": value}
        return shaped | ({"focused": True} if being_typed else {})

    def _resolved(self, kind: int, values: list[Any]) -> Json:
        """Describe the channels and users among the values."""
        if kind == CHANNEL:
            return {"channels": {str(value): self._partial_channel(int(value)) for value in values}}
        if kind in {USER, MENTIONABLE}:
            users = {str(value): user_payload(int(value), f"user-{value}") for value in values}
            members = {key: member_payload(user, discord.Permissions(0)) for key, user in users.items()}
            return {"users": users, "members": members}
        return {}

    def _partial_channel(self, channel_id: int) -> Json:
        channel = self.world.channels[channel_id]
        partial: Json = {
            key: channel[key] for key in ("id", "type", "name", "parent_id", "thread_metadata") if key in channel
        }
        return partial | {"permissions": str(discord.Permissions.all().value)}


def _named(options: list[Json], name: str) -> Json:
    for option in options:
        if option["name"] == name:
            return option
    raise LookupError(f"no option {name!r} among {[option['name'] for option in options]}")


def _refuse_missing(declared: list[Json], options: Options) -> None:
    missing = [option["name"] for option in declared if option.get("required") and option["name"] not in options]
    if missing:
        raise LookupError(f"missing options: {missing}")


def _merge(resolved: Json, more: Json) -> None:
    for kind, entries in more.items():
        resolved.setdefault(kind, {}).update(entries)


def _submitted(component: Json, values: Mapping[str, str | list[str]]) -> Json:
    """Shape one component of a modal as it is sent back."""
    sent: Json = {"type": component["type"], "id": component.get("id") or 0}
    if "components" in component:
        sent["components"] = [_submitted(child, values) for child in component["components"]]
    if "component" in component:
        sent["component"] = _submitted(component["component"], values)
    if "custom_id" in component:
        value = values.get(component["custom_id"], component.get("value") or "")
        key = "value" if component["type"] == TEXT_INPUT else "values"
        sent |= {"custom_id": component["custom_id"], key: value}
    return sent
