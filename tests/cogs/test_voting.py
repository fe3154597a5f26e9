"""Voting as members do it: the card's buttons, /vote, the menu of a message; and what moderators see of it."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.votes import AsideBecause, BallotKey, Choice, Tally
from bot.workflows.cast_vote import Vote, cast_votes
from tests.cogs.delivering import deliver, post_card
from tests.cogs.stage import Play, bot_of, ids_in, reading, text_of
from tests.domain.builders import hub_model

MODEL = hub_model("Qwen/Qwen3-8B", likes=500)
OTHER = hub_model("mistralai/Mistral-7B")
DAY = timedelta(days=1)


@pytest.fixture
def play(play: Play) -> Play:
    """Let everybody be a member of long standing: SimCord's people are made now, whatever the clock says."""
    account = bot_of(play.env).user
    assert account is not None
    play.clock.moment = account.created_at + 30 * DAY
    return play


async def tally_of(play: Play, model_id: int = 1) -> Tally:
    """Return how a model stands in the server."""
    async with play.database.unit_of_work() as work:
        return (await work.votes.tallies(play.guild.id, [model_id])).get(model_id, Tally())


def labels(message: Any) -> list[str]:  # noqa: ANN401 - a message of SimCord or discord.py
    """Return the labels of a message's buttons."""

    def walk(components: Any) -> Any:  # noqa: ANN401 - nested dictionaries
        for component in components:
            if component.get("type") == 2:
                yield component["label"]
            yield from walk(component.get("components") or [])

    return list(walk([component.to_dict() for component in message.components]))


async def card(play: Play) -> Any:  # noqa: ANN401 - SimCord's message
    """Post a card and return its message."""
    await post_card(play, MODEL)
    return play.channel.last_message


async def test_a_card_is_voted_on(play: Play) -> None:
    """The answer is private and says how it stands; the card's counters follow; a restart changes nothing."""
    message = await card(play)
    said = await play.member.click(message, custom_id="v1:up:1")
    assert said.ephemeral
    assert "You voted on **Qwen/Qwen3-8B**: Worth building on." in text_of(said)
    assert "🌱 **1** worth building on" in text_of(said)
    await play.restart()
    await play.moderator.click(message, custom_id="v1:down:1")
    play.clock.turn(timedelta(seconds=5))
    await deliver(play)
    shown = labels(play.channel.last_message)
    assert shown[:2] == ["Worth building on · 1", "Not for us · 1"]


async def test_a_mind_is_changed_in_the_private_answer(play: Play) -> None:
    """Change and withdraw are one click away, in place."""
    message = await card(play)
    first = await play.member.click(message, custom_id="v1:up:1")
    changed = await play.member.click(first.response, custom_id="v1:down:1")
    assert "You changed your vote on **Qwen/Qwen3-8B** to: Not for us." in text_of(changed)
    assert await tally_of(play) == Tally(0, 1)
    withdrawn = await play.member.click(first.response, custom_id="v1:withdraw:1")
    assert "You took your vote on **Qwen/Qwen3-8B** back." in text_of(withdrawn)
    assert "v1:withdraw:1" not in list(ids_in(withdrawn.response.components))
    assert await tally_of(play) == Tally()


def styles(result: Any) -> dict[str, int]:  # noqa: ANN401 - SimCord's result
    """Return the style of each button that has an id."""

    def walk(components: Any) -> Any:  # noqa: ANN401 - nested dictionaries
        for component in components:
            if component.get("type") == 2 and "custom_id" in component:
                yield component["custom_id"], component["style"]
            yield from walk(component.get("components") or [])

    return dict(walk(result.response.components))


GREEN = 3


async def test_a_private_card_keeps_up_with_its_readers_vote(play: Play) -> None:
    """A card that somebody opened for themselves stays what it is: counters, their choice, a line on what changed."""
    await play.remember(MODEL)
    shown = await play.member.slash(play.channel, "model show", model="Qwen/Qwen3-8B")
    voted = await play.member.click(shown.response, custom_id="v1:up:1")
    assert voted.response.id == shown.response.id
    said, pressable = text_of(voted), styles(voted)
    assert ("8B" in said, "You voted on **Qwen/Qwen3-8B**: Worth building on." in said) == (True, True)
    assert "Worth building on · 1" in said
    assert {"v1:tag:1", "v1:discuss:1", "v1:review:1", "v1:details:1", "v1:withdraw:1"} < pressable.keys()
    assert (pressable["v1:up:1"] == GREEN, pressable["v1:down:1"] == GREEN) == (True, False)
    await play.restart()
    changed = await play.member.click(shown.response, custom_id="v1:down:1")
    assert "You changed your vote" in text_of(changed)
    assert styles(changed)["v1:down:1"] == GREEN
    back = await play.member.click(shown.response, custom_id="v1:withdraw:1")
    assert "back" in text_of(back)
    assert ("v1:withdraw:1" in styles(back), "v1:tag:1" in styles(back)) == (False, True)
    assert await tally_of(play) == Tally()


