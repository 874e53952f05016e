"""Records before they have a time: each source's share of people, strays and set pieces."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sandbox.world.again import met_again
from sandbox.world.dirt import Dirt, stained
from sandbox.world.google_leads import google_values
from sandbox.world.hubspot_contacts import hubspot_properties
from sandbox.world.linkedin_leads import linkedin_values
from sandbox.world.meta_leads import meta_values
from sandbox.world.prospects import Casting, Prospect
from sandbox.world.record import IN_THE_INTAKE, Pair, Standing
from sandbox.world.roster import REPS
from sandbox.world.salesforce_leads import salesforce_fields

WORDING: Mapping[str, Callable[[Prospect, random.Random], dict[str, Any]]] = {
    "salesforce": salesforce_fields,
    "hubspot": hubspot_properties,
    "meta_ads": meta_values,
    "google_ads": google_values,
    "linkedin_ads": linkedin_values,
}
_COUPLES = (("salesforce", "hubspot"), ("salesforce", "meta_ads"), ("hubspot", "meta_ads"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A record without its time."""

    key: str
    source: str
    standing: Standing
    values: Mapping[str, Any]


class Drafts:
    """Fills the sources one person at a time; `pairs` are the people who come twice."""

    def __init__(self, rng: random.Random, casting: Casting) -> None:
        self.all: list[Draft] = []
        self.pairs: list[Pair] = []
        self._rng, self._casting, self._dirt = rng, casting, Dirt(rng)

    def waiting(self, source: str) -> int:
        """Answer how many are in this source's intake so far."""
        return sum(d.source == source and d.standing in IN_THE_INTAKE for d in self.all)

    def add_couple(self, number: int, *, owned: bool) -> None:
        """One person in two sources; when `owned`, a rep works the first record already."""
        first_source, second_source = _COUPLES[number % len(_COUPLES)]
        prospect = self._casting.draw()
        # Spelled plainly, so that both ways of writing the number are one number.
        prospect = replace(prospect, country_text=prospect.country.spellings[0])
        again, by = met_again(prospect, self._rng)
        owner = REPS[number % len(REPS)] if owned else None
        first = self._add(first_source, f"pair-{number:04}-a", prospect)
        second = self._add(second_source, f"pair-{number:04}-b", again)
        if owner:
            field = "OwnerId" if first_source == "salesforce" else "hubspot_owner_id"
            owner_id = owner.salesforce if first_source == "salesforce" else owner.hubspot
            values = {**self.all[-2].values, field: owner_id}
            self.all[-2] = replace(self.all[-2], standing=Standing.OWNED, values=values)
        self.pairs.append(
            Pair(first=first, second=second, by=by, owner=owner.name if owner else None)
        )

    def add_stranger(self, source: str) -> None:
        """Somebody new, now and then with something misspelled."""
        stain = self._dirt.next_stain() if source != "meta_ads" else None
        prospect = self._casting.draw(stain.country if stain else None)
        self._add(source, f"{len(self.all):05}", stained(prospect, stain) if stain else prospect)

    def add_unreachable(self, source: str) -> None:
        """Somebody who left neither an e-mail address nor a number."""
        silent = replace(self._casting.draw(), email=None, phone=None, website=None)
        self._add(source, f"silent-{len(self.all):05}", silent, Standing.UNREACHABLE)

    def _add(
        self,
        source: str,
        name: str,
        prospect: Prospect,
        standing: Standing = Standing.WAITING,
    ) -> str:
        values = WORDING[source](prospect, self._rng)
        key = f"{source}-{name}"
        self.all.append(Draft(key=key, source=source, standing=standing, values=values))
        return key
