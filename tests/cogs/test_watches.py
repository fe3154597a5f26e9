"""/watch, as moderators and members use it."""

import re
from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from bot.domain.delivery import Announcement, Form
from bot.domain.model import Kind
from bot.domain.watches import WATCHES_PER_SERVER, Pace, WatchFilter, WatchState
from tests.cogs.delivering import post_card
from tests.cogs.stage import HOUR, Play, ids_in, reading, text_of
from tests.domain.builders import hub_model, parent

BASE = hub_model("Qwen/Qwen3-8B", likes=500)
FINETUNE = hub_model("someone/Tuned-8B", declared=(parent("Qwen/Qwen3-8B", Kind.FINETUNE),))
QUANTIZED = hub_model("bartowski/Qwen3-8B-GGUF", declared=(parent("Qwen/Qwen3-8B", Kind.QUANTIZED),))


async def test_add_answers_with_what_happens_next(play: Play) -> None:
    """A new watch is stored, and its channel is promised the next release."""
    said = await play.say("watch add", channel=play.channel, labs="qwen", kinds="finetune", min_size="7B")
    (watch,) = await play.watches()
    assert (watch.filter.labs, watch.filter.min_parameters) == (frozenset({"qwen"}), 7_000_000_000)
    assert f"<#{play.channel.id}>" in said
    assert "/watch preview" in said


async def test_kinds_and_licence_classes_stand_in_one_order_in_every_language(play: Play) -> None:
    """As every list offers them, not by the alphabet: what was picked first in a menu is not told last."""
    said = await play.say("watch add", kinds="merge, original, finetune", licences="custom, copyleft, permissive")
    assert "original, finetune, merge" in said
    assert "permissive, copyleft, own terms" in said
    with reading("zh-CN"):
        assert "原创、微调、合并" in await play.say("watch list")


async def test_every_filter_is_an_option(play: Play) -> None:
    """All conditions of PRODUCT.md, section 3, arrive in the stored filter."""
    await play.remember(BASE)
    await play.say(
        "watch add",
        name="Everything at once",
        pace="weekly",
        authors="Qwen, 深度求索",
        labs="qwen",
        countries="cn",
        kinds="finetune，merge",
        derivative_of="hf.co/Qwen/Qwen3-8B#usage, Qwen / Qwen3-8B",
        tasks="text-generation",
        libraries="transformers",
        licences="permissive, copyleft",
        languages="zh、en",
        min_size="1.5b",
        max_size="70B",
        likes=10,
        downloads=1000,
        trending=3,
        keywords="long context, coder",
        not_keywords="nsfw",
    )
    (watch,) = await play.watches()
    asked = watch.filter
    assert (watch.name, watch.pace) == ("Everything at once", Pace.WEEKLY)
    assert asked.authors == frozenset({"qwen", "deepseek-ai"})
    assert asked.kinds == frozenset({Kind.FINETUNE, Kind.MERGE})
    assert len(asked.descends_from) == 1
    assert asked.languages == frozenset({"zh", "en"})
    assert asked.keywords == frozenset({"long context", "coder"})
    assert (asked.min_parameters, asked.max_parameters) == (1_500_000_000, 70_000_000_000)
    assert (asked.min_likes, asked.min_downloads, asked.min_trending) == (10, 1000, 3)


async def test_a_base_that_only_the_hub_knows_can_be_followed(play: Play) -> None:
    """A model that was never seen is looked up on the hub, under the name the hub gives it."""
    play.hub.models["org/base"] = hub_model("Org/Base")
    said = await play.say("watch add", derivative_of="org/base")
    (watch,) = await play.watches()
    assert len(watch.filter.descends_from) == 1
    assert "Org/Base" in said


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        ({"min_size": "big"}, "is not a number"),
        ({"min_size": "70B", "max_size": "7B"}, "swap the two"),
        ({"labs": "no such lab"}, "is not among the known labs"),
        ({"countries": "xx"}, "is no country that I know"),
        ({"kinds": "remix"}, "There is no kind"),
        ({"licences": "free"}, "There is no licence class"),
        ({"derivative_of": "nobody/nothing"}, "I find no model"),
        ({"derivative_of": "../../etc/passwd"}, "I find no model"),
        ({"name": "\u200b\u202e"}, "at least one visible character"),
        ({"authors": ", ".join(f"a{n}" for n in range(30))}, "at most 25"),
    ],
)
async def test_wrong_input_is_answered_with_what_to_do(play: Play, options: dict[str, str], answer: str) -> None:
    """What makes no sense is refused in words, privately, and nothing is stored."""
    result = await play.moderator.slash(play.channel, "watch add", **options)
    assert answer in text_of(result)
    assert (result.ephemeral, await play.watches()) == (True, [])


