"""The part of `/tag` that is for moderators: what tags there are, and what they are called."""

from collections.abc import Sequence
from typing import Literal

from discord import app_commands
from discord.ext import commands

from bot.cards.answers import page_buttons
from bot.cards.card_lines import NAME_LIMIT
from bot.cards.layout import Accent
from bot.cards.safe_text import chip, safe
from bot.domain.errors import Refusal
from bot.domain.tags import TAG_LENGTH
from bot.language.words import Language
from bot.workflows.find_suggestions import FindSuggestions
from bot.workflows.look_up_model import LookUpModel
from bot.workflows.read_tags import ReadTags
from bot.workflows.tag_moderation import CurateWish, ModerateTags, Moderator
from cogs.answering import Answer, Interaction, answering, refuse_members
from cogs.error_texts import refusal_lines
from cogs.suggestions import suggests_models
from cogs.tag_options import TagList, TagName, suggests_banned_tag, suggests_lists, suggests_tag, suggests_target
from cogs.tag_words import lines_of_tags, log_line, tag_chip

ModelName = app_commands.Range[str, 1, 300]
CurateMode = Literal["only-curated", "any-tag"]


class ModeratingTags(commands.Cog):
    """Commands of the group `tag` (`cogs.tags.Tags`); members who use them are told who can."""

    language: Language
    read: ReadTags
    moderate: ModerateTags
    suggestions: FindSuggestions
    look_up: LookUpModel

    @app_commands.command()
    @suggests_lists
    async def curate(
        self,
        interaction: Interaction,
        *,
        mode: CurateMode | None = None,
        add: TagList | None = None,
        remove: TagList | None = None,
    ) -> None:
        """Keep a list of tags, and settle whether members may use only those."""
        async with answering(interaction, self.language) as answer:
            wish = CurateWish(None if mode is None else mode == "only-curated", add, remove)
            refused = await self.moderate.curate(_moderator(answer), wish)
            await self.show_curated(answer, 0, refused)

    async def show_curated(self, answer: Answer, page: int, refused: Sequence[Refusal] = ()) -> None:
        """Show one page of the curated tags, and why some could not be added or taken off."""
        curated, words = await self.read.curated(answer.guild_id, page), answer.words
        await answer.say(
            *refusal_lines(refused, words),
            words("tag.curated-only" if curated.only_curated else "tag.any-allowed"),
            words.plural("tag.curated", curated.total) if curated.total else words("tag.curated-none"),
            *lines_of_tags(curated.tags, words),
            accent=Accent.WARNING if refused else Accent.PLAIN,
            rows=[page_buttons(words, curated.page, curated.pages, lambda number: f"v1:curated:{number}")],
        )

    @app_commands.command()
    @suggests_tag
    async def alias(self, interaction: Interaction, *, tag: TagName, spelling: TagName) -> None:
        """Let another spelling lead to a tag."""
        async with answering(interaction, self.language) as answer:
            found = await self.moderate.alias(_moderator(answer), tag, spelling)
            shown = tag_chip(found, answer.words)
            said = answer.words("tag.aliased", spelling=chip(spelling, TAG_LENGTH), tag=shown)
            await answer.say(said, accent=Accent.GOOD)

    @app_commands.command()
    async def unalias(self, interaction: Interaction, *, spelling: TagName) -> None:
        """Take a spelling back."""
        async with answering(interaction, self.language) as answer:
            found = await self.moderate.unalias(_moderator(answer), spelling)
            shown = tag_chip(found, answer.words)
            said = answer.words("tag.unaliased", spelling=chip(spelling, TAG_LENGTH), tag=shown)
            await answer.say(said, accent=Accent.GOOD)

    @app_commands.command()
    @suggests_tag
    async def rename(self, interaction: Interaction, *, tag: TagName, name: TagName) -> None:
        """Give a tag another name."""
        async with answering(interaction, self.language) as answer:
            renamed = await self.moderate.rename(_moderator(answer), tag, name)
            await _done(answer, answer.words("tag.renamed", tag=tag_chip(renamed, answer.words)))

    @app_commands.command()
    @suggests_tag
    @suggests_target
    async def merge(self, interaction: Interaction, *, tag: TagName, into: TagName) -> None:
        """Turn a tag into another one."""
        async with answering(interaction, self.language) as answer:
            gone, left = await self.moderate.merge(_moderator(answer), tag, into)
            shown = {"tag": tag_chip(gone, answer.words), "into": tag_chip(left, answer.words)}
            await _done(answer, answer.words("tag.merged", **shown))

    @app_commands.command()
    @suggests_tag
    @suggests_models
    async def delete(self, interaction: Interaction, *, tag: TagName, model: ModelName | None = None) -> None:
        """Take a tag off one model for everybody, or off all of them."""
        async with answering(interaction, self.language) as answer:
            who, words = _moderator(answer), answer.words
            if model is None:
                gone, models = await self.moderate.delete(who, tag)
                await _done(answer, words.plural("tag.deleted", models, tag=tag_chip(gone, words)))
            else:
                gone, name, members = await self.moderate.take_off(who, tag, await self.look_up(model))
                shown = tag_chip(gone, words)
                await _done(answer, words.plural("tag.taken-off", members, tag=shown, model=safe(name, NAME_LIMIT)))

    @app_commands.command()
    @suggests_tag
    async def ban(self, interaction: Interaction, *, tag: TagName) -> None:
        """Hide a tag and let nobody use it."""
        async with answering(interaction, self.language) as answer:
            banned = await self.moderate.ban(_moderator(answer), tag)
            await _done(answer, answer.words("tag.banned", tag=tag_chip(banned, answer.words)))

    @app_commands.command()
    @suggests_banned_tag
    async def unban(self, interaction: Interaction, *, tag: TagName) -> None:
        """Let a banned tag be used again."""
        async with answering(interaction, self.language) as answer:
            unbanned = await self.moderate.unban(_moderator(answer), tag)
            key = "tag.unbanned" if unbanned.can_be_used else "tag.unbanned-not-curated"
            await _done(answer, answer.words(key, tag=tag_chip(unbanned.tag, answer.words)))

    @app_commands.command()
    async def log(self, interaction: Interaction) -> None:
        """Show what moderators did to tags."""
        async with answering(interaction, self.language) as answer:
            _moderator(answer)
            await self.show_log(answer, 0)

    async def show_log(self, answer: Answer, page: int) -> None:
        """Show one page of what moderators did."""
        log, words = await self.read.log(answer.guild_id, page), answer.words
        await answer.say(
            words("tag.log-title" if log.entries else "tag.log-empty"),
            *(log_line(entry, words) for entry in log.entries),
            rows=[page_buttons(words, log.page, log.pages, lambda number: f"v1:taglog:{number}")],
        )


def _moderator(answer: Answer) -> Moderator:
    """Return who acts. Raises `Refusal` where they may not."""
    refuse_members(answer.interaction)
    return Moderator(answer.guild_id, answer.interaction.user.id)


async def _done(answer: Answer, text: str) -> None:
    await answer.say(text, answer.words("tag.cards-follow"), accent=Accent.GOOD)
