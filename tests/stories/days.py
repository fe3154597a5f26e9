"""The days of the two members' week. Each begins after a night in which the bot was restarted and cards followed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord

from bot.cards.button_ids import search_page_id
from bot.domain.model import Kind
from bot.domain.model_query import ModelQuery, SortBy
from bot.domain.tags import TAGS_PER_MEMBER
from bot.workflows.age_ballots import age_ballots
from tests.cogs.delivering import card_in, deliver, post_card
from tests.cogs.stage import Play, bot_of
from tests.domain.builders import hub_model, parent
from tests.stories.people import Week, press_at_once, pressable

BASE, TUNED, OTHER, UNSEEN = "Qwen/Qwen3-8B", "meadow/Rowan-8B", "mistralai/Mistral-7B", "org/Unseen-70B"
SERIES = [f"org/Series-{number:02}-7B" for number in range(14)]
DAY = timedelta(days=1)
WRONG_NAMES = ("nobody/nothing", "no name", "@everyone", "../../etc/passwd", "x" * 300)
FULL = [f"topic {number}" for number in range(12)]
"""Forum tags that fit nothing, as many as keep Rootstock from making its own."""


async def moving_in(week: Week) -> None:
    """Cards are posted in a channel, a forum and an announcement channel, and one more is shown to everybody."""
    play, account = week.play, bot_of(week.play.env).user
    assert account is not None
    # SimCord's accounts are made now, whatever the clock says: a month later everybody is of long standing.
    play.clock.moment = account.created_at + 30 * DAY
    week.notebook.follow(bot_of(play.env))
    await week.mo.uses("settings", language=week.locale.removesuffix("-US"))
    tuned = hub_model(TUNED, likes=20, declared=(parent(BASE, Kind.FINETUNE),))
    base, other = hub_model(BASE, likes=500, parameters=8_190_735_360), hub_model(OTHER, licence="cc-by-nc-4.0")
    await play.remember(base, *(hub_model(name, likes=90 - place) for place, name in enumerate(SERIES)))
    unseen = replace(hub_model(UNSEEN), created_at=play.clock.now() - timedelta(days=900))
    play.hub.models[UNSEEN.casefold()] = unseen
    week.models[BASE] = await post_card(play, base)
    shelf = await forum(play)
    week.models[TUNED] = await post_card(play, tuned, channel=shelf)
    play.env.inject_error("PATCH", f"/channels/{shelf.threads[0].id}", status=400, code=40067)
    week.models[OTHER] = await post_card(play, other, channel=play.guild.create_news_channel("news"))


async def forum(play: Play) -> Any:  # noqa: ANN401 - SimCord's channel
    """Make a forum in which every post needs a tag, as Discord says at the first one without any."""
    made = play.guild.create_forum_channel("shelf")
    names = ["Models", "coding", *FULL]
    tags = [
        {"id": str(n), "name": name, "moderated": False, "emoji_id": None, "emoji_name": None}
        for n, name in enumerate(names, 1)
    ]
    play.env.backend.edit_channel(made.id, {"available_tags": tags})
    await play.env.settle()
    play.env.inject_error("POST", f"/channels/{made.id}/threads", status=400, code=40067)
    return made


async def night(week: Week) -> None:
    """A day goes by: ballots come of age, the bot is restarted with nothing in memory, cards follow."""
    play = week.play
    play.clock.turn(DAY)
    await week.restart()
    await age_ballots(play.database.unit_of_work, play.clock)
    await deliver(play)


async def monday(week: Week) -> None:
    """They vote: with buttons, by command, in the menu of a message; who is new learns that their vote waits."""
    em, mo, play = week.em, week.mo, week.play
    up, down, withdraw = (f"v1:{verb}:{week.models[BASE]}" for verb in ("up", "down", "withdraw"))
    card = card_in(play.channel)
    first = (await em.presses(card, up)).says("vote.cast").shows(BASE, week.word("card.verb.up"))
    (await em.presses(card, up)).says("vote.same")
    (await em.presses(first.message, down)).says("vote.changed").shows(week.word("card.verb.down"))
    (await em.presses(first.message, withdraw)).says("vote.withdrawn", "vote.no-votes")
    (await em.presses(card, up)).says("vote.cast")
    # Nobody's own Withdraw is on a card that everybody sees.
    assert withdraw not in pressable([one.to_dict() for one in card.components])

    address = f"https://huggingface.co/{TUNED}/tree/main"
    (await mo.uses("vote", model=address, choice="down")).says("vote.cast").shows(TUNED)
    (await mo.uses("vote", model=OTHER, choice="withdraw")).says("vote.none")
    (await mo.uses("vote", model=UNSEEN.upper(), choice="up")).says("vote.cast").shows(UNSEEN)
    for typed in WRONG_NAMES:
        (await em.uses("vote", model=typed, choice="up")).says("refusal.model-unknown")
    play.hub.is_down = True
    (await em.uses("vote", model="org/never-seen", choice="up")).says("error.hub-unavailable")
    play.hub.is_down = False

    newcomer = week.joined("newcomer", account=discord.Object(discord.utils.time_snowflake(play.clock.now() - DAY)))
    (await newcomer.presses(card, up)).says("vote.cast", "vote.fresh")
    rude = week.joined("rude")
    (await rude.presses(card, down)).says("vote.cast")


async def monday_evening(week: Week) -> None:
    """They vote on what others link to: one model, several, none, the card itself."""
    em, mo, play = week.em, week.mo, week.play
    one = await mo.actor.send(play.channel, f"have you seen https://huggingface.co/{OTHER}?")
    several = await mo.actor.send(play.channel, f"https://hf.co/{BASE} or https://hf.co/{SERIES[0]}?")
    asked = (await em.uses_menu_on(one)).says("vote.ask").shows(OTHER)
    (await em.presses(asked.message, f"v1:down:{week.models[OTHER]}")).says("vote.cast")
    which = (await mo.uses_menu_on(several)).says("vote.several")
    chosen = (await mo.picks(which.message, "v1:votelink:0", SERIES[0])).says("vote.ask").shows(SERIES[0])
    (await mo.presses(chosen.message, next(one for one in chosen.ids if one.startswith("v1:up:")))).says("vote.cast")
    (await em.uses_menu_on(card_in(play.channel))).says("vote.same").shows(BASE)
    for wrong in ("hello", "https://huggingface.co/datasets/a/b", "https://evil.example/a/b"):
        (await em.uses_menu_on(await mo.actor.send(play.channel, wrong))).says("refusal.no-model-linked")


async def the_forum_wants_a_tag(week: Week) -> None:
    """Discord lets no post there be without one: it has what fits anything until members say something better."""
    shelf = week.play.guild.channels["shelf"]
    (post,) = shelf.threads
    assert tags_on(week.play, post) == ["Models"]
    (await week.em.uses("tag add", model=TUNED, tags="编程")).says("tag.added")
    week.play.clock.turn(timedelta(hours=1))
    await deliver(week.play)
    assert tags_on(week.play, post) == ["coding"]


def tags_on(play: Play, post: Any) -> list[str]:  # noqa: ANN401 - SimCord's thread
    """Return the names of a post's forum tags."""
    thread = play.env.backend.get_thread(post.id)
    names = {int(tag["id"]): tag["name"] for tag in play.env.backend.get_channel(thread.parent_id).available_tags}
    return [names[int(tag)] for tag in thread.applied_tags]


