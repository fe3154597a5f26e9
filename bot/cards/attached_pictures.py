"""Pictures that go with a message: where the layout shows them, what they say, and the drawing itself."""

from collections.abc import Sequence

from discord import MediaGalleryItem
from discord.ui import LayoutView, MediaGallery

from bot.cards.picture_alt_text import alt_text
from bot.domain.standing_picture import PictureFile, StandingPicture
from bot.language.words import Words


def gallery(files: Sequence[PictureFile], words: Words) -> MediaGallery[LayoutView] | None:
    """Return the part of a layout that shows these files; None where there are none.

    It points to them by name: whoever sends the layout sends the files along.
    """
    items = [MediaGalleryItem(address_of(file), description=alt_text(file.picture, words)) for file in files]
    return MediaGallery[LayoutView](*items) if items else None


def address_of(file: PictureFile) -> str:
    """Return how a message points to a file that goes with it."""
    return f"attachment://{file.name}"


def draw(file: PictureFile, words: Words) -> bytes:
    """Return the PNG of a picture. Not for the event loop: `asyncio.to_thread(draw, file, words)`.

    The drawing is imported here: Pillow takes 60 ms and 10 MB, which a bot that never draws does without.
    """
    from bot.cards.history_picture import draw_history  # noqa: PLC0415 - see the docstring
    from bot.cards.standing_picture import draw_standings  # noqa: PLC0415 - see the docstring

    picture = file.picture
    return draw_standings(picture, words) if isinstance(picture, StandingPicture) else draw_history(picture, words)
