"""Finds out what new releases were made from, before they are judged: a family begins at its root.

"Any derivative of X" and a licence warning need the whole line, and a listing names only the direct parents.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.model import HubModel, Model, Stage
from bot.workflows.look_up_records import look_up_records
from bot.workflows.ports import Hub, UnitOfWork

MOST_LEVELS = 8
"""The deepest line among 17,038 real edges has 7 steps."""

MOST_LOOK_UPS = 40
"""A batch never spends more of the hub's budget on ancestors (500 requests in 5 minutes, half of which are used);
children whose parents were left out are looked at again."""


@dataclass(slots=True)
class Ancestry:
    """What was found: records, roots first, and whom nothing could be found out about."""

    generations: list[list[HubModel]] = field(default_factory=list[list[HubModel]])
    missing: list[str] = field(default_factory=list[str])
    """Parents that are not there (deleted, private, misspelt): stubs for ever, not asked for again."""
    owed: set[str] = field(default_factory=set[str])
    """Names of the children whose parents the hub could not tell now."""
    renamed: dict[str, str] = field(default_factory=dict[str, str])
    """Today's names of parents that were declared by an earlier one; keys are casefolded."""

    def with_todays_names(self, child: HubModel) -> HubModel:
        """Return the record with its parents called as they are called today, so that the family holds together."""
        if not any(declared.repo_id.casefold() in self.renamed for declared in child.declared):
            return child
        declared = {
            (name := self.renamed.get(parent.repo_id.casefold(), parent.repo_id)).casefold(): replace(
                parent, repo_id=name
            )
            for parent in child.declared
        }
        declared.pop(child.repo_id.casefold(), None)
        return replace(child, declared=tuple(declared.values()))


@dataclass(slots=True)
class _Search:
    ancestry: Ancestry
    asked: set[str] = field(default_factory=set[str])
    spent: int = 0


async def find_ancestors(unit_of_work: UnitOfWork, hub: Hub, children: Sequence[HubModel]) -> Ancestry:
    """Look up the unknown declared ancestors of `children`, level by level. Opens short transactions to read."""
    search, generation = _Search(Ancestry()), list(children)
    search.asked.update(child.repo_id.casefold() for child in children)
    for _ in range(MOST_LEVELS):
        wanted = await _unknown_parents(unit_of_work, hub, generation, search)
        if not wanted:
            break
        generation = await _look_up(hub, generation, wanted, search)
    search.ancestry.generations.reverse()
    return search.ancestry


async def _unknown_parents(
    unit_of_work: UnitOfWork, hub: Hub, generation: Sequence[HubModel], search: _Search
) -> list[str]:
    names = {name.casefold(): name for name in _parents_of(generation)}
    names = {key: name for key, name in names.items() if key not in search.asked}
    if not names:
        return []
    async with unit_of_work() as work:
        known = await work.models.by_names(hub.source, list(names.values()))
    return [name for key, name in names.items() if _must_be_asked(known.get(key))]


def _parents_of(children: Iterable[HubModel]) -> Iterable[str]:
    return (declared.repo_id for child in children for declared in child.declared)


def _must_be_asked(known: Model | None) -> bool:
    return known is None or (known.stage is Stage.STUB and known.looks == 0)


async def _look_up(hub: Hub, generation: Sequence[HubModel], wanted: Sequence[str], search: _Search) -> list[HubModel]:
    affordable = wanted[: MOST_LOOK_UPS - search.spent]
    search.spent += len(affordable)
    search.asked.update(name.casefold() for name in wanted)
    answers = await look_up_records(hub, affordable)
    search.ancestry.missing += answers.missing
    unanswered = {name.casefold() for name in (*answers.failed, *wanted[len(affordable) :])}
    search.ancestry.owed |= {
        child.repo_id
        for child in generation
        if any(declared.repo_id.casefold() in unanswered for declared in child.declared)
    }
    for name, record in answers.found.items():
        if name.casefold() != record.repo_id.casefold():
            search.ancestry.renamed[name.casefold()] = record.repo_id
    found = list(answers.found.values())
    if found:
        search.ancestry.generations.append(found)
    return found
