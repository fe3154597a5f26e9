"""A scheduler and sender as a process: publishes weeks that are due and sends what is owed. It is made to be killed.

`python -m tests.wire.week_process` forks one for every line of JSON on its standard input (`tests.wire.senders`).
"""

import asyncio
import json
import sys
from dataclasses import replace

from bot.announcing.discord_messenger import DiscordMessenger
from bot.cards.leaderboard_card import pictures_of
from bot.domain.card import Post
from bot.domain.delivery import Delivery
from bot.domain.labs import LabBook
from bot.workflows.deliver_pending import DeliverPending
from bot.workflows.ports import Work
from bot.workflows.prepare_post import prepare_post
from bot.workflows.publish_leaderboard import publish_due_weeks
from bot.workflows.remember_forum_tags import RememberForumTags
from storage.doorbells import ProcessDoorbell
from storage.engine import Database, open_database
from tests.wire.clients import PlainClient, pointed_at
from tests.wire.forking import fork_for_each_line
from tests.wire.hurry import HurriedClock, run_hurried
from tests.wire.sender_process import LANGUAGE, LOOK_AGAIN, Orders, nobody_to_tell

GUILD = 77
"""The server whose week is published; its channel is the world's."""

LABS = LabBook(())

DRAWING = "a picture is drawn now"
"""What a process says on standard error before it draws: a good moment to kill it."""


async def prepare(work: Work, delivery: Delivery) -> Post | None:
    """Prepare the week's post, picture and all, as the assembly does. What comes next is drawing and sending it."""
    post = await prepare_post(work, delivery, LABS)
    if post is None:
        return None
    sys.stderr.write(f"{DRAWING}\n")
    sys.stderr.flush()
    return replace(post, files=pictures_of(post, LANGUAGE))


async def publish_and_send(orders: Orders) -> None:
    """Tick and send until the week is published and nothing is owed any more."""
    clock = HurriedClock(orders.origin, orders.ahead)
    database = open_database(orders.database_url, clock=clock)
    doorbell = ProcessDoorbell()
    async with PlainClient() as client:
        with pointed_at(orders.api_base, "ws://127.0.0.1:1/"):
            await client.login(orders.token)
            sender = DeliverPending(
                database.unit_of_work,
                DiscordMessenger(client, LANGUAGE, RememberForumTags(database.unit_of_work)),
                prepare,
                nobody_to_tell,
                clock=clock,
                doorbell=doorbell,
                owner=orders.owner,
            )
            sending = asyncio.create_task(sender.run_forever())
            await publish_due_weeks(database.unit_of_work, doorbell)
            while not await _is_done(database):
                await asyncio.wait({sending}, timeout=LOOK_AGAIN.total_seconds())
                await publish_due_weeks(database.unit_of_work, doorbell)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
    await database.close()


async def _is_done(database: Database) -> bool:
    async with database.unit_of_work() as work:
        published = await work.leaderboards.weeks(GUILD, limit=1)
        return bool(published) and (await work.deliveries.backlog()).pending == 0


def main() -> None:
    """Fork one for every line until the input ends."""
    fork_for_each_line(lambda line: run_hurried(publish_and_send(Orders(**json.loads(line)))))


if __name__ == "__main__":
    main()
