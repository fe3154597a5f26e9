"""Three ways to begin, offered by /setup. Names and descriptions: catalogue keys `preset.<key>.name/.description`."""

from dataclasses import dataclass

from bot.domain.model import Kind, LicenceClass
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


LAB_RELEASES = PresetWatch(
    "labs", WatchFilter(labs=frozenset({ANY_LAB}), kinds=frozenset({Kind.ORIGINAL, Kind.FINETUNE})), Pace.INSTANT
)

PRESETS: tuple[Preset, ...] = (
    Preset("labs", (LAB_RELEASES,)),
    Preset(
        "builders",
        (
            LAB_RELEASES,
            PresetWatch(
                "derivatives",
                WatchFilter(
                    kinds=frozenset({Kind.FINETUNE, Kind.MERGE, Kind.ADAPTER}),
                    licence_classes=frozenset(set(LicenceClass) - {LicenceClass.NON_COMMERCIAL}),
                    min_likes=25,
                ),
                Pace.DAILY,
            ),
        ),
    ),
    Preset("quiet", (PresetWatch("best", WatchFilter(min_likes=500), Pace.WEEKLY),)),
)
