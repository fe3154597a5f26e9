"""The members' verbs on a card, and which of them are on it."""

from enum import StrEnum


class Verb(StrEnum):
    """What a member can do with the model on a card; the value is the `<what>` of its button's id."""

    UP = "up"
    DOWN = "down"
    TAG = "tag"
    DISCUSS = "discuss"
    REVIEW = "review"


CARD_VERBS: frozenset[Verb] = frozenset({Verb.UP, Verb.DOWN, Verb.TAG, Verb.DISCUSS, Verb.REVIEW})
"""The verbs that `cogs.all_cogs.BUTTONS` serves: a button nobody answers must not be on a card. One line each."""
