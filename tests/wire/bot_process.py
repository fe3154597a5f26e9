"""The whole bot as a process made to be killed: `python -m tests.wire.bot_process` forks one for every line of JSON.

Each line is the bot's environment. It runs the gateway and the sender: what members do, and what they see of it.
"""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from bot.settings import Role, Settings
from bot.terminal.run_command import run_until_stopped
from tests.wire.forking import fork_for_each_line

ROLES = frozenset({Role.GATEWAY, Role.SENDER})


@dataclass(frozen=True, slots=True)
class BotOrders:
    """The environment variables of one bot."""

    environment: Mapping[str, str]

    def line(self) -> bytes:
        """Write them down for the forking process."""
        return json.dumps(dict(self.environment)).encode() + b"\n"


def be_a_bot(line: str) -> None:
    """Run until it is killed or told to stop."""
    os.environ.update(json.loads(line))
    sys.exit(asyncio.run(run_until_stopped(Settings(), ROLES)))


if __name__ == "__main__":
    fork_for_each_line(be_a_bot)
