"""One source looked over: what its connector finds, its owners in the CRM, its webhooks' door."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

from config.examine_owners import owner_in_crm
from connectors.findings import Check, Finding, Severity, examine, fine, warning, wrong
from connectors.salesforce.credentials import KEY_FILE, key_file_findings
from flows.doors import BY_TOKEN, LEADS, Door, doors
from flows.plurals import count_of
from flows.wiring import Wiring
from leads.errors import ConfigError
from leads.record import CrmOwner
from routing.lint import findings as lint
from routing.policy import Owner, Policy

_DOORS = {"meta_ads": "meta"}
"""Doors that are not called as their source is."""


def source_of(door: str) -> str:
    """Return the source whose webhooks come through a door."""
    return next((source for source, its in _DOORS.items() if its == door), door)


def examine_source(
    wiring: Wiring, name: str, environ: Mapping[str, str], *, alone: bool = False
) -> Iterator[Finding]:
    """
    Yield all there is to tell of a source; one that could not be built says what it lacks.

    `alone`: its CRM is not looked over beside it, so that what that one lacks is told here.
    """
    if name in wiring.unready:
        yield from _unready(wiring, name, alone=alone)
        return
    findings = list(wiring.sources[name].check())
    yield from findings
    if any(finding.no_answer for finding in findings):
        return  # each further question would be waited for in vain
    checks: list[Check] = [("webhook", lambda: _door(wiring, name, environ))]
    # Whose login is refused is not asked for its owners too, to be refused once more.
    if name in wiring.crms and not any(finding.ends_it for finding in findings):
        checks.insert(0, ("owners", lambda: _owners(wiring, name)))
    if name == "salesforce" and environ.get(KEY_FILE):
        checks.append(("private key", lambda: key_file_findings(environ)))
    yield from examine((), checks)


def _unready(wiring: Wiring, name: str, *, alone: bool) -> Iterator[Finding]:
    """Say what a source lacks; one that lacks only its CRM is looked over all the same."""
    try:
        connector = wiring.build(name, wiring.configuration)
    except ConfigError as error:
        yield from _lacking(error.problems, "settings")
    else:
        with closing(connector):
            yield from connector.check()
    crm = wiring.crm_of(name)
    if crm == name or crm not in wiring.unready:
        return
    if alone:
        yield from _lacking(wiring.unready[crm].problems, f"{crm}, its CRM")
    else:
        yield from _lacking([f"sources.{name}: {crm}, its CRM, is not ready"], "settings")


def _lacking(problems: Sequence[str], about: str) -> Iterator[Finding]:
    for problem in problems:
        yield Finding(severity=Severity.ERROR, about=about, text=problem)


def _owners(wiring: Wiring, crm: str) -> Iterator[Finding]:
    """Name owners of the configuration that the CRM does not have, or has deactivated."""
    known, policy = list(wiring.crms[crm].owners()), wiring.configuration.policy
    there = [owner for owner in policy.owners.values() if crm in owner.crm]
    problems = [p for owner in there for p in _owner_problems(policy, owner, crm, known)]
    yield from problems
    have_none = [owner.id for owner in policy.owners.values() if crm not in owner.crm]
    if have_none:
        yield warning(f"without an id in {crm}, so never given its leads: {', '.join(have_none)}")
    if not problems:
        yield fine(f"{count_of(len(there), 'owner')} of the configuration, all there and active")


def _owner_problems(
    policy: Policy, owner: Owner, crm: str, known: Sequence[CrmOwner]
) -> Iterator[Finding]:
    """Say it as `firsttouch check` does, and as gravely."""
    for each in owner_in_crm(policy, owner, crm, known):
        severity = Severity.ERROR if each.severity is lint.Severity.ERROR else Severity.WARNING
        text = f"owner {owner.id}: {each.message}: {each.remedy}"
        yield Finding(severity=severity, text=text)


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
