"""One transaction, as workflows see it. It rolls back unless `commit` is called."""

from storage.deliveries import Deliveries
from storage.discussions import Discussions
from storage.feeds import Feeds
from storage.integrity import Integrity
from storage.leases import Leases
from storage.members import Members
from storage.models import Models
from storage.notes import Notes
from storage.reviews import Reviews
from storage.schedules import Leaderboards
from storage.servers import Servers
from storage.standings import Standings
from storage.tags import Tags
from storage.transaction import Transaction
from storage.votes import Votes
from storage.watches import Watches


class SqlWork:
    """Fits `bot.workflows.ports.Work`; made by `storage.engine.Database.unit_of_work`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self.models = Models(transaction)
        self.servers = Servers(transaction)
        self.watches = Watches(transaction)
        self.deliveries = Deliveries(transaction)
        self.feeds = Feeds(transaction)
        self.leases = Leases(transaction)
        self.notes = Notes(transaction)
        self.votes = Votes(transaction)
        self.tags = Tags(transaction)
        self.reviews = Reviews(transaction)
        self.discussions = Discussions(transaction)
        self.members = Members(transaction)
        self.leaderboards = Leaderboards(transaction)
        self.integrity = Integrity(transaction)
        self.standings = Standings(transaction)

    async def commit(self) -> None:
        """Make everything so far true. What follows is a new transaction, which rolls back again."""
        await self._transaction.connection.commit()
