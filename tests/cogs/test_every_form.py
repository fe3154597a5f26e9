"""Every form, the menu of a message and every button: whatever is in them, the answer is private and harmless."""

import re
from itertools import cycle
from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.layout import Accent, block, message
from cogs.all_cogs import BUTTONS
from cogs.buttons import AnyPress
from tests.cogs.hostile import LOCALES, NUMBERS, PEOPLE, Standing, examples, send, stage, texts
from tests.cogs.stage import LANGUAGE, Play, bot_of, reading

__all__ = ["stage"]

SENT = 5
"""Discord's number for an interaction with a form."""

TEXT, RADIO, BOXES = 4, 21, 22
LABEL = 18
"""Discord's numbers for components."""

FORMS = {
    "tags": ("v1:tag:1", re.compile(r"v1:tagform:"), {"own": BOXES, "others": BOXES, "typed": TEXT}),
    "review": (
        "v1:review:1",
        re.compile(r"v1:reviewform:"),
        {"verdict": RADIO, "purpose": TEXT, "hardware": TEXT, "format": TEXT, "note": TEXT},
    ),
    "timezone": ("v1:zone:1:labs:en:", re.compile(r"v1:zoneform:"), {"timezone": TEXT}),
}
"""Every form: what opens it, how its id begins, and its fields."""

USUAL = {"own": ["coding"], "others": ["chat"], "typed": "fast", "verdict": "mixed", "timezone": "Berlin"}
"""What somebody might fill in; the other fields may stay empty."""

IN_AN_ID = re.compile(r"[^\x00-\x1f\ud800-\udfff]{1,100}")
"""What Discord takes as the id of something to press."""

TEMPLATES = sorted(BUTTONS, key=lambda one: one.__name__)


def field_of(name: str, kind: int, value: Any) -> dict[str, Any]:  # noqa: ANN401 - a text, or a list of texts
    """Return a filled-in field as Discord sends it."""
    filled = {"values": value} if kind == BOXES else {"value": value}
    return {"type": LABEL, "id": 1, "component": {"type": kind, "id": 2, "custom_id": name, **filled}}


@pytest.mark.parametrize("form", FORMS)
def test_no_form_ends_in_silence_or_a_traceback(stage: Standing, form: str) -> None:
    """Each field by itself and all at once, with what no client would send: boxes never offered, any length."""
    opens, begins, fields = FORMS[form]

    @examples(stage, share=2)
    @given(data=st.data(), who=st.sampled_from(PEOPLE), locale=st.sampled_from(LOCALES))
    def whatever_is_filled_in(data: st.DataObject, who: str, locale: str) -> None:
        values = {
            name: data.draw(st.lists(texts, max_size=12) if kind == BOXES else texts | st.just(""), name)
            for name, kind in fields.items()
        }
        alone = [{**usual(fields), name: value} for name, value in values.items()]
        for filled in (*alone, values):
            with reading(locale):
                stage.run(fill_in(stage, stage.who(who), opens, begins, filled))

    whatever_is_filled_in()


def usual(fields: dict[str, int]) -> dict[str, Any]:
    """Return what somebody might fill in."""
    return {name: USUAL.get(name, "") for name in fields}


async def fill_in(stage: Standing, who: Any, opens: str, begins: re.Pattern[str], filled: dict[str, Any]) -> None:  # noqa: ANN401 - SimCord's member
    """Open a form by its button and send it."""
    play, fields = stage.play, next(form[2] for form in FORMS.values() if form[0] == opens)
    with stage.nothing_logged((opens, filled)):
        opened = await who.click(await play.bot_message(opens), custom_id=opens)
        stage.answered(opened, opens)
        if opened.modal is None:
            return  # Setting up is for moderators; members are told so.
        custom_id = str(opened.modal["custom_id"])
        assert begins.match(custom_id)
        components = [field_of(name, fields[name], value) for name, value in filled.items()]
        sent = await send(play, who, kind=SENT, data={"custom_id": custom_id, "components": components})
    stage.answered(sent, (custom_id, filled))


def test_every_form_is_here(stage: Standing) -> None:
    """A new form has to be put among these."""
    bot = bot_of(stage.play.env)
    served = [form.pattern.pattern for cog in bot.cogs.values() for form in getattr(cog, "forms", ())]
    assert len(served) == len(FORMS)
    assert all(any(begins.match(pattern) for _, begins, _ in FORMS.values()) for pattern in served)


