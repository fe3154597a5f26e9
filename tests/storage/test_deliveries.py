"""Deliveries: owed once, sent in order, edited when they are stale."""

from datetime import timedelta

from bot.domain.delivery import (
    NONCE_WINDOW,
    Announcement,
    Backlog,
    DeliveryState,
    Form,
    LaneLease,
    PostedMessage,
    Purpose,
    card_subject,
)
from bot.domain.server import Server
from storage.engine import Database
from tests.domain.builders import NOW
from tests.storage.stored import CHANNEL, GUILD, claim, claimed, owe, owe_committed, release, store_names
from tests.turnable_clock import TurnableClock

SOON = NOW + timedelta(minutes=1)


def announcement(model_id: int, *, channel_id: int = CHANNEL, form: Form = Form.CARD) -> Announcement:
    """Return a decision made now; a digest is due in an hour."""
    due_at = NOW if form is Form.CARD else NOW + timedelta(hours=1)
    return Announcement(channel_id, model_id, GUILD, 1, form, decided_at=NOW, due_at=due_at, crossed=("likes:100",))


async def attempt(database: Database, held: LaneLease, delivery_id: int) -> bool:
    """Begin an attempt in a transaction of its own."""
    async with database.unit_of_work() as work:
        begun = await work.deliveries.begin_attempt(held, delivery_id, now=NOW)
        await work.commit()
    return begun


async def send(database: Database, held: LaneLease, delivery_id: int, message_id: int = 1) -> None:
    """Send something without sending it."""
    assert await attempt(database, held, delivery_id)
    async with database.unit_of_work() as work:
        await work.deliveries.mark_sent(held, delivery_id, message_id, now=NOW)
        await work.commit()


async def test_a_thing_is_owed_once(database: Database) -> None:
    """The same subject and purpose for the same channel is one delivery."""
    await owe_committed(database, "model:1")
    async with database.unit_of_work() as work:
        again = await work.deliveries.enqueue(
            guild_id=GUILD, channel_id=CHANNEL, subject="model:1", purpose=Purpose.CARD, now=NOW
        )
        await owe(work, "model:1", channel_id=CHANNEL + 1)
    assert again is None


async def test_a_lane_is_sent_in_the_order_it_was_owed(database: Database) -> None:
    """First owed, first sent; an interrupted attempt comes before everything."""
    first, second, third = await owe_committed(database, "a", "b", "c")
    held = await claimed(database)
    await send(database, held, first)
    await attempt(database, held, third)
    async with database.unit_of_work() as work:
        interrupted = await work.deliveries.next_in_lane(held, now=NOW)
        await work.deliveries.mark_sent(held, third, 3, now=NOW)
        last = await work.deliveries.next_in_lane(held, now=NOW)
    assert interrupted is not None
    assert (interrupted.id, interrupted.state) == (third, DeliveryState.SENDING)
    assert last is not None
    assert (last.id, last.payload, last.nonce) == (second, {}, last.nonce)


async def test_an_old_attempt_is_of_unknown_outcome(database: Database, clock: TurnableClock) -> None:
    """Within the nonce's window an attempt is repeated; after it nobody knows, and repeats do not move the window."""
    (owed,) = await owe_committed(database, "a")
    held = await claimed(database)
    await attempt(database, held, owed)
    clock.turn(NONCE_WINDOW / 2)
    await attempt(database, held, owed)
    async with database.unit_of_work() as work:
        young = await work.deliveries.next_in_lane(held, now=clock.now())
    clock.turn(NONCE_WINDOW / 2)
    async with database.unit_of_work() as work:
        old = await work.deliveries.next_in_lane(held, now=clock.now())
    assert young is not None
    assert old is not None
    assert (young.state, young.attempts) == (DeliveryState.SENDING, 2)
    assert (old.state, old.sending_at) == (DeliveryState.UNKNOWN, NOW)


async def test_a_lost_lease_begins_nothing(database: Database, clock: TurnableClock) -> None:
    """A sender whose lane was claimed by another neither reads it nor begins an attempt nor gives it back."""
    (owed,) = await owe_committed(database, "a")
    slow = await claimed(database, "slow")
    clock.turn(timedelta(minutes=1))
    quick = await claimed(database, "quick")
    await release(database, slow)
    async with database.unit_of_work() as work:
        assert await work.deliveries.next_in_lane(slow, now=NOW) is None
        assert not await work.deliveries.renew(slow, lease=timedelta(seconds=1))
    assert (await attempt(database, slow, owed), await attempt(database, quick, owed)) == (False, True)


