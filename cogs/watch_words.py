"""A watch and its filter, in words that a moderator reads."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from bot.cards.lab_names import lab_name
from bot.cards.safe_text import safe
from bot.domain.labs import LabBook
from bot.domain.model import Kind, LicenceClass
from bot.domain.watches import ANY_LAB, Condition, PausedBecause, Watch, WatchFilter, WatchState
from bot.language.words import Words

NAME_SHOWN = 60
VALUE_SHOWN = 60
VALUES_SHOWN = 8
"""Characters of a name or a value, and values of one condition, that a description repeats."""


class WatchWords:
    """Describes watches in one language; `bases` names the models that filters ask derivatives of.

    `clean` makes hostile values harmless: `safe` for what is displayed, `plain` for what is stored.
    """

    def __init__(
        self, words: Words, labs: LabBook, bases: Mapping[int, str], clean: Callable[[str, int], str] = safe
    ) -> None:
        self._words = words
        self._clean = clean
        self._labs = labs
        self._bases = bases

    def line(self, watch: Watch) -> str:
        """Return a watch as one entry of a list: what it is called, where it posts, how fast, what it lets through."""
        return self._words(
            "watch.line",
            id=watch.id,
            name=safe(watch.name, NAME_SHOWN),
            channel=self.channel(watch),
            pace=self._words(f"choice.{watch.pace}"),
            state=self.state(watch),
            filter=self.filter(watch.filter),
        )

    def channel(self, watch: Watch) -> str:
        """Return where a watch posts; Discord would show a deleted channel as a number."""
        is_gone = watch.paused_reason == PausedBecause.CHANNEL_GONE
        return self._words("watch.no-channel") if is_gone else f"<#{watch.channel_id}>"

    def state(self, watch: Watch) -> str:
        """Return whether a watch is at work, and why not."""
        if watch.state is WatchState.ACTIVE:
            return self._words("watch.active")
        reason = f"watch.paused.{watch.paused_reason}"
        return self._words(reason if self._words.has(reason) else "watch.paused.channel-refused")

    def filter(self, asked: WatchFilter) -> str:
        """Return all conditions on one line, or that there are none."""
        conditions = [
            self._words("watch.condition", name=self._words(f"condition.{condition}"), value=value)
            for condition, value in self._values(asked)
        ]
        return " · ".join(conditions) or self._words("watch.everything")

    def name_for(self, asked: WatchFilter) -> str:
        """Return a name for a watch that was given none: its values, the telling ones first.

        A number says what it counts, and an excluded word that it is excluded.
        """
        values = [
            self._words(f"watch.name.{condition}", value=value) if self._words.has(f"watch.name.{condition}") else value
            for condition, value in sorted(self._values(asked), key=lambda one: one[0] is Condition.EXCLUDED_KEYWORDS)
        ]
        return self._words("watch.separator").join(values[:3]) or self._words("watch.everything")

    def _values(self, asked: WatchFilter) -> Sequence[tuple[Condition, str]]:
        words = self._words
        found: list[tuple[Condition, str]] = [
            *self._lists(asked),
            (Condition.PARAMETERS, self._sizes(asked)),
            (Condition.LIKES, _at_least(words, asked.min_likes)),
            (Condition.DOWNLOADS, _at_least(words, asked.min_downloads)),
            (Condition.TRENDING, _at_least(words, asked.min_trending)),
        ]
        return [(condition, value) for condition, value in found if value]

    def _lists(self, asked: WatchFilter) -> Iterable[tuple[Condition, str]]:
        words = self._words
        return (
            (Condition.AUTHORS, self._listed(asked.authors, str)),
            (Condition.LABS, self._listed(asked.labs, self._lab)),
            (Condition.COUNTRIES, self._listed(asked.countries, words.country)),
            (Condition.KINDS, self._chosen(Kind, asked.kinds, "kind")),
            (
                Condition.DESCENDS_FROM,
                self._listed(asked.descends_from, lambda base: self._bases.get(base, f"#{base}")),
            ),
            (Condition.TASKS, self._listed(asked.tasks, lambda task: task_name(words, task))),
            (Condition.LIBRARIES, self._listed(asked.libraries, str)),
            (Condition.LICENCE_CLASSES, self._chosen(LicenceClass, asked.licence_classes, "licence-class")),
            (Condition.LANGUAGES, self._listed(asked.languages, words.language_name)),
            (Condition.KEYWORDS, self._listed(asked.keywords, str)),
            (Condition.EXCLUDED_KEYWORDS, self._listed(asked.excluded_keywords, str)),
        )

    def _listed(self, values: frozenset[Any], name: Callable[[Any], str]) -> str:
        """Return the names of values by the alphabet."""
        return self._joined(sorted(self._clean(name(value), VALUE_SHOWN) for value in values))

    def _chosen(self, choices: type[StrEnum], values: frozenset[Any], key: str) -> str:
        """Return the names of choices in the order in which every list offers them, the same in each language."""
        return self._joined([self._words(f"{key}.{one}") for one in choices if one in values])

    def _joined(self, names: Sequence[str]) -> str:
        left = len(names) - VALUES_SHOWN
        shown = [*names[:VALUES_SHOWN], *([self._words.plural("watch.more-values", left)] if left > 0 else [])]
        return self._words("watch.separator").join(shown)

    def _lab(self, key: str) -> str:
        if key == ANY_LAB:
            return self._words("watch.any-lab")
        lab = self._labs.named(key)
        return lab_name(self._words, lab) if lab else key

    def _sizes(self, asked: WatchFilter) -> str:
        low, high = asked.min_parameters, asked.max_parameters
        if low is None and high is None:
            return ""
        if low is None or high is None:
            key = "watch.size-at-most" if low is None else "watch.size-at-least"
            return self._words(key, size=self._words.parameters(low if low is not None else high or 0))
        return self._words("watch.size-between", low=self._words.parameters(low), high=self._words.parameters(high))


def task_name(words: Words, task: str) -> str:
    """Return a hub task in the reader's language; one without a translation is shown as the hub spells it."""
    key = f"task.{task}"
    return words(key) if words.has(key) else task


def _at_least(words: Words, bound: float | None) -> str:
    return "" if bound is None else f"≥ {words.number(bound)}"
