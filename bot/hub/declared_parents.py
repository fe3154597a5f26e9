"""Everything a record says about what a model was made from: tags, the Hub's own tree, the card's front matter."""

from collections.abc import Iterator

from bot.domain.model import DeclaredParent, Kind
from bot.hub.record_fields import Record, items_of, object_of, objects_in, repo_id_of

MOST_PARENTS = 50
"""The largest merges name about thirty models; more is nothing anybody could read."""

_PREFIX = "base_model:"

_RELATIONS = {
    "finetune": Kind.FINETUNE,
    "finetuned": Kind.FINETUNE,
    "adapter": Kind.ADAPTER,
    "merge": Kind.MERGE,
    "merged": Kind.MERGE,
    "quantized": Kind.QUANTIZED,
    "quantised": Kind.QUANTIZED,
}
"""The Hub's words, and spellings that cards use for them."""


def declared_parents(record: Record, card: Record, tags: tuple[str, ...], repo_id: str) -> tuple[DeclaredParent, ...]:
    """Return every declared parent once, in order; a bare declaration yields to a typed one of the same parent.

    The Hub's tree (`baseModels`) comes first because the Hub has checked that those models exist. A model that
    names itself as its parent has said nothing (HUB.md, "Declared relations are noisy").
    """
    found: dict[str, DeclaredParent] = {}
    for parent in _all_declarations(record, card, tags):
        key = parent.repo_id.casefold()
        known = found.get(key)
        if key == repo_id.casefold() or (known is None and len(found) >= MOST_PARENTS):
            continue
        if known is None or (known.relation is None and parent.relation is not None):
            found[key] = DeclaredParent((known or parent).repo_id, parent.relation)
    return tuple(found.values())


def _all_declarations(record: Record, card: Record, tags: tuple[str, ...]) -> Iterator[DeclaredParent]:
    yield from _in_tree(record.get("baseModels"))
    for tag in tags:
        if tag.startswith(_PREFIX):
            yield from _in_tag(tag.removeprefix(_PREFIX))
    yield from _on_card(card)


def _in_tree(value: object) -> Iterator[DeclaredParent]:
    """Read `{"relation": ..., "models": [{"_id": ..., "id": ...}]}`, one such object or a list of them."""
    for group in objects_in(value, MOST_PARENTS):
        relation = _relation(group.get("relation"))
        for model in objects_in(group.get("models"), MOST_PARENTS):
            yield from _parent(model.get("id"), relation)


def _in_tag(said: str) -> Iterator[DeclaredParent]:
    """Read what follows `base_model:`, which is `Org/Name` or `<relation>:Org/Name`."""
    relation, colon, name = said.partition(":")
    yield from _parent(name, _relation(relation)) if colon else _parent(said, None)


def _on_card(card: Record) -> Iterator[DeclaredParent]:
    value = card.get("base_model")
    relation = _relation(card.get("base_model_relation"))
    for name in (value,) if isinstance(value, str) else items_of(value, MOST_PARENTS):
        yield from _parent(name if isinstance(name, str) else object_of(name).get("name"), relation)


def _parent(name: object, relation: Kind | None) -> Iterator[DeclaredParent]:
    repo_id = repo_id_of(name)
    if repo_id:
        yield DeclaredParent(repo_id, relation)


def _relation(value: object) -> Kind | None:
    return _RELATIONS.get(value.strip().lower()) if isinstance(value, str) else None