async def tuesday(week: Week) -> None:
    """They tag: with the form and by command; a Chinese spelling meets the English one; ten are the most."""
    em, mo, play = week.em, week.mo, week.play
    form = await em.presses(card_in(play.channel), f"v1:tag:{week.models[BASE]}")
    (await em.sends(form, typed="Coding, Fast, " + "x" * 31)).says("tag.added", "refusal.tag-too-long")
    form = await em.presses(card_in(play.channel), f"v1:tag:{week.models[BASE]}")
    await week.restart()
    (await em.sends(form, own=["coding"], typed="笔记本能跑")).says("tag.added", "tag.removed").shows("笔记本能跑")
    coding = week.word("tag-name.coding")
    (await mo.uses("tag add", model=BASE, tags="编程")).says("tag.added").shows(f"`{coding}` 2 ✓")
    (await mo.uses("tag add", model=BASE, tags="code")).says("tag.unchanged")
    (await mo.uses("tag remove", model=BASE, tags="笔记本能跑")).says("refusal.tag-not-yours")
    (await em.uses("tag list", model=BASE)).says("tag.on-model").shows(f"`{coding}` 2 ✓", "笔记本能跑")

    ten = ", ".join(f"t{number}" for number in range(TAGS_PER_MEMBER))
    (await em.uses("tag add", model=SERIES[0], tags=ten)).says("tag.added").hides("⚠️")
    (await em.uses("tag add", model=SERIES[0], tags="one-more")).says("refusal.tag-limit")
    (await em.uses("tag remove", model=SERIES[0], tags="t9")).says("tag.removed")
    (await em.uses("tag add", model=SERIES[0], tags="one-more")).says("tag.added").shows("one-more")
    for command, options, refusal in (
        ("tag add", {"model": BASE, "tags": " , ，"}, "refusal.tag-empty"),
        ("tag add", {"model": "nobody/nothing", "tags": "fast"}, "refusal.model-unknown"),
        ("tag list", {"model": "@everyone"}, "refusal.model-unknown"),
        ("tag suggest", {"model": "nobody/nothing"}, "refusal.model-unknown"),
        ("tag browse", {"tag": "unheard"}, "refusal.tag-unknown"),
    ):
        (await em.uses(command, **options)).says(refusal)

    shown = (await mo.uses("tag suggest", model=TUNED)).says("tag.suggested")
    offered = [option["value"] for menu in _menus(shown.message.components) for option in menu["options"]]
    (await mo.picks(shown.message, f"v1:tagpick:{week.models[TUNED]}", offered[0])).says("tag.added")


