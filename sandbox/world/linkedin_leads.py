"""Prospects' answers to LinkedIn lead forms: mostly prefilled from a profile, so seldom dirty."""

import random
from datetime import datetime, timedelta
from typing import Any

from sandbox.world.arrivals import moments, tied_at_page_edges
from sandbox.world.chance import happens
from sandbox.world.linkedin_forms import CAMPAIGNS, FORMS, OWNERS, PRODUCTS, LinkedInForm, Question
from sandbox.world.prospects import Casting, Prospect
from sandbox.world.record import LinkedInWorld, Record, Standing
from sandbox.world.work import size_answer

_FREE_ANSWERS = {
    "seniority": ("Director", "VP", "CXO", "Manager", "Senior", "Owner"),
    "function": ("Ingeniería", "Ventas", "Compras", "Tecnología de la información", "Finanzas"),
    "when": ("Ahora mismo", "Este trimestre", "Este año", "no lo sé"),
    "product": tuple(PRODUCTS.split("|")),
}
_BLANK_SHARE = 0.1


def linkedin_values(prospect: Prospect, rng: random.Random) -> dict[str, Any]:
    """Answer the lead this prospect leaves in a fitting form."""
    form = rng.choice([f for f in FORMS if prospect.country.code in f.countries] or list(FORMS[:1]))
    answers = {q.key: _answer(q, form, prospect, rng) for q in form.questions}
    campaign = rng.choice(form.campaigns) if form.campaigns else None
    return {
        "form_id": form.id,
        "answers": {key: answer for key, answer in answers.items() if answer},
        "campaign_id": CAMPAIGNS[campaign] if campaign else None,
        "consents": {consent: happens(rng, 0.8) for consent in form.consents},
    }


def linkedin_world(
    rng: random.Random, casting: Casting, count: int, now: datetime
) -> LinkedInWorld:
    """`count` leads that wait, some in one millisecond, and a test lead made just now."""
    times = [at + timedelta(milliseconds=rng.randrange(1000)) for at in moments(rng, count, now)]
    records = [
        Record(
            key=f"linkedin_ads-{n:05}",
            standing=Standing.WAITING,
            created=at,
            values=linkedin_values(casting.draw(), rng),
        )
        for n, at in enumerate(times)
    ]
    test = Record(
        key="linkedin_ads-test",
        standing=Standing.TEST,
        created=now.replace(microsecond=0),
        values=linkedin_values(casting.draw(), rng),
    )
    return LinkedInWorld(
        owners=OWNERS,
        campaigns=CAMPAIGNS,
        forms=tuple(form.as_json() for form in FORMS),
        leads=(*tied_at_page_edges(records), test),
    )


def _answer(
    question: Question, form: LinkedInForm, prospect: Prospect, rng: random.Random
) -> str | None:
    match question.asks:
        case "country":
            return prospect.country_text
        case "size":
            return size_answer(prospect.employees, form.language) if prospect.employees else None
        case asks if asks in _FREE_ANSWERS:
            return None if happens(rng, _BLANK_SHARE) else rng.choice(_FREE_ANSWERS[asks])
        case field:
            answer: str | None = getattr(prospect, field)
            return answer