async def test_what_was_posted_is_recorded_without_a_lease(database: Database, clock: TurnableClock) -> None:
    """A message id is the truth, even when the lane belongs to somebody else by now."""
    (owed,) = await owe_committed(database, "a")
    slow = await claimed(database, "slow")
    await attempt(database, slow, owed)
    clock.turn(timedelta(minutes=1))
    quick = await claimed(database, "quick")
    async with database.unit_of_work() as work:
        await work.deliveries.mark_sent(slow, owed, 77, now=NOW)
        await work.commit()
    async with database.unit_of_work() as work:
        assert await work.deliveries.next_in_lane(quick, now=NOW) is None
        sent = await work.deliveries.delivery(owed)
    assert sent is not None
    assert (sent.state, sent.message_id) == (DeliveryState.SENT, 77)


async def test_an_undone_attempt_is_pending_again(database: Database) -> None:
    """What certainly posted nothing is as if it was never tried, but counted."""
    (owed,) = await owe_committed(database, "a")
    held = await claimed(database)
    await attempt(database, held, owed)
    async with database.unit_of_work() as work:
        await work.deliveries.put_back(owed)
        back = await work.deliveries.delivery(owed)
    assert back is not None
    assert (back.state, back.sending_at, back.attempts) == (DeliveryState.PENDING, None, 1)


async def test_an_edit_comes_after_what_is_pending(database: Database) -> None:
    """A stale card is edited when its moment comes and nothing is left to send; once, however often it was asked."""
    (model_id,) = await store_names(database, "lab/a")
    (card,) = await owe_committed(database, "card", model_id=model_id)
    held = await claimed(database)
    await send(database, held, card)
    (other,) = await owe_committed(database, "other")
    async with database.unit_of_work() as work:
        asked = [await work.deliveries.refresh_cards([model_id], due_at=SOON) for _ in range(2)]
        first = await work.deliveries.next_in_lane(held, now=SOON)
        await work.deliveries.mark_withdrawn(other)
        assert await work.deliveries.next_in_lane(held, now=NOW) is None
        edit = await work.deliveries.next_in_lane(held, now=SOON)
        assert edit is not None
        await work.deliveries.mark_shown(card, edit.wanted_revision)
        assert await work.deliveries.next_in_lane(held, now=SOON) is None
    assert (asked, first and first.id, edit.id, edit.wanted_revision) == ([1, 1], other, card, 2)


async def test_an_edit_asked_for_meanwhile_is_not_lost(database: Database) -> None:
    """What changed while an edit was under way needs one more edit."""
    (model_id,) = await store_names(database, "lab/a")
    (card,) = await owe_committed(database, "card", model_id=model_id)
    held = await claimed(database)
    await send(database, held, card)
    async with database.unit_of_work() as work:
        await work.deliveries.refresh_cards([model_id], due_at=NOW)
        await work.deliveries.refresh_cards([model_id], due_at=NOW)
        await work.deliveries.mark_shown(card, 1)
        stale = await work.deliveries.next_in_lane(held, now=NOW)
    assert stale is not None
    assert (stale.shown_revision, stale.wanted_revision) == (1, 2)


async def test_only_this_servers_cards_are_refreshed(database: Database) -> None:
    """A server's own change (its language) edits its own cards only; an unsent card is rendered fresh anyway."""
    (model_id,) = await store_names(database, "lab/a")
    await owe_committed(database, "card", model_id=model_id)
    async with database.unit_of_work() as work:
        assert await work.deliveries.refresh_cards([model_id], due_at=NOW) == 0
    held = await claimed(database)
    async with database.unit_of_work() as work:
        owed = await work.deliveries.next_in_lane(held, now=NOW)
    assert owed is not None
    await send(database, held, owed.id)
    async with database.unit_of_work() as work:
        assert await work.deliveries.refresh_cards([model_id], due_at=NOW, guild_id=GUILD + 1) == 0
        assert await work.deliveries.refresh_cards([model_id], due_at=NOW, guild_id=GUILD) == 1


