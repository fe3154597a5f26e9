"""The part of `/tag` that is for moderators: what tags there are, and what they are called."""

from typing import Literal

from discord import app_commands
from discord.ext import commands

from bot.cards.card_lines import NAME_LIMIT
from bot.cards.layout import Accent
from bot.cards.safe_text import chip, safe
from bot.domain.tags import TAG_LENGTH
from bot.language.words import Language
from bot.workflows.find_suggestions import FindSuggestions
from bot.workflows.look_up_model import LookUpModel
from bot.workflows.read_tags import ReadTags
from bot.workflows.tag_moderation import CurateWish, ModerateTags, Moderator
from cogs.answering import Answer, Interaction, answering, refuse_members
from cogs.suggestions import suggests_models
from cogs.tag_options import TagList, TagName, suggests_banned_tag, suggests_lists, suggests_tag, suggests_target
from cogs.tag_words import chips, log_line, tag_chip

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
            curated = await self.moderate.curate(_moderator(answer), wish)
            await answer.say(
                answer.words("tag.curated-only" if curated.only_curated else "tag.any-allowed"),
                answer.words.plural("tag.curated", curated.total)
                if curated.total
                else answer.words("tag.curated-none"),
                chips(curated.tags, answer.words),
            )

    @app_commands.command()
    @suggests_tag
    async def alias(self, interaction: Interaction, *, tag: TagName, spelling: TagName) -> None:
        """Let another spelling lead to a tag."""
        async with answering(interaction, self.language) as answer:
            found = await self.moderate.alias(_moderator(answer), tag, spelling)
            shown = tag_chip(found, answer.words)
            await _done(answer, answer.words("tag.aliased", spelling=chip(spelling, TAG_LENGTH), tag=shown))

    @app_commands.command()
    async def unalias(self, interaction: Interaction, *, spelling: TagName) -> None:
        """Take a spelling back."""
        async with answering(interaction, self.language) as answer:
            found = await self.moderate.unalias(_moderator(answer), spelling)
            shown = tag_chip(found, answer.words)
            await _done(answer, answer.words("tag.unaliased", spelling=chip(spelling, TAG_LENGTH), tag=shown))

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
            merged = await self.moderate.merge(_moderator(answer), tag, into)
            shown = tag_chip(merged, answer.words)
            await _done(answer, answer.words("tag.merged", tag=chip(tag, TAG_LENGTH), into=shown))

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
            free = await self.moderate.unban(_moderator(answer), tag)
            await _done(answer, answer.words("tag.unbanned", tag=tag_chip(free, answer.words)))

    @app_commands.command()
    async def log(self, interaction: Interaction) -> None:
        """Show what moderators did to tags."""
        async with answering(interaction, self.language) as answer:
            entries = await self.read.log(_moderator(answer).guild_id)
            await answer.say(
                answer.words("tag.log-title" if entries else "tag.log-empty"),
                *(log_line(entry, answer.words) for entry in entries),
            )


def _moderator(answer: Answer) -> Moderator:
    """Return who acts. Raises `Refusal` where they may not."""
    refuse_members(answer.interaction)
    return Moderator(answer.guild_id, answer.interaction.user.id)


async def _done(answer: Answer, text: str) -> None:
    await answer.say(text, answer.words("tag.cards-follow"), accent=Accent.GOOD)
