"""What the command line says when something is wrong: one sentence, as it is, on the error stream."""

import re
from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from bot.data.labs_file import LabsFileInvalid

UNREACHABLE, CANNOT_START = 1, 2
"""Exit codes. 1 is for what may pass (Discord is away); 2 for what an operator must change, where trying again is
useless."""

_DRIVERS_NAME = re.compile(r"^\([\w.]+\)\s*")


class CannotStart(Exception):  # noqa: N818 - an answer to an operator, in one sentence
    """Why a command can't do its work, in one sentence that is shown as it is; `code` is the exit code."""

    def __init__(self, sentence: str, code: int = CANNOT_START) -> None:
        super().__init__(sentence)
        self.code = code


def complain(sentence: object) -> None:
    """Say what is wrong. Brackets and colons of somebody's file are no markup."""
    Console(stderr=True).print(str(sentence), style="red", markup=False, highlight=False, soft_wrap=True)


def first_line(error: Exception) -> str:
    """Return what an error says, without the name of the driver that said it."""
    lines = str(error).splitlines()
    return _DRIVERS_NAME.sub("", lines[0]) if lines else type(error).__name__


@contextmanager
def settings_to_blame() -> Generator[None]:
    """Turn what opening a database or reading the labs raises into `CannotStart`, by the setting that is wrong."""
    try:
        yield
    except LabsFileInvalid as error:
        raise CannotStart(f"LABS_FILE: {error}") from error
    except (SQLAlchemyError, ValueError) as error:
        raise CannotStart(f"DATABASE_URL: {first_line(error)}") from error
