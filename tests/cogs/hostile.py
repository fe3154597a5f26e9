"""A stage that stands for many examples, what may be typed and pressed on it, and what must hold whatever it was."""

import asyncio
import logging
import os
import shutil
from collections.abc import Coroutine, Generator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

import discord
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from simcord import interactions
from simcord.backend import serializers
from simcord.results import InteractionResult
from sqlalchemy import delete
from structlog.testing import capture_logs

from bot.discord_bot import command_payload
from storage.community_tables import TagAliasRow, TaggingRow, TagRow
from storage.engine import Database, open_database
from storage.tables import WatchRow
from tests.cogs.delivering import post_card
from tests.cogs.stage import Play, SmallHub, bot_of, make_bot, set_scene, simulated, text_of
from tests.cogs.test_hostile_values import (
    BOOLEAN,
    CHANNEL,
    HOSTILE,
    INTEGER,
    USER,
    body_of,
    cut,
    leaves_of,
    mentions_in,
)
from tests.domain.builders import hub_model
from tests.storage.databases import KINDS, StartsPostgres
from tests.turnable_clock import TurnableClock
from tests.wire.limits_of_messages import errors_in_message, errors_in_modal

DEPTH = int(os.environ.get("ROOTSTOCK_HOSTILE_DEPTH", "1"))
"""For a hunt: so many times as many examples as every run takes."""

EXAMPLES = {"sqlite": 12, "postgresql": 4}
"""PostgreSQL is asked the same by the same code; its own refusals (null bytes, large numbers) need few examples."""

PEOPLE = ("moderator", "member")
LOCALES = ("en-US", "zh-CN", "zh-TW", "de")
LARGEST_INTEGER = 2**53
"""The largest number that Discord takes in an option."""

NUMBERS = ("0", "1", "2", "007", "2147483648", "9223372036854775807", "9223372036854775808", "99999999999999999999")
"""What stands in an id that nobody of ours made: at the edges of what databases hold, and beyond."""

NEARLY_RIGHT = (
    "org/x",
    "org/x' OR '1'='1",
    "https://huggingface.co/org/x/tree/\x00",
    "https://hf.co/%00/%ff",
    f"{'a' * 96}/{'b' * 96}",
    "org/\u202e\u0000x",
    "coding",
    "编程，coding,,CODING",
    "99999999999999999999",
    "-7B",
    "1e308T",
    "UTC+99",
    "Etc/../../passwd",
    "2026-W99",
    "%_\\",
    "((((a+)+)+)+)$",
    "#1",
    "-",
    "*",
    "zh-Hant-TW-x-private",
)
"""What gets past a first look."""

texts = st.one_of(
    st.sampled_from([*HOSTILE, *NEARLY_RIGHT]),
    st.text(min_size=1, max_size=60),
    st.lists(st.sampled_from([*NEARLY_RIGHT, *HOSTILE]), min_size=2, max_size=4).map(", ".join),
)

VALID: Mapping[str, Any] = {
    "model": "org/x",
    "first": "org/x",
    "second": "org/y",
    "tag": "coding",
    "tags": "coding",
    "into": "chat",
    "spelling": "by hand",
    "name": "renamed",
    "watch": "the watch",
    "batch": 1,
}
"""What the required options take, where Discord offers no choices."""

Result = TypeVar("Result")


