"""/model, as members use it: in a server, after a restart, with wrong inputs, and brought along to a conversation."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.cards.button_ids import search_page_id
from bot.discord_bot import RootstockBot, command_payload
from bot.domain.model import Evaluation, HubModel, Kind, ModelToPut, Stage
from bot.domain.model_query import ModelQuery, SortBy, words_of
from tests.cogs.stage import Play, bot_of, ids_in, reading, text_of
from tests.cogs.test_hostile_values import HOSTILE, mentions_in
from tests.domain.builders import NOW, hub_model, parent

QWEN = hub_model("Qwen/Qwen3-8B", likes=500, parameters=8_190_735_360, context_length=40_960)
TUNED = hub_model(
    "meadow/Rowan-8B", likes=20, licence="cc-by-nc-4.0", declared=(parent("Qwen/Qwen3-8B", Kind.FINETUNE),)
)
OLD = replace(hub_model("org/Old-70B"), created_at=NOW - timedelta(days=400))
FRESH = replace(hub_model("org/Fresh-4B"), created_at=NOW - timedelta(minutes=5))


async def family(play: Play) -> None:
    """Store a base and what was made from it."""
    await play.remember(QWEN, TUNED)


def many(count: int) -> list[HubModel]:
    """Return models of falling fame."""
    return [hub_model(f"org/Series-{number:02}-7B", likes=1_000 - number) for number in range(count)]


def buttons_of(result: Any) -> list[str]:  # noqa: ANN401 - SimCord's result
    """Return the ids of everything that can be pressed in an answer, accessories included."""
    return list(all_ids(result.response.components))


def all_ids(components: Any) -> Any:  # noqa: ANN401 - what Discord was sent
    """Return ids, those beside texts too."""
    for component in components:
        yield from ids_in([component["accessory"]] if "accessory" in component else [])
        if "custom_id" in component:
            yield component["custom_id"]
        yield from all_ids(component.get("components") or [])


async def stage_of(play: Play, repo_id: str) -> tuple[Stage, bool]:
    """Return how a model is remembered, and whether feeds count it as seen."""
    async with play.database.unit_of_work() as work:
        models = await work.models.by_names(QWEN.source, [repo_id])
        seen = await work.models.known_names(QWEN.source, repo_id.partition("/")[0])
    return models[repo_id.casefold()].stage, repo_id.casefold() in seen


async def test_show_answers_with_the_card_and_its_buttons(play: Play) -> None:
    """The card that a channel gets, privately, with what this server thinks and something to press."""
    await family(play)
    result = await play.member.slash(play.channel, "model show", model="qwen/qwen3-8b")
    said = text_of(result)
    assert result.ephemeral
    assert "8.2B" in said
    async with play.database.unit_of_work() as work:
        model = await work.models.by_name(QWEN.source, QWEN.repo_id)
    assert model is not None
    assert f"v1:up:{model.id}" in buttons_of(result)
    assert f"v1:details:{model.id}" in buttons_of(result)


async def test_show_looks_up_what_is_not_known_and_keeps_its_release(play: Play) -> None:
    """An old model is remembered; a young one only by name and record, so that a feed still finds it new."""
    play.hub.models |= {"org/old-70b": OLD, "org/fresh-4b": FRESH}
    assert "70B" in await play.say("model show", model="https://huggingface.co/org/Old-70B")
    assert "4B" in await play.say("model show", model="org/fresh-4b")
    assert await stage_of(play, "org/Old-70B") == (Stage.SETTLED, True)
    assert await stage_of(play, "org/Fresh-4B") == (Stage.STUB, False)
    play.hub.is_down = True
    assert "4B" in await play.say("model show", model="org/fresh-4b")
    assert "org/Old" in await play.say("model search", words="old")
    assert "org/Fresh" in await play.say("model search", words="fresh")


async def test_show_completes_what_only_a_listing_has_shown(play: Play) -> None:
    """One look-up for its files and its sentence, also behind a button; without the hub what is known is shown."""
    await family(play)
    said = hub_model(QWEN.repo_id, parameters=8_190_735_360, files=("config.json", "model.safetensors"))
    play.hub.models["qwen/qwen3-8b"], play.hub.summaries[QWEN.repo_id] = said, "Thinks before it answers."
    play.hub.is_down = True
    assert "Thinks before" not in await play.say("model show", model="Qwen/Qwen3-8B")
    play.hub.is_down = False
    assert "Thinks before it answers." in await play.say("model show", model="Qwen/Qwen3-8B")
    play.hub.is_down = True
    assert "Thinks before it answers." in await play.say("model show", model="Qwen/Qwen3-8B")


async def test_show_says_what_is_known_of_a_size(play: Play) -> None:
    """A mixture of experts that names only its active part; an adapter, with its base."""
    await play.remember(QWEN, hub_model("Wan-AI/Wan2.2-I2V-A14B"))
    await play.remember(hub_model("emma/tone", declared=(parent("Qwen/Qwen3-8B", Kind.ADAPTER),)))
    assert "**14B** active, total unknown" in await play.say("model show", model="Wan-AI/Wan2.2-I2V-A14B")
    assert "**8.2B** with its base" in await play.say("model show", model="emma/tone")


async def test_show_of_what_nobody_knows(play: Play) -> None:
    """A name no hub has, a private model, nonsense, and a hub that is down: a private sentence each."""
    play.hub.models["org/secret"] = replace(hub_model("org/secret"), private=True)
    for typed in ("org/nothing", "org/secret", "not a name at all", "../../etc/passwd", "%", "a" * 300):
        assert "no model called" in await play.say("model show", model=typed)
    play.hub.is_down = True
    assert "hub" in await play.say("model show", model="org/other")


async def test_public_answers_are_seen_by_the_channel(play: Play) -> None:
    """The card goes to the channel, the reader gets a word; who may not write there may not show either."""
    await family(play)
    result = await play.member.slash(play.channel, "model show", model="Qwen/Qwen3-8B", public=True)
    assert "whole channel" in "".join(str(result.response.components))
    assert "Qwen3" in str(play.channel.last_message.components)
    closed = play.closed_channel("quiet")
    before = closed.last_message
    result = await play.member.slash(closed, "model search", public=True)
    assert (result.ephemeral, "may not write" in text_of(result)) == (True, True)
    assert closed.last_message is before


async def test_search_by_every_filter(play: Play) -> None:
    """Each filter answers with what it asked for and with what fits."""
    await family(play)
    for options, expected, missing in (
        ({"words": "rowan"}, "meadow/Rowan-8B", "Qwen/Qwen3-8B"),
        ({"kind": "finetune"}, "meadow/Rowan-8B", "Qwen/Qwen3-8B"),
        ({"licence": "licence-permissive"}, "Qwen/Qwen3-8B", "meadow/Rowan-8B"),
        ({"memory": 8}, "Qwen/Qwen3-8B", "No model"),
        ({"derivative_of": "Qwen/Qwen3-8B"}, "meadow/Rowan-8B", "No model"),
        ({"sort": "newest"}, "Qwen/Qwen3-8B", "No model"),
    ):
        said = await play.say("model search", **options)
        assert (expected in said, f"[{missing}]" in said) == (True, False), options
    assert "No model" in await play.say("model search", memory=8, precision="bf16")


MEANT = (
    "coding",
    "编程",
    "code qwen",
    "写代码",
    "alibaba",
    "ALIBABA 8b",
    "text generation",
    "text-generation",
    "文本生成",
    "alibaba 文本 coding",
    "https://huggingface.co/Qwen/Qwen3-8B/tree/main",
)


@pytest.mark.parametrize("words", MEANT)
async def test_words_find_by_tag_lab_and_task_too(play: Play, words: str) -> None:
    """In both languages, any spelling, together with parts of names; what nobody said so is not among them."""
    other = hub_model("someone/Painter", task="text-to-image", likes=9)
    await play.remember(QWEN, other)
    await play.member.slash(play.channel, "tag add", model="Qwen/Qwen3-8B", tags="coding")
    said = await play.say("model search", words=words)
    assert ("Qwen/Qwen3-8B" in said, "someone/Painter" in said) == (True, False)


async def test_words_mean_no_tag_elsewhere_or_once_it_is_banned(play: Play) -> None:
    """Tags are a server's own; outside of any server there are none."""
    await play.remember(QWEN)
    await play.member.slash(play.channel, "tag add", model="Qwen/Qwen3-8B", tags="coding")
    assert "No model" in text_of(await play.member.user.slash("model search", words="coding"))
    assert "No model" in await (await play.another_server()).say("model search", words="coding")
    await play.say("tag ban", tag="coding")
    assert "No model" in await play.say("model search", words="coding")


