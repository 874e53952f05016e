"""What prospects send by Google's lead forms, and the Google Ads accounts of the world."""

import random
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.world.arrivals import moments, tied_at_page_edges
from sandbox.world.chance import fill, happens
from sandbox.world.google_forms import CAMPAIGN_IDS, CAMPAIGNS, CUSTOMERS, FORMS, SearchForm
from sandbox.world.prospects import Casting, Prospect
from sandbox.world.record import GoogleWorld, Record, Standing
from sandbox.world.set_piece import SetPiece
from sandbox.world.work import size_answer

_FREE_ANSWERS = {
    "budget": ("$10-50K", "under $10K", "150K+", "not sure yet"),
    "insurance": ("Auto", "Life", "Home & Auto"),
    "degree": ("Ingeniería Industrial", "Derecho", "n/a"),
    "service": ("Roofing", "Renewal", "Claims"),
    "hour": ("Morning", "Afternoon", "Evening"),
}
_WITH_A_CLICK = 0.85


def google_values(prospect: Prospect, rng: random.Random) -> dict[str, Any]:
    """The submission of this prospect by a fitting form."""
    fitting = [form for form in FORMS if prospect.country.code in form.countries]
    form = rng.choice(fitting or list(FORMS[2:3]))
    fields = {kind: _answer(asks, form, prospect, rng) for kind, asks in form.asks.items()}
    custom = {text: _answer(asks, form, prospect, rng) for text, asks in form.custom.items()}
    return filled_form(form, fields, custom, rng)


def filled_form(
    form: SearchForm,
    fields: Mapping[str, str | None],
    custom: Mapping[str, str | None],
    rng: random.Random,
) -> dict[str, Any]:
    """A submission with these answers; Google sends none for a question left blank."""
    has_click = happens(rng, _WITH_A_CLICK)
    return {
        "form_id": form.id,
        "campaign_id": CAMPAIGN_IDS[rng.choice(form.campaigns)],
        "fields": [(kind, answer) for kind, answer in fields.items() if answer],
        "custom": [(question, answer) for question, answer in custom.items() if answer],
        "ad_group_id": form.ad_group_id or None,
        "ad_id": f"70000000{form.id[-4:]}" if form.ad_group_id else None,
        "gclid": fill(rng, "Cj0KCQiA?###?##?BhD?ARIsA##?#?##?")[0] if has_click else None,
    }


def google_world(
    rng: random.Random,
    casting: Casting,
    pieces: list[SetPiece],
    count: int,
    now: datetime,
) -> GoogleWorld:
    """Answer accounts in which the set pieces and `count` strangers wait."""
    drawn = {f"google_ads-{n:05}": google_values(casting.draw(), rng) for n in range(count)}
    values = [(piece.key, piece.values) for piece in pieces] + list(drawn.items())
    rng.shuffle(values)
    records = [
        Record(key=key, standing=Standing.WAITING, created=at, values=own)
        for (key, own), at in zip(values, moments(rng, len(values), now), strict=True)
    ]
    forms = tuple(
        {"id": form.id, "customer_id": form.customer_id, "name": form.name} for form in FORMS
    )
    return GoogleWorld(
        customers=CUSTOMERS, campaigns=CAMPAIGNS, forms=forms, leads=tied_at_page_edges(records)
    )


def _answer(asks: str, form: SearchForm, prospect: Prospect, rng: random.Random) -> str | None:
    match asks:
        case "full_name":
            return f"{prospect.first_name} {prospect.last_name}"
        case "country":
            return prospect.country_text
        case "region":
            return prospect.place.region
        case "size":
            return size_answer(prospect.employees, form.language) if prospect.employees else None
        case _ if asks in _FREE_ANSWERS:
            return rng.choice(_FREE_ANSWERS[asks])
        case field:
            answer: str | None = getattr(prospect, field)
            return answer
