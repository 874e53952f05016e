"""Create, update and delete a record, or refuse to, the way Salesforce does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.salesforce.checking import clean
from sandbox.salesforce.duplicate_rules import check_duplicates
from sandbox.salesforce.errors import Refusal, is_deleted
from sandbox.salesforce.ids import long_id
from sandbox.salesforce.lead_book import audit
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.records import Row
from sandbox.salesforce.schema import Entity

_COMPLETED = "Completed"
_USER_PREFIX = "005"
_ROW_TEXTS: Mapping[str, str] = {
    "UNABLE_TO_LOCK_ROW": "unable to obtain exclusive access to this record or 1 records: {id}",
    "INVALID_CROSS_REFERENCE_KEY": "invalid cross reference id",
    "ENTITY_IS_DELETED": "entity is deleted",
    "CANNOT_UPDATE_CONVERTED_LEAD": "cannot reference converted lead",
    "ENTITY_IS_LOCKED": "the entity is locked for editing",
    "INSUFFICIENT_ACCESS_OR_READONLY": "insufficient access rights on object id",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": "a validation rule of the sandbox says no",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the request's headers ask of every row."""

    auto_assign: bool = True
    allow_duplicates: bool = False
    base: str = ""


def create(org: SalesforceOrg, entity: Entity, body: Mapping[str, Any], terms: Terms) -> str:
    """Answer the new record's id. Raises Refusal, which is in the journal by then."""
    try:
        return _create(org, entity, body, terms)
    except Refusal as refusal:
        org.log("refused", entity.name, (), code=refusal.code)
        raise


def update(
    org: SalesforceOrg, entity: Entity, key: str, body: Mapping[str, Any], terms: Terms
) -> None:
    """Raises Refusal, which is in the journal by then."""
    try:
        _update(org, entity, key, body, terms)
    except Refusal as refusal:
        org.log("refused", entity.name, (key,), code=refusal.code)
        raise


def delete(org: SalesforceOrg, entity: Entity, key: str) -> None:
    """Move a record to the recycle bin. Raises Refusal, which is in the journal by then."""
    try:
        row = _live_row(org, entity, key)
        _meet_fault(org, key)
    except Refusal as refusal:
        org.log("refused", entity.name, (key,), code=refusal.code)
        raise
    now = org.wire_now()
    org.records.change(entity.name, row["Id"], {"IsDeleted": True, "SystemModstamp": now})
    org.log("deleted", entity.name, (row["Id"],))


def _create(org: SalesforceOrg, entity: Entity, body: Mapping[str, Any], terms: Terms) -> str:
    if not entity.createable:
        raise _not_for(entity, "create")
    if any(name.lower() == "id" for name in body):
        message = "cannot specify Id in an insert call"
        raise Refusal("INVALID_FIELD_FOR_INSERT_UPDATE", message, fields=["Id"])
    values = clean(entity, body, creating=True)
    _meet_fault(org, str(values.get("Firsttouch_Id__c") or ""))
    _check_references(org, entity, values)
    _check_unique(org, entity, values, key=None)
    if entity.name != "Lead":
        return _create_task(org, values)
    allowed = terms.allow_duplicates
    check_duplicates(org.records, org.duplicate_rules, values, allowed=allowed, base=terms.base)
    asked = values.get("OwnerId") or org.running_user
    owner = _assigned(org, terms) or asked
    row = org.book.insert({**values, "OwnerId": owner}, by=org.running_user)
    org.log("created", "Lead", (row["Id"],), owner=owner, asked=asked, by=_by(owner, asked))
    return str(row["Id"])


def _create_task(org: SalesforceOrg, values: dict[str, Any]) -> str:
    stamps = audit(org.wire_now(), org.running_user)
    task = {
        "Status": "Not Started",
        "Priority": "Normal",
        "OwnerId": org.running_user,
        "IsReminderSet": False,
        "IsDeleted": False,
        **{name: value for name, value in values.items() if value is not None},
        **stamps,
    }
    row = org.records.insert("Task", {**task, "IsClosed": task["Status"] == _COMPLETED})
    org.log("created", "Task", (row["Id"],), owner=row["OwnerId"], lead=row["WhoId"])
    return str(row["Id"])


