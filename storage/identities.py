"""Who is who: decides for each record of a page which stored model it is, before anything is written.

A model's identity is its hub id; its name stands in where no hub id is known. So a known hub id under a new name
is a rename, and a known name under a new hub id is another model, which takes the name over.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.merging import merge
from bot.domain.model import HubModel, Kind, Model, ModelToPut, Stage
from storage.model_rows import freed_name_key, model_of, name_key, values_of


@dataclass(slots=True, eq=False)
class Identity:
    """One model while a page is worked out: what is stored (`known`, with its key) and what is to be (`put`)."""

    id: int | None
    hub_id: str | None
    key: str
    stored_key: str | None = None
    known: Model | None = None
    findable: bool = False
    put: ModelToPut | None = None
    lost: bool = False
    """Another model took its name over while it was never stored itself."""

    def take(self, put: ModelToPut) -> None:
        """Put a record upon what is known so far, from the database or from earlier on the same page."""
        earlier = self.put or self.known
        released_at = put.released_at
        if earlier is not None:
            if earlier.stage not in {Stage.UNSETTLED, Stage.GIVEN_UP}:
                released_at = earlier.released_at or released_at
            put = replace(put, facts=merge(earlier.facts, put.facts), released_at=released_at or earlier.released_at)
            if put.stage is Stage.STUB and earlier.stage is not Stage.GONE:
                # Whoever looked it up did not see yet that a feed had shown it.
                put = replace(put, stage=earlier.stage, look_at=earlier.look_at, looks=earlier.looks)
        if put.classification is None and self.put is not None:
            put = replace(put, classification=self.put.classification)
        self.put, self.hub_id, self.key = put, put.facts.hub_id, name_key(put.facts.repo_id)

    def columns(self, *, now: datetime) -> dict[str, Any]:
        """Return every column but the id; what was concluded earlier stays where nothing new was."""
        put = self._placed()
        earlier: dict[str, Any] = {"kind": None, "kind_reason": "", "kind_details": {}, "first_seen_at": now}
        if self.known is not None:
            earlier |= {
                "kind": self.known.kind and self.known.kind.value,
                "kind_reason": self.known.kind_reason,
                "kind_details": dict(self.known.kind_details),
                "first_seen_at": self.known.first_seen_at,
            }
        gone = {"stage": Stage.GONE.value, "findable": False} if self.lost else {}
        values = values_of(put, now=now) | {"name_key": self.key}
        values["findable"] = values["findable"] or (self.findable and put.stage is not Stage.GONE)
        return earlier | values | gone

    def model(self, model_id: int, columns: Mapping[str, Any]) -> Model:
        """Return the model as it is stored now, without reading it again."""
        put = self._placed()
        return Model(
            id=model_id,
            facts=put.facts,
            stage=Stage(columns["stage"]),
            first_seen_at=columns["first_seen_at"],
            released_at=put.released_at,
            kind=Kind(columns["kind"]) if columns["kind"] else None,
            kind_reason=columns["kind_reason"],
            kind_details=columns["kind_details"],
            look_at=put.look_at,
            looks=put.looks,
        )

    def _placed(self) -> ModelToPut:
        if self.put is None:
            message = "an identity without a record is never written"
            raise RuntimeError(message)
        return self.put


class Identities:
    """Places records among the stored models of one hub; afterwards knows what must be written."""

    def __init__(self, rows: Iterable[Mapping[Any, Any]]) -> None:
        self._by_hub_id: dict[str, Identity] = {}
        self._by_key: dict[str, Identity] = {}
        self.placed: list[Identity] = []
        """The identity of each record, in the order they were placed."""
        self.freed: dict[int, str] = {}
        """Models that lost their name to another identity, and the key that remains to them."""
        self.absorbed: dict[int, Identity] = {}
        """Models known by name only that turn out to be one known by its hub id: its edges move there."""
        for row in rows:
            key = row["name_key"]
            known, findable = model_of(row), bool(row["findable"])
            self._enter(Identity(row["id"], row["hub_id"], key, stored_key=key, known=known, findable=findable))

    def place(self, put: ModelToPut) -> None:
        """Find the identity of one record, or begin a new one, and put the record upon it."""
        facts = put.facts
        key = name_key(facts.repo_id)
        holder = self._by_key.get(key)
        identity = self._find(facts, holder) or Identity(None, facts.hub_id, key)
        if holder is not None and holder is not identity:
            self._dispossess(holder, identity)
        if self._by_key.get(identity.key) is identity:
            del self._by_key[identity.key]
        identity.take(put)
        self._enter(identity)
        self.placed.append(identity)

    def _find(self, facts: HubModel, holder: Identity | None) -> Identity | None:
        identity = self._by_hub_id.get(facts.hub_id) if facts.hub_id else None
        if identity is None and holder is not None and None in {facts.hub_id, holder.hub_id}:
            return holder
        return identity

    def _dispossess(self, holder: Identity, successor: Identity) -> None:
        if holder.id is None:
            holder.key, holder.lost = f"{holder.key}~new{len(self.placed)}", True
            return
        self.freed[holder.id] = freed_name_key(holder.key, holder.id)
        if holder.hub_id is None:
            self.absorbed[holder.id] = successor

    def _enter(self, identity: Identity) -> None:
        self._by_key[identity.key] = identity
        if identity.hub_id:
            self._by_hub_id[identity.hub_id] = identity
