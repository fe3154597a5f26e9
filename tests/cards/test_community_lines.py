"""A card says what members think, in their words and no more than fits."""

from dataclasses import replace

import pytest

from bot.cards.community_lines import CommunityLines
from bot.cards.model_card import model_card
from bot.cards.pen import MarkdownPen, PlainPen
from bot.cards.safe_text import chip
from bot.cards.verbs import CARD_VERBS, Verb
from bot.domain.community import CommunityFacts, TagCount
from bot.domain.reviews import ReviewSummary
from bot.domain.server import Locale
from bot.domain.votes import Tally
from bot.language.words import Language, Words
from tests.cards.limits import components_of, ids_of, texts_of
from tests.cards.samples import original, unvoted, voted_on

LANGUAGE = Language.load()
ENGLISH, CHINESE = LANGUAGE.words(Locale.ENGLISH), LANGUAGE.words(Locale.CHINESE)


def lines(community: CommunityFacts) -> list[str]:
    """Return the lines without markup and with ordinary spaces."""
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in CommunityLines(community, ENGLISH, PlainPen()).all()]


def test_every_sort_of_opinion_has_its_line() -> None:
    """Votes, tags with their counts, who tried it."""
    community = voted_on().community
    assert community is not None
    assert lines(community) == [
        "🌱 12 worth building on · 1 not for us",
        "🏷️ tool use 5 · 中文 3 · fast 1",
        "🧪 6 tried it: 5 work well, 1 mixed; most on 24 GB",
    ]


@pytest.mark.parametrize(
    ("tally", "expected"),
    [(Tally(), []), (Tally(1, 0), ["🌱 1 worth building on"]), (Tally(0, 2), ["🌱 2 not for us"])],
)
def test_what_nobody_said_is_not_told(tally: Tally, expected: list[str]) -> None:
    """No zeros."""
    assert lines(CommunityFacts(tally=tally)) == expected


def test_a_single_report_reads_well() -> None:
    """One member, no hardware named."""
    assert lines(CommunityFacts(reviews=ReviewSummary(1, 0, 0))) == ["🧪 1 tried it: 1 works well"]


def test_the_discussion_is_one_click_away() -> None:
    """The thread is a link in Discord; it stands even where nobody voted."""
    shown = CommunityLines(CommunityFacts(thread_id=42), ENGLISH, MarkdownPen()).all()
    assert shown == ["💬\N{NO-BREAK SPACE}<#42>"]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("tool use", "`tool use`"),
        ("a`b", "`a'b`"),
        ("<@1>", "`‹@\u20601›`"),
        ("@everyone", "`@\u2060everyone`"),
        ("https://x.example", "`https:\u2060//x.example`"),
        ("\u3164", ""),
        ("x" * 50, f"`{'x' * 29}…`"),
    ],
)
def test_a_tag_is_a_harmless_chip(label: str, expected: str) -> None:
    """Nothing in a tag ends its chip, mentions or links."""
    assert chip(label, 30) == expected


def test_hostile_tags_leave_no_empty_chip() -> None:
    """A tag that shows nothing is left out."""
    community = CommunityFacts(tags=(TagCount("\u3164", 3),))
    assert CommunityLines(community, ENGLISH, MarkdownPen()).all() == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (ENGLISH, {"Worth building on · 12", "Not for us · 1"}),
        (CHINESE, {"值得当基座 · 12", "不适合我们 · 1"}),
    ],
)
def test_vote_buttons_count(words: Words, expected: set[str]) -> None:
    """The counters stand on the buttons, in the server's language."""
    view = model_card(voted_on(), words)
    shown = {component["label"] for component in components_of(view) if component.get("label")}
    assert expected <= shown


def test_a_card_without_a_server_has_nothing_to_vote_with() -> None:
    """A card in a direct message or a look-up elsewhere shows facts only."""
    assert ids_of(model_card(original(), ENGLISH)) == ["v1:details:101"]


def test_verbs_stand_in_order_and_only_where_served() -> None:
    """The two votes share the first row, the rest stands below."""
    served = [f"v1:{verb}:109" for verb in Verb if verb in CARD_VERBS]
    assert ids_of(model_card(unvoted(), ENGLISH)) == [*served, "v1:details:109"]


def test_a_fresh_card_has_no_community_line() -> None:
    """What nobody has said takes no room."""
    bare = replace(unvoted(), community=None)
    assert texts_of(model_card(unvoted(), ENGLISH)) == texts_of(model_card(bare, ENGLISH))
