"""A preview in words: how much, what for example, and how far it can be trusted."""

from collections.abc import Iterator

from bot.cards.ago import ago, since
from bot.cards.safe_text import hub_page, link
from bot.domain.watches import Pace
from bot.language.words import Words
from bot.workflows.preview_watch import PREVIEW_SPAN, Preview

NAME_SHOWN = 80
FLOOD = 100
"""Posts a week beyond which a channel is better served by a digest or a narrower filter."""


def preview_lines(preview: Preview, words: Words, names: int) -> Iterator[str]:
    """Say what would have been posted, with the latest `names` of it."""
    yield words.plural("preview.posts" if preview.pace is Pace.INSTANT else "preview.lines", preview.posts)
    for model in preview.shown[:names]:
        facts = model.facts
        when = f" · {ago(model.released_at.timestamp())}" if model.released_at else ""
        yield f"- {link(facts.repo_id, hub_page(facts.source, facts.repo_id), NAME_SHOWN)}{when}"
    left = preview.posts - min(names, len(preview.shown))
    if left > 0 and preview.shown:
        yield words.plural("preview.more", left)
    yield from _caveats(preview, words)


def _caveats(preview: Preview, words: Words) -> Iterator[str]:
    if preview.folded:
        yield f"-# {words.plural('preview.folded', preview.folded)}"
    if preview.has_thresholds:
        yield f"-# {words('preview.thresholds')}"
    if preview.forgets:
        yield f"-# {words('preview.reach', since=since(preview.since.timestamp()))}"
    elif not preview.looked_at:
        yield f"-# {words('preview.nothing-seen')}"
    if preview.posts > FLOOD and preview.pace is Pace.INSTANT:
        yield f"⚠️ {words('preview.flood', days=PREVIEW_SPAN.days)}"