async def test_the_hub_being_down_is_said(play: Play) -> None:
    """A look-up that the hub does not answer asks to try again."""
    play.hub.is_down = True
    with capture_logs() as logs:
        said = await play.say("watch why", model="org/unseen")
    (event,) = [event for event in logs if event["event"] == "interaction_refused"]
    assert "does not answer right now" in said
    assert f"`{event['error_id']}`" in said


async def test_the_hundredth_watch_is_the_last(play: Play) -> None:
    """A server has at most 100 watches; the answer says how to make room."""
    await play.say("watch add", authors="first")
    (first,) = await play.watches()
    async with play.database.unit_of_work() as work:
        for number in range(WATCHES_PER_SERVER - 2):
            await work.watches.add(replace(first, filter=WatchFilter(authors=frozenset({f"author{number}"}))))
        await work.commit()
    await play.say("watch add", authors="hundredth")
    said = await play.say("watch add", authors="one-more")
    assert (len(await play.watches()), "/watch remove" in said) == (WATCHES_PER_SERVER, True)


async def test_the_same_watch_twice_is_refused(play: Play) -> None:
    """A command sent twice adds one watch."""
    await play.say("watch add", authors="qwen")
    assert "#1" in await play.say("watch add", authors="Qwen")
    assert len(await play.watches()) == 1


async def test_a_list_has_pages_that_survive_a_restart(play: Play) -> None:
    """The page buttons of /watch list work after the bot was restarted, in place."""
    for number in range(10):
        await play.say("watch add", authors=f"author{number}")
    listed = await play.moderator.slash(play.channel, "watch list")
    assert "author9" not in text_of(listed)
    await play.restart()
    turned = await play.moderator.click(listed.response, custom_id="v1:watches:1")
    assert "author9" in text_of(turned)
    assert list(ids_in(turned.response.components)) == ["v1:watches:0"]


async def test_edit_changes_what_is_given_and_nothing_else(play: Play) -> None:
    """A minus takes a condition off, a zero takes a threshold off, the rest stays."""
    await play.say("watch add", name="Mine", labs="qwen", kinds="merge", likes=50)
    await play.say("watch edit", watch="mine", labs="-", likes=0, pace="daily")
    (watch,) = await play.watches()
    assert (watch.name, watch.pace, watch.filter.labs) == ("Mine", Pace.DAILY, frozenset())
    assert (watch.filter.kinds, watch.filter.min_likes) == (frozenset({Kind.MERGE}), None)


async def test_a_name_made_from_conditions_follows_them(play: Play) -> None:
    """Whichever language it was made in; a name that somebody gave stays."""
    with reading("zh-CN"):
        await play.say("watch add", labs="mistral", likes=50)
    await play.say("watch add", name="Mine", labs="mistral")
    await play.say("watch edit", watch="1", likes=80)
    await play.say("watch edit", watch="2", likes=90)
    assert [watch.name for watch in await play.watches()] == ["Mistral AI, ≥ 80 likes", "Mine"]


async def test_a_twin_that_rests_is_told_of(play: Play) -> None:
    """It need not be made again: it wakes."""
    await play.say("watch add", authors="qwen")
    await play.say("watch pause", watch="1")
    assert "`/watch resume` wakes it" in await play.say("watch add", authors="Qwen")


async def test_a_digest_watch_says_when_its_first_digest_comes(play: Play) -> None:
    """The server's hour, on the reader's own clock."""
    await play.say("settings", timezone="Asia/Shanghai", digest_hour=7)
    (moment,) = re.findall(r"once a day, next <t:(\d+):F>", await play.say("watch add", authors="qwen", pace="daily"))
    assert datetime.fromtimestamp(int(moment), ZoneInfo("Asia/Shanghai")).time() == time(7)


