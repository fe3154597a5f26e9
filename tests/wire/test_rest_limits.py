"""Every REST call takes a slot of the shared limiter and is counted; interactions and the gateway take none."""

import aiohttp
import pytest

from bot.announcing.rest_limits import RestCall, rest_trace, route_of
from tests.wire.clients import PlainClient, connected
from tests.wire.discord_server import DiscordServer
from tests.wire.faults import Fault
from tests.wire.interactions import MESSAGE


class CountingLimiter:
    """Gives every slot at once and counts them."""

    def __init__(self) -> None:
        self.slots = 0

    async def slot(self) -> None:
        """Give one."""
        self.slots += 1


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/channels/123/messages/456", "/channels/{id}/messages/{id}"),
        ("/webhooks/123/secret-token/messages/@original", "/webhooks/{id}/{token}/messages/@original"),
        ("/interactions/123/secret/callback", "/interactions/{id}/{token}/callback"),
        ("/users/@me", "/users/@me"),
    ],
)
def test_a_route_has_neither_ids_nor_secrets(path: str, route: str) -> None:
    """Metrics have few labels, logs no tokens."""
    assert route_of(path) == route


async def test_calls_take_slots_and_are_counted_interactions_only_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Log-in and messages wait for the limiter; the callback of an interaction does not, it has three seconds.

    Here they are a minute: that this machine may stand still for a while is not what is tested.
    """
    monkeypatch.setattr("tests.wire.interactions.ACKNOWLEDGE_SECONDS", 60.0)
    limiter, calls = CountingLimiter(), list[RestCall]()
    trace = rest_trace(limiter, calls.append)
    async with DiscordServer() as server:
        guild = await server.add_guild("Open models")
        channel_id = int(guild["channels"][0]["id"])
        async with connected(server, lambda: PlainClient(http_trace=trace)) as client:
            await client.get_partial_messageable(channel_id).send("hello")
            slots = limiter.slots
            reply = await server.interactions.inject(
                2,
                server.person("ada"),
                {"id": "1", "name": "any", "type": 1},
                guild_id=int(guild["id"]),
                channel_id=channel_id,
            )
            url = f"{server.api_base}/interactions/{reply.id}/{reply.token}/callback"
            async with aiohttp.ClientSession(trace_configs=[trace]) as session:
                await session.post(url, json={"type": MESSAGE, "data": {"content": "hello"}})
        assert limiter.slots == slots
    assert slots == len(calls) - 1
    seen = {(call.method, call.route, call.status) for call in calls}
    assert {
        ("GET", "/users/@me", 200),
        ("POST", "/channels/{id}/messages", 200),
        ("POST", "/interactions/{id}/{token}/callback", 204),
    } <= seen
    assert all(call.seconds >= 0 for call in calls)


async def test_a_call_without_an_answer_is_counted_too() -> None:
    """A reset connection has no status."""
    limiter, calls = CountingLimiter(), list[RestCall]()
    async with DiscordServer() as server:
        guild = await server.add_guild("Open models")
        client = PlainClient(http_trace=rest_trace(limiter, calls.append))
        async with connected(server, lambda: client):
            server.rest.faults.script.append(Fault.RESET_BEFORE)
            with pytest.raises((aiohttp.ClientError, OSError)):
                await client.get_partial_messageable(int(guild["channels"][0]["id"])).send("hello")
    assert [call.status for call in calls if call.method == "POST"] == [None]
