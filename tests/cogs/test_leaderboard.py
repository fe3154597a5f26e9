"""`/leaderboard` as members and moderators use it: standings, weeks, reasons, the schedule, the post."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.cards.ago import ago
from bot.cards.button_ids import standings_page_id
from bot.domain.model import ModelToPut, Stage
from bot.domain.reviews import Report, Review, Verdict
from bot.domain.standing_code import StandingQuery
from bot.domain.standing_filter import StandingFilter
from bot.domain.votes import Ballot, BallotKey, Choice
from bot.workflows.publish_leaderboard import publish_due_weeks
from storage.doorbells import ProcessDoorbell
from tests.cogs.delivering import deliver
from tests.cogs.stage import Play, ids_in, reading, text_of, texts_in
from tests.domain.builders import hub_model

NAMES = ("Qwen/Qwen3-8B", "mistralai/Mistral-7B", "google/gemma-3", *(f"lab/model-{number}" for number in range(12)))
SUNDAY = datetime(2026, 9, 27, 18, tzinfo=UTC)
WEEK = timedelta(weeks=1)


async def voted(play: Play, ups: Sequence[int] = (9, 6, 4), *, names: Sequence[str] = NAMES) -> None:
    """Let members vote for the first models, each so many."""
    await play.remember(*[hub_model(name) for name in names[: len(ups)]])
    now = play.clock.now()
    ballots = {
        BallotKey(play.guild.id, model_id, member): Ballot(Choice.UP, now, now)
        for model_id, up in enumerate(ups, 1)
        for member in range(1, up + 1)
    }
    async with play.database.unit_of_work() as work:
        await work.votes.put(ballots)
        await work.commit()
    play.clock.turn(timedelta(seconds=1))


async def posted(play: Play) -> str:
    """Let the week be due, published and sent; what the channel's last message says."""
    play.clock.moment = max(SUNDAY, play.clock.moment)
    await publish_due_weeks(play.database.unit_of_work, ProcessDoorbell())
    await deliver(play)
    return shown(play.channel.last_message)


def shown(message: Any) -> str:  # noqa: ANN401 - SimCord's message
    """Return a message's texts."""
    return "\n".join(texts_in([one.to_dict() for one in message.components]))


async def test_a_standing_is_shown(play: Play) -> None:
    """Best first, with score, interval and votes; whoever asks sees it alone."""
    await voted(play)
    said = await play.member.slash(play.channel, "leaderboard show")
    text = text_of(said)
    assert said.ephemeral
    assert "this server, last 7 days" in text
    assert "🥇 **[Qwen/Qwen3-8B](https://huggingface.co/Qwen/Qwen3-8B)**" in text
    assert text.index("Qwen3-8B") < text.index("Mistral-7B") < text.index("gemma-3")
    assert "🌱\N{NO-BREAK SPACE}9 / 0" in text


async def test_a_standing_is_filtered(play: Play) -> None:
    """By kind, task, size, licence, tag; an unknown tag is refused, a filter that nothing passes says so."""
    await voted(play)
    none = await play.say("leaderboard show", kind="merge", task="text to image", size="huge", licence="licence-none")
    everything = await play.say("leaderboard show", kind="original", window="all")
    unknown = await play.say("leaderboard show", tag="nobody-uses-this")
    elsewhere = await play.say("leaderboard show", scope="everywhere")
    assert "No votes count here" in none
    assert "Qwen3-8B" in everything
    assert "all time" in everything
    assert unknown
    assert "went wrong" not in unknown
    assert "No votes count everywhere" in elsewhere


async def test_an_unknown_task_or_tag_is_said_to_be_unknown(play: Play) -> None:
    """With what was perhaps meant; a task goes by any of its names, in any language."""
    await voted(play)
    await play.say("tag add", model=NAMES[0], tags="long context")
    task = await play.say("leaderboard show", task="text-genration")
    nonsense = await play.say("leaderboard show", task="nonsense")
    tag = await play.say("leaderboard show", tag="long contxt")
    known = await play.say("leaderboard show", task="文本生成")
    elsewhere = await play.say("leaderboard show", tag="long context", scope="everywhere")
    await play.say("settings", everywhere=True)
    taking_part = await play.say("leaderboard show", tag="long context", scope="everywhere")
    assert "“text-genration” is no task of the Hub that I know" in task
    assert "Did you mean **text-generation**?" in task
    assert "“nonsense” is no task" in nonsense
    assert "mean" not in nonsense
    assert "This server has no tag “long contxt”." in tag
    assert "No server that takes part in standings everywhere has a tag “long context”." in elsewhere
    assert "tagged long context" in taking_part
    assert "Did you mean **long" in tag
    assert "Qwen3-8B" in known
    with reading("zh-CN"):
        assert "Hub 上没有“nonsense”这个任务" in await play.say("leaderboard show", task="nonsense")


