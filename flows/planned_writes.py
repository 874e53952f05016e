"""What a decision asks of a CRM: a change of owner, or a record created already owned."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

from flows.notices import channels_for
from flows.wiring import Wiring
from leads.clicks import click_network
from leads.decision import Decision
from leads.delivery import Delivery, DeliveryKind
from leads.keys import CrmOwnerId, LeadKey, OwnerId
from leads.lead import Headcount, Lead
from leads.ownership import NOBODY
from leads.shorten import shortened
from routing.policy import Policy
from store.return_rows import Back, Holder

NOTE_LENGTH = 255  # a Salesforce text field holds no more; HubSpot's holds plenty

_CARRIED = (
    *("email", "phone", "first_name", "last_name", "company", "website", "job_title"),
    *("country", "region", "city", "postal_code", "industry", "employees", "product"),
    *("deal_type", "deal_value", "currency", "score", "language"),
    *("lead_source", "channel", "campaign", "form", "click_id", "consent"),
)


def writes_for(
    wiring: Wiring,
    lead: Lead,
    decision: Decision,
    back: Back | None = None,
    *,
    gone: AbstractSet[tuple[str, CrmOwnerId]] = frozenset(),
) -> list[Delivery]:
    """
    Return what must be written so that the CRM of `lead` shows its owner; one entry.

    One that was handed back is taken from whoever has it by our own write, and from nobody else.
    `gone` are owners, by CRM, who are deactivated there: what they have is nobody's.
    """
    notes = {
        "reason": decision.reason,
        "rule": decision.rule or "",
        "method": decision.method.value,
    }
    holder = back.holder if back else None
    if holder is not None and holder.crm == wiring.crm_of(lead.key.source):
        write = _change_of_hands(wiring, lead.key, decision.owner, notes, holder)
    elif lead.key.source in wiring.crms:
        write = _owner_write(wiring, lead.key, decision.owner, notes, seen=lead.current_owner)
        if had := {each for crm, each in gone if crm == write.crm and each == lead.current_owner}:
            write = replace(write, expected=write.expected | had)
    else:
        write = _creation(wiring, lead, decision, notes)
    channels = channels_for(wiring, lead, decision)
    return [replace(write, notify=channels) if channels else write]


def steward_id(wiring: Wiring, source: str) -> CrmOwnerId | None:
    """Return the data steward's id where `source` has owners; None for an ad platform."""
    policy = wiring.configuration.policy
    return policy.owners[_steward(policy)].crm.get(source)


def reject_write(wiring: Wiring, key: LeadKey, seen: CrmOwnerId) -> Delivery:
    """Return the entry that gives a CRM record that was set aside to the steward; `seen` had it."""
    steward = _steward(wiring.configuration.policy)
    reason = "Set aside for the data steward: it cannot be identified or contacted."
    notes = {"reason": reason, "method": "reject"}
    return _owner_write(wiring, key, steward, notes, seen=seen)


def _owner_write(
    wiring: Wiring,
    key: LeadKey,
    owner: OwnerId,
    notes: Mapping[str, str],
    *,
    seen: CrmOwnerId | None,
) -> Delivery:
    """Replace nobody; or the data steward, where a record was set aside and has been mended."""
    crm = key.source
    mended = {seen} & {steward_id(wiring, crm)}
    return Delivery(
        id=uuid4().hex,
        lead=key,
        crm=crm,
        kind=DeliveryKind.OWNER,
        owner=owner,
        crm_owner=wiring.configuration.policy.owners[owner].crm[crm],
        expected=frozenset(mended),
        record_id=key.source_id,
        values={},
        notes=_named(wiring, crm, notes),
        before=seen or NOBODY,
    )


def _change_of_hands(
    wiring: Wiring, key: LeadKey, owner: OwnerId, notes: Mapping[str, str], holder: Holder
) -> Delivery:
    return Delivery(
        id=uuid4().hex,
        lead=key,
        crm=holder.crm,
        kind=DeliveryKind.OWNER,
        owner=owner,
        crm_owner=wiring.configuration.policy.owners[owner].crm[holder.crm],
        expected=frozenset({holder.crm_owner}),
        record_id=holder.record_id,
        values={},
        notes=_named(wiring, holder.crm, notes),
    )


def _creation(wiring: Wiring, lead: Lead, decision: Decision, notes: Mapping[str, str]) -> Delivery:
    crm, owner = wiring.crm_of(lead.key.source), decision.owner
    defaults = wiring.configuration.sources[lead.key.source].defaults
    return Delivery(
        id=uuid4().hex,
        lead=lead.key,
        crm=crm,
        kind=DeliveryKind.CREATE,
        owner=owner,
        crm_owner=wiring.configuration.policy.owners[owner].crm[crm],
        expected=frozenset(),
        values={**defaults, **_values(lead)},
        notes=_named(wiring, crm, notes),
        known=_known(wiring.configuration.policy, decision, crm),
    )


def _known(policy: Policy, decision: Decision, crm: str) -> LeadKey | None:
    """Return the person's record in `crm`, or a lead of theirs that is one there."""
    person = decision.saw.person if decision.saw else None
    if person is None:
        return None
    return next((key for key in person.found if policy.crm_of.get(key.source) == crm), None)


def _steward(policy: Policy) -> OwnerId:
    return policy.steward or policy.fallback


def _values(lead: Lead) -> dict[str, str]:
    """Return what the lead said, as text; blanks left out, so that defaults show through."""
    named = {name: _text(getattr(lead, name)) for name in _CARRIED}
    custom = {f"custom.{name}": value for name, value in lead.custom.items()}
    values = {"source": lead.key.source, **named, **_made_of(lead), **custom}
    return {name: value for name, value in values.items() if value}


def _made_of(lead: Lead) -> dict[str, str]:
    """Return what is told more closely: the ends of a range, and whose click it was."""
    found: dict[str, str] = {}
    if network := click_network(lead):
        found[f"{network}_click_id"] = _text(lead.click_id)
    if lead.employees:
        found["employees_min"] = _text(lead.employees.least)
        found["employees_max"] = _text(lead.employees.most)
    return found


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Headcount(least=least, most=most):
            return str(least) if least == most else f"{least}-{most}" if most else f"{least}+"
        case Decimal():
            return format(value, "f")
        case _:
            return str(value)


def _named(wiring: Wiring, crm: str, notes: Mapping[str, str]) -> dict[str, str]:
    """Return `notes` under the CRM's field names; those the configuration names no field for go."""
    fields = wiring.configuration.sources[crm].notes
    return {
        fields[name]: shortened(text, NOTE_LENGTH) for name, text in notes.items() if name in fields
    }
