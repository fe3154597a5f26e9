"""/review and the card's Review button, as members use them."""

from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.domain.reviews import NOTE_LENGTH
from tests.cogs.delivering import a_sent_card
from tests.cogs.stage import Play, ids_in, reading, text_of
from tests.domain.builders import hub_model

MODEL = hub_model("Qwen/Qwen3-8B", likes=500)
OTHER = hub_model("mistralai/Mistral-7B")
WELL = {"verdict": "works-well", "purpose": "chat", "hardware": "RTX 4090", "format": "Q4_K_M", "note": "Fast."}


async def open_form(play: Play, person: Any, model_id: int = 1) -> Any:  # noqa: ANN401 - SimCord's results
    """Press Review on a card; the form."""
    card = await play.bot_message(f"v1:review:{model_id}")
    return await person.click(card, custom_id=f"v1:review:{model_id}")


async def review(play: Play, person: Any, **fields: str) -> str:  # noqa: ANN401 - SimCord's member
    """Press Review, fill the form in and send it; what is said."""
    return text_of(await person.submit_modal(await open_form(play, person), {**WELL, **fields}))


def prefilled(form: Any) -> dict[str, str | None]:  # noqa: ANN401 - SimCord's result
    """Return what a form shows before anything is typed."""
    fields = [label["component"] for label in form.modal["components"]]
    chosen = [option["value"] for option in fields[0]["options"] if option.get("default")]
    return {"verdict": next(iter(chosen), None), **{field["custom_id"]: field.get("value") for field in fields[1:]}}


@pytest.mark.parametrize("restarting", [False, True])
async def test_a_form_is_filled_in_sent_and_shown_again(play: Play, *, restarting: bool) -> None:
    """A restart while a member types costs nothing; the next form shows what they said."""
    await play.remember(MODEL)
    form = await open_form(play, play.member)
    assert prefilled(form) == dict.fromkeys(WELL)
    if restarting:
        await play.restart()
    sent = await play.member.submit_modal(form, WELL)
    assert sent.ephemeral
    assert "Thank you" in text_of(sent)
    assert "1 tried it: 1 works well" in text_of(sent)
    assert prefilled(await open_form(play, play.member)) == WELL


async def test_a_note_of_several_lines_stays_one_of_several_lines(play: Play) -> None:
    """Where it is answered, where others read it and in the form; markup in it stays text, line by line."""
    await play.remember(MODEL)
    note = "Good:\n- coding\n# chat\n\n> Bad:\n1. math @everyone"
    shown = "> Good\\:\n> \\- coding\n> \\# chat\n> \\> Bad\\:\n> 1\\. math @\u2060everyone"
    assert shown in await review(play, play.member, note=note)
    assert shown in await play.say("review list", model="Qwen/Qwen3-8B")
    assert prefilled(await open_form(play, play.member))["note"] == note.replace("\n\n", "\n")


async def test_a_page_of_the_longest_notes_fits(play: Play) -> None:
    """Many lines full of markup: notes are cut to what a page holds, and every review is on it."""
    await play.remember(MODEL)
    people = [play.member, *(play.guild.add_member(play.env.create_user(f"n{number}")) for number in range(3))]
    for person in people:
        await review(play, person, note="*_~`|#\n" * 85, purpose="*" * 100, hardware="_" * 40, format="~" * 40)
    said = await play.say("review list", model="Qwen/Qwen3-8B")
    assert [person for person in people if f"<@{person.id}>" not in said] == []


async def test_an_edit_of_nothing_says_what_could_be_edited(play: Play) -> None:
    """In a review's own words."""
    await play.remember(MODEL)
    await review(play, play.member)
    said = text_of(await play.member.slash(play.channel, "review edit", model="Qwen/Qwen3-8B"))
    assert "verdict" in said
    assert "condition" not in said


