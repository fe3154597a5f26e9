"""The messenger over a real socket: what it sends, what it finds again, what follows from each failure."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import discord
import pytest
from discord.http import Route

from bot.announcing.discord_messenger import DiscordMessenger
from bot.domain.errors import (
    ChannelGone,
    ChannelRefused,
    MessageGone,
    MessageRefused,
    OutcomeUnknown,
    SendFailure,
    TooManyThreads,
    TryLater,
)
from bot.language.words import Language
from tests.wire.clients import logged_in
from tests.wire.discord_server import DiscordServer
from tests.wire.faults import Fault
from tests.wire.hurry import hurry_no_more, run_hurried
from tests.wire.limits_of_messages import COMPONENTS_V2
from tests.wire.posts import card_post
from tests.wire.tag_memory import TagMemory
from tests.wire.world import PUBLIC_THREAD, Json, text_of, walk

LANGUAGE = Language.load()
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stage:
    """A messenger, the server it speaks to, and one channel there."""

    server: DiscordServer
    client: discord.Client
    messenger: DiscordMessenger
    channel_id: int

    @property
    def shown(self) -> list[Json]:
        """What members see in the channel."""
        return self.server.world.messages_in(self.channel_id)

    def breaks(self, *faults: Fault) -> None:
        """Let the next requests go wrong."""
        self.server.rest.faults.script.extend(faults)


@asynccontextmanager
async def staged(patience: timedelta = timedelta(seconds=40)) -> AsyncGenerator[Stage]:
    """Set the stage; nothing sent in it may break one of Discord's rules."""
    async with DiscordServer() as server, logged_in(server) as client:
        guild = await server.add_guild("Open models")
        messenger = DiscordMessenger(client, LANGUAGE, TagMemory(), patience=patience)
        channel_id = int(guild["channels"][0]["id"])
        # What kind of channel it is, the gateway would have told; here it is asked for once, before anything breaks.
        await messenger.find(channel_id, "nothing", since=datetime.now(UTC))
        server.rest.notes.clear()
        yield Stage(server, client, messenger, channel_id)
        assert server.violations == []


async def failure_of(call: Awaitable[object]) -> SendFailure:
    """Return the failure that a call ends in."""
    with pytest.raises(SendFailure) as failure:
        await call
    return failure.value


async def test_a_card_is_sent_as_components_and_mentions_nobody() -> None:
    """Components V2, the marker among the buttons, every mention off; Discord's rules are kept."""
    async with staged() as stage:
        message_id = await stage.messenger.send(stage.channel_id, card_post(7), nonce="n" * 20)
        (message,) = stage.shown
        assert int(message["id"]) == message_id
        assert message["flags"] & COMPONENTS_V2
        assert "v1:details:7" in [each.get("custom_id") for each in walk(message["components"])]
        assert "Qwen3-8B" in text_of(message)


async def test_no_view_is_kept_in_the_clients_memory() -> None:
    """A card lives for years and there are thousands of them; buttons are served by pattern, not by stored views."""
    async with staged() as stage:
        message_id = await stage.messenger.send(stage.channel_id, card_post(7), nonce="n" * 20)
        await stage.messenger.edit(stage.channel_id, message_id, card_post(7))
        assert stage.client.persistent_views == []
        assert not stage.client._connection._view_store._views  # pyright: ignore[reportPrivateUsage] - no public way to see it


async def test_the_same_nonce_is_posted_once() -> None:
    """Sent again, Discord answers with the message that is there."""
    async with staged() as stage:
        first = await stage.messenger.send(stage.channel_id, card_post(7), nonce="n" * 20)
        second = await stage.messenger.send(stage.channel_id, card_post(7), nonce="n" * 20)
        assert (second, len(stage.shown)) == (first, 1)


async def test_a_message_deleted_meanwhile_is_not_posted_again() -> None:
    """The nonce's message was taken away by a moderator: that is their word, the delivery is given up."""
    async with staged() as stage:
        message_id = await stage.messenger.send(stage.channel_id, card_post(7), nonce="n" * 20)
        del stage.server.world.messages[stage.channel_id][message_id]
        failure = await failure_of(stage.messenger.send(stage.channel_id, card_post(7), nonce="n" * 20))
        assert (type(failure), stage.shown) == (MessageRefused, [])


