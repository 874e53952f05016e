"""One source looked over: what its connector finds, its owners in the CRM, its webhooks' door."""

from collections.abc import Iterator, Mapping

from connectors.findings import Check, Finding, Severity, examine, fine, warning, wrong
from connectors.salesforce.credentials import KEY_FILE, key_file_findings
from flows.doors import BY_TOKEN, LEADS, Door, doors
from flows.plurals import count_of
from flows.wiring import Wiring
from leads.record import CrmOwner
from routing.policy import Owner

_DOORS = {"meta_ads": "meta"}
"""Doors that are not called as their source is."""


def source_of(door: str) -> str:
    """Return the source whose webhooks come through a door."""
    return next((source for source, its in _DOORS.items() if its == door), door)


def examine_source(wiring: Wiring, name: str, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Yield all there is to tell of a source; one that could not be built says what it lacks."""
    if name in wiring.unready:
        for problem in wiring.unready[name].problems:
            yield Finding(severity=Severity.ERROR, about="settings", text=problem)
        return
    findings = list(wiring.sources[name].check())
    yield from findings
    if any(finding.no_answer for finding in findings):
        return  # each further question would be waited for in vain
    checks: list[Check] = [("webhook", lambda: _door(wiring, name, environ))]
    if name in wiring.crms:
        checks.insert(0, ("owners", lambda: _owners(wiring, name)))
    if name == "salesforce" and environ.get(KEY_FILE):
        checks.append(("private key", lambda: key_file_findings(environ)))
    yield from examine((), checks)


def _owners(wiring: Wiring, crm: str) -> Iterator[Finding]:
    """Name owners of the configuration that the CRM does not have, or has deactivated."""
    known = {owner.crm_id: owner for owner in wiring.crms[crm].owners()}
    configured = wiring.configuration.policy.owners.values()
    problems = [p for owner in configured if (p := _owner_problem(owner, crm, known))]
    yield from map(wrong, problems)
    have_none = [owner.id for owner in configured if crm not in owner.crm]
    if have_none:
        yield warning(f"without an id in {crm}, so never given its leads: {', '.join(have_none)}")
    if not problems:
        there = sum(crm in owner.crm for owner in configured)
        yield fine(f"{count_of(there, 'owner')} of the configuration, all there and active")


def _owner_problem(owner: Owner, crm: str, known: Mapping[str, CrmOwner]) -> str | None:
    crm_id = owner.crm.get(crm)
    if crm_id is None:
        return None
    if crm_id not in known:
        same = [o.crm_id for o in known.values() if o.email and o.email == owner.email]
        hint = f"; its e-mail address is that of {same[0]}" if same else ""
        return f"owner {owner.id}: {crm} has no owner {crm_id}{hint}"
    if not known[crm_id].is_active:
        return f"owner {owner.id}: {crm_id} is deactivated in {crm}: no lead can be given to it"
    return None


def _door(wiring: Wiring, name: str, environ: Mapping[str, str]) -> Iterator[Finding]:
    known = doors(wiring, environ)
    door = known.get(_DOORS.get(name, name))
    if door is None:
        yield fine(_by_itself(name, known["webhook"]))
        return
    text = f"/webhooks/{door.name} {door.told()}"
    is_shut = bool(door.lacks or door.challenge_lacks)
    if name == "webhook" and (is_shut or LEADS in door.goes_without):
        yield wrong(f"{text}, and nothing else brings its leads")
    elif is_shut:
        yield warning(f"{text}; leads are found by polling alone")
    else:
        yield fine(text)


def _by_itself(name: str, generic: Door) -> str:
    """Say how leads come where the vendor itself calls nobody."""
    if name != "salesforce":
        return "nobody calls; each sync reads what is new"
    door = f"/webhooks/{generic.name}, which {generic.told(BY_TOKEN)} (docs/salesforce.md, 5)"
    rest = "without a Flow each minute's sync finds the leads"
    return f"a record-triggered Flow may call {door}; {rest}"