def _menus(components: Any) -> Any:  # noqa: ANN401 - what Discord was sent
    for component in components:
        if "options" in component:
            yield component
        yield from _menus(component.get("components") or [])


async def tuesday_evening(week: Week) -> None:
    """They browse what is tagged; pages turn in place."""
    em, mo = week.em, week.mo
    for name in SERIES[1:12]:
        await mo.uses("tag add", model=name, tags=f"common, only {name[-5:-3]}")
    first = (await em.uses("tag browse")).says("tag.list-title").shows("`common`")
    second = (await em.presses(first.message, "v1:tags:1")).shows("`only 11`").hides("`common`")
    again = (await em.presses(second.message, "v1:tags:0")).shows("`common`")
    opened = (await em.picks(again.message, "v1:tagopen", "common")).says("tag.models-with")
    turn = next(one for one in opened.ids if one.startswith("v1:tagged:"))
    (await em.presses(opened.message, turn)).says("tag.models-with").shows("org/Series")
    (await em.uses("tag browse", tag="COMMON")).says("tag.models-with", "tag.model-line")


async def wednesday(week: Week) -> None:
    """Moderators keep order among tags; members are told who can; everything is in the log."""
    em, mo = week.em, week.mo
    moderating: list[tuple[str, dict[str, str], str]] = [
        ("tag alias", {"tag": "coding", "spelling": "programming by hand"}, "tag.aliased"),
        ("tag unalias", {"spelling": "programming by hand"}, "tag.unaliased"),
        ("tag rename", {"tag": "common", "name": "Very Common"}, "tag.renamed"),
        ("tag merge", {"tag": "t1", "into": "t2"}, "tag.merged"),
        ("tag delete", {"tag": "t3", "model": SERIES[0]}, "tag.taken-off"),
        ("tag delete", {"tag": "t4"}, "tag.deleted"),
        ("tag ban", {"tag": "rude"}, "tag.banned"),
        ("tag unban", {"tag": "rude"}, "tag.unbanned"),
        ("tag curate", {"mode": "only-curated", "add": "coding, fast, ???"}, "tag.curated-only"),
    ]
    for command, options, done in moderating:
        (await em.uses(command, **options)).says("refusal.moderators-only")
        (await mo.uses(command, **options)).says(done)
    (await em.uses("tag add", model=BASE, tags="anything")).says("refusal.tag-not-curated")
    (await mo.uses("tag curate", mode="any-tag", remove="fast")).says("tag.any-allowed")
    wrong: list[tuple[str, dict[str, str], str]] = [
        ("tag alias", {"tag": "t5", "spelling": "coding"}, "refusal.tag-exists"),
        ("tag alias", {"tag": "unheard", "spelling": "x"}, "refusal.tag-unknown"),
        ("tag unalias", {"spelling": "never an alias"}, "refusal.tag-unknown"),
        ("tag unalias", {"spelling": "t5"}, "refusal.tag-no-alias"),
        ("tag rename", {"tag": "t5", "name": "coding"}, "refusal.tag-exists"),
        ("tag merge", {"tag": "t5", "into": "t5"}, "refusal.tag-merge-itself"),
        ("tag delete", {"tag": "t5", "model": OTHER}, "refusal.tag-not-on-model"),
        ("tag unban", {"tag": "t5"}, "refusal.tag-not-banned"),
        ("tag curate", {"add": " , "}, "refusal.tag-empty"),
    ]
    for command, options, refusal in wrong:
        (await mo.uses(command, **options)).says(refusal)

    (await mo.uses("tag ban", tag="tasteless")).says("tag.banned")
    (await em.uses("tag add", model=BASE, tags="Tasteless")).says("refusal.tag-banned")
    (await mo.uses("tag ban", tag="tasteless")).says("refusal.tag-banned-already")
    await mo.uses("tag curate", add=",".join(f"listed {number:02}" for number in range(36)))
    listed = (await mo.uses("tag curate")).says("tag.curated")
    (await mo.presses(listed.message, "v1:curated:1")).says("tag.curated")
    log = (await mo.uses("tag log")).says("tag.log-title").shows(f"<@{mo.id}>")
    (await mo.presses(log.message, "v1:taglog:1")).says("tag.log-title")
    (await em.uses("tag log")).says("refusal.moderators-only")