async def test_search_by_tag(play: Play) -> None:
    """A tag of this server, in any spelling; one that is not there is refused, one that goes away later too."""
    await family(play)
    async with play.database.unit_of_work() as work:
        tag = (await work.tags.make(play.guild.id, {"coding": "coding"}, user_id=1, now=NOW))["coding"]
        model = await work.models.by_name(TUNED.source, TUNED.repo_id)
        assert model is not None
        await work.tags.put(play.guild.id, model.id, [tag.id], user_id=1, now=NOW)
        await work.commit()
    assert await play.suggestions("model search", "tag", "cod") == ["coding"]
    said = await play.say("model search", tag="ＣＯＤＩＮＧ")
    assert ("meadow/Rowan-8B" in said, "tagged coding" in said, "Qwen/Qwen3-8B]" in said) == (True, True, False)
    assert "nothing-like-it" in await play.say("model search", tag="nothing-like-it")


async def test_pages_turn_after_a_restart(play: Play) -> None:
    """The whole search is in the button: nothing in memory, nothing in a table; in place for who searched."""
    await play.remember(*many(14))
    first = await play.member.slash(play.channel, "model search", words="series", sort="likes")
    assert ("14 models" in text_of(first), "Series-00" in text_of(first)) == (True, True)
    await play.restart()
    query = ModelQuery(words="series", sort=SortBy.LIKES)
    second = await play.member.click(first.response, custom_id=search_page_id(query, 1))
    assert ("Series-06" in text_of(second), "Series-00" in text_of(second)) == (True, False)
    last = await play.member.click(second.response, custom_id=search_page_id(query, 2))
    assert ("Series-13" in text_of(last), search_page_id(query, 3) in buttons_of(last)) == (True, False)


