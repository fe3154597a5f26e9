"""The first run: a channel, what to watch, a language, a timezone; then the server is at work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.moments import checked_zone
from bot.domain.presets import PRESETS, Preset, PresetWatch
from bot.domain.server import Locale, Server
from bot.domain.watches import Watch, WatchState, at_work_again
from bot.workflows.change_settings import server_of
from bot.workflows.manage_watches import WatchWish, add_watch, twin_of
from bot.workflows.ports import UnitOfWork, Work
from bot.workflows.settle_waiting_lines import reschedule_digests

CUSTOM = "custom"
"""The choice beside the presets: the server is set up, the moderator adds watches with `/watch add`."""


@dataclass(frozen=True, slots=True)
class SetupChoice:
    """What a moderator chose. `names` are the watches' names in the server's language, by preset watch key."""

    guild_id: int
    channel_id: int
    preset: str
    locale: Locale
    timezone: str
    chosen_by: int
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PresetInChannel:
    """What a preset brings to a channel, and what it meets there."""

    new: tuple[PresetWatch, ...] = ()
    there: tuple[Watch, ...] = ()
    """The channel has these already, by whatever name and pace: nothing is added again."""
    beside: tuple[Watch, ...] = ()
    """What else the channel has."""


@dataclass(frozen=True, slots=True)
class SetupResult:
    """What was saved: the server's settings, and its preset's watches (also those that were there before)."""

    server: Server
    watches: tuple[Watch, ...]
    met: PresetInChannel
    """As it was before."""
    others: int = 0
    """How many watches the server has besides."""


class SetUpServer:
    """Saves a server and a preset's watches in one transaction. Doing it twice adds nothing twice.

    A watch that rests is woken, for instance after Rootstock was removed from the server and came back.
    """

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def meets(self, guild_id: int, channel_id: int, preset: str) -> PresetInChannel:
        """Return what a preset would bring to a channel, and what it would meet there. Raises `Refusal` as below."""
        async with self._unit_of_work() as work:
            return met_by(preset, channel_id, await work.watches.of_server(guild_id))

    async def __call__(self, choice: SetupChoice) -> SetupResult:
        """Set a server up. Raises `Refusal` for an unknown preset or timezone, or at the limit of watches."""
        wishes = wishes_of(choice)
        async with self._unit_of_work() as work:
            server = replace(
                await server_of(work, choice.guild_id),
                locale=choice.locale,
                timezone=checked_zone(choice.timezone),
                set_up_by=choice.chosen_by,
                set_up_at=self._clock.now(),
            )
            await work.servers.put(server)
            await reschedule_digests(work, server, self._clock.now())
            met = met_by(choice.preset, choice.channel_id, await work.watches.of_server(choice.guild_id))
            watches = [await self._watch(work, wish) for wish in wishes]
            present = await work.watches.of_server(choice.guild_id)
            await work.commit()
        return SetupResult(server, tuple(watches), met, len(present) - len(watches))

    async def _watch(self, work: Work, wish: WatchWish) -> Watch:
        twin = twin_of(wish, await work.watches.of_server(wish.guild_id))
        if twin is None:
            return await add_watch(work, wish, self._clock)
        if twin.state is WatchState.PAUSED:
            twin = at_work_again(twin, self._clock.now())
            await work.watches.update(twin)
        return twin


def met_by(preset: str, channel_id: int, watches: Sequence[Watch]) -> PresetInChannel:
    """Compare a preset with a server's watches: the same filter in the same channel is the same watch."""
    here = [watch for watch in watches if watch.channel_id == channel_id]
    wanted = watches_of(preset)
    had = {watch.filter for watch in here}
    asked = {watch.filter for watch in wanted}
    return PresetInChannel(
        new=tuple(watch for watch in wanted if watch.filter not in had),
        there=tuple(watch for watch in here if watch.filter in asked),
        beside=tuple(watch for watch in here if watch.filter not in asked),
    )


def watches_of(preset: str) -> Sequence[PresetWatch]:
    """Return a preset's watches; none for `custom`. Raises `Refusal` for an unknown preset."""
    return () if preset == CUSTOM else preset_named(preset).watches


def wishes_of(choice: SetupChoice) -> Sequence[WatchWish]:
    """Return the watches that a choice asks for; none for `custom`."""
    return [
        WatchWish(
            guild_id=choice.guild_id,
            channel_id=choice.channel_id,
            name=choice.names.get(watch.key, watch.key),
            filter=watch.filter,
            pace=watch.pace,
            wished_by=choice.chosen_by,
        )
        for watch in watches_of(choice.preset)
    ]


def preset_named(key: str) -> Preset:
    """Return a preset by its key. Raises `Refusal` where there is none."""
    for preset in PRESETS:
        if preset.key == key:
            return preset
    raise Refusal("preset-unknown", value=key)
