"""How fast cards are worded and laid out."""

from collections.abc import Callable, Iterable
from functools import partial
from time import perf_counter

from bot.cards.rendering import render
from bot.domain.server import Locale
from bot.language.words import Language
from tests.cards.samples import SAMPLES, digest, hostile, original, post_of

ROUNDS = 300


def figures() -> Iterable[tuple[str, str]]:
    """Yield (what, how long) for texts, cards and digests."""
    started = perf_counter()
    language = Language.load()
    yield "catalogues read", f"{(perf_counter() - started) * 1e3:.0f} ms"
    words = language.words(Locale.CHINESE)
    yield "one text", _each(lambda: words("card.by", publisher="Qwen"), 100)
    for name, make in (("a card", original), ("the worst card", hostile), ("a digest", digest)):
        for locale in Locale:
            yield f"{name} rendered ({locale})", _each(partial(render, post_of(make(), locale), language))
    posts = [post_of(make(), locale) for make in SAMPLES.values() for locale in Locale]
    yield "every sample to Discord's JSON", _each(lambda: [render(post, language).to_components() for post in posts])


def _each(work: Callable[[], object], per_round: int = 1) -> str:
    work()
    started = perf_counter()
    for _ in range(ROUNDS * per_round):
        work()
    microseconds = (perf_counter() - started) / (ROUNDS * per_round) * 1e6
    return f"{microseconds:.1f} µs" if microseconds < 1000 else f"{microseconds / 1000:.2f} ms"


if __name__ == "__main__":
    import sys

    sys.stdout.writelines(f"{what}: {figure}\n" for what, figure in figures())
