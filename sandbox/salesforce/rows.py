"""sobjects/Lead/{id} and its neighbours: one record at a time."""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.salesforce.checking import check_types
from sandbox.salesforce.conditions import check_unmodified, is_unmodified, last_modified
from sandbox.salesforce.errors import (
    Refusal,
    is_deleted,
    no_such_column,
    not_an_external_id,
    not_there,
)
from sandbox.salesforce.ids import long_id
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.records import Row
from sandbox.salesforce.schema import Column, Entity
from sandbox.salesforce.soql.reading import Found, reader
from sandbox.salesforce.soql.showing import show_record
from sandbox.salesforce.wire import Answer, Call
from sandbox.salesforce.writing import Terms, create, delete, update

_CREATED = 201
_NO_CONTENT = 204
_NOT_MODIFIED = 304


def create_row(org: SalesforceOrg, call: Call) -> Answer:
    entity, body = entity_of(org, call.args[0]), call.json()
    check_types(entity, body, call.body)
    key = create(org, entity, body, terms_of(call))
    there = {"Location": f"{call.base}/sobjects/{entity.name}/{key}"}
    return Answer(status=_CREATED, body=success(key), headers=there)


def get_row(org: SalesforceOrg, call: Call) -> Answer:
    entity = entity_of(org, call.args[0])
    row = find_row(org, entity, call.args[1])
    return _show(org, call, entity, row)


def update_row(org: SalesforceOrg, call: Call) -> Answer:
    entity, body = entity_of(org, call.args[0]), call.json()
    row = find_row(org, entity, call.args[1])
    check_unmodified(call, row)
    check_types(entity, body, call.body)
    if any(name.lower() == "id" for name in body):
        message = "The Id field should not be specified in the sobject data."
        raise Refusal("INVALID_FIELD", message)
    update(org, entity, row["Id"], body, terms_of(call))
    return Answer(status=_NO_CONTENT)


def delete_row(org: SalesforceOrg, call: Call) -> Answer:
    entity = entity_of(org, call.args[0])
    delete(org, entity, find_row(org, entity, call.args[1])["Id"])
    return Answer(status=_NO_CONTENT)


def get_by_external_id(org: SalesforceOrg, call: Call) -> Answer:
    entity, column = _keyed(org, call)
    row = _by_value(org, entity, column, call.args[2])
    if row is None:
        raise not_there()
    return _show(org, call, entity, row)


def upsert_row(org: SalesforceOrg, call: Call) -> Answer:
    entity, column = _keyed(org, call)
    body = call.json()
    if any(name.lower() == column.name.lower() for name in body):
        message = f"The {column.name} field should not be specified in the sobject data."
        raise Refusal("INVALID_FIELD", message)
    check_types(entity, body, call.body)
    value = call.args[2]
    key, made = upsert(org, entity, column, {**body, column.name: value}, terms_of(call))
    return Answer(status=_CREATED if made else 200, body={**success(key), "created": made})


def upsert(
    org: SalesforceOrg, entity: Entity, column: Column, body: Mapping[str, Any], terms: Terms
) -> tuple[str, bool]:
    """Update the record with this value, else create it: its id, and whether it is new."""
    value = body.get(column.name)
    row = _by_value(org, entity, column, str(value)) if value else None
    rest = {name: v for name, v in body.items() if name.lower() not in {"id", "attributes"}}
    if row is None:
        return create(org, entity, rest, terms), True
    rest = {name: v for name, v in rest.items() if name != column.name}
    update(org, entity, row["Id"], rest, terms)
    return row["Id"], False


def entity_of(org: SalesforceOrg, name: str) -> Entity:
    entity = org.entity(name)
    if entity is None:
        raise not_there()
    return entity


def find_row(org: SalesforceOrg, entity: Entity, text: str) -> Row:
    """Raises Refusal: NOT_FOUND, or ENTITY_IS_DELETED for one in the recycle bin."""
    key = long_id(text)
    row = org.records.get(entity.name, key) if key else None
    if row is None:
        raise not_an_external_id(text) if key is None else not_there()
    if row.get("IsDeleted"):
        raise is_deleted()
    return row


def external_id(entity: Entity, name: str) -> Column:
    """Answer the column records are matched by in an upsert."""
    column = entity.by_lower.get(name.lower())
    if column is None or not (column.external_id or column.name == "Id"):
        raise not_an_external_id(name)
    return column


def full_view(entity: Entity, names: Iterable[str]) -> list[Found]:
    """Answer the named columns, ready to be shown. Raises Refusal: INVALID_FIELD."""
    found = []
    for name in names:
        column = entity.by_lower.get(name.strip().lower())
        if column is None:
            raise Refusal("INVALID_FIELD", no_such_column(name.strip(), entity.name))
        found.append(Found(steps=(), column=column, read=reader((), column)))
    return found


def terms_of(call: Call) -> Terms:
    return Terms(
        auto_assign=call.is_auto_assigning,
        allow_duplicates=call.is_allowing_duplicates,
        base=call.base,
    )


def success(key: str) -> dict[str, Any]:
    return {"id": key, "success": True, "errors": []}


def _keyed(org: SalesforceOrg, call: Call) -> tuple[Entity, Column]:
    entity = entity_of(org, call.args[0])
    return entity, external_id(entity, call.args[1])


def _by_value(org: SalesforceOrg, entity: Entity, column: Column, value: str) -> Row | None:
    if column.name == "Id":
        return find_row(org, entity, value)
    return next(iter(org.records.having(entity.name, column.name, value)), None)


def _show(org: SalesforceOrg, call: Call, entity: Entity, row: Row) -> Answer:
    names = call.params["fields"].split(",") if "fields" in call.params else entity.columns
    view = full_view(entity, names)
    headers = last_modified(row) if "LastModifiedDate" in entity.columns else {}
    if headers:
        check_unmodified(call, row)
    if headers and is_unmodified(call, row):
        return Answer(status=_NOT_MODIFIED, headers=headers)
    org.log("served", entity.name, (row["Id"],))
    shown = show_record(view, entity, f"{call.base}/sobjects")(row)
    return Answer(body=shown, headers=headers)
