"""Which of a forum's tags a post gets: found by name in any spelling and language, never more than Discord takes."""

from dataclasses import replace

import discord
import pytest

from bot.announcing.forum_tags import (
    APPLIED_AT_MOST,
    AVAILABLE_AT_MOST,
    LEFT_TO_MODERATORS,
    NAME_LENGTH,
    fallback,
    in_step,
    lacking,
    matching,
    wanted_tags,
)
from bot.domain.card import CardFacts
from bot.domain.community import CommunityFacts, TagCount
from bot.domain.server import Locale
from bot.language.words import Language
from tests.cards.samples import finetune_with_warning

LANGUAGE = Language.load()


def forum_tags(*names: str) -> list[discord.ForumTag]:
    """Return a forum's tags, with ids from 1."""
    tags = [discord.ForumTag(name=name) for name in names]
    for number, tag in enumerate(tags, 1):
        tag.id = number
    return tags


def finetune(*labels: str) -> CardFacts:
    """Return a finetune that members gave these tags."""
    community = CommunityFacts(tags=tuple(TagCount(label, 3) for label in labels))
    return replace(finetune_with_warning(), community=community)


def chosen(available: list[discord.ForumTag], *labels: str, locale: Locale = Locale.ENGLISH) -> list[int]:
    """Return the ids of the tags that such a finetune gets."""
    wanted = wanted_tags(finetune(*labels), LANGUAGE, LANGUAGE.words(locale))
    return [tag.id for tag in matching(available, wanted)]


@pytest.mark.parametrize("name", ["finetune", "Finetune", "FINETUNE ", "微调", "ｆｉｎｅｔｕｎｅ"])
@pytest.mark.parametrize("locale", Locale)
def test_a_kind_is_found_however_it_is_spelled(name: str, locale: Locale) -> None:
    """In either language, in a server of either language."""
    assert chosen(forum_tags("other", name), locale=locale) == [2]


def test_members_tags_follow_the_kind_and_five_are_enough() -> None:
    """Most used first; what the forum has no tag for is left out; no tag twice."""
    available = forum_tags("coding", "chat", "finetune", "roleplay", "vision", "small", "long-context")
    labels = ("Chat", "nobody has this", "chat", "Vision", "Coding", "small", "roleplay")
    assert chosen(available, *labels) == [3, 2, 5, 1, 6]
    assert len(chosen(available, *labels)) == APPLIED_AT_MOST


def test_what_lacks_is_made_short_and_leaves_moderators_room() -> None:
    """Names within Discord's limit, and never all of a forum's twenty."""
    wanted = wanted_tags(finetune("a very long tag that members like"), LANGUAGE, LANGUAGE.words())
    assert lacking([], wanted)[0].name == "finetune"
    assert all(len(wish.name) <= NAME_LENGTH for wish in wanted)
    full = forum_tags(*(f"tag {number}" for number in range(AVAILABLE_AT_MOST - LEFT_TO_MODERATORS)))
    assert lacking(full, wanted) == []


def test_the_least_harmful_tag_is_taken_where_one_is_demanded() -> None:
    """One that fits anything, else the first, else none."""
    assert [tag.id for tag in fallback(forum_tags("questions", "模型"))] == [2]
    assert [tag.id for tag in fallback(forum_tags("questions", "jobs"))] == [1]
    assert fallback([]) == []


def stepped(applied: list[int], wanted: list[int], ours: set[int]) -> tuple[list[int], set[int]]:
    """Bring a post's tags up to date; the ids of what it has then, and of what is ours."""
    tags = {tag.id: tag for tag in forum_tags(*(f"tag {number}" for number in range(1, 13)))}
    step = in_step([tags[one] for one in applied], [tags[one] for one in wanted], frozenset(ours))
    return [tag.id for tag in step.tags], set(step.ours)


@pytest.mark.parametrize(
    ("applied", "wanted", "ours", "then", "ours_then"),
    [
        pytest.param([], [1, 2], set[int](), [1, 2], {1, 2}, id="what is wanted is put"),
        pytest.param([1, 2], [1], {1, 2}, [1], {1}, id="what nobody says any more goes"),
        pytest.param([1], [], {1}, [], set[int](), id="also the last one"),
        pytest.param([1, 9], [2], {1}, [2, 9], {2}, id="what somebody put there by hand stays"),
        pytest.param([9], [9, 1], set[int](), [1, 9], {1}, id="theirs stays theirs when it is wanted too"),
        pytest.param([9, 1], [1], {1}, [1, 9], {1}, id="and does not go when it was wanted for a while"),
        pytest.param([1], [1, 2], {1, 2}, [1], {1, 2}, id="what somebody took off stays off"),
        pytest.param([1], [1], {1, 2}, [1], {1}, id="until nobody wants it"),
        pytest.param([8, 9], [1, 2, 3, 4, 5], set[int](), [1, 2, 3, 8, 9], {1, 2, 3}, id="five at most, theirs first"),
        pytest.param([5, 6, 7, 8, 9], [1], set[int](), [5, 6, 7, 8, 9], set[int](), id="no room"),
        pytest.param([1, 6, 7, 8, 9], [1], {1}, [1, 6, 7, 8, 9], {1}, id="full"),
    ],
)
def test_tags_are_kept_in_step(
    applied: list[int], wanted: list[int], ours: set[int], then: list[int], ours_then: set[int]
) -> None:
    """Ours follow what is wanted; people's own stay as people want them."""
    assert stepped(applied, wanted, ours) == (then, ours_then)


@pytest.mark.parametrize("label", ["", "\u202e", "x" * 400, "@everyone", "🧨"])
def test_hostile_labels_do_no_harm(label: str) -> None:
    """They match nothing, and nothing is raised."""
    assert chosen(forum_tags("finetune", ""), label) == [1]
