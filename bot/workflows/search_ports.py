"""What the workflows need from the store to find models by what members type: part of `ports.Work`."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.model_query import ModelQuery
from bot.domain.name_matches import NameMatch
from bot.domain.search_words import SearchWord


class StoreSearch(Protocol):
    """Autocomplete and searches."""

    async def search_names(self, words: Sequence[str], *, limit: int) -> Sequence[NameMatch]:
        """Return findable models whose name holds every word (casefolded), best known first: about `limit` of them."""
        ...

    async def tasks(self) -> Sequence[str]:
        """Return the tasks that models have, by the hub's codes; a couple of hundred at most."""
        ...

    async def search(
        self, query: ModelQuery, words: Sequence[SearchWord], guild_id: int | None, *, limit: int
    ) -> Sequence[int]:
        """Return ids of findable models that the query asks for, in its order; without a server none is voted on.

        `words` are the query's, as they can be read here.
        """
        ...

    async def count_found(
        self, query: ModelQuery, words: Sequence[SearchWord], guild_id: int | None, *, most: int
    ) -> int:
        """Return how many models the query asks for; counting ends at `most`."""
        ...

    async def distinct_values(self, attribute: str, text: str, *, limit: int) -> Sequence[str]:
        """Return stored values of `author`, `task`, `library` or `licence` that contain `text`, most common first."""
        ...
