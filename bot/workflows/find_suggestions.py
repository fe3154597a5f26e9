"""What autocomplete offers: names that are known, found in a few milliseconds, for the last of several values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.errors import Refusal
from bot.domain.labs import Lab, LabBook
from bot.domain.model_links import linked_models, named_model, without_address
from bot.domain.name_matches import best_first
from bot.domain.plain_text import plain
from bot.domain.watches import Watch
from bot.workflows.ports import UnitOfWork

MOST_SUGGESTIONS = 25
"""Discord's limit."""

LOOKED_THROUGH = 200
"""Best known models with a word in their names, among which the best matches are picked: whoever means one that is
less known types more of it."""

MOST_WORDS = 8
"""Words that are looked for: no name has more, and each is compared with every name."""

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
        """Return names that hold every word of what is being typed, best matches first.

        A pasted address stands for its model, known here or not; so does a whole name that nothing known resembles:
        whatever takes it asks the hub.
        """
        typed = without_address(text)[:SEARCH_LENGTH]
        async with self._unit_of_work() as work:
            matches = await work.models.search_names(words_in(typed), limit=LOOKED_THROUGH)
        found = [match.repo_id for match in best_first(typed, matches)]
        known = {name.casefold() for name in found}
        asked = linked_models([text])[:1] or (() if found else _whole_name(typed))
        return [*(name for name in asked if name.casefold() not in known), *found][:MOST_SUGGESTIONS]

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


def words_in(typed: str) -> Sequence[str]:
    """Return the words of what is being typed, as names are compared: each once, the first few."""
    words = without_address(typed)[:SEARCH_LENGTH].casefold().split()
    return list(dict.fromkeys(words))[:MOST_WORDS]


def _whole_name(typed: str) -> Sequence[str]:
    if "/" not in typed:
        return ()
    try:
        return (named_model(typed),)
    except Refusal:
        return ()


def _names_of(lab: Lab) -> tuple[str, ...]:
    return (lab.key, *(name.casefold() for name in (lab.name, *lab.organisations, *lab.aliases)))


def _without_repeats(names: Iterable[str]) -> list[str]:
    by_key = {name.casefold(): name for name in reversed(list(names))}
    return list(reversed(by_key.values()))[:MOST_SUGGESTIONS]
