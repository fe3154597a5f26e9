"""/watch, as a moderator uses it."""

from tests.cogs.stage import Play


async def test_add_answers_with_what_happens_next(play: Play) -> None:
    """A new watch is stored, and its channel is promised the next release."""
    said = await play.say("watch add", channel=play.channel, labs="qwen", kinds="finetune", min_size="7B")
    (watch,) = await play.watches()
    assert watch.filter.labs == frozenset({"qwen"})
    assert f"<#{play.channel.id}>" in said
    assert "/watch preview" in said
