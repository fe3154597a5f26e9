"""A stand-in for the Hugging Face Hub on loopback, for the demo and for tests: the same addresses, shapes and refusals.

It serves what was put on its shelf, counts requests against the documented quota, and can be told to go wrong.
"""

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.demo.hub_faults import BAD_RECORDS, ELSEWHERE, SPOILS_LISTING, Fault, Faults
from bot.demo.hub_shelf import (
    EXPANDABLE,
    SORTABLE,
    Listing,
    Query,
    Shelf,
    Shelved,
    WireRecord,
    only,
    read_cursor,
    wire_date,
    with_card,
)
from bot.demo.hub_webhook import HubWebhook, content_changed, payload_of

MOST_PER_PAGE = 1000
WINDOW_SECONDS = 300
GENEROUS_QUOTA = 100_000
"""Requests in five minutes that this hub grants: it has one reader, and a demo is played faster than life."""

_PLAIN_FIELDS = ("modelId", "private", "likes", "trendingScore", "downloads", "tags", "pipeline_tag", "library_name")
_LISTED = (*_PLAIN_FIELDS, "createdAt")
_LISTED_FULL = (*_LISTED, "author", "gated", "lastModified", "sha", "siblings")
_LOOKED_UP = (*_LISTED_FULL, "disabled", "model-index", "config", "cardData", "safetensors", "gguf", "usedStorage")
_DIRECTIONS = {None: True, "-1": True, "1": False}
_ALL_MODELS = "/api/models"