async def test_where_nothing_is_found_the_next_step_is_one_press_away(play: Play) -> None:
    """Each search for a little less that finds something has a button that says how much; a name can be looked up."""
    await play.remember(QWEN, TUNED)
    result = await play.member.slash(play.channel, "model search", words="qwen3 rowan", licence="licence-copyleft")
    said = text_of(result)
    assert ("No model that I know fits" in said, "Try other words" in said) == (True, True)
    assert [one for one in buttons_of(result) if one.startswith("v1:found:")] == []
    result = await play.member.slash(play.channel, "model search", words="qwen3", kind="finetune")
    assert ("without “qwen3” · 1" in text_of(result), "without finetune · 1" in text_of(result)) == (True, True)
    less = next(one for one in buttons_of(result) if one.endswith(".qwen3"))
    assert "Qwen/Qwen3-8B" in text_of(await play.member.click(result.response, custom_id=less))
    named = await play.say("model search", words="https://huggingface.co/org/Unheard-Of")
    assert "`/model show` with its name, org/unheard-of, asks the hub for it" in named
    with reading("zh-CN"):
        said = await play.say("model search", words="qwen3", kind="finetune")
        assert ("去掉 “qwen3” · 1" in said, "去掉其中一项就有结果" in said) == (True, True)


async def test_a_result_opens_its_card(play: Play) -> None:
    """The button beside a result shows the card privately."""
    await family(play)
    result = await play.member.slash(play.channel, "model search", words="rowan")
    (show,) = [one for one in buttons_of(result) if one.startswith("v1:show:")]
    card = await play.member.click(result.response, custom_id=show)
    assert (card.ephemeral, "Rowan" in text_of(card)) == (True, True)


@pytest.mark.parametrize("text", [*HOSTILE, "x" * 10_000, "%", "_", "\\", "   ", "\u200b"])
async def test_hostile_searches(play: Play, text: str) -> None:
    """No words mention anybody, break the layout or the button's id; wildcards are letters."""
    await play.remember(hub_model("org/Plain-7B"), *many(7))
    result = await play.member.slash(play.channel, "model search", words=text[:45])
    assert (result.ephemeral, bool(text_of(result).strip())) == (True, True)
    assert mentions_in(text_of(result)) == []
    if words_of(text[:45]):
        assert "No model" in text_of(result)
    else:
        assert "8 models" in text_of(result)