async def test_reviewing_again_replaces_what_was_said(play: Play) -> None:
    """One review a member a model, however often the form is sent."""
    await play.remember(MODEL)
    await review(play, play.member)
    said = await review(play, play.member, verdict="poor", note="Forgets things.")
    assert "now says" in said
    assert "1 tried it: 1 poor" in said
    listed = await play.say("review list", model="Qwen/Qwen3-8B")
    assert "Forgets things\\." in listed or "Forgets things." in listed
    assert "Fast" not in listed


async def test_forms_of_two_members_do_not_meet(play: Play) -> None:
    """Each form has an id of its own that says what it is about."""
    await play.remember(MODEL)
    forms = [await open_form(play, person) for person in (play.member, play.moderator)]
    assert len({form.modal["custom_id"] for form in forms}) == 2
    assert all(form.modal["custom_id"].startswith("v1:reviewform:1:") for form in forms)
    for person, form in zip((play.member, play.moderator), forms, strict=True):
        await person.submit_modal(form, WELL)
    assert "2 tried it: 2 work well; most on 24 GB" in await play.say("review list", model="Qwen/Qwen3-8B")


async def test_the_card_follows(play: Play) -> None:
    """Every card of the model in this server is due for an edit."""
    await play.remember(MODEL)
    sent = await a_sent_card(play)
    await review(play, play.member)
    async with play.database.unit_of_work() as work:
        delivery = await work.deliveries.delivery(sent)
    assert delivery is not None
    assert (delivery.wanted_revision, delivery.shown_revision) == (1, 0)


async def test_a_card_of_a_forgotten_model_says_so(play: Play) -> None:
    """The press is answered with a text instead of a form; a form that is sent too late as well."""
    assert "no longer know" in text_of(await open_form(play, play.member, 9999999999999999999))
    await play.remember(MODEL)
    form = await open_form(play, play.member)
    form._interaction.modal["custom_id"] = "v1:reviewform:404:1"
    assert "no longer know" in text_of(await play.member.submit_modal(form, WELL))


async def test_commands_do_all_that_the_form_does(play: Play) -> None:
    """Add, edit, list and remove, by name or address."""
    await play.remember(MODEL)
    added = await play.say("review add", model="https://huggingface.co/qwen/qwen3-8b", **WELL)
    assert "Thank you" in added
    edited = await play.say("review edit", model="Qwen/Qwen3-8B", verdict="mixed", note="-")
    assert "Mixed" in edited
    assert "Fast" not in edited
    assert "RTX 4090" in edited
    listed = await play.say("review list", model="Qwen/Qwen3-8B")
    assert f"<@{play.moderator.id}>" in listed
    assert "Taken back" in await play.say("review remove", model="Qwen/Qwen3-8B")
    assert "Nobody has written one yet" in await play.say("review list", model="Qwen/Qwen3-8B")


async def test_wrong_input_is_told_what_to_do(play: Play) -> None:
    """Unknown models, a second review, nothing to change, nothing to remove."""
    await play.remember(MODEL)
    model = "Qwen/Qwen3-8B"
    assert "not reviewed" in await play.say("review edit", model=model, verdict="poor")
    assert "not reviewed" in await play.say("review remove", model=model)
    assert "This member has not" in await play.say("review remove", model=model, member=play.member.user)
    assert "no model called" in await play.say("review add", model="nobody/nothing", verdict="poor")
    assert "no model called" in await play.say("review add", model="@everyone\x00 ", verdict="poor")
    await play.say("review add", model=model, verdict="poor")
    assert "/review edit" in await play.say("review add", model=model, verdict="works-well")
    assert "Nothing to change" in await play.say("review edit", model=model)


async def test_moderators_remove_what_members_said_and_nobody_else_does(play: Play) -> None:
    """The removal is in the log, which names no member."""
    await play.remember(MODEL)
    await review(play, play.member)
    await review(play, play.moderator)
    refused = await play.member.slash(play.channel, "review remove", model="Qwen/Qwen3-8B", member=play.moderator.user)
    assert "1 tried it" not in text_of(refused)
    with capture_logs() as logs:
        said = await play.say("review remove", model="Qwen/Qwen3-8B", member=play.member.user)
    assert "Removed" in said
    assert "1 tried it" in said
    (noted,) = [log for log in logs if log["event"] == "review_removed_by_moderator"]
    assert not {play.member.id, play.moderator.id} & set(noted.values())


