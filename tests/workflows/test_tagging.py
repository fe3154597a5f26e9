"""Members tag models, moderators keep order: on both databases."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.domain.errors import Refusal
from bot.domain.tags import TAGS_PER_MEMBER, TagAction
from bot.workflows.read_tags import CuratedPage, ReadTags
from bot.workflows.tag_model import FilledForm, Tagged, TagModel
from bot.workflows.tag_moderation import CurateWish, ModerateTags, Moderator
from storage.engine import Database
from tests.domain.builders import NOW, hub_model
from tests.storage.stored import GUILD, claimed, owe_committed, release, store, to_put
from tests.turnable_clock import TurnableClock

ANN, BEN, MO = 11, 12, Moderator(GUILD, 99)
MODEL, OTHER = 1, 2
"""Ids of the models that a fresh database is given."""


@dataclass
class Tagging:
    """Everything a test of tags needs."""

    database: Database
    clock: TurnableClock

    def __post_init__(self) -> None:
        work = self.database.unit_of_work
        self.tag = TagModel(work, self.clock)
        self.read = ReadTags(work, self.clock)
        self.moderate = ModerateTags(work, self.clock)

    async def shown(self, model_id: int = MODEL) -> dict[str, int]:
        """Return a model's tags with their members."""
        tagged = await self.read.of_model(GUILD, model_id, ANN)
        return {one.tag.key: one.members for one in tagged.tags}

    async def log(self) -> list[tuple[TagAction, str, str | None]]:
        """Return the log, oldest first."""
        page = await self.read.log(GUILD, 0)
        return [(one.action, one.tag, one.other) for one in reversed(page.entries)]

    async def curate(
        self, *, only_curated: bool | None = None, add: str | None = None, remove: str | None = None
    ) -> tuple[CuratedPage, list[str]]:
        """Change the curated list; its first page then, and which refusals came."""
        refused = await self.moderate.curate(MO, CurateWish(only_curated, add, remove))
        return await self.read.curated(GUILD, 0), [one.key for one in refused]

    async def known(self) -> list[str]:
        """Return the keys of the server's tags, as everybody is offered them."""
        return [tag.key for tag in await self.read.known(GUILD)]

    async def edits(self, delivery_id: int) -> int:
        """Return how many edits a card was asked for."""
        async with self.database.unit_of_work() as work:
            delivery = await work.deliveries.delivery(delivery_id)
        assert delivery is not None
        return delivery.wanted_revision


@pytest.fixture
async def tagging(database: Database, clock: TurnableClock) -> Tagging:
    """Store two models that can be tagged."""
    await store(database, to_put(hub_model("Qwen/Qwen3-Coder-8B")), to_put(hub_model("a/b")))
    return Tagging(database, clock)


async def card_of(database: Database, model_id: int) -> int:
    """Post a model's card; its delivery's id."""
    (owed,) = await owe_committed(database, f"model:{model_id}", model_id=model_id)
    held = await claimed(database)
    async with database.unit_of_work() as work:
        await work.deliveries.begin_attempt(held, owed, now=NOW)
        await work.deliveries.mark_sent(held, owed, 9000, now=NOW)
        await work.commit()
    await release(database, held)
    return owed


def keys(tags: Sequence[object]) -> list[str]:
    """Return the keys of tags."""
    return [str(getattr(tag, "key", "")) for tag in tags]


def why_not(tagged: Tagged) -> list[str]:
    """Return why some of what was asked for was not done."""
    return [one.key for one in tagged.refused]


async def refused(work: object) -> str:
    """Return which refusal came."""
    with pytest.raises(Refusal) as caught:
        await work  # type: ignore[misc] - any of the workflows' calls
    return caught.value.key


async def test_a_member_tags_in_any_language(tagging: Tagging) -> None:
    """Chinese and English meet; what was new is told, what is on the model too; twice changes nothing."""
    first = await tagging.tag.add(GUILD, MODEL, ANN, "编程, My Own")
    second = await tagging.tag.add(GUILD, MODEL, BEN, "Coding，my_own、FAST")
    again = await tagging.tag.add(GUILD, MODEL, BEN, "code")
    assert (keys(first.added), keys(second.added), keys(again.added)) == (
        ["coding", "my-own"],
        ["coding", "my-own", "fast"],
        [],
    )
    assert await tagging.shown() == {"coding": 2, "my-own": 2, "fast": 1}


