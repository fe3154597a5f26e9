"""Whether you may use it: what a licence allows, and when a derivative claims more than its parents allow."""

from dataclasses import dataclass

from bot.domain.model import LicenceClass


@dataclass(frozen=True, slots=True)
class LicenceWarning:
    """A derivative whose licence allows more than one of its ancestors does.

    `ancestor` is that ancestor's repository id; the two licences are ids as declared.
    """

    ancestor: str
    claimed: str
    allowed: str
    allowed_class: LicenceClass
