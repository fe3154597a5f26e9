"""The real client against the stand-in hub, when all is well."""

from dataclasses import replace

import aiohttp

from bot.demo.hub_server import HubServer
from bot.domain.model import DeclaredParent, Gating, Kind
from bot.hub.hub_doctor import ping_hub
from bot.hub.hugging_face import FULL_FIELDS, LIGHT_FIELDS, HuggingFace
from bot.workflows.ports import Hub
from tests.hub.real_hub import Pauses, fill, hub_and_client, pages_of

README = "---\nlicense: mit\n---\n# Name\n\nA small model that reads old maps. It is slow.\n"


async def test_newest_pages_through_everything_latest_first() -> None:
    """The newest feed comes in pages of a hundred, latest creation first, each model once."""
    async with hub_and_client(Pauses()) as (hub, client):
        fill(hub, 250)
        pages = await pages_of(client.newest())
    models = [model for page in pages for model in page.models]
    dates = [model.created_at for model in models if model.created_at]
    assert [len(page.models) for page in pages] == [100, 100, 50]
    assert len({model.repo_id for model in models}) == 250
    assert dates == sorted(dates, reverse=True)


async def test_a_caller_that_has_seen_enough_costs_no_further_request() -> None:
    """Pages are fetched only as they are asked for."""
    async with hub_and_client(Pauses()) as (hub, client):
        fill(hub, 250)
        async for _ in client.newest():
            break
        assert hub.count("/api/models") == 1


async def test_what_is_published_between_two_pages_is_neither_lost_nor_doubled() -> None:
    """The next page goes on after the last record, whatever was published meanwhile."""
    async with hub_and_client(Pauses()) as (hub, client):
        fill(hub, 150)
        names: list[str] = []
        async for page in client.newest():
            names += [model.repo_id for model in page.models]
            hub.put({"id": f"Late/M{len(names)}", "createdAt": "2026-06-01T00:00:00.000Z"})
    assert len(names) == len(set(names)) == 150


async def test_listings_ask_as_huggingface_hub_does() -> None:
    """Sort, limit, author and repeated `expand` are encoded as the Hub's own client encodes them."""
    async with hub_and_client(Pauses()) as (hub, client):
        fill(hub, 1)
        await pages_of(client.newest())
        await pages_of(client.trending())
        await pages_of(client.published_by("Org"))
        await client.look_up("Org/M0")
        seen = [dict(request.query) for request in hub.seen]
    assert seen == [
        {"sort": ["createdAt"], "limit": ["100"], "expand": FULL_FIELDS},
        {"sort": ["trendingScore"], "limit": ["1000"], "expand": LIGHT_FIELDS},
        {"author": ["Org"], "sort": ["createdAt"], "limit": ["1000"], "expand": LIGHT_FIELDS},
        {"expand": FULL_FIELDS},
    ]


async def test_trending_stops_at_a_thousand() -> None:
    """A thousand models are enough of a trending list, and the most that one request gives."""
    async with hub_and_client(Pauses()) as (hub, client):
        fill(hub, 1100)
        pages = await pages_of(client.trending())
    assert [len(page.models) for page in pages] == [1000]
    assert pages[0].models[0].trending == 1099


async def test_published_by_lists_one_publisher() -> None:
    """Other publishers' models stay out."""
    async with hub_and_client(Pauses()) as (hub, client):
        fill(hub, 3)
        fill(hub, 2, author="Other")
        pages = await pages_of(client.published_by("Other"))
    assert {model.repo_id for page in pages for model in page.models} == {"Other/M0", "Other/M1"}


async def test_latest_of_asks_for_one_record() -> None:
    """The latest; nothing for a publisher without models, or in another spelling."""
    async with hub_and_client(Pauses()) as (hub, client):
        fill(hub, 3)
        found = [await client.latest_of(author) for author in ("Org", "org", "Nobody")]
        assert [dict(request.query)["limit"] for request in hub.seen] == [["1"]] * 3
    assert [model and model.repo_id for model in found] == ["Org/M2", None, None]


async def test_look_up_reads_everything_the_hub_says() -> None:
    """A look-up carries files, card, sizes and parents."""
    record = {
        "id": "Org/Child-GGUF",
        "gated": "manual",
        "tags": ["gguf", "base_model:Org/Base", "base_model:quantized:Org/Base", "license:mit"],
        "baseModels": {"relation": "quantized", "models": [{"_id": "6" * 24, "id": "Org/Base"}]},
        "gguf": {"total": 8_000_000_000, "architecture": "qwen3", "context_length": 40960},
        "siblings": [{"rfilename": "model-Q4_K_M.gguf"}, {"rfilename": "README.md"}],
        "cardData": {"license": "mit", "language": ["en", "zh"]},
    }
    async with hub_and_client(Pauses()) as (hub, client):
        hub.put(record)
        model = await client.look_up("Org/Child-GGUF")
    assert model is not None
    assert model.declared == (DeclaredParent("Org/Base", Kind.QUANTIZED),)
    assert (model.parameters, model.context_length) == (8_000_000_000, 40960)
    assert (model.has_files, model.has_card, model.gating) == (True, True, Gating.MANUAL)
    assert (model.licence, model.languages) == ("mit", ("en", "zh"))