async def test_a_card_follows_and_only_when_something_changed(tagging: Tagging) -> None:
    """Each change asks for an edit of the card; a repetition does not."""
    tagged = await tagging.tag.add(GUILD, MODEL, BEN, "fast")
    card = await card_of(tagging.database, tagged.model.id)
    before = await tagging.edits(card)
    await tagging.tag.add(GUILD, MODEL, ANN, "fast")
    await tagging.tag.add(GUILD, MODEL, ANN, "fast")
    assert await tagging.edits(card) == before + 1
    await tagging.tag.remove(GUILD, MODEL, ANN, "fast")
    await tagging.moderate.ban(MO, "fast")
    assert await tagging.edits(card) == before + 3


async def test_members_take_only_their_own_tags_off(tagging: Tagging) -> None:
    """Somebody else's tag stays, and the answer says that it is not theirs."""
    await tagging.tag.add(GUILD, MODEL, ANN, "fast, coding")
    assert await refused(tagging.tag.remove(GUILD, MODEL, BEN, "fast")) == "tag-not-yours"
    assert await refused(tagging.tag.remove(GUILD, MODEL, ANN, "unheard-of")) == "tag-not-yours"
    removed = await tagging.tag.remove(GUILD, MODEL, ANN, "快, unheard-of")
    assert (keys(removed.removed), await tagging.shown()) == (["fast"], {"coding": 1})


async def test_ten_tags_a_member_a_model(tagging: Tagging) -> None:
    """There is no room for an eleventh, also when several come at once; another member has ten of their own."""
    ten = ", ".join(f"t{n}" for n in range(TAGS_PER_MEMBER))
    await tagging.tag.add(GUILD, MODEL, ANN, ten)
    assert await refused(tagging.tag.add(GUILD, MODEL, ANN, "one-more")) == "tag-limit"
    assert why_not(await tagging.tag.add(GUILD, MODEL, ANN, "t1, one-more")) == ["tag-limit"]
    answers = await asyncio.gather(
        *(tagging.tag.add(GUILD, OTHER, ANN, f"x{n}a, x{n}b, x{n}c") for n in range(6)), return_exceptions=True
    )
    assert sum(len(one.added) for one in answers if isinstance(one, Tagged)) == TAGS_PER_MEMBER
    assert len(await tagging.shown(OTHER)) == TAGS_PER_MEMBER
    await tagging.tag.add(GUILD, MODEL, BEN, ten)
    assert set((await tagging.shown()).values()) == {2}


async def test_of_several_tags_the_good_ones_are_done(tagging: Tagging) -> None:
    """Put on or taken off, whether typed, picked or ticked; each of the others is named with why."""
    await tagging.moderate.ban(MO, "rude")
    added = await tagging.tag.add(GUILD, MODEL, ANN, f"fast, rude, {'x' * 31}, ???")
    assert (keys(added.added), why_not(added)) == (["fast"], ["tag-too-long", "tag-shows-nothing", "tag-banned"])
    picked = await tagging.tag.add(GUILD, added.model.id, ANN, "rude,small")
    assert (keys(picked.added), why_not(picked)) == (["small"], ["tag-banned"])
    form = FilledForm(["small", "rude"], "good one", tagging.clock.now())
    filled = await tagging.tag.fill_in(GUILD, added.model.id, ANN, form)
    assert (keys(filled.added), keys(filled.removed), why_not(filled)) == (["good-one"], ["fast"], ["tag-banned"])
    removed = await tagging.tag.remove(GUILD, MODEL, ANN, "small, unheard-of")
    assert (keys(removed.removed), why_not(removed)) == (["small"], ["tag-not-yours"])


