"""The command line: `rootstock`, or `python -m bot`."""

import asyncio
import sys
from collections.abc import Coroutine
from enum import StrEnum
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from bot.domain.server import Locale
from bot.settings import Role, Settings

USAGE_ERROR = 2
"""The exit code when Rootstock can't start with what it was given: no token, a wrong setting."""

app = typer.Typer(
    name="rootstock",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Rootstock posts new open models and their derivatives to Discord communities, and remembers what members "
    "think of them. Settings come from the environment or from a file .env; docs/configuration.md explains each.",
)


class Language(StrEnum):
    """The languages of the terminal commands that print cards."""

    EN = "en"
    ZH = "zh-CN"

    @property
    def locale(self) -> Locale:
        """The same language, as the rest of Rootstock names it."""
        return Locale(self.value)


@app.command()
def run(
    roles: Annotated[
        str, typer.Option(help=f"What this process does: any of {', '.join(Role)}, with commas between.")
    ] = ",".join(Role),
) -> None:
    """Run the bot. Needs DISCORD_TOKEN. Stops cleanly on Ctrl-C or SIGTERM."""
    from bot.terminal.run_command import run_until_stopped

    _finish(run_until_stopped(_settings(), _roles(roles)))


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="The page's port; 0 takes any free one.", min=0, max=65535)] = 0,
    language: Annotated[Language, typer.Option(help="The language of the demo's server.")] = Language.EN,
    speed: Annotated[float, typer.Option(help="How fast the story plays; 2 is twice as fast.", min=0.1, max=100)] = 1.0,
    seconds: Annotated[float, typer.Option(help="Stop by itself after this many seconds; 0 runs on.", min=0)] = 0,
) -> None:
    """Play the whole bot in a browser page: no account, no network, a story made of real models."""
    from bot.demo.play import play_demo

    _finish(play_demo(port=port, locale=language.locale, speed=speed, seconds=seconds))


@app.command()
def check() -> None:
    """Check token, intents, hub, database and clock; say what to do about each finding. Exit code 1 if one is bad."""
    from bot.terminal.check_command import check_everything

    _finish(check_everything(_settings()))


@app.command()
def preview(
    author: Annotated[list[str], typer.Option(help="A publisher on the Hub, e.g. Qwen. Repeat for several.")],
    days: Annotated[int, typer.Option(help="How far to look back.", min=1, max=365)] = 7,
    language: Annotated[Language, typer.Option(help="The language of the cards.")] = Language.EN,
) -> None:
    """Print what would be posted about a publisher's latest models. Reads the Hub; needs no Discord."""
    from bot.terminal.preview_command import print_preview

    _finish(print_preview(_settings(), authors=author, days=days, locale=language.locale))


@app.command()
def migrate() -> None:
    """Bring the database to this version's tables. `run` does it too; several processes may do it at once."""
    from bot.terminal.migrate_command import migrate_database

    _finish(migrate_database(_settings()))


@app.command()
def recount() -> None:
    """Count every published standing again from the ballot log. Exit code 1 if one number differs."""
    from bot.terminal.recount_command import recount_published_weeks

    _finish(recount_published_weeks(_settings()))


@app.command()
def sync_commands() -> None:
    """Publish the slash commands to Discord now, even if they have not changed. Needs DISCORD_TOKEN."""
    from bot.terminal.sync_command import sync_commands_now

    _finish(sync_commands_now(_settings()))


def main() -> None:
    """Run the command line."""
    app()


def _settings() -> Settings:
    try:
        return Settings(_env_file=".env")  # pyright: ignore[reportCallIssue] - pydantic-settings' own argument
    except ValidationError as error:
        console = Console(stderr=True)
        for problem in error.errors():
            name = ".".join(str(part) for part in problem["loc"]).upper()
            said = problem["msg"].removeprefix("Value error, ")
            console.print(f"{name}: {said}. See docs/configuration.md.", style="red", markup=False, highlight=False)
        raise typer.Exit(USAGE_ERROR) from None
    except (UnicodeDecodeError, OSError) as error:
        Console(stderr=True).print(f".env: cannot be read: {error}", style="red", markup=False, highlight=False)
        raise typer.Exit(USAGE_ERROR) from None


def _roles(text: str) -> frozenset[Role]:
    try:
        roles = frozenset(Role(name.strip()) for name in text.split(",") if name.strip())
    except ValueError:
        roles = frozenset[Role]()
    if not roles:
        raise typer.BadParameter(f"name at least one of {', '.join(Role)}", param_hint="--roles")
    return roles


def _finish(work: Coroutine[None, None, int]) -> None:
    """Run a command to its end and leave with its exit code; Ctrl-C is a normal end."""
    try:
        code = asyncio.run(work)
    except KeyboardInterrupt:
        code = 0
    sys.exit(code)


if __name__ == "__main__":
    main()
