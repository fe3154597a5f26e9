"""What a tag is called: known ones in the reader's language, the others as members wrote them."""

from bot.domain.tag_families import SPELLINGS
from bot.language.words import Words


def tag_name(words: Words, key: str, label: str) -> str:
    """Return a tag's name, hostile where members wrote it; a moderator's own name for a known tag stays theirs."""
    return words(f"tag-name.{key}") if label == key and key in SPELLINGS else label
