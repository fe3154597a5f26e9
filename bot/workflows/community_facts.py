"""Gathers what a server's members think of models, for their cards there."""

from collections.abc import Mapping, Sequence

from bot.domain.community import TAGS_ON_A_CARD, CommunityFacts
from bot.domain.votes import Tally
from bot.workflows.ports import Work


async def community_facts(
    work: Work, guild_id: int, model_ids: Sequence[int], *, channel_id: int | None = None
) -> Mapping[int, CommunityFacts]:
    """Return the facts for every one of these models, whether or not anybody said anything.

    `channel_id` is where they are shown, if that is known: who reads there sees what is discussed there.
    """
    tallies = await work.votes.tallies(guild_id, model_ids)
    tags = await work.tags.top(guild_id, model_ids, limit=TAGS_ON_A_CARD)
    reviews = await work.reviews.summaries(guild_id, model_ids)
    threads = await work.discussions.threads(guild_id, model_ids, seen_from=channel_id)
    return {
        model_id: CommunityFacts(
            tally=tallies.get(model_id, Tally()),
            tags=tuple(tags.get(model_id, ())),
            reviews=reviews.get(model_id),
            thread_id=threads.get(model_id),
        )
        for model_id in model_ids
    }
