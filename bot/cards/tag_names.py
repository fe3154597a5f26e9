"""What a tag is called: known ones in the reader's language, the others as members wrote them."""

from bot.domain.tag_families import SPELLINGS
from bot.language.words import Words


def tag_name(words: Words, label: str) -> str:
    """Return a tag's name, hostile where members wrote it.

    A known tag is labelled with its key (`bot.domain.tags.tag_label`) unless a moderator calls it something else,
    which stays so in every language.
    """
    return words(f"tag-name.{label}") if label in SPELLINGS else label
