"""Where the real hub records lie that tests may use: beside the project, or where the environment says."""

import os
from pathlib import Path

import pytest

VARIABLE = "ROOTSTOCK_SHARED_DATA"


def shared_data_folder() -> Path:
    """Return the folder of real records; it may not exist."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else Path(__file__).parents[2] / "shared" / "data"


def shared_data(name: str) -> Path:
    """Return the path of one file of real records; skips the test, with its reason, where it is not there."""
    path = shared_data_folder() / name
    if not path.is_file():
        pytest.skip(f"{name} is not here: real records are not part of the project (set {VARIABLE} to their folder)")
    return path
