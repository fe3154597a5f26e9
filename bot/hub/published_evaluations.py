"""Published evaluation results: the Hub's own entries (`evalResults`) and the older `model-index` of a card."""

from collections.abc import Iterator

from bot.domain.model import Evaluation
from bot.hub.record_fields import Record, first, number_of, object_of, objects_in, text_of

MOST_EVALUATIONS = 10
"""A card shows three; embedding models publish hundreds."""

SELF_REPORTED = "self-reported"

_NAME_LENGTH = 80
_MOST_READ = 200


def published_evaluations(record: Record, card: Record) -> tuple[Evaluation, ...]:
    """Return the first results that say what was measured and a finite value, the Hub's own entries first."""
    found: dict[tuple[str, str], Evaluation] = {}
    for evaluation in _all_evaluations(record, card):
        found.setdefault((evaluation.benchmark.casefold(), evaluation.metric.casefold()), evaluation)
        if len(found) >= MOST_EVALUATIONS:
            break
    return tuple(found.values())


def _all_evaluations(record: Record, card: Record) -> Iterator[Evaluation]:
    for entry in objects_in(record.get("evalResults"), _MOST_READ):
        yield from _from_entry(object_of(entry.get("data")) or entry)
    for index in (record.get("model-index"), card.get("model-index")):
        for model in objects_in(index, _MOST_READ):
            for result in objects_in(model.get("results"), _MOST_READ):
                yield from _from_result(result)


def _from_entry(entry: Record) -> Iterator[Evaluation]:
    """Read `{"dataset": {"id", "task_id"}, "value", "source": {"name", "org", "user"}}` (`.eval_results/*.yaml`)."""
    dataset, source = object_of(entry.get("dataset")), object_of(entry.get("source"))
    benchmark = text_of(dataset.get("id"), _NAME_LENGTH)
    reporter = first(text_of(source.get(key), _NAME_LENGTH) for key in ("name", "org", "user"))
    metric = text_of(dataset.get("task_id"), _NAME_LENGTH)
    yield from _evaluation(benchmark, metric, entry.get("value"), reporter)


def _from_result(result: Record) -> Iterator[Evaluation]:
    """Read one result of a `model-index`: its data set, its metrics, and who reported them."""
    dataset, task = object_of(result.get("dataset")), object_of(result.get("task"))
    named = (dataset.get("name"), dataset.get("type"), task.get("name"), task.get("type"))
    benchmark = first(text_of(name, _NAME_LENGTH) for name in named)
    reporter = text_of(object_of(result.get("source")).get("name"), _NAME_LENGTH)
    for metric in objects_in(result.get("metrics"), _MOST_READ):
        name = first(text_of(metric.get(key), _NAME_LENGTH) for key in ("name", "type"))
        yield from _evaluation(benchmark, name, metric.get("value"), reporter)


def _evaluation(benchmark: str | None, metric: str | None, value: object, reporter: str | None) -> Iterator[Evaluation]:
    number = _value(value)
    if benchmark and number is not None:
        yield Evaluation(benchmark, metric or "", number, reporter or SELF_REPORTED)


def _value(value: object) -> float | None:
    """Return a result as a float; cards often write it as text. Integers too large for a float are no results."""
    try:
        number = number_of(float(value.rstrip("% "))) if isinstance(value, str) else number_of(value)
        return None if number is None else float(number)
    except (ValueError, OverflowError):
        return None
