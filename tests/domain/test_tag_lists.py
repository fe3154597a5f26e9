"""Lists of tags: what is good in one is taken, what is not is named with why."""

import pytest

from bot.domain.errors import Refusal
from bot.domain.tag_lists import TAGS_AT_ONCE, TypedTags, admitted, read_tags, read_tags_or_none
from bot.domain.tags import TAGS_PER_MEMBER, Tag, TagState

FAST = Tag(1, 100, "fast", "fast")
RUDE = Tag(2, 100, "rude", "rude", TagState.BANNED)
LISTED = Tag(3, 100, "coding", "coding", TagState.CURATED)


def whys(typed: TypedTags) -> list[tuple[str, object]]:
    """Return each refusal's key, and what it is about."""
    return [
        (one.key, one.values.get("tag") or one.values.get("value") or one.values.get("tags")) for one in typed.refused
    ]


def numbered(start: int, end: int) -> list[Tag]:
    """Return tags that are called by their numbers."""
    return [Tag(number, 100, f"t{number}", f"t{number}") for number in range(start, end)]


def test_a_list_has_commas_of_any_kind() -> None:
    """Lists are read in order, each tag once, empty places skipped."""
    read = read_tags("Coding, 代码，My Tag、;rp")
    assert (dict(read.labels), whys(read)) == (
        {"coding": "coding", "my-tag": "My Tag", "roleplay": "roleplay"},
        [],
    )


def test_a_list_is_bounded() -> None:
    """A list of thousands is read up to a bound."""
    assert len(read_tags(",".join(f"t{n}" for n in range(5000))).labels) == TAGS_AT_ONCE


@pytest.mark.parametrize("text", ["", " , ，、", "\u200b,\u200b"])
def test_a_list_of_nothing_is_refused(text: str) -> None:
    """An empty list names no tag; a form may be sent empty."""
    with pytest.raises(Refusal) as caught:
        read_tags(text)
    assert (caught.value.key, read_tags_or_none(text)) == ("tag-empty", TypedTags({}))


def test_one_bad_tag_spoils_no_other() -> None:
    """Each that is no tag is named with why; the others are read."""
    read = read_tags(f"fast, ???, {'x' * 31}, 数学")
    assert list(read.labels) == ["fast", "math"]
    assert whys(read) == [("tag-shows-nothing", "???"), ("tag-too-long", "x" * 31)]


def test_what_is_not_allowed_is_refused_one_by_one() -> None:
    """A banned tag always; one that is not curated where only curated ones may be used, unless it is there already."""
    known = {"fast": FAST, "rude": RUDE, "coding": LISTED}
    typed = read_tags("fast, rude, coding, brand new")
    anything = admitted(typed, known, (), only_curated=False)
    assert (list(anything.labels), whys(anything)) == (["fast", "coding", "brand-new"], [("tag-banned", "rude")])
    curated = admitted(typed, known, (), only_curated=True)
    assert list(curated.labels) == ["coding"]
    assert whys(curated) == [("tag-not-curated", "fast"), ("tag-banned", "rude"), ("tag-not-curated", "brand new")]
    assert list(admitted(typed, known, [FAST], only_curated=True).labels) == ["fast", "coding"]


def test_as_many_are_taken_as_there_is_room_for() -> None:
    """Those on the model already take none anew, nor do two spellings of one; one refusal names all the others."""
    own = numbered(10, 10 + TAGS_PER_MEMBER - 2)
    known = {"t10": own[0], "swift": FAST, "vite": FAST}
    taken = admitted(read_tags("t10, swift, vite, a, b, c"), known, own, only_curated=False)
    assert (list(taken.labels), whys(taken)) == (["t10", "swift", "vite", "a"], [("tag-limit", ("b", "c"))])


def test_a_banned_tag_takes_no_room() -> None:
    """Nobody sees it, so nobody could take it off to make some."""
    own = [RUDE, *numbered(10, 10 + TAGS_PER_MEMBER - 1)]
    assert list(admitted(read_tags("one more"), {}, own, only_curated=False).labels) == ["one-more"]
