"""The Hub's webhook: one POST for every change, in version 3 of its payload, and no second try."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp
import structlog

from bot.demo.hub_shelf import WireRecord

_log = structlog.get_logger()

_TIMEOUT = aiohttp.ClientTimeout(total=10)
_NO_COMMIT = "0" * 40


@dataclass(slots=True)
class HubWebhook:
    """Sends what changed to one address, in order, from a task of its own."""

    url: str
    secret: str
    delivered: int = 0
    _queue: "asyncio.Queue[Mapping[str, object]]" = field(default_factory=asyncio.Queue[Mapping[str, object]])
    _task: "asyncio.Task[None] | None" = None

    def start(self) -> None:
        """Begin to send what is queued."""
        self._task = asyncio.create_task(self._send_all())

    async def close(self) -> None:
        """Stop; what is still queued is lost, as it is with the Hub."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def all_sent(self) -> None:
        """Return when everything queued so far was tried."""
        await self._queue.join()

    def queue(self, payload: Mapping[str, object]) -> None:
        """Send this when its turn comes."""
        self._queue.put_nowait(payload)

    async def _send_all(self) -> None:
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            while True:
                payload = await self._queue.get()
                await self._send(session, payload)
                self._queue.task_done()

    async def _send(self, session: aiohttp.ClientSession, payload: Mapping[str, object]) -> None:
        try:
            async with session.post(self.url, json=payload, headers={"X-Webhook-Secret": self.secret}) as answer:
                self.delivered += answer.ok
        except (aiohttp.ClientError, OSError) as error:
            _log.info("demo-hub.webhook-lost", url=self.url, error=type(error).__name__)


def payload_of(
    action: str, scope: str, record: WireRecord, base_url: str, extra: Mapping[str, object] | None = None
) -> Mapping[str, object]:
    """Write the payload for one event on one model."""
    name = str(record["id"])
    return {
        "event": {"action": action, "scope": scope},
        "repo": {
            "type": "model",
            "name": name,
            "id": record["_id"],
            "private": record.get("private", False),
            "url": {"web": f"{base_url}/{name}", "api": f"{base_url}/api/models/{name}"},
            "headSha": record.get("sha", _NO_COMMIT),
            "owner": {"id": str(record["_id"])[::-1]},
        },
        "webhook": {"id": "6390e855e30d9209411de93b", "version": 3},
        **(extra or {}),
    }


def content_changed(record: WireRecord) -> Mapping[str, object]:
    """Write what a push to the main branch adds to a payload."""
    ref = {"ref": "refs/heads/main", "oldSha": _NO_COMMIT, "newSha": record.get("sha", _NO_COMMIT)}
    return {"updatedRefs": [ref]}
