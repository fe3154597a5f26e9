"""A digest is read through: one model at a time, as its card, with everything that can be pressed on it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain.delivery import Announcement, Form
from bot.workflows.gather_digests import gather_due_digests
from storage.doorbells import ProcessDoorbell
from storage.tables import DeliveryRow
from tests.cogs.delivering import card_in, deliver
from tests.cogs.stage import LABS, Play, ids_in, reading, text_of
from tests.domain.builders import hub_model

HOUR = timedelta(hours=1)
NAMES = tuple(f"lab/model-{number}" for number in range(12))


async def post_digest(play: Play, names: tuple[str, ...]) -> Any:  # noqa: ANN401 - SimCord's message
    """Let a daily digest of these models be due and sent; its message."""
    await play.say("watch add", name="Daily", kinds="original", pace="daily")
    await play.remember(*[hub_model(name) for name in names])
    now = play.clock.now()
    async with play.database.unit_of_work() as work:
        for number, name in enumerate(names):
            model = await work.models.by_name(hub_model(name).source, name)
            assert model is not None
            decided = now - HOUR + timedelta(seconds=number)
            line = Announcement(
                play.channel.id, model.id, play.guild.id, 1, Form.DIGEST, decided, now, crossed=("likes:200",)
            )
            await work.deliveries.announce(line)
        await work.commit()
    play.clock.turn(HOUR)
    await gather_due_digests(play.database.unit_of_work, play.clock, ProcessDoorbell(), LABS)
    await deliver(play)
    return card_in(play.channel)


def marker_of(message: Any) -> str:  # noqa: ANN401 - SimCord's message
    """Return the id of the posted digest's "Read through"."""
    (found,) = [one for one in ids_of(message) if one.startswith("v1:digest:") and one.endswith(":0")]
    return found


def ids_of(message: Any) -> list[str]:  # noqa: ANN401 - SimCord's message
    """Return what can be pressed on a message in a channel."""
    return list(ids_in([part.to_dict() for part in message.components]))


async def turn(play: Play, shown: Any, at: int) -> Any:  # noqa: ANN401 - SimCord's results
    """Press the button to a place of the digest."""
    (button,) = [one for one in ids_in(shown.response.components) if one.endswith(f":{at}") and "v1:read:" in one]
    return await play.member.click(shown.response, custom_id=button)


@pytest.mark.parametrize("restarting", [False, True])
async def test_a_digest_is_read_model_by_model(play: Play, *, restarting: bool) -> None:
    """In the digest's order, as cards with all their buttons, privately and in place, also after a restart."""
    digest = await post_digest(play, NAMES[:3])
    shown = await play.member.click(digest, custom_id=marker_of(digest))
    assert shown.ephemeral
    for at, name in enumerate(NAMES[:3]):
        if restarting:
            await play.restart()
        shown = await turn(play, shown, at) if at else shown
        text, buttons = text_of(shown), [one.split(":")[1] for one in ids_in(shown.response.components)]
        assert f"[{name.partition('/')[2]}]" in text
        assert f"{at + 1} of 3" in text
        assert "crossed 200 likes" in text
        assert {"up", "down", "tag", "discuss", "review", "details"} <= set(buttons)
        assert ("‹ Previous" in text, "Next ›" in text) == (at > 0, at < 2)
    assert "[model-1]" in text_of(await turn(play, shown, 1))


async def test_a_vote_while_reading_keeps_the_place(play: Play) -> None:
    """The card that is shown anew can still be left for its neighbours."""
    digest = await post_digest(play, NAMES[:3])
    shown = await turn(play, await play.member.click(digest, custom_id=marker_of(digest)), 1)
    (up,) = [one for one in ids_in(shown.response.components) if one.startswith("v1:up:")]
    voted = await play.member.click(shown.response, custom_id=up)
    assert "Worth building on · 1" in text_of(voted)
    assert "2 of 3" in text_of(voted)
    assert "crossed 200 likes" in text_of(voted)
    assert "[model-2]" in text_of(await turn(play, voted, 2))


async def test_a_vote_on_a_card_whose_digest_is_gone_is_told(play: Play) -> None:
    """It counted: the card says so, only the way to its neighbours is missing."""
    digest = await post_digest(play, NAMES[:3])
    shown = await play.member.click(digest, custom_id=marker_of(digest))
    async with play.database.engine.begin() as connection:
        await connection.execute(update(DeliveryRow).values(guild_id=404))
    (up,) = [one for one in ids_in(shown.response.components) if one.startswith("v1:up:")]
    voted = await play.member.click(shown.response, custom_id=up)
    assert "Worth building on · 1" in text_of(voted)
    assert "of 3" not in text_of(voted)


async def test_one_model_has_no_neighbours(play: Play) -> None:
    """A digest of one opens its card, with nothing to turn."""
    digest = await post_digest(play, NAMES[:1])
    shown = await play.member.click(digest, custom_id=marker_of(digest))
    assert "[model-0]" in text_of(shown)
    assert not [one for one in ids_in(shown.response.components) if one.startswith("v1:read:")]


async def test_a_long_digest_keeps_its_pages_of_lines(play: Play) -> None:
    """What did not fit is a press away as lines; reading through reaches those models too."""
    digest = await post_digest(play, NAMES)
    marker = marker_of(digest)
    lines = await play.member.click(digest, custom_id=f"{marker[:-1]}1")
    assert "[model-11]" in text_of(lines)
    assert "[model-0]" not in text_of(lines)
    back = await play.member.click(lines.response, custom_id=marker)
    assert "[model-0]" in text_of(back)
    assert "[model-9]" in text_of(back)
    with reading("zh-CN"):
        shown = await play.member.click(digest, custom_id=marker)
        assert "1 / 12" in text_of(shown)
        assert "下一个 ›" in text_of(shown)
    last = await play.bot_message(f"v1:read:{marker.split(':')[2]}:11")
    assert "[model-11]" in text_of(await play.member.click(last, custom_id=f"v1:read:{marker.split(':')[2]}:11"))


async def test_a_digest_is_read_in_its_own_server_only(play: Play) -> None:
    """Elsewhere, and beyond its end, it is gone."""
    digest = await post_digest(play, NAMES[:2])
    number = marker_of(digest).split(":")[2]
    other = await play.another_server()
    for place, person, custom_id in (
        (other, other.member, f"v1:read:{number}:0"),
        (play, play.member, f"v1:read:{number}:2"),
    ):
        message = await place.bot_message(custom_id)
        assert "This digest is gone" in text_of(await person.click(message, custom_id=custom_id))
