"""What moderators type into a filter: names, slips, accounts that nobody has seen, and nothing at all."""

import pytest

from bot.domain.watches import WatchFilter
from tests.cogs.stage import Play, reading
from tests.domain.builders import hub_model


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"tasks": "text generation"}, {"tasks": {"text-generation"}}),
        ({"languages": "Chinese"}, {"languages": {"zh"}}),
        ({"labs": "Mistral AI"}, {"labs": {"mistral"}}),
        ({"labs": "千问"}, {"labs": {"qwen"}}),
        ({"countries": "Germany, 法国"}, {"countries": {"DE", "FR"}}),
        ({"licences": "none"}, {"licence_classes": {"none"}}),
    ],
)
async def test_names_become_values(play: Play, options: dict[str, str], expected: dict[str, set[str]]) -> None:
    """A watch that is saved matches what was meant."""
    await play.say("watch add", **options)
    (watch,) = await play.watches()
    assert {name: getattr(watch.filter, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("options", "english", "chinese"),
    [
        ({"countries": "Atlantis"}, "Start typing its name", "再从列表中选择"),
        ({"countries": "Fiji"}, "No known lab comes from “Fiji”", "没有来自“Fiji”的"),
        ({"labs": "Mistrall"}, "Did you mean **Mistral AI**?", "你是不是想填 **Mistral AI**"),
        ({"tasks": "text-genration"}, "Did you mean **text-generation**?", "Hub 上没有"),
        ({"authors": "no such author!!"}, "“author!!” can be no account", "不可能是 Hub 账号"),
        ({"kinds": "remix"}, "original, finetune, adapter, merge, quantized", "原创、微调、适配器、合并、量化"),
        ({"licences": "apache-2.0"}, "It belongs to: permissive", "它属于：宽松许可"),
        ({"min_size": "70B", "max_size": "7B"}, "at least 70B and at most 7B", "不低于 70B 又不超过 7B"),
    ],
)
async def test_what_makes_no_sense_is_answered_with_what_would(
    play: Play, options: dict[str, str], english: str, chinese: str
) -> None:
    """In the reader's language; nothing is cut off, nothing is saved."""
    assert english in await play.say("watch add", **options)
    with reading("zh-CN"):
        assert chinese in await play.say("watch add", **options)
    assert await play.watches() == []


async def test_an_account_that_the_hub_does_not_show_is_watched_with_a_warning(play: Play) -> None:
    """It may publish one day; a slip of the finger shows, and what was perhaps meant."""
    said = await play.say("watch add", authors="DoesNotExistAnywhere, mistrallai")
    assert "The hub shows nothing by **DoesNotExistAnywhere** yet" in said
    assert "Did you mean **mistralai**?" in said
    (watch,) = await play.watches()
    assert watch.filter.authors == {"doesnotexistanywhere", "mistrallai"}
    with reading("zh-CN"):
        assert "还没有 **Nobody** 的模型" in await play.say("watch add", authors="Nobody")


async def test_an_account_that_only_the_hub_knows_is_no_cause_for_a_warning(play: Play) -> None:
    """The hub is asked once; afterwards its spelling is known, which listings need."""
    play.hub.models["thedrummer/one"] = hub_model("TheDrummer/One")
    assert "shows nothing" not in await play.say("watch add", authors="TheDrummer")
    play.hub.is_down = True
    assert "TheDrummer" in await play.suggestions("watch add", "authors", "drummer")
    assert "does not answer" not in await play.say("watch edit", watch="1", authors="thedrummer")


async def test_known_accounts_are_not_asked_about(play: Play) -> None:
    """Labs, and whoever published something that was seen."""
    await play.remember(hub_model("someone/Model"))
    play.hub.is_down = True
    said = await play.say("watch add", authors="Qwen, someone")
    assert "could not" not in said


async def test_a_hub_that_is_down_keeps_nobody_from_watching(play: Play) -> None:
    """The watch is saved, and the answer says what could not be checked."""
    play.hub.is_down = True
    said = await play.say("watch add", authors="stranger")
    assert "could not check **stranger**" in said
    assert len(await play.watches()) == 1


async def test_a_watch_without_a_condition_is_saved_with_a_warning(play: Play) -> None:
    """What everything means: thousands a day. The preview says so before, and an edit that takes the last one off."""
    warning = "every new model on the Hub through, thousands a day"
    assert warning in await play.say("watch preview")
    assert warning in await play.say("watch add")
    (watch,) = await play.watches()
    assert watch.filter == WatchFilter()
    await play.say("watch edit", watch="1", labs="qwen")
    assert warning in await play.say("watch edit", watch="1", labs="-")
    assert warning not in await play.say("watch add", authors="qwen")
    with reading("zh-CN"):
        assert "每天数千个" in await play.say("watch preview")


async def test_a_library_that_nobody_used_is_mentioned(play: Play) -> None:
    """Libraries are whatever authors write: it is watched for, and may be a slip."""
    await play.remember(hub_model("someone/Model", library="transformers"))
    assert "no model made with **transfomers**" in await play.say("watch add", libraries="transfomers")
    assert "no model made with" not in await play.say("watch add", libraries="transformers")


async def test_a_watch_by_numbers_is_named_by_what_they_count(play: Play) -> None:
    """Likes, downloads and trending are not only numbers."""
    await play.say("watch add", likes=500, downloads=1000, trending=50)
    await play.say("watch add", likes=500, not_keywords="nsfw", min_size="7B")
    names = [watch.name for watch in await play.watches()]
    assert names == ["≥ 500 likes, ≥ 1,000 downloads, trending ≥ 50", "at least 7B, ≥ 500 likes, without nsfw"]


async def test_suggestions_find_by_chinese_and_english_names(play: Play) -> None:
    """Whatever the reader's language, as both write both."""
    await play.remember(hub_model("someone/Model", task="robotics"))
    assert await play.suggestions("watch add", "tasks", "text gen") == ["text-generation"]
    assert "robotics" in await play.suggestions("watch add", "tasks", "robo")
    assert "sw" in await play.suggestions("watch add", "languages", "swahili")
    assert await play.suggestions("watch add", "labs", "千问") == ["qwen"]
    with reading("zh-CN"):
        assert await play.suggestions("watch add", "tasks", "文本生") == ["text-generation"]
        assert "DE" in await play.suggestions("watch add", "countries", "德国")
