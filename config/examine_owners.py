"""Owners as the CRMs know them: ids that are odd, taken twice, unknown there or deactivated."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from connectors.hubspot import owner_ids as hubspot
from connectors.pipedrive import owner_ids as pipedrive
from connectors.salesforce import owner_ids as salesforce
from leads.record import CrmOwner
from routing.lint.findings import Code, Finding, Severity
from routing.policy import Owner, Policy
from routing.wording import listed


def examine_owners(policy: Policy, known: Mapping[str, Sequence[CrmOwner]]) -> Iterator[Finding]:
    """`known` has the owners of each CRM that was looked at."""
    yield from _twice(policy)
    yield from _one_mailbox(policy)
    for owner in policy.owners.values():
        for crm, crm_id in owner.crm.items():
            odd = _odd(crm, crm_id, owner)
            if odd:
                yield _finding(Code.ODD_ID, owner, crm, f"{crm_id} looks odd: {odd}")
            elif crm in known:
                yield from owner_in_crm(policy, owner, crm, known[crm])


def _twice(policy: Policy) -> Iterator[Finding]:
    owners: dict[tuple[str, str], list[Owner]] = defaultdict(list)
    for owner in policy.owners.values():
        for crm, crm_id in owner.crm.items():
            owners[crm, crm_id].append(owner)
    for (crm, shared), same in owners.items():
        if len(same) > 1:
            names = listed([owner.id for owner in same])
            text = f"{names} have one id in {crm}, {shared}: their leads cannot be told apart"
            yield _finding(Code.DUPLICATE_ID, same[-1], crm, text, Severity.ERROR)


def _one_mailbox(policy: Policy) -> Iterator[Finding]:
    """Note an address that was copied to the next one; a mailbox may be shared on purpose."""
    owners: dict[str, list[Owner]] = defaultdict(list)
    for owner in policy.owners.values():
        if owner.email:
            owners[owner.email.casefold()].append(owner)
    for same in owners.values():
        if len(same) > 1:
            names = listed([owner.id for owner in same])
            yield Finding(
                code=Code.DUPLICATE_EMAIL,
                severity=Severity.NOTE,
                about=("owners", same[-1].id, "email"),
                message=f"{names} have one e-mail address, {same[0].email}: messages to each "
                "of them go there",
                remedy=_REMEDY[Code.DUPLICATE_EMAIL],
            )


def _odd(crm: str, crm_id: str, owner: Owner) -> str | None:
    match crm:
        case "salesforce":
            return salesforce.odd_owner_id(crm_id, is_queue=owner.is_queue)
        case "hubspot":
            return hubspot.odd_owner_id(crm_id)
        case "pipedrive":
            return pipedrive.odd_owner_id(crm_id)
        case _:
            return None


def owner_in_crm(
    policy: Policy, owner: Owner, crm: str, known: Sequence[CrmOwner]
) -> Iterator[Finding]:
    """Compare an owner who has an id in `crm` with whom it has; `doctor` says the same."""
    crm_id = owner.crm[crm]
    there = next((each for each in known if _is_same(crm, each.crm_id, crm_id)), None)
    if there is None:
        same = [each.crm_id for each in known if each.email and each.email == owner.email]
        hint = f"; its e-mail address is that of {same[0]}" if same else ""
        text = f"{crm} has no owner {crm_id}{hint}; no lead there can be {owner.id}'s"
        yield _finding(Code.UNKNOWN_OWNER, owner, crm, text, Severity.ERROR)
    elif not there.is_active:
        is_last = owner.id in {policy.fallback, policy.steward}
        grave = Severity.ERROR if is_last else Severity.WARNING
        text = f"{crm_id} is deactivated in {crm}; no lead there is given to {owner.id}"
        yield _finding(Code.INACTIVE_OWNER, owner, crm, text, grave)


def _is_same(crm: str, one: str, other: str) -> bool:
    """Salesforce writes an id in 15 letters or in 18."""
    return one[:15] == other[:15] if crm == "salesforce" else one == other


_REMEDY = {
    Code.ODD_ID: "copy the id from the owner's page in the CRM",
    Code.DUPLICATE_ID: "give each their own id, or make one owner of the two",
    Code.DUPLICATE_EMAIL: "give each their own, unless they share that mailbox",
    Code.UNKNOWN_OWNER: "copy the id from the owner's page in the CRM",
    Code.INACTIVE_OWNER: "activate them there, or take them out of the pools",
}


def _finding(
    code: Code, owner: Owner, crm: str, text: str, severity: Severity = Severity.WARNING
) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        about=("owners", owner.id, "crm", crm),
        message=text,
        remedy=_REMEDY[code],
    )
