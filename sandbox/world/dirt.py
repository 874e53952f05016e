"""Misspellings and placeholders, as people and drop-downs leave them."""

import random
from dataclasses import dataclass, replace

from sandbox.world.chance import happens
from sandbox.world.prospects import Prospect


@dataclass(frozen=True, slots=True, kw_only=True)
class Stain:
    """`text` stands where `meant` should (None: anything); only people of `country` have it."""

    field: str
    text: str
    meant: str | None = None
    country: str | None = None


STAINS = (
    Stain(field="industry", text="technolgy", meant="Technology"),
    Stain(field="country_text", text="Philipines", meant="Philippines", country="PH"),
    Stain(field="product", text="GTXPro", meant="GTX Pro"),
    Stain(field="country_text", text="Untied States", meant="United States", country="US"),
    Stain(field="industry", text="Select"),
    Stain(field="job_title", text="n/a"),
    Stain(field="product", text="gtx pro", meant="GTX Pro"),
    Stain(field="company", text="N/A"),
    Stain(field="job_title", text="Select"),
    Stain(field="city", text="unknown"),
    Stain(field="country_text", text="Brasill", meant="Brazil", country="BR"),
    Stain(field="industry", text="Manufacturng", meant="Manufacturing"),
    Stain(field="country_text", text="Asia/Pacific Region", country="SG"),
    Stain(field="postal_code", text="-"),
)
_SHARE = 0.08


def stained(prospect: Prospect, stain: Stain) -> Prospect:
    """Put `stain` on somebody of its country."""
    changes: dict[str, str] = {stain.field: stain.text}
    return replace(prospect, **changes)  # type: ignore[arg-type]  # every stained field is text


class Dirt:
    """Every stain once, so that each is somewhere; then a share of everybody."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._first = iter(STAINS)

    def next_stain(self) -> Stain | None:
        """Answer what the next person's record has wrong; None when it is clean."""
        first = next(self._first, None)
        if first:
            return first
        return self._rng.choice(STAINS) if happens(self._rng, _SHARE) else None
