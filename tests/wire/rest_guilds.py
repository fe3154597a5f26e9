"""Who the bot is, what servers and channels there are, and threads."""

from collections import deque
from datetime import UTC, datetime

from tests.wire.gateway import GUILDS, Gateway
from tests.wire.rest import Call, DiscordError, Route
from tests.wire.rest_messages import HAS_A_THREAD, NEEDS_A_TAG, Channels
from tests.wire.world import FORUM, PUBLIC_THREAD, Json, World

DISCORDS_OWN_GATEWAY = "wss://gateway.discord.gg"
"""What a proxy in front of Discord's REST API passes on: whoever was told of another gateway must not follow it."""

DEMANDS_TAGS = 1 << 4
"""A forum's flag: no post without a tag."""


class GuildRoutes:
    """REST for the bot itself, servers, channels and threads."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self.world = world
        self.gateway = gateway
        self.channels = Channels(world)
        self.gateway_refusals: deque[int] = deque()
        """Statuses with which the next questions for the gateway are answered."""

    def routes(self) -> list[Route]:
        """Return what is served."""
        channel = "/channels/{channel_id}"
        return [
            Route("GET", "/gateway", self.gateway_url),
            Route("GET", "/gateway/bot", self.gateway_bot),
            Route("GET", "/users/@me", self.me),
            Route("GET", "/users/@me/guilds", self.my_guilds),
            Route("GET", "/users/{user_id}", self.user),
            Route("GET", "/applications/@me", self.application),
            Route("GET", "/oauth2/applications/@me", self.application),
            Route("GET", "/guilds/{guild_id}", self.guild),
            Route("GET", "/guilds/{guild_id}/channels", self.guild_channels),
            Route("GET", "/guilds/{guild_id}/roles", self.guild_roles),
            Route("GET", "/guilds/{guild_id}/members/{user_id}", self.guild_member),
            Route("GET", channel, self.channel),
            Route("PATCH", channel, self.edit_channel),
            Route("POST", channel + "/typing", self.typing),
            Route("POST", channel + "/threads", self.create_thread),
            Route("POST", channel + "/messages/{message_id}/threads", self.create_thread),
            Route("GET", "/guilds/{guild_id}/threads/active", self.active_threads),
            Route("GET", channel + "/threads/archived/public", self.archived_threads),
        ]

    async def gateway_url(self, _: Call) -> Json:
        """Say where the gateway is."""
        return {"url": DISCORDS_OWN_GATEWAY}

    async def gateway_bot(self, _: Call) -> Json:
        """Say where the gateway is and how often it may be identified with."""
        if self.gateway_refusals:
            status = self.gateway_refusals.popleft()
            raise DiscordError(status, 0, f"{status}: refused by a test")
        limit = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1}
        return {"url": DISCORDS_OWN_GATEWAY, "shards": 1, "session_start_limit": limit}

    async def me(self, _: Call) -> Json:
        """Say who the bot is."""
        return self.world.bot() | {"verified": True, "mfa_enabled": False, "email": None, "locale": "en-US"}

    async def user(self, call: Call) -> Json:
        """Say who somebody is."""
        return {"id": str(call.number("user_id")), "username": "somebody", "discriminator": "0", "avatar": None}

    async def my_guilds(self, _: Call) -> list[Json]:
        """List the servers the bot is in."""
        return [{"id": guild["id"], "name": guild["name"], "owner": False} for guild in self.world.guilds.values()]

    async def application(self, _: Call) -> Json:
        """Say what application the bot belongs to."""
        return {
            "id": str(self.world.bot_id), "name": "Rootstock", "icon": None, "description": "", "bot_public": True,
            "bot_require_code_grant": False, "verify_key": "0" * 64, "flags": 0, "summary": "", "team": None,
            "owner": {"id": "1", "username": "operator", "discriminator": "0", "avatar": None, "global_name": None},
            "bot": self.world.bot(), "rpc_origins": [], "integration_types_config": {"0": {}},
        }  # fmt: skip

    async def guild(self, call: Call) -> Json:
        """Describe a server."""
        guild = self.world.guilds.get(call.number("guild_id"))
        if guild is None:
            raise DiscordError(404, 10004, "Unknown Guild")
        return guild

    async def guild_channels(self, call: Call) -> list[Json]:
        """List a server's channels."""
        return (await self.guild(call))["channels"]

    async def guild_roles(self, call: Call) -> list[Json]:
        """List a server's roles."""
        return (await self.guild(call))["roles"]

    async def guild_member(self, call: Call) -> Json:
        """Describe the bot as a member; nobody else is known."""
        for member in (await self.guild(call))["members"]:
            if member["user"]["id"] == call.text("user_id").replace("@me", str(self.world.bot_id)):
                return member
        raise DiscordError(404, 10007, "Unknown Member")

    async def channel(self, call: Call) -> Json:
        """Describe a channel."""
        return self.channels.open(call)

    async def edit_channel(self, call: Call) -> Json:
        """Change a channel; for threads also whether they are archived."""
        channel = self.channels.open(call)
        if "thread_metadata" in channel:
            self._refuse_thread_edit(channel, call.body)
        for key, value in call.body.items():
            target = channel["thread_metadata"] if key in {"archived", "locked"} else channel
            target[key] = value
        return channel

    def _refuse_thread_edit(self, thread: Json, body: Json) -> None:
        """Refuse what Discord does: an archived thread is opened first, a locked one by moderators alone."""
        metadata: Json = thread["thread_metadata"]
        granted = self.world.permissions_of_bot(thread)
        if metadata["locked"] and not granted.manage_threads:
            raise DiscordError(403, 50013, "Missing Permissions")
        if metadata["archived"] and body.get("archived", True):
            raise DiscordError(400, 50083, "Thread is archived")
        if "applied_tags" in body:
            self._refuse_without_tags(self.world.channels[int(thread["parent_id"])], body)

    def _refuse_without_tags(self, forum: Json, body: Json) -> None:
        if not body.get("applied_tags") and forum.get("flags", 0) & DEMANDS_TAGS:
            raise DiscordError(400, NEEDS_A_TAG, "A tag is required to create a forum post in this channel")

    async def typing(self, call: Call) -> None:
        """Show that the bot is typing."""
        self.channels.open(call, "send_messages")

    async def create_thread(self, call: Call) -> Json:
        """Start a thread, on a message where the path names one; a forum takes its first message along."""
        forum = self.channels.open(call)["type"] == FORUM
        parent = self.channels.open(call, "send_messages" if forum else "create_public_threads")
        if forum:
            self._refuse_without_tags(parent, call.body)
        on_message = call.request.match_info.get("message_id")
        if on_message is not None and int(on_message) in self.world.channels:
            raise DiscordError(400, HAS_A_THREAD, "A thread has already been created for this message")
        thread = self._thread(parent, call.body["name"], on_message)
        thread["applied_tags"] = call.body.get("applied_tags") or []
        if forum:
            author, starter = self.world.bot(), call.body["message"]
            message = self.world.add_message(int(thread["id"]), author, starter, id=thread["id"])
            await self._tell(thread)
            return thread | {"message": message}
        await self._tell(thread)
        return thread

    async def active_threads(self, call: Call) -> Json:
        """List a server's threads that are not archived."""
        guild_id = (await self.guild(call))["id"]
        return {"threads": [t for t in self._threads(archived=False) if t["guild_id"] == guild_id], "members": []}

    async def archived_threads(self, call: Call) -> Json:
        """List a channel's archived threads, the latest first."""
        parent = self.channels.open(call, "read_message_history")
        found = [t for t in self._threads(archived=True) if t["parent_id"] == parent["id"]]
        return {"threads": found[::-1], "members": [], "has_more": False}

    def _threads(self, *, archived: bool) -> list[Json]:
        threads = [channel for channel in self.world.channels.values() if "thread_metadata" in channel]
        return [thread for thread in threads if thread["thread_metadata"]["archived"] is archived]

    def _thread(self, parent: Json, name: str, message_id: str | None) -> Json:
        thread: Json = {
            "id": message_id or str(self.world.snowflake()), "type": PUBLIC_THREAD, "guild_id": parent["guild_id"],
            "parent_id": parent["id"], "name": name, "owner_id": str(self.world.bot_id), "last_message_id": None,
            "message_count": 0, "member_count": 1, "rate_limit_per_user": 0, "flags": 0, "total_message_sent": 0,
            "permission_overwrites": parent["permission_overwrites"], "applied_tags": [],
            "thread_metadata": {
                "archived": False, "auto_archive_duration": 1440, "locked": False,
                "archive_timestamp": datetime.now(UTC).isoformat(),
            },
        }  # fmt: skip
        self.world.channels[int(thread["id"])] = thread
        return thread

    async def _tell(self, thread: Json) -> None:
        created = thread | {"newly_created": True}
        await self.gateway.dispatch("THREAD_CREATE", created, guild_id=int(thread["guild_id"]), intent=GUILDS)
