"""How far this machine's clock is from a vendor's, by what its answers say."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from connectors.findings import Finding, warning

_WORST = timedelta(seconds=60)
_LATE = "leads' times are compared with a clock that is wrong"


def ahead_by(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """By how much `now` is later than the answer's own Date; None where it tells none."""
    try:
        return now - parsedate_to_datetime(headers["Date"])
    except (KeyError, ValueError, TypeError):
        return None


def clock_findings(ahead: timedelta | None, vendor: str, why: str = _LATE) -> Iterator[Finding]:
    """Tell of a clock that is off by more than what a slow answer explains."""
    if ahead is not None and abs(ahead) > _WORST:
        way = "ahead of" if ahead > timedelta(0) else "behind"
        seconds = abs(ahead.total_seconds())
        yield warning(
            f"this machine's clock is {seconds:.0f} s {way} {vendor}'s: set it by NTP, or {why}"
        )
