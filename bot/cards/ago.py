"""How long ago something happened, as every reader's own clock shows it."""

from math import floor

BEHIND = 15
"""Seconds. Discord counts from the clock of the reader's device, which may be behind ours by some: what has just
happened would come "in 7 seconds". Nobody misses a quarter of a minute, so that much earlier is told."""


def ago(timestamp: float) -> str:
    """Return a past moment (seconds of Unix time) as "5 minutes ago" in the reader's language; never in the future.

    For what happened only: what is still to come is told to the second.
    """
    return f"<t:{max(0, floor(timestamp) - BEHIND)}:R>"


def since(timestamp: float) -> str:
    """Return a past moment as a date and a time: after "since" no "30 minutes ago" can stand."""
    return f"<t:{floor(timestamp)}:f>"
