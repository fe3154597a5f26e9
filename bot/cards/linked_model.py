"""A model by its whole name, linked to its page, in what is not its card."""

from bot.cards.safe_text import NAME_LIMIT, hub_page, link
from bot.domain.model import Source
from bot.language.words import Words


def model_link(words: Words, source: Source, repo_id: str) -> str:
    """Return a model's name, linked to its page; words for one of which nothing is visible."""
    return link(repo_id, hub_page(source, repo_id), NAME_LIMIT) or words("card.unnamed")
