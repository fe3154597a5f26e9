"""The small web server: the hub's webhook, health, and metrics."""

import errno
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import structlog
from aiohttp import web

from bot.web.metrics import CONTENT_TYPE

LARGEST_NOTICE = 256 * 1024
"""Bytes. A webhook payload is about 1 KB; a comment in it may be 64 KB."""

SECRET_HEADER = "X-Webhook-Secret"  # noqa: S105 - the name of a header
SECRET_PARAMETER = "secret"  # noqa: S105 - the name of a parameter

Finding = str | None
"""What is wrong, in a few words; `None` if nothing is."""

_log = structlog.get_logger()


async def _nothing() -> None:
    """Do nothing before metrics are shown."""


@dataclass(frozen=True, slots=True)
class WebParts:
    """What the server is made of; each part is small enough to be handed in."""

    take_notice: Callable[[bytes], bool]
    """Takes a webhook payload in; False if it had to be dropped."""
    metrics_text: Callable[[], bytes]
    secret: str | None = None
    """The webhook's secret; without one its address does not exist."""
    checks: Mapping[str, Callable[[], Awaitable[Finding]]] = field(
        default_factory=dict[str, Callable[[], Awaitable[Finding]]]
    )
    """What must be well for `/readyz`, by name: database, gateway, watcher."""
    before_metrics: Callable[[], Awaitable[None]] = _nothing
    """Brings gauges up to date."""


class CannotListen(Exception):  # noqa: N818 - a state of the machine, shown to an operator as it is
    """The address cannot be listened on; the message says which, and why."""


class WebServer:
    """Listens from `start` to `close`; `url` says where (port 0 takes any free one)."""

    def __init__(self, parts: WebParts, *, host: str, port: int) -> None:
        self._parts = parts
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self) -> None:
        """Begin to listen. Raises `CannotListen` if the address is taken, or is not this machine's."""
        self._runner = web.AppRunner(web_app(self._parts), access_log=None, shutdown_timeout=2)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self.close()
            why = "is taken by another program" if error.errno == errno.EADDRINUSE else f"can't be used: {error}"
            raise CannotListen(f"{self._host}:{self._port} {why}") from error
        port = self._runner.addresses[0][1]
        host = f"[{self._host}]" if ":" in self._host else self._host
        self.url = f"http://{host}:{port}"
        _log.info("web.listening", url=self.url, webhook=self._parts.secret is not None)

    async def close(self) -> None:
        """Stop listening; answers under way are given two seconds."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None


def web_app(parts: WebParts) -> web.Application:
    """Return the application with its four addresses."""
    app = web.Application(client_max_size=LARGEST_NOTICE)
    handlers = _Handlers(parts)
    app.router.add_get("/healthz", handlers.alive)
    app.router.add_get("/readyz", handlers.ready)
    app.router.add_get("/metrics", handlers.metrics)
    if parts.secret is not None:
        app.router.add_post("/webhooks/huggingface", handlers.notice)
    return app


class _Handlers:
    def __init__(self, parts: WebParts) -> None:
        self._parts = parts

    async def notice(self, request: web.Request) -> web.Response:
        """Take a notice in at once: what follows from it is the inbox's affair. The hub never repeats one."""
        if not self._knows_secret(request):
            _log.warning("webhook.refused", remote=request.remote)
            return web.Response(status=401, text="the secret is missing or wrong\n")
        payload = await request.read()
        taken = self._parts.take_notice(payload)
        return web.Response(status=202) if taken else web.Response(status=503, text="too many notices are waiting\n")

    async def alive(self, _request: web.Request) -> web.Response:
        """Say that the process answers at all."""
        return web.Response(text="ok\n")

    async def ready(self, _request: web.Request) -> web.Response:
        """Say whether everything that the work needs is there, and what is not."""
        findings = {name: await _checked(name, check) for name, check in self._parts.checks.items()}
        well = all(finding is None for finding in findings.values())
        lines = {name: "ok" if finding is None else finding for name, finding in findings.items()}
        return web.json_response(lines, status=200 if well else 503)

    async def metrics(self, _request: web.Request) -> web.Response:
        """Show every number."""
        await self._parts.before_metrics()
        return web.Response(body=self._parts.metrics_text(), headers={"Content-Type": CONTENT_TYPE})

    def _knows_secret(self, request: web.Request) -> bool:
        """Compare in constant time; the hub sends the secret in a header, some proxies only let a parameter through."""
        secret = self._parts.secret
        given = request.headers.get(SECRET_HEADER) or request.query.get(SECRET_PARAMETER) or ""
        return secret is not None and hmac.compare_digest(
            given.encode("utf-8", "surrogateescape"), secret.encode("utf-8")
        )


async def _checked(name: str, check: Callable[[], Awaitable[Finding]]) -> Finding:
    try:
        return await check()
    except Exception as error:  # noqa: BLE001 - whatever a check dies of is what is not well
        _log.warning("readiness.check-broke", check=name, error=repr(error))
        return type(error).__name__
