"""The real client against a hub that goes wrong, over a real socket. Nobody waits: pauses are counted, not slept."""

from dataclasses import replace

import aiohttp
import pytest
import structlog

from bot.demo.hub_faults import BAD_RECORDS
from bot.demo.hub_server import Fault
from bot.domain.errors import HubUnavailable
from bot.hub.hub_client import MIB, HubClient, Size, TokenRefused
from bot.hub.hugging_face import read_page
from tests.hub.real_hub import Pauses, fill, hub_and_client, pages_of

PASSING = [Fault.HANG, Fault.FAILS, Fault.OVERLOADED, Fault.CUT_SHORT]
LASTING = [Fault.GARBAGE, Fault.HTML, Fault.HUGE, Fault.REDIRECT_AWAY, Fault.REDIRECT_ROUND]


@pytest.mark.parametrize("fault", [*PASSING, Fault.RESET])
async def test_what_passes_is_asked_again(fault: Fault) -> None:
    """Two bad answers, then a good one: the caller sees the good one."""
    async with hub_and_client(Pauses()) as (hub, client):
        fill(hub, 3)
        hub.faults.inject(fault, times=2)
        pages = await pages_of(client.newest())
    assert [len(page.models) for page in pages] == [3]


@pytest.mark.parametrize("fault", PASSING)
async def test_what_does_not_pass_is_reported_after_three_attempts(fault: Fault) -> None:
    """Attempts are bounded, with pauses that grow and vary between them."""
    pauses = Pauses()
    async with hub_and_client(pauses) as (hub, client):
        fill(hub, 3)
        hub.faults.inject(fault, times=9)
        with pytest.raises(HubUnavailable):
            await pages_of(client.newest())
        assert hub.count("/api/models") == 3
    assert len(pauses.slept) == 2
    assert all(0 <= pause <= 10 for pause in pauses.slept)


@pytest.mark.parametrize("fault", LASTING)
async def test_what_is_no_answer_is_reported_at_once(fault: Fault) -> None:
    """Garbage, a proxy's page, 20 MB and redirects that lead nowhere are no listing and no model."""
    for listing in (True, False):
        async with hub_and_client(Pauses()) as (hub, client):
            fill(hub, 3)
            hub.faults.inject(fault, times=9)
            with pytest.raises(HubUnavailable):
                await (pages_of(client.newest()) if listing else client.look_up("Org/M0"))


async def test_a_bad_record_costs_only_itself() -> None:
    """Every unreadable record becomes a rejection with its reason; the others arrive."""
    async with hub_and_client(Pauses()) as (hub, client):
        fill(hub, 3)
        hub.faults.inject(Fault.BAD_RECORD)
        (page,) = await pages_of(client.newest())
    assert len(page.models) == 3
    assert len(page.rejections) == len(BAD_RECORDS)
    assert {rejection.repo_id for rejection in page.rejections} == {None, "../../etc/passwd", "/@everyone"}
    assert all(rejection.reason.startswith("a record ") for rejection in page.rejections)


@pytest.mark.parametrize("body", [b"{}", b'"text"', b"null", b"7", b'{"error": "x"}'])
def test_json_that_is_no_listing_is_reported(body: bytes) -> None:
    """Something else than a list is no empty listing."""
    with pytest.raises(HubUnavailable):
        read_page(body)


def test_a_lone_surrogate_or_a_nan_does_not_spoil_a_page() -> None:
    """What one of two JSON readers refuses costs no more than the field it stands in."""
    page = read_page(b'[{"id": "a/b", "tags": ["\\ud800x"], "trendingScore": NaN}, {"id": "c/d", "likes": 1}]')
    assert [(model.repo_id, model.tags, model.trending) for model in page.models] == [
        ("a/b", ("x",), None),
        ("c/d", (), None),
    ]


