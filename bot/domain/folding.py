"""Whether a matched model becomes a post of its own or folds into the family."""

from enum import StrEnum

from bot.domain.model import Kind
from bot.domain.watches import Subject, Watch


class Handling(StrEnum):
    """What a channel does with a matched model. Explained to moderators by the catalogue keys `handling.<value>`."""

    POST = "post"
    """A card of its own (or a line in a digest)."""
    FOLD = "fold"
    """The card of its base is brought up to date ("GGUF by bartowski, unsloth"); no post, and no line either."""
    LEAVE = "leave"
    """Nothing: somebody else's quantisation of a model that this channel never showed."""


def handling(watch: Watch, subject: Subject, base_was_given: bool) -> Handling:  # noqa: FBT001 - agreed signature
    """Decide by PRODUCT, "Posts without noise": quantisations fold into the family unless a watch asks for them.

    `base_was_given`: this watch's channel was given a direct parent, as a card or as a line. An official quantisation
    (by its base's publisher, or by a lab that names no base) whose base is not in the channel is a release, not noise
    (HUB.md, point 3). So is what somebody publishes whom the watch names: nobody else's base explains it there.
    """
    if subject.kind is not Kind.QUANTIZED or Kind.QUANTIZED in watch.filter.kinds:
        return Handling.POST
    if base_was_given:
        return Handling.FOLD
    return Handling.POST if subject.official or _names(watch, subject) else Handling.LEAVE


def _names(watch: Watch, subject: Subject) -> bool:
    return subject.author in watch.filter.authors or subject.lab in watch.filter.labs
