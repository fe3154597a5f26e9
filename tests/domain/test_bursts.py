from datetime import timedelta

from bot.domain.bursts import CARDS_PER_CHANNEL, OVERFLOW_WAIT, RecentPost, is_burst, overflow_due_at
from tests.domain.builders import NOW


def post(model_id: int, author: str = "", parents: tuple[int, ...] = (), minutes_ago: int = 1) -> RecentPost:
    """Return a card of so many minutes ago, by default by an author of its own."""
    author = author or f"author-{model_id}"
    return RecentPost(model_id, author, frozenset(parents), NOW - timedelta(minutes=minutes_ago))


def test_the_fourth_card_of_one_author_within_the_hour_is_too_much() -> None:
    """Whatever the spelling of the name; an hour later it is fine again."""
    three = [post(1, "Raghav", minutes_ago=50), post(2, "raghav", minutes_ago=30), post(3, "RAGHAV")]
    assert not is_burst(three[:2], post(4, "raghav", minutes_ago=0), NOW)
    assert is_burst(three, post(4, "raghav", minutes_ago=0), NOW)
    assert not is_burst(three, post(4, "raghav", minutes_ago=0), NOW + timedelta(minutes=10))
    assert not is_burst(three, post(4, "somebody", minutes_ago=0), NOW)


def test_the_fourth_card_on_one_base_within_the_hour_is_too_much() -> None:
    """Any shared direct parent counts; others do not."""
    three = [post(1, parents=(7,)), post(2, parents=(7, 8)), post(3, parents=(7,), minutes_ago=59)]
    assert is_burst(three, post(4, parents=(9, 7), minutes_ago=0), NOW)
    assert not is_burst(three, post(4, parents=(8, 9), minutes_ago=0), NOW)
    assert not is_burst(three, post(4, minutes_ago=0), NOW)


def test_a_channel_takes_eight_cards_in_a_quarter_of_an_hour() -> None:
    """However unrelated they are."""
    many = [post(number, minutes_ago=14) for number in range(CARDS_PER_CHANNEL)]
    assert is_burst(many, post(99, minutes_ago=0), NOW)
    assert not is_burst(many[1:], post(99, minutes_ago=0), NOW)
    assert not is_burst(many, post(99, minutes_ago=0), NOW + timedelta(minutes=1))


def test_a_model_is_no_burst_with_itself() -> None:
    """A repeated decision about the same model changes nothing; root repositories have no author to count by."""
    three = [post(1, "emma"), post(2, "emma"), post(3, "emma")]
    assert not is_burst(three, post(3, "emma", minutes_ago=0), NOW)
    nameless = [RecentPost(number, "", frozenset(), NOW) for number in range(3)]
    assert not is_burst(nameless, RecentPost(9, "", frozenset(), NOW), NOW)


def test_the_overflow_digest_waits_for_the_floods_tail() -> None:
    """Half an hour from the model that opens it."""
    assert overflow_due_at(NOW) == NOW + OVERFLOW_WAIT
