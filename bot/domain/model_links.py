"""Which models a text links to: addresses of model pages on the Hub, and nothing else that looks like them."""

import re
from collections.abc import Iterable
from urllib.parse import unquote

MOST_LINKS = 25
"""Models that one message is read for: what Discord's menu can offer."""

LOOKED_AT = 20_000
"""Characters of one message that are read; Discord allows about 10,000 with every embed."""

NOT_OWNERS = frozenset(
    {
        "amp",
        "api",
        "blog",
        "brand",
        "buckets",
        "chat",
        "collections",
        "datasets",
        "docs",
        "enterprise",
        "front",
        "huggingface_hub",
        "inference",
        "inference-endpoints",
        "join",
        "kernels",
        "languages",
        "learn",
        "login",
        "metrics",
        "models",
        "new",
        "notifications",
        "organizations",
        "papers",
        "posts",
        "pricing",
        "search",
        "settings",
        "spaces",
        "storage",
        "support",
        "tasks",
        "terms-of-service",
        "topics",
        "users",
        "welcome",
    }
)
"""First parts of the Hub's own pages: what follows them is no model."""

_ADDRESS = re.compile(
    r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/(?P<owner>[\w.%-]{1,96})/(?P<name>[\w.%-]{1,200})", re.IGNORECASE
)
_NAME_PART = re.compile(r"[A-Za-z0-9](?:[\w.-]{0,95})")


def linked_models(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the models that these texts link to, in order, each once; at most `MOST_LINKS`."""
    found: dict[str, str] = {}
    for match in _ADDRESS.finditer("\n".join(texts)[:LOOKED_AT]):
        owner, name = (unquote(match[part]).rstrip(".") for part in ("owner", "name"))
        is_model = owner.casefold() not in NOT_OWNERS and all(map(_NAME_PART.fullmatch, (owner, name)))
        if is_model:
            found.setdefault(f"{owner}/{name}".casefold(), f"{owner}/{name}")
    return tuple(found.values())[:MOST_LINKS]