async def test_an_edit_shows_the_new_facts() -> None:
    """The same message, other text."""
    async with staged() as stage:
        message_id = await stage.messenger.send(stage.channel_id, card_post(7, likes=3), nonce="n" * 20)
        before = text_of(stage.shown[0])
        await stage.messenger.edit(stage.channel_id, message_id, card_post(7, likes=77_000))
        (after,) = stage.shown
        assert (int(after["id"]), text_of(after) == before) == (message_id, False)


async def test_an_edit_of_a_deleted_message_says_that_it_is_gone() -> None:
    """10008."""
    async with staged() as stage:
        failure = await failure_of(stage.messenger.edit(stage.channel_id, 123, card_post(7)))
        assert type(failure) is MessageGone


async def test_a_message_is_found_by_its_marker_however_deep_it_is() -> None:
    """The marker is a button's id inside rows and containers."""
    async with staged() as stage:
        await stage.messenger.send(stage.channel_id, card_post(6), nonce="m" * 20)
        message_id = await stage.messenger.send(stage.channel_id, card_post(7), nonce="n" * 20)
        found = await stage.messenger.find(stage.channel_id, "v1:details:7", since=datetime.now(UTC))
        assert found == message_id


async def test_what_others_wrote_and_what_is_older_is_not_found() -> None:
    """Somebody else's message with the same id in it, and our own from long before, are not the one."""
    async with staged() as stage:
        await stage.messenger.send(stage.channel_id, card_post(7), nonce="n" * 20)
        other: Json = {"id": "5", "username": "imitator", "discriminator": "0", "avatar": None}
        stage.shown[0]["author"] = other
        assert await stage.messenger.find(stage.channel_id, "v1:details:7", since=LONG_AGO) is None
        await stage.messenger.send(stage.channel_id, card_post(8), nonce="o" * 20)
        later = datetime.now(UTC) + timedelta(hours=1)
        assert await stage.messenger.find(stage.channel_id, "v1:details:8", since=later) is None


async def test_what_a_member_was_answered_is_no_post_of_ours() -> None:
    """A card that somebody asked for carries the same buttons, but came by a webhook: it was owed to nobody."""
    async with staged() as stage:
        await stage.messenger.send(stage.channel_id, card_post(7), nonce="n" * 20)
        stage.shown[0]["webhook_id"] = str(stage.server.world.bot_id)
        assert await stage.messenger.find(stage.channel_id, "v1:details:7", since=LONG_AGO) is None


async def test_a_message_is_found_behind_many_others() -> None:
    """More than one page of history is read."""
    async with staged() as stage:
        stranger: Json = {"id": "5", "username": "chatty", "discriminator": "0", "avatar": None}
        start = datetime.now(UTC)
        for number in range(250):
            stage.server.world.add_message(stage.channel_id, stranger, {"content": f"chat {number}"})
        message_id = await stage.messenger.send(stage.channel_id, card_post(7), nonce="n" * 20)
        assert await stage.messenger.find(stage.channel_id, "v1:details:7", since=start) == message_id


async def test_a_direct_conversation_is_opened_and_written_to() -> None:
    """The notice for whoever ran /setup, where no channel was named."""
    async with staged() as stage:
        channel_id = await stage.messenger.open_dm(4242)
        await stage.messenger.send(channel_id, card_post(7), nonce="n" * 20)
        assert channel_id == await stage.messenger.open_dm(4242)
        assert len(stage.server.world.messages_in(channel_id)) == 1


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (403, 50001, ChannelRefused),
        (403, 50013, ChannelRefused),
        (404, 10003, ChannelGone),
        (404, 10004, ChannelRefused),
        (403, 50007, ChannelRefused),
        (400, 50008, ChannelRefused),
        (400, 50035, MessageRefused),
        (400, 200000, MessageRefused),
        (400, 200001, MessageRefused),
        (403, 240000, MessageRefused),
        (413, 40005, MessageRefused),
        (403, 160005, MessageRefused),
        (400, 160006, TooManyThreads),
        (400, 160007, TooManyThreads),
        (429, 30046, TryLater),
        (400, 40058, TryLater),
        (401, 0, TryLater),
        (403, 0, TryLater),
        (404, 0, TryLater),
    ],
)
async def test_what_follows_from_an_answer(status: int, code: int, expected: type[SendFailure]) -> None:
    """By Discord's code; an answer without one is no fault of the channel."""
    async with staged() as stage:
        stage.server.refuse(stage.channel_id, status, code, retry_after=0.001)
        failure = await failure_of(stage.messenger.send(stage.channel_id, card_post(7), nonce="n" * 20))
        assert (type(failure), str(code) in failure.reason) == (expected, True)


