"""A lead's numbers as conditions see them: how many employees, what a deal is worth, a score."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache, partial

from leads.lead import Headcount, Lead
from routing.fields import BLANK, read_text
from routing.policy import Money


@dataclass(frozen=True, slots=True)
class Figure:
    """A number or a range, `most` None when open above; `least` None when there is no number."""

    least: Decimal | None
    most: Decimal | None
    shown: str

    @property
    def is_range(self) -> bool:
        return self.least is not None and self.least != self.most


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
    return _unusable(BLANK) if count is None else _between(count.least, count.most)


@lru_cache(maxsize=4096)
def _between(low: int, high: int | None) -> Figure:
    """Forms ask for the same few ranges."""
    least = Decimal(low)
    if high is None:
        return Figure(least, None, f"{low}+")
    if high == low:
        return Figure(least, least, str(low))
    return Figure(least, Decimal(high), f"{low}-{high}")


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
