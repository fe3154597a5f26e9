"""Which class a licence belongs to, by its id, its name and its text's address. Ids are the Hub's.

Sources: the Hub's documentation ("Licenses") for the ids; for custom licences the texts that their makers link from
their model cards, read in 2026. Beside each stands what decides its class.
"""

import re
from dataclasses import dataclass

from bot.domain.model import LicenceClass


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
            *("mit", "apache-2.0", "isc", "zlib", "unlicense", "wtfpl", "ncsa", "postgresql", "0bsd", "bsl-1.0"),
            *("ecl-2.0", "afl-3.0", "artistic-2.0", "ms-pl", "pddl", "odc-by", "lppl-1.3c", "etalab-2.0", "open-mdw"),
        }
    ),
    ("bsd", "cc0", "cc-by-2", "cc-by-3", "cc-by-4", "cdla-permissive", "openmdw"),
)
"""`bsl-1.0` is the Boost licence; `openmdw` (Linux Foundation) lets everything be done with "model materials"."""

_COPYLEFT = _Ids(
    frozenset({"gfdl", "lgpl-lr", "ofl-1.1", "odbl"}),
    ("gpl", "agpl", "lgpl", "mpl", "epl", "eupl", "osl", "cc-by-sa", "cdla-sharing"),
)

_NON_COMMERCIAL = _Ids(
    frozenset(
        {
            *("fair-noncommercial-research-license", "intel-research", "h-research", "apple-amlr", "amlr"),
            *("deepfloyd-if-license", "mrl", "mnpl", "cpml", "coqui-public-model-license", "msrla"),
        }
    ),
    ("cc-by-nc", "exaone", "bria", "minimax-m2.7", "nexa"),
)
"""`mrl`, `mnpl`: Mistral's research and non-production licences. `apple-amlr`: "for research purposes". `cpml`: Coqui,
"non-commercial purposes". `exaone`: EXAONE AI Model License Agreement 1.1 and 1.2, both "- NC" (K-EXAONE has a licence
of its own, which allows selling). `bria`: Bria's agreement, "non-commercial use" without a contract. `minimax-m2.7`:
"commercial use requires prior written authorization", other than the modified MIT of M2 to M2.5. `nexa`: "business/paid
use isn't covered". `msrla`: Microsoft Research License."""

_CUSTOM = _Ids(
    frozenset({"c-uda", "apple-ascl", "bsl-1.1", "dinov3-license", "sam-license", "yi-license"}),
    (
        *(
            "llama",
            "gemma",
            "openrail",
            "bigscience-",
            "bigcode-",
            "creativeml-",
            "rail-",
            "cc-by-nd",
            "faipl",
            "fair-ai-public",
        ),
        *("tii-falcon", "falcon", "deepseek", "qwen", "tongyi-qianwen", "nvidia-", "nemotron", "health-ai-developer"),
        *("tencent-", "hunyuan", "lfm", "stabilityai-", "stable-", "modified-mit", "ltx-", "ltxv-", "minimax", "kimi"),
        *("jamba", "k-exaone", "glm-4", "grok", "databricks-open-model", "hyperclovax", "playground-v2", "dbrx"),
    ),
)
"""Written for one model or maker, with terms of use that must be passed on. Known well enough to say: commercial use
is allowed under conditions, and the conditions stay.

- `llama`: a name to keep and a limit of 700 million users; `gemma`, `health-ai-developer`, `sam-license`,
  `dinov3-license`, `falcon` and the RAIL family (`openrail`, `creativeml-`, `bigscience-`, `bigcode-`, `deepseek`):
  forbidden uses.
- `qwen` (not `qwen-research`) and `tongyi-qianwen`: a limit of 100 million users. `hunyuan`, `tencent-`: the same, and
  not everywhere in the world. `grok`, `hyperclovax`, `jamba`, `databricks-open-model`: limits as well.
- `lfm` and `ltx-`: free below 10 million dollars of revenue; `stabilityai-` below one million.
- `modified-mit` (Kimi, MiniMax): a notice in large products. `nvidia-`: guardrails stay. `cc-by-nd`: nothing changed
  may be shared. `bsl-1.1` (Business Source Licence): no competing service, for a time."""

