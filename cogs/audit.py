"""`/audit`: moderators see how a model's votes came about, and decide whose count. Bans decide by themselves."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

import discord
import structlog
from discord import app_commands
from discord.ext import commands
from discord.utils import format_dt

from bot.cards.ago import ago
from bot.cards.answers import page_buttons
from bot.cards.button_ids import AUDIT_PAGE, audit_page_id
from bot.cards.card_lines import NAME_LIMIT
from bot.cards.community_lines import CommunityLines
from bot.cards.layout import Accent, block, message, small
from bot.cards.pen import MarkdownPen
from bot.cards.safe_text import safe
from bot.domain.community import CommunityFacts
from bot.domain.errors import Refusal
from bot.domain.votes import Action, Ballot, BallotEvent
from bot.language.words import Language, Words
from bot.workflows.audit_ballots import Audit, AuditBallots
from bot.workflows.find_suggestions import FindSuggestions
from bot.workflows.look_up_model import LookUpModel
from cogs.answering import Answer, How, Interaction, answering, refuse_members
from cogs.buttons import Press
from cogs.suggestions import suggests_models
from cogs.vote_words import choice_in_words

BALLOTS_LIMIT = 2600
LOG_LIMIT = 1300
"""Together under Discord's 4,000 characters: a line takes about 100."""

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
        self.report = audit.report

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
            model_id = await self._look_up(model)
            done: Sequence[str] = ()
            if member is not None and decision is not None:
                done = await self._decide(answer, member.id, decision)
            await show(answer, await self.report(answer.guild_id, model_id), done)

    async def _decide(self, answer: Answer, user_id: int, decision: str) -> Sequence[str]:
        words, by, whose = answer.words, answer.interaction.user.id, f"<@{user_id}>"
        if decision == "set-aside":
            ballots = await self._audit.set_aside(answer.guild_id, user_id, by=by)
            return [words.plural("audit.set-aside", ballots, member=whose)]
        let_in = await self._audit.let_in(answer.guild_id, user_id, by=by)
        others = [words.plural("audit.let-in-batch", ballots, batch=batch) for batch, ballots in let_in.batches.items()]
        return [words.plural("audit.let-in", let_in.ballots, member=whose), *others]

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


class AuditPage(Press[Auditing], template=AUDIT_PAGE):
    """Turns the pages of `/audit`: of the ballots, or of the log."""

    cog: ClassVar[str] = Auditing.__cog_name__
    how: ClassVar[How] = How.IN_PLACE
    moderators: ClassVar[bool] = True

    async def pressed(self, answer: Answer, cog: Auditing) -> None:
        """Show the pages in place."""
        pages = {"page": self.number("page"), "log_page": self.number("log_page")}
        await show(answer, await cog.report(answer.guild_id, self.number("model_id"), **pages))


async def show(answer: Answer, audit: Audit, done: Sequence[str] = ()) -> None:
    """Show the tally, a page of the ballots and one of the log, below what was just done."""
    words, model_id = answer.words, audit.model.id
    turns = page_buttons(words, audit.page, audit.pages, lambda page: audit_page_id(model_id, page, audit.log_page))
    log_turns = page_buttons(
        words, audit.log_page, audit.log_pages, lambda page: audit_page_id(model_id, audit.page, page)
    )
    await answer.show(
        message(
            Accent.PLAIN,
            block([*done, *_head_lines(audit, words), *_ballot_lines(audit, words)], BALLOTS_LIMIT),
            turns,
            block(_log_lines(audit, words), LOG_LIMIT),
            log_turns,
        )
    )


def _head_lines(audit: Audit, words: Words) -> Iterator[str | None]:
    yield words("audit.title", model=safe(audit.model.facts.repo_id, NAME_LIMIT))
    yield CommunityLines(CommunityFacts(tally=audit.tally), words, MarkdownPen()).votes() or words("vote.no-votes")


def _ballot_lines(audit: Audit, words: Words) -> Iterator[str | None]:
    """Word a page of the ballots; mentions in a private answer ping nobody."""
    yield words.plural("audit.ballots", audit.total)
    for key, ballot in audit.ballots.items():
        yield _ballot(key.user_id, ballot, audit, words)
    yield _page(audit.page, audit.pages, words)


def _ballot(user_id: int, ballot: Ballot, audit: Audit, words: Words) -> str:
    told = [_voter(user_id, words), choice_in_words(ballot.choice, words), ago(ballot.cast_at.timestamp())]
    if ballot.set_aside is not None:
        told.append(words(f"audit.aside.{ballot.set_aside}"))
    elif not ballot.counts(audit.now):
        told.append(words("audit.fresh", when=format_dt(ballot.counts_from, "R")))
    return " · ".join(told)


def _log_lines(audit: Audit, words: Words) -> Iterator[str | None]:
    if audit.events:
        yield words("audit.log")
    for event in audit.events:
        yield small(" · ".join([ago(event.at.timestamp()), _voter(event.voter, words), _action(event, words)]))
    yield _page(audit.log_page, audit.log_pages, words)


def _page(page: int, pages: int, words: Words) -> str | None:
    return small(words("page.of", page=words.number(page + 1), pages=words.number(pages))) if pages > 1 else None


def _action(event: BallotEvent, words: Words) -> str:
    if event.action in {Action.UP, Action.DOWN}:
        return words(f"card.verb.{event.action}")
    return words(f"audit.action.{event.action}")


def _voter(user_id: int, words: Words) -> str:
    """Return a mention; whoever asked to be forgotten has a negative number, which is nobody."""
    return f"<@{user_id}>" if user_id > 0 else words("audit.forgotten")
