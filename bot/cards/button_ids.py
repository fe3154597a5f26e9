"""What a button's id says: `v1:<what>:<id>[:<detail>]`. The one place that writes them and the patterns that read them.

They outlive every restart, and old cards keep theirs for ever: a new meaning needs a new `<what>`.
"""

from bot.cards.verbs import Verb
from bot.domain.model_query import ModelQuery, code_of
from bot.domain.standing_code import StandingQuery
from bot.domain.standing_code import code_of as standing_code
from bot.domain.windows import Week

VERSION = "v1"

UP = r"v1:up:(?P<model_id>[0-9]{1,19})"
DOWN = r"v1:down:(?P<model_id>[0-9]{1,19})"
WITHDRAW = r"v1:withdraw:(?P<model_id>[0-9]{1,19})"
VOTE_LINK = "v1:votelink:0"
TAG = r"v1:tag:(?P<model_id>[0-9]{1,19})"
DISCUSS = r"v1:discuss:(?P<model_id>[0-9]{1,19})"
REVIEW = r"v1:review:(?P<model_id>[0-9]{1,19})"
DETAILS = r"v1:details:(?P<model_id>[0-9]{1,19})"
SHOW = r"v1:show:(?P<model_id>[0-9]{1,19})"
SEARCH_PAGE = r"v1:found:(?P<page>[0-9]{1,3}):(?P<query>.{1,85})"
DIGEST_PAGE = r"v1:digest:(?P<delivery_id>[0-9]{1,19}):(?P<page>[0-9]{1,6})"
READING = r"v1:read:(?P<delivery_id>[0-9]{1,19}):(?P<at>[0-9]{1,6})"
WEEK_PAGE = r"v1:week:(?P<guild_id>[0-9]{1,20}):(?P<week>[0-9]{4}-W[0-9]{2}):(?P<page>[0-9]{1,4})"
STANDINGS_PAGE = r"v1:board:(?P<page>[0-9]{1,3}):(?P<query>.{1,85})"
BATCHES_PAGE = r"v1:batches:(?P<page>[0-9]{1,6})"
BATCH_MEMBERS = r"v1:batchwho:(?P<batch>[0-9]{1,19}):(?P<page>[0-9]{1,6})"
ACCEPT_BATCH = r"v1:batchin:(?P<batch>[0-9]{1,19})"
REJECT_BATCH = r"v1:batchout:(?P<batch>[0-9]{1,19})"
AUDIT_PAGE = r"v1:audit:(?P<model_id>[0-9]{1,19}):(?P<page>[0-9]{1,6}):(?P<log_page>[0-9]{1,6})"
NOTICE = r"v1:notice:(?P<delivery_id>[0-9]{1,19})"


def verb_id(verb: Verb, model_id: int) -> str:
    """Return the id of a button with which a member does something with a model."""
    return f"{VERSION}:{verb}:{model_id}"


def withdraw_id(model_id: int) -> str:
    """Return the id of the button that takes the presser's ballot back."""
    return f"{VERSION}:withdraw:{model_id}"


def details_id(model_id: int) -> str:
    """Return the id of a card's Details button: the card's marker."""
    return f"{VERSION}:details:{model_id}"


def show_id(model_id: int) -> str:
    """Return the id of a button that opens a model's card for whoever presses it."""
    return f"{VERSION}:show:{model_id}"


def search_page_id(query: ModelQuery, page: int) -> str:
    """Return the id of a button that opens a page of a search, counted from 0. The whole search is in it."""
    return f"{VERSION}:found:{page}:{code_of(query)}"


def digest_page_id(delivery_id: int, page: int) -> str:
    """Return the id of a button that opens a digest's page, counted from 0.

    Page 0 is the digest's marker. The posted digest shows that page itself: pressed there it opens the first model
    (`reading_id`), on digests of before too.
    """
    return f"{VERSION}:digest:{delivery_id}:{page}"


def reading_id(delivery_id: int, at: int) -> str:
    """Return the id of a button that opens the card of one model of a digest, counted from 0."""
    return f"{VERSION}:read:{delivery_id}:{at}"


def week_page_id(guild_id: int, week: Week, page: int) -> str:
    """Return the id of a button that opens a page of a server's published week. Page 0 is the post's marker."""
    return f"{VERSION}:week:{guild_id}:{week}:{page}"


def standings_page_id(query: StandingQuery, page: int) -> str | None:
    """Return the id of a button that opens a page of a standing; None where what was asked for does not fit in it."""
    code = standing_code(query)
    return f"{VERSION}:board:{page}:{code}" if code is not None else None


def notice_id(delivery_id: int) -> str:
    """Return the id of a notice's Status button: the notice's marker."""
    return f"{VERSION}:notice:{delivery_id}"


def batches_page_id(page: int) -> str:
    """Return the id of a button that opens a page of a server's batches, counted from 0."""
    return f"{VERSION}:batches:{page}"


def members_page_id(batch: int, page: int) -> str:
    """Return the id of a button that opens a page of who is in a batch, counted from 0."""
    return f"{VERSION}:batchwho:{batch}:{page}"


def accept_id(batch: int) -> str:
    """Return the id of a button that lets a batch count."""
    return f"{VERSION}:batchin:{batch}"


def reject_id(batch: int) -> str:
    """Return the id of a button that keeps a batch aside."""
    return f"{VERSION}:batchout:{batch}"


def audit_page_id(model_id: int, page: int, log_page: int) -> str:
    """Return the id of a button that opens pages of a model's ballots and of its log, both counted from 0."""
    return f"{VERSION}:audit:{model_id}:{page}:{log_page}"
