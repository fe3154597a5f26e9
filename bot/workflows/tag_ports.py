"""What the workflows of tags need from the store; part of `bot.workflows.ports.Work`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.community import TagCount
from bot.domain.tags import ModelTag, Tag, TaggedModel, Tagging, TagLogEntry, TagState, TagUse


class StoreTags(Protocol):
    """Tags, their other spellings, taggings, the server's policy and its log."""

    async def hold(self, guild_id: int) -> bool:
        """Let nobody else change this server's tags until the transaction ends; whether only curated may be used."""
        ...

    async def only_curated(self, guild_id: int) -> bool:
        """Return whether only curated tags may be used, without waiting for anybody."""
        ...

    async def set_only_curated(self, guild_id: int, *, curated: bool) -> None:
        """Change the policy of a server that is held."""
        ...

    async def get(self, guild_id: int, tag_id: int) -> Tag | None:
        """Return one tag of this server."""
        ...

    async def find(self, guild_id: int, keys: Sequence[str]) -> Mapping[str, Tag]:
        """Return the tags that these keys (`bot.domain.tags.tag_key`) lead to, as own keys or as other spellings."""
        ...

    async def make(self, guild_id: int, labels: Mapping[str, str], *, user_id: int, now: datetime) -> Mapping[str, Tag]:
        """Return the tags of these labels by key, in order, making those that are not there: at once by two is one."""
        ...

    async def change(self, tag: Tag) -> None:
        """Store a tag's key, label and state."""
        ...

    async def add_alias(self, tag: Tag, key: str) -> None:
        """Let another spelling lead to a tag, whatever it led to before."""
        ...

    async def remove_alias(self, guild_id: int, key: str) -> bool:
        """Let a spelling lead nowhere; whether it led somewhere."""
        ...

    async def aliases(self, tag_id: int) -> Sequence[str]:
        """Return the other spellings of a tag that moderators added."""
        ...

    async def merge(self, tag: Tag, into: Tag) -> None:
        """Move everything of a tag to another and leave its key there as a spelling; a member's twice becomes once."""
        ...

    async def remove_unused(self, tag_ids: Collection[int]) -> int:
        """Remove those of these tags that nobody uses, unless a moderator curated, banned or aliased them."""
        ...

    async def delete(self, tag: Tag) -> None:
        """Remove a tag from its server, with its spellings and wherever it was put."""
        ...

    async def ranked(
        self,
        guild_id: int,
        *,
        offset: int = 0,
        limit: int,
        state: TagState | None = None,
        only_shared: bool = False,
    ) -> Sequence[Tag]:
        """Return some of a server's tags, by members, then the older ones; banned ones only where `state` asks so.

        `only_shared` leaves out what a single member uses, unless moderators curated it.
        """
        ...

    async def most_used(
        self, guild_id: int, *, offset: int = 0, limit: int, state: TagState | None = None
    ) -> tuple[Sequence[TagUse], int]:
        """Return what `ranked` does with how much each is used, and how many tags there are."""
        ...

    async def count(self, guild_id: int, state: TagState | None = None) -> int:
        """Return how many tags a server has; banned ones only where `state` asks so."""
        ...

    async def note(self, guild_id: int, entry: TagLogEntry) -> None:
        """Write down what a moderator did."""
        ...

    async def log_length(self, guild_id: int) -> int:
        """Return how much moderators did."""
        ...

    async def log(self, guild_id: int, *, offset: int = 0, limit: int) -> Sequence[TagLogEntry]:
        """Return some of what moderators did, latest first."""
        ...

    async def top(self, guild_id: int, model_ids: Sequence[int], *, limit: int) -> Mapping[int, Sequence[TagCount]]:
        """Return each model's most used tags in a server; a model without tags is absent."""
        ...

    async def of_model(self, guild_id: int, model_id: int) -> Sequence[ModelTag]:
        """Return every tag of a model, most used first, then the older ones; banned ones are not shown."""
        ...

    async def models_with(
        self, guild_id: int, tag_id: int, *, offset: int, limit: int
    ) -> tuple[Sequence[TaggedModel], int]:
        """Return some of the models that have a tag, by members, and how many there are."""
        ...

    async def models_of(self, tag_id: int) -> Sequence[int]:
        """Return the models that a tag is on, whose cards show it."""
        ...

    async def put(
        self, guild_id: int, model_id: int, tag_ids: Sequence[int], *, user_id: int, now: datetime
    ) -> frozenset[int]:
        """Put tags on a model for a member; those that were not there before."""
        ...

    async def take(self, guild_id: int, model_id: int, tag_ids: Sequence[int], *, user_id: int) -> frozenset[int]:
        """Take a member's tags off a model; those that were there."""
        ...

    async def take_off(self, guild_id: int, model_id: int, tag_id: int) -> int:
        """Take a tag off a model for everybody; how many had put it there."""
        ...

    async def of_member(self, guild_id: int | None, user_id: int, *, model_id: int | None = None) -> Sequence[Tagging]:
        """Return what a member said, latest first: in one server or in all, on one model or on all, banned tags too."""
        ...
