"""
Everything that can go wrong, sorted by what the caller must do.

FirsttouchError
├── RecordError            set this one record aside and go on
├── ConfigError            a person must change a file; exit 2
├── StoreError             the database cannot be used; exit 3
├── DeliveryError          a CRM answered and some leads still lack their owner there; exit 1
└── ConnectorError         one vendor, one operation; the other sources go on; exit 3
    ├── AuthError          credentials or permissions: a person must act
    ├── ContractError      the vendor and we disagree on the request or the answer: do not repeat
    └── TransientError     repeat later
        └── RateLimited    repeat after `retry_after` seconds
            └── KeptBack   nothing is wrong: what calls are left are kept for deliveries
"""


class FirsttouchError(Exception):
    """The root: its text is fit to be shown to a person, and carries no personal data."""


class RecordError(FirsttouchError):
    """A record that cannot be identified or contacted."""

    def __init__(self, source_id: str, field: str, reason: str) -> None:
        super().__init__(f"record {source_id or '(no id)'}: {field}: {reason}")
        self.source_id = source_id
        self.field = field
        self.reason = reason


class ConfigError(FirsttouchError):
    """The configuration cannot be used. `problems` has one line for each, with file, line, key."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class StoreError(FirsttouchError):
    """The database cannot be reached, read or written."""


class DeliveryError(FirsttouchError):
    """A CRM answered, and some leads still lack their owner there: refused, or put off."""


class ConnectorError(FirsttouchError):
    """A vendor did not do what was asked."""

    def __init__(self, connector: str, operation: str, problem: str, remedy: str = "") -> None:
        text = f"{connector}: {operation}: {problem}"
        super().__init__(f"{text}. {remedy}" if remedy else text)
        self.connector = connector
        self.operation = operation
        self.problem = problem


class AuthError(ConnectorError):
    """Refused: wrong, expired or insufficient credentials."""


class ContractError(ConnectorError):
    """A request the vendor calls wrong, or an answer that is not what the contract says."""


class TransientError(ConnectorError):
    """Down, slow, locked, or reset: the same request may pass later."""

    retry_after: float | None = None


class RateLimited(TransientError):
    """
    Too many requests; `retry_after` is in seconds, None when there is nothing to go by.

    `rest` says what the vendor asked for, and what is done where that is something else.
    """

    rest: str = ""

    def __str__(self) -> str:
        told = super().__str__()
        return f"{told}; {self.rest}" if self.rest else told


class BackfillPaused(FirsttouchError):
    """A backfill stopped by itself, in good order; run again, it goes on."""


class KeptBack(RateLimited):
    """Not asked: of the day's calls so few are left that they are kept for deliveries."""
