"""/settings and /status, and coming and going."""

from dataclasses import replace
from datetime import timedelta

import discord
import pytest

from bot.domain.delivery import Purpose
from bot.domain.feeds import FeedState
from bot.domain.watches import PausedBecause, WatchState
from tests.cogs.stage import HOUR, LABS, Play, bot_of, ids_in, reading, text_of


async def test_settings_show_what_holds(play: Play) -> None:
    """A server that was never set up reads its defaults, and how to change them."""
    said = await play.say("settings")
    assert "UTC" in said
    assert "09:00" in said


async def test_settings_change_what_is_given(play: Play) -> None:
    """Every setting is an option; the others stay."""
    await play.say("settings", language="zh-CN", timezone="tokyo")
    said = await play.say("settings", digest_hour=7, digest_weekday="sunday", notice_channel=play.channel)
    server = await play.server()
    assert (str(server.locale), server.timezone, server.digest_hour, server.digest_weekday) == (
        "zh-CN",
        "Asia/Tokyo",
        7,
        6,
    )
    assert f"<#{play.channel.id}>" in said


@pytest.mark.parametrize("zone", ["Nowhere/City", "../../etc/passwd", "\x00", "@everyone", "🇩🇪" * 10, "\u202eUTC"])
async def test_a_zone_that_does_not_exist_is_refused(play: Play, zone: str) -> None:
    """Nonsense is answered, mentions nobody and changes nothing."""
    said = await play.say("settings", timezone=zone)
    assert ("I know no timezone" in said) or zone.endswith("UTC")
    assert "@everyone" not in said


async def test_a_notice_channel_is_checked(play: Play) -> None:
    """Notices must be able to arrive."""
    assert "Send Messages" in await play.say("settings", notice_channel=play.closed_channel("closed"))


@pytest.mark.parametrize(
    ("typed", "zone", "said"),
    [
        ("Beijing", "Asia/Shanghai", "**Timezone** Asia/Shanghai"),
        ("北京", "Asia/Shanghai", "there now"),
        ("GMT+8", "Etc/GMT-8", "UTC+8 knows no summer time"),
        ("PST", "America/Los_Angeles", "America/Los Angeles"),
    ],
)
async def test_a_zone_may_be_called_as_people_call_it(play: Play, typed: str, zone: str, said: str) -> None:
    """A city in either language, an abbreviation, an offset; the answer shows what time it is there."""
    assert said in await play.say("settings", timezone=typed)
    assert (await play.server()).timezone == zone


async def test_zones_are_suggested_by_language_and_city(play: Play) -> None:
    """A Chinese reader is offered Shanghai first; anybody finds a zone by its city."""
    with reading("zh-CN"):
        assert (await play.suggestions("settings", "timezone", ""))[0] == "Asia/Shanghai"
    assert await play.suggestions("setup", "timezone", "new yo") == ["America/New_York"]


async def test_status_tells_feeds_channels_and_watches(play: Play) -> None:
    """A feed that fell silent is marked, with what happens by itself."""
    now = play.clock.now()
    await play.say("watch add", authors="qwen")
    async with play.database.unit_of_work() as work:
        await work.feeds.put(FeedState("newest", last_ok_at=now, seen=1200))
        await work.feeds.put(FeedState("trending", last_ok_at=now - 2 * HOUR, failures=3, last_error="@everyone"))
        await work.feeds.put(FeedState("publisher:Qwen", last_ok_at=now))
        await work.commit()
    said = await play.say("status")
    assert "🟢 Newest models" in said
    assert "🔴 Trending models" in said
    assert "Publishers" in said
    assert "**1** watch, 1 at work" in said
    assert "@everyone" not in said


async def test_status_tells_of_a_failure_at_once(play: Play) -> None:
    """The first failure shows, with its reason and the next try; of many listings it is a warning."""
    now, soon = play.clock.now(), play.clock.now() + timedelta(minutes=5)
    failing = FeedState("newest", last_ok_at=now, failures=1, last_error="the hub failed (503)", next_at=soon)
    async with play.database.unit_of_work() as work:
        await work.feeds.put(failing)
        await work.feeds.put(replace(failing, name="publisher:Qwen", last_error="the hub did not answer in time"))
        await work.feeds.put(FeedState("publisher:mistralai", last_ok_at=now, next_at=soon))
        await work.commit()
    said = await play.say("status")
    assert "🔴 Newest models" in said
    assert f"the hub failed (503)`. Tried again <t:{int(soon.timestamp())}:R>" in said
    assert "🟡 Publishers" in said


async def test_status_counts_listings_that_were_never_read(play: Play) -> None:
    """A first round takes minutes; a lab's release before its listing was read may be missed, and that is said."""
    first = await play.say("status")
    async with play.database.unit_of_work() as work:
        for author in LABS.publishers():
            await work.feeds.put(FeedState(f"publisher:{author}", last_ok_at=play.clock.now()))
        await work.commit()
    waiting = "listings wait to be read for the first time"
    assert (f"{len(LABS.publishers())} labs' {waiting}" in first, waiting in await play.say("status")) == (True, False)


async def test_a_paused_channel_is_resumed_from_status(play: Play) -> None:
    """The reason and the way out stand in /status; the button wakes the lane and the watches, after a restart too."""
    await play.say("watch add", authors="qwen")
    await play.pause_lane("Missing Permissions")
    status = await play.moderator.slash(play.channel, "status")
    assert "Missing Permissions" in text_of(status)
    await play.restart()
    (button,) = ids_in(status.response.components)
    woken = await play.moderator.click(status.response, custom_id=button)
    assert "is paused" not in text_of(woken)
    assert [watch.state for watch in await play.watches()] == [WatchState.ACTIVE]


