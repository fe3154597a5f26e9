"""What a button's id says: `v1:<what>:<id>[:<detail>]`. The one place that writes them and the patterns that read them.

They outlive every restart, and old cards keep theirs for ever: a new meaning needs a new `<what>`.
"""

VERSION = "v1"

DETAILS = r"v1:details:(?P<model_id>[0-9]{1,19})"
DIGEST_PAGE = r"v1:digest:(?P<delivery_id>[0-9]{1,19}):(?P<page>[0-9]{1,6})"
NOTICE = r"v1:notice:(?P<delivery_id>[0-9]{1,19})"


def details_id(model_id: int) -> str:
    """Return the id of a card's Details button: the card's marker."""
    return f"{VERSION}:details:{model_id}"


def digest_page_id(delivery_id: int, page: int) -> str:
    """Return the id of a button that opens a digest's page, counted from 0. Page 0 is the digest's marker."""
    return f"{VERSION}:digest:{delivery_id}:{page}"


def notice_id(delivery_id: int) -> str:
    """Return the id of a notice's Status button: the notice's marker."""
    return f"{VERSION}:notice:{delivery_id}"
