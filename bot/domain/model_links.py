"""Which model a text means: the one reader of model pages' addresses and of names as people type and paste them.

Addresses of the Hub, of its mirror and of ModelScope count, with or without their scheme; a ModelScope page stands
for the Hub's model of the same name. Nothing else that looks like them does.
"""

import re
from collections.abc import Iterable
from urllib.parse import unquote

from bot.domain.errors import Refusal
from bot.domain.plain_text import plain

MOST_LINKS = 25
"""Models that one message is read for: what Discord's menu can offer."""

LOOKED_AT = 20_000
"""Characters of one message that are read; Discord allows about 10,000 with every embed."""

TYPED_LENGTH = 300
"""Characters of an option that names a model: an address with all that browsers hang onto it."""

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

PAGES = frozenset({"blob", "commit", "commits", "discussions", "edit", "raw", "resolve", "tree"})
"""Pages below a model's own: what a name may be followed by where somebody pasted the end of an address."""

_HUB = r"(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com)/(?:(?:api/)?models/)?"
_MODELSCOPE = r"(?:www\.)?modelscope\.(?:cn|ai)/models/"
_SCHEME = r"https?://"
_UNATTACHED = r"(?<![A-Za-z0-9_.@/%-])"
"""Without a scheme a host must stand by itself: `evil.example/huggingface.co/a/b` is no page of the Hub."""

_HOST = rf"(?:(?:{_SCHEME}|{_UNATTACHED})(?:{_HUB}|{_MODELSCOPE})|{_UNATTACHED}hf://)"
_ADDRESS = re.compile(rf"{_HOST}(?P<owner>[A-Za-z0-9_.%-]{{1,96}})/(?P<name>[A-Za-z0-9_.%-]{{1,200}})", re.IGNORECASE)
_HOSTS = re.compile(rf"^[<(\[]*{_HOST}", re.IGNORECASE)
_NO_OWNERS = NOT_OWNERS | {"huggingface.co", "hf.co", "hf-mirror.com", "modelscope.cn", "modelscope.ai"}
_NAME_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,95}")
_AROUND_SLASH = re.compile(r"\s*/\s*")
_BEFORE_A_NAME = " `*\"'<([{“‘「/"
_BEHIND_A_NAME = " `*\"'>)]}”’」/,.;!…，。；！？"
_AFTER_A_NAME = re.compile(r"[?#@:]")
"""A query, a heading, a revision (`@main`), a quantisation (`:Q4_K_M`, as llama.cpp and Ollama take it)."""


def linked_models(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the models that these texts link to, in order, each once; at most `MOST_LINKS`."""
    found: dict[str, str] = {}
    for match in _ADDRESS.finditer("\n".join(texts)[:LOOKED_AT]):
        owner, name = (unquote(match[part]).rstrip(".") for part in ("owner", "name"))
        name = name.removesuffix(".git")
        if _is_a_name(owner, name):
            found.setdefault(f"{owner}/{name}".casefold(), f"{owner}/{name}")
    return tuple(found.values())[:MOST_LINKS]


def named_model(typed: str) -> str:
    """Return the name of the model that somebody means: typed as a name, or pasted as its page's address.

    Raises `Refusal` (`model-unknown`) for what can be the name of none.
    """
    text = plain(typed, TYPED_LENGTH)
    linked = linked_models([text])
    name = linked[0] if linked else _name_in(text)
    if name is None:
        raise Refusal("model-unknown", value=typed)
    return name


def without_address(typed: str) -> str:
    """Return what is being typed or was pasted as a part of a name: without host, query, page and brackets."""
    text = plain(typed, TYPED_LENGTH)
    linked = linked_models([text])
    return linked[0] if linked else joined(_HOSTS.sub("", text))


def joined(typed: str) -> str:
    """Return text in which owner and name stand together: `a / b` is `a/b`."""
    return _AROUND_SLASH.sub("/", typed)


def _name_in(text: str) -> str | None:
    if "://" in text or ".." in text:
        return None  # The address of something else, or a path; the Hub allows no two dots in a name.
    bare = _AFTER_A_NAME.split(joined(text).lstrip(_BEFORE_A_NAME), maxsplit=1)[0]
    owner, _, rest = bare.rstrip(_BEHIND_A_NAME).partition("/")
    name, _, page = rest.partition("/")
    if page and page.partition("/")[0] not in PAGES:
        return None
    if not name:
        return owner if _NAME_PART.fullmatch(owner) else None
    return f"{owner}/{name}" if _is_a_name(owner, name) else None


def _is_a_name(owner: str, name: str) -> bool:
    return owner.casefold() not in _NO_OWNERS and all(map(_NAME_PART.fullmatch, (owner, name)))
