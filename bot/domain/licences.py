"""Whether you may use it: what a licence allows, and when a derivative claims more than its parents allow."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.licence_classes import class_of_id, class_of_link, class_of_name
from bot.domain.model import HubModel, LicenceClass


@dataclass(frozen=True, slots=True)
class LicenceWarning:
    """A derivative whose licence allows more than one of its ancestors does.

    `ancestor` is that ancestor's repository id; the two licences are ids as declared.
    """

    ancestor: str
    claimed: str
    allowed: str
    allowed_class: LicenceClass


_UNSAID = frozenset({"", "none", "unknown", "unlicensed", "no-license"})

_FREEDOM = {
    LicenceClass.PERMISSIVE: 3,
    LicenceClass.COPYLEFT: 2,
    LicenceClass.CUSTOM: 1,
    LicenceClass.NON_COMMERCIAL: 0,
}
"""How much a class lets everyone further down do. Permissive: sell it, for any use, under terms of one's own.
Copyleft takes away the terms of one's own. Custom takes away "any use" as well. Non-commercial takes away selling.
Each row allows a subset of the row above, so "claims more than it was given" is a comparison of two numbers.
Within a class nothing is compared: whether one custom licence is wider than another is for lawyers."""


def class_of(facts: HubModel) -> LicenceClass:
    """Return what a model's declared licence lets a builder do; an id that is not in the tables must be read."""
    licence = _id_of(facts)
    if licence in _UNSAID:
        return LicenceClass.NONE
    return _known_class(facts) or LicenceClass.CUSTOM


def label_of(facts: HubModel) -> str | None:
    """Return the licence as people call it: the id, or the name behind `other`; None where nothing is declared."""
    if class_of(facts) is LicenceClass.NONE:
        return None
    return (facts.licence_name or facts.licence) if _id_of(facts) == "other" else facts.licence


def strictest(licences: Iterable[str]) -> str | None:
    """Return the id that allows least: who declares several binds a builder to all of them. The first of equals.

    An id that is in no table counts as custom, because it must be read; what says nothing does not count.
    """
    said = [licence for licence in licences if licence.strip().casefold() not in _UNSAID]
    return min(said, key=_freedom_of_id, default=None)


def warnings(
    facts: HubModel, ancestors: Sequence[HubModel], publisher_of: Callable[[str], str] = str.casefold
) -> tuple[LicenceWarning, ...]:
    """Return where a derivative claims more than its ancestors allow, down the whole chain, nearest first.

    Silent where either side is not known: nothing declared, or a custom licence that the tables do not know (it may
    well be as free as the derivative's). Silent where the same publisher put its own model under other terms, which
    is its right: `publisher_of` tells by a hub account who that is. One warning for each licence that was not
    heeded, not for each ancestor.
    """
    claimed = _freedom(facts)
    if claimed is None:
        return ()
    found: dict[str, LicenceWarning] = {}
    for ancestor in _binding(facts, ancestors, publisher_of):
        allowed = _freedom(ancestor)
        if allowed is not None and claimed > allowed:
            label = label_of(ancestor) or ""
            warning = LicenceWarning(ancestor.repo_id, label_of(facts) or "", label, class_of(ancestor))
            found.setdefault(label.casefold(), warning)
    return tuple(found.values())


def _binding(facts: HubModel, ancestors: Sequence[HubModel], publisher_of: Callable[[str], str]) -> Iterator[HubModel]:
    """Yield the ancestors whose terms bind the derivative: all but those whose own publisher set them free.

    The way up is the declared one. An ancestor to which no declaration leads (its name has changed since) binds.
    """
    by_name = {ancestor.repo_id.casefold(): ancestor for ancestor in ancestors}
    reached, bound = _walk_up(facts, by_name, publisher_of)
    yield from (one for key, one in by_name.items() if key in bound or key not in reached)


def _walk_up(
    facts: HubModel, by_name: Mapping[str, HubModel], publisher_of: Callable[[str], str]
) -> tuple[set[str], set[str]]:
    """Return which ancestors declarations lead to, and which of them bind by at least one way."""
    reached: set[str] = set()
    bound: set[str] = set()
    generation = [facts]
    while generation:
        above: list[HubModel] = []
        for child in generation:
            for key in (parent.repo_id.casefold() for parent in child.declared):
                if (parent := by_name.get(key)) is None:
                    continue
                if not _set_free(child, parent, publisher_of):
                    bound.add(key)
                if key not in reached:
                    reached.add(key)
                    above.append(parent)
        generation = above
    return reached, bound


def _set_free(child: HubModel, parent: HubModel, publisher_of: Callable[[str], str]) -> bool:
    """Tell whether a publisher put what it made of its own model under terms that are known."""
    same = bool(child.author) and publisher_of(child.author) == publisher_of(parent.author)
    return same and _freedom(child) is not None


def _freedom(facts: HubModel) -> int | None:
    """Return the rank of a licence that is known, None for one that is not."""
    known = None if _id_of(facts) in _UNSAID else _known_class(facts)
    return None if known is None else _FREEDOM[known]


def _freedom_of_id(licence: str) -> int:
    return _FREEDOM[class_of_id(licence.strip().casefold()) or LicenceClass.CUSTOM]


def _known_class(facts: HubModel) -> LicenceClass | None:
    """Return the class of a licence that the tables know: by its id, or by what stands behind `other`."""
    by_id = class_of_id(_id_of(facts))
    if by_id is not None:
        return by_id
    name = (facts.licence_name or "").strip()
    by_name = None if name.casefold() in _UNSAID else class_of_name(name)
    return by_name or class_of_link(facts.licence_link or "")


def _id_of(facts: HubModel) -> str:
    return (facts.licence or "").strip().casefold()
