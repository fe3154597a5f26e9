"""Whether you may use it: what a licence allows, and when a derivative claims more than its parents allow."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.model import HubModel, LicenceClass


@dataclass(frozen=True, slots=True)
class LicenceWarning:
    """A derivative whose licence allows more than one of its ancestors does.

    `ancestor` is that ancestor's repository id; the two licences are ids as declared.
    """

    ancestor: str
    claimed: str
    allowed: str
    allowed_class: LicenceClass


@dataclass(frozen=True, slots=True)
class _Ids:
    """Licence ids of one class: whole ids, and beginnings for those that come in numbered editions."""

    whole: frozenset[str]
    beginnings: tuple[str, ...] = ()

    def has(self, licence: str) -> bool:
        return licence in self.whole or licence.startswith(self.beginnings)


_PERMISSIVE = _Ids(
    frozenset(
        {
            *(
                "mit",
                "apache-2.0",
                "isc",
                "zlib",
                "unlicense",
                "wtfpl",
                "ncsa",
                "postgresql",
                "0bsd",
                "bsl-1.0",
                "ecl-2.0",
            ),
            *(
                "afl-3.0",
                "artistic-2.0",
                "ms-pl",
                "pddl",
                "odc-by",
                "lppl-1.3c",
                "etalab-2.0",
                "open-mdw",
                "openmdw-1.0",
            ),
        }
    ),
    ("bsd", "cc0", "cc-by-2", "cc-by-3", "cc-by-4", "cdla-permissive"),
)
_COPYLEFT = _Ids(
    frozenset({"gfdl", "lgpl-lr", "ofl-1.1", "odbl"}),
    ("gpl", "agpl", "lgpl", "mpl", "epl", "eupl", "osl", "cc-by-sa", "cdla-sharing"),
)
_NON_COMMERCIAL = _Ids(
    frozenset(
        {
            *(
                "fair-noncommercial-research-license",
                "intel-research",
                "h-research",
                "apple-amlr",
                "deepfloyd-if-license",
            ),
            *("mrl", "mnpl", "cpml", "coqui-public-model-license"),
        }
    ),
    ("cc-by-nc",),
)
_CUSTOM = _Ids(
    frozenset({"gemma"}),
    (
        *("llama", "openrail", "bigscience-", "bigcode-", "creativeml-", "tii-falcon", "falcon", "deepseek", "qwen"),
        *("tongyi-qianwen", "cc-by-nd", "nvidia-", "health-ai-developer", "tencent-", "hunyuan", "lfm", "stabilityai-"),
        *("modified-mit", "ltx-", "minimax", "kimi", "jamba", "exaone", "glm-4"),
    ),
)
"""Written for one model or maker, with terms of use that must be passed on (llama: a user limit and a name; gemma
and the RAIL family: forbidden uses; `-nd`: no derivatives to be shared). Known well enough to say: commercial use
is allowed under conditions, and the conditions stay. Also read from `license_name` where the id is `other`."""

_NON_COMMERCIAL_WORDS = re.compile(r"non-?commercial|(?<![a-z])(?:nc|research|academic|nscl|oneway)(?![a-z])")
"""In a custom licence's name (`flux-1-dev-non-commercial-license`, `mistral-research-license`, `fair-ai-...-nc`)."""

_UNSAID = frozenset({"", "none", "unknown", "unlicensed", "no-license"})

_FREEDOM = {
    LicenceClass.PERMISSIVE: 3,
    LicenceClass.COPYLEFT: 2,
    LicenceClass.CUSTOM: 1,
    LicenceClass.NON_COMMERCIAL: 0,
}
"""How much a class lets everyone further down do. Permissive: sell it, for any use, under terms of one's own.
Copyleft takes away the terms of one's own. Custom takes away "any use" as well. Non-commercial takes away selling.
Each row allows a subset of the row above, so "claims more than it was given" is a comparison of two numbers.
Within a class nothing is compared: whether one custom licence is wider than another is for lawyers."""


def class_of(facts: HubModel) -> LicenceClass:
    """Return what a model's declared licence lets a builder do; an id that is not in the tables must be read."""
    licence = (facts.licence or "").strip().casefold()
    if licence in _UNSAID:
        return LicenceClass.NONE
    return _known_class(licence) or _class_by_name(facts.licence_name) or LicenceClass.CUSTOM


def label_of(facts: HubModel) -> str | None:
    """Return the licence as people call it: the id, or the name behind `other`; None where nothing is declared."""
    if class_of(facts) is LicenceClass.NONE:
        return None
    return (facts.licence_name or facts.licence) if _is_other(facts) else facts.licence


def warnings(facts: HubModel, ancestors: Sequence[HubModel]) -> tuple[LicenceWarning, ...]:
    """Return where a derivative claims more than its ancestors allow, down the whole chain, nearest first.

    Silent where either side is not known: nothing declared, or a custom licence that the tables do not know (it may
    well be as free as the derivative's). One warning for each licence that was not heeded, not for each ancestor.
    """
    claimed = _freedom(facts)
    if claimed is None:
        return ()
    found: dict[str, LicenceWarning] = {}
    for ancestor in ancestors:
        allowed = _freedom(ancestor)
        if allowed is not None and claimed > allowed:
            label = label_of(ancestor) or ""
            warning = LicenceWarning(ancestor.repo_id, label_of(facts) or "", label, class_of(ancestor))
            found.setdefault(label.casefold(), warning)
    return tuple(found.values())


def _freedom(facts: HubModel) -> int | None:
    """Return the rank of a licence that is known, None for one that is not."""
    licence = (facts.licence or "").strip().casefold()
    if licence in _UNSAID:
        return None
    known = _known_class(licence) or _class_by_name(facts.licence_name)
    return None if known is None else _FREEDOM[known]


def _is_other(facts: HubModel) -> bool:
    return (facts.licence or "").strip().casefold() == "other"


def _known_class(licence: str) -> LicenceClass | None:
    tables = (
        (LicenceClass.NON_COMMERCIAL, _NON_COMMERCIAL),
        (LicenceClass.COPYLEFT, _COPYLEFT),
        (LicenceClass.PERMISSIVE, _PERMISSIVE),
        (LicenceClass.CUSTOM, _CUSTOM),
    )
    return next((licence_class for licence_class, ids in tables if ids.has(licence)), None)


def _class_by_name(name: str | None) -> LicenceClass | None:
    """Read the name that stands behind `other`, as far as the tables or its own words go."""
    words = re.sub(r"[\s_]+", "-", (name or "").strip().casefold())
    if not words or words in _UNSAID:
        return None
    return LicenceClass.NON_COMMERCIAL if _NON_COMMERCIAL_WORDS.search(words) else _known_class(words)