_NON_COMMERCIAL_WORDS = re.compile(
    r"non-?commercial|non-?production|personal-use|(?<![a-z])(?:nc|research|academic|nscl(?:v\d)?|oneway)(?![a-z])"
)
"""In a custom licence's name (`flux-1-dev-non-commercial-license`, `mistral-research-license`, `sai-nc-community`)."""

_FILLERS = re.compile(
    r"(?:^|-)(?:the|gnu|licen[sc]e|version|v(?=\d)|agreement|international|generic|unported)(?=-|$|\d)"
)
"""What people write around a licence's id: "Apache License, Version 2.0", "MIT License"."""

_SPELLED_OUT = (
    (re.compile(r"^apache(?:-software)?(?:-?2(?:\.0)?)?$"), "apache-2.0"),
    (re.compile(r"^(?:cc-?)?zero|^creative-commons-zero"), "cc0-1.0"),
    (re.compile(r"^creative-commons-attribution-share-?alike|^cc-?by-?sa"), "cc-by-sa-4.0"),
    (re.compile(r"^creative-commons-attribution-no-?derivative|^cc-?by-?nd"), "cc-by-nd-4.0"),
    (re.compile(r"^creative-commons-attribution(?:-\d|$)|^cc-?by(?:-\d|$)"), "cc-by-4.0"),
)

_ADDRESSES = (
    ("creativecommons.org/licenses/by-nc", LicenceClass.NON_COMMERCIAL),
    ("creativecommons.org/licenses/by-sa", LicenceClass.COPYLEFT),
    ("creativecommons.org/licenses/by-nd", LicenceClass.CUSTOM),
    ("creativecommons.org/licenses/by/", LicenceClass.PERMISSIVE),
    ("apache.org/licenses/license-2.0", LicenceClass.PERMISSIVE),
    ("mistral.ai/licenses/mrl", LicenceClass.NON_COMMERCIAL),
    ("mistral.ai/licenses/mnpl", LicenceClass.NON_COMMERCIAL),
    ("ai.google.dev/gemma/terms", LicenceClass.CUSTOM),
)
"""Texts that say it themselves where a name does not (`bria-3.2`, which links to CC BY-NC)."""


def class_of_id(licence: str) -> LicenceClass | None:
    """Return the class of an id in lower case; None for one that is in no table (`other`, `cc`)."""
    tables = (
        (LicenceClass.NON_COMMERCIAL, _NON_COMMERCIAL),
        (LicenceClass.COPYLEFT, _COPYLEFT),
        (LicenceClass.PERMISSIVE, _PERMISSIVE),
        (LicenceClass.CUSTOM, _CUSTOM),
    )
    return next((licence_class for licence_class, ids in tables if ids.has(licence)), None)


def class_of_name(name: str) -> LicenceClass | None:
    """Return the class that a licence's name says, as people write it; None where it says nothing that is known."""
    words = re.sub(r"[^a-z0-9.+]+", "-", name.casefold()).strip("-.")
    if _NON_COMMERCIAL_WORDS.search(words):
        return LicenceClass.NON_COMMERCIAL
    plain = re.sub(r"-{2,}", "-", _FILLERS.sub("-", words)).strip("-")
    spelled = next((licence for pattern, licence in _SPELLED_OUT if pattern.search(plain)), plain)
    return class_of_id(words) or class_of_id(spelled)


def class_of_link(address: str) -> LicenceClass | None:
    """Return the class of the text behind an address; None where the address does not tell."""
    said = address.casefold()
    return next((licence_class for part, licence_class in _ADDRESSES if part in said), None)
