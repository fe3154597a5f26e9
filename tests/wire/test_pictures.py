"""Pictures over a real socket: they go along with a post, once, and an edit keeps or replaces them."""

import asyncio
import gc
from collections.abc import Sequence
from dataclasses import replace

import pytest
from yarl import URL

import bot.announcing.pictures
from bot.cards.picture_alt_text import alt_text
from bot.domain.card import Post
from bot.domain.errors import SendFailure
from bot.language.words import Language, Words
from tests.wire.faults import Fault
from tests.wire.hurry import run_hurried
from tests.wire.limits_of_messages import COMPONENTS_V2, errors_in_message
from tests.wire.posts import week_post
from tests.wire.test_channel_kinds import staged
from tests.wire.world import FORUM, NEWS, TEXT, Json, inner, part, walk

LANGUAGE = Language.load()
NONCE = "w" * 20
PNG = b"\x89PNG"


def pointed_at(message: Json) -> Sequence[str]:
    """Return what a message points to: in its galleries and embeds."""
    media = [part(item, "media") for each in walk(inner(message, "components")) for item in inner(each, "items")]
    return [str(one.get("url")) for one in (*media, *(part(embed, "image") for embed in inner(message, "embeds")))]


def files_in(message: Json) -> Sequence[tuple[str, str]]:
    """Return the files of a message with their alt texts."""
    return [(each["filename"], each["description"]) for each in inner(message, "attachments")]


def told(post: Post) -> Sequence[tuple[str, str]]:
    """Return what the files of a post ought to be."""
    words = LANGUAGE.words(post.locale)
    return [(file.name, alt_text(file.picture, words)) for file in post.files]


@pytest.mark.parametrize("kind", [TEXT, NEWS, FORUM])
async def test_a_picture_goes_with_the_post_in_every_kind_of_channel(kind: int) -> None:
    """The file with its alt text, and the place in the message that points to it; Discord's rules are kept."""
    async with staged(kind) as stage:
        post = week_post(pictures=2 if kind == TEXT else 1)
        message_id = await stage.messenger.send(stage.channel_id, post, nonce=NONCE)
        channel_id = message_id if kind == FORUM else stage.channel_id
        (message,) = stage.server.world.messages_in(channel_id)
        assert files_in(message) == told(post)
        assert pointed_at(message) == [f"attachment://{file.name}" for file in post.files]
        assert bool(message["flags"] & COMPONENTS_V2) == (kind != NEWS)
        assert all(data.startswith(PNG) for data in stage.server.rest.uploads)


@pytest.mark.parametrize("kind", [TEXT, NEWS])
@pytest.mark.parametrize("fault", [Fault.RESET_AFTER, Fault.UNAVAILABLE])
async def test_our_retry_sends_the_picture_again_and_shows_one(kind: int, fault: Fault) -> None:
    """The whole file under the same nonce: one message with one picture, whether or not the first attempt posted."""
    async with staged(kind) as stage:
        stage.server.rest.faults.script.append(fault)
        with pytest.raises(SendFailure):
            await stage.messenger.send(stage.channel_id, week_post(), nonce=NONCE)
        await stage.messenger.send(stage.channel_id, week_post(), nonce=NONCE)
        (message,) = stage.server.world.messages_in(stage.channel_id)
        assert files_in(message) == told(week_post())
        assert len(set(stage.server.rest.uploads)) == 1


def test_a_repeat_of_discord_pys_own_sends_the_whole_picture() -> None:
    """After a 500 that had posted the message: the file is read again from its beginning."""

    async def story() -> tuple[Sequence[bytes], int]:
        async with staged(TEXT) as stage:
            stage.server.rest.faults.script.append(Fault.SERVER_ERROR_AFTER)
            await stage.messenger.send(stage.channel_id, week_post(), nonce=NONCE)
            return stage.server.rest.uploads, len(stage.server.world.messages_in(stage.channel_id))

    uploads, shown = run_hurried(story())
    assert (len(uploads), len(set(uploads)), shown) == (2, 1, 1)


@pytest.mark.parametrize("kind", [TEXT, NEWS, FORUM])
async def test_an_edit_brings_the_picture_up_to_date(kind: int) -> None:
    """One file after it as before it, the new one; what the message points to is in it."""
    async with staged(kind) as stage:
        message_id = await stage.messenger.send(stage.channel_id, week_post(12), nonce=NONCE)
        await stage.messenger.edit(stage.channel_id, message_id, week_post(99))
        (message,) = stage.server.world.messages_in(message_id if kind == FORUM else stage.channel_id)
        assert files_in(message) == told(week_post(99))
        assert len(set(stage.server.rest.uploads)) == 2


async def test_an_edit_without_pictures_keeps_those_of_the_message() -> None:
    """Attachments that are not named stay."""
    async with staged(TEXT) as stage:
        message_id = await stage.messenger.send(stage.channel_id, week_post(), nonce=NONCE)
        await stage.messenger.edit(stage.channel_id, message_id, replace(week_post(), files=()))
        (message,) = stage.server.world.messages_in(stage.channel_id)
        assert files_in(message) == told(week_post())


async def test_a_picture_that_cannot_be_drawn_keeps_no_post_from_being_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is logged; the message goes without it and points to nothing."""

    def broken(file: object, words: Words) -> bytes:
        raise OSError(f"no font for {file} in {words.locale}")

    monkeypatch.setattr(bot.announcing.pictures, "draw", broken)
    async with staged(TEXT) as stage:
        await stage.messenger.send(stage.channel_id, week_post(), nonce=NONCE)
        (message,) = stage.server.world.messages_in(stage.channel_id)
        assert (files_in(message), pointed_at(message)) == ([], [])


def test_the_stand_in_refuses_a_picture_that_is_not_there() -> None:
    """As Discord does: `attachment://` has to name a file of the same message."""
    gallery: Json = {"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]}
    message: Json = {"flags": COMPONENTS_V2, "components": [gallery], "attachments": [{"id": 0, "filename": "b.png"}]}
    assert errors_in_message(message) == ["attachments: there is no 'a.png'"]
    assert errors_in_message(message | {"attachments": [{"id": 0, "filename": "a.png"}]}) == []


async def test_a_sender_that_dies_in_the_middle_of_a_picture_leaves_nothing_open() -> None:
    """The stand-in takes no message of it, and holds no file: one left open is an error of whatever test runs then."""
    async with staged(TEXT) as stage:
        host, port = str(URL(stage.server.api_base).host), URL(stage.server.api_base).port
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(
            f"POST /api/v10/channels/{stage.channel_id}/messages HTTP/1.1\r\nHost: {host}\r\n"
            f"Authorization: Bot {stage.server.world.token}\r\nContent-Length: 100000\r\n"
            "Content-Type: multipart/form-data; boundary=edge\r\n\r\n"
            '--edge\r\nContent-Disposition: form-data; name="files[0]"; filename="week.png"\r\n\r\n'.encode()
            + PNG * 1000
        )
        writer.write_eof()
        await reader.read()  # The server has hung up: it read what there was.
        writer.close()
        gc.collect()
        assert stage.server.world.messages_in(stage.channel_id) == []
        assert stage.server.rest.uploads == []
