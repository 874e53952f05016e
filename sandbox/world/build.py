"""A whole world from one number: the same seed and instant give the same world."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

from sandbox.world.arrivals import moments, tied_at_page_edges
from sandbox.world.contacts import contact_keys
from sandbox.world.drafts import Draft, Drafts
from sandbox.world.easy_spaces import easy_spaces_leads
from sandbox.world.google_leads import google_world
from sandbox.world.linkedin_leads import linkedin_world
from sandbox.world.meta_forms import ADS, FORMS, PAGES
from sandbox.world.outside import records_outside
from sandbox.world.prospects import Casting
from sandbox.world.record import IN_THE_INTAKE, MetaWorld, Record, Standing, World
from sandbox.world.roster import WEB_LEADS
from sandbox.world.salesforce_leads import NOT_CONTACTED
from sandbox.world.set_piece import SetPiece
from sandbox.world.wild_crm import WILD_CRM
from sandbox.world.wild_google import WILD_GOOGLE
from sandbox.world.wild_meta import WILD_META

FEWEST = 60
"""Fewer waiting leads than this leave no room for people beside the set pieces."""

_SHARES = {"salesforce": 0.45, "hubspot": 0.35, "meta_ads": 0.20}
_GOOGLE_SHARE, _LINKEDIN_SHARE = 0.08, 0.08
_OUTSIDE_SHARE = 0.25
_COUPLE_SHARE, _KNOWN_SHARE = 0.03, 0.01
_LEADS_A_SILENT_ONE = 400


def build_world(seed: int, *, leads: int, now: datetime) -> World:
    """
    Answer a world in which `leads` leads wait in the CRMs' intakes and at Meta together.

    Beside them wait a twelfth as many at Google, as many again at LinkedIn; and there are a quarter
    as many records outside the intake, and test leads of Meta's tool and LinkedIn's.
    """
    if leads < FEWEST:
        raise ValueError(f"a world of {leads} waiting leads is too small: ask for {FEWEST} or more")
    rng = random.Random(f"world {seed}")
    pieces = _set_pieces()
    everybody = (*pieces, *WILD_GOOGLE)
    casting = Casting(rng, (key for piece in everybody for key in contact_keys(piece.values)))
    drafts = Drafts(rng, casting)
    drafts.all += [_draft(piece) for piece in pieces]
    _fill(drafts, leads)
    records = _timed(rng, drafts.all, now)
    outside = round(leads * _OUTSIDE_SHARE)
    for source, record in records_outside(rng, casting, outside, now):
        records[source].append(record)
    google = google_world(rng, casting, list(WILD_GOOGLE), round(leads * _GOOGLE_SHARE), now)
    linkedin = linkedin_world(rng, casting, round(leads * _LINKEDIN_SHARE), now)
    return World(
        seed=seed,
        now=now,
        salesforce=tied_at_page_edges(records["salesforce"]),
        hubspot=tied_at_page_edges(records["hubspot"]),
        meta=MetaWorld(
            pages=PAGES,
            forms=tuple(form.as_json() for form in FORMS),
            ads=ADS,
            leads=_tied_in_forms(records["meta_ads"]),
        ),
        google=google,
        linkedin=linkedin,
        wild=tuple(value for piece in everybody for value in piece.wild),
        duplicates=tuple(drafts.pairs),
    )


def _set_pieces() -> list[SetPiece]:
    born = {"LeadSource": "Web", "Status": NOT_CONTACTED, "OwnerId": WEB_LEADS.salesforce}
    easy = (
        SetPiece(name=f"easy-{n:02}", source="salesforce", values={**lead, **born})
        for n, lead in enumerate(easy_spaces_leads(), 1)
    )
    return [*easy, *WILD_CRM, *WILD_META]


def _draft(piece: SetPiece) -> Draft:
    return Draft(key=piece.key, source=piece.source, standing=piece.standing, values=piece.values)


def _fill(drafts: Drafts, leads: int) -> None:
    """Bring each source's intake to its share of `leads`."""
    for source in _SHARES:
        for _ in range(1 + leads // _LEADS_A_SILENT_ONE):
            drafts.add_unreachable(source)
    couples, known = round(leads * _COUPLE_SHARE), max(1, round(leads * _KNOWN_SHARE))
    for number in range(couples + known):
        drafts.add_couple(number, owned=number >= couples)
    wanted = {source: round(leads * share) for source, share in _SHARES.items()}
    wanted["meta_ads"] = max(wanted["meta_ads"], drafts.waiting("meta_ads"))
    wanted["hubspot"] = leads - wanted["salesforce"] - wanted["meta_ads"]
    for source, count in wanted.items():
        for _ in range(count - drafts.waiting(source)):
            drafts.add_stranger(source)


def _timed(rng: random.Random, drafts: Iterable[Draft], now: datetime) -> dict[str, list[Record]]:
    """Give every draft its time; the Meta tool's tests were made just now."""
    records: dict[str, list[Record]] = {source: [] for source in _SHARES}
    for source in _SHARES:
        own = [draft for draft in drafts if draft.source == source]
        rng.shuffle(own)
        own.sort(key=lambda draft: draft.standing is Standing.TEST)
        for draft, at in zip(own, moments(rng, len(own), now), strict=True):
            created = now.replace(microsecond=0) if draft.standing is Standing.TEST else at
            if source == "hubspot":  # keeps thousandths; the others keep whole seconds
                created += timedelta(milliseconds=rng.randrange(1000))
            record = Record(
                key=draft.key, standing=draft.standing, created=created, values=draft.values
            )
            records[source].append(record)
    return records


def _tied_in_forms(records: Iterable[Record]) -> tuple[Record, ...]:
    """A form is what Meta pages through."""
    forms: dict[str, list[Record]] = {}
    for record in records:
        forms.setdefault(record.values["form_id"], []).append(record)
    tied = [record for form in forms.values() for record in tied_at_page_edges(form)]
    return tuple(sorted(tied, key=lambda record: record.created))


def waiting(world: World) -> list[Record]:
    """Answer every record that somebody must come to own, or that must be set aside."""
    return [
        record
        for records in world.records.values()
        for record in records
        if record.standing in IN_THE_INTAKE
    ]
