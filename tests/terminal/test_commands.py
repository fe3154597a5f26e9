"""The command line: what it prints, and the exit codes that process managers read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo.hub_server import HubServer
from bot.demo.story_models import read_story_models
from bot.terminal.run_command import NO_TOKEN, REFUSED_TOKEN
from tests.terminal.commands import command
from tests.wire.discord_server import DiscordServer


async def test_run_without_a_token_says_what_to_do(tmp_path: Path) -> None:
    """One clear sentence, exit code 2, no traceback."""
    ended = await command("run", environment={}, folder=tmp_path)
    assert (ended.code, ended.printed.strip()) == (2, NO_TOKEN)


async def test_run_with_a_refused_token_says_what_to_do(tmp_path: Path) -> None:
    """Discord's refusal is one clear sentence too."""
    async with DiscordServer() as server, HubServer() as hub:
        environment = {**server.environment, "DISCORD_TOKEN": "wrong", "HF_ENDPOINT": hub.url}
        ended = await command("run", environment=environment, folder=tmp_path)
    assert (ended.code, ended.printed.strip().splitlines()[-1]) == (2, REFUSED_TOKEN)


async def test_run_where_discord_does_not_say_where_to_connect_says_so(tmp_path: Path) -> None:
    """It asks several times; then one clear sentence, and the exit code of what may pass."""
    async with DiscordServer() as server, HubServer() as hub:
        server.guild_routes.gateway_refusals.extend([503] * 20)
        ended = await command("run", environment={**server.environment, "HF_ENDPOINT": hub.url}, folder=tmp_path)
    assert ended.code == 1
    assert ended.printed.strip().splitlines()[-1].startswith("Discord can't be reached: ")
    assert "Traceback" not in ended.printed


async def test_run_on_a_port_that_is_taken_says_which(tmp_path: Path) -> None:
    """Another program listens there: the variable, the port, exit code 2."""
    async with DiscordServer() as server, HubServer() as hub:
        port = hub.url.rpartition(":")[2]
        environment = {**server.environment, "HF_ENDPOINT": hub.url, "HTTP_PORT": port}
        ended = await command("run", environment=environment, folder=tmp_path)
    assert ended.code == 2
    assert ended.printed.strip().splitlines()[-1].startswith(f"HTTP_PORT: 127.0.0.1:{port} is taken")


async def test_the_demo_on_a_port_that_is_taken_says_so(tmp_path: Path) -> None:
    """One clear sentence, exit code 2, no traceback."""
    async with HubServer() as hub:
        port = hub.url.rpartition(":")[2]
        ended = await command("demo", "--port", port, environment={}, folder=tmp_path)
    assert ended.code == 2
    assert ended.printed.strip().splitlines()[-1].startswith(f"--port {port}: ")
    assert "Traceback" not in ended.printed


@pytest.mark.parametrize("token", ["two\nlines", "with\x00null", "日本語"])
async def test_a_token_that_no_token_looks_like_is_refused(tmp_path: Path, token: str) -> None:
    """Copied with what stands around it: the sentence is about the token, not about something else."""
    async with DiscordServer() as server, HubServer() as hub:
        (tmp_path / ".env").write_text(f"DISCORD_TOKEN={token!r}".replace("'", '"'), "utf-8")
        environment = {**server.environment, "HF_ENDPOINT": hub.url}
        del environment["DISCORD_TOKEN"]
        ended = await command("run", environment=environment, folder=tmp_path)
    assert (ended.code, ended.printed.strip().splitlines()[-1]) == (2, REFUSED_TOKEN)


@pytest.mark.parametrize(
    ("name", "value"),
    [("DISCORD_GATEWAY_URL", "junk"), ("DISCORD_API_BASE", "discord.com"), ("HF_ENDPOINT", "ftp://huggingface.co")],
)
async def test_an_address_that_is_none_is_named(tmp_path: Path, name: str, value: str) -> None:
    """Before anything is started."""
    ended = await command("run", environment={"DISCORD_TOKEN": "any", name: value}, folder=tmp_path)
    assert ended.code == 2
    assert ended.printed.startswith(f"{name}: ")


async def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    """The variable, what is wrong with it, where to read on; exit code 2."""
    ended = await command("migrate", environment={"POLL_SECONDS": "soon"}, folder=tmp_path)
    assert ended.code == 2
    assert ended.printed.startswith("POLL_SECONDS: ")
    assert "docs/configuration.md" in ended.printed


async def test_check_says_what_is_well_and_what_is_not(tmp_path: Path) -> None:
    """Everything is looked at; with everything well the exit code is 0, with a bad database it is 1."""
    async with DiscordServer() as server, HubServer() as hub:
        environment = {**server.environment, "HF_ENDPOINT": hub.url}
        well = await command("check", environment=environment, folder=tmp_path)
        broken = {**environment, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
        bad = await command("check", environment=broken, folder=tmp_path)
    named = [line.split(":")[0] for line in well.printed.splitlines() if line.startswith(("ok ", "BAD"))]
    expected = ["token", "intents", "application", "hub", "database", "database's clock", "clock", "labs"]
    assert (well.code, named) == (0, [f"ok  {name}" for name in expected])
    assert (bad.code, "BAD database" in bad.printed, "-> Check DATABASE_URL" in bad.printed) == (1, True, True)


async def test_check_counts_a_missing_token_as_bad(tmp_path: Path) -> None:
    """Without a token nothing can run."""
    async with HubServer() as hub:
        ended = await command("check", environment={"HF_ENDPOINT": hub.url}, folder=tmp_path)
    assert ended.code == 1
    assert "DISCORD_TOKEN is not set" in ended.printed


async def test_preview_prints_what_would_be_posted(tmp_path: Path) -> None:
    """A publisher's new models as cards, in the chosen language; what is older is not there."""
    models = read_story_models()
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    async with HubServer() as hub:
        for repo_id in ("Qwen/Qwen3-8B-Base", "Qwen/Qwen3-8B"):
            hub.put({**models[repo_id].record, "createdAt": now}, readme=models[repo_id].readme)
        hub.put(models["Qwen/Qwen2.5-7B"].record, readme=models["Qwen/Qwen2.5-7B"].readme)
        arguments = ("preview", "--author", "Qwen", "--days", "7", "--language", "zh-CN")
        ended = await command(*arguments, environment={"HF_ENDPOINT": hub.url}, folder=tmp_path)
    assert ended.code == 0
    assert [name in ended.printed for name in ("微调自 Qwen/Qwen3-8B-Base", "Qwen2.5-7B")] == [True, False]


async def test_commands_are_published_and_tables_made(tmp_path: Path) -> None:
    """`migrate` makes the tables, `sync-commands` tells Discord the commands, each says so."""
    async with DiscordServer() as server, HubServer() as hub:
        environment = {**server.environment, "HF_ENDPOINT": hub.url}
        migrated = await command("migrate", environment=environment, folder=tmp_path)
        synced = await command("sync-commands", environment=environment, folder=tmp_path)
        assert server.violations == []
    assert (migrated.code, synced.code) == (0, 0)
    assert (tmp_path / "rootstock.db").exists()