async def test_a_private_card_shows_its_readers_vote(play: Play) -> None:
    """Opened again, also from a search, it is marked; what the whole channel sees is not, and stays as it is."""
    await play.remember(MODEL)
    await play.member.slash(play.channel, "vote", model="Qwen/Qwen3-8B", choice="down")
    own = await play.member.slash(play.channel, "model show", model="Qwen/Qwen3-8B")
    searched = await play.member.slash(play.channel, "model search", words="qwen")
    opened = await play.member.click(searched.response, custom_id="v1:show:1")
    assert [styles(one)["v1:down:1"] for one in (own, opened)] == [GREEN, GREEN]
    assert styles(await play.moderator.slash(play.channel, "model show", model="Qwen/Qwen3-8B"))["v1:down:1"] != GREEN
    await play.member.slash(play.channel, "model show", model="Qwen/Qwen3-8B", public=True)
    public = play.channel.last_message
    assert "v1:withdraw:1" not in list(ids_in([one.to_dict() for one in public.components]))
    pressed = await play.member.click(public, custom_id="v1:up:1")
    assert (pressed.ephemeral, "v1:tag:1" in styles(pressed)) == (True, False)


async def test_a_private_card_says_when_a_vote_waits(play: Play) -> None:
    """A fresh account learns it on the card as well."""
    await play.remember(MODEL)
    play.clock.turn(-29 * DAY)
    shown = await play.member.slash(play.channel, "model show", model="Qwen/Qwen3-8B")
    said = text_of(await play.member.click(shown.response, custom_id="v1:up:1"))
    assert ("counts <t:" in said, "Worth building on · 1" in said) == (True, False)


async def test_the_same_click_again_changes_nothing(play: Play) -> None:
    """A second press of the same button says that the vote stands."""
    message = await card(play)
    await play.member.click(message, custom_id="v1:up:1")
    said = await play.member.click(message, custom_id="v1:up:1")
    assert "stands: Worth building on" in text_of(said)
    assert await tally_of(play) == Tally(1, 0)


async def test_a_card_of_a_forgotten_model_says_so(play: Play) -> None:
    """And so does a number that no model can have."""
    for model_id in ("77", "9999999999999999999"):
        message = await play.bot_message(f"v1:up:{model_id}")
        said = text_of(await play.member.click(message, custom_id=f"v1:up:{model_id}"))
        assert said
        assert "went wrong" not in said


async def test_votes_by_command(play: Play) -> None:
    """By name or address, known or not; autocomplete offers what is known."""
    await play.remember(MODEL)
    play.hub.models[OTHER.repo_id.casefold()] = OTHER
    first = text_of(await play.member.slash(play.channel, "vote", model="qwen/qwen3-8b", choice="up"))
    second = await play.member.slash(
        play.channel, "vote", model="https://huggingface.co/mistralai/Mistral-7B", choice="down"
    )
    assert "Qwen/Qwen3-8B" in first
    assert "mistralai/Mistral-7B**: Not for us" in text_of(second)
    assert await play.suggestions("vote", "model", "qwen3") == ["Qwen/Qwen3-8B"]
    taken_back = await play.member.slash(play.channel, "vote", model="Qwen/Qwen3-8B", choice="withdraw")
    assert "back" in text_of(taken_back)


@pytest.mark.parametrize(
    "typed",
    [
        "huggingface.co/Qwen/Qwen3-8B",
        "hf.co/Qwen/Qwen3-8B#usage",
        "<https://huggingface.co/Qwen/Qwen3-8B/blob/main/README.md>",
        "https://hf-mirror.com/Qwen/Qwen3-8B?x=y",
        "https://www.modelscope.cn/models/Qwen/Qwen3-8B/summary",
        "Qwen / Qwen3-8B",
    ],
)
async def test_addresses_as_people_paste_them(play: Play, typed: str) -> None:
    """The command and the menu of a message read them alike."""
    await play.remember(MODEL)
    assert "You voted" in text_of(await play.member.slash(play.channel, "vote", model=typed, choice="up"))
    linked = "/Qwen3" in typed and ".c" in typed
    said = text_of(await menu(play, f"look: {typed}"))
    assert ("stands: Worth building on" in said) == linked


