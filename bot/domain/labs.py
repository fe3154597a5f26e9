"""Known publishers: who a hub organisation is, and where it comes from."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.domain.typed_lists import name_key

NO_ONE_COUNTRY = "ZZ"
"""CLDR's "unknown region": communities of no one country, and uploaders who do not say where they are."""


@dataclass(frozen=True, slots=True)
class Lab:
    """A known publisher. `country` is ISO 3166-1 alpha-2, upper case; `organisations` as the hub spells them."""

    key: str
    """Stable, lower case, used in filters and options (`qwen`, `abacus-ai`)."""
    name: str
    country: str
    organisations: tuple[str, ...]
    uploader: bool = False
    """A large re-uploader (bartowski, unsloth): followed through the newest feed only (HUB.md, Floods)."""
    aliases: tuple[str, ...] = ()
    """What else people call it, in any language; read where names are typed, never shown."""


class LabBook:
    """Finds the lab behind a hub organisation, whatever its spelling. Immutable after construction."""

    def __init__(self, labs: Iterable[Lab]) -> None:
        self.labs: tuple[Lab, ...] = tuple(labs)
        self._by_key = {lab.key: lab for lab in self.labs}
        self._by_organisation = {
            organisation.casefold(): lab for lab in self.labs for organisation in lab.organisations
        }
        self.names: Mapping[str, frozenset[str]] = _by_name(self.labs)
        """What people may type for labs, by `bot.domain.typed_lists.name_key`, with the keys of the labs meant."""

    def of(self, author: str) -> Lab | None:
        """Return the lab that publishes as `author`, if it is a known one."""
        return self._by_organisation.get(author.casefold())

    def named(self, key: str) -> Lab | None:
        """Return the lab with this key."""
        return self._by_key.get(key)

    def publisher_of(self, author: str) -> str:
        """Return who stands behind a hub account: the key of its lab, or the casefolded account itself."""
        lab = self.of(author)
        return lab.key if lab else author.casefold()

    def countries(self) -> tuple[str, ...]:
        """Return every country a lab comes from, sorted."""
        return tuple(sorted({lab.country for lab in self.labs} - {NO_ONE_COUNTRY}))

    def publishers(self) -> tuple[str, ...]:
        """Return the organisations whose listings are compared id by id: every lab's that is no mere uploader."""
        return tuple(organisation for lab in self.labs if not lab.uploader for organisation in lab.organisations)


def _by_name(labs: Iterable[Lab]) -> Mapping[str, frozenset[str]]:
    """A key or an organisation names one lab; what only stands in a name (`Wan (Alibaba)`) may name several."""
    exact: dict[str, set[str]] = defaultdict(set)
    parts: dict[str, set[str]] = defaultdict(set)
    for lab in labs:
        for name in (lab.key, lab.name, *lab.organisations, *lab.aliases):
            exact[name_key(name)].add(lab.key)
        for name in _parts(lab.name):
            parts[name_key(name)].add(lab.key)
    return {name: frozenset(keys) for name, keys in {**parts, **exact}.items()}


def _parts(name: str) -> Iterator[str]:
    """Yield what stands before brackets and inside them."""
    before, bracket, within = name.partition("(")
    if bracket:
        yield before
        yield within.rstrip(") ")
