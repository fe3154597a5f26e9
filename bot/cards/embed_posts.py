"""Posts as plain embeds, for announcement channels: copies in the servers that follow lose every component.

So everything a reader needs stands in the embed, links included. The buttons stay below the original, where members
of the channel's own server can press them, and where the post is recognised by its marker.
"""

from collections.abc import Iterable, Sequence

from discord import Embed
from discord.ui import ActionRow, Button, LayoutView, View

from bot.cards.attached_pictures import address_of
from bot.cards.card_lines import SEPARATOR, CardLines, hub_name
from bot.cards.community_lines import CommunityLines
from bot.cards.layout import KIND_ACCENTS, Accent, small, within
from bot.cards.leaderboard_card import leaderboard_text
from bot.cards.notice_card import notice_text
from bot.cards.pen import MarkdownPen
from bot.cards.post_titles import post_title
from bot.cards.rendering import render
from bot.cards.safe_text import hub_page, link, safe
from bot.domain.card import CardFacts, DigestFacts, NoticeFacts, Post
from bot.domain.leaderboard import LeaderboardFacts
from bot.language.words import Language, Words

DESCRIPTION_LIMIT = 4000
"""Discord takes 4,096, and 6,000 in all."""

TITLE_LIMIT = 100
BUTTONS_IN_A_ROW = 5


def embed_post(post: Post, language: Language) -> tuple[Embed, View]:
    """Return the embed and, for below it, the buttons that the post's own layout has."""
    words = language.words(post.locale)
    title = safe(post_title(post, words), TITLE_LIMIT) or words("card.unnamed")
    embed = Embed(title=title, description="\n".join(within(_lines(post, words), DESCRIPTION_LIMIT)))
    embed.colour = int(KIND_ACCENTS[post.facts.kind] if isinstance(post.facts, CardFacts) else Accent.PLAIN)
    if isinstance(post.facts, CardFacts):
        embed.url = hub_page(post.facts.facts.source, post.facts.facts.repo_id)
    if post.files:
        embed.set_image(url=address_of(post.files[0]))
    return embed, _buttons(render(post, language))


def _lines(post: Post, words: Words) -> Iterable[str | None]:
    if isinstance(post.facts, CardFacts):
        return _card_lines(post.facts, words)
    if isinstance(post.facts, DigestFacts):
        return _digest_lines(post.facts, words)
    if isinstance(post.facts, LeaderboardFacts):
        return leaderboard_text(post.facts, words)
    return _notice_lines(post.facts, words)


def _card_lines(card: CardFacts, words: Words) -> Sequence[str | None]:
    lines = CardLines(card, words, MarkdownPen())
    page = link(hub_name(card.facts.source), hub_page(card.facts.source, card.facts.repo_id), TITLE_LIMIT)
    community = CommunityLines(card.community, words, MarkdownPen()) if card.community else None
    opinions = (community.votes(), community.tags(), community.reviews()) if community else ()
    return [
        *lines.origin(),
        lines.summary(),
        f"🖥️ {lines.size()}",
        *(lines.warnings() or (lines.licence(),)),
        lines.gating(),
        lines.evaluations(),
        lines.formats(),
        lines.crossed(),
        lines.memory(),
        lines.path(),
        lines.derivatives(),
        lines.traits(),
        lines.numbers(),
        *opinions,
        f"🔗 {page}",
    ]


def _digest_lines(digest: DigestFacts, words: Words) -> Sequence[str | None]:
    told: list[str | None] = [small(words.plural("digest.total", digest.total))]
    for card in digest.lines:
        lines = CardLines(card, words, MarkdownPen())
        told.append(SEPARATOR.join((lines.name_in_bold(), lines.kind_alone(), lines.parameters())))
        told.append(small(lines.licence_briefly()))
    return told


def _notice_lines(notice: NoticeFacts, words: Words) -> Sequence[str | None]:
    return [notice_text(notice, words)]


def _buttons(layout: LayoutView) -> View:
    """Take over a layout's rows of buttons: classic messages have rows of their own."""
    view = View(timeout=None)
    rows = [item for item in layout.walk_children() if isinstance(item, ActionRow)]
    for number, row in enumerate(rows[:BUTTONS_IN_A_ROW]):
        for button in row.children:
            if isinstance(button, Button):
                view.add_item(_copy(button, number))
    return view


def _copy(button: "Button[LayoutView]", row: int) -> "Button[View]":
    return Button(
        label=button.label, custom_id=button.custom_id, url=button.url, style=button.style, emoji=button.emoji, row=row
    )