async def test_a_rate_limit_in_an_unknown_shape_is_no_crash() -> None:
    """discord.py trips over a 429 without `retry_after`; whatever it was, the channel is looked at before a repeat."""
    async with staged() as stage:
        stage.server.refuse(stage.channel_id, 429, 0)
        failure = await failure_of(stage.messenger.send(stage.channel_id, card_post(7), nonce="n" * 20))
        assert type(failure) is OutcomeUnknown


async def test_permissions_lost_are_the_channels_refusal() -> None:
    """Taken by a moderator's hand: cannot see it, cannot write there."""
    async with staged() as stage:
        for permission in ("view_channel", "send_messages"):
            await stage.server.deny(stage.channel_id, **{permission: True})
            failure = await failure_of(stage.messenger.send(stage.channel_id, card_post(7), nonce="n" * 20))
            assert type(failure) is ChannelRefused


@pytest.mark.parametrize(("in_a_row", "expected"), [(1, None), (5, TryLater)])
def test_a_rate_limit_is_waited_out_a_bounded_number_of_times(
    in_a_row: int, expected: type[SendFailure] | None
) -> None:
    """discord.py waits as long as Discord says and sends again; five in a row are enough."""
    assert outcome_after([Fault.RATE_LIMIT] * in_a_row) is expected


def test_a_rate_limit_that_lasts_too_long_is_left_to_the_lane() -> None:
    """Waiting in the client would hold the lane's lease; `retry_after` is handed on."""

    async def play() -> SendFailure:
        async with staged() as stage:
            stage.server.rest.faults.retry_after = 300
            stage.breaks(Fault.RATE_LIMIT)
            return await failure_of(stage.messenger.send(stage.channel_id, card_post(7), nonce="n" * 20))

    failure = asyncio.run(play())
    assert (type(failure), failure.retry_after) == (TryLater, 300)


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        ([Fault.SERVER_ERROR], None),
        ([Fault.SERVER_ERROR_AFTER], None),
        ([Fault.SERVER_ERROR] * 5, OutcomeUnknown),
        ([Fault.UNAVAILABLE], TryLater),
        ([Fault.CLOUDFLARE], TryLater),
        ([Fault.RESET_BEFORE], OutcomeUnknown),
        ([Fault.RESET_AFTER], OutcomeUnknown),
        ([Fault.HANG], OutcomeUnknown),
        ([Fault.SLOW], None),
        ([Fault.SERVER_ERROR_AFTER, Fault.UNAVAILABLE], OutcomeUnknown),
        ([Fault.SERVER_ERROR_AFTER, Fault.CLOUDFLARE], OutcomeUnknown),
    ],
)
def test_what_follows_from_a_fault_on_the_way(faults: list[Fault], expected: type[SendFailure] | None) -> None:
    """A 503 and a 429 posted nothing; a 500 or a broken connection may have, even when discord.py then sent again."""
    assert outcome_after(faults) is expected


WAITED_OUT = frozenset({Fault.SERVER_ERROR, Fault.SERVER_ERROR_AFTER, Fault.HANG, Fault.SLOW})
"""After these discord.py waits, or we do."""


def outcome_after(faults: list[Fault]) -> type[SendFailure] | None:
    """Send once through these faults; return the failure's class, or None when it was sent, once.

    Only what waits is hurried: within a second of the loop that hurries, a busy machine may not even answer.
    """

    async def play() -> type[SendFailure] | None:
        async with staged() as stage:
            stage.server.rest.faults.retry_after = 0.01
            stage.breaks(*faults)
            if WAITED_OUT.isdisjoint(faults):
                hurry_no_more()
            try:
                await stage.messenger.send(stage.channel_id, card_post(7), nonce="n" * 20)
            except SendFailure as failure:
                return type(failure)
            assert len(stage.shown) == 1
            return None

    return run_hurried(play())


