"""Text from hubs and members, made plain: no control characters, no direction tricks, bounded.

Markdown and mentions are a matter of display and are dealt with in `bot.cards.safe_text`.
"""

import unicodedata

ELLIPSIS = "…"

_KEPT_FORMAT_CHARACTERS = frozenset("\u200d\ufe0f")
"""Zero-width joiner and variation selector: emoji and several scripts need them."""

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def plain(text: str, limit: int) -> str:
    """Return `text` on one line, without invisible or unassigned characters, cut to `limit` characters.

    Null bytes go too: PostgreSQL refuses them. Only the first `8 * limit` characters are looked at, so that
    a value of megabytes costs nothing.
    """
    if len(text) <= limit and text.isprintable() and "  " not in text and text == text.strip():
        return text  # Nearly every tag and name; a listing has tens of thousands of them.
    spaced = "".join(
        " " if character.isspace() else character for character in text[: 8 * limit] if _is_shown(character)
    )
    return shorten(" ".join(spaced.split()), limit)


def plain_lines(text: str, limit: int, *, most: int) -> str:
    """Return `text` as `plain` does but with its line breaks, on `most` lines, none of them empty.

    What would be on further lines stands on the last one. `limit` is of all characters together.
    """
    lines = [line for line in (plain(line, limit) for line in text[: 8 * limit].splitlines()) if line]
    kept = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return shorten("\n".join(line for line in kept if line), limit)


def shorten(text: str, limit: int) -> str:
    """Cut to `limit` characters, the last being an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + ELLIPSIS


def _is_shown(character: str) -> bool:
    return (
        character.isspace()
        or character in _KEPT_FORMAT_CHARACTERS
        or unicodedata.category(character) not in _HIDDEN_CATEGORIES
    )
