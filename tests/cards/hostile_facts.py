"""Hypothesis strategies for facts as the worst hub and the worst members could make them."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.domain.card import CardFacts, DigestFacts, FamilyFacts, NoticeFacts, Relative
from bot.domain.community import CommunityFacts, TagCount
from bot.domain.labs import Lab
from bot.domain.licences import LicenceWarning
from bot.domain.model import Evaluation, Gating, HubModel, Kind, LicenceClass, Source
from bot.domain.reviews import ReviewSummary
from bot.domain.sizes import ParametersFrom, Precision, Requirements
from bot.domain.votes import Tally
from tests.cards.samples import HOSTILE

PIECES = [
    "@everyone",
    "<@123456789012345678>",
    "**",
    "](https://evil.example)",
    "[",
    "\u202e",
    "\x00",
    "🧨",
    "漢字",
    "a/b",
    "\n# ",
]
hostile_texts = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "\ud800",
            "https://x.example/\ud800",
            "\u3164",
            HOSTILE,
            HOSTILE * 90,
            "*" * 10_000,
            "@" * 10_000,
            "漢" * 10_000,
            "\\" * 10_000,
        ]
    ),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.text(max_size=60),
)
names = st.one_of(hostile_texts, st.from_regex(r"[A-Za-z0-9]{1,40}/[A-Za-z0-9._-]{1,96}", fullmatch=True))
moments = st.floats(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
counts = st.integers(0, 2**63 - 1)
floats = st.floats()


def some(strategy: st.SearchStrategy[object], most: int = 12) -> st.SearchStrategy[tuple[object, ...]]:
    """Return tuples of up to `most`."""
    return st.lists(strategy, max_size=most).map(tuple)


labs = st.none() | st.builds(
    Lab,
    key=st.just("k"),
    name=hostile_texts,
    country=st.sampled_from(["CN", "", "<@1>", "ZZ"]),
    organisations=st.just(()),
)
relatives = st.builds(Relative, repo_id=names, lab=labs)
hub_models = st.builds(
    HubModel,
    source=st.sampled_from(Source),
    repo_id=names,
    author=hostile_texts,
    created_at=st.none() | moments,
    last_modified=st.none() | moments,
    tags=some(hostile_texts),
    task=st.none() | hostile_texts,
    library=st.none() | hostile_texts,
    licence=st.none() | hostile_texts | st.just("other"),
    licence_name=st.none() | hostile_texts,
    licence_link=st.none() | hostile_texts | st.just("https://x.example/" + "a" * 5000),
    gating=st.sampled_from(Gating),
    downloads=st.none() | counts,
    likes=st.none() | counts,
    trending=st.none() | floats,
    context_length=st.none() | counts,
    architecture=st.none() | hostile_texts,
    used_storage=st.none() | counts,
    languages=some(hostile_texts, 30),
    summary=st.none() | hostile_texts,
    evaluations=some(
        st.builds(Evaluation, benchmark=hostile_texts, metric=hostile_texts, value=floats, reported_by=hostile_texts),
        30,
    ),
)
requirements = st.builds(
    Requirements,
    parameters=st.none() | counts,
    parameters_from=st.sampled_from(ParametersFrom),
    active_parameters=st.none() | counts,
    memory=st.dictionaries(st.sampled_from(Precision), counts),
    fits=st.dictionaries(st.sampled_from(Precision), st.sampled_from([8, 12, 16, 24, 48, 80])),
    formats=some(hostile_texts),
)
families = st.builds(
    FamilyFacts,
    parents=some(relatives),
    path=some(relatives),
    derivatives=st.dictionaries(st.sampled_from(Kind), counts),
    formats=st.dictionaries(hostile_texts, some(hostile_texts, 6), max_size=6),
)
warnings = st.builds(
    LicenceWarning,
    ancestor=names,
    claimed=hostile_texts,
    allowed=hostile_texts,
    allowed_class=st.sampled_from(LicenceClass),
)
crossings = st.one_of(
    hostile_texts, st.sampled_from(["likes:1000", "downloads:nan", "trending:1e400", "likes:", "x:1"])
)
communities = st.builds(
    CommunityFacts,
    tally=st.builds(Tally, counts, counts),
    tags=some(st.builds(TagCount, hostile_texts, counts)),
    reviews=st.none() | st.builds(ReviewSummary, counts, counts, counts, st.none() | hostile_texts),
    thread_id=st.none() | counts,
)
cards = st.builds(
    CardFacts,
    model_id=st.integers(1, 2**63 - 1),
    facts=hub_models,
    kind=st.sampled_from(Kind),
    kind_reason=st.just("") | hostile_texts,
    kind_details=st.dictionaries(st.sampled_from(["declared", "sign"]), hostile_texts),
    lab=labs,
    requirements=requirements,
    licence_class=st.sampled_from(LicenceClass),
    licence_warnings=some(warnings, 6),
    family=families,
    released_at=st.none() | moments,
    crossed=some(crossings, 6),
    community=st.none() | communities,
)
digests = st.builds(
    DigestFacts,
    delivery_id=st.integers(1, 2**63 - 1),
    reason=st.sampled_from(["daily", "weekly", "overflow"]),
    since=moments,
    lines=some(cards, 14),
    total=st.integers(0, 10**6),
)
notices = st.builds(
    NoticeFacts,
    delivery_id=st.integers(1, 2**63 - 1),
    key=st.just("nothing-knows-this"),
    values=st.dictionaries(st.just("channel"), hostile_texts),
)
