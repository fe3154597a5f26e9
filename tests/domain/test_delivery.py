from hypothesis import given
from hypothesis import strategies as st

from bot.domain.delivery import NONCE_LENGTH, Purpose, nonce_of

CHANNELS = st.integers(min_value=1, max_value=2**63 - 1)
SUBJECTS = st.text(min_size=1, max_size=60)


def test_a_nonce_is_the_same_for_ever() -> None:
    """Changing how it is made would post everything twice that is under way during the update."""
    assert nonce_of(123456789012345678, "model:42", Purpose.CARD) == "e4cdfbb203ab7c5d2280"


@given(CHANNELS, SUBJECTS, st.sampled_from(Purpose))
def test_a_nonce_fits_discord(channel: int, subject: str, purpose: Purpose) -> None:
    """Twenty characters out of sixteen; Discord takes 25."""
    nonce = nonce_of(channel, subject, purpose)
    assert len(nonce) == NONCE_LENGTH <= 25
    assert set(nonce) <= set("0123456789abcdef")


@given(st.lists(st.tuples(CHANNELS, SUBJECTS, st.sampled_from(Purpose)), unique=True, max_size=50))
def test_different_deliveries_have_different_nonces(owed: list[tuple[int, str, Purpose]]) -> None:
    """Or Discord would swallow one of them."""
    assert len({nonce_of(*delivery) for delivery in owed}) == len(owed)
