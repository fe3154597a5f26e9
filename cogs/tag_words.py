"""Tags in words: as chips, as lists, as what a moderator did."""

from collections.abc import Iterable, Iterator, Sequence

from bot.cards.ago import ago
from bot.cards.card_lines import NAME_LIMIT, SEPARATOR
from bot.cards.linked_model import model_link
from bot.cards.safe_text import chip, safe
from bot.cards.tag_names import tag_name
from bot.domain.tags import LABEL_LENGTH, TAG_LENGTH, ModelTag, Tag, TagAction, TagLogEntry, TagUse
from bot.language.words import Words
from bot.workflows.read_tags import OfferedTag, TaggedPage, TagPage
from bot.workflows.tag_model import Tagged
from cogs.error_texts import refusal_lines

TAGS_PER_LINE = 8
"""A line that does not fit into a message is left out whole: many short ones lose least."""

MINE = "✓"


def tag_chip(tag: Tag | OfferedTag, words: Words) -> str:
    """Return a tag as a label of its own, harmless."""
    return chip(tag_name(words, tag.label), TAG_LENGTH)


def chips(tags: Iterable[Tag | OfferedTag], words: Words) -> str:
    """Return tags side by side."""
    return SEPARATOR.join(tag_chip(tag, words) for tag in tags)


def lines_of_tags(tags: Sequence[Tag | OfferedTag], words: Words) -> Iterator[str]:
    """Return tags side by side, a few a line."""
    for start in range(0, len(tags), TAGS_PER_LINE):
        yield chips(tags[start : start + TAGS_PER_LINE], words)


def tagged_lines(tagged: Tagged, words: Words) -> Iterator[str]:
    """Return what is on a model now, what this member changed, and what of it could not be."""
    model = safe(tagged.model.facts.repo_id, NAME_LIMIT)
    if tagged.added:
        yield words("tag.added", tags=chips(tagged.added, words))
    if tagged.removed:
        yield words("tag.removed", tags=chips(tagged.removed, words))
    yield from refusal_lines(tagged.refused, words)
    yield words.plural("tag.on-model", len(tagged.tags), model=model) if tagged.tags else words("tag.none", model=model)
    told = [_counted(one, words, is_mine=one.tag.id in tagged.mine) for one in tagged.tags]
    for start in range(0, len(told), TAGS_PER_LINE):
        yield SEPARATOR.join(told[start : start + TAGS_PER_LINE])
    if tagged.mine:
        yield f"-# {words('tag.yours-marked', mark=MINE)}"


def use_lines(page: TagPage, words: Words) -> Iterator[str]:
    """Return a server's tags, one a line, with how much each is used."""
    for use in page.uses:
        yield words("tag.use", tag=tag_chip(use.tag, words), use=_use(use, words))


def tagged_page_lines(page: TaggedPage, words: Words) -> Iterator[str]:
    """Return the models that have a tag, one a line."""
    yield words.plural("tag.models-with", page.total, tag=tag_chip(page.tag, words))
    if page.spellings:
        also = SEPARATOR.join(chip(spelling, TAG_LENGTH) for spelling in page.spellings[:TAGS_PER_LINE])
        yield f"-# {words('tag.also', spellings=also)}"
    for model in page.models:
        yield words.plural("tag.model-line", model.members, model=model_link(words, model.source, model.repo_id))


def log_line(entry: TagLogEntry, words: Words) -> str:
    """Return one thing a moderator did, with when and who; nobody is pinged by a private answer."""
    who = f"<@{entry.actor}>" if entry.actor else words("tag.log.somebody")
    other = entry.other or ""
    if entry.action in {TagAction.RENAME, TagAction.MERGE}:
        other = tag_name(words, other)
    tag = chip(tag_name(words, entry.tag), LABEL_LENGTH)
    what = words(f"tag.log.{entry.action}", tag=tag, other=chip(other, LABEL_LENGTH))
    return words("tag.log-line", moment=ago(entry.at.timestamp()), who=who, what=what)


def _counted(one: ModelTag, words: Words, *, is_mine: bool) -> str:
    mark = f"\N{NO-BREAK SPACE}{MINE}" if is_mine else ""
    return f"{tag_chip(one.tag, words)}\N{NO-BREAK SPACE}{words.compact(one.members)}{mark}"


def _use(use: TagUse, words: Words) -> str:
    return words.plural("tag.use-on-models", use.models) if use.models else words("tag.use-nowhere")


def named(tags: Sequence[OfferedTag], words: Words) -> Sequence[tuple[OfferedTag, str]]:
    """Return tags with their names in this language, for places that show text as it is."""
    return [(tag, tag_name(words, tag.label)) for tag in tags]