async def thursday(week: Week) -> None:
    """They discuss: two open it at once; archived it is opened again, locked it stays, deleted it is made anew."""
    em, mo, play = week.em, week.mo, week.play
    discuss = f"v1:discuss:{week.models[BASE]}"
    card = card_in(play.channel)
    both = await press_at_once(week, card, discuss, em, mo)
    (thread,) = play.channel.threads
    assert [f"<#{thread.id}>" in answer.text for answer in both] == [True, True]
    stored = play.env.backend.get_thread(thread.id).thread_metadata
    stored.archived = True
    await week.restart()
    (await em.uses("discuss", model=f"hf.co/{BASE}")).says("discuss.found").shows(f"<#{thread.id}>")
    assert stored.archived is False
    stored.archived = stored.locked = True
    (await mo.presses(card, discuss)).says("discuss.locked")
    assert (stored.archived, stored.locked) == (True, True)
    await play.delete_channel(thread)
    (await em.presses(card, discuss)).says("discuss.opened")
    (again,) = play.channel.threads

    shelf, news = play.guild.channels["shelf"], play.guild.channels["news"]
    (post,) = shelf.threads
    (await em.presses(card_in(post), f"v1:discuss:{week.models[TUNED]}")).says("discuss.found").shows(f"<#{post.id}>")
    (await em.presses(card_in(news), f"v1:discuss:{week.models[OTHER]}")).says("discuss.opened")
    assert [thread.id for thread in news.threads] == [card_in(news).id]
    (await mo.uses("discuss", model=SERIES[3], where=again)).says("discuss.opened")
    for typed in WRONG_NAMES:
        (await em.uses("discuss", model=typed)).says("refusal.model-unknown")


async def friday(week: Week) -> None:
    """They say how models did: with the form and by command; reviews are read page by page."""
    em, mo, play = week.em, week.mo, week.play
    review = f"v1:review:{week.models[BASE]}"
    form = await em.presses(card_in(play.channel), review)
    await week.restart()
    filled = {"verdict": "works-well", "purpose": "chat", "hardware": "RTX 4090", "format": "Q4_K_M", "note": "Fast."}
    (await em.sends(form, **filled)).says("review.added").shows("RTX 4090")
    told = {"purpose": "RAG", "hardware": "2x 3090", "format": "AWQ", "note": "@everyone slow"}
    (await mo.uses("review add", model=BASE, verdict="poor", **told)).says("review.added").hides("@everyone")
    (await mo.uses("review add", model=BASE, verdict="works-well")).says("refusal.review-exists")
    (await mo.uses("review edit", model=BASE)).says("refusal.review-nothing-to-change")
    edited = await mo.uses(
        "review edit", model=BASE, verdict="mixed", purpose="coding", hardware="H100", format="-", note="Better."
    )
    edited.says("review.edited").shows("H100", "Better").hides("AWQ")
    for verdict in ("works-well", "poor"):
        (await mo.uses("review edit", model=BASE, verdict=verdict)).says("review.edited")
    (await em.uses("review edit", model=OTHER, verdict="poor")).says("refusal.review-none")
    (await em.uses("review remove", model=OTHER)).says("refusal.review-none")
    (await mo.uses("review remove", model=OTHER, member=em.actor.user)).says("refusal.review-none-of-member")
    (await em.uses("review add", model="nobody/nothing", verdict="poor")).says("refusal.model-unknown")

    for number, name in enumerate(SERIES[:5]):
        play.clock.turn(timedelta(seconds=1))
        (await em.uses("review add", model=name, verdict="mixed", note=f"Note {number}")).says("review.added")
    first = (await mo.uses("review list")).says("review.list")
    (await mo.presses(first.message, "v1:reviews:0:1")).says("review.list")
    (await mo.uses("review list", model=BASE)).says("review.list-of-model").shows(f"<@{em.id}>", f"<@{mo.id}>")
    (await em.uses("review remove", model=BASE, member=mo.actor.user)).says("refusal.moderators-only")
    (await em.uses("review remove", model=SERIES[0])).says("review.removed")
    (await mo.uses("review remove", model=SERIES[1], member=em.actor.user)).says("review.removed-by-moderator")