async def test_a_button_that_is_no_search(play: Play) -> None:
    """A hand-made id is answered, not logged as an error."""
    message = await play.bot_message("v1:found:1:nonsense")
    assert "/model search" in text_of(await play.member.click(message, custom_id="v1:found:1:nonsense"))


async def test_compare_sets_differences_apart(play: Play) -> None:
    """A line a fact, in bold where they differ; what is alike stands together; each card is one press away."""
    results = (Evaluation("MMLU", "accuracy", 74.25, "Qwen"),)
    tuned = replace(TUNED, evaluations=(Evaluation("mmlu", "accuracy", 71.0, "meadow"),))
    await play.remember(replace(QWEN, evaluations=results), tuned)
    result = await play.member.slash(play.channel, "model compare", first="Qwen/Qwen3-8B", second="meadow/Rowan-8B")
    said = text_of(result).replace("\N{NO-BREAK SPACE}", " ").replace("\N{EN SPACE}", " ")
    assert "Kind ① **original** ② **finetune**" in said
    assert "MMLU ① **74.25** ② **71**" in said
    assert "Files open" in said
    assert len([one for one in buttons_of(result) if one.startswith("v1:show:")]) == 2


async def test_wrong_comparisons(play: Play) -> None:
    """One with itself, by name and by address; a model that nobody knows; the same twice among three."""
    await family(play)
    same = "https://huggingface.co/qwen/qwen3-8b"
    assert "one and the same" in await play.say("model compare", first="Qwen/Qwen3-8B", second=same)
    assert "org/none" in await play.say("model compare", first="Qwen/Qwen3-8B", second="org/none")
    said = await play.say("model compare", first="Qwen/Qwen3-8B", second="meadow/Rowan-8B", third=same)
    assert ("①" in said, "③" in said) == (True, False)


async def test_brought_along_it_reads_and_never_votes(play: Play) -> None:
    """In a direct conversation: cards without votes, searches by likes, no tags; every button answers there."""
    await family(play)
    person = play.member.user
    shown = await person.slash("model show", model="Qwen/Qwen3-8B")
    ids = buttons_of(shown)
    assert ([one for one in ids if ":up:" in one or ":review:" in one], len(ids)) == ([], 1)
    assert "8.2B" in text_of(await person.click(shown.response, custom_id=ids[0]))
    searched = await person.slash("model search", words="8b")
    assert "most liked first" in text_of(searched)
    shows = [one for one in buttons_of(searched) if one.startswith("v1:show:")]
    assert "8.2B" in text_of(await person.click(searched.response, custom_id=shows[0]))
    assert "server" in text_of(await person.slash("model search", tag="coding"))
    compared = await person.slash("model compare", first="Qwen/Qwen3-8B", second="meadow/Rowan-8B", public=True)
    assert "①" in text_of(compared)