async def test_only_servers_that_opted_in_count_everywhere(play: Play) -> None:
    """A moderator decides; taking it back takes the votes back. How old the numbers are is said with them."""
    await voted(play)
    on = await play.say("settings", everywhere=True)
    counted = await play.say("leaderboard show", scope="everywhere", window="all")
    why = await play.say("leaderboard explain", model="Qwen/Qwen3-8B", scope="everywhere", window="all")
    off = await play.say("settings", everywhere=False)
    moment = int(play.clock.now().timestamp())
    play.clock.turn(timedelta(hours=1))
    gone = await play.say("leaderboard show", scope="everywhere", window="all")
    assert "this server's votes count there" in on
    assert "Qwen3-8B" in counted
    assert f"counted {ago(moment)}" in counted
    assert f"counted {ago(moment)}" in why
    assert "counted" not in await play.say("leaderboard show", window="all")
    assert "stay here" in off
    assert "No votes count everywhere" in gone


async def test_everywhere_says_whether_this_server_takes_part(play: Play) -> None:
    """In the standing and in its explanation, with the way to change it; and what a server counts for there."""
    await voted(play)
    asked = {"scope": "everywhere", "window": "all"}
    shown = await play.say("leaderboard show", **asked)
    why = await play.say("leaderboard explain", model="Qwen/Qwen3-8B", **asked)
    with reading("zh-CN"):
        chinese = await play.say("leaderboard show", **asked)
    await play.say("settings", everywhere=True)
    play.clock.turn(timedelta(hours=2))
    taking_part = await play.say("leaderboard show", **asked)
    for told in (shown, why):
        assert "This server takes no part in standings everywhere: its votes stay here." in told
        assert "`/settings`" in told
        assert "with `everywhere`" in told
        assert "at most 10 votes on a model" in told
    assert "and it is ranked" not in why
    assert "本服务器没有参与联合榜" in chinese
    assert "takes no part" not in taking_part
    assert "at most 10 votes on a model" in taking_part
    assert "at most" not in await play.say("leaderboard show", window="all")


async def test_pages_are_turned_after_a_restart(play: Play) -> None:
    """What was asked for stands in the buttons."""
    await voted(play, [15 - number for number in range(15)])
    first = await play.member.slash(play.channel, "leaderboard show", window="all", kind="original")
    await play.restart()
    assert first.response is not None
    (next_page,) = [one for one in ids_in(first.response.components) if one.startswith("v1:board:1:")]
    second = await play.member.click(first.response, custom_id=next_page)
    assert "page 2 of 2" in text_of(second).casefold()
    assert "lab/model-11" in text_of(second)


@pytest.mark.parametrize("code", ["s", "x|y|z", "s|week|nothing|||", "s|week||||||||", "|" * 50])
async def test_made_up_pages_are_answered(play: Play, code: str) -> None:
    """Nobody's hand-made id breaks anything."""
    message = await play.bot_message(f"v1:board:999:{code}")
    said = text_of(await play.member.click(message, custom_id=f"v1:board:999:{code}"))
    assert said
    assert "went wrong" not in said


async def test_a_place_is_explained(play: Play) -> None:
    """One sentence with the numbers, and what would change it."""
    await voted(play, (9, 6, 2))
    second = await play.say("leaderboard explain", model="mistralai/Mistral-7B")
    early = await play.say("leaderboard explain", model="google/gemma-3")
    unknown = await play.say("leaderboard explain", model="a/b")
    assert "ranks 2 of 2: 6 of 6 votes" in second
    assert "more votes for it, and it rises by a place" in second
    assert "too early to rank" in early
    assert "One more voter" in early
    assert "went wrong" not in unknown


