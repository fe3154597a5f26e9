"""Hostile text made harmless for display: no mention, no markup, no link, no emoji code, no layout of its own.

Discord's escape is a backslash before any character that is neither a letter, a digit nor a space, so everything
that can begin markup is escaped wherever it stands; what works only at the start of a line is escaped there.
"""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from bot.domain.model import Source
from bot.domain.plain_text import plain

LONGEST_ESCAPED = 2
"""`safe(text, limit)` is at most this many times `limit` characters long, plus the two isolates."""

LOOKED_AT = 4
"""Characters looked at for each one shown: room for hidden ones, and a value of megabytes costs nothing."""

ISOLATES = 2
"""First strong isolate and its end, around text with right-to-left letters: it cannot reorder its neighbours."""

HUB_PAGES = {Source.HUGGING_FACE: "https://huggingface.co/", Source.MODELSCOPE: "https://modelscope.cn/models/"}
"""Where people read about a model, whatever mirror the bot itself reads (`HF_ENDPOINT`)."""

URL_LIMIT = 512
"""Discord's limit for a link button's address."""

NAME_LIMIT = 96
"""The Hub's own limit for a repository name."""

PAGE_LIMIT = 240
"""Longer than any page of a real model (42 characters of organisation, 96 of name), short enough for three links."""

_WORD_JOINER = "\u2060"
"""Between @ and a name it undoes the mention and, unlike a zero-width space, never lets the line break there."""

_MARKUP = re.compile(r"[\\*_~`|<>\[\]():#]")
_INVITE = re.compile(r"(?i)(discord(?:app)?\.(?:gg|com|me|li))/")
"""Clients turn an invite into a link even without its scheme."""

_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::[0-9]{1,5})?")
"""A plain host name: nobody's name before an @ that would pass for it."""

_IN_A_CHIP = str.maketrans({"`": "'", "<": "‹", ">": "›", "@": "@" + _WORD_JOINER, ":": ":" + _WORD_JOINER})
"""What stands instead inside inline code, where a backslash is shown and escapes nothing."""

_LINE_START = re.compile(r"^(?:[-+]|\d+(?=[.]))")
_BLANK_LETTERS = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")
"""Letters that show nothing: a name made of them would be an empty line."""

_STACKED_MARKS = re.compile(
    "((?:[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]){2})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]+"
)
"""More than two marks on a letter: no language stacks them, they only run over the lines above and below."""


def safe(text: str, limit: int) -> str:
    """Return `text` on one line as Discord will display it literally, cut to `limit` displayed characters.

    Measured before escaping, so that a cut never splits an escape. The result has at most
    `LONGEST_ESCAPED * limit + ISOLATES` characters, and may be empty.
    """
    visible = _STACKED_MARKS.sub(r"\1", _BLANK_LETTERS.sub(" ", text[: LOOKED_AT * limit]))
    return _isolated(_escaped(plain(visible, limit)))


def safe_lines(text: str, limit: int) -> Iterator[str]:
    """Yield the lines of `text`, each as `safe` makes it, cut to `limit` displayed characters together."""
    for line in text.split("\n"):
        shown = safe(line, limit) if limit > 0 else ""
        if shown:
            yield shown
            limit -= len(line)


def link(text: str, url: str, limit: int) -> str:
    """Return a masked link showing at most `limit` characters; just the safe text where `url` is no web address.

    Brackets in the text become parentheses: Discord does not honour escaped ones inside a link.
    """
    shown = safe(text.replace("[", "(").replace("]", ")"), limit)
    address = web_address(url)
    return f"[{shown}]({address})" if shown and address else shown


def chip(text: str, limit: int) -> str:
    """Return `text` as a short piece of inline code, a label of its own; empty where nothing of it is visible.

    Escapes do not work inside code: what could end it, mention or link is replaced by a look-alike or loosened.
    At most `LONGEST_ESCAPED * limit + ISOLATES` characters and the two backticks.
    """
    visible = _STACKED_MARKS.sub(r"\1", _BLANK_LETTERS.sub(" ", text[: LOOKED_AT * limit]))
    shown = plain(visible, limit).translate(_IN_A_CHIP)
    return f"`{_isolated(shown)}`" if shown else ""


def web_address(url: str) -> str | None:
    """Return an http(s) address with everything percent-encoded that could end it early; None for anything else."""
    if len(url) > URL_LIMIT:
        return None
    encoded = quote(url.strip(), safe="%/:?#=&@+,;~!$-._", errors="replace")
    try:
        parts = urlsplit(encoded)
    except ValueError:
        return None
    usable = parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.netloc) and len(encoded) <= URL_LIMIT
    return encoded if usable else None


def hub_page(source: Source, repo_id: str) -> str:
    """Return the address of a model's page for people, at most `PAGE_LIMIT` characters."""
    page = HUB_PAGES[source]
    name = repo_id[:PAGE_LIMIT].encode("utf-8", "replace")
    encoded = quote(name, safe="/-._~")
    longest = PAGE_LIMIT - len(page)
    return page + (encoded if len(encoded) <= longest else quote(name[: longest // 3], safe="/-._~"))


def _escaped(text: str) -> str:
    inline = _MARKUP.sub(r"\\\g<0>", text).replace("@", "@" + _WORD_JOINER)
    inline = _INVITE.sub(r"\1\\/", inline)
    start = _LINE_START.match(inline)
    if start is None:
        return inline
    marker = start.group()
    return f"{marker}\\{inline[len(marker) :]}" if marker[0].isdigit() else "\\" + inline


def _isolated(text: str) -> str:
    turned = any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text)
    return f"\u2068{text}\u2069" if turned else text
