"""The models of the stand-in hub: what is on the shelf, what of it is public, and how it is listed."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import cast, get_args

from huggingface_hub.hf_api import ExpandModelProperty_T

WireRecord = dict[str, object]
"""A model as the Hub's API writes it: every field that `expand` could ask for, as far as the model has it."""

EXPANDABLE = frozenset[str](get_args(ExpandModelProperty_T))
ALWAYS = ("_id", "id")
SORTABLE = {
    "createdAt": "createdAt",
    "created_at": "createdAt",
    "downloads": "downloads",
    "lastModified": "lastModified",
    "last_modified": "lastModified",
    "likes": "likes",
    "likes7d": "likes",
    "trendingScore": "trendingScore",
    "trending_score": "trendingScore",
}
SHELL_TAGS = ["region:us"]
SHELL_FILES = [".gitattributes"]

_FILLED_BY_FILES = (
    "baseModels",
    "cardData",
    "config",
    "evalResults",
    "gguf",
    "library_name",
    "model-index",
    "pipeline_tag",
    "safetensors",
    "usedStorage",
)
"""What the Hub reads out of a repository's files: an empty repository has none of it."""


@dataclass(slots=True)
class Shelved:
    """One repository: its whole record, its README, and what of it shows."""

    record: WireRecord
    readme: str | None = None
    private: bool = False
    empty: bool = False

    @property
    def shown(self) -> WireRecord:
        """The record as the Hub would answer it now: a shell while the files have not arrived."""
        if not self.empty:
            return {**self.record, "private": self.private}
        shell = {key: value for key, value in self.record.items() if key not in _FILLED_BY_FILES}
        return {**shell, "private": self.private, "tags": SHELL_TAGS, "siblings": _siblings(SHELL_FILES)}


@dataclass(frozen=True, slots=True)
class Listing:
    """One page: the records, and the cursor of the next page if there is one."""

    records: Sequence[WireRecord]
    cursor: str | None


@dataclass(slots=True)
class Shelf:
    """All repositories, by today's name; renamed ones answer to their old name for ever."""

    _models: dict[str, Shelved] = field(default_factory=dict[str, Shelved])
    _renamed: dict[str, str] = field(default_factory=dict[str, str])

    def put(self, record: Mapping[str, object], readme: str | None, *, private: bool, empty: bool) -> None:
        """Add or replace a repository; what the record leaves out is filled with what the Hub gives a new one."""
        repo_id = str(record["id"])
        self._models[repo_id] = Shelved(_complete(repo_id, record, readme), readme, private=private, empty=empty)
        self._renamed.pop(repo_id, None)

    def get(self, repo_id: str) -> Shelved:
        """Return a repository, public or not.

        Raises:
            KeyError: there is none of that name.
        """
        return self._models[repo_id]

    def public(self, repo_id: str) -> Shelved | None:
        """Return a repository that a stranger may see."""
        found = self._models.get(repo_id)
        return None if found is None or found.private else found

    def names(self) -> tuple[str, ...]:
        """Return the names of all repositories, private ones too."""
        return tuple(self._models)

    def rename(self, old: str, new: str) -> None:
        """Move a repository: its `_id` stays, its old name leads to the new one."""
        shelved = self._models.pop(old)
        shelved.record.update(id=new, modelId=new, author=new.partition("/")[0])
        self._models[new] = shelved
        self._renamed[old] = new

    def new_name_of(self, repo_id: str) -> str | None:
        """Return where a renamed repository is now."""
        return self._renamed.get(repo_id)

    def remove(self, repo_id: str) -> Shelved:
        """Take a repository off the shelf for good."""
        return self._models.pop(repo_id)

    def page(self, query: "Query") -> Listing:
        """Return one page of what is public, in the query's order, after its cursor."""
        matching = [shelved.shown for shelved in self._models.values() if not shelved.private]
        matching = [record for record in matching if query.accepts(record)]
        matching.sort(key=query.key, reverse=query.descending)
        if query.after is not None:
            matching = [record for record in matching if query.is_after(record)]
        page = matching[: query.limit]
        more = len(matching) > len(page)
        return Listing(page, query.cursor_after(page[-1]) if more and page else None)


