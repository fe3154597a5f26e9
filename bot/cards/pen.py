"""How words are set: bold, linked, harmless. One pen for Discord's markdown, one for a plain terminal.

Lines are worded once (`card_lines`, `fact_lines`) and come out of either pen.
"""

from typing import Protocol

from bot.cards.ago import ago
from bot.cards.safe_text import chip, link, safe
from bot.domain.plain_text import plain


class Pen(Protocol):
    """Sets hostile text and our own words."""

    def text(self, value: str, limit: int) -> str:
        """Set a hostile value, at most `limit` displayed characters."""
        ...

    def bold(self, ready: str) -> str:
        """Set something already safe in bold."""
        ...

    def link(self, value: str, address: str, limit: int) -> str:
        """Set a hostile value as a link."""
        ...

    def chip(self, value: str, limit: int) -> str:
        """Set a hostile value as a label of its own."""
        ...

    def channel(self, channel_id: int) -> str:
        """Set a channel or thread as a link; empty in media that cannot lead there."""
        ...

    def moment(self, timestamp: int, shown: str) -> str:
        """Set a moment (Unix seconds); `shown` is its date in words for media without a clock."""
        ...


class MarkdownPen:
    """Discord's markdown."""

    def text(self, value: str, limit: int) -> str:
        """Escape every mention and markup."""
        return safe(value, limit)

    def bold(self, ready: str) -> str:
        """Set in bold; nothing stays nothing, four stars would be shown as they are."""
        return f"**{ready}**" if ready else ready

    def link(self, value: str, address: str, limit: int) -> str:
        """Make a masked link."""
        return link(value, address, limit)

    def chip(self, value: str, limit: int) -> str:
        """Set on a grey ground, as code is."""
        return chip(value, limit)

    def channel(self, channel_id: int) -> str:
        """Let the client show its name and lead there; it pings nobody."""
        return f"<#{channel_id}>"

    def moment(self, timestamp: int, shown: str) -> str:  # noqa: ARG002 - Discord shows it in the reader's own words
        """Let each reader's client say how long ago it was, in the reader's language and zone."""
        return ago(timestamp)


class PlainPen:
    """A terminal: no markup, no control characters."""

    def text(self, value: str, limit: int) -> str:
        """Make it plain."""
        return plain(value, limit)

    def bold(self, ready: str) -> str:
        """Leave it as it is."""
        return ready

    def link(self, value: str, address: str, limit: int) -> str:  # noqa: ARG002 - a terminal shows names; the address has its own line
        """Show the name."""
        return plain(value, limit)

    def chip(self, value: str, limit: int) -> str:
        """Show it plain."""
        return plain(value, limit)

    def channel(self, channel_id: int) -> str:  # noqa: ARG002 - a terminal leads nowhere
        """Leave it out."""
        return ""

    def moment(self, timestamp: int, shown: str) -> str:  # noqa: ARG002 - a terminal has no clock of the reader's
        """Show the date."""
        return shown