@pytest.mark.parametrize("typed", ["nobody/nothing", "no name", "https://evil.example/a/b", "@everyone", "x" * 300])
async def test_votes_on_nothing_are_refused(play: Play, typed: str) -> None:
    """What names no model is answered, privately and harmlessly."""
    said = await play.member.slash(play.channel, "vote", model=typed, choice="up")
    assert said.ephemeral
    assert text_of(said)
    assert "went wrong" not in text_of(said)


async def test_a_hub_that_is_down_is_said_to_be(play: Play) -> None:
    """Only what is not known already needs the hub."""
    await play.remember(MODEL)
    play.hub.is_down = True
    known = text_of(await play.member.slash(play.channel, "vote", model="Qwen/Qwen3-8B", choice="up"))
    unknown = text_of(await play.member.slash(play.channel, "vote", model="a/b", choice="up"))
    assert "You voted" in known
    assert "went wrong" not in unknown
    assert "You voted" not in unknown


async def menu(play: Play, content: str, name: str = "Vote on this model") -> Any:  # noqa: ANN401 - SimCord's result
    """Use the menu on a message that says something."""
    message = await play.moderator.send(play.channel, content)
    return await play.member.context_menu(play.channel, name, message)


async def test_any_message_that_links_a_model_can_be_voted_on(play: Play) -> None:
    """The answer has the buttons; a model that only the hub knew is remembered, not announced."""
    play.hub.models[OTHER.repo_id.casefold()] = OTHER
    said = await menu(play, "have you seen https://huggingface.co/mistralai/Mistral-7B ?")
    assert said.ephemeral
    assert "How do you see **mistralai/Mistral-7B**?" in text_of(said)
    voted = await play.member.click(said.response, custom_id="v1:up:1")
    assert "You voted on **mistralai/Mistral-7B**" in text_of(voted)


async def test_a_card_itself_can_be_voted_on_by_the_menu(play: Play) -> None:
    """Links in components count as well."""
    message = await card(play)
    said = await play.member.context_menu(play.channel, "Vote on this model", message)
    assert "How do you see **Qwen/Qwen3-8B**?" in text_of(said)


async def test_several_links_ask_which(play: Play) -> None:
    """A menu offers them; what is chosen is offered for a vote, in place, after a restart too."""
    await play.remember(MODEL, OTHER)
    said = await menu(play, "https://hf.co/Qwen/Qwen3-8B or https://hf.co/mistralai/Mistral-7B")
    assert "Several models" in text_of(said)
    await play.restart()
    chosen = await play.member.select(said.response, ["mistralai/Mistral-7B"], custom_id="v1:votelink:0")
    assert "How do you see **mistralai/Mistral-7B**?" in text_of(chosen)


@pytest.mark.parametrize("content", ["hello", "https://huggingface.co/datasets/a/b", "https://hf.co/Qwen"])
async def test_a_message_without_a_model_says_what_to_do(play: Play, content: str) -> None:
    """The command is the way in."""
    assert "`/vote`" in text_of(await menu(play, content))


async def test_a_fresh_voter_learns_when_the_vote_counts(play: Play) -> None:
    """The ballot is kept, the tally waits."""
    message = await card(play)
    play.clock.turn(-29 * DAY)
    said = text_of(await play.member.click(message, custom_id="v1:up:1"))
    assert "counts <t:" in said
    assert "No vote counts so far." in said


async def test_it_all_reads_as_chinese(play: Play) -> None:
    """Answers are in the reader's language."""
    message = await card(play)
    with reading("zh-CN"):
        voted = text_of(await play.member.click(message, custom_id="v1:up:1"))
        asked = text_of(await menu(play, "https://hf.co/Qwen/Qwen3-8B"))
        audited = await play.say("audit", model="Qwen/Qwen3-8B")
    assert "已为 **Qwen/Qwen3-8B** 投票：值得当基座。" in voted
    assert "1** 票值得当基座" in voted
    assert "你对 **Qwen/Qwen3-8B** 的票没有变：值得当基座。" in asked
    assert "共 1 票" in audited


