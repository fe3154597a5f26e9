"""What is to be said about a filter that was understood, in words."""

from collections.abc import Iterator
from datetime import timedelta

from bot.cards.safe_text import safe
from bot.domain.bursts import CARDS_PER_CHANNEL, CHANNEL_WINDOW
from bot.domain.watches import WatchFilter
from bot.language.words import Words
from bot.workflows.read_watch_options import Remark, Understood

VALUE_SHOWN = 60
EVERYTHING = WatchFilter()
"""Asks for nothing: what many a moderator means to narrow later, and few know the size of."""


def remark_lines(understood: Understood, words: Words) -> Iterator[str]:
    """Say what a moderator should know before relying on a filter."""
    if understood.filter == EVERYTHING:
        minutes = CHANNEL_WINDOW // timedelta(minutes=1)
        yield f"⚠️ {words('remark.everything', cards=CARDS_PER_CHANNEL, minutes=minutes)}"
    for remark in understood.remarks:
        yield f"⚠️ {_said(remark, words)}"


def _said(remark: Remark, words: Words) -> str:
    text = words(f"remark.{remark.key}", value=safe(remark.value, VALUE_SHOWN))
    return f"{text}{words('refusal-near', near=safe(remark.near, VALUE_SHOWN))}" if remark.near else text
