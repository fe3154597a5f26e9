"""What the workflows of one member's own things need from the store; part of `bot.workflows.ports.Work`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.domain.members import Forgotten, Mine


class StoreMembers(Protocol):
    """Everything that carries one member's Discord id."""

    async def mine(self, guild_id: int, user_id: int) -> Sequence[Mine]:
        """Return all that a member said in a server, the model they said something about latest first."""
        ...

    async def everything_of(self, user_id: int) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Return every row, by table, that carries this member's id; other people's ids in them are left out.

        Rows about a model or a tag say its name too, as `model` and `tag`.
        """
        ...

    async def forget(self, user_id: int, *, now: datetime) -> Forgotten:
        """Delete what is this member's own, empty their name elsewhere, and give their ballot log random numbers."""
        ...
