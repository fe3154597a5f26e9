"""What a post is called where it needs a title: a forum post, an embed's head. Plain text, no markup."""

from bot.cards.leaderboard_lines import week_name
from bot.domain.card import CardFacts, DigestFacts, Post
from bot.domain.discussions import TITLE_LENGTH, title_of
from bot.domain.leaderboard import LeaderboardFacts
from bot.domain.plain_text import plain
from bot.language.words import Words


def post_title(post: Post, words: Words) -> str:
    """Return the title, at most 100 characters and never empty."""
    if isinstance(post.facts, CardFacts):
        return title_of(post.facts.facts.repo_id)
    if isinstance(post.facts, DigestFacts):
        title = words(f"digest.title.{post.facts.reason}")
        return plain(f"{title} · {words.date(post.facts.since)}", TITLE_LENGTH)
    if isinstance(post.facts, LeaderboardFacts):
        return plain(f"{words('leaderboard.title')} · {week_name(post.facts.week, words)}", TITLE_LENGTH)
    return plain(words("notice-title"), TITLE_LENGTH)