_FAULT = web.RequestKey("fault", list[Fault])
"""What spoils the listing that this request asks for; empty when nothing does."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """One request as it came in."""

    path: str
    query: Mapping[str, Sequence[str]]
    authorization: str | None


class HubServer:
    """The stand-in; `async with HubServer() as hub:` listens on `hub.url` (port 0 takes any free one).

    Everything that changes it may be called at any time; a configured webhook tells of it.
    """

    def __init__(self, *, port: int = 0, token: str = "hf_demo", quota: int = GENEROUS_QUOTA) -> None:  # noqa: S107 - a token that opens nothing
        self.faults = Faults()
        self.seen: list[SeenRequest] = []
        self.url = ""
        self.refuse_expand = False
        """True for a mirror that does not know `expand`."""
        self._port = port
        self._token = token
        self._quota = quota
        self._window = (time.monotonic(), Counter[str]())
        self._shelf = Shelf()
        self._webhook: HubWebhook | None = None
        self._runner: web.AppRunner | None = None

    # ------------------------------------------------------------ what happens on it

    def put(
        self, record: Mapping[str, object], *, readme: str | None = None, private: bool = False, empty: bool = False
    ) -> None:
        """Publish a repository; `private` ones are not shown yet, `empty` ones have no files and no card yet."""
        self._shelf.put(record, readme, private=private, empty=empty)
        if not private:
            self._tell("create", "repo", str(record["id"]))

    def hide(self, repo_id: str) -> None:
        """Make a repository private."""
        self._shelf.get(repo_id).private = True
        self._tell("update", "repo.config", repo_id, {"updatedConfig": {"private": True}})

    def show(self, repo_id: str) -> None:
        """Make a repository public."""
        self._shelf.get(repo_id).private = False
        self._tell("update", "repo.config", repo_id, {"updatedConfig": {"private": False}})

    def rename(self, old: str, new: str) -> None:
        """Move a repository to another name, or to another owner."""
        owner = {"id": str(self._shelf.get(old).record["_id"])[::-1]}
        self._tell("move", "repo", old, {"movedTo": {"name": new, "owner": owner}})
        self._shelf.rename(old, new)

    def settle(
        self,
        repo_id: str,
        files: Sequence[str] | None = None,
        card: Mapping[str, object] | None = None,
        *,
        readme: str | None = None,
        at: datetime | None = None,
    ) -> None:
        """Let a repository's files arrive: those it was put with, or these; a card brings its tags along.

        `at` is when that was, where it matters: `lastModified` tells.
        """
        shelved = self._shelf.get(repo_id)
        shelved.empty = False
        shelved.readme = shelved.readme if readme is None else readme
        with_card(shelved.record, files, card)
        if at is not None:
            shelved.record["lastModified"] = wire_date(at)
        self._tell("update", "repo.content", repo_id, content_changed(shelved.record))

    def set_metrics(
        self, repo_id: str, *, likes: int | None = None, downloads: int | None = None, trending: float | None = None
    ) -> None:
        """Change the numbers; no webhook tells of those."""
        named = {"likes": likes, "downloads": downloads, "trendingScore": trending}
        self._shelf.get(repo_id).record.update({key: value for key, value in named.items() if value is not None})

    def remove(self, repo_id: str) -> None:
        """Delete a repository."""
        self._tell("delete", "repo", repo_id)
        self._shelf.remove(repo_id)

    def names(self) -> tuple[str, ...]:
        """Return the names of all repositories on the shelf, private ones too."""
        return self._shelf.names()

    def send_webhook_to(self, url: str, secret: str) -> HubWebhook:
        """From now on, POST every change to `url`; call it while the server runs."""
        self._webhook = HubWebhook(url, secret)
        self._webhook.start()
        return self._webhook

    def count(self, path: str) -> int:
        """Return how many requests so far had `path` in theirs."""
        return sum(path in request.path for request in self.seen)

    def _tell(self, action: str, scope: str, repo_id: str, extra: Mapping[str, object] | None = None) -> None:
        if self._webhook is not None:
            self._webhook.queue(payload_of(action, scope, self._shelf.get(repo_id).shown, self.url, extra))

    # ------------------------------------------------------------ listening

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._guard])
        app.router.add_get(_ALL_MODELS, self._list)
        app.router.add_get(_ALL_MODELS + "/{repo_id:[^/]+(?:/[^/]+)?}", self._look_up)
        app.router.add_get("/api/resolve-cache/models/{repo_id:[^/]+/[^/]+}/{sha}/README.md", self._readme)
        app.router.add_get("/api/whoami-v2", self._who_am_i)
        app.router.add_get("/{repo_id:[^/]+(?:/[^/]+)?}/raw/main/README.md", self._readme)
        app.router.add_get("/{repo_id:[^/]+(?:/[^/]+)?}/resolve/main/README.md", self._resolve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.faults.release_hanging()
        if self._webhook is not None:
            await self._webhook.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Note the request, go wrong if that is planned, refuse a wrong token and too many requests."""
        query = {key: request.query.getall(key) for key in request.query}
        self.seen.append(SeenRequest(request.path, query, request.headers.get("Authorization")))
        fault = self.faults.next_for(request.path)
        if fault is not None and fault not in SPOILS_LISTING:
            return await self.faults.answer(fault, request)
        request[_FAULT] = [fault] if fault else []
        headers, over = self._rate_limit(request.path)
        if over:
            return web.json_response({"error": "Too Many Requests"}, status=429, headers=headers)
        if request.headers.get("Authorization", f"Bearer {self._token}") != f"Bearer {self._token}":
            return _refusal(401, "Invalid credentials in Authorization header")
        response = await handler(request)
        response.headers.update(headers)
        return response

    def _rate_limit(self, path: str) -> tuple[dict[str, str], bool]:
        kind = "resolvers" if "/resolve" in path else "api" if path.startswith("/api/") else "pages"
        began, counts = self._window
        if time.monotonic() - began >= WINDOW_SECONDS:
            began, counts = self._window = (time.monotonic(), Counter[str]())
        counts[kind] += 1
        left = max(0, self._quota - counts[kind])
        seconds = max(1, round(began + WINDOW_SECONDS - time.monotonic()))
        policy = f'"fixed window";"{kind}";q={self._quota};w={WINDOW_SECONDS}'
        headers = {"RateLimit": f'"{kind}";r={left};t={seconds}', "RateLimit-Policy": policy}
        return headers, counts[kind] > self._quota

    # ------------------------------------------------------------ answers

    async def _list(self, request: web.Request) -> web.StreamResponse:
        try:
            self._refuse_expand(request)
            query, fields = _read_query(request)
        except ValueError as error:
            return _refusal(400, str(error))
        listing = self._shelf.page(query)
        records: list[object] = [only(record, fields) for record in listing.records]
        if Fault.BAD_RECORD in request[_FAULT]:
            records[1:1] = BAD_RECORDS
        return web.json_response(records, headers=_link(request, listing))

    async def _look_up(self, request: web.Request) -> web.StreamResponse:
        shelved = self._shelf.public(request.match_info["repo_id"])
        if shelved is None:
            return self._not_there(request)
        try:
            self._refuse_expand(request)
            fields = _read_fields(request, _LOOKED_UP)
        except ValueError as error:
            return _refusal(400, str(error))
        return web.json_response(only(shelved.shown, fields))

    async def _resolve(self, request: web.Request) -> web.StreamResponse:
        """Send on to where the file lies, as the Hub does for files that are no large ones."""
        shelved = self._shelf.public(request.match_info["repo_id"])
        if shelved is None:
            return self._not_there(request)
        record = shelved.record
        path = f"/api/resolve-cache/models/{record['id']}/{record['sha']}/README.md"
        return _no_entry() if _card_of(shelved) is None else web.Response(status=307, headers={"Location": path})

    async def _readme(self, request: web.Request) -> web.StreamResponse:
        shelved = self._shelf.public(request.match_info["repo_id"])
        if shelved is None:
            return self._not_there(request)
        text = _card_of(shelved)
        return _no_entry() if text is None else web.Response(text=text)

    async def _who_am_i(self, request: web.Request) -> web.StreamResponse:
        if "Authorization" not in request.headers:
            return _refusal(401, "Invalid username or password.")
        access = {"type": "access_token", "accessToken": {"displayName": "demo", "role": "read"}}
        return web.json_response({"type": "user", "id": "0" * 24, "name": "demo", "auth": access})

    def _refuse_expand(self, request: web.Request) -> None:
        if self.refuse_expand and "expand" in request.query:
            raise ValueError("Unknown parameter: expand")

    def _not_there(self, request: web.Request) -> web.StreamResponse:
        """Answer for deleted, private and never-been alike; a renamed repository leads to its new name."""
        repo_id = request.match_info["repo_id"]
        new = self._shelf.new_name_of(repo_id)
        if new is not None:
            return web.Response(status=307, headers={"Location": request.path_qs.replace(repo_id, new, 1)})
        if "Authorization" in request.headers:
            return _refusal(404, "Repository not found", "RepoNotFound")
        return _refusal(401, "Invalid username or password.")


