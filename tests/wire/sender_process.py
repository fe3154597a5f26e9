"""A sender as a process: real storage, real DeliverPending, the real client's HTTP. It is made to be killed.

`python -m tests.wire.sender_process` imports everything once, then forks a sender for every line of JSON on its
standard input, and answers with two lines: the sender's process id, and how it ended. So a restart takes moments.
"""

import asyncio
import json
from dataclasses import asdict, dataclass
from datetime import timedelta

import discord

from bot.announcing.discord_messenger import DiscordMessenger
from bot.domain.card import Post
from bot.domain.delivery import Delivery
from bot.language.words import Language
from bot.workflows.deliver_pending import DeliverPending
from bot.workflows.ports import Work
from bot.workflows.remember_forum_tags import RememberForumTags
from storage.doorbells import ProcessDoorbell
from storage.engine import Database, open_database
from tests.wire.clients import PlainClient, pointed_at
from tests.wire.forking import fork_for_each_line
from tests.wire.hurry import HurriedClock, run_hurried
from tests.wire.posts import card_post

LOOK_AGAIN = timedelta(seconds=1)
LANGUAGE = Language.load()


@dataclass(frozen=True, slots=True)
class Orders:
    """Where to send from and to. `origin` and `ahead` are those of the clock that all processes of a test share."""

    database_url: str
    api_base: str
    token: str
    origin: float
    ahead: float
    owner: str

    def line(self) -> bytes:
        """Write them down for the forking process."""
        return json.dumps(asdict(self)).encode() + b"\n"


async def prepare(_: Work, delivery: Delivery) -> Post:
    """Make the card of the model that the payload names."""
    return card_post(int(delivery.payload["number"]))


async def nobody_to_tell(_guild_id: int, _channel_id: int, reason: str) -> None:
    """Refuse: no channel refuses anything in these tests."""
    raise AssertionError(reason)


async def send_everything(orders: Orders) -> None:
    """Work until nothing is owed any more."""
    clock = HurriedClock(orders.origin, orders.ahead)
    database = open_database(orders.database_url, clock=clock)
    async with PlainClient() as client:
        with pointed_at(orders.api_base, "ws://127.0.0.1:1/"):
            await client.login(orders.token)
            sender = _sender(database, client, clock, orders.owner)
            sending = asyncio.create_task(sender.run_forever())
            while await _is_owed(database):
                await asyncio.wait({sending}, timeout=LOOK_AGAIN.total_seconds())
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
    await database.close()


def _sender(database: Database, client: discord.Client, clock: HurriedClock, owner: str) -> DeliverPending:
    return DeliverPending(
        database.unit_of_work,
        DiscordMessenger(client, LANGUAGE, RememberForumTags(database.unit_of_work)),
        prepare,
        nobody_to_tell,
        clock=clock,
        doorbell=ProcessDoorbell(),
        owner=owner,
    )


async def _is_owed(database: Database) -> bool:
    async with database.unit_of_work() as work:
        return (await work.deliveries.backlog()).pending > 0


def main() -> None:
    """Fork a sender for every line, one at a time, until the input ends."""
    fork_for_each_line(lambda line: run_hurried(send_everything(Orders(**json.loads(line)))))


if __name__ == "__main__":
    main()
