"""The budget, in a time that jumps: hours of requests in no time at all."""

import asyncio
from bisect import bisect_left

import pytest

from bot.domain.errors import HubUnavailable
from bot.hub.request_budget import API, RESOLVE, RequestBudget, Waiting, limiter_for, wait_asked_for
from bot.hub.turnstile import Turnstile, Urgency
from tests.hub.real_hub import Pauses, jumping_time


def _most_in_five_minutes(moments: list[float]) -> int:
    return max(bisect_left(moments, moment + 300) - index for index, moment in enumerate(moments))


async def _spend_as_fast_as_possible(budget: RequestBudget, count: int, pause_after: int = 0) -> list[float]:
    loop, moments = asyncio.get_running_loop(), list[float]()
    for number in range(count):
        if number == pause_after:
            await asyncio.sleep(900)
        await budget.spend()
        moments.append(loop.time())
    return moments


@pytest.mark.parametrize("allowed", [1, 50, 250, 500, 1500])
def test_no_five_minutes_see_more_than_allowed(allowed: int) -> None:
    """However greedy the caller is, and whether it was quiet before: burst and refill together stay within."""
    with jumping_time() as runner:
        for pause_after in (0, allowed // 2, allowed * 2):
            budget = RequestBudget(allowed, Waiting(asyncio.sleep))
            moments = runner.run(_spend_as_fast_as_possible(budget, allowed * 4, pause_after))
            assert _most_in_five_minutes(moments) <= allowed


def test_the_budget_is_worth_having() -> None:
    """In the long run nearly four fifths of what is allowed can be used: the burst is held back, nothing else."""
    with jumping_time() as runner:
        budget = RequestBudget(250, Waiting(asyncio.sleep))
        moments = runner.run(_spend_as_fast_as_possible(budget, 2000))
    assert 2000 / (moments[-1] - moments[0]) * 300 > 0.79 * 250


def test_half_of_what_the_hub_documents_is_allowed() -> None:
    """HUB.md's figures, halved."""
    assert [API.half(has_token=False), API.half(has_token=True)] == [250, 500]
    assert [RESOLVE.half(has_token=False), RESOLVE.half(has_token=True)] == [1500, 2500]


def test_burst_and_refill_add_up_to_what_is_allowed() -> None:
    """The arithmetic of a leaky bucket: capacity and what drains in five minutes."""
    limiter = limiter_for(250)
    assert limiter.max_rate + 300 * limiter.max_rate / limiter.time_period == pytest.approx(250)


def test_a_larger_quota_is_halved_too_and_no_second_burst_is_given() -> None:
    """A PRO token's 2,500 make 1,250, and never more than that in any five minutes around the change."""
    with jumping_time() as runner:
        budget = RequestBudget(500, Waiting(asyncio.sleep))
        moments = runner.run(_spend_as_fast_as_possible(budget, 90))
        budget.heed({"RateLimit": '"api";r=2400;t=300', "RateLimit-Policy": '"fixed window";"api";q=2500;w=300'})
        moments += runner.run(_spend_as_fast_as_possible(budget, 3000))
    assert budget.allowed == 1250
    assert _most_in_five_minutes(moments) <= 1250


async def test_little_left_means_wait_for_the_window_to_end() -> None:
    """A short wait is sat out; then requests go on."""
    pauses = Pauses()
    budget = RequestBudget(250, pauses.limits.waiting)
    budget.heed({"RateLimit": '"api";r=0;t=7', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'})
    await budget.spend()
    assert pauses.slept == [7]


async def test_a_long_wait_is_reported_instead() -> None:
    """A feed's schedule takes it, with the seconds that are left."""
    pauses = Pauses()
    budget = RequestBudget(250, pauses.limits.waiting)
    budget.heed({"RateLimit": '"api";r=3;t=200', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'})
    pauses.now += 50
    with pytest.raises(HubUnavailable) as raised:
        await budget.spend()
    assert raised.value.retry_after == 150


async def test_plenty_left_means_go_on() -> None:
    """Only the last tenth of the window's quota is left alone."""
    pauses = Pauses()
    budget = RequestBudget(250, pauses.limits.waiting)
    budget.heed({"RateLimit": '"api";r=51;t=200', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'})
    await budget.spend()
    assert pauses.slept == []


@pytest.mark.parametrize(
    "headers",
    [
        {"RateLimit": "nonsense"},
        {"RateLimit": '"api";r=' + "9" * 5000 + ";t=1"},
        {"RateLimit": '"api";r=5;t=1', "RateLimit-Policy": '"fixed window";"api";q=0;w=0'},
        {"RateLimit": '"api";r=5;t=1', "RateLimit-Policy": "q=99999999999;w=1"},
        {},
    ],
)
async def test_headers_that_make_no_sense_change_nothing(headers: dict[str, str]) -> None:
    """A hub or a proxy may send anything."""
    budget = RequestBudget(250, Pauses().limits.waiting)
    budget.heed(headers)
    await budget.spend()
    assert budget.allowed == 250


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": "3", "RateLimit": '"api";r=0;t=55'}, 3),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT", "RateLimit": '"api";r=0;t=55'}, 55),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "9" * 400}, None),
        ({}, None),
    ],
)
def test_a_refusal_says_how_long(headers: dict[str, str], seconds: float | None) -> None:
    """`Retry-After` in seconds first, then `RateLimit`."""
    assert wait_asked_for(headers) == seconds


def test_no_wait_is_believed_for_ever() -> None:
    """A mistaken year of silence becomes a quarter of an hour."""
    assert RequestBudget(250, Pauses().limits.waiting).close_for(31_536_000) == 900


def test_what_is_urgent_overtakes_what_waits() -> None:
    """A card's record waits for one listing at most, not for the hundreds that are due at a start."""
    order: list[str] = []
    with jumping_time() as runner:
        runner.run(_three_urgencies(RequestBudget(250, Waiting(asyncio.sleep)), order))
    assert order[50:60] == [*["listing"], *["post"] * 5, *["feed"] * 4]


async def _three_urgencies(budget: RequestBudget, order: list[str]) -> None:
    """Let a start's listings use the burst up, then ask for five records and four pages of a feed."""

    async def ask(urgency: Urgency) -> None:
        await budget.spend(urgency)
        order.append(urgency.name.lower())

    tasks = [asyncio.create_task(ask(Urgency.LISTING)) for _ in range(100)]
    await asyncio.wait(tasks[:50])
    tasks += [asyncio.create_task(ask(Urgency.FEED)) for _ in range(4)]
    tasks += [asyncio.create_task(ask(Urgency.POST)) for _ in range(5)]
    await asyncio.gather(*tasks)


async def test_a_waiter_that_leaves_holds_up_nobody() -> None:
    """Cancelled while it waits, or just when its turn has come: the next one goes."""
    turnstile, through = Turnstile(), list[int]()

    async def go(number: int) -> None:
        async with turnstile.turn(Urgency.POST):
            through.append(number)

    async with turnstile.turn(Urgency.POST):
        tasks = [asyncio.create_task(go(number)) for number in range(3)]
        await asyncio.sleep(0)
        tasks[1].cancel()
    tasks[0].cancel()
    await asyncio.wait(tasks)
    assert through == [2]


async def test_a_clock_that_steps_back_closes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the loop's clock says, passing time fills no bucket: requests go on."""
    loop, limiter = asyncio.get_running_loop(), limiter_for(100)
    await limiter.acquire()
    with monkeypatch.context() as patched:
        real = loop.time
        patched.setattr(loop, "time", lambda: real() + 10_000_000.0)
        await limiter.acquire()
    assert limiter.has_capacity()
    await asyncio.wait_for(limiter.acquire(), 5)
