"""A starter configuration from what was seen: every guess says what it was guessed from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from config.starting.nobody import a_desk, in_words, nobody_yet, stated
from config.starting.people import EVERYBODY, Seat, Staff, staff
from config.starting.places import Place, places
from config.starting.seen import SeenCrm, SeenLead, counted, share
from config.starting.zones import account_zone, own_zones
from config.yaml_flow import flow
from config.yaml_text import Plain
from leads.normalise.text import plain

_SMALLEST_SHARE: Final = 0.05
_SHOWN: Final = 8
_Stated = dict[str, Plain]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`files` by name; `guesses` in words, for whoever is to look at them."""

    files: dict[str, str]
    owners: int
    territories: int
    guesses: tuple[str, ...]


def propose(crms: Sequence[SeenCrm], today: date) -> Proposal:
    """Raises ConfigError where a CRM has nobody that leads could end with."""
    people = staff(crms)
    found = places(crms, people)
    teams = _teams(people)
    rules = [*_territories(found, crms), *_pools(found, teams, people), *_rules(found)]
    files = {
        "sources.yaml": _text(_sources(crms, people, today)),
        "owners.yaml": _text(_owners(people, own_zones(crms, people.people))),
        "rules.yaml": _text([*rules, *_end(people)]),
    }
    return Proposal(
        files=files,
        owners=len(people.people),
        territories=len(found),
        guesses=tuple(_guesses(crms, people, found)),
    )


def _sources(crms: Sequence[SeenCrm], people: Staff, today: date) -> Iterator[str]:
    yield "# Which records are new leads. `owners` are those that mean nobody has the lead yet:"
    yield "# look at each. Credentials come from the environment, never from here."
    yield from _timezone(crms)
    yield "sources:"
    for crm in crms:
        yield f"  {crm.name}:"
        if crm.connection:
            yield f"    connection: {flow(dict(crm.connection))}"
        yield "    intake:"
        yield from (f"      {line}" for line in _intake(crm, people))
        yield f"      created_after: {today}  # today: nothing older gets another owner"
        yield from _notes(crm)
        yield ""


def _timezone(crms: Sequence[SeenCrm]) -> Iterator[str]:
    """Without one everything would be read in UTC."""
    told = account_zone(crms)
    if told is None:
        yield "# timezone: Europe/Madrid   TODO whose clock do days, reports and hours go by?"
    else:
        yield f"timezone: {flow(told[0])}  # {told[1]}'s account has it"


def _intake(crm: SeenCrm, people: Staff) -> Iterator[str]:
    desk = a_desk(crm) if people.fallback.is_queue else None
    found = nobody_yet(crm, desk)
    if found:
        told = ", ".join(f"{in_words(each)} has {each.leads:,}" for each in found)
        yield f"# guessed from {len(crm.leads):,} recent leads: {told}"
    else:
        yield "# TODO a guess from nothing: no recent lead was with a queue or nobody"
    yield f"owners: {flow([*stated(crm, found)])}"
    theirs = crm.of(each.crm_id for each in found)
    for key, seen in (
        ("statuses", [] if any(lead.lifecycle for lead in theirs) else _statuses(theirs)),
        ("lifecycle", counted(theirs, lambda lead: lead.lifecycle)),
    ):
        common = [(word, n) for word, n in seen if n >= _SMALLEST_SHARE * len(theirs)]
        if common:
            told = ", ".join(f"{word} {n:,}" for word, n in common)
            yield f"{key}: {flow([word for word, _ in common])}  # of {len(theirs):,}: {told}"


def _statuses(leads: list[SeenLead]) -> list[tuple[str, int]]:
    return counted(leads, lambda lead: lead.status)


def _notes(crm: SeenCrm) -> Iterator[str]:
    if crm.notable:
        yield f"    write: {flow(dict(crm.notable))}  # these are there and writable"
    else:
        yield "    # write: {owner_reason: ..., rule: ...}   fields of yours that tell a rep why"


def _owners(people: Staff, zones: Mapping[str, str]) -> Iterator[str]:
    yield "# Who can own leads. Who has no `timezone` here works in that of sources.yaml. No CRM"
    yield "# tells hours: without them somebody is taken to be at work at any time. To state them:"
    yield "#   calendars: {office: {days: mon-fri, hours: ['09:00-18:00']}}, then hours: office"
    yield "# max_open is 25 unless stated."
    if people.left_out:
        yield f"# {people.left_out:,} other active users own no recent lead, and are left out."
    yield "owners:"
    for seat in people.people:
        entry: _Stated = {"id": seat.id, "name": seat.name}
        entry |= {"email": seat.email} if seat.email else {}
        entry["crm"] = dict(seat.crm)
        entry |= {"timezone": zones[seat.id]} if seat.id in zones else {}
        yield f"  - {flow(entry)}  # recent leads: {seat.leads:,}"
    desk = people.fallback
    if desk.is_queue:
        queue: _Stated = {"id": desk.id, "name": desk.name, "kind": "queue", "crm": dict(desk.crm)}
        yield f"  - {flow(queue)}"


