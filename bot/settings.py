"""The environment, read once into one frozen `Settings`; nothing else in Rootstock looks at the environment.

Every field is documented for operators here; `.env.example` and docs/configuration.md are held in step by a test.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Role(StrEnum):
    """What a process does; one process does everything unless told otherwise (`rootstock run --roles`)."""

    GATEWAY = "gateway"
    WATCHER = "watcher"
    SENDER = "sender"
    SCHEDULER = "scheduler"
    WEB = "web"


def _address(*schemes: str) -> AfterValidator:
    """Refuse what is no absolute address of one of these schemes; the text itself stays as it was given."""

    def check(text: str) -> str:
        address = urlsplit(text)
        if address.scheme not in schemes or not address.hostname:
            raise ValueError(f"an address is expected that begins with {' or '.join(f'{one}://' for one in schemes)}")
        return text

    return AfterValidator(check)


HttpAddress = Annotated[str, _address("http", "https")]
GatewayAddress = Annotated[str, _address("ws", "wss")]


class Settings(BaseSettings):
    """How this process runs. Durations are seconds."""

    model_config = SettingsConfigDict(frozen=True, env_file=None, extra="ignore", env_ignore_empty=True)

    discord_token: SecretStr | None = Field(
        default=None, description="The bot's token, from Discord's developer portal."
    )
    discord_api_base: HttpAddress = Field(
        default="https://discord.com/api/v10",
        description="Discord's REST API, or a proxy in front of it.",
    )
    discord_gateway_url: GatewayAddress = Field(
        default="wss://gateway.discord.gg/", description="Discord's gateway, or a stand-in for it."
    )
    database_url: str = Field(
        default="sqlite:///rootstock.db",
        description="`sqlite:///file.db`, or `postgresql://user:password@host/database` for several processes.",
    )
    hf_endpoint: HttpAddress = Field(
        default="https://huggingface.co", description="The Hugging Face Hub, or a mirror of it."
    )
    hf_token: SecretStr | None = Field(default=None, description="A read token: doubles the Hub's request budget.")
    modelscope_endpoint: HttpAddress = Field(
        default="https://modelscope.cn", description="ModelScope (reserved: not read yet)."
    )
    hub_webhook_secret: SecretStr | None = Field(
        default=None, description="The secret of your Hub webhook; without it the webhook endpoint answers 404."
    )
    http_host: str = Field(default="127.0.0.1", description="Where the webhook, health and metrics server listens.")
    http_port: int = Field(default=8080, ge=0, le=65535, description="Its port; 0 takes any free one.")
    poll_seconds: float = Field(
        default=300, gt=0, description="How often each feed is read. The Hub's budget is kept whatever the number."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="What is logged.")
    log_format: Literal["console", "json"] = Field(
        default="console", description="`console` for people, `json` for log collectors."
    )
    labs_file: Path | None = Field(
        default=None, description="A TOML file with more labs, or corrections, in the form of bot/data/labs.toml."
    )