class Standing:
    """The bot on a stage of its own, in an event loop of its own, for as many examples as wanted."""

    def __init__(self, runner: asyncio.Runner, play: Play, leaves: Mapping[str, dict[str, Any]]) -> None:
        self.play = play
        self.leaves = leaves
        self._runner = runner
        self._logged = _Tracebacks()

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Let something happen."""
        return self._runner.run(_in_its_time(self.play, coroutine))

    def who(self, name: str) -> Any:  # noqa: ANN401 - SimCord's member
        """Return the moderator or the plain member."""
        return self.play.moderator if name == "moderator" else self.play.member

    @contextmanager
    def nothing_logged(self, what: object) -> Generator[None]:
        """Check that meanwhile nothing is logged as an error, by us or by a library."""
        logger = logging.getLogger()
        logger.addHandler(self._logged)
        self._logged.lines.clear()
        try:
            with capture_logs() as logs:
                yield
        finally:
            logger.removeHandler(self._logged)
        failures = [event for event in logs if event["log_level"] in {"error", "critical"} or "exc_info" in event]
        assert (what, failures, self._logged.lines) == (what, [], [])

    def answered(self, result: Any, what: object, *, public: bool = False) -> None:  # noqa: ANN401 - SimCord's result
        """Check that it was answered in words or with a form, in private, harmlessly and within Discord's limits."""
        assert (what, result.acknowledged) == (what, True)
        if result.modal is not None:
            assert (what, errors_in_modal(result.modal)) == (what, [])
            return
        answers = [one for one in (result.response, *result.followups) if one is not None]
        said = text_of(result)
        assert (what, bool(said.strip()), mentions_in(said)) == (what, True, [])
        assert (what, [error for one in answers for error in errors_in_message(body_of(one))]) == (what, [])
        assert (what, [one.ephemeral for one in answers if not public]) == (
            what,
            [True] * (0 if public else len(answers)),
        )
        assert (what, [_pinged(self.play, one) for one in answers]) == (what, [()] * len(answers))


