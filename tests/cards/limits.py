"""Discord's limits for a Components V2 message, checked by hand: discord.py does not (DISCORD.md, Limits)."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from discord.ui import LayoutView

COMPONENTS = 40
CHARACTERS = 4000
LABEL = 80
CUSTOM_ID = 100
URL = 512
BUTTONS_IN_A_ROW = 5

CONTAINER, ROW, BUTTON, TEXT = 17, 1, 2, 10
LINK_STYLE = 5


def components_of(view: LayoutView) -> list[Mapping[str, Any]]:
    """Return every component of a view as Discord gets it, nested ones included."""
    return list(_walk(view.to_components()))


def _walk(components: object) -> Iterator[Mapping[str, Any]]:
    for component in cast("list[Mapping[str, Any]]", components):
        yield component
        yield from _walk(component.get("components") or [])
        if "accessory" in component:
            yield from _walk([component["accessory"]])


def texts_of(view: LayoutView) -> list[str]:
    """Return the content of every text display."""
    return [component["content"] for component in components_of(view) if component["type"] == TEXT]


def ids_of(view: LayoutView) -> list[str]:
    """Return every custom_id."""
    return [component["custom_id"] for component in components_of(view) if component.get("custom_id")]


def check_limits(view: LayoutView) -> None:
    """Assert that Discord would take this view."""
    components = components_of(view)
    assert len(components) <= COMPONENTS
    assert sum(map(len, texts_of(view))) <= CHARACTERS
    assert view.content_length() <= CHARACTERS
    assert view.timeout is None
    ids = ids_of(view)
    assert sorted(set(ids)) == sorted(ids), "a custom_id stands twice"
    for component in components:
        _check(component)


def _check(component: Mapping[str, Any]) -> None:
    if component["type"] == TEXT:
        assert component["content"].strip()
    if component["type"] == CONTAINER:
        assert component["components"]
    if component["type"] == ROW:
        assert 1 <= len(component["components"]) <= BUTTONS_IN_A_ROW
    if component["type"] == BUTTON:
        _check_button(component)


def _check_button(button: Mapping[str, Any]) -> None:
    assert 1 <= len(button["label"]) <= LABEL
    if button["style"] == LINK_STYLE:
        assert "custom_id" not in button or button["custom_id"] is None
        assert button["url"].startswith("https://")
        assert len(button["url"]) <= URL
    else:
        assert 1 <= len(button["custom_id"]) <= CUSTOM_ID
