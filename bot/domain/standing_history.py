"""A model's places over the weeks that a server published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.standings import Standing
from bot.domain.windows import Week


@dataclass(frozen=True, slots=True)
class StandingHistory:
    """What became of a model: the oldest week first, None for a published week in which it had no rank."""

    model_id: int
    repo_id: str
    """Hostile."""
    weeks: tuple[tuple[Week, Standing | None], ...]

    @property
    def ranked(self) -> Sequence[Standing]:
        """Its places in the weeks in which it had one."""
        return [place for _, place in self.weeks if place is not None]


def weeks_of(published: Sequence[Week], places: Mapping[Week, Standing]) -> tuple[tuple[Week, Standing | None], ...]:
    """Put a model's places beside the published weeks, from the first in which it was ranked."""
    ranked = {week: place for week, place in places.items() if place.rank}
    since = min(ranked, default=None)
    return tuple((week, ranked.get(week)) for week in sorted(published) if since is not None and week >= since)
