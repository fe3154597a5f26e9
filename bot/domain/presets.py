"""Three ways to begin, offered by /setup. Catalogue keys: `choice.<key>` for names, `preset.<key>.description`."""

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
"""Of the models that the real trending list of 4 May 2026 shows from the two weeks before, 1.9 derivatives a day and
0.6 originals by no known lab have ten likes: a digest of a few lines. At 25 likes it is one line every other day."""

LIKES_OF_BEST = 200
"""On the same list 0.6 new models a day have 200 likes (0.8 have 100, 0.1 have 500), and in 20 trending snapshots
over four days older models crossed it twice (100: ten times): about seven lines a week."""

LAB_RELEASES = PresetWatch("labs", WatchFilter(labs=frozenset({ANY_LAB})), Pace.INSTANT)
"""Everything that labs bring out themselves: 1.9 a day on that list, and the smaller releases that do not trend.

No kind is named, so that a lab's own quantisations fold into the card of their base and are posted only where the base
was not (`bot.domain.folding`; 0.6 a day on that list, most of them formats of older models): some official releases
are nothing else. Burst limits turn a lab's series into a digest."""

LIKED_MODELS = PresetWatch(
    "liked", WatchFilter(kinds=frozenset(set(Kind) - {Kind.QUANTIZED}), min_likes=LIKES_OF_LIKED), Pace.DAILY
)

BEST_OF_THE_WEEK = PresetWatch("best", WatchFilter(min_likes=LIKES_OF_BEST), Pace.WEEKLY)

PRESETS: tuple[Preset, ...] = (
    Preset("labs", (LAB_RELEASES,)),
    Preset("builders", (LAB_RELEASES, LIKED_MODELS)),
    Preset("quiet", (BEST_OF_THE_WEEK,)),
)
