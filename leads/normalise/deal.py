"""What a deal is worth, and in which currency."""

from dataclasses import dataclass
from decimal import Decimal

from leads.normalise.currency import read_currency, settle
from leads.normalise.money import read_money
from leads.normalise.reading import AMBIGUOUS
from leads.normalise.sheet import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """Without a currency the amount is in the configuration's base currency, as far as we know."""

    value: Decimal | None
    currency: str | None


def deal_of(sheet: Sheet, country: str | None) -> Deal:
    """Read amount and currency; a sign that contradicts the field is AMBIGUOUS."""
    money = sheet.read("deal_value", read_money)
    stated = sheet.read("currency", lambda text: read_currency(text, country))
    marked = money.currencies if money else None
    if marked is None:
        currency = stated
    elif stated is None:
        currency = sheet.noted("currency", settle(marked, country))
    elif stated in marked:
        currency = stated
    else:
        currency = sheet.noted("currency", AMBIGUOUS)
    return Deal(value=money.amount if money else None, currency=currency)
