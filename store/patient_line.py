"""A line to PostgreSQL that is not waited for without end, whatever is silent at its other end."""

from typing import TypeVar

from psycopg import Connection, OperationalError
from psycopg.abc import PQGen

# No other name is public. Any other error ends what was waited for; after this one it goes on.
from psycopg.errors import _WaitTimeout as _StillWaiting
from psycopg.rows import TupleRow

from store.waits import TRY_SECONDS, Patience

T = TypeVar("T")

_WHY = "no answer yet; another session may keep it locked, or it or a pooler be overloaded"


class NoAnswerError(OperationalError):
    """The server, or what stands before it, was asked and said nothing."""

    sqlstate = "NOANSWER"


class PatientLine(Connection[TupleRow]):
    """
    Gives up what is not answered in time, and says before that it waits.

    A pooler that has no server to spare takes connections, acknowledges what it is sent and says
    nothing: neither TCP nor a limit that the server keeps would ever end that.
    """

    patience: Patience | None = None

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        patience = self.patience
        if timeout is not None or patience is None:
            return super().wait(gen, interval, timeout)
        silent = min(TRY_SECONDS, patience.seconds)
        try:
            return super().wait(gen, interval, silent)
        except _StillWaiting:
            return self._wait_on(gen, interval, patience, patience.seconds - silent)

    def _wait_on(self, gen: PQGen[T], interval: float, patience: Patience, seconds: float) -> T:
        if not patience.is_quiet:
            patience.waits.say(_WHY, patience.seconds)
        try:
            return super().wait(gen, interval, seconds)
        except _StillWaiting:
            # What comes late would be taken for the answer to what is asked next.
            self.pgconn.finish()
            raise NoAnswerError(f"no answer within {patience.seconds:.0f} seconds") from None
