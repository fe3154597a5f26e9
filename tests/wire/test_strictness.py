"""The stand-in refuses what Discord refuses; otherwise a test against it would prove nothing."""

import pytest

from tests.wire.limits_of_commands import errors_in_command, errors_in_commands
from tests.wire.limits_of_messages import COMPONENTS_V2, errors_in_message, errors_in_modal
from tests.wire.specification import find_description, load_specification
from tests.wire.world import Json

MESSAGES = "/channels/{channel_id}/messages"


def text(content: str = "x") -> Json:
    """Make a text display."""
    return {"type": 10, "content": content}


def button(**fields: object) -> Json:
    """Make a button."""
    return {"type": 2, "style": 1, "label": "Go"} | fields


def row(*components: Json) -> Json:
    """Make an action row."""
    return {"type": 1, "components": list(components)}


def v2(*components: Json, **fields: object) -> Json:
    """Make a message of components."""
    return {"flags": COMPONENTS_V2, "components": list(components)} | fields


def command(**fields: object) -> Json:
    """Make a slash command."""
    plain: Json = {"name": "watch", "description": "Watches", "options": []}
    return plain | fields


def option(name: str = "author", **fields: object) -> Json:
    """Make an option of text."""
    return {"type": 3, "name": name, "description": "Whose"} | fields


GOOD_MESSAGES = (
    {"content": "x" * 2000},
    {"embeds": [{"title": "t", "description": "d" * 4096}]},
    v2({"type": 17, "components": [text("t" * 3900), row(button(custom_id="a"), button(style=5, url="https://x.y"))]}),
    v2({"type": 9, "components": [text()], "accessory": button(custom_id="a")}),
)

BAD_MESSAGES = {
    "content over 2,000": {"content": "x" * 2001},
    "empty": {"content": ""},
    "embeds over 6,000 in all": {"embeds": [{"description": "d" * 3001}, {"description": "d" * 3000}]},
    "a nonce over 25": {"content": "x", "nonce": "n" * 26},
    "content beside components": v2(text(), content="x"),
    "embeds beside components": v2(text(), embeds=[{"title": "t"}]),
    "components without their flag": {"components": [text()]},
    "41 components, nested": v2({"type": 17, "components": [text() for _ in range(40)]}),
    "4,001 characters of text": v2(text("x" * 2000), text("x" * 2001)),
    "a custom_id twice": v2(row(button(custom_id="a"), button(custom_id="a"))),
    "a custom_id over 100": v2(row(button(custom_id="a" * 101))),
    "a label over 80": v2(row(button(custom_id="a", label="l" * 81))),
    "a link with a custom_id": v2(row(button(style=5, url="https://x.y", custom_id="a"))),
    "a link without a url": v2(row(button(style=5))),
    "a link to nowhere": v2(row(button(style=5, url="javascript:alert(1)"))),
    "a button without an id": v2(row(button())),
    "a button without a label": v2(row(button(custom_id="a", label=""))),
    "26 options": v2(
        row({"type": 3, "custom_id": "a", "options": [{"label": str(n), "value": str(n)} for n in range(26)]})
    ),
    "a menu beside a button": v2(row({"type": 5, "custom_id": "a"}, button(custom_id="b"))),
    "no component": v2(),
}


@pytest.mark.parametrize("message", GOOD_MESSAGES)
def test_what_discord_takes_is_taken(message: Json) -> None:
    """At the limits, not over them."""
    assert errors_in_message(message) == []


@pytest.mark.parametrize("why", BAD_MESSAGES)
def test_messages_over_a_limit_are_refused(why: str) -> None:
    """Each of Discord's limits that its own description does not state."""
    assert len(errors_in_message(BAD_MESSAGES[why])) >= 1


def test_the_components_flag_cannot_be_taken_off_again() -> None:
    """Nor can content stay when it is put on."""
    assert errors_in_message({"flags": 0, "content": "x"}, previous=v2(text()) | {"embeds": []}) != []
    assert errors_in_message(v2(text()), previous={"content": "old", "flags": 0}) != []
    assert errors_in_message(v2(text()), previous=v2(text("old"))) == []


BAD_COMMANDS = {
    "upper case": command(name="Watch"),
    "a blank": command(name="add watch"),
    "a long name": command(name="w" * 33),
    "a localised name with a blank": command(name_localizations={"zh-CN": "添 加"}),
    "no description": command(description=""),
    "a long localised description": command(description_localizations={"zh-CN": "关" * 101}),
    "26 options": command(options=[option(f"o{n}") for n in range(26)]),
    "a required option after an optional one": command(options=[option("a"), option("b", required=True)]),
    "an option twice": command(options=[option(), option()]),
    "26 choices": command(options=[option(choices=[{"name": str(n), "value": str(n)} for n in range(26)])]),
    "a long choice": command(options=[option(choices=[{"name": "n" * 101, "value": "v"}])]),
    "choices beside autocomplete": command(options=[option(choices=[{"name": "n", "value": "v"}], autocomplete=True)]),
    "8,001 characters": command(options=[option(f"o{n}", description="d" * 99 + str(n)[-1]) for n in range(25)] * 4),
    "a subcommand beside an option": command(options=[option(), option("add", type=1)]),
}


@pytest.mark.parametrize("why", BAD_COMMANDS)
def test_commands_over_a_limit_are_refused(why: str) -> None:
    """Each of Discord's limits on commands."""
    assert list(errors_in_command(BAD_COMMANDS[why])) != []


def test_command_names_may_be_chinese() -> None:
    """Letters of any script, and no case where there is none."""
    fine = command(name_localizations={"zh-CN": "关注"}, options=[option(name_localizations={"zh-CN": "作者"})])
    assert list(errors_in_command(fine)) == []


def test_a_command_cannot_be_there_twice() -> None:
    """And there are at most a hundred."""
    assert errors_in_commands([command(), command()]) != []
    assert errors_in_commands([command(name=f"c{n}") for n in range(101)]) != []


@pytest.mark.parametrize(
    "modal",
    [
        {"custom_id": "a", "title": "t" * 46, "components": [text()]},
        {"custom_id": "a" * 101, "title": "t", "components": [text()]},
        {"custom_id": "a", "title": "t", "components": [text() for _ in range(6)]},
        {"custom_id": "a", "title": "t", "components": []},
        {"custom_id": "a", "title": "t", "components": [{"type": 18, "label": "l" * 46, "component": {"type": 4}}]},
    ],
)
def test_modals_over_a_limit_are_refused(modal: Json) -> None:
    """Title, id, how many components, labels."""
    assert errors_in_modal(modal) != []


def test_discords_own_description_names_the_exact_place() -> None:
    """Closed objects, and unions chosen by `type`: an error says where it is."""
    specification = load_specification()
    if specification is None:
        pytest.skip("Discord's OpenAPI description is not at hand (DISCORD_OPENAPI)")
    wrong = v2({"type": 17, "components": [text(), row(button(custom_id="a", colour="red"))]})
    assert find_description() is not None
    assert [error.split(":")[0] for error in specification.errors("POST", MESSAGES, wrong)] == [
        "components/0/components/1/components/0"
    ]
    assert specification.errors("POST", MESSAGES, GOOD_MESSAGES[2]) == []
    assert specification.errors("POST", MESSAGES, v2({"type": 99})) != []
