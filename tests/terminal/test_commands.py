"""The command line: what it prints, and the exit codes that process managers read."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo.hub_server import HubServer
from bot.demo.story_models import read_story_models
from bot.terminal.run_command import NO_TOKEN, REFUSED_TOKEN
from tests.terminal.commands import command, files_in
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
        await command("migrate", environment=environment, folder=tmp_path)
        well = await command("check", environment=environment, folder=tmp_path)
        broken = {**environment, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
        bad = await command("check", environment=broken, folder=tmp_path)
    named = [line.split(":")[0] for line in well.printed.splitlines() if line.startswith(("ok ", "BAD"))]
    expected = ["token", "intents", "application", "hub", "database", "database's clock", "clock", "labs"]
    assert (well.code, named) == (0, [f"ok  {name}" for name in expected])
    assert (bad.code, "BAD database" in bad.printed, "-> Check DATABASE_URL" in bad.printed) == (1, True, True)


async def test_check_names_a_folder_that_is_missing(tmp_path: Path) -> None:
    """No file there is well, it will be made; no folder is not: `run` could make none."""
    async with HubServer() as hub:
        environment = {"HF_ENDPOINT": hub.url, "DATABASE_URL": f"sqlite:///{tmp_path / 'missing' / 'x.db'}"}
        ended = await command("check", environment=environment, folder=tmp_path)
    assert (ended.code, "BAD database" in ended.printed, "no such folder" in ended.printed) == (1, True, True)


async def test_check_only_looks(tmp_path: Path) -> None:
    """It makes no database, and no table in one; it says what will."""
    async with HubServer() as hub:
        environment = {"HF_ENDPOINT": hub.url}
        absent = await command("check", environment=environment, folder=tmp_path)
        assert files_in(tmp_path) == []
        with closing(sqlite3.connect(tmp_path / "rootstock.db")) as empty:
            empty.execute("CREATE TABLE mine (id INTEGER)")
            empty.commit()
        before = (tmp_path / "rootstock.db").read_bytes()
        without = await command("check", environment=environment, folder=tmp_path)
    assert "ok  database: sqlite, not made yet; `run` or `migrate` makes it" in absent.printed
    assert "ok  database: sqlite, without tables yet; `run` or `migrate` makes them" in without.printed
    assert (tmp_path / "rootstock.db").read_bytes() == before
    assert files_in(tmp_path) == ["rootstock.db"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("run",), 2), (("migrate",), 2), (("recount",), 2), (("sync-commands",), 2), (("check",), 1)],
)
async def test_a_database_of_a_later_version_is_left_alone(
    tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    """After a step back to an earlier Rootstock: a sentence that says so, and nothing is touched."""
    with closing(sqlite3.connect(tmp_path / "rootstock.db")) as later:
        later.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        later.execute("INSERT INTO alembic_version VALUES ('9999')")
        later.commit()
    async with DiscordServer() as server, HubServer() as hub:
        environment = {**server.environment, "HF_ENDPOINT": hub.url}
        ended = await command(*arguments, environment=environment, folder=tmp_path)
    assert (ended.code, "Traceback" in ended.printed) == (code, False)
    assert "a later version of Rootstock" in ended.printed


@pytest.mark.parametrize("arguments", [("run",), ("sync-commands",), ("preview", "--author", "Qwen")])
async def test_a_labs_file_that_cannot_be_used_is_named_as_it_is(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """The file, what is wrong with it, brackets and all; exit code 2."""
    (tmp_path / "mine.toml").write_text("lab = 3", "utf-8")
    async with DiscordServer() as server, HubServer() as hub:
        environment = {**server.environment, "HF_ENDPOINT": hub.url, "LABS_FILE": "mine.toml"}
        ended = await command(*arguments, environment=environment, folder=tmp_path)
    assert (ended.code, ended.printed.strip().splitlines()[-1]) == (
        2,
        "LABS_FILE: mine.toml: labs are written as [[lab]] sections",
    )


@pytest.mark.parametrize(
    ("name", "url", "said"),
    [
        (
            "migrate",
            "nonsense",
            "no database's address: write sqlite:///file.db or postgresql://user:password@host/name",
        ),
        ("run", "mysql://u:secret@h/n", "neither SQLite nor PostgreSQL: mysql://u:***@h/n"),
        ("migrate", "sqlite:////nowhere/at/all.db", "unable to open database file"),
        ("recount", "sqlite:///text.db", "file is not a database"),
    ],
)
async def test_a_database_that_cannot_be_used_is_one_sentence(tmp_path: Path, name: str, url: str, said: str) -> None:
    """No module's name and no password in it; exit code 2."""
    (tmp_path / "text.db").write_text("no database at all, but a text of some length", "utf-8")
    ended = await command(name, environment={"DATABASE_URL": url, "DISCORD_TOKEN": "any"}, folder=tmp_path)
    assert (ended.code, ended.printed.strip()) == (2, f"DATABASE_URL: {said}")


