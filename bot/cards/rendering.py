"""From what a messenger is handed to what Discord shows."""

from discord.ui import LayoutView

from bot.cards.digest_card import digest_card
from bot.cards.discussion_card import discussion_card
from bot.cards.leaderboard_card import leaderboard_card
from bot.cards.model_card import model_card
from bot.cards.notice_card import notice_card
from bot.domain.card import CardFacts, DigestFacts, Post
from bot.domain.delivery import Purpose
from bot.domain.leaderboard import LeaderboardFacts
from bot.language.words import Language


def render(post: Post, language: Language) -> LayoutView:
    """Return the message for a post in its server's language. Carries `post.marker` as one component's id."""
    words = language.words(post.locale)
    if isinstance(post.facts, CardFacts):
        if post.purpose is Purpose.OPENING:
            return discussion_card(post.facts, words)
        return model_card(post.facts, words)
    if isinstance(post.facts, DigestFacts):
        return digest_card(post.facts, words)
    if isinstance(post.facts, LeaderboardFacts):
        return leaderboard_card(post.facts, words, post.files)
    return notice_card(post.facts, words)