async def saturday(week: Week) -> None:
    """They look for models, show one to everybody, and compare; in private the bot reads and never votes."""
    em, mo, play = week.em, week.mo, week.play
    shown = (await em.uses("model show", model=BASE)).shows("8.2B", week.word("tag-name.coding"))
    opened = next(one for one in shown.ids if one.startswith("v1:up:"))
    (await em.presses(shown.message, opened)).says("vote.same")
    (await mo.uses("model show", model=BASE, public=True)).says("answer.shown-to-channel")
    closed = play.closed_channel("quiet")
    for command in ("model show", "model compare", "model search"):
        options = {"model show": {"model": BASE}, "model compare": {"first": BASE, "second": TUNED}}.get(command, {})
        (await em.uses(command, where=closed, public=True, **options)).says("refusal.may-not-write-here")

    found = (await em.uses("model search", words="series", sort="likes")).says("search.total", "search.sorted.likes")
    page = search_page_id(ModelQuery(words="series", sort=SortBy.LIKES), 1)
    second = (await em.presses(found.message, page)).hides("Series-00")
    (await em.presses(second.message, next(one for one in second.ids if one.startswith("v1:show:")))).shows("Series")
    for options in (
        *({"kind": kind} for kind in ("original", "finetune", "adapter", "merge", "quantized")),
        *({"licence": f"licence-{name}"} for name in ("permissive", "copyleft", "non-commercial", "custom", "none")),
        *({"memory": gigabytes, "precision": "bf16"} for gigabytes in (8, 12, 16, 24, 48, 80)),
        *({"memory": 24, "precision": precision} for precision in ("4bit", "int8")),
        *({"tag": "编程", "sort": sort} for sort in ("votes", "newest")),
    ):
        answer = await em.uses("model search", **options)
        answer.says("search.total" if "v1:show:" in " ".join(answer.ids) else "search.nothing")
    (await em.uses("model search", derivative_of=BASE)).says("search.made-from").shows(TUNED)
    (await em.uses("model search", words="no such thing")).says("search.nothing", "search.try")
    (await em.uses("model search", tag="unheard")).says("refusal.tag-unknown")
    (await em.uses("model search", derivative_of="nobody/nothing")).says("refusal.model-unknown")

    two = await em.uses("model compare", first=BASE, second=OTHER)
    two.says("compare.licence").shows("①", "②").hides("③")
    four = await em.uses("model compare", first=BASE, second=OTHER, third=TUNED, fourth=SERIES[0])
    four.says("compare.licence").shows("③", "④")
    (await em.uses("model compare", first=BASE, second=f"https://hf.co/{BASE}")).says("refusal.compare-one")
    (await em.uses("model compare", first=BASE, second="nobody/nothing")).says("refusal.model-unknown")


async def brought_along(week: Week) -> None:
    """In a direct conversation: cards without votes, searches without tags, and no command that votes."""
    em = week.em
    shown = (await em.brings_along("model show", model=BASE)).shows("8.2B")
    assert [one.rpartition(":")[0] for one in shown.ids] == ["v1:details"]
    (await em.brings_along("model search", words="qwen")).says("search.sorted.likes").shows(BASE)
    (await em.brings_along("model search", tag="coding")).says("refusal.tags-in-servers")
    (await em.brings_along("model compare", first=BASE, second=TUNED)).shows("①")
    assert not {"vote", "tag add", "review add", "discuss", "me"} & set(em.actor.user.available_commands())


