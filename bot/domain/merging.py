"""Putting a new record of a model upon what is known: `None` or empty means "not said", never "no".

Listings give light records (a publisher's listing has neither files nor a card); they must not erase what a
full record said earlier.
"""

from dataclasses import replace
from typing import TypeVar

from bot.domain.model import Gating, HubModel

Said = TypeVar("Said")


def merge(known: HubModel, new: HubModel) -> HubModel:
    """Return `new` with everything it does not say filled in from `known`, the earlier record of the same model.

    Two facts are not `None` where a record is silent. A gate: `OPEN` from a record without a file list is read as
    "not said". The licence: its name and link belong together with its id, so a new id brings its own.
    """
    licence_is_known = new.licence is None or new.licence == known.licence
    return replace(
        new,
        hub_id=_said(new.hub_id, known.hub_id),
        author=new.author or known.author,
        created_at=_said(new.created_at, known.created_at),
        last_modified=_said(new.last_modified, known.last_modified),
        tags=new.tags or known.tags,
        declared=new.declared or known.declared,
        task=_said(new.task, known.task),
        library=_said(new.library, known.library),
        licence=_said(new.licence, known.licence),
        licence_name=_said(new.licence_name, known.licence_name if licence_is_known else None),
        licence_link=_said(new.licence_link, known.licence_link if licence_is_known else None),
        gating=known.gating if new.gating is Gating.OPEN and new.has_files is None else new.gating,
        downloads=_said(new.downloads, known.downloads),
        likes=_said(new.likes, known.likes),
        trending=_said(new.trending, known.trending),
        parameters=_said(new.parameters, known.parameters),
        tensors=new.tensors or known.tensors,
        quantized_by=_said(new.quantized_by, known.quantized_by),
        quantized_bits=_said(new.quantized_bits, known.quantized_bits),
        context_length=_said(new.context_length, known.context_length),
        architecture=_said(new.architecture, known.architecture),
        files=_said(new.files, known.files),
        used_storage=_said(new.used_storage, known.used_storage),
        has_files=_said(new.has_files, known.has_files),
        has_card=_said(new.has_card, known.has_card),
        languages=new.languages or known.languages,
        summary=_said(new.summary, known.summary),
        evaluations=new.evaluations or known.evaluations,
    )


def _said(new: Said | None, known: Said | None) -> Said | None:
    return known if new is None else new