async def test_a_place_in_a_published_week_is_explained(play: Play) -> None:
    """As it stood then: with its numbers, too early, without votes, left out; what would change it is no question."""
    await play.say("leaderboard schedule", hour=18)
    await voted(play, (9, 6, 2, 5))
    await play.remember(hub_model(NAMES[4]))
    await leave_out(play, NAMES[3])
    post = await posted(play)
    told = [await play.say("leaderboard explain", model=name, week="2026-W39") for name in NAMES[:5]]
    assert "ranks 1 of 2: 9 of 9 votes" in told[0]
    assert "ranks 2 of 2: 6 of 6 votes" in told[1]
    assert "has 2 votes (2 for it): too early to rank, because with fewer than 3 voters chance decides" in told[2]
    assert "is left out: the hub does not show it any more" in told[3]
    assert "Nobody's vote on **lab/model-1** counted in that week" in told[4]
    assert ["Week 39 ·" in text and "more vote" not in text for text in told] == [True] * 5
    assert "too early: fewer than 3 voters" in post
    assert "1 model with votes is left out" in post
    now = await play.say("leaderboard explain", model=NAMES[3])
    assert "is left out" in now
    assert "One more vote" not in now
    for week, text in (("2026-W38", "No leaderboard of 2026-W38"), ("yesterday", "is no week")):
        assert text in await play.say("leaderboard explain", model=NAMES[0], week=week)
    assert "as it was, whole" in await play.say("leaderboard explain", model=NAMES[0], week="2026-W39", window="all")
    assert await play.suggestions("leaderboard explain", "week", "") == ["2026-W39"]


async def leave_out(play: Play, name: str) -> None:
    """Let the hub take a model away."""
    async with play.database.unit_of_work() as work:
        await work.models.put_many([ModelToPut(hub_model(name), Stage.GONE, None, None, None)], now=play.clock.now())
        await work.commit()


async def test_the_schedule_is_settled(play: Play) -> None:
    """The next three moments are shown as everybody's own clock shows them; nothing is posted before."""
    before = await play.say("leaderboard schedule")
    saved = await play.say("leaderboard schedule", day="friday", hour=9, minute=30, timezone="berlin")
    again = await play.say("leaderboard schedule")
    first = int(datetime(2026, 9, 25, 7, 30, tzinfo=UTC).timestamp())
    assert "no weekly post yet" in before
    assert "Friday, 09:30 (Europe/Berlin)" in saved
    assert [f"<t:{first + number * 604800}:F>" in saved for number in range(3)] == [True, True, True]
    assert "Friday, 09:30" in again
    ended = await play.say("leaderboard schedule", off=True)
    assert "No more weekly posts" in ended
    assert "no weekly post in this server" in await play.say("leaderboard schedule", off=True)


async def test_without_a_timezone_times_are_utc(play: Play) -> None:
    """A server that chose none, and one whose zone the calendar has lost: both are told, and have their post."""
    unset = await play.say("leaderboard schedule", day="sunday", hour=18)
    chosen = await play.say("leaderboard schedule", timezone="Asia/Tokyo")
    async with play.database.unit_of_work() as work:
        schedule = await work.leaderboards.schedule(play.guild.id)
        assert schedule is not None
        await work.leaderboards.put_schedule(replace(schedule, zone="Mars/Olympus"))
        await work.commit()
    lost = await play.say("leaderboard schedule", hour=18)
    moment = f"<t:{int(SUNDAY.timestamp())}:F>"
    assert "Sunday, 18:00 (UTC)" in unset
    assert "Times are UTC. For another timezone" in unset
    assert "UTC" not in chosen
    assert "I do not know the timezone Mars/Olympus any more: times are UTC" in lost
    assert [moment in text for text in (unset, chosen, lost)] == [True, False, True]
    await voted(play)
    assert "Week 39" in await posted(play)


async def test_whoever_chooses_utc_is_not_told_to_choose(play: Play) -> None:
    """UTC is a timezone like another."""
    said = await play.say("leaderboard schedule", timezone="UTC")
    assert "Sunday, 18:00 (UTC)" in said
    assert "another timezone" not in said
    assert "unless" not in await play.say("leaderboard schedule")


