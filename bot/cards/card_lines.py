"""A model's card in words, line by line in the order of PRODUCT, "Cards"; the layouts decide where each line stands.

Every hostile value goes through the pen with a limit in displayed characters, so that every line is bounded.
"""

import math
from collections.abc import Callable, Iterable, Sequence

from bot.cards.lab_names import lab_name
from bot.cards.pen import Pen
from bot.cards.safe_text import NAME_LIMIT, hub_page
from bot.domain.card import CardFacts, Relative
from bot.domain.licences import LicenceWarning
from bot.domain.model import Evaluation, Gating, Kind, LicenceClass, Source
from bot.domain.sizes import ParametersFrom, Precision
from bot.language.words import NO_COUNTRY, Words, flag

RELATIVE_LIMIT = 60
SUMMARY_LIMIT = 200
LICENCE_LIMIT = 40
PUBLISHER_LIMIT = 48
SHORT_LIMIT = 32
"""Tasks, libraries, benchmarks, makers of formats: longer ones are no names any more."""

PARENTS_SHOWN = 3
WARNINGS_SHOWN = 2
EVALUATIONS_SHOWN = 3
FORMATS_SHOWN = 4
MAKERS_SHOWN = 3
PATH_SHOWN = 4
CROSSINGS_SHOWN = 3

LARGEST_PLAIN_VALUE = 100_000
"""Evaluation values above this are written in powers of ten: no benchmark has them, hostile cards do."""

SEPARATOR = "\N{NO-BREAK SPACE}· "
"""The dot stays with what stands before it: no line begins with one."""

LICENCE_SIGNS = {
    LicenceClass.PERMISSIVE: "🟢",
    LicenceClass.COPYLEFT: "🟡",
    LicenceClass.CUSTOM: "🟡",
    LicenceClass.NON_COMMERCIAL: "🔴",
    LicenceClass.NONE: "⚪",
}
"""Seen before it is read; the class stands beside it in words, for whoever cannot tell the colours apart."""

WARNING_SIGN = "⚠️"

PRECISIONS = (Precision.FOUR_BIT, Precision.INT8, Precision.BF16)
"""From what runs on the smallest hardware to what runs on the largest."""


