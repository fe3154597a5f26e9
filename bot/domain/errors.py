"""What can go wrong in a way that a person can do something about.

A `Refusal` knows its own words: a catalogue key below `refusal.` and the values for its placeholders.
One place (`cogs/error_replies.py`) turns it into a private answer in the reader's language.
"""


class Refusal(Exception):  # noqa: N818 - it is no error of the program, it is an answer
    """Rootstock understood and says no; `key` and `values` say why, in the reader's language.

    Attributes:
        key: catalogue key without its `refusal.` prefix, e.g. `watch-limit`.
        values: placeholders of that text; hostile values are welcome, they are escaped when rendered. `tag` and
            `tags` are labels of tags, which are shown in the reader's language; any other tuple holds catalogue keys.
            A `near` that is not empty is offered as what was meant.
    """

    def __init__(self, key: str, **values: str | int | tuple[str, ...]) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values


class HubUnavailable(Exception):  # noqa: N818 - a state of the world, named as operators say it
    """A hub did not answer usefully: timeout, 429, 5xx or a garbage body.

    Attributes:
        retry_after: seconds the hub asked us to wait, if it said so.
    """

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class SendFailure(Exception):  # noqa: N818 - the base of four outcomes, each named for what follows
    """Discord did not take a message; the subclass says what follows. `reason` is for logs and `/status`."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class TryLater(SendFailure):
    """Nothing was posted (429, 503, connection refused): the lane waits `retry_after` seconds or its backoff."""


class TooManyThreads(TryLater):
    """The server has as many active threads as Discord allows (160006); old ones archive themselves."""


class ThreadExists(SendFailure):
    """A thread was started from this message before (160004); it has the message's id."""


class ChannelRefused(SendFailure):
    """403 or 404 for the channel itself: the lane is paused and a moderator is told, once."""


class ChannelGone(ChannelRefused):
    """The channel was deleted: no permission brings it back."""


class PermissionsMissing(ChannelRefused):
    """What Rootstock lacks in a channel is known by Discord's names (`create_public_threads`)."""

    def __init__(self, channel_id: int, missing: tuple[str, ...]) -> None:
        super().__init__(f"missing permissions: {', '.join(missing)}")
        self.channel_id = channel_id
        self.missing = missing


class MessageRefused(SendFailure):
    """Discord will never take this very message (400, AutoMod 200000): give it up, go on with the lane."""


class OutcomeUnknown(SendFailure):
    """The connection broke after the request left: it may have been posted. Look first, or repeat the nonce."""


class MessageGone(SendFailure):
    """The message to edit was deleted (10008): nothing to keep up to date any more."""