async def test_a_week_that_is_published_already_is_said_to_be_passed_over(play: Play) -> None:
    """Where the schedule is begun, changed or looked at while the week's moment is still to come."""
    fresh = await play.say("leaderboard schedule", hour=18)
    await voted(play)
    play.clock.turn(timedelta(minutes=1))
    posted_now = await play.say("leaderboard post")
    changed = await play.say("leaderboard schedule", hour=20)
    looked_at = await play.say("leaderboard schedule")
    await play.say("leaderboard schedule", off=True)
    begun_anew = await play.say("leaderboard schedule", hour=18)
    over = "2026-W39 is published already, so the next post is that of the week after."
    assert [over in said for said in (fresh, posted_now, changed, looked_at, begun_anew)] == [0, 0, 1, 1, 1]
    play.clock.moment = SUNDAY + timedelta(hours=3)
    assert over not in await play.say("leaderboard schedule")


async def test_wrong_schedules_are_refused(play: Play) -> None:
    """A zone that does not exist, a channel in which Rootstock may not write, both at once, a member."""
    zone = await play.say("leaderboard schedule", timezone="Mars/Olympus")
    closed = await play.say("leaderboard schedule", channel=play.closed_channel("closed"))
    both = await play.say("leaderboard schedule", hour=3, off=True)
    member = text_of(await play.member.slash(play.channel, "leaderboard schedule", hour=3))
    poster = text_of(await play.member.slash(play.channel, "leaderboard post"))
    assert "Mars/Olympus" in zone
    assert "Send Messages" in closed
    assert "not both" in both
    assert member == poster
    assert "no weekly post yet" in await play.say("leaderboard schedule")


async def test_the_week_is_posted_and_read(play: Play) -> None:
    """The post names the top, its button opens the full list privately, after a restart too; a week is looked up."""
    await play.say("leaderboard schedule")
    await play.say("leaderboard schedule", hour=18)
    await voted(play, [15 - number for number in range(15)])
    text = await posted(play)
    assert "Worth building on this week" in text
    assert "Week 39" in text
    assert "🥇 **[Qwen/Qwen3-8B]" in text
    await play.restart()
    page = await play.member.click(play.channel.last_message, custom_id=f"v1:week:{play.guild.id}:2026-W39:0")
    assert page.ephemeral
    assert page.response is not None
    (more,) = [one for one in ids_in(page.response.components) if one.endswith(":1")]
    assert "lab/model-11" in text_of(await play.member.click(page.response, custom_id=more))
    assert "Week 39" in await play.say("leaderboard show", week="2026w39")
    assert await play.suggestions("leaderboard show", "week", "w3") == ["2026-W39"]


async def test_weeks_that_are_none_are_refused(play: Play) -> None:
    """Typed wrong, not published, another server's, together with a filter."""
    for typed in ("yesterday", "2026-W60", "2020-W01"):
        said = await play.say("leaderboard show", week=typed)
        assert typed in said
        assert "went wrong" not in said
    assert "as it was, whole" in await play.say("leaderboard show", week="2026-W39", kind="merge")
    message = await play.bot_message("v1:week:77:2026-W39:0")
    foreign = text_of(await play.member.click(message, custom_id="v1:week:77:2026-W39:0"))
    assert "No leaderboard of 2026-W39" in foreign


async def test_a_moderator_posts_now(play: Play) -> None:
    """Once a week; without votes there is nothing to post."""
    off = await play.say("leaderboard post")
    await play.say("leaderboard schedule", hour=18)
    empty = await play.say("leaderboard post")
    await voted(play)
    play.clock.turn(timedelta(minutes=1))
    done = await play.say("leaderboard post")
    twice = await play.say("leaderboard post")
    await deliver(play)
    assert "no weekly post in this server" in off
    assert "nothing to publish" in empty
    assert "2026-W39 is published" in done
    assert "published already" in twice
    assert "Qwen3-8B" in shown(play.channel.last_message)


async def test_a_quiet_week_is_said_in_a_sentence(play: Play) -> None:
    """It still has its button, by which it is recognised."""
    await play.say("leaderboard schedule", quiet_weeks=True)
    text = await posted(play)
    assert "Nobody voted this week" in text
    page = await play.member.click(play.channel.last_message, custom_id=f"v1:week:{play.guild.id}:2026-W39:0")
    assert "Nobody voted this week" in text_of(page)


