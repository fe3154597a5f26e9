"""/tag and the card's Tag button, as members and moderators use them."""

from collections.abc import Coroutine
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.domain.tags import TAGS_PER_MEMBER
from tests.cogs.delivering import a_sent_card
from tests.cogs.stage import Play, ids_in, reading, text_of
from tests.cogs.test_hostile_values import HOSTILE, mentions_in
from tests.domain.builders import hub_model

MODEL = hub_model("Qwen/Qwen3-Coder-8B", likes=500)
OTHER = hub_model("mistralai/Mistral-7B")
NAME = "Qwen/Qwen3-Coder-8B"


async def open_form(play: Play, person: Any, model_id: int = 1) -> Any:  # noqa: ANN401 - SimCord's results
    """Press Tag on a card; the form."""
    card = await play.bot_message(f"v1:tag:{model_id}")
    return await person.click(card, custom_id=f"v1:tag:{model_id}")


def boxes(form: Any) -> dict[str, list[tuple[str, str, bool]]]:  # noqa: ANN401 - SimCord's result
    """Return the boxes of each group of a form: value, label, ticked."""
    fields = [label["component"] for label in form.modal["components"]]
    return {
        field["custom_id"]: [(one["value"], one["label"], bool(one.get("default"))) for one in field["options"]]
        for field in fields
        if "options" in field
    }


def read(result: Any) -> str:  # noqa: ANN401 - SimCord's result
    """Return what is read in an answer, with plain spaces."""
    return text_of(result).replace("\N{NO-BREAK SPACE}", " ")


async def use(play: Play, person: Any, command: str, **options: Any) -> str:  # noqa: ANN401 - SimCord's member
    """Let somebody use a command; what they read."""
    return read(await person.slash(play.channel, command, **options))


@pytest.mark.parametrize("restarting", [False, True])
async def test_a_form_ticks_types_and_unticks(play: Play, *, restarting: bool) -> None:
    """Ticked and typed tags are put on, unticked ones of one's own taken off; a restart in between costs nothing."""
    await play.remember(MODEL)
    form = await open_form(play, play.member)
    assert [value for value, _, _ in boxes(form)["others"]] == ["coding", "low-vram"]
    if restarting:
        await play.restart()
    sent = await play.member.submit_modal(form, {"others": ["coding"], "typed": "笔记本能跑, Fast"})
    assert sent.ephemeral
    assert "**Added:** `coding` · `笔记本能跑` · `fast`" in read(sent)
    again = await open_form(play, play.member)
    assert [(value, ticked) for value, _, ticked in boxes(again)["own"]] == [
        ("coding", True),
        ("笔记本能跑", True),
        ("fast", True),
    ]
    said = read(await play.member.submit_modal(again, {"own": ["coding"], "others": ["low-vram"]}))
    assert "**Added:** `low VRAM`" in said
    assert "**Taken off:** `笔记本能跑` · `fast`" in said
    assert "now" not in said.partition("has 2 tags")[0]


async def test_forms_of_two_members_do_not_meet(play: Play) -> None:
    """Each form has an id of its own; both are counted, and each sees what the other said."""
    await play.remember(MODEL)
    one, other = [await open_form(play, person) for person in (play.member, play.moderator)]
    assert one.modal["custom_id"] != other.modal["custom_id"]
    assert "`My Own` 1 ✓" in read(await play.member.submit_modal(one, {"typed": "My Own"}))
    assert "`My Own` 2 ✓" in read(await play.moderator.submit_modal(other, {"typed": "my-own"}))


async def not_in_time(reading: Coroutine[Any, Any, object], otherwise: object) -> object:
    """Do what `read_in_time` does where the database is too busy."""
    reading.close()
    return otherwise