async def test_429_says_when_to_come_back_and_is_not_asked_again() -> None:
    """The Hub's own seconds are handed on; until they are over nothing is sent."""
    pauses = Pauses()
    async with hub_and_client(pauses) as (hub, client):
        fill(hub, 3)
        hub.faults.inject(Fault.TOO_MANY)
        with pytest.raises(HubUnavailable) as first:
            await pages_of(client.newest())
        with pytest.raises(HubUnavailable) as second:
            await client.look_up("Org/M0")
        assert hub.count("/api/models") == 1
        pauses.now += 56
        assert await client.look_up("Org/M0") is not None
    assert (first.value.retry_after, second.value.retry_after) == (55, 55)
    assert pauses.slept == []


async def test_429_without_a_word_is_left_alone_for_a_minute() -> None:
    """A silent 429 closes the door for a default time."""
    async with hub_and_client(Pauses()) as (hub, client):
        hub.faults.inject(Fault.TOO_MANY_SILENT)
        with pytest.raises(HubUnavailable) as raised:
            await client.look_up("Org/M0")
    assert raised.value.retry_after == 60


async def test_a_next_page_elsewhere_is_not_followed() -> None:
    """The first page counts; then the listing ends with a reason, and the token goes nowhere."""
    async with hub_and_client(Pauses(), token="hf_demo") as (hub, client):
        fill(hub, 150)
        hub.faults.inject(Fault.NEXT_ELSEWHERE)
        listing = client.newest()
        first = await anext(listing)
        with structlog.testing.capture_logs() as logs, pytest.raises(HubUnavailable, match="leads to another host"):
            await anext(listing)
    assert len(first.models) == 100
    assert [entry["event"] for entry in logs] == ["hub.link-leads-elsewhere"]


async def test_a_listing_that_goes_round_in_a_circle_ends() -> None:
    """A page that was read before is not read again."""
    async with hub_and_client(Pauses()) as (hub, client):
        fill(hub, 150)
        hub.faults.inject(Fault.NEXT_ROUND, times=99)
        with pytest.raises(HubUnavailable, match="leads back"):
            await pages_of(client.newest())
        assert hub.count("/api/models") == 1


async def test_a_body_is_read_no_further_than_allowed() -> None:
    """The bound holds while the body arrives."""
    pauses = Pauses()
    async with hub_and_client(pauses) as (hub, _), aiohttp.ClientSession() as session:
        hub.faults.inject(Fault.HUGE)
        client = HubClient(session, hub.url, None, pauses.limits)
        with pytest.raises(HubUnavailable, match="larger than 1048576 bytes"):
            await client.get("api/models", size=Size(MIB))


async def test_a_refused_token_is_no_missing_model() -> None:
    """A token that was revoked must not make every model look deleted."""
    async with hub_and_client(Pauses(), token="hf_revoked") as (hub, client):
        fill(hub, 1)
        with pytest.raises(TokenRefused):
            await client.look_up("Org/M0")


async def test_a_hub_that_refuses_expand_is_asked_without() -> None:
    """Mirrors lag behind: without `expand` the listing is asked for in full, from then on."""
    async with hub_and_client(Pauses()) as (hub, client):
        fill(hub, 3)
        hub.refuse_expand = True
        assert [len(page.models) for page in await pages_of(client.newest())] == [3]
        assert await client.look_up("Org/M0") is not None
        queries = [set(request.query) for request in hub.seen]
    assert queries == [{"sort", "limit", "expand"}, {"sort", "limit", "full"}, set()]


async def test_connection_refused_is_reported() -> None:
    """A closed port is a state of the hub, not an error of the program."""
    pauses = Pauses()
    async with aiohttp.ClientSession() as session:
        client = HubClient(session, "http://127.0.0.1:1", None, replace(pauses.limits, attempts=2))
        with pytest.raises(HubUnavailable, match="ClientConnectorError"):
            await client.get("api/models")
    assert len(pauses.slept) == 1