async def test_a_deleted_message_is_edited_no_more(database: Database) -> None:
    """A card that somebody deleted stands in its channel no more, and is not announced there again."""
    (model_id,) = await store_names(database, "lab/a")
    async with database.unit_of_work() as work:
        await work.deliveries.announce_many([announcement(model_id)], now=NOW)
        await work.commit()
    held = await claimed(database)
    async with database.unit_of_work() as work:
        card = await work.deliveries.next_in_lane(held, now=NOW)
    assert card is not None
    await send(database, held, card.id)
    async with database.unit_of_work() as work:
        assert await work.deliveries.channels_with_cards([model_id]) == {(CHANNEL, model_id)}
        await work.deliveries.stop_editing(card.id)
        assert await work.deliveries.channels_with_cards([model_id]) == frozenset()
        assert await work.deliveries.refresh_cards([model_id], due_at=NOW) == 0
        assert not await work.deliveries.announce(announcement(model_id))


async def test_a_model_is_announced_once_a_channel(database: Database) -> None:
    """A channel is given a model once, ever; another channel is asked by itself."""
    (model_id,) = await store_names(database, "lab/a")
    async with database.unit_of_work() as work:
        assert await work.deliveries.announce(announcement(model_id))
        assert not await work.deliveries.announce(announcement(model_id, form=Form.DIGEST))
        assert await work.deliveries.announce(announcement(model_id, channel_id=CHANNEL + 1))
        assert await work.deliveries.announced([model_id, 999]) == {(CHANNEL, model_id), (CHANNEL + 1, model_id)}


async def test_many_announcements_owe_their_cards(database: Database) -> None:
    """New decisions for cards are owed in order and linked; digests wait; what was given before is left alone."""
    old, card, line = await store_names(database, "lab/old", "lab/card", "lab/line")
    decisions = [announcement(card), announcement(line, form=Form.DIGEST), announcement(old)]
    async with database.unit_of_work() as work:
        await work.deliveries.announce(announcement(old))
        new = await work.deliveries.announce_many(decisions, now=NOW)
        await work.commit()
    held = await claimed(database)
    async with database.unit_of_work() as work:
        owed = await work.deliveries.next_in_lane(held, now=NOW)
        recent = await work.deliveries.recent_announcements(CHANNEL, since=NOW)
        cards = await work.deliveries.recent_cards([CHANNEL, 9], since=NOW)
        assert await work.deliveries.channels_with_cards([card, line]) == {(CHANNEL, card)}
        assert await work.deliveries.crossed_of(CHANNEL, card) == ("likes:100",)
    assert [one.model_id for one in new] == [card, line]
    assert owed is not None
    assert (owed.subject, owed.model_id) == (f"model:{card}", card)
    assert [(one.delivery_id, model.id) for one, model in recent] == [(None, old), (owed.id, card)]
    assert cards == {CHANNEL: [(old, "lab", NOW), (card, "lab", NOW)], 9: []}


async def test_a_digest_gathers_its_group(database: Database) -> None:
    """What is due together becomes one delivery, read page by page; servers that were left get none."""
    models = await store_names(database, *[f"lab/{number}" for number in range(3)])
    due_at = NOW + timedelta(hours=1)
    async with database.unit_of_work() as work:
        await work.servers.put(Server(GUILD))
        await work.deliveries.announce_many([announcement(one, form=Form.DIGEST) for one in models], now=NOW)
        assert await work.deliveries.due_digests(NOW) == []
        assert await work.deliveries.next_digest_due(CHANNEL, after=NOW) == due_at
        assert await work.deliveries.due_digests(due_at) == [(GUILD, CHANNEL, due_at)]
        digest = await owe(work, "digest")
        assert await work.deliveries.gather_digest(CHANNEL, due_at, digest) == len(models)
        page, total = await work.deliveries.digest_lines(digest, offset=2, limit=2)
        assert await work.deliveries.due_digests(due_at) == []
    assert ([line.model_id for line in page], total) == (models[2:], 3)


