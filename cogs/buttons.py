"""Buttons, menus and forms that carry their state in their id: they work after any restart and on any process."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

import discord
import structlog

from cogs.answering import Answer, How, Interaction, Speaking, answering, refuse_members
from cogs.error_texts import is_past_answering

LARGEST_ID = 2**63 - 1
"""What fits a database key; a hand-made id beyond it belongs to nothing."""

_log = structlog.get_logger()

ItsCog = TypeVar("ItsCog", bound=Speaking)


class Press(discord.ui.DynamicItem[discord.ui.Item[Any]], Generic[ItsCog], template=r"(?!)"):
    """Something to press whose id matches `template`; the named groups of the match are its state.

    A subclass names the cog it belongs to and does its work in `pressed`; acknowledging and answering errors is
    done here, once for all of them.
    """

    cog: ClassVar[str] = ""
    how: ClassVar[How] = How.PRIVATELY
    """`IN_PLACE` changes a message that only its reader sees; from any other the answer opens privately."""
    moderators: ClassVar[bool] = False
    patience: ClassVar[float] = 0.0
    """Seconds that the answer may take before the press is acknowledged without it; see `answering`."""

    def __init__(self, item: discord.ui.Item[Any], match: re.Match[str]) -> None:
        super().__init__(item)
        self.state: Mapping[str, str] = match.groupdict(default="")

    @classmethod
    async def from_custom_id(
        cls,
        interaction: Interaction,  # noqa: ARG003 - discord.py's signature
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """Take over what was pressed; all it needs is in its id."""
        return cls(item, match)

    async def callback(self, interaction: Interaction) -> None:
        """Acknowledge, work, answer."""
        cog, how = cast("ItsCog", interaction.client.get_cog(self.cog)), self.how_to_answer(interaction)
        try:
            async with answering(interaction, cog.language, how=how, patience=self.patience) as answer:
                if self.moderators:
                    refuse_members(interaction)
                await self.pressed(answer, cog)
        except discord.HTTPException as error:
            if not is_past_answering(error):
                raise
            _log.info("interaction_expired", interaction=interaction.id)

    def how_to_answer(self, interaction: Interaction) -> How:
        """Return where the answer goes: never in place of what a whole channel sees."""
        private = interaction.message is not None and interaction.message.flags.ephemeral
        return self.how if private else How.PRIVATELY

    async def pressed(self, answer: Answer, cog: ItsCog) -> None:
        """Do what the button says."""
        raise NotImplementedError

    def number(self, group: str) -> int:
        """Return a number of the id; one that no row can have becomes 0."""
        value = int(self.state[group])
        return value if value <= LARGEST_ID else 0

    @property
    def chosen(self) -> str:
        """The value picked in a menu."""
        return next(iter(self.all_chosen), "")

    @property
    def all_chosen(self) -> Sequence[str]:
        """Every value picked in a menu."""
        values = cast("list[Any]", getattr(self.item, "values", []))
        return [str(getattr(value, "id", value)) for value in values]


AnyPress = type[Press[Any]]
"""A kind of button, whichever cog it belongs to."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form (Discord: modal) by the pattern of its id, and what to do with what was filled in.

    discord.py remembers forms in memory only; ours are handled by their id, so that a restart loses none.
    """

    pattern: re.Pattern[str]
    submitted: Callable[[Interaction, re.Match[str], Mapping[str, str]], Awaitable[None]]


def filled_in(interaction: Interaction) -> dict[str, str]:
    """Return what was typed into a form, by the id of each field; of a group of boxes what was ticked, one a line."""
    data: Any = interaction.data
    fields: dict[str, str] = {}
    for row in data.get("components", ()):
        for field in (row.get("component"), *row.get("components", ())):
            if field and isinstance(field.get("value"), str):
                fields[str(field["custom_id"])] = field["value"]
            elif field and isinstance(field.get("values"), list):
                fields[str(field["custom_id"])] = "\n".join(map(str, field["values"]))
    return fields
