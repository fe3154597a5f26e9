"""SQLite statements that run to their end, whatever becomes of the task that waits for them.

A task may be cancelled at any await: by a stop, by a time limit. SQLAlchemy then throws the connection away; aiosqlite
closes it while its thread may still be inside the statement, and SQLite keeps a closed connection's transaction open,
lock and all, until the last of its cursors is collected. Until then every other transaction waits, up to
"database is locked". (`sqlite3_close_v2` in SQLite's manual calls it a zombie; PostgreSQL's driver cancels the query
on the server and needs none of this.)
"""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

Outcome = TypeVar("Outcome")


async def to_its_end(work: Awaitable[Outcome]) -> Outcome:
    """Wait for `work` even if cancelled meanwhile; the cancellation is raised once it has ended."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # looked at, so that asyncio does not report as lost what nobody waits for any more
        raise


class WholeStatements(AsyncConnection):
    """A connection none of whose statements is cut short: a cancelled unit of work ends between two of them."""

    if not TYPE_CHECKING:  # the overloads of SQLAlchemy stand

        async def execute(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's own
            """Run a statement to its end."""
            return await to_its_end(super().execute(*arguments, **options))

        async def stream(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's own
            """Begin a statement whose rows are fetched little by little."""
            return await to_its_end(super().stream(*arguments, **options))

    async def commit(self) -> None:
        """Commit; once begun, it is not left undecided."""
        await to_its_end(super().commit())