async def test_nothing_is_owed_to_a_server_that_was_left(database: Database) -> None:
    """Digests of a server that removed the bot stay undone, and what was owed is withdrawn."""
    (model_id,) = await store_names(database, "lab/a")
    async with database.unit_of_work() as work:
        await work.servers.put(Server(GUILD))
        await work.deliveries.announce(announcement(model_id, form=Form.DIGEST))
        await owe(work, "card")
        await work.servers.forget(GUILD, now=NOW)
        assert await work.deliveries.due_digests(NOW + timedelta(days=1)) == []
        assert (await work.deliveries.backlog()).pending == 0


async def test_lanes_and_backlog_report(database: Database) -> None:
    """What `/status` and the metrics show."""
    await owe_committed(database, "a", "b")
    held = await claimed(database)
    async with database.unit_of_work() as work:
        sent = await work.deliveries.next_in_lane(held, now=NOW)
    assert sent is not None
    await send(database, held, sent.id)
    async with database.unit_of_work() as work:
        assert await work.deliveries.pause_lane(CHANNEL, "403", now=NOW)
        (report,) = await work.deliveries.lane_reports(GUILD)
        backlog = await work.deliveries.backlog()
    assert (report.channel_id, report.paused_reason, report.pending, report.failures) == (CHANNEL, "403", 1, 0)
    assert report.last_sent_at == NOW
    assert backlog == Backlog(pending=1, unknown=0, paused_lanes=1, oldest_pending_at=NOW)


async def test_a_backlog_becomes_one_digest(database: Database) -> None:
    """Too many cards, or several too old, are folded into one digest; later ones join it while it waits."""
    models = await store_names(database, *[f"lab/{number}" for number in range(6)])
    async with database.unit_of_work() as work:
        await work.deliveries.announce_many([announcement(one) for one in models[:4]], now=NOW)
        await work.commit()
    later = NOW + timedelta(hours=1)
    async with database.unit_of_work() as work:
        assert await work.deliveries.long_backlogs(older_than=NOW, more_than=4) == []
        assert await work.deliveries.long_backlogs(older_than=NOW, more_than=3) == [(GUILD, CHANNEL)]
        assert await work.deliveries.long_backlogs(older_than=later, more_than=25) == [(GUILD, CHANNEL)]
        for some in (models[:4], models[4:]):
            await work.deliveries.announce_many([announcement(one) for one in some], now=NOW)
            folded = await work.deliveries.fold_backlog(
                guild_id=GUILD, channel_id=CHANNEL, older_than=later, more_than=25, now=NOW
            )
            assert folded == len(some)
        await work.commit()
    held = await claimed(database)
    async with database.unit_of_work() as work:
        digest = await work.deliveries.next_in_lane(held, now=NOW)
        assert digest is not None
        lines, total = await work.deliveries.digest_lines(digest.id)
        assert (await work.deliveries.backlog()).pending == 1
    assert (digest.purpose, digest.payload) == (Purpose.DIGEST, {"reason": "overflow", "since": NOW.isoformat()})
    assert ([line.model_id for line in lines], total) == (models, 6)


async def test_a_single_old_card_stays_a_card(database: Database) -> None:
    """A digest of one line would be a worse card."""
    await owe_committed(database, "a")
    async with database.unit_of_work() as work:
        folded = await work.deliveries.fold_backlog(
            guild_id=GUILD, channel_id=CHANNEL, older_than=NOW + timedelta(hours=1), more_than=25, now=NOW
        )
    assert folded == 0
    assert await claim(database) is not None


async def test_a_message_that_stands_is_adopted(database: Database) -> None:
    """As what its channel was owed, whatever had become of that; it is brought up to date when that is asked for."""
    (model,) = await store_names(database, "org/model")
    (owed,) = await owe_committed(database, f"model:{model}", model_id=model)
    for message_id, due_at in ((11, None), (12, NOW)):
        async with database.unit_of_work() as work:
            posted = PostedMessage(GUILD, CHANNEL, card_subject(model), Purpose.CARD, message_id, model)
            await work.deliveries.adopt(posted, now=NOW, edit_due_at=due_at)
            found = await work.deliveries.delivery(owed)
            await work.commit()
        assert found is not None
        assert (found.state, found.message_id) == (DeliveryState.SENT, message_id)
        assert found.wanted_revision - found.shown_revision == (0 if due_at is None else 1)
    held = await claimed(database)
    async with database.unit_of_work() as work:
        due = await work.deliveries.next_in_lane(held, now=NOW)
    assert (due and due.id) == owed
