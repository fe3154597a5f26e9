"""Whether a matched model becomes a post of its own or folds into the family."""

from enum import StrEnum

from bot.domain.model import Kind
from bot.domain.watches import Subject, Watch


class Handling(StrEnum):
    """What a channel does with a matched model. Explained to moderators by the catalogue keys `handling.<value>`."""

    POST = "post"
    """A card of its own (or a line in a digest)."""
    FOLD = "fold"
    """The card of its base is brought up to date ("GGUF by bartowski, unsloth"); no post."""
    LEAVE = "leave"
    """Nothing: somebody else's quantisation of a model that this channel never showed."""


def handling(watch: Watch, subject: Subject, base_has_card: bool) -> Handling:  # noqa: FBT001 - agreed signature
    """Decide by PRODUCT, "Posts without noise": quantisations fold into the family unless a watch asks for them.

    `base_has_card`: a direct parent has a card in this watch's channel, sent or owed. An official quantisation
    (same author or lab as its parent) whose base is not in the channel is a release, not noise (HUB.md, point 3).
    """
    if subject.kind is not Kind.QUANTIZED or Kind.QUANTIZED in watch.filter.kinds:
        return Handling.POST
    if base_has_card:
        return Handling.FOLD
    return Handling.POST if subject.same_publisher_as_parent else Handling.LEAVE