async def test_a_server_that_never_invited_it(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Brought along to a server that Rootstock is no member of: no votes there either."""
    await family(play)

    def no_server(_bot: object, _guild_id: int) -> None:
        """Be a member nowhere."""

    monkeypatch.setattr(RootstockBot, "get_guild", no_server)
    await play.member.slash(play.channel, "tag add", model="Qwen/Qwen3-8B", tags="coding")
    shown = await play.member.slash(play.channel, "model show", model="Qwen/Qwen3-8B")
    assert [one.rpartition(":")[0] for one in buttons_of(shown)] == ["v1:details"]
    searched = text_of(await play.member.slash(play.channel, "model search", words="qwen", sort="votes"))
    assert ("most liked first" in searched, "🌱" in searched) == (True, False)
    refused = text_of(await play.member.slash(play.channel, "model search", tag="coding"))
    assert "Search by tag in a server where I am a member" in refused
    assert await play.suggestions("model search", "tag", "cod") == []


async def test_in_chinese(play: Play) -> None:
    """Each answer in the reader's language."""
    await family(play)
    with reading("zh-CN"):
        assert "原创模型" in await play.say("model show", model="Qwen/Qwen3-8B")
        said = await play.say("model search", memory=8, kind="finetune")
        assert ("1 个模型" in said, "微调" in said, "本服务器票数多的在前" in said) == (True, True, True)
        assert "没有找到" in await play.say("model search", words="zzz")
        said = await play.say("model compare", first="Qwen/Qwen3-8B", second="meadow/Rowan-8B")
        assert ("许可证" in said, "相同：" in said) == (True, True)
        assert "同一个" in await play.say("model compare", first="Qwen/Qwen3-8B", second="Qwen/Qwen3-8B")


async def test_models_are_offered_by_any_part_of_their_name(play: Play) -> None:
    """While typing into every option that takes a model."""
    await family(play)
    for option in ("first", "second", "third", "fourth"):
        assert await play.suggestions("model compare", option, "OWAN") == ["meadow/Rowan-8B"]
    assert await play.suggestions("model search", "derivative_of", "n3-8") == ["Qwen/Qwen3-8B"]
    assert await play.suggestions("model show", "model", "%") == []


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("qwen coder", ["Qwen/Qwen2.5-Coder-7B"]),
        ("coder QWEN", ["Qwen/Qwen2.5-Coder-7B"]),
        ("qwen 8b", ["Qwen/Qwen3-8B", "meadow/Rowan-Qwen-8B"]),
        ("rowan qwen", ["meadow/Rowan-Qwen-8B"]),
        ("qwen3 8b", ["Qwen/Qwen3-8B"]),
        ("Qwen / Qwen3", ["Qwen/Qwen3-8B"]),
        ("https://huggingface.co/Qwen/Qwen3-8B?library=vllm#usage", ["Qwen/Qwen3-8B"]),
        ("https://huggingface.co/Qwen/Qwen3", ["Qwen/Qwen3", "Qwen/Qwen3-8B"]),
        ("hf.co/qwen/", ["Qwen/Qwen2.5-Coder-7B", "Qwen/Qwen3-8B"]),
        ("https://modelscope.cn/models/nobody/Has-Met-It", ["nobody/Has-Met-It"]),
        ("nobody/has-met-it", ["nobody/has-met-it"]),
        ("nothing like it", []),
        ("https://evil.example/a/b", []),
    ],
)
async def test_models_are_offered_by_words_and_addresses(play: Play, typed: str, offered: list[str]) -> None:
    """All words in any order, the best match first; a pasted address is offered even where only the hub knows it."""
    await play.remember(
        QWEN, hub_model("Qwen/Qwen2.5-Coder-7B", likes=900), hub_model("meadow/Rowan-Qwen-8B", likes=5_000)
    )
    assert await play.suggestions("model show", "model", typed) == offered


async def test_what_was_just_voted_on_is_offered_and_found(play: Play) -> None:
    """A young model that no feed has brought, and one that a feed has listed without its files."""
    play.hub.models["org/fresh-4b"] = FRESH
    async with play.database.unit_of_work() as work:
        waiting = ModelToPut(hub_model("org/Fresh-Shell"), Stage.UNSETTLED, None, None, look_at=NOW)
        await work.models.put_many([waiting], now=NOW)
        await work.commit()
    assert await play.suggestions("model show", "model", "fresh") == []
    for name in ("org/Fresh-4B", "org/Fresh-Shell"):
        await play.member.slash(play.channel, "vote", model=name, choice="up")
    assert await play.suggestions("model show", "model", "fresh") == ["org/Fresh-4B", "org/Fresh-Shell"]
    said = await play.say("model search", words="fresh")
    assert ("org/Fresh-4B" in said, "org/Fresh-Shell" in said) == (True, True)
    assert await stage_of(play, "org/Fresh-4B") == (Stage.STUB, False)


async def test_only_model_can_be_brought_along(play: Play) -> None:
    """Discord is told that users may add /model to their account and use it everywhere; nothing else."""
    payload = await command_payload(bot_of(play.env).tree)
    assert [one["name"] for one in payload if 1 in one["integration_types"]] == ["model"]
    assert [one["contexts"] for one in payload if one["name"] == "model"] == [[0, 1, 2]]
