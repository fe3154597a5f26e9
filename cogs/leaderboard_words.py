"""How `/leaderboard` puts a place and a schedule into words."""

from discord.utils import format_dt

from bot.cards.card_lines import NAME_LIMIT, SEPARATOR
from bot.cards.layout import small
from bot.cards.leaderboard_lines import about_everywhere, counted_when, standings_title, week_name
from bot.cards.safe_text import safe
from bot.domain.leaderboard import Schedule, WaitingPost
from bot.domain.moments import zone_named
from bot.domain.server import UNSET_TIMEZONE
from bot.domain.standing_code import StandingQuery
from bot.domain.standings import FEWEST_VOTERS, WhatWouldChange
from bot.domain.windows import Week
from bot.language.timezones import shown_zone
from bot.language.words import Words
from bot.workflows.read_leaderboard import Explained
from bot.workflows.schedule_leaderboard import SHOWN_MOMENTS
from cogs.channel_lines import why_refused
from cogs.server_settings import WEEKDAYS


def explained(found: Explained, query: StandingQuery, words: Words) -> list[str | None]:
    """Return one sentence with the numbers, what would change them, and what they are of.

    Nothing that is done in a server that takes no part would change a standing everywhere.
    """
    change = _change(found.change, words) if found.change is not None and found.takes_part else None
    aside = words.plural("explain.aside", found.aside) if found.aside else None
    everywhere = about_everywhere(query, words, takes_part=found.takes_part)
    return [_sentence(found, words), change, aside, *map(small, [_about(found, query, words), *everywhere])]


def _about(found: Explained, query: StandingQuery, words: Words) -> str:
    if found.week is not None:
        return week_name(found.week, words)
    title = standings_title(query, words)
    return SEPARATOR.join((title, counted_when(found.counted_at, words))) if query.everywhere else title


def _sentence(found: Explained, words: Words) -> str:
    name, one = safe(found.repo_id, NAME_LIMIT), found.standing
    if found.is_left_out:
        return words("explain.left-out", model=name)
    if one is None:
        return words("explain.no-votes-then" if found.week else "explain.no-votes", model=name)
    votes, fewest = words.plural("leaderboard.votes", round(one.voters)), words.number(FEWEST_VOTERS)
    if one.rank == 0:
        return words("explain.too-early", model=name, votes=votes, up=words.number(round(one.up)), fewest=fewest)
    return words(
        "explain.ranked",
        model=name,
        rank=words.number(one.rank),
        of=words.number(found.ranked),
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
    return words.sentences(told) or None


def _about_zone(zone: str, words: Words) -> tuple[str | None, ...]:
    """Return that times are UTC's: where nobody chose otherwise, or a zone that this machine's calendar lacks."""
    if zone_named(zone) is None:
        return (small(words("schedule.zone-unknown", timezone=safe(zone, NAME_LIMIT))),)
    return (small(words("schedule.zone-utc")),) if zone == UNSET_TIMEZONE else ()


def held_up_line(waiting: WaitingPost, words: Words) -> str:
    """Return which week's post its channel refuses, why, and until when it can still come."""
    return words(
        "schedule.held-up",
        week=str(waiting.week),
        channel=f"<#{waiting.channel_id}>",
        reason=why_refused(waiting.refused or "", words),
        until=format_dt(waiting.until, "F"),
    )


def schedule_lines(
    schedule: Schedule, words: Words, passed_over: Week | None = None, *, zone_given: bool = False
) -> tuple[str | None, ...]:
    """Return where and when a server's post appears, and its next moments as every reader's own clock shows them.

    Whoever has just given a timezone is not told how.
    """
    return (
        words("schedule.channel", channel=f"<#{schedule.channel_id}>"),
        words(
            "schedule.when",
            day=words(f"choice.{WEEKDAYS[schedule.weekday]}"),
            time=f"{schedule.hour:02}:{schedule.minute:02}",
            timezone=shown_zone(words, schedule.zone),
        ),
        *(() if zone_given else _about_zone(schedule.zone, words)),
        words("schedule.quiet-posted" if schedule.quiet_weeks else "schedule.quiet-silent"),
        next_moments(schedule, words),
        words("schedule.passed-over", week=str(passed_over)) if passed_over else None,
    )


def next_moments(schedule: Schedule, words: Words) -> str:
    """Return when the next posts come."""
    moments = (f"<t:{int(moment.timestamp())}:F>" for moment in schedule.coming(SHOWN_MOMENTS))
    return "\n".join((words("schedule.next"), *(f"- {moment}" for moment in moments)))
