"""One look at the Hub for `rootstock check` and `/status`: does it answer, is the token good, what is left."""

from dataclasses import dataclass

from bot.domain.errors import HubUnavailable
from bot.hub.hub_client import HubClient, TokenRefused
from bot.hub.json_bodies import read_json
from bot.hub.record_fields import object_of, text_of


@dataclass(frozen=True, slots=True)
class HubHealth:
    """What a look at the Hub showed; `problem` is in the Hub client's words, for operators."""

    reachable: bool
    problem: str | None = None
    token_owner: str | None = None
    """The account a token belongs to; `None` without a token, or where it was refused."""
    token_refused: bool = False
    allowed_in_five_minutes: int = 0
    """Requests that Rootstock allows itself: half of the quota."""
    remaining: int | None = None
    """Requests left in the Hub's current window, by its own count."""


async def ping_hub(client: HubClient) -> HubHealth:
    """Ask for one model's name and, with a token, for whom it stands. Never raises `HubUnavailable`."""
    try:
        answer = await client.get("api/models", {"limit": 1})
        owner = await _token_owner(client) if client.has_token else None
    except HubUnavailable as error:
        return _health(client, problem=error.reason, refused=isinstance(error, TokenRefused))
    if answer.status != 200:  # noqa: PLR2004 - OK
        return _health(client, problem=f"the hub answered {answer.status}")
    return _health(client, owner=owner, refused=client.has_token and owner is None)


async def _token_owner(client: HubClient) -> str | None:
    answer = await client.get("api/whoami-v2")
    said = read_json(answer.body) if answer.status == 200 else None  # noqa: PLR2004 - OK
    return text_of(object_of(said).get("name"), 100)


def _health(
    client: HubClient, *, problem: str | None = None, owner: str | None = None, refused: bool = False
) -> HubHealth:
    seen = client.api.last_seen
    return HubHealth(
        reachable=problem is None or refused,
        problem=problem,
        token_owner=owner,
        token_refused=refused,
        allowed_in_five_minutes=client.api.allowed,
        remaining=seen.remaining if seen else None,
    )
