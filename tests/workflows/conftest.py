"""The stage on which stories of releases play."""

from tests.workflows.scenes import scene

__all__ = ["scene"]