class CardLines:
    """Words one card in one language with one pen."""

    def __init__(self, card: CardFacts, words: Words, pen: Pen) -> None:
        self.card = card
        self.facts = card.facts
        self.words = words
        self.pen = pen

    def name(self) -> str:
        """Return the model's own name, linked to its page."""
        page = hub_page(self.facts.source, self.facts.repo_id)
        return self.pen.link(short_name(self.facts.repo_id), page, NAME_LIMIT) or self.words("card.unnamed")

    def name_in_bold(self) -> str:
        """Return the name where many stand below each other."""
        return self.pen.bold(self.name())

    def kind_alone(self) -> str:
        """Return the kind in one word."""
        return self.words(f"kind.{self.card.kind}")

    def kind(self) -> str:
        """Return how it came to be: "finetune of Qwen/Qwen3-8B"."""
        parents = self.card.family.parents
        if self.card.kind is Kind.ORIGINAL:
            return self.words("card.kind.original")
        if not parents:
            return self.words(f"card.kind-alone.{self.card.kind}")
        return self.words(f"card.kind.{self.card.kind}", parents=self.parents(PARENTS_SHOWN))

    def parents(self, shown: int) -> str:
        """Return the parents' names, linked, and how many more there are."""
        parents = self.card.family.parents
        names = [self.relative(parent) for parent in parents[:shown]]
        if len(parents) > shown:
            names.append(self.words.plural("card.more", len(parents) - shown))
        return self.words.list(names)

    def relative(self, relative: Relative) -> str:
        """Return another model's full name, linked."""
        address = hub_page(self.facts.source, relative.repo_id)
        return self.pen.link(relative.repo_id, address, RELATIVE_LIMIT) or self.words("card.unnamed")

    def origin(self) -> Sequence[str]:
        """Return how it came to be and who published it: on one line, unless it has many parents."""
        told = [line for line in (self.kind(), self.publisher()) if line]
        return told if len(self.card.family.parents) > 1 else [SEPARATOR.join(told)]

    def kind_reason(self) -> str | None:
        """Return why the kind is not the declared one; None where they agree."""
        declared = self.card.kind_details.get("declared")
        if not self.card.kind_reason or declared in {None, str(self.card.kind)}:
            return None
        return self.reason_in_words()

    def reason_in_words(self) -> str | None:
        """Return the reason for the kind, whatever was declared; None for a reason no catalogue knows."""
        key = f"kind.reason.{self.card.kind_reason}"
        if not self.words.has(key):
            return None
        return self.words(key, **{name: self._detail(name, value) for name, value in self.card.kind_details.items()})

    def _detail(self, name: str, value: str) -> str:
        if name == "declared" and value in set(Kind):
            return self.words(f"kind.{value}")
        return self.pen.text(value, RELATIVE_LIMIT)

    def publisher(self) -> str | None:
        """Return who published it: "by Qwen · China"; None where the record does not say."""
        name = self.publisher_name()
        return SEPARATOR.join(filter(None, (self.words("card.by", publisher=name), self.country()))) if name else None

    def publisher_name(self) -> str:
        """Return the lab's name, or else the hub account's; empty where the record has none."""
        name = lab_name(self.words, self.card.lab) if self.card.lab else self.facts.author
        return self.pen.bold(self.pen.text(name, PUBLISHER_LIMIT))

    def country(self) -> str:
        """Return a known lab's country with its flag; empty for anybody else."""
        return self.pen.text(self.words.country(self.card.lab.country), SHORT_LIMIT) if self.card.lab else ""

    def summary(self, limit: int = SUMMARY_LIMIT) -> str | None:
        """Return one plain sentence of what it is, from the model card."""
        return self.pen.text(self.facts.summary or "", limit) or None

    def size(self) -> str:
        """Return the size and the smallest hardware that runs it: what most members look for first."""
        parts = [self.parameters(), self._smallest_fit()]
        return SEPARATOR.join(filter(None, parts))

    def parameters(self) -> str:
        """Return the parameter count, with the active ones of a mixture of experts."""
        needs = self.card.requirements
        if needs.parameters is None:
            return self._size_unknown()
        total = self.pen.bold(self.words.parameters(needs.parameters))
        if self.card.kind is Kind.ADAPTER and needs.parameters_from is ParametersFrom.BASE:
            return self.words("card.with-base", total=total)
        if needs.active_parameters is None:
            return total
        return self.words("card.active", total=total, active=self.words.parameters(needs.active_parameters))

    def _size_unknown(self) -> str:
        """Return what is known all the same: that it needs its base, or how much of it is active."""
        active = self.card.requirements.active_parameters
        if self.card.kind is Kind.ADAPTER:
            return self.words("card.size-of-base")
        if active is None:
            return self.words("card.size-unknown")
        return self.words("card.active-only", active=self.pen.bold(self.words.parameters(active)))

    def _smallest_fit(self) -> str | None:
        needs = self.card.requirements
        for precision in PRECISIONS:
            if precision in needs.fits:
                gigabytes = self.pen.bold(f"{needs.fits[precision]} GB")
                return self.words("card.fits", gigabytes=gigabytes, precision=self.words(f"precision.{precision}"))
        smallest = next((precision for precision in PRECISIONS if precision in needs.memory), None)
        if smallest is None:
            return None
        memory = self.pen.bold(self.words.bytes(needs.memory[smallest]))
        return self.words("card.fits-nowhere", memory=memory, precision=self.words(f"precision.{smallest}"))

    def memory(self) -> str | None:
        """Return memory and fitting hardware for every precision; None where the size is unknown."""
        needs = self.card.requirements
        return SEPARATOR.join(self.memory_at(one) for one in PRECISIONS if one in needs.memory) or None

    def memory_at(self, precision: Precision) -> str:
        """Return memory and fitting hardware at one precision: "4-bit 5.6 GB → 8 GB"."""
        needs = self.card.requirements
        values = {
            "precision": self.words(f"precision.{precision}"),
            "memory": self.words.bytes(needs.memory[precision]),
        }
        if precision in needs.fits:
            return self.words("card.memory-fits", gigabytes=needs.fits[precision], **values)
        return self.words("card.memory", **values)

    def licence(self) -> str:
        """Return the licence and its class, with a sign to be seen before it is read."""
        in_words = self.words(f"licence-class.{self.card.licence_class}")
        name = self.licence_name()
        shown = [self.pen.bold(name), in_words] if name else [self.pen.bold(in_words)]
        return f"{self.licence_sign()} {SEPARATOR.join(shown)}"

    def licence_briefly(self) -> str:
        """Return the sign and the licence, for a line among many; where it claims more than it may, why."""
        if self.card.licence_warnings:
            return self._warning_briefly(self.card.licence_warnings[0])
        shown = self.licence_name() or self.words(f"licence-class.{self.card.licence_class}")
        return f"{self.licence_sign()}\N{NO-BREAK SPACE}{shown}"

    def _warning_briefly(self, warning: LicenceWarning) -> str:
        """Return a warning without links."""
        told = self._warned(warning, self.pen.text(short_name(warning.ancestor), SHORT_LIMIT), str)
        return f"{WARNING_SIGN}\N{NO-BREAK SPACE}{told}"

    def _warned(self, warning: LicenceWarning, ancestor: str, stressed: Callable[[str], str]) -> str:
        return self.words(
            "card.licence-warning",
            claimed=stressed(self.pen.text(warning.claimed, LICENCE_LIMIT)),
            ancestor=ancestor,
            allowed=stressed(self.pen.text(warning.allowed, LICENCE_LIMIT)),
            allowed_class=self.words(f"licence-class.{warning.allowed_class}"),
        )

    def licence_sign(self) -> str:
        """Return the sign of its class; of a warning where it claims more than it may."""
        return WARNING_SIGN if self.card.licence_warnings else LICENCE_SIGNS[self.card.licence_class]

    def licence_name(self) -> str:
        """Return the licence as declared, linked to its text where the record has one; empty if none is."""
        named = self.facts.licence_name if self.facts.licence == "other" else None
        name = named or self.facts.licence or ""
        if self.facts.licence_link and name:
            return self.pen.link(name, self.facts.licence_link, LICENCE_LIMIT)
        return self.pen.text(name, LICENCE_LIMIT)

    def warnings(self, shown: int = WARNINGS_SHOWN) -> Sequence[str]:
        """Return where the licence claims more than an ancestor allows."""
        return [
            f"{WARNING_SIGN} {self._warned(warning, self._ancestor(warning), self.pen.bold)}"
            for warning in self.card.licence_warnings[:shown]
        ]

    def _ancestor(self, warning: LicenceWarning) -> str:
        return self.pen.link(warning.ancestor, hub_page(self.facts.source, warning.ancestor), RELATIVE_LIMIT)

    def gating(self) -> str | None:
        """Return what must happen before the files may be fetched."""
        return None if self.facts.gating is Gating.OPEN else self.words(f"card.gated.{self.facts.gating}")

    def evaluations(self) -> str | None:
        """Return a few published results, and who reported them if it is one party for all."""
        results = [evaluation for evaluation in self.facts.evaluations if evaluation.benchmark.strip()]
        if not results:
            return None
        shown = SEPARATOR.join(self.evaluation(result) for result in results[:EVALUATIONS_SHOWN])
        more = len(results) - EVALUATIONS_SHOWN
        ending = [self.words.plural("card.more", more).replace(" ", "\N{NO-BREAK SPACE}")] if more > 0 else []
        return SEPARATOR.join([f"📊 {shown}", *ending])

    def evaluation(self, result: Evaluation) -> str:
        """Return one published result: "MMLU 74.2"."""
        return (
            f"{self.pen.text(result.benchmark, SHORT_LIMIT)}\N{NO-BREAK SPACE}{self.pen.bold(self.value(result.value))}"
        )

    def value(self, value: float) -> str:
        """Return an evaluation's value as its card states it, to three decimals."""
        if math.isfinite(value) and abs(value) < LARGEST_PLAIN_VALUE:
            return self.words.number(round(value, 3))
        return f"{value:.3g}"

    def path(self) -> str | None:
        """Return the way from the family's root to this model, where it crosses more than one step or border."""
        steps = self.card.family.path
        if not steps or (len(steps) == 1 and not self._crosses_a_border(steps[0])):
            return None
        shown = [self._step(step) for step in _ends(steps, PATH_SHOWN)]
        country = self.card.lab.country if self.card.lab else ""
        return " → ".join([f"🌱 {shown[0]}", *shown[1:], f"{flag(country)} {self.words('card.this-model')}".strip()])

    def _crosses_a_border(self, parent: Relative) -> bool:
        """Tell whether one step is worth a line of its own; quantisations are made everywhere of everything."""
        if self.card.kind is Kind.QUANTIZED or self.card.lab is None or parent.lab is None:
            return False
        countries = {self.card.lab.country, parent.lab.country}
        return len(countries) > 1 and NO_COUNTRY not in countries

    def _step(self, step: Relative | None) -> str:
        if step is None:
            return "…"
        sign = flag(step.lab.country) if step.lab else ""
        name = self.pen.text(short_name(step.repo_id), RELATIVE_LIMIT) or self.words("card.unnamed")
        return f"{sign} {name}".strip()

    def derivatives(self) -> str | None:
        """Return how many models were made from it, by kind."""
        counts = self.card.family.derivatives
        told = [self.words.plural(f"card.derivatives.{kind}", counts[kind]) for kind in Kind if counts.get(kind, 0) > 0]
        return f"🧬 {SEPARATOR.join(told)}" if told else None

    def formats(self) -> str | None:
        """Return the quantised formats at hand and who made them: "GGUF by bartowski, unsloth"."""
        told = [self._format(name, makers) for name, makers in list(self.card.family.formats.items())[:FORMATS_SHOWN]]
        return f"📦 {SEPARATOR.join(told)}" if told else None

    def _format(self, name: str, makers: Sequence[str]) -> str:
        shown = [self.pen.text(maker, SHORT_LIMIT) for maker in makers[:MAKERS_SHOWN]]
        if len(makers) > MAKERS_SHOWN:
            shown.append(self.words.plural("card.more", len(makers) - MAKERS_SHOWN))
        label = self.pen.bold(self.pen.text(name, SHORT_LIMIT))
        return self.words("card.format-by", format=label, makers=self.words.enumeration(shown)) if shown else label

    def crossed(self, shown: int = CROSSINGS_SHOWN) -> str | None:
        """Return the thresholds that brought the card here."""
        told = [line for entry in self.card.crossed if (line := self._crossing(*entry.partition(":")[::2]))]
        return f"📈 {SEPARATOR.join(told[:shown])}" if told else None

    def _crossing(self, metric: str, threshold: str) -> str | None:
        if metric not in {"likes", "downloads", "trending"} or not _is_number(threshold):
            return None
        return self.words(f"card.crossed.{metric}", threshold=self.words.number(float(threshold)))

    def traits(self) -> str | None:
        """Return what it does, with what, and how much it reads at once."""
        facts = self.facts
        formats = self._own_formats()
        library = self.pen.text(facts.library or "", SHORT_LIMIT)
        known = {name.casefold() for name in formats}
        parts = [self.task(), "" if library.casefold() in known else library, *formats]
        if facts.context_length:
            parts.append(self.words("card.context", tokens=self.context_length(facts.context_length)))
        return _joined(parts)

    def task(self) -> str:
        """Return the Hub's task in the reader's words; a task no catalogue knows as the Hub spells it."""
        task = self.facts.task or ""
        key = f"task.{task}"
        return self.words(key) if self.words.has(key) else self.pen.text(task, SHORT_LIMIT)

    def context_length(self, tokens: int) -> str:
        """Return tokens as builders say them: 131072 is 128K."""
        binary, rest = divmod(tokens, 1024)
        return self.words.parameters(tokens) if rest or binary < 1 else f"{self.words.number(binary)}K"

    def _own_formats(self) -> list[str]:
        return [self.pen.text(name, SHORT_LIMIT) for name in self.card.requirements.formats[:FORMATS_SHOWN]]

    def numbers(self) -> str | None:
        """Return likes, downloads and the release's moment."""
        facts = self.facts
        parts = [
            f"♥ {self.words.compact(facts.likes)}" if facts.likes is not None else "",
            f"↓ {self.words.compact(facts.downloads)}" if facts.downloads is not None else "",
            self.released(),
        ]
        return _joined(parts)

    def released(self) -> str:
        """Return when it became public, in the medium's own way; empty where nobody knows."""
        moment = self.card.released_at
        if moment is None:
            return ""
        return self.words("card.released", when=self.pen.moment(int(moment.timestamp()), self.words.date(moment)))


def short_name(repo_id: str) -> str:
    """Return the part of a repository id after the publisher."""
    return repo_id.strip().rstrip("/").rpartition("/")[2]


def hub_name(source: Source) -> str:
    """Return the hub's own name: the same in every language."""
    return {Source.HUGGING_FACE: "Hugging Face", Source.MODELSCOPE: "ModelScope"}[source]


def _joined(parts: Iterable[str]) -> str | None:
    return SEPARATOR.join(filter(None, parts)) or None


def _ends(steps: Sequence[Relative], shown: int) -> Sequence[Relative | None]:
    """Return at most `shown` steps: the root and the last ones, with None for what is left out between."""
    return steps if len(steps) <= shown else [steps[0], None, *steps[-(shown - 2) :]]


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