def _update(
    org: SalesforceOrg, entity: Entity, key: str, body: Mapping[str, Any], terms: Terms
) -> None:
    if not entity.updateable:
        raise _not_for(entity, "update")
    before = _live_row(org, entity, key)
    if before.get("IsConverted"):
        raise Refusal("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", fields=())
    values = clean(entity, body, creating=False)
    _meet_fault(org, before["Id"])
    _check_references(org, entity, values)
    _check_unique(org, entity, values, key=before["Id"])
    if entity.name == "Lead":
        _update_lead(org, before, values, terms)
    else:
        _update_task(org, before, values)


def _update_lead(org: SalesforceOrg, before: Row, values: dict[str, Any], terms: Terms) -> None:
    key, asked = before["Id"], values.get("OwnerId")
    by_rule = _assigned(org, terms)
    owner = by_rule or asked or before["OwnerId"]
    if asked or by_rule:
        values = {**values, "OwnerId": owner}
    elif "OwnerId" in values:
        raise Refusal(
            "REQUIRED_FIELD_MISSING", "Required fields are missing: [OwnerId]", fields=["OwnerId"]
        )
    org.book.change(key, values, by=org.running_user)
    org.log("written", "Lead", (key,), fields=sorted(values))
    if "OwnerId" in values:
        detail = {"from": before["OwnerId"], "to": owner, "asked": asked, "by": _by(owner, asked)}
        org.log("owner_written", "Lead", (key,), **detail)


def _update_task(org: SalesforceOrg, before: Row, values: dict[str, Any]) -> None:
    now = org.wire_now()
    stamps = {
        "LastModifiedDate": now,
        "LastModifiedById": org.running_user,
        "SystemModstamp": now,
        "IsClosed": values.get("Status", before["Status"]) == _COMPLETED,
    }
    org.records.change("Task", before["Id"], {**values, **stamps})
    org.log("written", "Task", (before["Id"],), fields=sorted(values))


def _by(owner: str, asked: str | None) -> str:
    return "api" if owner == asked else "assignment_rule"


def _assigned(org: SalesforceOrg, terms: Terms) -> str | None:
    is_on = terms.auto_assign and org.assignment_rule_active
    return org.assignment_rule_owner if is_on else None


def _live_row(org: SalesforceOrg, entity: Entity, key: str) -> Row:
    whole = long_id(key)
    if whole is None or not whole.startswith(entity.prefix or ""):
        raise Refusal("MALFORMED_ID", f"bad id {key}", fields=["Id"])
    row = org.records.get(entity.name, whole)
    if row is None:
        raise Refusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", fields=())
    if row.get("IsDeleted"):
        raise is_deleted()
    return row


def _meet_fault(org: SalesforceOrg, key: str) -> None:
    fault = org.ground.row_fault(key)
    if fault is None:
        return
    code = fault.detail or "UNABLE_TO_LOCK_ROW"
    text = _ROW_TEXTS.get(code, "refused by the sandbox").format(id=key)
    raise Refusal(code, text, fields=())


def _check_references(org: SalesforceOrg, entity: Entity, values: dict[str, Any]) -> None:
    for name, value in values.items():
        column = entity.columns[name]
        if column.type != "reference" or value is None:
            continue
        whole = long_id(value)
        if whole is None:
            message = f"{column.label}: id value of incorrect type: {value}"
            raise Refusal("MALFORMED_ID", message, fields=[name])
        target = org.name_row(whole)
        if target is None or target["EntityName"] not in column.refers_to:
            message = "invalid cross reference id"
            raise Refusal("INVALID_CROSS_REFERENCE_KEY", message, fields=[name])
        if target.get("IsConverted"):
            message = "cannot reference converted lead"
            raise Refusal("CANNOT_UPDATE_CONVERTED_LEAD", message, fields=())
        if name == "OwnerId" and whole.startswith(_USER_PREFIX) and not target["IsActive"]:
            owned = entity.label.lower()
            message = f"operation performed with inactive user [{whole}] as owner of {owned}"
            raise Refusal("INACTIVE_OWNER_OR_USER", message, fields=())
        values[name] = whole


def _check_unique(
    org: SalesforceOrg, entity: Entity, values: Mapping[str, Any], key: str | None
) -> None:
    for name, value in values.items():
        if not entity.columns[name].unique or value is None:
            continue
        others = [r for r in org.records.having(entity.name, name, value) if r["Id"] != key]
        if others:
            short = others[0]["Id"][:15]
            message = f"duplicate value found: {name} duplicates value on record with id: {short}"
            raise Refusal("DUPLICATE_VALUE", message, fields=())


def _not_for(entity: Entity, what: str) -> Refusal:
    message = f"entity type {entity.name} does not support {what}"
    return Refusal("INVALID_TYPE_FOR_OPERATION", message)
