"""What a member reads after a vote, and what they can press there."""

from collections.abc import Sequence
from datetime import datetime

import discord
from discord import ButtonStyle, SelectOption

from bot.cards.button_ids import VOTE_LINK, verb_id, withdraw_id
from bot.cards.card_lines import NAME_LIMIT
from bot.cards.community_lines import CommunityLines
from bot.cards.layout import button, row
from bot.cards.pen import MarkdownPen
from bot.cards.safe_text import safe
from bot.cards.verbs import Verb
from bot.domain.community import CommunityFacts
from bot.domain.plain_text import plain
from bot.domain.votes import AsideBecause, Ballot, Choice
from bot.language.words import Words
from bot.workflows.cast_vote import Voted
from cogs.answering import CHOICE_LENGTH, Row

VERBS = {Choice.UP: Verb.UP, Choice.DOWN: Verb.DOWN}


def choice_in_words(choice: Choice, words: Words) -> str:
    """Return a choice as its button says it."""
    return words(f"card.verb.{choice}")


def voted_lines(voted: Voted, words: Words) -> list[str | None]:
    """Return what changed and how it stands now."""
    return [_change(voted, words), *_standing(voted, words)]


def changed_lines(voted: Voted, words: Words) -> list[str | None]:
    """Return what changed, for a card that shows by itself how it stands."""
    return [_change(voted, words), _why_mine_waits(voted, words)]


def standing_lines(voted: Voted, words: Words) -> list[str | None]:
    """Return how it stands, for somebody who may vote now."""
    return [
        words("vote.ask", model=_name(voted)) if voted.ballot is None else _change(voted, words),
        *_standing(voted, words),
    ]


def _change(voted: Voted, words: Words) -> str:
    name = _name(voted)
    if voted.ballot is None:
        return words("vote.withdrawn" if voted.before else "vote.none", model=name)
    choice = choice_in_words(voted.ballot.choice, words)
    if voted.before is None:
        return words("vote.cast", model=name, choice=choice)
    if voted.before is voted.ballot.choice:
        return words("vote.same", model=name, choice=choice)
    return words("vote.changed", model=name, choice=choice)


def _standing(voted: Voted, words: Words) -> Sequence[str | None]:
    votes = CommunityLines(CommunityFacts(tally=voted.tally), words, MarkdownPen()).votes()
    return [votes or words("vote.no-votes"), _why_mine_waits(voted, words)]


def _why_mine_waits(voted: Voted, words: Words) -> str | None:
    return why_it_waits(voted.ballot, voted.now, words) if voted.ballot else None


def why_it_waits(ballot: Ballot, now: datetime, words: Words) -> str | None:
    """Return why a ballot is not in the tally, and until when; None for one that is."""
    if ballot.counts(now):
        return None
    match ballot.set_aside:
        case AsideBecause.MODERATOR:
            return words("vote.set-aside")
        case AsideBecause.BANNED:
            return words("vote.banned")
        case AsideBecause.BURST | AsideBecause.BLOC:
            return words("vote.found")
        case None:
            return words("vote.fresh", when=f"<t:{int(ballot.counts_from.timestamp())}:R>")


def _name(voted: Voted) -> str:
    return safe(voted.repo_id, NAME_LIMIT)


def vote_rows(voted: Voted, words: Words) -> Sequence[Row | None]:
    """Return the buttons to vote, to change and to withdraw; the one that holds is marked."""
    mine = voted.ballot.choice if voted.ballot else None
    votes = [
        button(
            choice_in_words(choice, words),
            verb_id(VERBS[choice], voted.model_id),
            ButtonStyle.success if choice is mine else ButtonStyle.secondary,
        )
        for choice in Choice
    ]
    withdraw = button(words("vote.button.withdraw"), withdraw_id(voted.model_id)) if mine else None
    return [row(*votes, withdraw)]


def linked_menu(names: Sequence[str], words: Words) -> Row | None:
    """Return a menu of the models that a message links to; None where Discord would take none of them."""
    options = [
        SelectOption(label=plain(name, CHOICE_LENGTH), value=name) for name in names if len(name) <= CHOICE_LENGTH
    ]
    if not options:
        return None
    menu = discord.ui.Select[discord.ui.LayoutView](
        custom_id=VOTE_LINK, placeholder=words("vote.which"), options=options
    )
    return discord.ui.ActionRow[discord.ui.LayoutView](menu)