def _read_query(request: web.Request) -> tuple[Query, Sequence[str]]:
    """Read a listing's parameters.

    Raises:
        ValueError: the Hub would refuse one of them; the message says which.
    """
    asked = request.query
    sort, direction, limit = asked.get("sort", "trendingScore"), asked.get("direction"), asked.get("limit", "1000")
    if sort not in SORTABLE:
        raise ValueError(f"Invalid sort parameter: {sort}")
    if direction not in _DIRECTIONS:
        raise ValueError("Invalid direction parameter")
    if not limit.isdigit() or not 1 <= int(limit) <= MOST_PER_PAGE:
        raise ValueError("Invalid limit parameter")
    query = Query(
        author=asked.get("author"),
        filters=tuple(name for value in asked.getall("filter", []) for name in value.split(",")),
        search=asked.get("search"),
        sort=SORTABLE[sort],
        descending=_DIRECTIONS[direction],
        limit=int(limit),
        after=read_cursor(asked["cursor"]) if "cursor" in asked else None,
    )
    full = asked.get("full") == "true"
    return query, _read_fields(request, _LISTED_FULL if full else _LISTED)


def _read_fields(request: web.Request, otherwise: Sequence[str]) -> Sequence[str]:
    expand = request.query.getall("expand", []) + request.query.getall("expand[]", [])
    if not expand:
        extra = [name for name in ("cardData", "config") if request.query.get(name) == "true"]
        return (*otherwise, *extra)
    if any(name in request.query for name in ("full", "cardData", "config")):
        raise ValueError("expand cannot be used together with full, cardData or config")
    unknown = sorted(set(expand) - EXPANDABLE)
    if unknown:
        raise ValueError(f"Invalid expand parameter: {', '.join(unknown)}")
    return expand


def _link(request: web.Request, listing: Listing) -> dict[str, str]:
    if Fault.NEXT_ELSEWHERE in request[_FAULT]:
        return {"Link": f'<{ELSEWHERE}>; rel="next"'}
    if Fault.NEXT_ROUND in request[_FAULT]:
        return {"Link": f'<{request.url}>; rel="next"'}
    if listing.cursor is None:
        return {}
    return {"Link": f'<{request.url.update_query(cursor=listing.cursor)}>; rel="next"'}


def _card_of(shelved: Shelved) -> str | None:
    return None if shelved.empty else shelved.readme


def _no_entry() -> web.Response:
    return _refusal(404, "Entry not found", "EntryNotFound")


def _refusal(status: int, message: str, code: str | None = None) -> web.Response:
    headers = {"X-Error-Message": message} | ({"X-Error-Code": code} if code else {})
    return web.json_response({"error": message}, status=status, headers=headers)


__all__ = ["Fault", "HubServer", "SeenRequest", "WireRecord"]
