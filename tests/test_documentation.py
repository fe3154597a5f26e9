"""The documentation is part of the program: what it names exists, and what exists is named."""

import re
from pathlib import Path

from bot.settings import Settings
from bot.terminal.check_command import INVITED_WITH
from tests.cogs.write_command_page import COMMANDS_PAGE, page

ROOT = Path(__file__).parents[1]


def documented_variables(text: str) -> set[str]:
    """Read the first column of the configuration table."""
    return set(re.findall(r"^\| `([A-Z_]+)` \|", text, flags=re.MULTILINE))


def test_every_setting_is_documented_for_operators() -> None:
    """docs/configuration.md has a row for each variable, and none for a variable that is gone."""
    variables = {name.upper() for name in Settings.model_fields}
    assert variables == documented_variables((ROOT / "docs/configuration.md").read_text(encoding="utf-8"))


def test_every_setting_is_in_the_example_file() -> None:
    """.env.example names each variable, and none that is gone."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert {name.upper() for name in Settings.model_fields} == set(
        re.findall(r"^#?([A-Z_]+)=", text, flags=re.MULTILINE)
    )


def test_documented_defaults_are_the_real_ones() -> None:
    """The default column of the configuration table says what the program does."""
    text = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)` \|", text, flags=re.MULTILINE))
    real = {
        name.upper(): f"{field.default:g}" if isinstance(field.default, float) else str(field.default)
        for name, field in Settings.model_fields.items()
        if field.default is not None
    }
    assert real == documented


def test_the_readme_invites_with_what_is_needed() -> None:
    """Its address asks for the permissions that `rootstock check` asks for, and its sentence names each of them."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (asked,) = re.findall(r"permissions=([0-9]+)", text)
    assert int(asked) == INVITED_WITH.value
    named = " ".join(text.split()).casefold()
    held = [name.replace("read_messages", "view_channel").replace("_", " ") for name, held in INVITED_WITH if held]
    assert [name for name in held if name not in named] == []


def test_links_between_documents_lead_somewhere() -> None:
    """Every relative link in README and docs points at a file that is there."""
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken


async def test_every_command_and_option_is_documented() -> None:
    """docs/commands.md is what `python -m tests.cogs.write_command_page` writes from the commands themselves."""
    assert await page() == COMMANDS_PAGE.read_text(encoding="utf-8")


def test_every_metric_is_documented_for_operators() -> None:
    """docs/operations.md has a row for each metric, and none for one that is gone."""
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    source = (ROOT / "bot/web/metrics.py").read_text(encoding="utf-8")
    source += (ROOT / "bot/assembly.py").read_text(encoding="utf-8")
    named = set(re.findall(r'"(rootstock_(?!answered)[a-z_]+)"', source))
    documented = {name.removesuffix("_total") for name in re.findall(r"^\| `(rootstock_[a-z_]+)`", text, re.MULTILINE)}
    assert named == documented