async def test_it_all_reads_as_chinese(play: Play) -> None:
    """The post in the server's language, answers in the reader's."""
    await play.say("settings", language="zh-CN", timezone="Asia/Shanghai")
    await voted(play)
    with reading("zh-CN"):
        settled = await play.say("leaderboard schedule", day="sunday", hour=18)
        shown_now = await play.say("leaderboard show")
        why = await play.say("leaderboard explain", model="Qwen/Qwen3-8B")
    play.clock.moment = SUNDAY
    text = await posted(play)
    assert "周榜已设好" in settled
    assert "星期日 18:00（上海 · Asia/Shanghai）" in settled
    assert "值得当基座：本服务器 · 近 7 天" in shown_now
    assert "排第 1" in why
    assert "本周值得当基座的模型" in text
    assert "完整榜单" in text


async def test_hostile_names_stay_harmless(play: Play) -> None:
    """A name from the hub neither mentions nor breaks out."""
    await play.say("leaderboard schedule", hour=18)
    await voted(play, (4,), names=("evil/@everyone](https://evil.example)",))
    text = await posted(play)
    assert "@everyone" not in text
    assert "](https://evil.example)" not in text


def test_a_long_filter_has_no_pages() -> None:
    """Rather than an id that Discord refuses."""
    assert standings_page_id(StandingQuery(filters=StandingFilter(task="x" * 60, tag="y" * 40)), 0) is None
    assert len(standings_page_id(StandingQuery(filters=StandingFilter(task="x" * 30, tag="y" * 40)), 999) or "") <= 100


async def test_a_post_without_a_channel_is_made_up_for(play: Play) -> None:
    """The schedule and the status say what waits and why; a channel chosen within the week gets it, marked as late."""
    lost = play.guild.create_text_channel("leaderboard")
    await play.say("leaderboard schedule", channel=lost)
    await voted(play)
    fine = await play.say("leaderboard schedule")
    play.env.backend.delete_channel(lost.id)
    soon = await play.say("leaderboard schedule")
    play.clock.moment = SUNDAY
    await publish_due_weeks(play.database.unit_of_work, ProcessDoorbell())
    await deliver(play)
    waits, status = await play.say("leaderboard schedule"), await play.say("status")
    play.clock.turn(timedelta(hours=30))
    saved = await play.say("leaderboard schedule", channel=play.channel)
    await deliver(play)
    assert "⚠️" not in fine
    assert "That channel does not exist any more" in soon
    held_up = f"The post of 2026-W39 waits: <#{lost.id}> takes no messages (it was deleted)"
    assert [held_up in text for text in (waits, status)] == [True, True]
    assert f"**Weekly post** <#{lost.id}>, next on <t:" in status
    assert "The post of 2026-W39, which found no channel at its hour, comes now" in saved
    assert f"Posted late: it was due <t:{int(SUNDAY.timestamp())}:F>" in shown(play.channel.last_message)
    assert "⚠️" not in await play.say("leaderboard schedule")


async def test_a_week_that_is_looked_up_is_the_post_as_it_was(play: Play) -> None:
    """Best with links, what was discussed, new families, builders, the picture; its button opens page after page."""
    await play.say("leaderboard schedule", hour=18)
    await voted(play, [15 - number for number in range(15)])
    review = Review(play.guild.id, 2, 7, Report(Verdict.WORKS_WELL), play.clock.now())
    async with play.database.unit_of_work() as work:
        await work.reviews.put(review)
        await work.commit()
    post = await posted(play)
    await play.restart()
    found = await play.member.slash(play.channel, "leaderboard show", week="2026-W39")
    assert found.ephemeral
    assert text_of(found) == post
    assert "Most discussed" in post
    (file,) = found.response.attachments
    assert "Qwen/Qwen3-8B" in (file.description or "")
    first = await play.member.click(found.response, custom_id=f"v1:week:{play.guild.id}:2026-W39:0")
    assert "lab/model-6" in text_of(first)
    second = await play.member.click(first.response, custom_id=f"v1:week:{play.guild.id}:2026-W39:1")
    assert "lab/model-11" in text_of(second)
    with reading("zh-CN"):
        assert "讨论最多" in await play.say("leaderboard show", week="2026-W39")