async def test_a_recount_of_nothing_makes_no_database(tmp_path: Path) -> None:
    """A mistyped address is not answered with "no week", nor with an empty file."""
    ended = await command("recount", environment={"DATABASE_URL": "sqlite:///mistyped.db"}, folder=tmp_path)
    assert (ended.code, files_in(tmp_path)) == (2, [])
    assert ended.printed.strip() == "DATABASE_URL: there is no such file: mistyped.db"


async def test_no_role_is_no_process(tmp_path: Path) -> None:
    """A comma alone names no role."""
    ended = await command("run", "--roles", ",", environment={"DISCORD_TOKEN": "any"}, folder=tmp_path)
    assert ended.code == 2
    assert "name at least one of gateway, watcher, sender, scheduler, web" in " ".join(ended.printed.split())


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"DISCORD_TOKEN='never closed"])
async def test_an_env_file_that_cannot_be_read_is_said(tmp_path: Path, content: bytes) -> None:
    """One sentence about the file, or about what it does not set."""
    (tmp_path / ".env").write_bytes(content)
    ended = await command("run", environment={}, folder=tmp_path)
    assert (ended.code, "Traceback" in ended.printed) == (2, False)
    assert ".env" in ended.printed


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


async def test_a_preview_warns_of_a_licence_as_the_card_would(tmp_path: Path) -> None:
    """The base is somebody else's and is looked up: it allows less than is claimed, two levels down as well."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    model = read_story_models()["Qwen/Qwen3-8B"].record
    chain = (("lab/base", "cc-by-nc-4.0", ""), ("gal/one", "apache-2.0", "lab/base"), ("gal/two", "mit", "gal/one"))
    async with HubServer() as hub:
        for name, licence, base in chain:
            tags = ["transformers", f"license:{licence}", *([f"base_model:{base}"] if base else [])]
            card = {"license": licence, **({"base_model": base} if base else {})}
            record = {**model, "id": name, "createdAt": now, "tags": tags, "cardData": card}
            hub.put(record, readme="# it\n\nThis model is a :tada: of a thing, made to talk to in the evening.\n")
        ended = await command("preview", "--author", "gal", environment={"HF_ENDPOINT": hub.url}, folder=tmp_path)
    assert ended.printed.count("only allows cc-by-nc-4.0 (non-commercial)") == 2
    assert (":tada:" in ended.printed, "🟢" in ended.printed) == (True, False)


async def test_a_preview_of_nobody_says_who_was_perhaps_meant(tmp_path: Path) -> None:
    """The hub shows nothing by that spelling: exit code 1; the others are previewed all the same."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    model = read_story_models()["Qwen/Qwen3-8B"]
    async with HubServer() as hub:
        hub.put({**model.record, "createdAt": now}, readme=model.readme)
        environment = {"HF_ENDPOINT": hub.url}
        wrong = await command("preview", "--author", "qwen", environment=environment, folder=tmp_path)
        both = await command(
            *("preview", "--author", "Nobody-At-All", "--author", "Qwen"), environment=environment, folder=tmp_path
        )
    assert wrong.code == both.code == 1
    assert wrong.printed.split("\n")[-2] == (
        'The hub shows no models by "qwen"; names are case-sensitive. Did you mean Qwen?'
    )
    assert 'no models by "Nobody-At-All"; names are case-sensitive.\n' in both.printed
    assert "1 of 1 new models would be posted" in both.printed


async def test_a_preview_of_a_quiet_publisher_says_so(tmp_path: Path) -> None:
    """It exists, and made nothing in that time: no "0 of 0", exit code 0."""
    model = read_story_models()["Qwen/Qwen3-8B"]
    async with HubServer() as hub:
        hub.put(model.record, readme=model.readme)
        ended = await command(
            *("preview", "--author", "Qwen", "--days", "1"), environment={"HF_ENDPOINT": hub.url}, folder=tmp_path
        )
    assert (ended.code, ended.printed.strip()) == (0, "Qwen: no new models in the last 1 day.")


async def test_commands_are_published_and_tables_made(tmp_path: Path) -> None:
    """`migrate` makes the tables, `sync-commands` tells Discord the commands, each says so."""
    async with DiscordServer() as server, HubServer() as hub:
        environment = {**server.environment, "HF_ENDPOINT": hub.url}
        migrated = await command("migrate", environment=environment, folder=tmp_path)
        synced = await command("sync-commands", environment=environment, folder=tmp_path)
        assert server.violations == []
    assert (migrated.code, synced.code) == (0, 0)
    assert (tmp_path / "rootstock.db").exists()
