"""What conditions look at: a lead's fields as text and as figures, its territories and segments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from leads.keys import OwnerId
from leads.lead import Headcount, Lead
from routing.lead_clock import NO_PLACE, LocalTimes, local_days, local_times
from routing.lead_clock import WEEKDAYS as DAYS_OF_THE_WEEK
from routing.policy import Money
from routing.wording import listed

CUSTOM = "custom."
FIGURES = frozenset({"employees", "deal_value", "score"})
SWITCHES = frozenset({"consent", "is_test"})
PERSONAL = frozenset({"email", "phone", "first_name", "last_name", "click_id"})
NAMED = frozenset({"territory", "segment"})
DAYS = frozenset({"created_at"})
CLOCKS = frozenset({"local_time"})
WEEKDAYS = frozenset({"local_weekday", "weekday"})
ACCOUNT_OWNER = "account_owner"
BESIDE = CLOCKS | WEEKDAYS | {ACCOUNT_OWNER}
"""What the lead's record does not tell: the hour, the day, and what else is known by then."""
TEXTS = PERSONAL | {
    *("source", "id", "company", "website", "job_title", "country", "region", "city"),
    *("postal_code", "industry", "product", "deal_type", "currency", "language", "lead_source"),
    *("channel", "campaign", "form", "current_owner", "status"),
}
_READ_BY_NAME = TEXTS - {"source", "id"}
_SAID_OTHERWISE = FIGURES | CLOCKS | DAYS | WEEKDAYS
BLANK = "blank"
_LONGEST = 60


class Truth(Enum):
    """Kleene's three values: a condition on a blank field is neither true nor false."""

    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"


class Check(Protocol):
    """One condition, compiled."""

    def truth(self, facts: "Facts") -> Truth: ...

    def miss(self, facts: "Facts") -> str:
        """Say what was wanted and what was found, given that this does not hold."""
        ...


class Named(Protocol):
    """The territories, or the segments, in order."""

    @property
    def names(self) -> Sequence[str]: ...

    @property
    def checks(self) -> Sequence[Check]: ...

    def sort(self, facts: "Facts") -> tuple[int, int]:
        """Give those that the lead is in, and those that it is not, as sets of bits."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """
    What a lead alone does not tell: exchange rates, where a day begins and ends, and the
    territories and segments by name.
    """

    money: Money = field(default_factory=Money)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    named: Mapping[str, Named] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number or a range, `most` None when open above; `least` None when there is no number."""

    least: Decimal | None
    most: Decimal | None
    shown: str


class Facts:
    """One lead as conditions see it at an instant; each fact is worked out when first asked for."""

    __slots__ = (
        "_local_times",
        "_places",
        "_shown",
        "account_owner",
        "figures",
        "lead",
        "now",
        "texts",
        "vocabulary",
    )

    def __init__(
        self,
        lead: Lead,
        vocabulary: Vocabulary,
        now: datetime,
        *,
        account_owner: OwnerId | None = None,
    ) -> None:
        self.lead = lead
        self.account_owner = account_owner
        self.vocabulary = vocabulary
        self.now = now
        self._local_times: LocalTimes | None = None
        self.texts = _Texts(lead)
        if account_owner is not None:
            self.texts[ACCOUNT_OWNER] = account_owner.casefold()
        self.figures = _Figures(lead, vocabulary.money)
        self._places: dict[str, tuple[int, int]] = {}
        self._shown: dict[str, str] = {}

    def is_in(self, kind: str, at: int) -> Truth:
        """Tell whether the lead is in the territory or segment (`kind`) at this position."""
        inside, outside = self.places(kind)
        if inside >> at & 1:
            return Truth.HOLDS
        return Truth.FAILS if outside >> at & 1 else Truth.UNKNOWN

    def places(self, kind: str) -> tuple[int, int]:
        """Give the territories (segments) the lead is in, and those it is not, as sets of bits."""
        known = self._places.get(kind)
        if known is None:
            named = self.vocabulary.named.get(kind)
            known = self._places[kind] = named.sort(self) if named else (0, 0)
        return known

    def names_in(self, kind: str) -> str:
        """Name the territories (segments) the lead is in, in words; "" is none."""
        known = self._shown.get(kind)
        if known is None:
            inside, _ = self.places(kind)
            names = self.vocabulary.named[kind].names if inside else ()
            among = (name for at, name in enumerate(names) if inside >> at & 1)
            known = self._shown[kind] = " and ".join(among)
        return known

    @property
    def today(self) -> date:
        return self.now.astimezone(self.vocabulary.zone).date()

    def day(self, name: str) -> date | None:
        """Give a field as a day in the policy's time zone; None is blank, or is no date."""
        if name == "created_at":
            return self.lead.created_at.astimezone(self.vocabulary.zone).date()
        try:
            return date.fromisoformat((read_text(self.lead, name) or "").strip())
        except ValueError:
            return None

    def is_blank(self, name: str) -> bool:
        """Tell whether there is no value; a local time that may be several is none."""
        if name in CLOCKS:
            return not self.local_times.is_certain
        if name in WEEKDAYS:
            return len(self.weekdays(name)) != 1
        return self.texts[name] is None

    def weekdays(self, name: str) -> tuple[str, ...]:
        """Give the days that it may be: on the lead's own calendar, or the one it is for us."""
        if name == "weekday":
            return (DAYS_OF_THE_WEEK[self.today.weekday()],)
        return local_days(self.lead, self.now)

    @property
    def local_times(self) -> LocalTimes:
        if self._local_times is None:
            self._local_times = local_times(self.lead, self.now)
        return self._local_times

    def shown(self, name: str) -> str:
        """Give the field's value in words, without personal data: decisions are kept and sent."""
        known = self._shown.get(name)
        if known is None:
            known = self._shown[name] = self._in_words(name)
        return known

    def _in_words(self, name: str) -> str:
        return self._measured(name) if name in _SAID_OTHERWISE else self._text_said(name)

    def _measured(self, name: str) -> str:
        if name in FIGURES:
            return self.figures[name].shown
        if name in CLOCKS:
            return self.local_times.shown
        if name in DAYS:
            return str(self.day(name))
        return listed(self.weekdays(name), "or") or NO_PLACE

    def _text_said(self, name: str) -> str:
        text = self.account_owner if name == ACCOUNT_OWNER else read_text(self.lead, name)
        if not text:
            return BLANK
        if name in PERSONAL or "@" in text:
            return "a value not shown here"
        line = " ".join(text.split())
        return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


