"""A process that has imported everything and forks a worker for each line on its standard input: restarts in moments.

It answers with two lines: the worker's process id, and how it ended.
"""

import os
import sys
import traceback
from collections.abc import Callable


def fork_for_each_line(work: Callable[[str], None]) -> None:
    """Fork a worker that does `work` for every line, one at a time, until the input ends."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _be_a_worker(work, line)
        _say(child)
        _, status = os.waitpid(child, 0)
        _say(os.waitstatus_to_exitcode(status))


def _be_a_worker(work: Callable[[str], None], line: str) -> None:
    """Work, and leave without the parent's cleaning up. What is logged goes to standard error."""
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    code = 1
    try:
        work(line)
        code = 0
    except BaseException:  # noqa: BLE001 - written down; it must not reach the parent's loop
        traceback.print_exc()
    finally:
        os._exit(code)


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()