async def test_a_tag_that_nobody_uses_any_more_is_gone(tagging: Tagging) -> None:
    """Nobody is offered it, whoever took it off; what a moderator curated, banned or aliased stays."""
    await tagging.curate(add="listed")
    await tagging.tag.add(GUILD, MODEL, ANN, "slip, of, the tongue, listed, zippy, rude")
    await tagging.tag.add(GUILD, MODEL, BEN, "of")
    await tagging.moderate.alias(MO, "zippy", "vite")
    await tagging.moderate.ban(MO, "rude")
    await tagging.tag.remove(GUILD, MODEL, ANN, "slip, of, listed, zippy, rude")
    assert set(await tagging.known()) == {"of", "the-tongue", "listed", "zippy"}
    await tagging.moderate.take_off(MO, "the tongue", MODEL)
    await tagging.moderate.unalias(MO, "vite")
    await tagging.curate(remove="listed")
    assert await tagging.known() == ["of"]
    assert await refused(tagging.tag.add(GUILD, MODEL, BEN, "RUDE")) == "tag-banned"
    await tagging.moderate.unban(MO, "rude")
    model = (await tagging.read.of_model(GUILD, MODEL, BEN)).model
    await tagging.tag.fill_in(GUILD, model.id, BEN, FilledForm([], "", tagging.clock.now()))
    assert await tagging.known() == []


async def test_a_ban_that_ends_leaves_a_tag_as_it_was(tagging: Tagging) -> None:
    """On the curated list or off it; where members can use curated ones only, that one cannot be used is told."""
    await tagging.curate(only_curated=True, add="coding")
    assert (await tagging.moderate.ban(MO, "coding")).was_curated
    assert (await tagging.curate())[0].tags == []
    unbanned = await tagging.moderate.unban(MO, "编程")
    assert (unbanned.can_be_used, keys((await tagging.curate())[0].tags)) == (True, ["coding"])
    assert keys((await tagging.tag.add(GUILD, MODEL, ANN, "coding")).added) == ["coding"]
    await tagging.moderate.ban(MO, "other")
    assert not (await tagging.moderate.unban(MO, "other")).can_be_used


async def test_a_form_puts_and_takes(tagging: Tagging) -> None:
    """What is ticked or typed comes on, the member's own that was unticked goes; what came after it was shown stays."""
    tagged = await tagging.tag.add(GUILD, MODEL, ANN, "fast, coding")
    offer = await tagging.read.offer(GUILD, tagged.model.id, ANN)
    tagging.clock.turn(timedelta(seconds=5))
    await tagging.tag.add(GUILD, MODEL, ANN, "later")
    form = FilledForm(ticked=["coding", "small"], typed=" my own,小 ", shown_at=offer.read_at)
    done = await tagging.tag.fill_in(GUILD, tagged.model.id, ANN, form)
    assert (keys(done.added), keys(done.removed)) == (["small", "my-own"], ["fast"])
    assert set(await tagging.shown()) == {"coding", "later", "small", "my-own"}
    emptied = await tagging.tag.fill_in(GUILD, tagged.model.id, ANN, FilledForm([], "", tagging.clock.now()))
    assert (emptied.tags, emptied.mine) == ([], frozenset())


async def test_an_offer_is_what_fits(tagging: Tagging) -> None:
    """First what others said of the model, then what its facts say, then what the server says most; never one's own.

    What one member alone says of another model fits nothing.
    """
    await tagging.tag.add(GUILD, OTHER, BEN, "house-favourite, said-once")
    await tagging.tag.add(GUILD, OTHER, 13, "house-favourite")
    tagged = await tagging.tag.add(GUILD, MODEL, BEN, "great-at-sql")
    await tagging.tag.add(GUILD, MODEL, ANN, "mine")
    offer = await tagging.read.offer(GUILD, tagged.model.id, ANN)
    assert keys(offer.mine) == ["mine"]
    assert keys(offer.others) == ["great-at-sql", "coding", "low-vram", "house-favourite"]
    await tagging.moderate.ban(MO, "编程")
    assert "coding" not in keys((await tagging.read.offer(GUILD, MODEL, ANN)).others)