@pytest.mark.parametrize(
    ("reason", "english", "chinese"),
    [
        ("403 50001: refused by @everyone", "I cannot see it", "我看不到这个频道"),
        ("403 50013: Missing Permissions", "I may not post there", "没有在那里发消息的权限"),
        ("400 99999: new trouble", "Discord does not take my messages there", "不接收我发到那里的消息"),
    ],
)
async def test_a_refusal_is_told_in_words(play: Play, reason: str, english: str, chinese: str) -> None:
    """In the reader's language, by Discord's code, which stands in small print; and what helps now."""
    await play.say("watch add", authors="qwen")
    await play.pause_lane(reason)
    said = await play.say("status")
    assert english in said
    assert f"press Resume · `{reason.partition(':')[0]}`" in said
    assert "everyone" not in said
    with reading("zh-CN"):
        assert chinese in await play.say("status")


async def test_what_a_paused_channel_lacks_is_named(play: Play) -> None:
    """As Discord names the permission, and no other."""
    closed = play.closed_channel("closed")
    await play.say("watch add", authors="qwen")
    (watch,) = await play.watches()
    resting = {"state": WatchState.PAUSED, "paused_reason": PausedBecause.CHANNEL_REFUSED}
    async with play.database.unit_of_work() as work:
        await work.watches.update(replace(watch, channel_id=closed.id, **resting))
        await work.commit()
    assert "Give me Send Messages and Embed Links in that channel, then press Resume" in await play.say("status")


async def test_resuming_checks_the_permissions_again(play: Play) -> None:
    """A channel that is still closed stays paused, and the answer says what is missing."""
    closed = play.closed_channel("closed")
    await play.say("watch add", authors="qwen")
    (watch,) = await play.watches()
    async with play.database.unit_of_work() as work:
        await work.watches.update(
            replace(watch, channel_id=closed.id, state=WatchState.PAUSED, paused_reason="channel-refused")
        )
        await work.commit()
    assert "Send Messages" in await play.say("watch resume", watch="1")
    status = await play.moderator.slash(play.channel, "status")
    refused = await play.moderator.click(status.response, custom_id=f"v1:resume:{closed.id}")
    assert "Send Messages" in text_of(refused)


@pytest.mark.parametrize(("held", "told"), [("view_audit_log", False), ("ban_members", False), ("embed_links", True)])
async def test_status_says_where_bans_are_not_heard_of(play: Play, held: str, *, told: bool) -> None:
    """Discord tells of bans only where one of two permissions is held; without, moderators know what to do."""
    guild = bot_of(play.env).get_guild(play.guild.id)
    assert guild is not None
    others = [role for role in guild.me.roles if not role.is_default()]
    permissions = discord.Permissions(view_channel=True, use_application_commands=True, **{held: True})
    for role in (guild.default_role, *others):
        play.env.backend.edit_role(guild.id, role.id, {"permissions": permissions.value})
    await play.env.settle()
    assert ("View Audit Log" in await play.say("status")) == told
    with reading("zh-CN"):
        assert ("查看审核日志" in await play.say("status")) == told


async def test_status_is_for_moderators(play: Play) -> None:
    """A member who was let in by the server's own rules is told who can."""
    await play.let_everybody_in("status")
    assert "Manage Server" in text_of(await play.member.slash(play.channel, "status"))


async def test_a_notices_button_shows_the_status(play: Play) -> None:
    """The button under a notice leads moderators to the state of everything."""
    message = await play.bot_message("v1:notice:7")
    shown = await play.moderator.click(message, custom_id="v1:notice:7")
    assert (shown.ephemeral, "Status" in text_of(shown)) == (True, True)


async def test_a_notice_in_a_direct_message_leads_to_its_servers_status(play: Play) -> None:
    """Whoever set the server up reads its status there; nobody else does, and channels are resumed in the server."""
    await play.say("setup", channel=play.channel, preset="labs", language="en", timezone="UTC")
    await play.pause_lane("Missing Permissions")
    (said, ids), (refused, _) = (
        await play.press_notice_in_dm(play.moderator),
        await play.press_notice_in_dm(play.member),
    )
    assert "Missing Permissions" in said
    assert ids == []
    assert "Manage Server" in refused


async def test_being_removed_pauses_everything(play: Play) -> None:
    """When a server removes Rootstock, its watches rest and what it was owed is withdrawn."""
    await play.say("watch add", authors="qwen")
    async with play.database.unit_of_work() as work:
        await work.deliveries.enqueue(
            guild_id=play.guild.id,
            channel_id=play.channel.id,
            subject="digest:x",
            purpose=Purpose.DIGEST,
            now=play.clock.now(),
        )
        await work.commit()
    await play.remove_bot()
    assert [watch.state for watch in await play.watches()] == [WatchState.PAUSED]
    async with play.database.unit_of_work() as work:
        assert (await work.deliveries.backlog()).pending == 0


async def test_a_new_server_is_greeted_where_rootstock_may_speak(play: Play) -> None:
    """A short hello in the server's language says how to start."""
    said = await play.greeted(preferred_locale="zh-CN")
    assert "`/设置向导`" in said
    assert "管理员" in said


async def test_a_closed_server_is_not_greeted(play: Play) -> None:
    """Where Rootstock may not speak, nothing is tried."""
    assert await play.greeted(closed=True) == ""
