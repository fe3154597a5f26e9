"""The web server over a real socket."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest

from bot.web.metrics import Metrics
from bot.web.server import LARGEST_NOTICE, Finding, WebParts, WebServer

SECRET = "a secret"
HOOK = "/webhooks/huggingface"


@dataclass
class Inbox:
    """Takes in as many notices as it has room for."""

    room: int = 10
    taken: list[bytes] = field(default_factory=list[bytes])

    def take(self, payload: bytes) -> bool:
        """Take one in while there is room."""
        if len(self.taken) >= self.room:
            return False
        self.taken.append(payload)
        return True


@asynccontextmanager
async def serving(
    inbox: Inbox,
    *,
    secret: str | None = SECRET,
    metrics: Metrics | None = None,
    checks: dict[str, Callable[[], Awaitable[Finding]]] | None = None,
) -> AsyncGenerator[tuple[str, aiohttp.ClientSession]]:
    parts = WebParts(inbox.take, (metrics or Metrics()).text, secret, checks or {})
    server = WebServer(parts, host="127.0.0.1", port=0)
    await server.start()
    try:
        async with aiohttp.ClientSession() as session:
            yield server.url, session
    finally:
        await server.close()


@pytest.mark.parametrize("where", ["header", "parameter"])
async def test_a_notice_with_the_secret_is_taken_at_once(where: str) -> None:
    """The secret may come in its header or as a parameter; the answer is 202 and the payload is handed on as it is."""
    inbox = Inbox()
    headers = {"X-Webhook-Secret": SECRET} if where == "header" else {}
    parameters = {"secret": SECRET} if where == "parameter" else {}
    async with (
        serving(inbox) as (url, session),
        session.post(url + HOOK, data=b"{}", headers=headers, params=parameters) as answer,
    ):
        assert answer.status == 202
    assert inbox.taken == [b"{}"]


@pytest.mark.parametrize(
    "given", [None, "", "a secre", "another", "ключ", "\udcff".encode("utf-8", "surrogatepass").hex()]
)
async def test_a_notice_without_the_secret_is_refused(given: str | None) -> None:
    """A missing, wrong or strange secret gets 401, and nothing is taken in."""
    inbox = Inbox()
    async with serving(inbox) as (url, session):
        parameters = {} if given is None else {"secret": given}
        async with session.post(url + HOOK, data=b"{}", params=parameters) as answer:
            assert answer.status == 401
    assert inbox.taken == []


async def test_without_a_configured_secret_there_is_no_webhook() -> None:
    """Nobody can push notices into a bot whose operator has set no secret, not even with an empty one."""
    async with (
        serving(Inbox(), secret=None) as (url, session),
        session.post(url + HOOK, data=b"{}", headers={"X-Webhook-Secret": ""}) as answer,
    ):
        assert answer.status == 404


async def test_a_body_without_end_is_refused() -> None:
    """More than a payload can be is not read into memory."""
    inbox = Inbox()
    async with serving(inbox) as (url, session):
        headers = {"X-Webhook-Secret": SECRET}
        async with session.post(url + HOOK, data=b"x" * (LARGEST_NOTICE + 1), headers=headers) as answer:
            assert answer.status == 413
    assert inbox.taken == []


async def test_a_full_inbox_says_so() -> None:
    """What had to be dropped is not acknowledged."""
    async with (
        serving(Inbox(room=0)) as (url, session),
        session.post(url + HOOK, data=b"{}", headers={"X-Webhook-Secret": SECRET}) as answer,
    ):
        assert answer.status == 503


async def test_a_living_process_says_so() -> None:
    """`/healthz` depends on nothing."""
    async with serving(Inbox()) as (url, session), session.get(url + "/healthz") as answer:
        assert (answer.status, await answer.text()) == (200, "ok\n")


async def test_readiness_names_what_is_not_well() -> None:
    """Every check is told of by name; one that breaks counts as not well, and the answer is 503."""

    async def well() -> Finding:
        return None

    async def ill() -> Finding:
        return "feeds were last read 2 hours ago"

    async def broken() -> Finding:
        raise ConnectionError

    async with (
        serving(Inbox(), checks={"database": well}) as (url, session),
        session.get(url + "/readyz") as answer,
    ):
        assert (answer.status, await answer.json()) == (200, {"database": "ok"})
    async with (
        serving(Inbox(), checks={"database": broken, "watcher": ill, "gateway": well}) as (url, session),
        session.get(url + "/readyz") as answer,
    ):
        assert answer.status == 503
        assert await answer.json() == {
            "database": "ConnectionError",
            "watcher": "feeds were last read 2 hours ago",
            "gateway": "ok",
        }


async def test_metrics_are_prometheus_text() -> None:
    """What workflows reported is there under its name."""
    metrics = Metrics()
    metrics.releases(3)
    metrics.records_seen("newest", 100, 2)
    metrics.delivered("sent")
    async with serving(Inbox(), metrics=metrics) as (url, session), session.get(url + "/metrics") as answer:
        lines = (await answer.text()).splitlines()
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert "rootstock_releases_seen_total 3.0" in lines
    assert 'rootstock_records_rejected_total{feed="newest"} 2.0' in lines
    assert 'rootstock_deliveries_total{outcome="sent"} 1.0' in lines