async def test_edit_with_nothing_says_so(play: Play) -> None:
    """An edit without a change explains itself."""
    await play.say("watch add", authors="qwen")
    assert "Nothing to change" in await play.say("watch edit", watch="1")


async def test_pause_resume_and_remove(play: Play) -> None:
    """A watch rests, wakes and goes, by its number or its name."""
    await play.say("watch add", name="Mine", authors="qwen")
    await play.say("watch pause", watch="#1")
    assert [watch.state for watch in await play.watches()] == [WatchState.PAUSED]
    assert "rests already" in await play.say("watch pause", watch="1")
    await play.say("watch resume", watch="MINE")
    assert [watch.state for watch in await play.watches()] == [WatchState.ACTIVE]
    await play.say("watch remove", watch="1")
    assert await play.watches() == []
    assert "There is no watch" in await play.say("watch remove", watch="1")


async def test_another_servers_watch_is_out_of_reach(play: Play) -> None:
    """A number from elsewhere finds nothing."""
    await play.say("watch add", authors="qwen")
    elsewhere = await play.another_server()
    result = await elsewhere.moderator.slash(elsewhere.channel, "watch remove", watch="1")
    assert "There is no watch" in text_of(result)
    assert len(await play.watches()) == 1


@pytest.mark.parametrize("at_once", [1, 2, 3, 300])
async def test_preview_counts_posts_and_folds(play: Play, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    """A preview names what would have been posted, and says what would have folded into a card, read in any pieces."""
    monkeypatch.setattr("bot.workflows.preview_watch.AT_ONCE", at_once)
    await play.remember(BASE, FINETUNE, QUANTIZED)
    said = await play.say("watch preview")
    assert "**2** cards" in said
    assert "1 quantization would have joined" in said
    assert "someone/Tuned-8B" in said
    assert await play.watches() == []


async def test_preview_is_honest_about_thresholds_and_memory(play: Play) -> None:
    """Thresholds are held against today's numbers, and memory may not reach back a week: both are said."""
    await play.remember(BASE, FINETUNE)
    said = await play.say("watch preview", likes=100)
    assert "**1** card." in said
    assert "today's numbers" in said
    assert "I have only been looking since" in said


async def test_preview_of_derivatives_at_any_depth(play: Play) -> None:
    """A grandchild is a derivative too."""
    grandchild = hub_model("third/Deep-8B", declared=(parent("someone/Tuned-8B", Kind.MERGE),))
    await play.remember(BASE, FINETUNE, grandchild)
    said = await play.say("watch preview", derivative_of="Qwen/Qwen3-8B")
    assert "**2** cards" in said
    assert "third/Deep-8B" in said


async def test_preview_of_an_existing_watch(play: Play) -> None:
    """The same as what was saved, plus what is changed in the options."""
    await play.remember(BASE, FINETUNE)
    await play.say("watch add", authors="someone")
    assert "**1** card." in await play.say("watch preview", watch="1")
    assert "**0** cards" in await play.say("watch preview", watch="1", kinds="merge")


async def test_why_names_the_condition_that_stops(play: Play) -> None:
    """For one model each watch tells its conditions one by one; those that let it through come first."""
    await play.say("watch add", name="Merges", kinds="merge")
    await play.say("watch add", name="Someone", authors="someone")
    play.hub.models["someone/tuned-8b"] = FINETUNE
    said = await play.say("watch why", model="someone/tuned-8b")
    assert said.index("Someone") < said.index("Merges")
    assert "stopped, because it does not meet: kinds" in said
    assert "✗ kinds" in said
    assert "let through: it gets a card" in said


async def test_why_tells_when_a_model_counts_as_released(play: Play) -> None:
    """What came out before a watch began is stopped by that; both moments are named, as only they explain it."""
    await play.remember(FINETUNE)
    play.clock.turn(2 * HOUR)
    began = play.clock.now()
    await play.say("watch add", authors="someone")
    said = await play.say("watch why", model="someone/tuned-8b")
    assert (
        f"stopped, because it came out on <t:{int((began - 3 * HOUR).timestamp())}:f>, before this watch began ("
        in said
    )
    assert f"<t:{int(began.timestamp())}:f>" in said


async def test_why_names_every_reason_in_a_clause_of_its_own(play: Play) -> None:
    """A paused watch, an early release and what does not fit read as three reasons, in both languages."""
    await play.remember(FINETUNE)
    play.clock.turn(2 * HOUR)
    began = play.clock.now()
    await play.say("watch add", name="Merges", kinds="merge", labs="nvidia")
    await play.say("watch pause", watch="Merges")
    said = await play.say("watch why", model="someone/tuned-8b")
    released, start = (f"<t:{int(moment.timestamp())}:f>" for moment in (began - 3 * HOUR, began))
    assert (
        f"stopped, because the watch is paused; it came out on {released}, before this watch began ({start}); "
        "it does not meet: labs, kinds"
    ) in said
    with reading("zh-CN"):
        said = await play.say("watch why", model="someone/tuned-8b")
    assert f"被拦下，因为关注已暂停；发布于 {released}，早于这项关注开始（{start}）；不符合：机构、类型" in said


async def test_why_says_that_a_labs_own_quantisation_is_a_release(play: Play) -> None:
    """It names no base and nothing like it was posted here; somebody else's is not asked for."""
    await play.say("watch add", labs="nvidia, unsloth")
    await play.say("watch add", labs="*")
    for one in (hub_model("nvidia/Nemotron-9-120B-FP8"), hub_model("unsloth/Nemotron-9-120B-GGUF")):
        play.hub.models[one.repo_id.casefold()] = one
    said = await play.say("watch why", model="nvidia/Nemotron-9-120B-FP8")
    assert "it gets a card, as its publisher’s own quantization of a model that was not posted here" in said
    said = await play.say("watch why", model="unsloth/Nemotron-9-120B-GGUF")
    assert "let through: it gets a card" in said
    assert "stopped, because it does not meet: labs" in said


async def test_why_says_where_a_quantization_is_named(play: Play) -> None:
    """Its base was posted here: that card names it, and moderators read so instead of only what stopped it."""
    await play.say("watch add", labs="*")
    model, now = await post_card(play, BASE), play.clock.now()
    async with play.database.unit_of_work() as work:
        decided = Announcement(play.channel.id, model, play.guild.id, 1, Form.CARD, decided_at=now, due_at=now)
        await work.deliveries.announce(decided)
        await work.commit()
    await play.release_later(QUANTIZED)
    said = await play.say("watch why", model="bartowski/Qwen3-8B-GGUF")
    assert f"The card of its base in <#{play.channel.id}> names it" in said
    assert "The card of its base" not in await play.say("watch why", model="Qwen/Qwen3-8B")


async def test_why_promises_no_card_that_never_comes(play: Play) -> None:
    """What a watch let pass when it was released is not made up for, however it was changed since; that is said."""
    await play.say("watch add", name="Merges", kinds="merge")
    await play.release_later(FINETUNE)
    await play.say("watch edit", watch="Merges", kinds="merge, finetune")
    said = await play.say("watch why", model="someone/tuned-8b")
    assert "would let it through now, but did not when it was released" in said
    assert "⛔" in said


async def test_why_tells_what_waits(play: Play) -> None:
    """A line of a digest is told with the digest's moment, a card for a closed channel with what it waits for."""
    await play.say("watch add", name="Daily", kinds="finetune", pace="daily")
    await play.release_later(FINETUNE)
    due = play.clock.now() + HOUR
    async with play.database.unit_of_work() as work:
        model = await work.models.by_name(FINETUNE.source, FINETUNE.repo_id)
        assert model is not None
        line = Announcement(play.channel.id, model.id, play.guild.id, 1, Form.DIGEST, decided_at=due - HOUR, due_at=due)
        await work.deliveries.announce(line)
        await work.commit()
    assert f"it is in the digest of <t:{int(due.timestamp())}:f>" in await play.say(
        "watch why", model="someone/tuned-8b"
    )
    await play.pause_lane("50013 Missing Permissions")
    play.hub.models["org/new"] = hub_model("Org/New", declared=(parent("Qwen/Qwen3-8B", Kind.FINETUNE),))
    said = await play.say("watch why", model="org/new")
    assert "it comes when this channel takes messages again" in said


async def test_why_knows_a_renamed_model_by_its_old_name(play: Play) -> None:
    """The hub leads from the old name to the new one, which is known: it is not taken for one never seen."""
    await play.say("watch add", kinds="finetune")
    await play.release_later(FINETUNE)
    play.hub.models["someone/old-name"] = FINETUNE
    said = await play.say("watch why", model="someone/old-name")
    assert ("seen and judged" in said, "not seen yet" in said) == (True, False)


async def test_why_looks_an_unknown_model_up(play: Play) -> None:
    """A model that was never seen is judged as if it were released now, and that is said."""
    await play.say("watch add", kinds="original")
    play.hub.models["org/new"] = hub_model("Org/New")
    said = await play.say("watch why", model="https://huggingface.co/org/new")
    assert "not seen yet" in said
    assert "let through" in said


async def test_members_change_nothing(play: Play) -> None:
    """Whoever was let in by a server's own rules still cannot change anything without Manage Server."""
    await play.say("watch add", authors="qwen")
    await play.let_everybody_in("watch")
    for command, options in {
        "watch add": {"authors": "x"},
        "watch edit": {"watch": "1", "name": "x"},
        "watch remove": {"watch": "1"},
        "watch pause": {"watch": "1"},
        "watch resume": {"watch": "1"},
    }.items():
        said = text_of(await play.member.slash(play.channel, command, **options))
        assert "Manage Server" in said
    assert "author" in text_of(await play.member.slash(play.channel, "watch list"))


async def test_a_channel_without_permissions_is_refused_by_name(play: Play) -> None:
    """What is missing is named, before anybody relies on it."""
    closed = play.closed_channel("closed")
    said = await play.say("watch add", channel=closed, authors="qwen")
    assert "Send Messages" in said
    assert await play.watches() == []


async def test_answers_are_in_the_readers_language(play: Play) -> None:
    """A Chinese reader reads Chinese, refusals included, and the server speaks Chinese from then on."""
    with reading("zh-CN"):
        assert "已开始关注" in await play.say("watch add", authors="qwen")
        assert "不是数字" in await play.say("watch add", min_size="big")
        assert "已有完全相同的条件" in await play.say("watch add", authors="qwen")
    server = await play.server()
    assert str(server.locale) == "zh-CN"


async def test_suggestions_complete_the_last_of_several_values(play: Play) -> None:
    """A list is completed at its end, and offers nothing twice."""
    await play.remember(BASE, FINETUNE)
    offered = await play.suggestions("watch add", "derivative_of", "Qwen/Qwen3-8B, tuned")
    assert offered == ["Qwen/Qwen3-8B, someone/Tuned-8B"]
    assert await play.suggestions("watch add", "kinds", "merge, mer") == []


@pytest.mark.parametrize(
    ("option", "typed", "expected"),
    [
        ("authors", "qwen", "Qwen"),
        ("labs", "mistral", "mistral"),
        ("countries", "china", "CN"),
        ("tasks", "text gen", "text-generation"),
        ("libraries", "transf", "transformers"),
        ("licences", "perm", "permissive"),
        ("languages", "chin", "zh"),
        ("derivative_of", "QWEN3", "Qwen/Qwen3-8B"),
    ],
)
async def test_suggestions_find_by_name_in_the_readers_language(
    play: Play, option: str, typed: str, expected: str
) -> None:
    """Every list option helps while typing."""
    await play.remember(BASE)
    assert expected in await play.suggestions("watch add", option, typed)


async def test_suggestions_of_watches_and_models(play: Play) -> None:
    """Watches by name or number, models by any part of their name."""
    await play.say("watch add", name="Mine", authors="qwen")
    await play.remember(BASE)
    assert await play.suggestions("watch edit", "watch", "min") == ["1"]
    assert await play.suggestions("watch why", "model", "8b") == ["Qwen/Qwen3-8B"]
