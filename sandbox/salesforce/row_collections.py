"""composite/sobjects: up to 200 records a request, an answer for each, in order."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from sandbox.salesforce.checking import check_types
from sandbox.salesforce.errors import Refusal, no_such_type, too_many_records
from sandbox.salesforce.ids import long_id
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.rows import (
    entity_of,
    external_id,
    full_view,
    success,
    terms_of,
    upsert,
)
from sandbox.salesforce.schema import Entity
from sandbox.salesforce.soql.showing import show_record
from sandbox.salesforce.wire import Answer, Call
from sandbox.salesforce.writing import create, delete, update

_MOST = 200
_MOST_READ = 2000
_MOST_CHUNKS = 10
_Write = Callable[[], dict[str, Any]]
_ROLLED_BACK = (
    "Record rolled back because not all records were valid and the request was using AllOrNone "
    "header"
)


def create_many(org: SalesforceOrg, call: Call) -> Answer:
    terms = terms_of(call)

    def write(entity: Entity, body: Mapping[str, Any]) -> dict[str, Any]:
        return success(create(org, entity, body, terms))

    return _answer(org, call, [partial(write, *typed) for typed in _typed(org, call)])


def update_many(org: SalesforceOrg, call: Call) -> Answer:
    terms, seen = terms_of(call), set[str]()

    def write(entity: Entity, body: Mapping[str, Any]) -> dict[str, Any]:
        key = _id_in(body)
        if key in seen:
            raise Refusal("DUPLICATE_VALUE", f"duplicate id specified: {key}", fields=["Id"])
        seen.add(key)
        update(org, entity, key, body, terms)
        return success(key)

    return _answer(org, call, [partial(write, *typed) for typed in _typed(org, call)])


def upsert_many(org: SalesforceOrg, call: Call) -> Answer:
    entity, terms = entity_of(org, call.args[0]), terms_of(call)
    column = external_id(entity, call.args[1])

    def write(body: Mapping[str, Any]) -> dict[str, Any]:
        key, made = upsert(org, entity, column, body, terms)
        return {**success(key), "created": made}

    return _answer(org, call, [partial(write, body) for _, body in _typed(org, call)])


def delete_many(org: SalesforceOrg, call: Call) -> Answer:
    keys = [key for key in call.params.get("ids", "").split(",") if key]
    _check_count(len(keys), _MOST)

    def write(key: str) -> dict[str, Any]:
        entity = _entity_of_id(org, key)
        delete(org, entity, key)
        return success(long_id(key) or key)

    all_or_none = _is_true(call.params.get("allOrNone"))
    return _answer(org, call, [partial(write, key) for key in keys], all_or_none=all_or_none)


def get_many(org: SalesforceOrg, call: Call) -> Answer:
    """Rows in the order asked for; null for one that is not there."""
    entity = entity_of(org, call.args[0])
    asked = call.params if call.method == "GET" else call.json()
    keys, names = _names(asked.get("ids")), _names(asked.get("fields"))
    if not (keys and names):
        raise Refusal("MISSING_ARGUMENT", "ids and fields are required")
    _check_count(len(keys), _MOST_READ)
    show = show_record(full_view(entity, names), entity, f"{call.base}/sobjects")
    found = [org.records.get(entity.name, long_id(key) or "") for key in keys]
    live = [row if row and not row.get("IsDeleted") else None for row in found]
    org.log("served", entity.name, tuple(row["Id"] for row in live if row))
    return Answer(body=[show(row) if row else None for row in live])


def _typed(org: SalesforceOrg, call: Call) -> list[tuple[Entity, Mapping[str, Any]]]:
    """Read the records and their types; a request that is not well-formed fails whole."""
    records = call.json().get("records")
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise Refusal("INVALID_INPUT", "records: a list of sObjects is required")
    _check_count(len(records), _MOST)
    typed = [(_entity_named(org, record), record) for record in records]
    if len(list(groupby(typed, key=lambda pair: pair[0].name))) > _MOST_CHUNKS:
        raise Refusal("INVALID_INPUT", f"more than {_MOST_CHUNKS} chunks of records by type")
    for entity, record in typed:
        check_types(entity, record, call.body)
    return typed


def _entity_named(org: SalesforceOrg, record: Mapping[str, Any]) -> Entity:
    attributes = record.get("attributes")
    name = attributes.get("type") if isinstance(attributes, dict) else None
    if not name or not isinstance(name, str):
        raise Refusal("INVALID_INPUT", "attributes.type is required for each record")
    entity = org.entity(name)
    if entity is None:
        raise Refusal("INVALID_TYPE", no_such_type(name))
    return entity


def _entity_of_id(org: SalesforceOrg, key: str) -> Entity:
    for entity in org.entities.values():
        if entity.prefix and key.startswith(entity.prefix):
            return entity
    raise Refusal("MALFORMED_ID", f"bad id {key}", fields=["Id"])


def _id_in(body: Mapping[str, Any]) -> str:
    key = next((value for name, value in body.items() if name.lower() == "id"), None)
    if not key:
        raise Refusal("MISSING_ARGUMENT", "Id not specified in an update call", fields=())
    return long_id(str(key)) or str(key)


def _check_count(count: int, most: int) -> None:
    if count > most:
        raise too_many_records(most)


def _answer(
    org: SalesforceOrg, call: Call, writes: Sequence[_Write], *, all_or_none: bool | None = None
) -> Answer:
    if all_or_none is None:
        all_or_none = _is_true(call.json().get("allOrNone"))
    if not all_or_none:
        return Answer(body=[_attempt(write) for write in writes])
    with org.transaction() as undo:
        results = [_attempt(write) for write in writes]
        if all(result["success"] for result in results):
            return Answer(body=results)
        undo()
    rolled_back = Refusal("ALL_OR_NONE_OPERATION_ROLLED_BACK", _ROLLED_BACK).as_row_error()
    return Answer(body=[rolled_back if result["success"] else result for result in results])


def _attempt(write: _Write) -> dict[str, Any]:
    try:
        return write()
    except Refusal as refusal:
        return refusal.as_row_error()


def _is_true(value: Any) -> bool:
    return str(value).lower() == "true"


def _names(value: Any) -> list[str]:
    if isinstance(value, str):
        value = value.split(",")
    listed = value if isinstance(value, list) else ()
    return [str(name).strip() for name in listed if str(name).strip()]
