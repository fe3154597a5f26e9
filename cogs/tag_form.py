"""The form in which a member ticks and types tags; it works after any restart, because its id says what it is about."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import discord
from discord.ui import CheckboxGroup, Label, Modal, TextInput

from bot.domain.plain_text import plain, shorten
from bot.language.words import Words
from bot.workflows.read_tags import OFFERED, OfferedTag, TagOffer
from bot.workflows.tag_model import FilledForm
from cogs.tag_words import named

FORM_ID = re.compile(r"v1:tagform:(?P<model_id>[0-9]{1,19}):(?P<shown_at>[0-9]{1,16}):[0-9]{1,20}")

LABEL_LIMIT = 45
"""Discord's limit for a form's title and labels."""

BOX_LIMIT = 80
TYPED_LENGTH = 400
"""Characters of own tags: ten of the longest, with commas."""

OWN, OTHERS, TYPED = "own", "others", "typed"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def tag_form(model_id: int, offer: TagOffer | None, words: Words, opening: int) -> Modal:
    """Return the form: the member's own tags to untick, others to tick, and a line for what is not among them.

    Without an offer, which took too long to read, it is the line alone. Its id says when the own tags were read, so
    that none is taken off that was not shown; `opening` (the interaction's id) makes it unique.
    """
    name = plain(offer.model.facts.repo_id.rpartition("/")[2], LABEL_LIMIT) if offer else ""
    title = words("tag.form.title", model=name) if name else words("tag.form.title-alone")
    form = Modal(title=shorten(title, LABEL_LIMIT), custom_id=f"v1:tagform:{model_id}:{_shown_at(offer)}:{opening}")
    if offer is not None:
        _add_boxes(form, OWN, words("tag.form.own"), named(offer.mine[:OFFERED], words), ticked=True)
        _add_boxes(form, OTHERS, words("tag.form.others"), named(offer.others, words), ticked=False)
    only_curated = offer is not None and offer.only_curated
    field = TextInput[Modal](
        custom_id=TYPED,
        required=False,
        max_length=TYPED_LENGTH,
        placeholder=words("tag.form.example-curated" if only_curated else "tag.form.example"),
    )
    form.add_item(Label[Modal](text=words("tag.form.typed"), component=field))
    return form


def form_of(match: re.Match[str], fields: Mapping[str, str]) -> FilledForm:
    """Read a filled-in form; whatever a hand-made one holds is read as tags."""
    ticked = [key for name in (OWN, OTHERS) for key in fields.get(name, "").split("\n") if key]
    shown_at = _EPOCH + int(match["shown_at"]) * _MICROSECOND
    return FilledForm(ticked, fields.get(TYPED, ""), shown_at)


def _shown_at(offer: TagOffer | None) -> int:
    """Return when all of the member's tags were there to be unticked, in microseconds; 0 where some were not shown."""
    if offer is None or len(offer.mine) > OFFERED:
        return 0
    return (offer.read_at - _EPOCH) // _MICROSECOND


def _add_boxes(form: Modal, name: str, text: str, tags: Sequence[tuple[OfferedTag, str]], *, ticked: bool) -> None:
    """Add a group of boxes; Discord takes no empty one."""
    if not tags:
        return
    options = [
        discord.CheckboxGroupOption(label=plain(shown, BOX_LIMIT) or tag.key, value=tag.key, default=ticked)
        for tag, shown in tags
    ]
    group = CheckboxGroup[Modal](custom_id=name, required=False, min_values=0, max_values=len(options), options=options)
    form.add_item(Label[Modal](text=shorten(text, LABEL_LIMIT), component=group))
