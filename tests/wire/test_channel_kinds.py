"""Forums and announcement channels over a real socket: what is sent, and that nothing is sent twice."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import discord
import pytest

from bot.announcing.discord_messenger import DiscordMessenger
from bot.announcing.discord_threads import DiscordThreads
from bot.announcing.rest_limits import rest_trace
from bot.domain.card import CardFacts, Post
from bot.domain.community import CommunityFacts, TagCount
from bot.domain.discussions import Opening, Place, Started, ThreadState
from bot.domain.errors import ChannelRefused, MessageGone, OutcomeUnknown, TryLater
from bot.domain.server import Locale
from bot.language.words import Language
from tests.wire.clients import PlainClient, connected
from tests.wire.discord_server import DiscordServer
from tests.wire.faults import Fault
from tests.wire.limits_of_messages import COMPONENTS_V2
from tests.wire.posts import card_post
from tests.wire.tag_memory import TagMemory
from tests.wire.world import FORUM, NEWS, TEXT, Json, text_of, walk

LANGUAGE = Language.load()
NONCE = "n" * 20


class NoLimit:
    """Hands out slots at once."""

    async def slot(self) -> None:
        """Do not wait."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A connected client and a channel of one kind."""

    server: DiscordServer
    client: discord.Client
    messenger: DiscordMessenger
    threads: DiscordThreads
    channel: Json

    @property
    def channel_id(self) -> int:
        """Its id."""
        return int(self.channel["id"])

    @property
    def posts(self) -> list[Json]:
        """Return the threads in it."""
        return [one for one in self.server.world.channels.values() if one.get("parent_id") == self.channel["id"]]

    async def tell_thread(self, thread: Json) -> None:
        """Let the client know of a change that somebody made to a thread."""
        known = self.client.wait_for("raw_thread_update", timeout=5)
        await self.server.tell_thread(thread)
        await known

    async def tell_channel(self) -> None:
        """Let the client know of a change that somebody made to the channel."""
        known = self.client.wait_for("guild_channel_update", timeout=5)
        await self.server.tell_channel(self.channel)
        await known


def forum_tag(number: int, name: str) -> Json:
    """Shape a forum's tag."""
    return {"id": str(number), "name": name, "moderated": False, "emoji_id": None, "emoji_name": None}


def tagged(*labels: str) -> Post:
    """Return the card of model 7, which members gave these tags."""
    post = card_post(7)
    assert isinstance(post.facts, CardFacts)
    community = CommunityFacts(tags=tuple(TagCount(label, 1) for label in labels))
    return replace(post, facts=replace(post.facts, community=community))


@asynccontextmanager
async def staged(kind: int) -> AsyncGenerator[Stage]:
    """Set the stage; nothing sent in it may break one of Discord's rules."""
    async with DiscordServer() as server:
        guild = await server.add_guild("Open models", ())
        channel = server.world.add_channel(guild, "releases", kind=kind)
        channel["available_tags"] = [forum_tag(41, "Original"), forum_tag(42, "coding"), forum_tag(43, "Models")]
        async with connected(server, lambda: PlainClient(http_trace=rest_trace(NoLimit()))) as client:
            memory = TagMemory()
            messenger = DiscordMessenger(client, LANGUAGE, memory)
            yield Stage(server, client, messenger, DiscordThreads(client, LANGUAGE, memory), channel)
            assert server.violations == []


def opening() -> Opening:
    """Return what a discussion of model 7 begins with."""
    facts = card_post(7).facts
    assert isinstance(facts, CardFacts)
    return Opening(facts, Locale.ENGLISH)


async def test_a_forum_post_is_made_once_whatever_happens_to_its_answer() -> None:
    """The answer is lost, the post is there: it is found by its title and its button, open or archived."""
    async with staged(FORUM) as stage:
        stage.server.rest.faults.script.extend([Fault.NONE, Fault.RESET_AFTER])
        with pytest.raises(OutcomeUnknown):
            await stage.messenger.send(stage.channel_id, card_post(7), nonce=NONCE)
        (post,) = stage.posts
        again = await stage.messenger.send(stage.channel_id, card_post(7), nonce=NONCE)
        post["thread_metadata"]["archived"] = True
        archived = await stage.messenger.send(stage.channel_id, card_post(7), nonce=NONCE)
        assert ([again, archived], len(stage.posts)) == ([int(post["id"])] * 2, 1)
        assert (post["name"], post["applied_tags"]) == ("Qwen/Qwen3-8B", ["41"])


