"""Two members' week: one reads English, one Chinese, and the bot is restarted in between."""

from tests.cogs.conftest import env, hub, play, stage_database
from tests.cogs.delivering import card_in, deliver, post_card
from tests.cogs.stage import HOUR, Play, ids_in, reading, text_of
from tests.domain.builders import hub_model

__all__ = ["env", "hub", "play", "stage_database"]

MODEL, OTHER = "Qwen/Qwen3-8B", "meadow/Rowan-8B"


async def test_two_members_week(play: Play) -> None:
    """They vote, tag, review, discuss, find and compare; what they said survives a restart and can be forgotten."""
    await play.remember(hub_model(OTHER))
    model_id = await post_card(play, hub_model(MODEL, likes=3))
    em, mo, channel = play.member, play.moderator, play.channel

    # Monday: one presses buttons in English, the other types commands in Chinese.
    pressed = await em.click(card_in(channel), custom_id=f"v1:up:{model_id}")
    assert (pressed.ephemeral, "Worth building on" in text_of(pressed)) == (True, True)
    with reading("zh-CN"):
        assert "不适合" in text_of(await mo.slash(channel, "vote", model=MODEL, choice="down"))
        tagged = await mo.slash(channel, "tag add", model=MODEL, tags="编程")
        assert "编程" in text_of(tagged)
    assert "coding" in text_of(await em.slash(channel, "tag add", model=MODEL, tags="Coding"))
    assert "no model called" in text_of(await em.slash(channel, "review add", model="no/such-model", verdict="poor"))
    await em.slash(channel, "review add", model=MODEL, verdict="works-well", hardware="RTX 4090", note="Good base")

    # Wednesday: the card has followed, the bot restarts, the old buttons still work.
    play.clock.turn(HOUR)
    await play.restart()
    await deliver(play)
    shown = text_of(await em.slash(channel, "model show", model=MODEL))
    assert all(part in shown for part in ("coding", "1 tried it"))
    opened = await em.click(card_in(channel), custom_id=f"v1:discuss:{model_id}")
    again = await mo.slash(channel, "discuss", model=MODEL)
    assert [len(channel.threads), opened.ephemeral, again.ephemeral] == [1, True, True]
    changed = await mo.click(card_in(channel), custom_id=f"v1:up:{model_id}")
    assert changed.ephemeral

    # Friday: they look for more, and for what they said themselves.
    assert MODEL in text_of(await em.slash(channel, "model search", tag="coding"))
    compared = text_of(await em.slash(channel, "model compare", first=MODEL, second=OTHER))
    assert all(name.split("/")[1] in compared for name in (MODEL, OTHER))
    assert MODEL in text_of(await em.slash(channel, "me"))
    with reading("zh-CN"):
        assert "试用评价" in text_of(await em.slash(channel, "review list", model=MODEL))
        audited = await mo.slash(channel, "audit", model=MODEL)
    assert (audited.ephemeral, MODEL in text_of(audited)) == (True, True)

    # Sunday: one takes everything back.
    assert (await em.slash(channel, "privacy export")).ephemeral
    asked = await em.slash(channel, "privacy forget")
    confirm = next(part for part in ids_in(asked.response.components) if part.startswith("v1:forget"))
    await em.click(asked.response, custom_id=confirm)
    left = text_of(await mo.slash(channel, "review list", model=MODEL))
    assert "Good base" not in left