async def test_look_up_follows_a_renamed_model() -> None:
    """The old name answers with the new one, and the identity stays."""
    async with hub_and_client(Pauses()) as (hub, client):
        fill(hub, 1)
        before = await client.look_up("Org/M0")
        hub.rename("Org/M0", "New-Org/Better-Name")
        after = await client.look_up("Org/M0")
    assert before is not None
    assert after is not None
    assert (after.repo_id, after.author, after.hub_id) == ("New-Org/Better-Name", "New-Org", before.hub_id)


async def test_what_is_not_public_is_not_there() -> None:
    """Deleted, private and never-been look alike, with and without a token."""
    for token in (None, "hf_demo"):
        async with hub_and_client(Pauses(), token=token) as (hub, client):
            fill(hub, 2)
            hub.hide("Org/M0")
            hub.remove("Org/M1")
            found = [await client.look_up(name) for name in ("Org/M0", "Org/M1", "Org/None", "gpt2")]
        assert found == [None] * 4


async def test_impossible_names_are_answered_without_a_request() -> None:
    """A name from a hostile record never becomes a path of its own making."""
    async with hub_and_client(Pauses()) as (hub, client):
        for name in ("../../api/whoami-v2", "Org/..", "a b/c", "", "Org/M0?x=1", "a/b/c", "Org/M\n0", "日本/模型"):
            assert await client.look_up(name) is None
            assert await client.summary_of(name) is None
        assert hub.seen == []


async def test_an_empty_repository_settles() -> None:
    """Listed before its files are there, a repository shows nothing but storage; then everything."""
    async with hub_and_client(Pauses()) as (hub, client):
        hub.put({"id": "Org/Shell", "tags": ["gguf"], "siblings": [{"rfilename": "a.gguf"}]}, readme=README, empty=True)
        before = await client.look_up("Org/Shell")
        hub.settle("Org/Shell", ["a.gguf", "README.md"], {"license": "mit", "base_model": "Org/Base"})
        after = await client.look_up("Org/Shell")
    assert before is not None
    assert after is not None
    assert (before.has_files, before.has_card, before.tags) == (False, False, ("region:us",))
    assert (after.has_files, after.has_card, after.licence) == (True, True, "mit")
    assert after.declared == (DeclaredParent("Org/Base", Kind.FINETUNE),)


async def test_summary_is_the_first_sentence_of_the_card() -> None:
    """Front matter and heading are passed over; the file is fetched through its redirect on the same host."""
    async with hub_and_client(Pauses()) as (hub, client):
        hub.put({"id": "Org/Maps"}, readme=README)
        hub.put({"id": "Org/NoCard"})
        assert await client.summary_of("Org/Maps") == "A small model that reads old maps."
        assert await client.summary_of("Org/NoCard") is None
        assert await client.summary_of("Org/None") is None


async def test_only_the_beginning_of_a_huge_card_is_read() -> None:
    """A README of megabytes costs no more than its first 64 KB."""
    async with hub_and_client(Pauses()) as (hub, client):
        hub.put({"id": "Org/Long"}, readme=README + "x" * 5_000_000)
        assert await client.summary_of("Org/Long") == "A small model that reads old maps."


async def test_the_token_goes_with_every_request_to_the_endpoint() -> None:
    """A token is sent as a bearer; without one there is no such header."""
    for token, header in (("hf_demo", "Bearer hf_demo"), (None, None)):
        async with hub_and_client(Pauses(), token=token) as (hub, client):
            fill(hub, 101)
            await pages_of(client.newest())
            assert {request.authorization for request in hub.seen} == {header}
            assert len(hub.seen) == 2


async def test_ping_tells_an_operator_how_the_hub_is() -> None:
    """Reachable, whose token, and how much of the window is left."""
    async with hub_and_client(Pauses(), token="hf_demo", quota=1000) as (_, client):
        health = await ping_hub(client.client)
    assert (health.reachable, health.token_owner, health.token_refused) == (True, "demo", False)
    assert (health.allowed_in_five_minutes, health.remaining) == (500, 998)


async def test_ping_tells_a_refused_token_from_a_hub_that_is_away() -> None:
    """A wrong token and a closed port are different findings, and neither is an exception."""
    async with hub_and_client(Pauses(), token="hf_wrong") as (_, client):
        refused = await ping_hub(client.client)
    pauses = Pauses()
    async with aiohttp.ClientSession() as session:
        away = await ping_hub(HuggingFace(session, "http://127.0.0.1:1", None, limits=pauses.limits).client)
    assert (refused.reachable, refused.token_refused) == (True, True)
    assert (away.reachable, away.token_refused) == (False, False)
    assert away.problem == "the connection to the hub failed: ClientConnectorError"


async def test_an_endpoint_below_a_path_works() -> None:
    """A mirror may live below a path of its host."""
    async with HubServer() as hub, aiohttp.ClientSession() as session:
        client = HuggingFace(session, hub.url + "/mirror/", None, limits=replace(Pauses().limits))
        assert await client.look_up("Org/M0") is None
        assert [request.path for request in hub.seen] == ["/mirror/api/models/Org/M0"]


def test_it_fits_the_port() -> None:
    """It has every method of the workflows' idea of a hub, and pyright agrees on the types."""
    wanted = {name for name in vars(Hub) if not name.startswith("_")}
    fits: type[Hub] = HuggingFace
    assert wanted <= set(dir(fits))
