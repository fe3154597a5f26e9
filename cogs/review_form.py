"""The form in which a member says how a model did; it works after any restart, because its id says what it is about."""

import re
from collections.abc import Mapping

import discord
from discord.ui import Label, Modal, RadioGroup, TextInput

from bot.domain.plain_text import plain, shorten
from bot.domain.reviews import TEXTS, Report, Verdict, read_report
from bot.language.words import Words

FORM_ID = re.compile(r"v1:reviewform:(?P<model_id>[0-9]{1,19}):[0-9]{1,20}")

LABEL_LIMIT = 45
"""Discord's limit for a form's title and labels."""


def review_form(model_id: int, name: str, words: Words, report: Report | None, opening: int) -> Modal:
    """Return the form, filled in with what the member said before.

    `opening` (the interaction's id) makes the form's id unique: a client brings back what was typed into a form of
    the same id, which would hide what is filled in here.
    """
    title = shorten(words("review.form.title", model=plain(name.rpartition("/")[2], LABEL_LIMIT)), LABEL_LIMIT)
    form = Modal(title=title, custom_id=f"v1:reviewform:{model_id}:{opening}")
    options = [
        discord.RadioGroupOption(
            label=words(f"choice.{verdict}"), value=verdict, default=report is not None and report.verdict is verdict
        )
        for verdict in Verdict
    ]
    form.add_item(
        Label[Modal](
            text=words("review.form.verdict"), component=RadioGroup[Modal](custom_id="verdict", options=options)
        )
    )
    before: Mapping[str, str] = report.texts() if report else {}
    for field, length in TEXTS.items():
        form.add_item(_text_field(field, length, words, before.get(field)))
    return form


def report_of(fields: Mapping[str, str]) -> Report:
    """Read a filled-in form. Raises `Refusal` where a hand-made one has no verdict."""
    return read_report(fields.get("verdict", ""), fields)


def _text_field(name: str, length: int, words: Words, before: str | None) -> Label[Modal]:
    field = TextInput[Modal](
        custom_id=name,
        required=False,
        max_length=length,
        default=before or None,
        placeholder=words(f"review.form.{name}.example"),
        style=discord.TextStyle.paragraph if name == "note" else discord.TextStyle.short,
    )
    return Label[Modal](text=words(f"review.form.{name}"), component=field)
