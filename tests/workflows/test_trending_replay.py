"""Four days of the real trending list, replayed through the real feed: thresholds fire when they are crossed, once."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain.model import Kind, Source
from bot.domain.watches import WatchFilter
from tests.shared_data import shared_data
from tests.workflows.scenes import Scene

Row = Mapping[str, object]

LIKES, DOWNLOADS, TRENDING = "likes", "downloads", "trendingScore"
ASKED = {
    201: (LIKES, 100),
    202: (LIKES, 1_000),
    203: (DOWNLOADS, 100_000),
    204: (TRENDING, 50),
    205: (TRENDING, 200),
}
"""A channel each. Scores stay clear of the lowest on a cut list (23 to 26), below which nothing is known."""

ALL_KINDS = frozenset(Kind)
"""Named, so that quantisations are posts of their own: this is about thresholds, not about folding."""

NOBODY_KNOWS = datetime(2026, 4, 18, tzinfo=UTC)
"""When a model was made of which the snapshots say nothing more: ten days before the first."""


@dataclass(frozen=True)
class Snapshot:
    """The list as it was at one moment."""

    moment: datetime
    rows: Sequence[Row]


def snapshots() -> Iterator[Snapshot]:
    rows: dict[str, list[Row]] = {}
    for line in shared_data("hub_trending_snapshots.jsonl").read_text().splitlines():
        row = json.loads(line)
        rows.setdefault(row["t"], []).append(row)
    for moment, listed in rows.items():
        yield Snapshot(datetime.fromisoformat(moment), listed)


def records() -> Mapping[str, Row]:
    lines = shared_data("hub_models.jsonl").read_text().splitlines()
    return {str(row["id"]): row for row in map(json.loads, lines)}


def expected_to_fire(all_snapshots: Sequence[Snapshot], created: Mapping[str, datetime]) -> list[set[tuple[int, str]]]:
    """Work out from the raw rows what fires in which snapshot, without anything of Rootstock's.

    A number crosses when the last one seen was below the bound; one that was never seen crosses nothing, but for the
    score, which was low as long as the model was not on the list. A release counts as soon as its numbers suffice.
    """
    start, fired = all_snapshots[0].moment, set[tuple[int, str]]()
    seen: dict[str, Row] = {}
    on_list: set[str] = set()
    released: set[str] = set()
    by_snapshot: list[set[tuple[int, str]]] = []
    for place, snapshot in enumerate(all_snapshots):
        now: set[tuple[int, str]] = set()
        for row in snapshot.rows:
            name = str(row["id"])
            if place and name not in seen and is_release(row, created[name], start, snapshot.moment):
                released.add(name)
            for channel, (number, bound) in ASKED.items():
                before = seen.get(name, {}).get(number)
                if number == TRENDING and place and name not in on_list:
                    before = 0
                suffices = float(str(row[number])) >= bound
                crossed = before is not None and float(str(before)) < bound
                if suffices and (crossed or name in released):
                    now.add((channel, name))
        by_snapshot.append(now - fired)
        fired |= now
        seen |= {str(row["id"]): row for row in snapshot.rows}
        on_list = {str(row["id"]) for row in snapshot.rows}
    return by_snapshot


def is_release(row: Row, created: datetime, start: datetime, now: datetime) -> bool:
    """Made since the feed began, or at most 90 days ago and liked only lately."""
    fresh = float(str(row[TRENDING])) >= 0.5 * float(str(row[LIKES]))
    return created >= start or (now - created <= timedelta(days=90) and fresh)


def shelve(scene: Scene, snapshot: Snapshot, known: Mapping[str, Row], created: Mapping[str, datetime]) -> None:
    """Let the hub show exactly this list."""
    listed = {str(row["id"]) for row in snapshot.rows}
    for name in set(scene.hub.names()) - listed:
        scene.hub.remove(name)
    for row in snapshot.rows:
        name = str(row["id"])
        record = {key: value for key, value in known.get(name, {}).items() if key in {"pipeline_tag", "library_name"}}
        numbers = {number: row[number] for number in (LIKES, DOWNLOADS, TRENDING)}
        tags = known.get(name, {}).get("tags", ["transformers", "region:us"])
        files = [{"rfilename": file} for file in ("README.md", "model.safetensors")]
        made = created[name].strftime("%Y-%m-%dT%H:%M:%S.000Z")
        scene.hub.put({**record, **numbers, "id": name, "tags": tags, "siblings": files, "createdAt": made})


async def announced(scene: Scene) -> set[tuple[int, str]]:
    async with scene.unit_of_work() as work:
        ids = {
            model.id: name
            for name, model in (await work.models.by_names(Source.HUGGING_FACE, scene.hub.names())).items()
        }
        pairs = await work.deliveries.announced(list(ids))
    return {(channel, ids[model_id]) for channel, model_id in pairs}


async def only_trending(scene: Scene) -> None:
    """Keep the newest feed out of it: on this hub it would show the same models in full."""
    async with scene.unit_of_work() as work:
        await work.feeds.put(replace(await work.feeds.get("newest"), next_at=scene.clock.now() + timedelta(days=99)))
        await work.commit()


def a_filter(number: str, bound: int) -> WatchFilter:
    if number == LIKES:
        return WatchFilter(kinds=ALL_KINDS, min_likes=bound)
    if number == DOWNLOADS:
        return WatchFilter(kinds=ALL_KINDS, min_downloads=bound)
    return WatchFilter(kinds=ALL_KINDS, min_trending=bound)


async def test_thresholds_fire_in_the_snapshot_in_which_they_are_crossed_and_never_twice(scene: Scene) -> None:
    """Restarted before every snapshot, each channel is given exactly what crosses its bound there."""
    replayed, known = list(snapshots()), records()
    created = {
        str(row["id"]): datetime.fromisoformat(str(known.get(str(row["id"]), {}).get("createdAt") or NOBODY_KNOWS))
        for snapshot in replayed
        for row in snapshot.rows
    }
    scene.clock.moment = replayed[0].moment
    scene.labs = type(scene.labs)([])
    await only_trending(scene)
    for channel, (number, bound) in ASKED.items():
        await scene.watch(a_filter(number, bound), channel=channel)
    before: set[tuple[int, str]] = set()
    for snapshot, expected in zip(replayed, expected_to_fire(replayed, created), strict=True):
        scene.most_trending = len(snapshot.rows)
        scene.restart()
        shelve(scene, snapshot, known, created)
        await scene.poll_after(snapshot.moment - scene.clock.now())
        assert (await scene.feed("trending")).last_error is None
        while await scene.look_again():
            """What was too much for one batch follows in second looks."""
        fired = await announced(scene) - before
        assert fired == {(channel, name.casefold()) for channel, name in expected}
        before |= fired
    assert len(before) > 50