async def test_curated_tags_only(tagging: Tagging) -> None:
    """Where moderators keep a list, only what is on it can be put on and is offered; what was there stays."""
    await tagging.tag.add(GUILD, MODEL, ANN, "old-one")
    listed, _ = await tagging.curate(only_curated=True, add="编程, fast")
    assert (listed.only_curated, set(keys(listed.tags))) == (True, {"coding", "fast"})
    assert await refused(tagging.tag.add(GUILD, MODEL, BEN, "brand-new")) == "tag-not-curated"
    assert await refused(tagging.tag.add(GUILD, MODEL, BEN, "old-one")) == "tag-not-curated"
    kept = FilledForm(["old-one", "coding"], "", tagging.clock.now())
    model = (await tagging.tag.add(GUILD, MODEL, BEN, "coding")).model
    await tagging.tag.fill_in(GUILD, model.id, ANN, kept)
    assert await tagging.shown() == {"coding": 2, "old-one": 1}
    assert keys((await tagging.read.offer(GUILD, model.id, BEN)).others) == ["fast"]
    assert keys([use.tag for use in (await tagging.read.page(GUILD, 0)).uses]) == ["coding", "fast"]
    opened, _ = await tagging.curate(only_curated=False, remove="fast")
    assert (opened.only_curated, keys(opened.tags)) == (False, ["coding"])
    assert [entry[0] for entry in await tagging.log()] == [
        TagAction.ONLY_CURATED,
        TagAction.CURATE,
        TagAction.CURATE,
        TagAction.ANY_TAG,
        TagAction.UNCURATE,
    ]


async def test_aliases_lead_to_their_tag(tagging: Tagging) -> None:
    """A moderator's spelling finds the tag, until it is taken back; one that is another tag must be merged."""
    await tagging.tag.add(GUILD, MODEL, ANN, "zippy, sluggish")
    await tagging.moderate.alias(MO, "zippy", "Vite ！")
    assert keys((await tagging.tag.add(GUILD, MODEL, BEN, "VITE_!")).added) == ["zippy"]
    assert await refused(tagging.moderate.alias(MO, "zippy", "vite-!")) == "tag-alias-exists"
    assert await refused(tagging.moderate.alias(MO, "zippy", "sluggish")) == "tag-exists"
    assert await refused(tagging.moderate.alias(MO, "nobody", "x")) == "tag-unknown"
    assert await refused(tagging.moderate.unalias(MO, "zippy")) == "tag-no-alias"
    await tagging.moderate.unalias(MO, "vite-!")
    assert await refused(tagging.moderate.unalias(MO, "vite-!")) == "tag-unknown"
    assert await tagging.log() == [(TagAction.ALIAS, "zippy", "Vite !"), (TagAction.UNALIAS, "zippy", "vite-!")]


async def test_renaming_keeps_the_old_spelling(tagging: Tagging) -> None:
    """The old name still leads to the tag; a name that is taken is refused; only the way it is written can change."""
    await tagging.tag.add(GUILD, MODEL, ANN, "zippy, other")
    renamed = await tagging.moderate.rename(MO, "ZIPPY", "Speedy Gonzales")
    assert (renamed.key, renamed.label) == ("speedy-gonzales", "Speedy Gonzales")
    assert (await tagging.tag.add(GUILD, MODEL, BEN, "zippy")).added[0] == renamed
    assert await refused(tagging.moderate.rename(MO, "zippy", "other")) == "tag-exists"
    assert await refused(tagging.moderate.rename(MO, "zippy", "Speedy Gonzales")) == "tag-named-so"
    assert (await tagging.moderate.rename(MO, "zippy", "speedy GONZALES")).label == "speedy GONZALES"
    back = await tagging.moderate.rename(MO, "speedy-gonzales", "zippy")
    assert (back.key, await tagging.shown()) == ("zippy", {"zippy": 2, "other": 1})


async def test_a_known_tag_can_be_called_differently(tagging: Tagging) -> None:
    """A built-in word keeps meeting its translations, whatever a moderator calls it."""
    await tagging.tag.add(GUILD, MODEL, ANN, "coding")
    renamed = await tagging.moderate.rename(MO, "编程", "代码")
    assert (renamed.key, renamed.label) == ("coding", "代码")
    await tagging.moderate.rename(MO, "coding", "Hacking")
    assert keys((await tagging.tag.add(GUILD, MODEL, BEN, "写代码")).added) == ["hacking"]


async def test_merging_two_tags(tagging: Tagging) -> None:
    """Members with both have one; a curated tag stays curated; the old name leads on."""
    await tagging.curate(add="zippy")
    await tagging.tag.add(GUILD, MODEL, ANN, "zippy, swift-one")
    await tagging.tag.add(GUILD, OTHER, BEN, "zippy")
    gone, merged = await tagging.moderate.merge(MO, "zippy", "swift-one")
    assert gone.label == "zippy"
    assert (await tagging.shown(), await tagging.shown(OTHER)) == ({"swift-one": 1}, {"swift-one": 1})
    assert await refused(tagging.moderate.merge(MO, "zippy", "swift-one")) == "tag-merge-itself"
    assert keys((await tagging.curate())[0].tags) == [merged.key]


