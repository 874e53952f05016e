"""A prospect's answers to a Meta lead form."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.world.chance import happens
from sandbox.world.meta_forms import ADS, FORMS, LeadForm, Question
from sandbox.world.prospects import Prospect
from sandbox.world.work import size_answer

_FREE_ANSWERS = {
    "budget": ("$10–50K", "under $10K", "€50,000", "150K+", "not sure yet"),  # noqa: RUF001 - as typed
    "insurance": ("Condo", "Auto", "Life", "Home & Auto"),
    "degree": ("Administración de Empresas", "Ingeniería Industrial", "Derecho", "n/a"),
    "count": ("0", "1", "2", "4", "más de 5"),
}
_ORGANIC_SHARE = 0.2


def meta_values(prospect: Prospect, rng: random.Random) -> dict[str, Any]:
    """Answer form, ad and field_data of the lead this prospect leaves in a fitting form."""
    form = rng.choice([f for f in FORMS if prospect.country.code in f.countries] or list(FORMS[:1]))
    answers = {q.key: _answer(q, form, prospect, rng) for q in form.questions}
    return filled_form(form, answers, rng)


def filled_form(
    form: LeadForm, answers: Mapping[str, str | None], rng: random.Random
) -> dict[str, Any]:
    """A lead with these answers; a blank answer comes as no entry or as an empty text."""
    values: dict[str, Any] = {
        "form_id": form.id,
        "field_data": [
            {"name": key, "values": [answer or ""]}
            for key, answer in answers.items()
            if answer or happens(rng, 0.3)
        ],
        "ad_id": None if happens(rng, _ORGANIC_SHARE) else rng.choice(_ads(form.campaigns)),
        "extra": {"platform": rng.choice(("fb", "ig"))},
    }
    values["organic"] = values["ad_id"] is None
    if form.disclaimers:
        values["extra"]["custom_disclaimer_responses"] = [
            {"checkbox_key": key, "is_checked": "1" if happens(rng, 0.7) else ""}
            for key in form.disclaimers
        ]
    return values


def _ads(campaigns: Sequence[str]) -> list[str]:
    return [ad["id"] for ad in ADS if ad["campaign_name"] in campaigns]


def _answer(
    question: Question, form: LeadForm, prospect: Prospect, rng: random.Random
) -> str | None:
    match question.asks:
        case "full_name":
            return f"{prospect.first_name} {prospect.last_name}"
        case "country":
            return prospect.country_text
        case "region":
            return prospect.place.region
        case "size":
            return size_answer(prospect.employees, form.language) if prospect.employees else None
        case asks if asks in _FREE_ANSWERS:
            return rng.choice(_FREE_ANSWERS[asks])
        case field:
            answer: str | None = getattr(prospect, field)
            return answer
