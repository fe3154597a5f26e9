"""The project's own client for a hub's HTTP API: bounded in time, in size, in number, and true to one host.

`huggingface_hub`'s listings have no timeout, end at the first bad record and follow any `Link` (HUB.md); this
client sends the same requests and leaves the reading of records to its caller.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import aiohttp
import structlog
from aiohttp import hdrs
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential
from yarl import URL

from bot.domain.errors import HubUnavailable
from bot.hub.request_budget import API, RESOLVE, RequestBudget, Waiting, wait_asked_for
from bot.hub.turnstile import Urgency

_log = structlog.get_logger()

MIB = 1024 * 1024
LARGEST_LISTING = 16 * MIB
"""A thousand light records are about 1 MiB, a hundred full ones (embedding models with all results) up to 8."""

MOST_REDIRECTS = 3
MOST_PAGES = 200
"""The largest publisher has about 60,000 models: 60 pages of a thousand."""

_DEFAULT_RETRY_AFTER = 60.0
"""Seconds to stay away after a 429 that says nothing."""

_REFUSED_TOKEN = "invalid credentials"  # noqa: S105 - what the Hub's error says, no secret

_BETWEEN_LINKS = re.compile(r",\s*(?=<)")
_NEXT = re.compile(r";\s*rel\s*=\s*\"?next\b")

Params = Mapping[str, str | int | list[str]]


class TokenRefused(HubUnavailable):
    """The Hub does not know the token: every request would be refused, and nothing is gone because of it."""


class _Passing(Exception):  # noqa: N818 - a failure that may have passed when asked again
    """Timeout, reset or 5xx."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one request, in seconds and attempts; `waiting` is how pauses between attempts pass."""

    connect: float = 10.0
    read: float = 20.0
    total: float = 60.0
    attempts: int = 3
    first_pause: float = 1.0
    longest_pause: float = 10.0
    waiting: Waiting = field(default_factory=lambda: Waiting(asyncio.sleep))


@dataclass(frozen=True, slots=True)
class Size:
    """The most bytes of body that are read; what is longer is cut off there, or refused."""

    largest: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class _Terms:
    """On which terms a request is sent: whose budget it takes from, how urgent it is, how much may come back."""

    budget: RequestBudget
    urgency: Urgency
    size: Size


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status below 500 that is neither 429 nor a redirect, and at most as many bytes as allowed."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: URL

    @property
    def next_link(self) -> str | None:
        """The address of the next page, as the `Link` header says it."""
        return _next_link(self.headers.get(hdrs.LINK, ""))