async def test_a_busy_database_opens_a_plain_form(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where reading takes too long the form is one line, and sending it takes nothing off."""
    await play.remember(MODEL)
    await use(play, play.member, "tag add", model=NAME, tags="kept")
    monkeypatch.setattr("cogs.tags.read_in_time", not_in_time)
    form = await open_form(play, play.member)
    assert boxes(form) == {}
    said = read(await play.member.submit_modal(form, {"typed": "fast"}))
    assert "Taken off" not in said
    assert "`kept`" in said


async def test_a_card_of_a_forgotten_model_says_so(play: Play) -> None:
    """The press is answered with a text instead of a form; a form that is sent too late as well."""
    assert "no longer know" in read(await open_form(play, play.member, 9999999999999999999))
    await play.remember(MODEL)
    form = await open_form(play, play.member)
    form._interaction.modal["custom_id"] = "v1:tagform:404:0:1"
    assert "no longer know" in read(await play.member.submit_modal(form, {"typed": "fast"}))


async def test_the_card_follows_in_the_servers_language(play: Play) -> None:
    """A tag typed in English stands on a Chinese card in Chinese, with how many put it there."""
    await play.remember(MODEL)
    await use(play, play.moderator, "settings", language="zh-CN")
    sent = await a_sent_card(play)
    await use(play, play.member, "tag add", model=NAME, tags="coding")
    async with play.database.unit_of_work() as work:
        delivery = await work.deliveries.delivery(sent)
    assert delivery is not None
    assert delivery.wanted_revision > delivery.shown_revision


async def test_members_add_list_and_remove(play: Play) -> None:
    """All by command, by name or address; what is mine is marked; others' tags stay."""
    await play.remember(MODEL)
    await use(play, play.moderator, "tag add", model=NAME, tags="coding, sturdy")
    added = await use(play, play.member, "tag add", model=f"https://huggingface.co/{NAME}", tags="编程")
    assert "`coding` 2 ✓ · `sturdy` 1" in added
    assert "Nothing to change" in await use(play, play.member, "tag add", model=NAME, tags="code")
    listed = await use(play, play.member, "tag list", model=NAME)
    assert "has 2 tags" in listed
    assert "can take off your own" in await use(play, play.member, "tag remove", model=NAME, tags="sturdy")
    removed = await use(play, play.member, "tag remove", model=NAME, tags="coding")
    assert "**Taken off:** `coding`" in removed
    assert "`coding` 1" in removed


async def test_chinese_members_read_and_type_chinese(play: Play) -> None:
    """The same tag in each reader's words."""
    await play.remember(MODEL)
    with reading("zh-CN"):
        assert "**已打上**：`编程` · `低显存`" in await use(
            play, play.member, "tag add", model=NAME, tags="coding，省显存"
        )
        assert "2 个标签" in await use(play, play.member, "tag list", model=NAME)
        assert [label for _, label, _ in boxes(await open_form(play, play.member))["own"]] == ["编程", "低显存"]
        offered = await play.member.autocomplete(play.channel, "tag browse", "tag", "编")
        assert [(one["name"], one["value"]) for one in offered] == [("编程", "coding")]
        assert "太长了" in await use(play, play.member, "tag add", model=NAME, tags="文" * 31)
    assert "`coding` 1 · `low VRAM` 1" in await use(play, play.moderator, "tag list", model=NAME)


async def test_suggestions_can_be_picked(play: Play) -> None:
    """/tag suggest shows what fits with a menu that works after a restart, and a way to type one's own."""
    await play.remember(MODEL, hub_model("a/nothing", task=None, library=None))
    shown = await play.member.slash(play.channel, "tag suggest", model=NAME)
    assert "`coding` · `low VRAM`" in read(shown)
    assert set(ids_in(shown.response.components)) == {"v1:tagpick:1", "v1:tag:1"}
    await play.restart()
    picked = await play.member.select(shown.response, ["coding", "low-vram"], custom_id="v1:tagpick:1")
    assert "**Added:** `coding` · `low VRAM`" in read(picked)
    assert "no suggestion" in await use(play, play.member, "tag suggest", model=NAME)


async def test_one_members_own_words_for_other_models_are_not_suggested(play: Play) -> None:
    """What two members use is, and what moderators curate; and on the model itself one's word is enough."""
    await play.remember(MODEL, hub_model("a/other", task=None, library=None))
    await use(play, play.member, "tag add", model=NAME, tags="my secret list, tried on sunday")
    await use(play, play.member, "tag add", model=NAME, tags="steady")
    await use(play, play.moderator, "tag add", model=NAME, tags="steady")
    await use(play, play.moderator, "tag curate", add="house style")
    await use(play, play.moderator, "tag add", model="a/other", tags="odd one out")
    suggested = await use(play, play.member, "tag suggest", model="a/other")
    assert "`odd one out` · `steady` · `house style`" in suggested
    assert "secret" not in suggested
    assert "sunday" not in suggested


async def test_models_with_a_tag_are_linked(play: Play) -> None:
    """As in every other list."""
    await play.remember(MODEL)
    await use(play, play.member, "tag add", model=NAME, tags="coding")
    assert f"[{NAME}](https://huggingface.co/{NAME}) · 1 member" in await use(
        play, play.member, "tag browse", tag="coding"
    )


async def test_browsing_has_pages_that_survive_a_restart(play: Play) -> None:
    """Tags by use, page by page; a menu opens one; its models have pages too."""
    models = [hub_model(f"org/m{n}") for n in range(12)]
    await play.remember(*models)
    assert "no tags here yet" in await use(play, play.member, "tag browse")
    for number in range(2):
        tags = ", ".join(f"t{number}x{n}" for n in range(10))
        await use(play, play.member, "tag add", model=f"org/m{number}", tags=tags)
    for number in range(2, 12):
        await use(play, play.member, "tag add", model=f"org/m{number}", tags="common")
    await use(play, play.moderator, "tag add", model="org/m3", tags="common")
    first = await play.member.slash(play.channel, "tag browse")
    assert "21 tags in this server" in read(first)
    assert "`common` · 10 models" in read(first)
    await play.restart()
    second = await play.member.click(first.response, custom_id="v1:tags:1")
    assert "`t1x9` · 1 model" in read(second)
    again = await play.member.click(second.response, custom_id="v1:tags:0")
    opened = await play.member.select(again.response, ["common"], custom_id="v1:tagopen")
    assert "[org/m3](https://huggingface.co/org/m3) · 2 members" in read(opened)
    assert "10 models" in read(opened)
    named = await use(play, play.member, "tag browse", tag="COMMON")
    assert "[org/m3](https://huggingface.co/org/m3) · 2 members" in named


@pytest.mark.parametrize(
    ("command", "options", "answer"),
    [
        ("tag add", {"model": NAME, "tags": " , ，"}, "at least one letter"),
        ("tag add", {"model": NAME, "tags": "a" * 31}, "at most 30 characters"),
        ("tag add", {"model": "nobody/nothing", "tags": "fast"}, "nobody/nothing"),
        ("tag add", {"model": "../../etc", "tags": "fast"}, "../../etc"),
        ("tag remove", {"model": NAME, "tags": "fast"}, "own tags only"),
        ("tag list", {"model": "x"}, "x"),
        ("tag browse", {"tag": "unheard"}, "no tag “unheard”"),
        ("tag suggest", {"model": "nobody/nothing"}, "nobody/nothing"),
    ],
)
async def test_wrong_input_is_answered_with_what_to_do(
    play: Play, command: str, options: dict[str, str], answer: str
) -> None:
    """Privately, and nothing is stored."""
    await play.remember(MODEL)
    with capture_logs() as logs:
        result = await play.member.slash(play.channel, command, **options)
    assert answer in read(result)
    assert result.ephemeral
    assert [event for event in logs if event["log_level"] == "error"] == []
    assert "no tags here yet" in await use(play, play.member, "tag browse")


async def test_the_eleventh_tag_is_refused(play: Play) -> None:
    """With what to do about it."""
    await play.remember(MODEL)
    await use(play, play.member, "tag add", model=NAME, tags=", ".join(f"t{n}" for n in range(TAGS_PER_MEMBER)))
    assert "`/tag remove`" in await use(play, play.member, "tag add", model=NAME, tags="one-more")


async def test_autocomplete_offers_what_fits(play: Play) -> None:
    """What fits the model first, then the server's tags; the last of a list is completed; a new one can be chosen."""
    await play.remember(MODEL, OTHER)
    await use(play, play.moderator, "tag add", model="mistralai/Mistral-7B", tags="sturdy")

    async def offered(typed: str, command: str = "tag add", model: str = NAME) -> list[str]:
        found = await play.member.autocomplete(play.channel, command, "tags", typed, model=model)
        return [one["value"] for one in found]

    assert await offered("") == ["coding", "low-vram", "sturdy"]
    assert await offered("coding, st") == ["coding, sturdy", "coding, st"]
    assert await offered("编程") == ["coding"]
    assert await offered("", model="not whole") == ["sturdy"]
    assert await offered("", "tag remove") == []
    await use(play, play.member, "tag add", model=NAME, tags="coding")
    assert await offered("c", "tag remove") == ["coding"]
    await use(play, play.moderator, "tag curate", mode="only-curated", add="sturdy")
    assert await offered("new") == []


async def test_moderators_keep_order(play: Play) -> None:
    """Curate, alias, rename, merge, delete, ban and unban are done, told and in the log."""
    await play.remember(MODEL)
    await use(play, play.member, "tag add", model=NAME, tags="zippy, swift, rude")
    assert "now leads to `swift`" in await use(play, play.moderator, "tag alias", tag="swift", spelling="velocity")
    assert "no longer leads" in await use(play, play.moderator, "tag unalias", spelling="velocity")
    assert "is called `Very Swift`" in await use(play, play.moderator, "tag rename", tag="swift", name="Very Swift")
    assert "is part of `Very Swift`" in await use(play, play.moderator, "tag merge", tag="zippy", into="very-swift")
    assert "is hidden" in await use(play, play.moderator, "tag ban", tag="rude")
    assert "is not used as a tag" in await use(play, play.member, "tag add", model=NAME, tags="RUDE")
    assert await play.suggestions("tag unban", "tag", "") == ["rude"]
    assert "can be used again" in await use(play, play.moderator, "tag unban", tag="rude")
    assert "1 member had put it there" in await use(play, play.moderator, "tag delete", tag="rude", model=NAME)
    assert "it was on 1 model" in await use(play, play.moderator, "tag delete", tag="very swift")
    curated = await use(play, play.moderator, "tag curate", mode="only-curated", add="coding, fast")
    assert "`coding` · `fast`" in curated
    assert "curated tags" in await use(play, play.member, "tag add", model=NAME, tags="other")
    assert "No tag is curated" in await use(play, play.moderator, "tag curate", mode="any-tag", remove="coding, fast")
    log = await use(play, play.moderator, "tag log")
    assert f"<@{play.moderator.id}>: merged `zippy` into `Very Swift`" in log
    assert "took `rude` off" in log
    with reading("zh-CN"):
        assert "把 `zippy` 并入 `Very Swift`" in await use(play, play.moderator, "tag log")


async def test_a_merge_is_told_with_the_names_that_the_tags_have(play: Play) -> None:
    """Not as it was typed or picked: what is picked from the list is a tag's key, which may be another word."""
    await play.remember(MODEL)
    await use(play, play.member, "tag add", model=NAME, tags="math, reasoning")
    await use(play, play.moderator, "tag rename", tag="math", name="Mathematics")
    said = await use(play, play.moderator, "tag merge", tag="math", into="reasoning")
    assert "`Mathematics` is part of `reasoning` now" in said


async def test_a_form_with_a_bad_tag_takes_the_good_ones(play: Play) -> None:
    """And says which one was refused, and why, in the reader's language."""
    await play.remember(MODEL)
    await use(play, play.moderator, "tag ban", tag="coding")
    form = await open_form(play, play.member)
    said = read(await play.member.submit_modal(form, {"typed": f"Fast, coding, {'x' * 31}"}))
    assert "**Added:** `fast`" in said
    assert "⚠️ “coding” is not used as a tag in this server." in said
    assert f"⚠️ “{'x' * 31}” is too long" in said
    with reading("zh-CN"):
        form = await open_form(play, play.member)
        said = read(await play.member.submit_modal(form, {"own": ["fast"], "typed": "数学，编程"}))
        assert "**已打上**：`数学`" in said
        assert "⚠️ 本服务器不使用标签“编程”。" in said
        assert "“编程”" in await use(play, play.member, "tag remove", model=NAME, tags="coding")


async def test_what_does_not_fit_on_a_model_is_named(play: Play) -> None:
    """The first ones are taken; a few of the others are named, the rest counted."""
    await play.remember(MODEL)
    said = await use(play, play.member, "tag add", model=NAME, tags=", ".join(f"t{n}" for n in range(18)))
    assert "has 10 tags" in said
    assert "no room for “t10”, “t11”, “t12”, “t13”, “t14”, 3 more: at most 10" in said


async def test_a_long_curated_list_has_pages(play: Play) -> None:
    """200 tags are all there, page by page, also after a restart; a member cannot turn the pages."""
    for start in range(0, 200, 10):
        tags = ",".join(f"a rather long topic no {number}" for number in range(start, start + 10))
        await use(play, play.moderator, "tag curate", add=tags)
    shown = await play.moderator.slash(play.channel, "tag curate")
    assert "200 curated tags" in read(shown)
    found, page = {tag for tag in read(shown).split("`") if "topic" in tag}, 0
    await play.restart()
    while f"v1:curated:{page + 1}" in ids_in(shown.response.components):
        page += 1
        shown = await play.moderator.click(shown.response, custom_id=f"v1:curated:{page}")
        found |= {tag for tag in read(shown).split("`") if "topic" in tag}
    assert len(found) == 200
    pressed = await play.member.click(await play.bot_message("v1:curated:0"), custom_id="v1:curated:0")
    assert "Manage Server" in read(pressed)


async def test_curating_names_what_could_not_be_listed(play: Play) -> None:
    """What is no tag, what is banned, what is not there to take off; the rest is done."""
    await use(play, play.moderator, "tag ban", tag="nsfw")
    said = await use(play, play.moderator, "tag curate", add="coding, ???, nsfw", remove="unheard of")
    assert "`coding`" in said
    for told in ("⚠️ “???” is no tag", "⚠️ “NSFW” is not used", "⚠️ This server has no tag “unheard of”"):
        assert told in said


async def test_the_log_has_pages_in_the_readers_language(play: Play) -> None:
    """Everything that was ever done can be read, after a restart too, and tags are called as the reader calls them."""
    await play.remember(MODEL)
    await use(play, play.moderator, "tag ban", tag="fast")
    for number in range(13):
        await use(play, play.moderator, "tag ban", tag=f"word {number}")
    await use(play, play.moderator, "tag alias", tag="fast", spelling="coding is fast")
    await use(play, play.moderator, "tag curate", add="coding, chat")
    await use(play, play.moderator, "tag merge", tag="coding", into="chat")
    with reading("zh-CN"):
        first = await play.moderator.slash(play.channel, "tag log")
        assert "把 `编程` 并入 `聊天`" in read(first)
        assert "让 `coding is fast` 指向 `速度快`" in read(first)
        assert "禁用了 `速度快`" not in read(first)
        assert list(ids_in(first.response.components)) == ["v1:taglog:1"]
        await play.restart()
        second = await play.moderator.click(first.response, custom_id="v1:taglog:1")
        assert "禁用了 `速度快`" in read(second)
        assert list(ids_in(second.response.components)) == ["v1:taglog:0"]
    pressed = await play.member.click(await play.bot_message("v1:taglog:0"), custom_id="v1:taglog:0")
    assert "Manage Server" in read(pressed)


async def test_a_tag_that_is_unbanned_can_be_used_or_the_answer_says_why_not(play: Play) -> None:
    """A curated one is back on the list; another cannot be used where only curated ones can."""
    await play.remember(MODEL)
    await use(play, play.moderator, "tag curate", mode="only-curated", add="coding")
    for tag in ("coding", "other"):
        await use(play, play.moderator, "tag ban", tag=tag)
    assert "can be used again" in await use(play, play.moderator, "tag unban", tag="coding")
    assert "**Added:** `coding`" in await use(play, play.member, "tag add", model=NAME, tags="coding")
    said = await use(play, play.moderator, "tag unban", tag="other")
    assert "`/tag curate`" in said
    assert "can be used again" not in said


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("tag curate", {"mode": "only-curated"}),
        ("tag alias", {"tag": "fast", "spelling": "x"}),
        ("tag unalias", {"spelling": "x"}),
        ("tag rename", {"tag": "fast", "name": "x"}),
        ("tag merge", {"tag": "fast", "into": "x"}),
        ("tag delete", {"tag": "fast"}),
        ("tag ban", {"tag": "fast"}),
        ("tag unban", {"tag": "fast"}),
        ("tag log", {}),
    ],
)
async def test_members_do_not_moderate(play: Play, command: str, options: dict[str, str]) -> None:
    """A member is told who can; nothing changes."""
    await play.remember(MODEL)
    await use(play, play.member, "tag add", model=NAME, tags="fast")
    assert "Manage Server" in await use(play, play.member, command, **options)
    assert "`fast`" in await use(play, play.member, "tag list", model=NAME)
    assert "not changed any tag" in await use(play, play.moderator, "tag log")


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_tags_are_harmless_wherever_they_are_shown(play: Play, text: str) -> None:
    """Whatever is typed is refused in words, or stored and shown without a mention, markup or a broken layout."""
    await play.remember(MODEL)
    with capture_logs() as logs:
        form = await open_form(play, play.member)
        said = [read(await play.member.submit_modal(form, {"typed": text[:400]}))]
        for piece in text.split(",")[:2]:
            said.append(await use(play, play.moderator, "tag add", model=NAME, tags=piece[:400] or "x"))
            said.append(await use(play, play.moderator, "tag ban", tag=piece[:100] or "x"))
            said.append(await use(play, play.moderator, "tag rename", tag=piece[:100] or "x", name="fine"))
        said += [await use(play, play.moderator, f"tag {name}") for name in ("browse", "log")]
        await open_form(play, play.member)
        offered = await play.moderator.autocomplete(play.channel, "tag browse", "tag", "")
    assert [event for event in logs if event["log_level"] in {"error", "critical"}] == []
    assert [mentions_in(one) for one in said if mentions_in(one)] == []
    assert all(one.strip() for one in said)
    assert all(1 <= len(one["name"]) <= 100 for one in offered)


async def test_hand_made_ids_are_answered(play: Play) -> None:
    """A menu of another server, a page far beyond the end, a tag that is gone."""
    await play.remember(MODEL)
    for custom_id in ("v1:tags:999999", "v1:tagged:9999999999999999999:0", "v1:tagged:1:5"):
        message = await play.bot_message(custom_id)
        said = read(await play.member.click(message, custom_id=custom_id))
        assert "no tags here yet" in said or "is gone" in said


async def test_other_servers_see_nothing(play: Play) -> None:
    """Tags, lists and logs are one server's own."""
    await play.remember(MODEL)
    await use(play, play.member, "tag add", model=NAME, tags="secret-word")
    other = await play.another_server()
    assert "no tags here yet" in await other.say("tag browse")
    assert "has no tags yet" in await other.say("tag list", model=NAME)
    assert await other.suggestions("tag browse", "tag", "secret") == []
