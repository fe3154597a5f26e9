"""Structured logs: one event a line, for people (`console`) or for collectors (`json`).

Library records (discord.py, aiohttp, APScheduler) go through the same renderer, so an operator reads one form.
"""

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_SECRET_WORDS = ("token", "secret", "password", "authorization")
"""A value under a key that contains one of these is never written."""

_TALKATIVE = {
    # A tick that is still at work when it comes round again is skipped, which is what it should be.
    "apscheduler": logging.ERROR,
    "discord": logging.WARNING,
    "aiohttp.access": logging.WARNING,
    "alembic": logging.WARNING,
    "httpx2": logging.WARNING,
}
"""Libraries whose ordinary events say nothing to an operator, with the least level that is kept."""


def configure_logs(level: str, form: str) -> None:
    """Send every log of this process to standard error, as `console` or `json` lines."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_renderers(form)))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for talkative, least in _TALKATIVE.items():
        logging.getLogger(talkative).setLevel(max(least, root.level))


def hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Blank every value whose key says that it is a secret."""
    return {
        key: "[hidden]" if any(word in key.lower() for word in _SECRET_WORDS) else value for key, value in event.items()
    }


def _renderers(form: str) -> list[Processor]:
    drop = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if form == "json":
        return [drop, structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    # Tracebacks without the values of local variables: those hold tokens and what members wrote.
    plain = structlog.dev.plain_traceback
    return [drop, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
