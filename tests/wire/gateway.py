"""Discord's gateway on loopback: HELLO to READY, heartbeats, RESUME with replay, and every way of ending a session."""

import asyncio
import contextlib
import importlib
import json
import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.wire.world import Json, World

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, RESUME, RECONNECT, INVALID_SESSION, HELLO, ACK = 0, 1, 2, 3, 6, 7, 9, 10, 11

HEARTBEAT_MILLISECONDS = 41_250
PRIVILEGED_INTENTS = (1 << 1) | (1 << 8) | (1 << 15)
ALL_INTENTS = (1 << 26) - 1
GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES = 1, 1 << 9, 1 << 12
ALWAYS = 0
"""Events that need no intent: interactions, for one."""

REFUSED_TOKEN, NOT_AUTHENTICATED, ALREADY_AUTHENTICATED, TIMED_OUT = 4004, 4003, 4005, 4009
INVALID_SEQUENCE, INVALID_SHARD, INVALID_INTENTS, DISALLOWED_INTENTS = 4007, 4010, 4013, 4014


@dataclass(eq=False, slots=True)
class Session:
    """One identified session; it lives on when its socket drops, and keeps what it was sent for a replay."""

    id: str
    intents: int
    shard: tuple[int, int]
    events: list[Json] = field(default_factory=list[Json])
    socket: "Socket | None" = None
    resumable: bool = True

    def covers(self, guild_id: int | None) -> bool:
        """Say whether this shard is told about a server; direct messages go to the first shard."""
        return ((guild_id or 0) >> 22) % self.shard[1] == self.shard[0]

    async def dispatch(self, name: str, data: Json) -> None:
        """Send an event now if somebody listens, and keep it for a replay either way."""
        event: Json = {"op": DISPATCH, "t": name, "s": len(self.events) + 1, "d": data}
        self.events.append(event)
        if self.socket is not None:
            await self.socket.send(event)


class Socket:
    """One WebSocket, compressed as its client asked."""

    def __init__(self, ws: web.WebSocketResponse, compression: str | None, request: web.BaseRequest) -> None:
        self.ws = ws
        self._request = request
        self._compress = _compressor(compression)

    async def send(self, payload: Json) -> None:
        """Send one payload; a socket that is gone is no error, its session keeps the event."""
        text = json.dumps(payload)
        with contextlib.suppress(ConnectionError):
            if self._compress is None:
                await self.ws.send_str(text)
            else:
                await self.ws.send_bytes(self._compress(text.encode()))

    def abort(self) -> None:
        """Drop the connection without a goodbye."""
        if self._request.transport is not None:
            self._request.transport.abort()