class _Texts(dict[str, str | None]):
    """Case-folded text by field name; `__missing__` keeps a repeated look-up as cheap as a dict."""

    def __init__(self, lead: Lead) -> None:
        self._lead = lead

    def __missing__(self, name: str) -> str | None:
        text = read_text(self._lead, name)
        folded = text.casefold() if text else None
        self[name] = folded
        return folded


class _Figures(dict[str, Figure]):
    def __init__(self, lead: Lead, money: Money) -> None:
        self._lead = lead
        self._money = money

    def __missing__(self, name: str) -> Figure:
        figure = read_figure(self._lead, name, self._money)
        self[name] = figure
        return figure


def read_text(lead: Lead, name: str) -> str | None:
    """Give a field as text; None is blank."""
    if name in _READ_BY_NAME:
        text: str | None = getattr(lead, name)
        return text
    if name.startswith(CUSTOM):
        return lead.custom.get(name.removeprefix(CUSTOM))
    if name == "source":
        return lead.key.source
    if name == "id":
        return lead.key.source_id
    if name == ACCOUNT_OWNER:  # no account is known
        return None
    value: object = getattr(lead, name)
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def read_figure(lead: Lead, name: str, money: Money) -> Figure:
    """Give a field as a figure, money in the base currency."""
    match name:
        case "employees":
            return _headcount(lead.employees)
        case "deal_value":
            return _amount(lead, money)
        case "score":
            return _parsed(None if lead.score is None else str(lead.score))
        case _:
            return _parsed(read_text(lead, name))


def plain(number: Decimal) -> str:
    """Write a number without exponent or trailing zeros."""
    return f"{number.normalize():f}"


_unusable = partial(Figure, None, None)


def _headcount(count: Headcount | None) -> Figure:
    if count is None:
        return _unusable(BLANK)
    least = Decimal(count.least)
    if count.most is None:
        return Figure(least, None, f"{count.least}+")
    if count.most == count.least:
        return Figure(least, least, str(count.least))
    return Figure(least, Decimal(count.most), f"{count.least}-{count.most}")


def _amount(lead: Lead, money: Money) -> Figure:
    value = lead.deal_value
    if value is None or not value.is_finite():
        return _unusable(BLANK)
    if not lead.currency:
        return _unusable(f"{plain(value)} without a currency")
    currency = lead.currency.upper()
    if currency == money.base:
        return Figure(value, value, f"{plain(value)} {currency}")
    rate = money.rates.get(currency)
    if rate is None:
        return _unusable(f"{plain(value)} {currency}, a currency without a rate")
    based = value * rate
    return Figure(based, based, f"{plain(value)} {currency} ({plain(based)} {money.base})")


def _parsed(text: str | None) -> Figure:
    if not text:
        return _unusable(BLANK)
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return _unusable("something that is not a number")
    if not number.is_finite():
        return _unusable("something that is not a number")
    return Figure(number, number, plain(number))