def test_a_refusal_after_a_repeat_is_doubted_once() -> None:
    """The channel was lost between discord.py's own repeats: the first of them may have posted."""

    async def play() -> tuple[type[SendFailure], type[SendFailure]]:
        async with staged() as stage:
            stage.breaks(Fault.SERVER_ERROR_AFTER)
            stage.server.rest.on_moment = lambda _, __: stage.server.refuse(stage.channel_id, 403, 50013)
            first = await failure_of(stage.messenger.send(stage.channel_id, card_post(7), nonce="n" * 20))
            hurry_no_more()
            second = await failure_of(stage.messenger.send(stage.channel_id, card_post(7), nonce="n" * 20))
            return type(first), type(second)

    assert run_hurried(play()) == (OutcomeUnknown, ChannelRefused)


@pytest.mark.parametrize("fault", [Fault.RESET_AFTER, Fault.HANG, Fault.UNAVAILABLE])
@pytest.mark.parametrize("what", ["edit", "find"])
def test_what_can_be_repeated_is_only_later(what: str, fault: Fault) -> None:
    """An edit or a look changes nothing by being done twice: no outcome is unknown."""

    async def play() -> type[SendFailure]:
        async with staged() as stage:
            message_id = await stage.messenger.send(stage.channel_id, card_post(7), nonce="n" * 20)
            # aiohttp itself repeats a GET on a connection that was kept open and is now broken.
            stage.breaks(*[fault] * (1 if what == "edit" else 2))
            calls: dict[str, Callable[[], Awaitable[object]]] = {
                "edit": lambda: stage.messenger.edit(stage.channel_id, message_id, card_post(7)),
                "find": lambda: stage.messenger.find(stage.channel_id, "v1:details:7", since=LONG_AGO),
            }
            return type(await failure_of(calls[what]()))

    assert run_hurried(play()) is TryLater


async def test_nobody_listening_is_only_later() -> None:
    """Connection refused: nothing was sent."""
    async with staged() as stage:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        Route.BASE = f"http://127.0.0.1:{port}/api/v10"
        failure = await failure_of(stage.messenger.send(stage.channel_id, card_post(7), nonce="n" * 20))
        assert type(failure) is TryLater


async def test_an_archived_thread_is_opened_first() -> None:
    """50083: unarchived, then posted or edited."""
    async with staged() as stage:
        parent = stage.server.world.channels[stage.channel_id]
        thread = stage.server.world.add_channel(stage.server.world.guilds[int(parent["guild_id"])], "talk")
        archived: Json = {
            "archived": True,
            "auto_archive_duration": 60,
            "archive_timestamp": datetime.now(UTC).isoformat(),
            "locked": False,
        }
        thread |= {"type": PUBLIC_THREAD, "parent_id": parent["id"], "thread_metadata": archived, "owner_id": "1"}
        thread |= {"message_count": 0, "member_count": 0}
        stage.server.world.channels[int(thread["id"])] = thread
        message_id = await stage.messenger.send(int(thread["id"]), card_post(7), nonce="n" * 20)
        archived["archived"] = True
        await stage.messenger.edit(int(thread["id"]), message_id, card_post(7))
        assert archived["archived"] is False


async def test_many_sends_at_once_stay_apart() -> None:
    """Twenty channels in parallel over one client: every card in its own channel."""
    async with staged() as stage:
        guild = await stage.server.add_guild("Many", tuple(f"channel-{number}" for number in range(20)))
        ids = [int(channel["id"]) for channel in guild["channels"]]
        sends = [
            stage.messenger.send(channel_id, card_post(n), nonce=f"{n:020}") for n, channel_id in enumerate(ids, 1)
        ]
        await asyncio.gather(*sends)
        assert [len(stage.server.world.messages_in(channel_id)) for channel_id in ids] == [1] * 20