async def _in_its_time(play: Play, coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Wait for something under SimCord's own clock, as its fixtures do for tests."""
    with play.env.time_context():
        return await coroutine


class _Tracebacks(logging.Handler):
    """Keeps what libraries log as errors."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.lines.append(self.format(record))


def _pinged(play: Play, answer: Any) -> tuple[Any, ...]:  # noqa: ANN401 - SimCord's message
    """Return whom a message pings, or would if it named them: nothing of ours lets Discord look for mentions."""
    stored = play.env.backend.get_message(answer.channel_id, answer.id)
    allowed = stored.allowed_mentions
    named = (*stored.ping_user_ids, *stored.ping_role_ids)
    may = allowed.everyone or allowed.users != frozenset() or allowed.roles != frozenset()
    return (*named, *(["anybody"] if may or stored.mention_everyone else []))


@pytest.fixture(scope="module", params=KINDS)
def stage(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    migrated_sqlite: Path,
    postgres: StartsPostgres,
) -> Iterator[Standing]:
    """Start the bot once on each kind of database: what one command leaves behind, the next one finds."""
    with ExitStack() as stack:
        if request.param == "postgresql":
            url = stack.enter_context(postgres().database())
        else:
            file = tmp_path_factory.mktemp("stage") / "stage.db"
            shutil.copy(migrated_sqlite, file)
            url = f"sqlite:///{file}"
        yield stack.enter_context(standing(url))


@contextmanager
def standing(url: str) -> Generator[Standing]:
    """Open a database, start the bot on it, let members use every command, and fill a little world."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            play, leaves = runner.run(_begin(stack, url))
            yield Standing(runner, play, leaves)
        finally:
            runner.run(stack.aclose())


async def _begin(stack: AsyncExitStack, url: str) -> tuple[Play, Mapping[str, dict[str, Any]]]:
    clock = TurnableClock()
    database: Database = open_database(url, clock=clock)
    stack.push_async_callback(database.close)
    hub = SmallHub()
    env = await stack.enter_async_context(simulated(make_bot(database, hub, clock)))
    with env.time_context():
        play = set_scene(env, database, hub, clock)
        for command in await bot_of(env).tree.fetch_commands():
            play.guild.set_command_permissions(command, {play.guild.default_role: True})
        await _fill(play)
        return play, dict(await leaves_of(play))


async def _fill(play: Play) -> None:
    """Let there be models, a card, votes, tags, a review and a watch."""
    await play.remember(hub_model("org/x", parameters=8_000_000_000), hub_model("org/y", likes=3))
    await post_card(play, hub_model("org/x", parameters=8_000_000_000))
    for person in (play.moderator, play.member):
        await person.slash(play.channel, "vote", model="org/x", choice="up")
        await person.slash(play.channel, "tag add", model="org/x", tags="coding, chat, 文" + "字" * 20)
        await person.slash(play.channel, "review add", model="org/x", verdict="mixed", note="@everyone *slow*")


async def renew(play: Play) -> None:
    """Let there be one watch, and the tags that commands name: examples fill a server up, or empty it."""
    async with play.database.engine.begin() as connection:
        for table in (WatchRow, TaggingRow, TagAliasRow, TagRow):
            await connection.execute(delete(table))
    await play.moderator.slash(play.channel, "watch add", authors="qwen", name="the watch")
    await play.moderator.slash(play.channel, "tag curate", mode="any-tag", add="coding, chat")


def required(leaf: Mapping[str, Any]) -> dict[str, Any]:
    """Return valid values for all that a command must be given."""
    return {one["name"]: valid(one) for one in options_of(leaf) if one.get("required")}


def valid(option: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever the option takes
    """Return a valid value for an option."""
    choices: Sequence[Mapping[str, Any]] = option.get("choices") or ()
    return choices[0]["value"] if choices else VALID[option["name"]]


def options_of(leaf: Mapping[str, Any]) -> Sequence[dict[str, Any]]:
    """Return a command's options."""
    return leaf.get("options") or []


def value_of(option: Mapping[str, Any], play: Play) -> st.SearchStrategy[Any]:
    """Return what Discord lets anybody send in an option."""
    choices: Sequence[Mapping[str, Any]] = option.get("choices") or ()
    if choices:
        return st.sampled_from([choice["value"] for choice in choices])
    match option["type"]:
        case kind if kind == CHANNEL:
            wanted = set(option.get("channel_types") or [0])
            return st.sampled_from([one for one in _channels(play) if _kind(play, one) in wanted])
        case kind if kind == USER:
            return st.sampled_from([play.member, play.moderator])
        case kind if kind == BOOLEAN:
            return st.booleans()
        case kind if kind == INTEGER:
            low, high = option.get("min_value", -LARGEST_INTEGER), option.get("max_value", LARGEST_INTEGER)
            return st.one_of(st.sampled_from([low, high]), st.integers(low, high))
        case _:
            return texts.map(lambda text: cut(text, dict(option)))


def _channels(play: Play) -> Sequence[Any]:
    known = play.guild.channels
    if "shelf" not in known:
        play.guild.create_forum_channel("shelf")
        play.guild.create_news_channel("news")
        play.closed_channel("closed")
    return [play.guild.channels[name] for name in ("models", "closed", "shelf", "news")]


def _kind(play: Play, channel: Any) -> int:  # noqa: ANN401 - SimCord's channel
    return int(play.env.backend.get_channel(channel.id).type)


async def send(play: Play, person: Any, *, kind: int, data: dict[str, Any], message: Any = None) -> InteractionResult:  # noqa: ANN401 - SimCord's
    """Send an interaction as only a hand-made client would: with any data, on any message."""
    record, payload = interactions.base_payload(
        play.env.backend, type=kind, channel_id=play.channel.id, guild_id=play.guild.id, user_id=person.id, data=data
    )
    body: dict[str, Any] = payload
    if message is not None:
        stored = play.env.backend.get_message(play.channel.id, message.id)
        record.source_message_id = stored.id
        body = {**payload, "message": dict(serializers.message_payload(play.env.backend, stored))}
    play.env.backend.emit("INTERACTION_CREATE", body)
    await play.env.settle()
    return InteractionResult(play.env, record)


def leaves_at_rest() -> Mapping[str, dict[str, Any]]:
    """Return every command that can be typed, by its name, without a bot that runs."""
    return asyncio.run(_payload())


async def _payload() -> Mapping[str, dict[str, Any]]:
    database = open_database("sqlite:///:memory:")
    bot = make_bot(database, SmallHub(), TurnableClock())
    await bot.setup_hook()
    payload = await command_payload(bot.tree)
    await database.close()
    return dict(_leaves(payload))


def _leaves(payload: Sequence[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for command in payload:
        if command.get("type", 1) == discord.AppCommandType.chat_input.value:
            below = [one for one in cast("list[dict[str, Any]]", command.get("options") or []) if one["type"] == 1]
            yield from ((f"{command['name']} {one['name']}", one) for one in below)
            if not below:
                yield command["name"], command


def examples(stage: Standing, share: int = 1) -> settings:
    """Return how many examples are tried on this stage's database, and how; `share` 2 is half as many."""
    return settings(
        max_examples=EXAMPLES[stage.play.database.dialect] // share * DEPTH,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # One stage serves all examples: none is made smaller.
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
