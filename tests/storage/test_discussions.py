"""Discussions: one row a model a server, whoever asks for it and whatever breaks in between."""

import asyncio
from datetime import timedelta

from bot.domain.discussions import Discussion, Place
from storage.engine import Database
from tests.storage.stored import CHANNEL, GUILD, LEASE, NOW, claimed, owe_committed, store_names
from tests.turnable_clock import TurnableClock


async def claim(database: Database, model_id: int, opener: str, *, guild: int = GUILD) -> bool:
    """Claim a discussion in a transaction of its own."""
    async with database.unit_of_work() as work:
        claimed = await work.discussions.claim(guild, model_id, channel_id=CHANNEL, opener=opener, lease=LEASE)
        await work.commit()
    return claimed


async def settle(database: Database, model_id: int, thread_id: int) -> int:
    """Record a thread in a transaction of its own."""
    async with database.unit_of_work() as work:
        stands = await work.discussions.settle(GUILD, model_id, channel_id=CHANNEL, thread_id=thread_id)
        await work.commit()
    return stands


async def recorded(database: Database, model_id: int) -> Discussion | None:
    """Read what is recorded."""
    async with database.unit_of_work() as work:
        return await work.discussions.get(GUILD, model_id)


async def test_of_many_at_once_one_opens(database: Database) -> None:
    """Ten members press at the same moment: one of them gets to open the thread."""
    (model,) = await store_names(database, "org/model")
    claims = await asyncio.gather(*(claim(database, model, f"member {number}") for number in range(10)))
    assert claims.count(True) == 1
    assert await recorded(database, model) == Discussion(CHANNEL, None)


async def test_a_claim_left_behind_runs_out(database: Database, clock: TurnableClock) -> None:
    """Whoever claimed and died is succeeded after the lease, not before."""
    (model,) = await store_names(database, "org/model")
    before = [await claim(database, model, "dead"), await claim(database, model, "next")]
    clock.turn(LEASE + timedelta(seconds=1))
    assert [*before, await claim(database, model, "next")] == [True, False, True]


async def test_a_claim_given_up_is_free_at_once(database: Database) -> None:
    """A thread that could not be opened blocks nobody; somebody else's claim is not given up."""
    (model,) = await store_names(database, "org/model")
    assert await claim(database, model, "first")
    for opener in ("somebody else", "first"):
        async with database.unit_of_work() as work:
            await work.discussions.release(GUILD, model, opener)
            await work.commit()
        assert await claim(database, model, "second") is (opener == "first")


async def test_the_thread_recorded_first_stands(database: Database) -> None:
    """A second thread does not replace it, and an open discussion cannot be claimed."""
    (model,) = await store_names(database, "org/model")
    assert await claim(database, model, "first")
    assert [await settle(database, model, 11), await settle(database, model, 22)] == [11, 11]
    assert (await claim(database, model, "second"), await recorded(database, model)) == (False, Discussion(CHANNEL, 11))
    async with database.unit_of_work() as work:
        assert await work.discussions.threads(GUILD, [model, 999]) == {model: 11}


async def test_only_the_deleted_thread_is_forgotten(database: Database) -> None:
    """Who learns late that an old thread is gone does not take the new one away."""
    (model,) = await store_names(database, "org/model")
    await settle(database, model, 11)
    for gone in (99, 11):
        async with database.unit_of_work() as work:
            await work.discussions.forget(GUILD, model, gone)
            await work.commit()
        assert await recorded(database, model) == (Discussion(CHANNEL, 11) if gone == 99 else None)


async def test_servers_discuss_apart(database: Database) -> None:
    """The same model has a thread in each server."""
    (model,) = await store_names(database, "org/model")
    assert [await claim(database, model, "a", guild=1), await claim(database, model, "b", guild=2)] == [True, True]


async def test_cards_are_found_the_latest_first(database: Database) -> None:
    """Only messages that were sent, of this model, in this server."""
    model, other = await store_names(database, "org/model", "org/other")
    for message, (channel, owed) in enumerate([(201, model), (202, model), (203, other)], 9001):
        (delivery,) = await owe_committed(database, f"model:{owed}", channel_id=channel, model_id=owed)
        held = await claimed(database)
        async with database.unit_of_work() as work:
            await work.deliveries.begin_attempt(held, delivery, now=NOW)
            await work.deliveries.mark_sent(held, delivery, message, now=NOW)
            await work.deliveries.release_lane(held, now=NOW)
            await work.commit()
    await owe_committed(database, f"model:{model}", channel_id=204, model_id=model)
    async with database.unit_of_work() as work:
        assert await work.discussions.cards(GUILD, model) == [Place(202, 9002), Place(201, 9001)]
        assert await work.discussions.cards(GUILD + 1, model) == []


async def test_what_is_ours_on_a_post_is_remembered(database: Database) -> None:
    """Nothing at first, then what was remembered last; an empty memory is not the same as none."""
    remembered: list[frozenset[int] | None] = []
    for tags in ((), (2**63 - 1, 7), ()):
        async with database.unit_of_work() as work:
            remembered.append(await work.discussions.our_tags(11))
            await work.discussions.remember_our_tags(11, tags)
            assert await work.discussions.our_tags(12) is None
            await work.commit()
    async with database.unit_of_work() as work:
        remembered.append(await work.discussions.our_tags(11))
    assert remembered == [None, frozenset(), {7, 2**63 - 1}, frozenset()]


async def test_a_hidden_thread_is_shown_in_its_own_channel_alone(database: Database) -> None:
    """Cards elsewhere lead to no place that their readers may not see."""
    (model,) = await store_names(database, "org/model")
    async with database.unit_of_work() as work:
        await work.discussions.settle(GUILD, model, channel_id=CHANNEL, thread_id=11, hidden=True)
        seen = [await work.discussions.threads(GUILD, [model], seen_from=channel) for channel in (None, 7, CHANNEL)]
    assert seen == [{}, {}, {model: 11}]


async def test_a_thread_stands_until_another_takes_its_place(database: Database) -> None:
    """Who opens another claims it first; what stands is not lost when that is given up, and only that one gives way."""
    (model,) = await store_names(database, "org/model")
    await settle(database, model, 11)
    async with database.unit_of_work() as work:
        claims = [
            await work.discussions.claim(GUILD, model, channel_id=7, opener="mover", lease=LEASE, instead_of=instead_of)
            for instead_of in (12, 11)
        ]
        await work.discussions.release(GUILD, model, "mover")
        await work.commit()
    assert (claims, await recorded(database, model)) == ([False, True], Discussion(CHANNEL, 11))
    async with database.unit_of_work() as work:
        stands = [
            await work.discussions.settle(GUILD, model, channel_id=7, thread_id=22, instead_of=instead_of)
            for instead_of in (12, 11, 11)
        ]
        await work.commit()
    assert (stands, await recorded(database, model)) == ([11, 22, 22], Discussion(7, 22))