class Gateway:
    """All sessions, and the endpoint that clients connect to."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sessions: dict[str, Session] = {}
        self.url = ""
        self.identifies: list[Json] = []
        self.resumes: list[Json] = []
        self.changed = asyncio.Condition()

    @property
    def connected(self) -> list[Session]:
        """Return the sessions that somebody listens to."""
        return [session for session in self.sessions.values() if session.socket is not None]

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection."""
        ws = web.WebSocketResponse(max_msg_size=4096 * 4, timeout=1.0)
        await ws.prepare(request)
        socket = Socket(ws, request.query.get("compress"), request)
        await socket.send({"op": HELLO, "d": {"heartbeat_interval": HEARTBEAT_MILLISECONDS, "_trace": []}})
        session: Session | None = None
        async for message in ws:
            if message.type is not WSMsgType.TEXT:
                continue
            session = await self._take(socket, session, json.loads(message.data))
        await self._left(socket)
        return ws

    async def _left(self, socket: Socket) -> None:
        for session in self.sessions.values():
            if session.socket is socket:
                session.socket = None
        await self._notify()

    async def _notify(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    async def _take(self, socket: Socket, session: Session | None, payload: Json) -> Session | None:
        """Answer one payload of a client; return the session it speaks for now."""
        match payload["op"]:
            case 1:
                await socket.send({"op": ACK})
            case 2 if session is not None:
                await socket.ws.close(code=ALREADY_AUTHENTICATED)
            case 2:
                return await self._identify(socket, payload["d"])
            case 6:
                return await self._resume(socket, payload["d"])
            case _ if session is None:
                await socket.ws.close(code=NOT_AUTHENTICATED)
            case _:
                pass
        return session

    async def _identify(self, socket: Socket, data: Json) -> Session | None:
        self.identifies.append(data)
        refused = self._why_not(data)
        if refused is not None:
            await socket.ws.close(code=refused)
            return None
        index, total = data.get("shard") or (0, 1)
        session = Session(secrets.token_hex(16), data["intents"], (index, total), socket=socket)
        self.sessions[session.id] = session
        await self._welcome(session)
        await self._notify()
        return session

    def _why_not(self, data: Json) -> int | None:
        """Return the close code for an IDENTIFY that Discord would not take."""
        if data.get("token") != self.world.token:
            return REFUSED_TOKEN
        intents = data.get("intents")
        if not isinstance(intents, int) or not 0 <= intents <= ALL_INTENTS or "properties" not in data:
            return INVALID_INTENTS
        if intents & PRIVILEGED_INTENTS:
            return DISALLOWED_INTENTS
        index, total = data.get("shard") or (0, 1)
        return None if 0 <= index < total else INVALID_SHARD

    async def _welcome(self, session: Session) -> None:
        """Send READY with every server still unavailable, then each server."""
        guilds = [guild for guild_id, guild in self.world.guilds.items() if session.covers(guild_id)]
        ready: Json = {
            "v": 10, "user": self.world.bot(), "session_id": session.id, "session_type": "normal",
            "resume_gateway_url": self.url, "shard": list(session.shard), "private_channels": [],
            "guilds": [{"id": guild["id"], "unavailable": True} for guild in guilds],
            "application": {"id": str(self.world.bot_id), "flags": 0},
        }  # fmt: skip
        await session.dispatch("READY", ready)
        if session.intents & GUILDS:
            for guild in guilds:
                await session.dispatch("GUILD_CREATE", guild)

    async def _resume(self, socket: Socket, data: Json) -> Session | None:
        """Replay what was missed; a session that is gone or expired must identify again."""
        self.resumes.append(data)
        if data.get("token") != self.world.token:
            await socket.ws.close(code=REFUSED_TOKEN)
            return None
        session = self.sessions.get(data.get("session_id") or "")
        if session is None or not session.resumable:
            await socket.send({"op": INVALID_SESSION, "d": False})
            return None
        if not 0 <= data["seq"] <= len(session.events):
            await socket.ws.close(code=INVALID_SEQUENCE)
            return None
        for event in session.events[data["seq"] :]:
            await socket.send(event)
        session.socket = socket
        await session.dispatch("RESUMED", {"_trace": []})
        await self._notify()
        return session

    # ------------------------------------------------------------ what a test does to it

    async def dispatch(self, name: str, data: Json, *, guild_id: int | None = None, intent: int = ALWAYS) -> int:
        """Tell every session whose shard and intents cover it; return how many were told."""
        told = 0
        for session in list(self.sessions.values()):
            if session.covers(guild_id) and (intent == ALWAYS or session.intents & intent):
                await session.dispatch(name, data)
                told += session.socket is not None
        return told

    def drop(self) -> None:
        """Drop every socket without a goodbye, as a broken network does; sessions are kept."""
        for session in self.connected:
            if session.socket is not None:
                session.socket.abort()
                session.socket = None

    async def ask_to_reconnect(self) -> None:
        """Send op 7 to everybody."""
        for session in self.connected:
            if session.socket is not None:
                await session.socket.send({"op": RECONNECT, "d": None})

    async def invalidate(self, *, resumable: bool) -> None:
        """Send op 9 to everybody; without `resumable` the sessions are forgotten."""
        for session in self.connected:
            session.resumable = resumable
            if session.socket is not None:
                await session.socket.send({"op": INVALID_SESSION, "d": resumable})

    async def close_all(self, code: int) -> None:
        """Close every socket with a code; after 4009 a session cannot be resumed."""
        for session in self.connected:
            session.resumable = session.resumable and code != TIMED_OUT
            if session.socket is not None:
                await session.socket.ws.close(code=code)

    async def expire_sessions(self) -> None:
        """Forget every session: the next RESUME is answered with INVALID_SESSION false."""
        for session in self.sessions.values():
            session.resumable = False

    async def wait_for(self, predicate: Callable[["Gateway"], bool], *, seconds: float = 10) -> None:
        """Return when the predicate holds; looked at whenever a session comes, resumes or goes.

        Raises:
            TimeoutError: it did not hold within `seconds`.
        """
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(lambda: predicate(self))


def _compressor(name: str | None) -> Callable[[bytes], bytes] | None:
    """Return what turns one payload into one frame; discord.py asks for zstd only where it can read it."""
    if name is None:
        return None
    if name == "zlib-stream":
        stream = zlib.compressobj()
        return lambda data: stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)
    return _zstd()


def _zstd() -> Callable[[bytes], bytes]:
    """Use Python's own module (3.14 and later) or the `zstandard` package, whichever discord.py found too."""
    try:
        module: Any = importlib.import_module("zstandard")
    except ImportError:
        module = importlib.import_module("compression.zstd")
        packer = module.ZstdCompressor()
        return lambda data: packer.compress(data, mode=module.ZstdCompressor.FLUSH_BLOCK)
    stream = module.ZstdCompressor().compressobj()
    return lambda data: stream.compress(data) + stream.flush(module.COMPRESSOBJ_FLUSH_BLOCK)