def test_no_message_breaks_the_menu(stage: Standing) -> None:
    """Whatever a message says and links to, "Vote on this model" is answered."""
    links = st.sampled_from(["https://huggingface.co/", "https://hf.co/", "https://modelscope.cn/models/", "hf.co/"])
    names = st.one_of(texts, st.sampled_from(["org/x", "org/y", "nobody/nothing"]))

    @examples(stage, share=2)
    @given(
        parts=st.lists(st.tuples(links | st.just(""), names), min_size=1, max_size=30),
        who=st.sampled_from(PEOPLE),
        locale=st.sampled_from(LOCALES),
    )
    def whatever_it_says(parts: list[tuple[str, str]], who: str, locale: str) -> None:
        said = "\n".join(link + name for link, name in parts)[:2000]
        with reading(locale):
            stage.run(use_menu(stage, stage.who(who), said))

    whatever_it_says()


async def use_menu(stage: Standing, who: Any, said: str) -> None:  # noqa: ANN401 - SimCord's member
    """Let the moderator say something, and somebody use the menu on it."""
    sent = await stage.play.moderator.send(stage.play.channel, said if said.strip() else "nothing")
    name = LANGUAGE.words()("command-name.vote-on-model")
    with stage.nothing_logged(said):
        result = await who.context_menu(stage.play.channel, name, sent)
    stage.answered(result, said)


@pytest.mark.parametrize("button", TEMPLATES, ids=lambda one: one.__name__)
def test_no_id_ends_in_silence_or_a_traceback(stage: Standing, button: AnyPress) -> None:
    """Whatever a button's template takes, its numbers at the edges of what a database holds; menus with any choice."""
    template, numbers = button.__discord_ui_compiled_template__, cycle(NUMBERS)

    @examples(stage, share=2)
    @given(data=st.data(), who=st.sampled_from(PEOPLE), locale=st.sampled_from(LOCALES))
    def whatever_is_pressed(data: st.DataObject, who: str, locale: str) -> None:
        custom_id = data.draw(ids_of(template), "id")
        picked = data.draw(st.lists(texts, min_size=1, max_size=3), "picked")
        number = next(numbers)
        with reading(locale):
            for one in dict.fromkeys((custom_id, with_number(custom_id, number, template))):
                stage.run(press(stage, stage.who(who), one, [*picked, number]))

    whatever_is_pressed()


def ids_of(template: re.Pattern[str]) -> st.SearchStrategy[str]:
    """Return ids that a template takes."""
    return st.from_regex(template, fullmatch=True).filter(IN_AN_ID.fullmatch)


def with_number(custom_id: str, number: str, template: re.Pattern[str]) -> str:
    """Put a number that nobody of ours writes wherever the id has one, as far as its template takes it."""
    edged = re.sub(r"(?<=:)[0-9]+", number, custom_id)
    first = re.sub(r"(?<=:)[0-9]+", number, custom_id, count=1)
    return next((one for one in (edged, first) if template.fullmatch(one)), custom_id)


async def press(stage: Standing, who: Any, custom_id: str, picked: list[str]) -> None:  # noqa: ANN401 - SimCord's member
    """Press it as a button, and choose in it as a menu, on messages of Rootstock."""
    play = stage.play
    with stage.nothing_logged(custom_id):
        pressed = await who.click(await play.bot_message(custom_id), custom_id=custom_id)
    stage.answered(pressed, custom_id)
    values = list(dict.fromkeys(value[:100] for value in picked))
    with stage.nothing_logged((custom_id, values)):
        chosen = await who.select(await menu_message(play, custom_id, values), values, custom_id=custom_id)
    stage.answered(chosen, (custom_id, values))


async def menu_message(play: Play, custom_id: str, values: list[str]) -> discord.Message:
    """Let the bot post a message with a menu that offers these values."""
    menu = discord.ui.Select[discord.ui.LayoutView](
        custom_id=custom_id,
        options=[discord.SelectOption(label="x", value=value) for value in values],
        max_values=len(values),
    )
    layout = message(Accent.PLAIN, block(["A menu"], 100), discord.ui.ActionRow[discord.ui.LayoutView](menu))
    layout.stop()
    channel = bot_of(play.env).get_channel(play.channel.id)
    assert isinstance(channel, discord.TextChannel)
    return await channel.send(view=layout)
