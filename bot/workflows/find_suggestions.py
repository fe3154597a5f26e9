"""What autocomplete offers: names that are known, found in a few milliseconds, for the last of several values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.labs import Lab, LabBook
from bot.domain.plain_text import plain
from bot.domain.watches import Watch
from bot.workflows.ports import UnitOfWork

MOST_SUGGESTIONS = 25
"""Discord's limit."""

SEARCH_LENGTH = 100
"""Characters of what is being typed that are searched for."""


@dataclass(frozen=True, slots=True)
class Typing:
    """A list in the making: what stands before the last separator, and the value being typed."""

    before: tuple[str, ...]
    current: str

    @classmethod
    def read(cls, text: str) -> "Typing":
        """Split at commas, Chinese ones too."""
        *before, current = text.replace("，", ",").replace("、", ",").split(",")
        shown = (plain(value, SEARCH_LENGTH) for value in before)
        return cls(tuple(value for value in shown if value), plain(current, SEARCH_LENGTH))

    def completed_with(self, value: str) -> str:
        """Return the whole list with `value` as its last element."""
        return ", ".join((*self.before, value))

    def leaves_out(self, value: str) -> bool:
        """Tell whether a value is not in the list yet."""
        return value.casefold() not in {taken.casefold() for taken in self.before}


class FindSuggestions:
    """Looks names up, in the lab book and in what was seen so far."""

    def __init__(self, unit_of_work: UnitOfWork, labs: LabBook) -> None:
        self._unit_of_work = unit_of_work
        self._labs = labs

    def labs(self, text: str) -> Sequence[Lab]:
        """Return labs whose name, key or organisation contains `text`, those that begin with it first."""
        key = text.casefold()
        found = [lab for lab in self._labs.labs if any(key in name for name in _names_of(lab))]
        found.sort(key=lambda lab: (not any(name.startswith(key) for name in _names_of(lab)), lab.name.casefold()))
        return found[:MOST_SUGGESTIONS]

    def countries(self) -> Sequence[str]:
        """Return every country that a lab comes from, as ISO codes."""
        return self._labs.countries()

    async def authors(self, text: str) -> Sequence[str]:
        """Return hub organisations and users: the labs' own first, then whoever published something."""
        labs = [name for lab in self.labs(text) for name in lab.organisations if text.casefold() in name.casefold()]
        return _without_repeats([*labs, *await self.values("author", text)])

    async def models(self, text: str) -> Sequence[str]:
        """Return repository ids that contain `text`, most liked first."""
        async with self._unit_of_work() as work:
            return [repo_id for _, repo_id in await work.models.search_names(text, limit=MOST_SUGGESTIONS)]

    async def values(self, attribute: str, text: str) -> Sequence[str]:
        """Return stored values of `author`, `task`, `library` or `licence`, most common first."""
        async with self._unit_of_work() as work:
            return await work.models.distinct_values(attribute, text, limit=MOST_SUGGESTIONS)

    async def watches(self, guild_id: int, text: str) -> Sequence[Watch]:
        """Return a server's watches whose name or number contains `text`."""
        key = text.casefold().removeprefix("#")
        async with self._unit_of_work() as work:
            watches = await work.watches.of_server(guild_id)
        found = [watch for watch in watches if key in watch.name.casefold() or key in str(watch.id)]
        return sorted(found, key=lambda watch: watch.id)[:MOST_SUGGESTIONS]


def _names_of(lab: Lab) -> tuple[str, ...]:
    return (lab.key, lab.name.casefold(), *(name.casefold() for name in lab.organisations))


def _without_repeats(names: Iterable[str]) -> list[str]:
    by_key = {name.casefold(): name for name in reversed(list(names))}
    return list(reversed(by_key.values()))[:MOST_SUGGESTIONS]
