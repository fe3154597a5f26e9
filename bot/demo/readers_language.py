"""Lets the people of a simulated Discord read another language: SimCord's all read English otherwise."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from simcord import interactions


@contextmanager
def everybody_reads(locale: str) -> Generator[None]:
    """Until the end, every interaction says that its reader, and the server, use `locale` (Discord's name for it)."""
    real = interactions.base_payload

    def in_locale(*args: Any, **options: Any) -> tuple[Any, dict[str, Any]]:  # noqa: ANN401 - SimCord's signature
        record, payload = real(*args, **options)
        return record, {**payload, "locale": locale, "guild_locale": locale}

    interactions.base_payload = in_locale
    try:
        yield
    finally:
        interactions.base_payload = real
