"""The filter options that `/watch add`, `edit` and `preview` share, declared once."""

import inspect
from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

from discord import app_commands

from bot.workflows.read_watch_options import WatchOptions

LONGEST_LIST = 1000
"""Characters of an option with several values."""

LARGEST_THRESHOLD = 1_000_000_000

SHARED_WORDS = {"options": "watch"}
"""Commands marked so take their options' descriptions from `option.watch.*` (see bot/discord_bot.py)."""

TextList = app_commands.Range[str, 1, LONGEST_LIST]
Threshold = app_commands.Range[int, 0, LARGEST_THRESHOLD]

_Callback = TypeVar("_Callback", bound=Callable[..., Any])


def takes_filter(callback: _Callback) -> _Callback:
    """Replace a command's `**options` by one Discord option for each field of `WatchOptions`.

    discord.py reads a command's options from its signature; 16 parameters written three times would drift apart.
    """
    signature = inspect.signature(callback)
    own = [one for one in signature.parameters.values() if one.kind is not inspect.Parameter.VAR_KEYWORD]
    shared = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=(Threshold if "int" in str(field.type) else TextList) | None,
        )
        for field in fields(WatchOptions)
    ]
    callback.__signature__ = signature.replace(parameters=[*own, *shared])  # pyright: ignore[reportFunctionMemberAccess] - read by inspect.signature
    return callback