async def test_a_post_that_is_found_again_is_brought_up_to_date() -> None:
    """What it shows may be older than what is sent now; where it cannot be changed, it is found all the same."""
    async with staged(FORUM) as stage:
        await stage.messenger.send(stage.channel_id, card_post(7), nonce=NONCE)
        (post,) = stage.posts
        again = await stage.messenger.send(stage.channel_id, card_post(7, likes=77_000), nonce=NONCE)
        assert (again, "77K" in text_of(stage.server.world.messages_in(again)[0])) == (int(post["id"]), True)
        post["thread_metadata"] |= {"archived": True, "locked": True}
        assert await stage.messenger.send(stage.channel_id, card_post(7), nonce=NONCE) == again


async def test_a_forum_post_is_not_repeated_behind_our_back() -> None:
    """The post was made and the answer is a 500: discord.py would send again by itself."""
    async with staged(FORUM) as stage:
        stage.server.rest.faults.script.extend([Fault.NONE, Fault.SERVER_ERROR_AFTER])
        with pytest.raises(OutcomeUnknown):
            await stage.messenger.send(stage.channel_id, card_post(7), nonce=NONCE)
        assert await stage.messenger.send(stage.channel_id, card_post(7), nonce=NONCE) == int(stage.posts[0]["id"])
        assert len(stage.posts) == 1


async def test_a_forum_post_is_found_under_another_name() -> None:
    """By its button alone, among the posts made since; another model's is not taken for it."""
    async with staged(FORUM) as stage:
        sent = await stage.messenger.send(stage.channel_id, card_post(7), nonce=NONCE)
        stage.posts[0]["name"] = "renamed by a moderator"
        since = datetime.now(UTC)
        later = since + timedelta(hours=1)
        assert await stage.messenger.find(stage.channel_id, "v1:details:7", since=since) == sent
        assert await stage.messenger.find(stage.channel_id, "v1:details:8", since=since) is None
        assert await stage.messenger.find(stage.channel_id, "v1:details:7", since=later) is None


async def test_two_models_of_one_name_have_two_posts() -> None:
    """A post with the same title and another model's button is somebody else's."""
    async with staged(FORUM) as stage:
        sent = [await stage.messenger.send(stage.channel_id, card_post(model), nonce=NONCE) for model in (7, 8)]
        assert len(set(sent)) == 2


async def test_a_forum_post_is_edited_where_it_starts() -> None:
    """An archived one is opened first."""
    async with staged(FORUM) as stage:
        sent = await stage.messenger.send(stage.channel_id, card_post(7), nonce=NONCE)
        stage.posts[0]["thread_metadata"]["archived"] = True
        await stage.messenger.edit(stage.channel_id, sent, card_post(7, likes=77_000))
        (message,) = stage.server.world.messages_in(sent)
        assert ("77K" in text_of(message), stage.posts[0]["thread_metadata"]["archived"]) == (True, False)


async def test_a_forums_tags_follow_over_the_wire() -> None:
    """By their ids, within Discord's limits; what a person put stays, what nobody says any more goes."""
    async with staged(FORUM) as stage:
        sent = await stage.messenger.send(stage.channel_id, tagged("coding"), nonce=NONCE)
        (post,) = stage.posts
        assert post["applied_tags"] == ["41", "42"]
        post["applied_tags"] = ["41", "42", "43"]
        await stage.tell_thread(post)
        await stage.messenger.edit(stage.channel_id, sent, tagged())
        assert post["applied_tags"] == ["41", "43"]


async def test_a_forum_that_demands_a_tag_is_never_left_without() -> None:
    """Its flag says so: the tag that fits anything takes the last one's place, and goes when another comes."""
    async with staged(FORUM) as stage:
        stage.channel["flags"], stage.channel["available_tags"][0]["name"] = 1 << 4, "questions"
        await stage.tell_channel()
        sent = await stage.messenger.send(stage.channel_id, tagged(), nonce=NONCE)
        (post,) = stage.posts
        for labels, tags in ((("coding",), ["42"]), ((), ["43"])):
            await stage.messenger.edit(stage.channel_id, sent, tagged(*labels))
            assert post["applied_tags"] == tags
            await stage.tell_thread(post)


