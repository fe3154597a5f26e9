"""The pictures' script says what it needs."""

from pathlib import Path

import pytest

from tests.cards.pictures import main


def test_without_chromium_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A machine without Chromium gets one clear sentence and no empty folder."""
    monkeypatch.setenv("PATH", str(tmp_path))
    out = tmp_path / "pictures"
    assert main(["--out", str(out)]) == 2
    assert capsys.readouterr().err.startswith("No Chromium found: install it")
    assert not out.exists()
