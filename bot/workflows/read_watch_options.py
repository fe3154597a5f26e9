"""From a watch's options as a moderator typed them to a filter; the models they name are looked up."""

import re
from dataclasses import dataclass, fields

from bot.domain.errors import Refusal
from bot.domain.labs import LabBook
from bot.domain.model_links import joined
from bot.domain.watch_filters import CLEARED, VALUES_PER_CONDITION, FilterInput, build
from bot.domain.watches import WatchFilter
from bot.workflows.look_up_model import LookUpModel

CLEAR = "-"
"""What takes a condition off an existing watch."""

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


class ReadWatchOptions:
    """Turns `WatchOptions` into a `WatchFilter`, on top of an existing one."""

    def __init__(self, labs: LabBook, look_up: LookUpModel) -> None:
        self._labs = labs
        self._look_up = look_up

    async def __call__(self, options: WatchOptions, onto: WatchFilter | None = None) -> WatchFilter:
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
        return build(given, self._labs, onto)

    async def _find_models(self, text: str | None) -> tuple[int, ...] | None:
        if text is None:
            return None
        if text.strip().casefold() in CLEARED:
            return ()
        names = [name for name in dict.fromkeys(_LIST_MARKS.split(joined(text))) if name]
        if len(names) > VALUES_PER_CONDITION:
            raise Refusal("too-many-values", count=len(names), limit=VALUES_PER_CONDITION)
        return tuple([await self._look_up.base(name) for name in names])


def _threshold(number: int | None) -> str | None:
    """Zero takes a threshold off: everything has zero likes."""
    if number is None:
        return None
    return str(number) if number else CLEAR
