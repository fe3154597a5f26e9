"""Reads the Hub's webhook payloads: which model it is about, and what happened to it."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.errors import HubUnavailable
from bot.hub.json_bodies import read_json
from bot.hub.record_fields import Record, object_of, objects_in, repo_id_of, text_of

LARGEST_PAYLOAD = 256 * 1024
"""Bytes. A payload is about 1 KB; a comment in it may be 64 KB."""

_MOST_REFS = 100
_PULL_REQUEST = re.compile(r"refs/pr/")
_HUB_ID = re.compile(r"[0-9A-Za-z]{1,40}")


class NoticeAction(StrEnum):
    """What a notice means for what Rootstock knows."""

    APPEARED = "appeared"
    """Created or made public: nobody could see it before. Look it up."""
    CHANGED = "changed"
    """Pushed to, or something narrower that only a look-up tells: look it up."""
    MOVED = "moved"
    """Renamed or transferred: look it up under its new name."""
    GONE = "gone"
    """Deleted or made private."""


@dataclass(frozen=True, slots=True)
class HubNotice:
    """One thing that happened to one model. It carries no facts: follow it with a look-up (HUB.md, Webhooks)."""

    action: NoticeAction
    repo_id: str
    hub_id: str | None = None
    moved_to: str | None = None
    reason: str = ""
    """The Hub's own words for the log: `update repo.content`."""


class UnreadableNotice(Exception):  # noqa: N818 - named as the log line says it
    """The body is no webhook payload; `reason` says what is wrong with it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_notice(payload: bytes) -> HubNotice | None:
    """Read a payload of version 2 or 3; `None` where it does not concern a model as such.

    Data sets, spaces, discussions, comments and pushes to pull requests are no news about a model.

    Raises:
        UnreadableNotice: too large, no JSON, or without an event or a repository.
    """
    if len(payload) > LARGEST_PAYLOAD:
        raise UnreadableNotice("too large")
    try:
        body = object_of(read_json(payload))
    except HubUnavailable as error:
        raise UnreadableNotice("no JSON") from error
    action, scope = _event(body)
    repo = object_of(body.get("repo"))
    if not action or not scope or not repo:
        raise UnreadableNotice("no event or no repository in it")
    if repo.get("type") != "model" or scope.partition(".")[0] != "repo" or _is_about_pull_requests(body):
        return None
    return _notice(action, scope, repo, body)


def _event(body: Record) -> tuple[str | None, str | None]:
    """Return action and scope: an object in version 3, two texts side by side in version 2."""
    event = body.get("event")
    if isinstance(event, str):
        return text_of(event, 50), text_of(body.get("scope"), 50)
    return text_of(object_of(event).get("action"), 50), text_of(object_of(event).get("scope"), 50)


def _notice(action: str, scope: str, repo: Record, body: Record) -> HubNotice:
    repo_id = repo_id_of(repo.get("name"))
    if repo_id is None:
        raise UnreadableNotice("no repository name in it")
    moved_to = repo_id_of(object_of(body.get("movedTo")).get("name"))
    hub_id = repo.get("id")
    return HubNotice(
        action=_action(action, scope, repo, body, moved=moved_to is not None),
        repo_id=repo_id,
        hub_id=hub_id if isinstance(hub_id, str) and _HUB_ID.fullmatch(hub_id) else None,
        moved_to=moved_to,
        reason=f"{action} {scope}",
    )


def _action(action: str, scope: str, repo: Record, body: Record, *, moved: bool) -> NoticeAction:
    """Say what follows; whatever is unknown or narrower means "update" of the broader scope (the Hub's own rule)."""
    config = object_of(body.get("updatedConfig"))
    if moved:
        return NoticeAction.MOVED
    deleted = scope == "repo" and action in {"delete", "remove"}
    hidden = config.get("private") is True or (config.get("private") is None and repo.get("private") is True)
    if deleted or hidden:
        return NoticeAction.GONE
    appeared = (scope == "repo" and action == "create") or config.get("private") is False
    return NoticeAction.APPEARED if appeared else NoticeAction.CHANGED


def _is_about_pull_requests(body: Record) -> bool:
    """Tell whether only refs of pull requests were pushed to (`refs/pr/5`)."""
    refs = [text_of(ref.get("ref"), 200) or "" for ref in objects_in(body.get("updatedRefs"), _MOST_REFS)]
    return bool(refs) and all(_PULL_REQUEST.match(ref) for ref in refs)
