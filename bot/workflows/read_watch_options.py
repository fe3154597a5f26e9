"""From a watch's options as a moderator typed them to a filter; the models they name are looked up."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from bot.domain.errors import Refusal
from bot.domain.labs import LabBook
from bot.domain.model_links import joined
from bot.domain.typed_lists import CLEARED, VALUES_PER_CONDITION, name_key, nearest, split_list
from bot.domain.vocabulary import Vocabulary
from bot.domain.watch_filters import FilterInput, build, typed_authors
from bot.domain.watches import WatchFilter
from bot.workflows.find_accounts import FindAccounts
from bot.workflows.look_up_model import LookUpModel
from bot.workflows.ports import UnitOfWork, Work

CLEAR = "-"
"""What takes a condition off an existing watch."""

MOST_TASKS = 500
"""Tasks and libraries that are looked at: the Hub knows some sixty tasks, and its authors write a few hundred
libraries."""

MOST_SIMILAR = 20

_LIST_MARKS = re.compile(r"[,;，、；\s]+")


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """The filter options of `/watch add`, as typed; `None` was not given, `-` (or 0) takes a condition off."""

    authors: str | None = None
    labs: str | None = None
    countries: str | None = None
    kinds: str | None = None
    derivative_of: str | None = None
    tasks: str | None = None
    libraries: str | None = None
    licences: str | None = None
    languages: str | None = None
    min_size: str | None = None
    max_size: str | None = None
    likes: int | None = None
    downloads: int | None = None
    trending: int | None = None
    keywords: str | None = None
    not_keywords: str | None = None

    def any_given(self) -> bool:
        """Tell whether anything was typed at all."""
        return any(getattr(self, field.name) is not None for field in fields(self))


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that whoever typed a filter should know, though it was understood: a catalogue key below `remark.`.

    `near`, where it is not empty, is what was perhaps meant.
    """

    key: str
    value: str
    near: str = ""


@dataclass(frozen=True, slots=True)
class Understood:
    """What was typed, as a filter, and what is to be said about it."""

    filter: WatchFilter
    remarks: tuple[Remark, ...] = ()


class ReadWatchOptions:
    """Turns `WatchOptions` into a `WatchFilter`, on top of an existing one. `names` is what values are called."""

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        labs: LabBook,
        look_up: LookUpModel,
        find_accounts: FindAccounts,
        *,
        names: Vocabulary,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._labs = labs
        self._look_up = look_up
        self._find_accounts = find_accounts
        self._names = names

    async def __call__(self, options: WatchOptions, onto: WatchFilter | None = None) -> Understood:
        """Read everything that was given. Raises `Refusal` for what makes no sense, `HubUnavailable`."""
        given = FilterInput(
            authors=options.authors,
            labs=options.labs,
            countries=options.countries,
            kinds=options.kinds,
            descends_from=await self._find_models(options.derivative_of),
            tasks=options.tasks,
            libraries=options.libraries,
            licence_classes=options.licences,
            languages=options.languages,
            min_parameters=options.min_size,
            max_parameters=options.max_size,
            min_likes=_threshold(options.likes),
            min_downloads=_threshold(options.downloads),
            min_trending=_threshold(options.trending),
            keywords=options.keywords,
            excluded_keywords=options.not_keywords,
        )
        built = build(given, self._labs, onto, names=await self._known_names(options))
        return Understood(built, (*await self._on_authors(options.authors), *await self._on_libraries(options)))

    async def _known_names(self, options: WatchOptions) -> Vocabulary:
        """Return the names of values; of tasks those too that only some model has named so far."""
        if options.tasks is None:
            return self._names
        async with self._unit_of_work() as work:
            return replace(self._names, tasks=await known_tasks(work, self._names))

    async def _on_authors(self, text: str | None) -> list[Remark]:
        if text is None:
            return []
        found = await self._find_accounts(typed_authors(text, self._labs))
        unchecked = [Remark("author-unchecked", author) for author in found.unchecked]
        return unchecked + [Remark("author-unseen", author, near) for author, near in found.unseen.items()]

    async def _on_libraries(self, options: WatchOptions) -> list[Remark]:
        remarks: list[Remark] = []
        async with self._unit_of_work() as work:
            for library in split_list(options.libraries or ""):
                similar = await work.models.distinct_values("library", library, limit=MOST_SIMILAR)
                if library not in {name.casefold() for name in similar}:
                    known = await work.models.distinct_values("library", "", limit=MOST_TASKS)
                    remarks.append(Remark("library-unseen", library, nearest(library, known)))
        return remarks

    async def _find_models(self, text: str | None) -> tuple[int, ...] | None:
        if text is None:
            return None
        if text.strip().casefold() in CLEARED:
            return ()
        names = [name for name in dict.fromkeys(_LIST_MARKS.split(joined(text))) if name]
        if len(names) > VALUES_PER_CONDITION:
            raise Refusal("too-many-values", count=len(names), limit=VALUES_PER_CONDITION)
        return tuple([await self._look_up.base(name) for name in names])


async def known_tasks(work: Work, names: Vocabulary) -> Mapping[str, str]:
    """Return what tasks are called; of those too that only some model has named so far."""
    seen = await work.models.distinct_values("task", "", limit=MOST_TASKS)
    return {name_key(task): task for task in seen} | dict(names.tasks)


def _threshold(number: int | None) -> str | None:
    """Zero takes a threshold off: everything has zero likes."""
    if number is None:
        return None
    return str(number) if number else CLEAR
