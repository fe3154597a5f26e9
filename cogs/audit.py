"""`/audit`: moderators see how a model's votes came about, and decide whose count. Bans decide by themselves."""

from collections.abc import Iterator, Sequence
from typing import Literal

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.cards.card_lines import NAME_LIMIT
from bot.cards.community_lines import CommunityLines
from bot.cards.layout import small
from bot.cards.pen import MarkdownPen
from bot.cards.safe_text import safe
from bot.domain.community import CommunityFacts
from bot.domain.errors import Refusal
from bot.domain.votes import Action, Ballot, BallotEvent
from bot.language.words import Language, Words
from bot.workflows.audit_ballots import Audit, AuditBallots
from bot.workflows.find_suggestions import FindSuggestions
from bot.workflows.look_up_model import LookUpModel
from cogs.answering import Interaction, answering, refuse_members
from cogs.suggestions import suggests_models
from cogs.vote_words import choice_in_words

BALLOTS_SHOWN = 20
"""At about 100 characters each they fit into one message together with the log."""

_log = structlog.get_logger()


class Auditing(commands.Cog):
    """Shows ballots to moderators, and keeps those of banned members aside."""

    def __init__(
        self, language: Language, audit: AuditBallots, suggestions: FindSuggestions, look_up: LookUpModel
    ) -> None:
        self.language = language
        self._look_up = look_up
        self.suggestions = suggestions
        self._audit = audit

    @app_commands.command()
    @app_commands.default_permissions(manage_guild=True)
    @suggests_models
    async def audit(
        self,
        interaction: Interaction,
        *,
        model: app_commands.Range[str, 1, 300],
        member: discord.User | None = None,
        decision: Literal["set-aside", "let-in"] | None = None,
    ) -> None:
        """Show the votes on a model; with a member and a decision, decide first whether their votes here count."""
        async with answering(interaction, self.language) as answer:
            refuse_members(interaction)
            if (member is None) != (decision is None):
                raise Refusal("audit-incomplete")
            model_id, done = await self._look_up(model), None
            if member is not None and decision is not None:
                decide = self._audit.set_aside if decision == "set-aside" else self._audit.let_in
                ballots = await decide(answer.guild_id, member.id, by=interaction.user.id)
                done = answer.words.plural(f"audit.{decision}", ballots, member=f"<@{member.id}>")
            report = await self._audit.report(answer.guild_id, model_id)
            await answer.say(done, *audit_lines(report, answer.words))

    @commands.Cog.listener()
    async def on_member_ban(self, guild: discord.Guild, user: discord.User | discord.Member) -> None:
        """Set the ballots of somebody who was banned aside."""
        try:
            await self._audit.set_aside(guild.id, user.id, by=None)
        except Exception:  # noqa: BLE001 - an event has nobody to answer; moderators can do it by /audit
            _log.exception("ban_not_followed", guild=guild.id, user=user.id)

    @commands.Cog.listener()
    async def on_member_unban(self, guild: discord.Guild, user: discord.User) -> None:
        """Let them in again."""
        try:
            await self._audit.let_in(guild.id, user.id, by=None)
        except Exception:  # noqa: BLE001 - as above
            _log.exception("unban_not_followed", guild=guild.id, user=user.id)


def audit_lines(audit: Audit, words: Words) -> Iterator[str | None]:
    """Word the tally, the live ballots and the log's last events; mentions in a private answer ping nobody."""
    yield words("audit.title", model=safe(audit.model.facts.repo_id, NAME_LIMIT))
    yield CommunityLines(CommunityFacts(tally=audit.tally), words, MarkdownPen()).votes() or words("vote.no-votes")
    yield words.plural("audit.ballots", len(audit.ballots))
    for key, ballot in list(audit.ballots.items())[:BALLOTS_SHOWN]:
        yield _ballot(key.user_id, ballot, audit, words)
    if len(audit.ballots) > BALLOTS_SHOWN:
        yield words.plural("card.more", len(audit.ballots) - BALLOTS_SHOWN)
    yield from _log_lines(audit.events, words)


def _ballot(user_id: int, ballot: Ballot, audit: Audit, words: Words) -> str:
    told = [_voter(user_id, words), choice_in_words(ballot.choice, words), _moment(ballot.cast_at.timestamp())]
    if ballot.set_aside is not None:
        told.append(words(f"audit.aside.{ballot.set_aside}"))
    elif not ballot.counts(audit.now):
        told.append(words("audit.fresh", when=_moment(ballot.counts_from.timestamp())))
    return " · ".join(told)


def _log_lines(events: Sequence[BallotEvent], words: Words) -> Iterator[str | None]:
    if events:
        yield words("audit.log")
    for event in reversed(events):
        yield small(" · ".join([_moment(event.at.timestamp()), _voter(event.voter, words), _action(event, words)]))


def _action(event: BallotEvent, words: Words) -> str:
    if event.action in {Action.UP, Action.DOWN}:
        return words(f"card.verb.{event.action}")
    return words(f"audit.action.{event.action}")


def _voter(user_id: int, words: Words) -> str:
    """Return a mention; whoever asked to be forgotten has a negative number, which is nobody."""
    return f"<@{user_id}>" if user_id > 0 else words("audit.forgotten")


def _moment(timestamp: float) -> str:
    return f"<t:{int(timestamp)}:R>"