@dataclass(frozen=True, slots=True)
class Query:
    """What a listing asks for, already checked."""

    author: str | None = None
    filters: tuple[str, ...] = ()
    search: str | None = None
    sort: str = "trendingScore"
    descending: bool = True
    limit: int = 1000
    after: tuple[str, str] | None = None

    def accepts(self, record: Mapping[str, object]) -> bool:
        """Tell whether a record is asked for; every filter must be one of its tags."""
        tags = set(_strings(record.get("tags")))
        tags.update(str(record[key]) for key in ("pipeline_tag", "library_name") if key in record)
        return (
            (self.author is None or record.get("author") == self.author)
            and all(wanted in tags for wanted in self.filters)
            and (self.search is None or self.search.casefold() in str(record["id"]).casefold())
        )

    def key(self, record: Mapping[str, object]) -> tuple[str, str]:
        """Return a record's place in this order: comparable text, ties by `_id`."""
        value = record.get(self.sort, 0)
        place = value if isinstance(value, str) else f"{float(str(value)):020.4f}"
        return (place, str(record["_id"]))

    def is_after(self, record: Mapping[str, object]) -> bool:
        """Tell whether a record comes after the cursor; stable while others are published."""
        here = self.key(record)
        return self.after is not None and (here < self.after if self.descending else here > self.after)

    def cursor_after(self, record: Mapping[str, object]) -> str:
        """Return the opaque text that continues after a record."""
        return base64.urlsafe_b64encode(json.dumps(self.key(record)).encode()).decode()


def read_cursor(text: str) -> tuple[str, str]:
    """Return the place that a cursor stands for.

    Raises:
        ValueError: it is none of ours.
    """
    place, hub_id = json.loads(base64.urlsafe_b64decode(text.encode()))
    return str(place), str(hub_id)


def only(record: Mapping[str, object], fields: Iterable[str]) -> WireRecord:
    """Return a record cut to `_id`, `id` and the asked fields, in which what it lacks stays absent."""
    return {name: record[name] for name in (*ALWAYS, *fields) if name in record}


def with_card(record: WireRecord, files: Sequence[str] | None, card: Mapping[str, object] | None) -> None:
    """Give a record its files and its card, with the tags that the Hub takes from a card."""
    if files is not None:
        record["siblings"] = _siblings(files)
    if card is not None:
        record["cardData"] = dict(card)
        record["tags"] = [*dict.fromkeys((*_card_tags(card), *_strings(record.get("tags"))))]


def _card_tags(card: Mapping[str, object]) -> list[str]:
    parents = _strings(card.get("base_model"))
    relation = card.get("base_model_relation", "finetune")
    return [
        *_strings(card.get("tags")),
        *_strings(card.get("language")),
        *(f"license:{name}" for name in _strings(card.get("license"))),
        *(f"base_model:{name}" for name in parents),
        *(f"base_model:{relation}:{name}" for name in parents),
    ]


def _complete(repo_id: str, record: Mapping[str, object], readme: str | None) -> WireRecord:
    now = wire_date(datetime.now(UTC))
    identity = hashlib.blake2b(repo_id.encode(), digest_size=20).hexdigest()
    files = [*SHELL_FILES, *(["README.md"] if readme is not None else [])]
    return {
        "_id": identity[:24],
        "modelId": repo_id,
        "author": repo_id.partition("/")[0],
        "sha": identity,
        "createdAt": now,
        "lastModified": record.get("createdAt", now),
        "disabled": False,
        "gated": False,
        "downloads": 0,
        "likes": 0,
        "trendingScore": 0,
        "tags": SHELL_TAGS,
        "siblings": _siblings(files),
        **record,
    }


def wire_date(moment: datetime) -> str:
    """Write a moment as the Hub does: `2026-05-04T08:43:19.000Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def wire_date_of_day(day: date) -> str:
    """Write noon of a day as the Hub would."""
    return wire_date(datetime.combine(day, time(12), UTC))


def _siblings(names: Iterable[str]) -> list[dict[str, str]]:
    return [{"rfilename": name} for name in names]


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(item) for item in cast("list[object]", value)] if isinstance(value, list) else []
