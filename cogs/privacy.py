"""`/privacy`: everything that is stored about a member as a file, and nothing any more. In servers and in private."""

import io
from collections.abc import Iterator
from typing import ClassVar

import discord
from discord import ButtonStyle, app_commands
from discord.ext import commands
from discord.ui import File

from bot.cards.layout import TEXT_LIMIT, Accent, Part, block, button, message, row
from bot.domain.members import Forgotten
from bot.language.words import Language, Words
from bot.workflows.export_member import ExportMember
from bot.workflows.forget_member import ForgetMember
from cogs.answering import Answer, How, Interaction, answering
from cogs.buttons import Press

TEXT_BESIDE_A_FILE = TEXT_LIMIT // 2


@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
class Privacy(commands.GroupCog, group_name="privacy"):
    """Serves every member, for their own things only: whoever asks is whose things they are."""

    def __init__(self, language: Language, export: ExportMember, forget: ForgetMember) -> None:
        self.language = language
        self._export = export
        self._forget = forget

    @app_commands.command()
    async def export(self, interaction: Interaction) -> None:
        """Get everything that is stored about you, in every server."""
        async with answering(interaction, self.language) as answer:
            words = answer.words
            export = await self._export(interaction.user.id, lambda table: words(f"export.{table}"))
            text = words.plural("privacy.exported", export.things)
            attached: Part = File(f"attachment://{export.name}")
            layout = message(Accent.PLAIN, block([text], TEXT_BESIDE_A_FILE), attached)
            await answer.show_files(layout, [discord.File(io.BytesIO(export.content), export.name)])

    @app_commands.command()
    async def forget(self, interaction: Interaction) -> None:
        """Ask whether all of it shall really be gone."""
        async with answering(interaction, self.language) as answer:
            await answer.say(
                answer.words("privacy.ask"),
                accent=Accent.WARNING,
                rows=[
                    row(
                        button(answer.words("privacy.yes"), "v1:forget:yes", ButtonStyle.danger),
                        button(answer.words("privacy.no"), "v1:forget:no"),
                    )
                ],
            )

    async def decide(self, answer: Answer, decision: str) -> None:
        """Forget whoever pressed, or leave everything as it is; say exactly what was done."""
        if decision == "no":
            await answer.say(answer.words("privacy.kept"))
            return
        forgotten = await self._forget(answer.interaction.user.id)
        await answer.say(*_done(forgotten, answer.words), accent=Accent.GOOD)


class ForgetPressed(Press[Privacy], template=r"v1:forget:(?P<decision>yes|no)"):
    """The answer to `/privacy forget`. It carries nobody's id: it is about whoever presses."""

    cog: ClassVar[str] = Privacy.__cog_name__
    how: ClassVar[How] = How.IN_PLACE

    async def pressed(self, answer: Answer, cog: Privacy) -> None:
        """Do as decided, in place of the question."""
        await cog.decide(answer, self.state["decision"])


def _done(forgotten: Forgotten, words: Words) -> Iterator[str]:
    if not forgotten.total:
        yield words("privacy.nothing-stored")
        return
    yield words("privacy.forgotten")
    figures = {
        "privacy.done.ballots": forgotten.ballots,
        "privacy.done.events": forgotten.ballot_events,
        "privacy.done.taggings": forgotten.taggings,
        "privacy.done.tags": forgotten.tags,
        "privacy.done.reviews": forgotten.reviews,
        "privacy.done.notices": forgotten.notices,
        "privacy.done.asides": forgotten.asides,
        "privacy.done.marks": forgotten.marks,
        "privacy.done.names": forgotten.names,
    }
    for key, count in figures.items():
        if count:
            yield f"- {words.plural(key, count)}"
    yield words("privacy.cards-follow") if forgotten.cards else ""