async def test_suggestions_are_what_can_be_changed(play: Play) -> None:
    """Members are offered what they reviewed; moderators may remove anything, and are offered it."""
    await play.remember(MODEL, OTHER)
    await review(play, play.member)
    assert await play.suggestions("review edit", "model", "") == []
    assert await play.suggestions("review remove", "model", "qwen") == ["Qwen/Qwen3-8B"]
    offered = await play.member.autocomplete(play.channel, "review edit", "model", "8b")
    assert [one["value"] for one in offered] == ["Qwen/Qwen3-8B"]
    assert sorted(await play.suggestions("review add", "model", "")) == ["Qwen/Qwen3-8B", "mistralai/Mistral-7B"]


async def test_pages_turn_after_a_restart_and_without_a_model(play: Play) -> None:
    """Four reviews a page; a page that is gone becomes the last one."""
    await play.remember(MODEL, *[hub_model(f"org/model-{number}") for number in range(5)])
    for number in range(5):
        play.clock.turn(timedelta(seconds=1))
        await play.say("review add", model=f"org/model-{number}", verdict="mixed", note=f"Note {number}")
    first = await play.member.slash(play.channel, "review list")
    assert "5 reviews in this server" in text_of(first)
    await play.restart()
    last = await play.member.click(first.response, custom_id="v1:reviews:0:1")
    assert list(ids_in(last.response.components)) == ["v1:reviews:0:0"]
    for number in range(5):
        await play.say("review remove", model=f"org/model-{number}")
    assert "Nobody has written one yet" in text_of(await play.member.click(last.response, custom_id="v1:reviews:0:0"))


@pytest.mark.parametrize(
    "note", ["@everyone <@1> <@&2>" * 20, "*" * NOTE_LENGTH, "|| > # [x](http://x.example)\n" * 30, "\u202e" * 9]
)
async def test_hostile_notes_are_harmless_and_shown(play: Play, note: str) -> None:
    """Whatever is typed, each page holds all of its reviews and mentions nobody."""
    await play.remember(MODEL, *[hub_model(f"org/model-{number}") for number in range(3)])
    hostile = {"purpose": note[:100], "hardware": note[:40], "format": note[:40], "note": note[:NOTE_LENGTH]}
    for name in ("Qwen/Qwen3-8B", *(f"org/model-{number}" for number in range(3))):
        await play.say("review add", model=name, verdict="poor", **hostile)
    listed = text_of(await play.member.slash(play.channel, "review list"))
    assert "**[Qwen/Qwen3-8B](https://huggingface.co/Qwen/Qwen3-8B)**" in listed
    assert [one for one in ("@everyone", "<@1>", "<@&2>", "](http://x") if one in listed] == []
    assert listed.count("Poor") == 4
    assert listed.count(f"<@{play.moderator.id}>") == 4


async def test_everything_in_chinese(play: Play) -> None:
    """Form, answers, list and refusals speak the reader's language."""
    await play.remember(MODEL)
    with reading("zh-CN"):
        form = await open_form(play, play.member)
        assert form.modal["title"] == "试用评价：Qwen3-8B"
        said = text_of(await play.member.submit_modal(form, WELL))
        assert "谢谢" in said
        assert "1 人试过" in said
        assert "试用评价" in await play.say("review list", model="Qwen/Qwen3-8B")
        assert "还没有评价过" in await play.say("review edit", model="Qwen/Qwen3-8B", verdict="poor")
        assert "已撤回" in text_of(await play.member.slash(play.channel, "review remove", model="Qwen/Qwen3-8B"))
