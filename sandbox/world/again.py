"""The same person a second time: what people write differently in the next form."""

import random
from dataclasses import replace

from sandbox.world.chance import happens
from sandbox.world.prospects import Prospect

_PHONE_ONLY_SHARE = 0.2


def met_again(prospect: Prospect, rng: random.Random) -> tuple[Prospect, str]:
    """Answer how somebody fills in another form, and what still tells: `email` or `phone`."""
    by_phone = prospect.email is None or (
        (prospect.other_phone or "").startswith("+") and happens(rng, _PHONE_ONLY_SHARE)
    )
    second = replace(
        prospect,
        email=None if by_phone else _retyped(prospect.email or "", rng),
        phone=prospect.other_phone,
        other_phone=prospect.phone,
        first_name=_respaced(prospect.first_name, rng),
        last_name=rng.choice((prospect.last_name, prospect.last_name.upper())),
        company=_shortened(prospect.company, rng),
        job_title=None,
        product=rng.choice((prospect.product, None)),
    )
    return second, "phone" if by_phone else "email"


def _retyped(email: str, rng: random.Random) -> str:
    local, _, domain = email.partition("@")
    return rng.choice((email, email.upper(), f"{local.title()}@{domain}", f" {email} "))


def _respaced(name: str, rng: random.Random) -> str:
    return rng.choice((name, f" {name}", name.lower(), f"{name} "))


def _shortened(company: str | None, rng: random.Random) -> str | None:
    """Two words of it: the legal form is left out."""
    return rng.choice((company, " ".join(company.split()[:2]))) if company else None