async def test_an_announcement_is_an_embed_with_buttons_that_can_be_published() -> None:
    """No Components V2, one message for one nonce; publishing it again is nothing; an edit keeps its form."""
    async with staged(NEWS) as stage:
        quiet = await stage.messenger.send(stage.channel_id, card_post(7), nonce=NONCE)
        sent = [await stage.messenger.send(stage.channel_id, card_post(8), nonce="m" * 20) for _ in range(2)]
        assert stage.messenger.publishes(stage.channel_id)
        for _ in range(2):
            await stage.messenger.publish(stage.channel_id, sent[0])
        await stage.messenger.edit(stage.channel_id, quiet, card_post(7, likes=77_000))
        first, second = stage.server.world.messages_in(stage.channel_id)
        assert (sent, [first["flags"], second["flags"]]) == ([int(second["id"])] * 2, [0, 1])
        assert ("77K" in text_of(first), first["flags"] & COMPONENTS_V2) == (True, 0)
        assert "v1:details:7" in [component.get("custom_id") for component in walk(first["components"])]
        assert await stage.messenger.find(stage.channel_id, "v1:details:8", since=datetime.now(UTC)) == sent[0]


async def test_the_limit_on_publishing_is_handed_on() -> None:
    """About ten an hour: Discord says when the next one may follow; discord.py does not wait for it."""
    async with staged(NEWS) as stage:
        sent = await stage.messenger.send(stage.channel_id, card_post(7), nonce=NONCE)
        stage.server.rest.faults.retry_after = 3_000
        stage.server.rest.faults.script.append(Fault.RATE_LIMIT)
        with pytest.raises(TryLater) as later:
            await stage.messenger.publish(stage.channel_id, sent)
        assert later.value.retry_after == 3_000
        assert stage.server.world.messages_in(stage.channel_id)[0]["flags"] == 0


async def test_what_is_no_announcement_is_not_published() -> None:
    """A message that was deleted, and one in a channel that is no announcement channel any more."""
    async with staged(NEWS) as stage:
        sent = await stage.messenger.send(stage.channel_id, card_post(7), nonce=NONCE)
        with pytest.raises(MessageGone):
            await stage.messenger.publish(stage.channel_id, 123)
        stage.channel["type"] = TEXT
        with pytest.raises(ChannelRefused):
            await stage.messenger.publish(stage.channel_id, sent)


@pytest.mark.parametrize("kind", [TEXT, NEWS])
async def test_a_thread_started_twice_is_one(kind: int) -> None:
    """Two processes start it from the same card at the same moment: Discord gives one thread, both get it.

    What it begins with has a nonce, so that it too is there once.
    """
    async with staged(kind) as stage:
        card = await stage.messenger.send(stage.channel_id, card_post(7), nonce=NONCE)
        place = Place(stage.channel_id, card)
        started = await asyncio.gather(*(stage.threads.start(place, opening()) for _ in range(2)))
        await asyncio.gather(*(stage.threads.begin(card, opening()) for _ in range(2)))
        assert (started, len(stage.server.world.messages_in(card))) == ([Started(card), Started(card)], 1)
        stage.posts[0]["thread_metadata"]["archived"] = True
        assert await stage.threads.visit(card, opens=True) is ThreadState.REOPENED
        assert stage.posts[0]["thread_metadata"]["archived"] is False
        assert await stage.threads.visit(4, opens=True) is ThreadState.GONE


async def test_a_discussion_in_a_forum_is_the_models_card() -> None:
    """As a watch would have brought it: found by who asks next, and by a watch that brings it later."""
    async with staged(FORUM) as stage:
        stage.server.rest.faults.script.extend([Fault.NONE, Fault.RESET_AFTER])
        with pytest.raises(OutcomeUnknown):
            await stage.threads.start(Place(stage.channel_id), opening())
        (post,) = stage.posts
        post_id = int(post["id"])
        started = await stage.threads.start(Place(stage.channel_id), opening())
        sent = await stage.messenger.send(stage.channel_id, tagged("coding"), nonce=NONCE)
        assert (started, sent, len(stage.posts)) == (Started(post_id, is_post=True), post_id, 1)
        assert (stage.threads.is_forum(stage.channel_id), post["applied_tags"]) == (True, ["41", "42"])


async def test_a_lost_answer_starts_no_second_thread() -> None:
    """Without a card to start from: the thread is found by its name."""
    async with staged(TEXT) as stage:
        stage.server.rest.faults.script.append(Fault.RESET_AFTER)
        with pytest.raises(OutcomeUnknown):
            await stage.threads.start(Place(stage.channel_id), opening())
        again = await stage.threads.start(Place(stage.channel_id), opening())
        assert [again] == [Started(int(one["id"])) for one in stage.posts]
