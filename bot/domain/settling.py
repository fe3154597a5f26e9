"""When a model has settled, and when one that has not is looked at again.

About half of the newest feed are repositories without files (HUB.md, "Listed before the files are there"); most
fill up within the hour, some within days, some never.
"""

from datetime import datetime, timedelta

from bot.domain.model import HubModel

FIRST_LOOKS = (timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=40), timedelta(minutes=60))
"""Moments after the first sight. An upload takes ten minutes to an hour (HUB.md, point 2): a member should see the
model soon after it is complete, and four look-ups an hour for each of about 60 empty repositories stay within
a tenth of the anonymous request budget."""

LATER_LOOKS_EVERY = timedelta(hours=4)
"""After the first hour it is a large upload, or a repository made ahead of a release: nobody waits by the minute."""

LAST_LOOKS_EVERY = timedelta(days=1)
"""After the first day. Thousands of placeholders wait at any time: every four hours would take half of the budget."""

GIVEN_UP_AFTER = timedelta(days=7)
"""What is empty for a week is a placeholder or spam. A later record that shows files brings it back."""


def is_settled(facts: HubModel) -> bool:
    """Tell whether a model can be judged and posted: it has files and a card, as far as its record says.

    `None` means that the record does not say (a light listing): then nothing speaks against it.
    """
    return facts.has_files is not False and facts.has_card is not False


def next_look(first_seen_at: datetime, looks: int, now: datetime) -> datetime | None:
    """Return when to look again after `looks` fruitless looks, always after `now`; None: give up.

    Looks that were missed (Rootstock was down) are skipped, not caught up on: one look tells as much as four.
    """
    given_up_at = first_seen_at + GIVEN_UP_AFTER
    for moment in (first_seen_at + delay for delay in FIRST_LOOKS[max(looks, 0) :]):
        if moment > now:
            return moment
    later = max(now - first_seen_at, FIRST_LOOKS[-1])
    every = LATER_LOOKS_EVERY if later < LAST_LOOKS_EVERY else LAST_LOOKS_EVERY
    moment = first_seen_at + (later // every + 1) * every
    return moment if moment < given_up_at else None
