"""Lists, pages, refusals and digests keep their buttons in order."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.answers import answer
from bot.cards.button_ids import DETAILS, DIGEST_PAGE, NOTICE, details_id, digest_page_id, notice_id
from bot.cards.digest_card import LINES_PER_PAGE, digest_card, digest_page
from bot.cards.embed_posts import embed_post
from bot.cards.notice_card import notice_card
from bot.domain.card import NoticeFacts
from bot.domain.server import Locale
from bot.language.words import Language
from tests.cards.limits import check_limits, ids_of, texts_of
from tests.cards.samples import digest, original, post_of

LANGUAGE = Language.load()
WORDS = LANGUAGE.words(Locale.ENGLISH)


def test_button_ids_are_read_as_they_are_written() -> None:
    """Each pattern matches the whole of its id and finds what was put in."""
    largest = 2**63 - 1
    details, page, notice = (
        re.fullmatch(DETAILS, details_id(largest)),
        re.fullmatch(DIGEST_PAGE, digest_page_id(7, 12)),
        re.fullmatch(NOTICE, notice_id(3)),
    )
    assert details
    assert details.groupdict() == {"model_id": str(largest)}
    assert page
    assert page.groupdict() == {"delivery_id": "7", "page": "12"}
    assert notice
    assert notice.groupdict() == {"delivery_id": "3"}


def test_a_digest_that_fits_has_its_marker_alone() -> None:
    """Page 0 is always there: it is how the message is found again."""
    whole = replace(digest(), total=len(digest().lines))
    assert ids_of(digest_card(whole, WORDS)) == ["v1:digest:77:0"]


def test_a_digest_that_goes_on_offers_the_next_page() -> None:
    """The rest is one click away, and no id stands twice."""
    assert ids_of(digest_card(digest(), WORDS)) == ["v1:digest:77:0", "v1:digest:77:1"]


@pytest.mark.parametrize(("page", "expected"), [(0, ["1"]), (1, ["0", "2"]), (2, ["1"])])
def test_a_page_knows_its_neighbours(page: int, expected: list[str]) -> None:
    """Back and next, as far as they exist."""
    assert ids_of(digest_page(digest(), WORDS, page)) == [f"v1:digest:77:{neighbour}" for neighbour in expected]


def test_a_digest_shows_at_most_a_page() -> None:
    """However many lines it is handed."""
    crowded = replace(digest(), lines=(original(),) * 40)
    view = digest_card(crowded, WORDS)
    check_limits(view)
    assert sum(text.startswith("**[gpt-oss-20b]") for text in texts_of(view)) == LINES_PER_PAGE


def test_an_answer_reads_from_title_to_footer() -> None:
    """Title, lines, labelled facts, small print."""
    view = answer("Title", "one", "two", fields={"Label": "value"}, footer="small")
    assert texts_of(view) == ["### Title", "one\ntwo", "**Label** value", "-# small"]


@given(st.text(), st.lists(st.text(max_size=3000), max_size=30), st.dictionaries(st.text(), st.text(max_size=2000)))
def test_an_answer_always_fits(title: str, body: list[str], fields: dict[str, str]) -> None:
    """Whatever it is given, an answer is a message that Discord takes."""
    check_limits(answer(f"T{title}", *body, fields=fields, footer=title))


@pytest.mark.parametrize(
    ("locale", "reason"),
    [
        ("en", "⚠️\N{NO-BREAK SPACE}apache-2.0 claimed, but Qwen2.5-72B only allows qwen (own terms)"),
        ("zh-CN", "⚠️\N{NO-BREAK SPACE}声明为 apache-2.0，但 Qwen2.5-72B 只允许 qwen（自定条款）"),
    ],
)
async def test_a_warning_in_a_digest_says_why(locale: str, reason: str) -> None:
    """As the card does, in a few words; in an announcement channel too."""
    words = LANGUAGE.words(locale)
    assert reason in "\n".join(texts_of(digest_card(digest(), words)))
    embed, _ = embed_post(post_of(digest(), Locale(words.locale)), LANGUAGE)
    assert reason in str(embed.description)


@pytest.mark.parametrize(("locale", "listed"), [("en", "#1 A, #2 B, C"), ("zh-CN", "#1 A、#2 B, C")])
def test_a_notice_lists_watches_as_the_language_does(locale: str, listed: str) -> None:
    """One a line of its value; what a moderator calls a watch stays as it is."""
    notice = NoticeFacts(78, "channel-gone", {"watches": "#1 A\n#2 B, C"})
    told = "\n".join(texts_of(notice_card(notice, LANGUAGE.words(locale))))
    assert listed in told.replace("\\#", "#")
