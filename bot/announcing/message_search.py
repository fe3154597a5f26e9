"""Recognises our own messages by the ids of their buttons."""

from collections.abc import Iterable, Iterator

import discord

from bot.domain.errors import TryLater


def carries(message: discord.Message, marker: str, author_id: int) -> bool:
    """Tell whether a message is this author's and has a component with this id.

    What a member was answered carries the same buttons; it came by a webhook, and is no message that was owed.
    """
    return message.author.id == author_id and message.webhook_id is None and marker in custom_ids(message.components)


def custom_ids(components: Iterable[object]) -> Iterator[str]:
    """Walk every component, nested ones and accessories included."""
    for component in components:
        custom_id = getattr(component, "custom_id", None)
        if isinstance(custom_id, str):
            yield custom_id
        yield from custom_ids(getattr(component, "children", ()))
        accessory = getattr(component, "accessory", None)
        if accessory is not None:
            yield from custom_ids((accessory,))


def our_id(client: discord.Client) -> int:
    """Return the bot's own user id. Raises `TryLater` before it is logged in."""
    if client.user is None:
        raise TryLater("not logged in yet")
    return client.user.id
