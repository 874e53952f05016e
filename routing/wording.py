"""How moments, durations and numbers are written in reasons: the same on every machine."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from leads.decision import NOT_IN_TOUCH
from leads.matches import AccountBy, AccountMatch, SameBy, SamePerson

# strftime follows the process's locale, and a replayed reason must not differ by it.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EVEN = 0.005
_SAME_BY = {
    SameBy.EMAIL: "the same e-mail address",
    SameBy.PHONE: "the same phone number",
    SameBy.NAME_AND_COMPANY: "the same name at the same company",
    SameBy.SIMILAR: "a similar name and place",
}


@lru_cache(maxsize=4096)
def moment(at: datetime, zone: str) -> str:
    """Mon 23 Nov 09:00 (Europe/Madrid)."""
    return f"{day_said(at, zone)} {at.astimezone(ZoneInfo(zone)):%H:%M} ({zone})"


def day_said(at: datetime, zone: str) -> str:
    """Mon 23 Nov."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"


def duration(span: timedelta) -> str:
    """1 h 30 min."""
    minutes = round(span.total_seconds() / 60)
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if n]
    return " ".join(parts) or "0 min"


def place(deficit: float) -> str:
    """Say where a member stands in its rotation."""
    if abs(deficit) < _EVEN:
        return "level with their share"
    side = "behind" if deficit > 0 else "ahead of"
    return f"{abs(deficit):.2f} leads {side} their share"


def listed(words: Sequence[str], last: str = "and") -> str:
    """Join with commas: a, b and c."""
    if len(words) < 2:  # noqa: PLR2004 - a list needs two words to have a last one
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def percent(share: float) -> str:
    return f"{share:.0%}"


def same_by(person: SamePerson) -> str:
    """Say what tells that it is the same person; without what is theirs."""
    how = _SAME_BY[person.by] if person.by else "the same person"
    if person.likeness is not None:
        how += f", {percent(person.likeness)} alike"
    return f"{how}; it is known from the CRM alone" if person.in_crm else how


def gave_up(why: str, *, participle: bool = False) -> str:
    """Say how an owner came to have a lead no more, by the reason that is kept."""
    if why.startswith(NOT_IN_TOUCH):
        return "not having been in touch in time" if participle else "was not in touch in time"
    return "having handed it back" if participle else "handed it back"


def account_by(account: AccountMatch) -> str:
    """Say what tells that the lead belongs to it."""
    match account.by:
        case AccountBy.NAMED:
            return f"named for {account.on} in the configuration"
        case AccountBy.DOMAIN:
            return f"the same domain, {account.on}"
        case AccountBy.COMPANY:
            return "the same company name"
        case AccountBy.SIMILAR_COMPANY:
            return f"a company name {percent(account.likeness or 0.0)} alike, {account.on}"