class HubClient:
    """GETs from one endpoint. The token goes to that endpoint's own host and nowhere else."""

    def __init__(self, session: aiohttp.ClientSession, endpoint: str, token: str | None, limits: Limits) -> None:
        self._session = session
        self._endpoint = URL(endpoint.rstrip("/"))
        self._authorization = {hdrs.AUTHORIZATION: f"Bearer {token}"} if token else {}
        self._limits = limits
        self._timeout = aiohttp.ClientTimeout(
            total=limits.total, connect=limits.connect, sock_connect=limits.connect, sock_read=limits.read
        )
        self.api = RequestBudget(API.half(has_token=bool(token)), limits.waiting)
        self.files = RequestBudget(RESOLVE.half(has_token=bool(token)), limits.waiting)

    @property
    def has_token(self) -> bool:
        """Tell whether requests carry a token."""
        return bool(self._authorization)

    async def get(
        self,
        path: str,
        params: Params | None = None,
        *,
        budget: RequestBudget | None = None,
        urgency: Urgency = Urgency.POST,
        size: Size | None = None,
    ) -> Answer:
        """Fetch a path of the endpoint.

        Raises:
            HubUnavailable: no useful answer after the allowed attempts, 429, a refused token, or too large a body.
        """
        url = self._endpoint.joinpath(path.lstrip("/")).with_query(params)
        return await self._fetch(url, _Terms(budget or self.api, urgency, size or Size(MIB)))

    async def pages(self, path: str, params: Params, *, urgency: Urgency = Urgency.FEED) -> AsyncIterator[Answer]:
        """Fetch a listing page by page, for as long as the caller goes on asking.

        Raises:
            HubUnavailable: as `get`; or a next page on another host, or one that was fetched before.
        """
        url = self._endpoint.joinpath(path.lstrip("/")).with_query(params)
        terms, fetched = _Terms(self.api, urgency, Size(LARGEST_LISTING)), set[URL]()
        while len(fetched) < MOST_PAGES:
            fetched.add(url)
            answer = await self._fetch(url, terms)
            yield answer
            link = answer.next_link
            if answer.status != 200 or link is None:  # noqa: PLR2004 - OK
                return
            url = self._on_this_host(answer.url, link)
            if url in fetched:
                raise HubUnavailable("the hub's listing leads back to a page that was read")
        _log.warning("hub.listing-too-long", path=path, pages=MOST_PAGES)

    async def _fetch(self, url: URL, terms: _Terms) -> Answer:
        limits = self._limits
        attempts = AsyncRetrying(
            stop=stop_after_attempt(limits.attempts),
            wait=wait_random_exponential(multiplier=limits.first_pause, max=limits.longest_pause),
            retry=retry_if_exception_type(_Passing),
            sleep=limits.waiting.sleep,
            reraise=True,
        )
        try:
            return await attempts(self._follow, url, terms)
        except _Passing as failure:
            raise HubUnavailable(str(failure)) from failure

    async def _follow(self, url: URL, terms: _Terms) -> Answer:
        """Send the request, and again where a redirect leads on the same host (a renamed repository's does)."""
        for _ in range(MOST_REDIRECTS + 1):
            answer = await self._once(url, terms)
            location = answer.headers.get(hdrs.LOCATION)
            if answer.status not in {301, 302, 303, 307, 308} or not location:
                return _useful(answer, terms.budget)
            url = self._on_this_host(url, location)
        raise HubUnavailable("the hub redirects without end")

    async def _once(self, url: URL, terms: _Terms) -> Answer:
        await terms.budget.spend(terms.urgency)
        try:
            async with self._session.get(
                url, headers=self._authorization, timeout=self._timeout, allow_redirects=False
            ) as response:
                terms.budget.heed(response.headers)
                body = await _bounded_body(response, terms.size)
                return Answer(response.status, response.headers, body, url)
        except TimeoutError as error:
            raise _Passing("the hub did not answer in time") from error
        except (aiohttp.ClientError, OSError) as error:
            raise _Passing(f"the connection to the hub failed: {type(error).__name__}") from error

    def _on_this_host(self, here: URL, link: str) -> URL:
        """Return the address a link leads to, if it is on the endpoint's own scheme, host and port."""
        try:
            url = here.join(URL(link))
            same = url.origin() == self._endpoint.origin()
        except ValueError as error:
            raise HubUnavailable("the hub sent a link that is no address") from error
        if not same:
            _log.warning("hub.link-leads-elsewhere", host=url.host, endpoint=str(self._endpoint.origin()))
            raise HubUnavailable("the hub sent a link that leads to another host")
        return url


async def _bounded_body(response: aiohttp.ClientResponse, size: Size) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > size.largest:
            if size.cut:
                break
            raise HubUnavailable(f"the hub's answer is larger than {size.largest} bytes")
    return bytes(body[: size.largest])


def _useful(answer: Answer, budget: RequestBudget) -> Answer:
    """Return an answer that a caller can read; turn the others into what follows from them."""
    if answer.status == 429:  # noqa: PLR2004 - Too Many Requests
        wait = budget.close_for(wait_asked_for(answer.headers) or _DEFAULT_RETRY_AFTER)
        raise HubUnavailable("the hub's rate limit is used up (429)", retry_after=wait)
    if answer.status >= 500:  # noqa: PLR2004 - the server's own failures
        raise _Passing(f"the hub failed ({answer.status})")
    if answer.status == 401 and _REFUSED_TOKEN in _message_of(answer).lower():  # noqa: PLR2004 - Unauthorized
        raise TokenRefused("the hub refused the token (HF_TOKEN)")
    return answer


def _message_of(answer: Answer) -> str:
    """Return what the Hub says about a refusal: a header, as `huggingface_hub` reads it, or the start of the body."""
    return answer.headers.get("X-Error-Message") or answer.body[:500].decode("utf-8", "replace")


def _next_link(header: str) -> str | None:
    """Read the `rel="next"` target of a `Link` header (RFC 8288), as far as the Hub uses it."""
    for part in _BETWEEN_LINKS.split(header):
        target, _, parameters = part.partition(">")
        if _NEXT.search(parameters):
            return target.strip().removeprefix("<")
    return None
