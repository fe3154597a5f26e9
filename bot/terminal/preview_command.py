"""`rootstock preview`: what would be posted about a publisher, printed in the terminal; no Discord needed.

The same reading, understanding and matching as in life, on a database in memory that is gone afterwards.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.progress import Progress

from bot.assembly import Rootstock, assemble
from bot.cards.terminal_card import terminal_card
from bot.domain.errors import HubUnavailable
from bot.domain.model import HubModel
from bot.domain.release_moments import Sight, Sighting
from bot.domain.server import Locale, Server
from bot.domain.watches import Pace, Watch, WatchFilter, WatchState
from bot.logs import configure_logs
from bot.settings import Settings
from bot.workflows.card_facts import card_facts
from bot.workflows.observe_releases import Batch

HUB_IS_AWAY = 1
NOWHERE = 1
"""The channel and server of a preview: there are none."""

BEFORE_EVERYTHING = datetime.min.replace(tzinfo=UTC)


async def print_preview(settings: Settings, *, authors: Sequence[str], days: int, locale: Locale) -> int:
    """Print the cards, newest last; the exit code."""
    configure_logs("ERROR", settings.log_format)
    console = Console()
    in_memory = settings.model_copy(update={"database_url": "sqlite:///:memory:"})
    async with assemble(in_memory) as rootstock:
        since = rootstock.clock.now() - timedelta(days=days)
        try:
            found = await _read(rootstock, console, authors, since)
        except HubUnavailable as failure:
            Console(stderr=True).print(f"{settings.hf_endpoint}: {failure.reason}", style="red", highlight=False)
            return HUB_IS_AWAY
        await _watch(rootstock, authors, since)
        await rootstock.observe(Batch(found, Sighting(Sight.BASELINE)))
        await _print(rootstock, console, found, locale)
    return 0


async def _read(rootstock: Rootstock, console: Console, authors: Sequence[str], since: datetime) -> list[HubModel]:
    """List each publisher and read the whole record of what it made since then."""
    found: list[HubModel] = []
    with Progress(console=console, transient=True) as progress:
        for author in authors:
            task = progress.add_task(f"Reading {author}", total=None)
            recent = [
                model
                async for page in rootstock.hub.published_by(author)
                for model in page.models
                if model.created_at is not None and model.created_at >= since
            ]
            progress.update(task, total=len(recent))
            for model in recent:
                whole = await rootstock.hub.look_up(model.repo_id)
                found.append(whole or model)
                progress.advance(task)
    return found


async def _watch(rootstock: Rootstock, authors: Sequence[str], since: datetime) -> None:
    """Begin a watch on these publishers, as of `since`."""
    asked = WatchFilter(authors=frozenset(author.casefold() for author in authors))
    watch = Watch(0, NOWHERE, NOWHERE, "preview", asked, Pace.INSTANT, WatchState.ACTIVE, since, 0, since)
    async with rootstock.database.unit_of_work() as work:
        await work.servers.put(Server(NOWHERE))
        await work.watches.add(watch)
        await work.commit()


async def _print(rootstock: Rootstock, console: Console, found: Sequence[HubModel], locale: Locale) -> None:
    words = rootstock.language.words(locale)
    async with rootstock.database.unit_of_work() as work:
        stored = await work.models.recall(found)
        given = await work.deliveries.announced([model.id for model in stored.values()])
        posted = [model for model in stored.values() if (NOWHERE, model.id) in given]
        cards = await card_facts(work, posted, rootstock.labs)
    for model in sorted(posted, key=lambda one: (one.released_at or BEFORE_EVERYTHING, one.id)):
        for line in terminal_card(cards[model.id], words):
            console.print(line, markup=False, highlight=False, soft_wrap=True)
        console.print()
    console.print(words("preview.posted", posted=len(posted), seen=len(found)), style="bold", markup=False)