async def test_merging_while_members_tag_loses_nothing(tagging: Tagging) -> None:
    """Whoever tags with the old name at the same moment ends up with the new one."""
    await tagging.tag.add(GUILD, MODEL, ANN, "zippy, swift-one")
    await asyncio.gather(
        *(tagging.tag.add(GUILD, MODEL, user, "zippy") for user in range(20, 28)),
        tagging.moderate.merge(MO, "zippy", "swift-one"),
        *(tagging.tag.add(GUILD, MODEL, user, "zippy") for user in range(30, 38)),
    )
    assert await tagging.shown() == {"swift-one": 17}


async def test_banning_hides_and_refuses_every_spelling(tagging: Tagging) -> None:
    """A banned word is gone from models and cannot be used; a word can be banned before anybody used it."""
    await tagging.tag.add(GUILD, MODEL, ANN, "成人, fine")
    await tagging.moderate.ban(MO, "NSFW")
    await tagging.moderate.ban(MO, "never used")
    assert await tagging.shown() == {"fine": 1}
    for spelling in ("nsfw", "R18", "成人内容", "never-used"):
        assert await refused(tagging.tag.add(GUILD, MODEL, BEN, spelling)) == "tag-banned"
    assert await refused(tagging.moderate.ban(MO, "r18")) == "tag-banned-already"
    assert await refused(tagging.moderate.merge(MO, "nsfw", "fine")) == "tag-banned"
    listed, whys = await tagging.curate(add="nsfw, fine, ???", remove="unheard-of")
    assert (keys(listed.tags), whys) == (["fine"], ["tag-shows-nothing", "tag-banned", "tag-unknown"])
    assert await refused(tagging.read.tagged(GUILD, "nsfw")) == "tag-banned"
    await tagging.moderate.unban(MO, "nsfw")
    assert await refused(tagging.moderate.unban(MO, "fine")) == "tag-not-banned"
    assert await tagging.shown() == {"nsfw": 1, "fine": 1}


async def test_removing_a_tag(tagging: Tagging) -> None:
    """From one model for everybody, or from the server; both are in the log."""
    for member in (ANN, BEN):
        await tagging.tag.add(GUILD, MODEL, member, "spam")
        await tagging.tag.add(GUILD, OTHER, member, "spam")
    assert (await tagging.moderate.take_off(MO, "spam", OTHER))[1:] == ("a/b", 2)
    assert await refused(tagging.moderate.take_off(MO, "spam", OTHER)) == "tag-not-on-model"
    assert (await tagging.shown(), await tagging.shown(OTHER)) == ({"spam": 2}, {})
    assert (await tagging.moderate.delete(MO, "spam"))[1] == 1
    assert await tagging.shown() == {}
    assert await tagging.log() == [(TagAction.TAKE_OFF, "spam", "a/b"), (TagAction.DELETE, "spam", None)]


async def test_a_model_that_nobody_knows_is_refused(tagging: Tagging) -> None:
    """Nothing is stored for it; while its name is being typed nothing is offered for it."""
    assert await refused(tagging.tag.add(GUILD, 2**62, ANN, "fast")) == "model-forgotten"
    for typed in ("nobody/nothing", "../../etc/passwd", "", "\x00"):
        assert await tagging.read.offer_so_far(GUILD, typed, ANN) is None


async def test_pages_that_are_gone_become_the_last_one(tagging: Tagging) -> None:
    """Turning beyond the end shows the end."""
    tagged = await tagging.tag.add(GUILD, MODEL, ANN, "fast")
    page = await tagging.read.page(GUILD, 900)
    models = await tagging.read.tagged_page(GUILD, next(iter(tagged.mine)), 900)
    assert (page.page, len(page.uses), models.page, len(models.models)) == (0, 1, 0, 1)
    assert await refused(tagging.read.tagged_page(GUILD, 900, 0)) == "tag-gone"
