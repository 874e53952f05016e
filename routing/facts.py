"""What conditions look at, of one lead: its fields, its clock, its territories and segments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from leads.keys import OwnerId
from leads.lead import Lead
from routing.fields import (
    ACCOUNT_OWNER,
    BLANK,
    CLOCKS,
    DAYS,
    FIGURES,
    PERSONAL,
    WEEKDAYS,
    read_text,
)
from routing.figures import Figure, read_figure
from routing.lead_clock import NO_PLACE, LocalTimes, local_days, local_times
from routing.lead_clock import WEEKDAYS as DAYS_OF_THE_WEEK
from routing.policy import Money
from routing.wording import listed

_SAID_OTHERWISE = FIGURES | CLOCKS | DAYS | WEEKDAYS
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


class Facts:
    """One lead as conditions see it at an instant; each fact is worked out when first asked for."""

    __slots__ = (
        "_local_times",
        "_places",
        "_shown",
        "account_owner",
        "figures",
        "in_full",
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
        in_full: bool = False,
    ) -> None:
        """With `in_full` a miss on a territory or segment goes on with what of that failed."""
        self.lead = lead
        self.in_full = in_full
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
            say = self._measured if name in _SAID_OTHERWISE else self._text_said
            known = self._shown[name] = say(name)
        return known

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
        return _on_a_line(text)


@lru_cache(maxsize=4096)
def _on_a_line(text: str) -> str:
    """What no person is known by: a country, a product, a campaign come again and again."""
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
