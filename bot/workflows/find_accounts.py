"""Whether accounts that somebody typed publish anything: known here, shown by the hub, or perhaps misspelled."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.domain.clock import Clock
from bot.domain.errors import HubUnavailable
from bot.domain.labs import LabBook
from bot.domain.typed_lists import nearest
from bot.workflows.ports import Hub, UnitOfWork

PATIENCE = timedelta(seconds=10)
"""For all the accounts of one command together; somebody is waiting."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FoundAccounts:
    """What there is to say about accounts that are not known."""

    unseen: Mapping[str, str]
    """The hub shows nothing by these, as they were spelled; with a similar account of a known lab, if there is one."""
    unchecked: Sequence[str]
    """The hub did not answer about these."""


class FindAccounts:
    """Asks the hub, once, about whoever is no known lab and has published nothing that was seen."""

    def __init__(self, unit_of_work: UnitOfWork, hub: Hub, labs: LabBook, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._hub = hub
        self._labs = labs
        self._clock = clock

    async def __call__(self, authors: Sequence[str]) -> FoundAccounts:
        """Look for accounts; one that the hub shows is noted down, as watches keep no spelling and listings need it."""
        strangers, shown, asked = await self._strangers(authors), list[str](), set[str]()
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                for author in strangers:
                    latest = await self._hub.latest_of(author)
                    asked.add(author)
                    if latest is not None:
                        shown.append(author)
                        await self._note_down(latest.repo_id)
        except (HubUnavailable, TimeoutError) as failure:
            _log.warning("accounts.unchecked", accounts=len(strangers) - len(asked), reason=str(failure))
        spelled = [name for lab in self._labs.labs for name in lab.organisations]
        return FoundAccounts(
            {author: nearest(author, spelled) for author in strangers if author in asked and author not in shown},
            [author for author in strangers if author not in asked],
        )

    async def _strangers(self, authors: Sequence[str]) -> list[str]:
        unknown = {author.casefold(): author for author in authors if self._labs.of(author) is None}
        if not unknown:
            return []
        async with self._unit_of_work() as work:
            known = set(await work.models.authors_of(self._hub.source, list(unknown)))
            for key in unknown:
                similar = await work.models.distinct_values("author", key, limit=20)
                known.update(name.casefold() for name in similar)
        return [author for key, author in unknown.items() if key not in known]

    async def _note_down(self, repo_id: str) -> None:
        async with self._unit_of_work() as work:
            await work.models.name_stub(self._hub.source, repo_id, now=self._clock.now())
            await work.commit()
