"""How `/leaderboard` puts a place and a schedule into words."""

from bot.cards.card_lines import NAME_LIMIT, SEPARATOR
from bot.cards.layout import small
from bot.cards.leaderboard_lines import counted_when, standings_title
from bot.cards.safe_text import safe
from bot.domain.leaderboard import Schedule
from bot.domain.standing_code import StandingQuery
from bot.domain.standings import WhatWouldChange
from bot.language.timezones import shown_zone
from bot.language.words import Words
from bot.workflows.read_leaderboard import Explained
from bot.workflows.schedule_leaderboard import SHOWN_MOMENTS
from cogs.server_settings import WEEKDAYS


def explained(found: Explained, query: StandingQuery, words: Words) -> list[str | None]:
    """Return one sentence with the numbers, what would change them, and what they are of."""
    title = standings_title(query, words)
    about = SEPARATOR.join((title, counted_when(found.standings.window.end, words))) if query.everywhere else title
    aside = words.plural("explain.aside", found.aside) if found.aside else None
    return [_sentence(found, words), _change(found.change, words), aside, small(about)]


def _sentence(found: Explained, words: Words) -> str:
    name, one = safe(found.repo_id, NAME_LIMIT), found.standing
    if one is None:
        return words("explain.no-votes", model=name)
    votes = words.plural("leaderboard.votes", round(one.voters))
    if one.rank == 0:
        return words("explain.too-early", model=name, votes=votes, up=words.number(round(one.up)))
    return words(
        "explain.ranked",
        model=name,
        rank=words.number(one.rank),
        of=words.number(len(found.standings.ranked)),
        up=words.number(round(one.up)),
        votes=votes,
        low=words.percent(one.low),
        high=words.percent(one.high),
    )


def _change(change: WhatWouldChange, words: Words) -> str | None:
    if change.voters_missing:
        return words.plural("explain.missing", change.voters_missing)
    told = [
        words.plural("explain.rise", change.ups_to_rise) if change.ups_to_rise else "",
        words.plural("explain.fall", change.downs_to_fall) if change.downs_to_fall else "",
    ]
    return " ".join(filter(None, told)) or None


def schedule_lines(schedule: Schedule, words: Words) -> tuple[str, ...]:
    """Return where and when a server's post appears, and its next moments as every reader's own clock shows them."""
    moments = (f"<t:{int(moment.timestamp())}:F>" for moment in schedule.coming(SHOWN_MOMENTS))
    return (
        words("schedule.channel", channel=f"<#{schedule.channel_id}>"),
        words(
            "schedule.when",
            day=words(f"choice.{WEEKDAYS[schedule.weekday]}"),
            time=f"{schedule.hour:02}:{schedule.minute:02}",
            timezone=shown_zone(words, schedule.zone),
        ),
        words("schedule.quiet-posted" if schedule.quiet_weeks else "schedule.quiet-silent"),
        "\n".join((words("schedule.next"), *(f"- {moment}" for moment in moments))),
    )
