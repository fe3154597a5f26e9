"""Three ways to begin, offered by /setup. Names and descriptions: catalogue keys `preset.<key>.name/.description`."""

from dataclasses import dataclass

from bot.domain.model import Kind
from bot.domain.watches import ANY_LAB, Pace, WatchFilter


@dataclass(frozen=True, slots=True)
class PresetWatch:
    """One watch of a preset; its name is the text of the catalogue key `preset.watch.<key>`."""

    key: str
    filter: WatchFilter
    pace: Pace


@dataclass(frozen=True, slots=True)
class Preset:
    """A ready-made set of watches for one channel."""

    key: str
    watches: tuple[PresetWatch, ...]


LIKES_OF_LIKED = 10
"""Of the models that appeared on the real trending list in the second half of April 2026, about two derivatives a day
and one original by no known lab had ten likes two weeks later: a digest of a few lines. At five it doubles, at 25 it
is one every other day."""

LIKES_OF_BEST = 200
"""Reached by one new model every other day (same list), and crossed by one older model every other day (20 trending
snapshots over four days): five to eight lines a week. At 500 it is one or two, at 100 a dozen."""

LAB_RELEASES = PresetWatch(
    "labs", WatchFilter(labs=frozenset({ANY_LAB}), kinds=frozenset({Kind.ORIGINAL, Kind.FINETUNE})), Pace.INSTANT
)
"""About two a day that anybody takes notice of (1.7 on that list), and the labs' smaller ones; burst limits turn a
lab's series into a digest. Official quantisations fold into their base's card."""

LIKED_MODELS = PresetWatch(
    "liked", WatchFilter(kinds=frozenset(set(Kind) - {Kind.QUANTIZED}), min_likes=LIKES_OF_LIKED), Pace.DAILY
)

BEST_OF_THE_WEEK = PresetWatch("best", WatchFilter(min_likes=LIKES_OF_BEST), Pace.WEEKLY)

PRESETS: tuple[Preset, ...] = (
    Preset("labs", (LAB_RELEASES,)),
    Preset("builders", (LAB_RELEASES, LIKED_MODELS)),
    Preset("quiet", (BEST_OF_THE_WEEK,)),
)
