"""The Hugging Face Hub, as the workflows see it (`bot.workflows.ports.Hub`)."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import cast

import aiohttp
import structlog

from bot.domain.errors import HubUnavailable
from bot.domain.model import HubModel, Source
from bot.hub.card_summary import summary_of_card
from bot.hub.hub_client import MIB, Answer, HubClient, Limits, Params, Size
from bot.hub.json_bodies import off_the_loop, read_json
from bot.hub.record_fields import object_of, repo_id_of, text_of
from bot.hub.records import UnreadableRecord, parse_record
from bot.hub.turnstile import Urgency
from bot.workflows.ports import Page, Rejection

_log = structlog.get_logger()

MODELS = "api/models"

LIGHT_FIELDS = [
    "author",
    "createdAt",
    "disabled",
    "downloads",
    "gated",
    "lastModified",
    "library_name",
    "likes",
    "pipeline_tag",
    "private",
    "tags",
    "trendingScore",
]
"""About 1 KB a record: what a listing of a thousand can carry."""

FULL_FIELDS = [
    *LIGHT_FIELDS,
    "baseModels",
    "cardData",
    "config",
    "evalResults",
    "gguf",
    "model-index",
    "safetensors",
    "siblings",
    "usedStorage",
]
"""Everything `bot.hub.records` reads, by the names of `expand` (huggingface_hub 2.4, `ExpandModelProperty_T`)."""

FULL_PAGE = 100
LIGHT_PAGE = 1000
"""The most that the Hub gives in one request."""

MOST_TRENDING = 1000

LARGEST_CARD = 64 * 1024
"""Bytes of a README that are read: the sentence that says what a model is stands at its beginning."""

_NOT_THERE = frozenset({401, 403, 404, 410, 451})
"""Deleted, private, renamed away, gated and taken down look alike to a stranger (HUB.md, Errors)."""

_OK = 200
_BAD_REQUEST = 400


class HuggingFace:
    """Reads the Hub through a session that its maker closes. `token` doubles the budget and is sent nowhere else."""

    source = Source.HUGGING_FACE

    def __init__(
        self, session: aiohttp.ClientSession, endpoint: str, token: str | None, *, limits: Limits | None = None
    ) -> None:
        self.client = HubClient(session, endpoint, token, limits or Limits())
        self._expands = True

    async def newest(self) -> AsyncIterator[Page]:
        """Page through all models, latest `created_at` first, a hundred full records a page."""
        async for page in self._listing({"sort": "createdAt", "limit": FULL_PAGE}, FULL_FIELDS):
            yield page

    async def trending(self) -> AsyncIterator[Page]:
        """Page through the first thousand models by trending score, highest first, in light records."""
        seen = 0
        async for page in self._listing({"sort": "trendingScore", "limit": LIGHT_PAGE}, LIGHT_FIELDS):
            yield page
            seen += len(page.models) + len(page.rejections)
            if seen >= MOST_TRENDING:
                return

    async def published_by(self, author: str) -> AsyncIterator[Page]:
        """Page through everything one publisher shows, newest first, in light records."""
        params: Params = {"author": author, "sort": "createdAt", "limit": LIGHT_PAGE}
        async for page in self._listing(params, LIGHT_FIELDS, Urgency.LISTING):
            yield page

    async def latest_of(self, author: str) -> HubModel | None:
        """Return the model that a publisher made last, in a light record; `None` if it shows none by this spelling."""
        params: Params = {"author": author, "sort": "createdAt", "limit": 1}
        async with aclosing(self._listing(params, LIGHT_FIELDS, Urgency.POST)) as pages:
            async for page in pages:
                return next(iter(page.models), None)
        return None

    async def look_up(self, repo_id: str, *, urgent: bool = True) -> HubModel | None:
        """Return everything the Hub says about one model, under its new name if it was renamed.

        `None` means deleted, private, or no name that a model could have.
        """
        if repo_id_of(repo_id) != repo_id:
            return None
        path, urgency = f"{MODELS}/{repo_id}", Urgency.POST if urgent else Urgency.FEED
        expanded = {"expand": FULL_FIELDS} if self._expands else None
        answer = await self.client.get(path, expanded, urgency=urgency, size=_RECORD_SIZE)
        if answer.status == _BAD_REQUEST and self._expands:
            self._do_without_expand(answer)
            answer = await self.client.get(path, urgency=urgency, size=_RECORD_SIZE)
        if answer.status in _NOT_THERE:
            return None
        _expect_ok(answer)
        try:
            return parse_record(await off_the_loop(read_json, answer.body))
        except UnreadableRecord as error:
            raise HubUnavailable(f"the hub answered with {error.reason}") from error

    async def summary_of(self, repo_id: str) -> str | None:
        """Return the first plain sentence of a model's card, from the first 64 KB of its README."""
        if repo_id_of(repo_id) != repo_id:
            return None
        path = f"{repo_id}/resolve/main/README.md"
        answer = await self.client.get(path, budget=self.client.files, size=Size(LARGEST_CARD, cut=True))
        if answer.status != _OK:
            return None
        return await off_the_loop(_read_summary, answer.body)

    async def _listing(
        self, params: Params, fields: list[str], urgency: Urgency = Urgency.FEED
    ) -> AsyncGenerator[Page]:
        """Ask with `expand`; where the first page refuses that, with `full` from then on."""
        asked_with_expand = self._expands
        fields_asked: Params = {"expand": fields} if asked_with_expand else {"full": "true"}
        first_page = True
        async for answer in self.client.pages(MODELS, {**params, **fields_asked}, urgency=urgency):
            if answer.status == _BAD_REQUEST and asked_with_expand and first_page:
                self._do_without_expand(answer)
                break
            first_page = False
            yield await _page_of(answer)
        if asked_with_expand and first_page:
            async for page in self._listing(params, fields, urgency):
                yield page

    def _do_without_expand(self, answer: Answer) -> None:
        """Note that this endpoint refuses our `expand`: mirrors lag behind, and the Hub may drop a field."""
        self._expands = False
        said = text_of(answer.body.decode("utf-8", "replace"), 200)
        _log.warning("hub.expand-refused", status=answer.status, said=said)


_RECORD_SIZE = Size(4 * MIB)
"""An embedding model with every result of a large benchmark in its card comes to about 1 MiB."""


def read_page(body: bytes) -> Page:
    """Read a listing's body, each record on its own: a bad one is counted and costs nothing but itself.

    Raises:
        HubUnavailable: the body is no JSON list.
    """
    listing = read_json(body)
    if not isinstance(listing, list):
        raise HubUnavailable("the hub's answer is no listing")
    models: list[HubModel] = []
    rejections: list[Rejection] = []
    for raw in cast("list[object]", listing):
        try:
            models.append(parse_record(raw))
        except UnreadableRecord as error:
            name = text_of(object_of(raw).get("id"), 100)
            rejections.append(Rejection(name, error.reason))
    if rejections:
        first = rejections[0]
        _log.warning("hub.records-rejected", count=len(rejections), repo_id=first.repo_id, reason=first.reason)
    return Page(tuple(models), tuple(rejections))


async def _page_of(answer: Answer) -> Page:
    _expect_ok(answer)
    return await off_the_loop(read_page, answer.body)


def _read_summary(body: bytes) -> str | None:
    return summary_of_card(body.decode("utf-8", "replace"))


def _expect_ok(answer: Answer) -> None:
    if answer.status != _OK:
        raise HubUnavailable(f"the hub answered {answer.status}")