def _territories(found: Sequence[Place], crms: Sequence[SeenCrm]) -> Iterator[str]:
    leads = [lead for crm in crms for lead in crm.leads]
    sources = counted(leads, lambda lead: lead.lead_source)[:_SHOWN]
    if sources:
        told = ", ".join(f"{word} {n:,}" for word, n in sources)
        yield f"# {len(leads):,} recent leads were read. They came by: {told}"
        yield ""
    if not found:
        yield "# No country has enough recent leads for a territory of its own."
        return
    yield "territories:"
    for place in found:
        regions = ", ".join(f"{code} {n:,}" for code, n in place.regions)
        among = f"; of them {regions}" if regions else ""
        line = f"  {flow(place.name)}: {flow({'country': place.code})}"
        yield f"{line}  # {share(place.leads, len(leads))}{among}"
    yield ""


def _pools(found: Sequence[Place], teams: dict[str, list[Seat]], people: Staff) -> Iterator[str]:
    yield "pools:"
    for place in found:
        if place.takers:
            told = ", ".join(f"{seat.name} {n:,}" for seat, n in place.takers)
            line = _pool(_pool_of(place), [seat for seat, _ in place.takers])
            yield f"{line}  # who owns its recent leads: {told}"
    for name, members in teams.items():
        yield f"{_pool(name, members)}  # a team of the CRM; no rule uses it yet"
    busy = [seat for seat in people.people if seat.leads] or people.people
    guessed = "everybody who owns recent leads" if busy[0].leads else "everybody"
    yield f"{_pool(EVERYBODY, busy)}  # {guessed}"
    yield ""


def _pool(name: str, members: Sequence[Seat]) -> str:
    return f"  {flow(name)}: {flow({'members': [seat.id for seat in members]})}"


def _pool_of(place: Place) -> str:
    return f"{place.name}-leads"


def _teams(people: Staff) -> dict[str, list[Seat]]:
    found: dict[str, list[Seat]] = {}
    for seat in people.people:
        for team in sorted(seat.teams):
            found.setdefault(f"team-{plain(team).replace(' ', '-')}", []).append(seat)
    return dict(sorted(found.items()))


def _rules(found: Sequence[Place]) -> Iterator[str]:
    yield "# First match wins."
    yield "rules:"
    for place in found:
        to: list[Plain] = [_pool_of(place), EVERYBODY] if place.takers else [EVERYBODY]
        if not place.takers:
            yield "  # TODO nobody owns two recent leads from there: who should have them?"
        yield f"  - name: {flow(place.name)}"
        yield f"    when: {flow({'territory': place.name})}"
        yield f"    assign: {flow(to)}"
    yield "  - name: Everything else"
    yield f"    assign: {EVERYBODY}"
    yield ""


def _end(people: Staff) -> Iterator[str]:
    desk = people.fallback
    kind = "a queue" if desk.is_queue else "a person, as there is no queue for it"
    yield "# Who takes what nobody else can: somebody must look at it every day. Change it if this"
    yield f"# is not the one. A guess: {kind}."
    yield f"fallback: {{assign: {flow(desk.id)}, sla: standard}}"
    yield "sla:"
    yield "  standard: {first_touch: 24h}  # a guess: how soon must somebody be in touch?"


def _guesses(crms: Sequence[SeenCrm], people: Staff, found: Sequence[Place]) -> Iterator[str]:
    for crm in crms:
        desk = a_desk(crm) if people.fallback.is_queue else None
        told = [f"{in_words(each)} ({each.leads:,})" for each in nobody_yet(crm, desk)]
        yield f"{crm.name}: nobody yet means {', '.join(told) or _unknown(crm)}"
    zone = account_zone(crms)
    told_by = f"{zone[0]}, as {zone[1]}'s account has it" if zone else "UTC, as no CRM tells one"
    yield f"the time zone is {told_by}; nobody's hours are known"
    named = ", ".join(f"{place.name} ({place.leads:,})" for place in found)
    yield f"territories by recent leads: {named or 'none'}"
    yield f"the fallback is {people.fallback.name}"


def _unknown(crm: SeenCrm) -> str:
    return "nobody known: name a user" if crm.is_always_owned else "blank, which is a guess"


def _text(lines: Iterator[str] | list[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"