async def somebody_is_typing(week: Week) -> None:
    """Every option that is completed offers what fits."""
    em, mo = week.em, week.mo
    series = SERIES[0]
    for command in ("vote", "discuss", "tag add", "tag remove", "tag list", "tag suggest", "tag delete", "model show"):
        assert await em.is_offered(command, "model", "rowan") == [TUNED]
    for command in ("review add", "review list"):
        assert await em.is_offered(command, "model", "qwen3") == [BASE]
    assert await em.is_offered("review edit", "model", "") != []
    assert await mo.is_offered("review remove", "model", "qwen3") == [BASE]
    assert await mo.is_offered("audit", "model", "rowan") == [TUNED]
    for option in ("first", "second", "third", "fourth"):
        assert await em.is_offered("model compare", option, "rowan") == [TUNED]
    assert await em.is_offered("model search", "derivative_of", "qwen3") == [BASE]
    assert await em.is_offered("model search", "tag", week.word("tag-name.coding")) == ["coding"]
    for command in ("tag browse", "tag alias", "tag rename", "tag merge", "tag delete", "tag ban"):
        assert await mo.is_offered(command, "tag", "编程") == ["coding"]
    assert await mo.is_offered("tag merge", "into", "编程") == ["coding"]
    assert await mo.is_offered("tag unban", "tag", "") == ["tasteless"]
    assert await mo.is_offered("tag curate", "add", "coding, brand-new") == ["coding, brand-new"]
    assert await mo.is_offered("tag curate", "remove", "编程") == ["coding"]
    assert await em.is_offered("tag add", "tags", "编程", model=SERIES[12]) == ["coding"]
    assert await em.is_offered("tag remove", "tags", "t2", model=series) == ["t2"]


async def sunday(week: Week) -> None:
    """Moderators look at the votes: one's are set aside and let in, another is banned and comes back."""
    em, mo, play = week.em, week.mo, week.play
    rude = next(one for one in play.guild.member_ids() if play.env.backend.get_user(one).name == "rude")
    (await mo.uses("audit", model=BASE)).says("audit.title", "audit.ballots", "audit.log").shows(f"<@{rude}>")
    (await mo.uses("audit", model=BASE, member=em.actor, decision="set-aside")).says("audit.set-aside")
    (await em.uses("vote", model=BASE, choice="up")).says("vote.same", "vote.set-aside")
    (await mo.uses("audit", model=BASE, member=em.actor, decision="let-in")).says("audit.let-in")
    (await mo.uses("audit", model=BASE, decision="let-in")).says("refusal.audit-incomplete")
    (await mo.uses("audit", model="nobody/nothing")).says("refusal.model-unknown")
    await play.let_everybody_in("audit")
    (await em.uses("audit", model=BASE)).says("refusal.moderators-only")

    play.env.backend.apply_ban(play.guild.id, rude, "for a test")
    await play.env.settle()
    (await mo.uses("audit", model=BASE)).says("audit.aside.banned")
    play.env.backend.remove_ban(play.guild.id, rude)
    await play.env.settle()
    audited = (await mo.uses("audit", model=BASE)).shows(f"<@{rude}>").hides(week.word("audit.aside.banned"))
    older = next(one for one in audited.ids if one.startswith("v1:audit:"))
    (await mo.presses(audited.message, older)).says("audit.title", "audit.log")


async def looking_back(week: Week) -> None:
    """They read what they said themselves, page by page."""
    first = (await week.em.uses("me")).says("me.title", "me.votes", "me.tags", "me.reviews")
    (await week.em.presses(first.message, "v1:me:1")).says("me.title")
    stranger = week.joined("stranger")
    (await stranger.uses("me")).says("me.nothing-yet")


WEEK = (
    (monday, monday_evening),
    (the_forum_wants_a_tag, tuesday, tuesday_evening),
    (wednesday,),
    (thursday,),
    (friday,),
    (saturday, brought_along, somebody_is_typing),
    (sunday, looking_back),
)
"""What happens on which day."""
