"""`rootstock preview`: what would be posted about a publisher, printed in the terminal; no Discord needed.

The same reading, understanding and matching as in life, on a database in memory that is gone afterwards.
"""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.progress import Progress

from bot.assembly import Rootstock, assemble
from bot.cards.terminal_card import terminal_card
from bot.domain.errors import HubUnavailable
from bot.domain.labs import LabBook
from bot.domain.model import HubModel
from bot.domain.release_moments import Sight, Sighting
from bot.domain.server import Locale, Server
from bot.domain.typed_lists import nearest
from bot.domain.watches import Pace, Watch, WatchFilter, WatchState
from bot.language.words import Words
from bot.logs import configure_logs
from bot.settings import Settings
from bot.terminal.sentences import CannotStart, complain, settings_to_blame
from bot.workflows.card_facts import card_facts
from bot.workflows.look_up_records import summaries_of
from bot.workflows.observe_releases import Batch

HUB_IS_AWAY = NO_SUCH_PUBLISHER = 1
NOWHERE = 1
"""The channel and server of a preview: there are none."""

BEFORE_EVERYTHING = datetime.min.replace(tzinfo=UTC)


async def print_preview(settings: Settings, *, authors: Sequence[str], days: int, locale: Locale) -> int:
    """Print the cards, newest last; the exit code."""
    configure_logs("ERROR", settings.log_format)
    in_memory = settings.model_copy(update={"database_url": "sqlite:///:memory:"})
    try:
        async with AsyncExitStack() as stack:
            with settings_to_blame():
                rootstock = await stack.enter_async_context(assemble(in_memory))
            return await _preview(rootstock, authors, days, rootstock.language.words(locale))
    except CannotStart as reason:
        complain(reason)
        return reason.code
    except HubUnavailable as failure:
        complain(f"{settings.hf_endpoint}: {failure.reason}")
        return HUB_IS_AWAY


async def _preview(rootstock: Rootstock, authors: Sequence[str], days: int, words: Words) -> int:
    console, since = Console(), rootstock.clock.now() - timedelta(days=days)
    found = {author: await _read(rootstock, console, author, since) for author in dict.fromkeys(authors)}
    shown = {author: models for author, models in found.items() if models is not None}
    if shown:
        await _show(rootstock, console, shown, since, days, words)
    for author in found.keys() - shown.keys():
        complain(_nobody(author, rootstock.labs, words))
    return 0 if len(shown) == len(found) else NO_SUCH_PUBLISHER


async def _show(  # noqa: PLR0917 - what is shown, and how
    rootstock: Rootstock,
    console: Console,
    shown: Mapping[str, Sequence[HubModel]],
    since: datetime,
    days: int,
    words: Words,
) -> None:
    models = [model for found in shown.values() for model in found]
    if not models:
        console.print(words.plural("preview.nothing-new", days, authors=words.list(shown)), markup=False)
        return
    await _watch(rootstock, list(shown), since)
    ancestry = await rootstock.observe.observe_ancestors(models)
    sentences = await summaries_of(rootstock.hub, [model.repo_id for model in models])
    models = [
        replace(ancestry.with_todays_names(model), summary=model.summary or sentences.get(model.repo_id) or None)
        for model in models
    ]
    await rootstock.observe(Batch(models, Sighting(Sight.BASELINE)))
    await _print(rootstock, console, models, words)


def _nobody(author: str, labs: LabBook, words: Words) -> str:
    """Say that the hub shows nothing by this spelling, and which one was perhaps meant."""
    lab = labs.of(author)
    spelled = [name for one in labs.labs for name in one.organisations]
    same = next((name for name in lab.organisations if name.casefold() == author.casefold()), "") if lab else ""
    near = same or nearest(author, spelled)
    said = words("preview.nobody", author=author)
    return f"{said} {words('preview.did-you-mean', near=near)}" if near and near != author else said


async def _read(rootstock: Rootstock, console: Console, author: str, since: datetime) -> list[HubModel] | None:
    """List a publisher and read the whole record of what it made since then; None where the hub shows nobody."""
    found: list[HubModel] = []
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(f"Reading {author}", total=None)
        listed = [model async for page in rootstock.hub.published_by(author) for model in page.models]
        recent = [model for model in listed if model.created_at is not None and model.created_at >= since]
        progress.update(task, total=len(recent))
        for model in recent:
            whole = await rootstock.hub.look_up(model.repo_id)
            found.append(whole or model)
            progress.advance(task)
    return found if listed else None


async def _watch(rootstock: Rootstock, authors: Sequence[str], since: datetime) -> None:
    """Begin a watch on these publishers, as of `since`."""
    asked = WatchFilter(authors=frozenset(author.casefold() for author in authors))
    watch = Watch(0, NOWHERE, NOWHERE, "preview", asked, Pace.INSTANT, WatchState.ACTIVE, since, 0, since)
    async with rootstock.database.unit_of_work() as work:
        await work.servers.put(Server(NOWHERE))
        await work.watches.add(watch)
        await work.commit()


async def _print(rootstock: Rootstock, console: Console, found: Sequence[HubModel], words: Words) -> None:
    async with rootstock.database.unit_of_work() as work:
        stored = await work.models.recall(found)
        given = await work.deliveries.announced([model.id for model in stored.values()])
        posted = [model for model in stored.values() if (NOWHERE, model.id) in given]
        cards = await card_facts(work, posted, rootstock.labs)
    for model in sorted(posted, key=lambda one: (one.released_at or BEFORE_EVERYTHING, one.id)):
        for line in terminal_card(cards[model.id], words):
            console.print(line, markup=False, highlight=False, soft_wrap=True, emoji=False)
        console.print()
    console.print(words("preview.posted", posted=len(posted), seen=len(found)), style="bold", markup=False)
