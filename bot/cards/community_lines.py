"""What members think of a model, line by line: votes, tags, who tried it, where it is discussed.

Names of tags and hardware are members' own words and hostile input: they go through the pen, each with a limit.
"""

from collections.abc import Sequence

from bot.cards.card_lines import SEPARATOR, SHORT_LIMIT
from bot.cards.pen import Pen
from bot.cards.tag_names import tag_name
from bot.domain.community import TAGS_ON_A_CARD, CommunityFacts
from bot.domain.reviews import ReviewSummary
from bot.language.words import Words

TAG_LIMIT = 30
"""The longest tag that members may make."""


class CommunityLines:
    """Words a server's opinion in one language with one pen. What nobody has said has no line."""

    def __init__(self, community: CommunityFacts, words: Words, pen: Pen) -> None:
        self.community = community
        self.words = words
        self.pen = pen

    def all(self) -> Sequence[str]:
        """Return every line there is."""
        return [line for line in (self.votes(), *self.beside_counters()) if line]

    def beside_counters(self) -> Sequence[str]:
        """Return the lines of a card whose buttons count the votes: the first one moves no button under a finger."""
        return [line for line in (self.tags(), self.reviews(), self.discussion()) if line]

    def votes(self) -> str | None:
        """Return how the ballots stand: "🌱 12 worth building on · 1 not for us"."""
        tally = self.community.tally
        told = [
            self.words("community.up", count=self.pen.bold(self.words.compact(tally.up))) if tally.up > 0 else "",
            self.words("community.down", count=self.words.compact(tally.down)) if tally.down > 0 else "",
        ]
        return f"🌱 {SEPARATOR.join(filter(None, told))}" if any(told) else None

    def tags(self) -> str | None:
        """Return the most used tags, each with how many members put it there."""
        tags = self.community.tags[:TAGS_ON_A_CARD]
        chips = [(self.pen.chip(tag_name(self.words, tag.label), TAG_LIMIT), tag.members) for tag in tags]
        told = [f"{chip}\N{NO-BREAK SPACE}{self.words.compact(members)}" for chip, members in chips if chip]
        return f"🏷️ {SEPARATOR.join(told)}" if told else None

    def reviews(self) -> str | None:
        """Return what came of trying it: "6 tried it: 5 work well; most on 24 GB"."""
        reviews = self.community.reviews
        if reviews is None or reviews.total < 1:
            return None
        verdicts = self._verdicts(reviews)
        tried = self.words("community.tried", count=self.words.compact(reviews.total), verdicts=verdicts)
        hardware = self.pen.text(reviews.hardware or "", SHORT_LIMIT)
        return f"🧪 {self.words('community.most-on', tried=tried, hardware=hardware) if hardware else tried}"

    def _verdicts(self, reviews: ReviewSummary) -> str:
        counts = {"works-well": reviews.works_well, "mixed": reviews.mixed, "poor": reviews.poor}
        told = [
            self.words.plural(f"community.verdict.{verdict}", count, count=self.words.compact(count))
            for verdict, count in counts.items()
            if count > 0
        ]
        return self.words.enumeration(told)

    def discussion(self) -> str | None:
        """Return a link to the thread or forum post."""
        thread = self.pen.channel(self.community.thread_id) if self.community.thread_id else ""
        return f"💬\N{NO-BREAK SPACE}{thread}" if thread else None
