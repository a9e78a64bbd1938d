"""A connection to PostgreSQL that gives up on a server which does not answer any more.

The server's own timeouts end what takes too long, and a refused connection is an error at once. But where the
server's machine stands still with its connections open nothing ever comes, and libpq waits for ever.
"""

from typing import Any, Self

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus

GRACE_SECONDS = 2.0  # the server's own timeout ends a statement first, and says so
INTERVAL_SECONDS = 0.1


class BoundedConnection(psycopg.Connection[Any]):
    """A psycopg connection whose every wait for the server ends."""

    bound: float | None = None

    @classmethod
    def within(cls, seconds: float, *positional: Any, **named: Any) -> Self:
        """Connect, and return a connection that waits at most GRACE_SECONDS longer than `seconds`."""
        connection = cls.connect(*positional, **named)
        connection.bound = seconds + GRACE_SECONDS
        return connection

    def wait(self, gen: PQGen[RV], interval: float = INTERVAL_SECONDS, timeout: float | None = None) -> RV:
        """Run what talks to the server. Raises psycopg.OperationalError, the connection closed, when time is up."""
        try:
            return super().wait(gen, interval, self.bound if timeout is None else timeout)
        except psycopg.OperationalError as error:
            if timeout is not None or self.pgconn.transaction_status != TransactionStatus.ACTIVE:
                raise
            # Given up in the middle of a statement: nothing can be asked of this connection any more.
            self.pgconn.finish()
            raise psycopg.OperationalError("the server does not answer") from error
