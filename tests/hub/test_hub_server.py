"""The stand-in hub refuses what the real one refuses, and tells of what changes."""

import asyncio
from typing import cast

import aiohttp
import pytest
from aiohttp import web

from bot.demo.hub_server import HubServer
from bot.demo.story_models import read_story_models
from bot.hub.records import parse_record
from bot.hub.webhook_notices import HubNotice, NoticeAction, read_notice
from tests.hub.real_hub import fill


async def _get(url: str, token: str | None = None) -> tuple[int, object]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers, allow_redirects=False) as answer:
        return answer.status, await answer.json() if answer.content_type == "application/json" else answer.headers


def _records(answer: object) -> list[dict[str, object]]:
    assert isinstance(answer, list)
    return cast("list[dict[str, object]]", answer)


@pytest.mark.parametrize(
    "query",
    ["expand=unknown", "expand=tags&full=true", "expand=tags&cardData=true", "sort=beauty", "limit=0", "limit=1001",
     "limit=many", "direction=2", "cursor=nonsense"],
)  # fmt: skip
async def test_wrong_parameters_are_refused(query: str) -> None:
    """A client that works here sends nothing that the Hub would refuse."""
    async with HubServer() as hub:
        status, _ = await _get(f"{hub.url}/api/models?{query}")
    assert status == 400


async def test_expand_gives_what_was_asked_for_and_no_more() -> None:
    """`_id` and `id` always; what a model lacks is absent."""
    async with HubServer() as hub:
        fill(hub, 1)
        _, listed = await _get(f"{hub.url}/api/models?expand=tags&expand=safetensors")
        _, found = await _get(f"{hub.url}/api/models/Org/M0?expand=likes")
    assert set(_records(listed)[0]) == {"_id", "id", "tags"}
    assert set(_records([found])[0]) == {"_id", "id", "likes"}


async def test_filters_and_search() -> None:
    """Every filter must be among the tags; search looks at names."""
    async with HubServer() as hub:
        hub.put({"id": "A/One-GGUF", "tags": ["gguf", "base_model:quantized:B/Base"], "likes": 1})
        hub.put({"id": "A/Two", "tags": ["gguf"], "likes": 2})
        names: list[list[str]] = []
        both = "filter=gguf&filter=base_model:quantized:B/Base"
        for query in (both, "filter=gguf&sort=likes", "search=two", "author=B"):
            _, listed = await _get(f"{hub.url}/api/models?{query}")
            names.append([str(model["id"]) for model in _records(listed)])
    assert names == [["A/One-GGUF"], ["A/Two", "A/One-GGUF"], ["A/Two"], []]


async def test_missing_models_answer_as_on_the_hub() -> None:
    """401 to a stranger, 404 to somebody with a token, another 401 for a token that is none."""
    async with HubServer() as hub:
        stranger = await _get(f"{hub.url}/api/models/Org/None")
        known = await _get(f"{hub.url}/api/models/Org/None", "hf_demo")
        wrong = await _get(f"{hub.url}/api/models/Org/None", "hf_wrong")
    assert stranger == (401, {"error": "Invalid username or password."})
    assert known == (404, {"error": "Repository not found"})
    assert wrong == (401, {"error": "Invalid credentials in Authorization header"})


async def test_too_many_requests_are_refused() -> None:
    """The quota holds, and its headers count down."""
    async with HubServer(quota=2) as hub:
        statuses = [(await _get(f"{hub.url}/api/models"))[0] for _ in range(3)]
    assert statuses == [200, 200, 429]


async def test_the_webhook_tells_of_every_change() -> None:
    """In order, with the secret, in a form that `read_notice` reads; metrics are no news."""
    received: list[tuple[str | None, HubNotice | None]] = []

    async def receive(request: web.Request) -> web.Response:
        received.append((request.headers.get("X-Webhook-Secret"), read_notice(await request.read())))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with HubServer() as hub:
        webhook = hub.send_webhook_to(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", "s3cret")
        hub.put({"id": "Org/M"}, empty=True)
        hub.settle("Org/M", ["a.gguf"])
        hub.set_metrics("Org/M", likes=5)
        hub.hide("Org/M")
        hub.show("Org/M")
        hub.rename("Org/M", "New/M")
        hub.remove("New/M")
        await asyncio.wait_for(webhook.all_sent(), 10)
    await runner.cleanup()
    notices = [(notice.action, notice.repo_id, notice.moved_to) for _, notice in received if notice]
    assert {secret for secret, _ in received} == {"s3cret"}
    assert notices == [
        (NoticeAction.APPEARED, "Org/M", None),
        (NoticeAction.CHANGED, "Org/M", None),
        (NoticeAction.GONE, "Org/M", None),
        (NoticeAction.APPEARED, "Org/M", None),
        (NoticeAction.MOVED, "Org/M", "New/M"),
        (NoticeAction.GONE, "New/M", None),
    ]


def test_the_demos_models_are_readable_and_hang_together() -> None:
    """Every record parses with files, card and summary; parents come before what was made from them."""
    models = read_story_models()
    seen: set[str] = set()
    outside: set[str] = set()
    for name, story in models.items():
        facts = parse_record(story.record)
        assert (facts.repo_id, facts.has_files, facts.has_card) == (name, True, True)
        outside |= {parent.repo_id for parent in facts.declared} - seen
        seen.add(name)
    assert len(models) >= 45
    assert outside & set(models) == set()
    assert len(outside) == 4, "only the merge has parents that are not in the demo"