async def test_moderators_audit(play: Play) -> None:
    """They see who voted, set somebody aside, and let them in again; the member is told when they vote."""
    message = await card(play)
    await play.member.click(message, custom_id="v1:up:1")
    shown = await play.say("audit", model="Qwen/Qwen3-8B")
    assert f"<@{play.member.id}> · Worth building on" in shown
    aside = await play.say("audit", model="Qwen/Qwen3-8B", member=play.member, decision="set-aside")
    assert "are set aside (1 vote so far)" in aside
    assert "set aside by a moderator" in aside
    said = text_of(await play.member.click(message, custom_id="v1:down:1"))
    assert "moderators have set your votes" in said
    assert await tally_of(play) == Tally()
    let_in = await play.say("audit", model="Qwen/Qwen3-8B", member=play.member, decision="let-in")
    assert "count (1 vote let in)" in let_in
    assert "let in again" in let_in
    assert await tally_of(play) == Tally(0, 1)


async def test_an_audit_of_many_votes_has_pages(play: Play) -> None:
    """Of the votes and of the log by themselves, after a restart too; members turn none."""
    await play.remember(MODEL)
    async with play.database.unit_of_work() as work:
        old = play.clock.now() - 900 * DAY
        votes = [Vote(n, play.guild.id, 1, 5_000 + n, Choice.UP, old, old) for n in range(40)]
        await cast_votes(work, votes, play.clock.now())
        await work.integrity.set_aside(
            AsideBecause.BURST, [BallotKey(play.guild.id, 1, 5_000 + n) for n in range(35)], {}, play.clock.now()
        )
        await work.commit()
    first = await play.moderator.slash(play.channel, "audit", model="Qwen/Qwen3-8B")
    assert ("page 1 of 3" in text_of(first), "page 1 of 8" in text_of(first)) == (True, True)
    assert text_of(first).count("Worth building on") == 15
    await play.restart()
    second = await play.moderator.click(first.response, custom_id="v1:audit:1:1:0")
    assert "page 2 of 3" in text_of(second)
    log = await play.moderator.click(second.response, custom_id="v1:audit:1:1:1")
    assert ("page 2 of 3" in text_of(log), "page 2 of 8" in text_of(log)) == (True, True)
    last = await play.moderator.click(log.response, custom_id="v1:audit:1:2:1")
    assert (text_of(last).count("Worth building on"), "page 2 of 8" in text_of(last)) == (10, True)
    refused = await play.member.click(await play.bot_message("v1:audit:1:0:0"), custom_id="v1:audit:1:0:0")
    assert "Manage Server" in text_of(refused)


async def test_audits_of_nothing_are_refused(play: Play) -> None:
    """Half a decision, a model nobody knows, a member who may not."""
    await play.remember(MODEL)
    half = await play.say("audit", model="Qwen/Qwen3-8B", decision="let-in")
    unknown = await play.say("audit", model="a/b")
    await play.let_everybody_in("audit")
    member = text_of(await play.member.slash(play.channel, "audit", model="Qwen/Qwen3-8B"))
    assert "both a member and a decision" in half
    assert unknown
    assert "Votes on" not in unknown + member


async def test_a_ban_sets_ballots_aside_until_it_ends(play: Play) -> None:
    """Whoever leaves by themselves keeps theirs counted."""
    message = await card(play)
    for person in (play.member, play.moderator):
        await person.click(message, custom_id="v1:up:1")
    guild = bot_of(play.env).get_guild(play.guild.id)
    assert guild is not None
    play.guild.remove_member(play.moderator)
    await play.env.settle()
    after_leaving = await tally_of(play)
    auditing: Any = bot_of(play.env).get_cog("Auditing")
    user = await bot_of(play.env).fetch_user(play.member.id)
    await auditing.on_member_ban(guild, user)
    banned = await tally_of(play)
    await auditing.on_member_unban(guild, user)
    assert (after_leaving, banned, await tally_of(play)) == (Tally(2, 0), Tally(1, 0), Tally(2, 0))


async def test_every_verb_on_a_card_has_its_handler(play: Play) -> None:
    """No button on a card belongs to nothing."""
    message = await card(play)
    patterns = [button.__discord_ui_compiled_template__ for button in bot_of(play.env)._buttons]  # pyright: ignore[reportPrivateUsage] - what was registered
    ids = list(ids_in([component.to_dict() for component in message.components]))
    assert {"v1:up:1", "v1:down:1", "v1:details:1"} <= set(ids)
    assert [one for one in ids if not any(pattern.fullmatch(one) for pattern in patterns)] == []
