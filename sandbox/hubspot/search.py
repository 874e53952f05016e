"""The search endpoint's query: what it may ask, and what it means."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.hubspot.errors import Refusal, not_json
from sandbox.hubspot.properties import Key, Property, key_of

Keys = Mapping[str, Key]
Predicate = Callable[[Keys], bool]

MAX_GROUPS, MAX_IN_GROUP, MAX_FILTERS = 5, 6, 18
MAX_LIMIT, MAX_RESULTS, MAX_BODY = 200, 10_000, 3_000
_TEXT_SEARCHED = ("email", "firstname", "lastname", "phone", "company", "hs_object_id")
_NEEDS_VALUE = {
    *("EQ", "NEQ", "LT", "LTE", "GT", "GTE", "BETWEEN"),
    *("CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"),
}
_OPERATORS = {*_NEEDS_VALUE, "IN", "NOT_IN", "HAS_PROPERTY", "NOT_HAS_PROPERTY"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """`groups` are alternatives; within one, every predicate must hold."""

    groups: tuple[tuple[Predicate, ...], ...]
    words: tuple[str, ...]
    sort_by: str
    descending: bool
    limit: int
    after: int

    def matches(self, keys: Keys) -> bool:
        if self.groups and not self._is_in_one(keys):
            return False
        return not self.words or self._has_words(keys)

    def _is_in_one(self, keys: Keys) -> bool:
        for group in self.groups:  # no `any` of `all`: each record of a portal comes by here
            for holds in group:
                if not holds(keys):
                    break
            else:
                return True
        return False

    def _has_words(self, keys: Keys) -> bool:
        text = " ".join(str(keys.get(name, "")) for name in _TEXT_SEARCHED).lower()
        return all(word in text for word in self.words)


def read_query(text: str, body: Mapping[str, Any], properties: Mapping[str, Property]) -> Query:
    """Read a search request; a Refusal for everything the vendor refuses."""
    if len(text) > MAX_BODY:
        raise Refusal(400, f"The request body is longer than {MAX_BODY} characters.")
    limit, after = _number(body, "limit", 10), _number(body, "after", 0)
    if not 0 < limit <= MAX_LIMIT:
        raise Refusal(400, f"Invalid limit: {limit}. It must be between 1 and {MAX_LIMIT}.")
    if after + limit > MAX_RESULTS:
        told = f"after {after} with limit {limit} goes past the first {MAX_RESULTS} results."
        raise Refusal(400, told)
    sort_by, descending = _sort(body, properties)
    return Query(
        groups=_groups(body, properties),
        words=tuple(str(body.get("query") or "").lower().split()),
        sort_by=sort_by,
        descending=descending,
        limit=limit,
        after=after,
    )


def _number(body: Mapping[str, Any], name: str, default: int) -> int:
    raw = body.get(name)
    if raw in (None, ""):
        return default
    if not str(raw).isdecimal():
        raise not_json(f"Cannot deserialize value of type `int` ({name})")
    return int(str(raw))


def _sort(body: Mapping[str, Any], properties: Mapping[str, Property]) -> tuple[str, bool]:
    sorts = body.get("sorts") or [{"propertyName": "createdate"}]
    if not isinstance(sorts, list):
        raise not_json("Cannot deserialize value of type `java.util.ArrayList` (sorts)")
    if len(sorts) > 1:
        raise Refusal(400, f"Only one sort is allowed; {len(sorts)} were given.")
    sort = _read_sort(sorts[0])
    name, direction = str(sort.get("propertyName")), sort.get("direction") or "ASCENDING"
    _known(name, properties)
    if direction not in ("ASCENDING", "DESCENDING"):
        raise not_json(f"Cannot deserialize value of type `Sort$Direction` from {direction!r}")
    return name, direction == "DESCENDING"


def _read_sort(sort: Any) -> Mapping[str, Any]:
    """A property and a direction, as an object, as that object's text, or `-name`."""
    if isinstance(sort, str) and not sort.startswith("{"):
        direction = "DESCENDING" if sort.startswith("-") else "ASCENDING"
        return {"propertyName": sort.removeprefix("-"), "direction": direction}
    try:
        read = json.loads(sort) if isinstance(sort, str) else sort
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise not_json("Cannot deserialize value of type `Sort`")
    return read


def _groups(
    body: Mapping[str, Any], properties: Mapping[str, Property]
) -> tuple[tuple[Predicate, ...], ...]:
    asked = [_objects(group.get("filters")) for group in _objects(body.get("filterGroups"))]
    if body.get("filters"):
        asked.append(_objects(body["filters"]))
    _refuse_too_many([len(filters) for filters in asked])
    return tuple(tuple(predicate(f, properties) for f in filters) for filters in asked)


def _objects(listed: Any) -> list[dict[str, Any]]:
    """A list of objects in a body; absent and null are empty."""
    if listed is None:
        return []
    if not isinstance(listed, list):
        raise not_json("Cannot deserialize instance of `java.util.HashSet` out of START_OBJECT")
    if not all(isinstance(one, dict) for one in listed):
        raise not_json("Cannot construct instance of `Filter`: it is no object")
    return listed


def _refuse_too_many(sizes: list[int]) -> None:
    for found, most, what in (
        (len(sizes), MAX_GROUPS, "filterGroups"),
        (max(sizes, default=0), MAX_IN_GROUP, "filters in one filterGroup"),
        (sum(sizes), MAX_FILTERS, "filters in all filterGroups"),
    ):
        if found > most:
            raise Refusal(400, f"Too many {what}: {found}. The maximum is {most}.")


def _known(name: str, properties: Mapping[str, Property]) -> Property:
    if name not in properties:
        told = f"Property {name} does not exist"
        error = {"message": told, "code": "PROPERTY_DOESNT_EXIST"}
        raise Refusal(400, "There was a problem with the request.", errors=[error])
    return properties[name]


def predicate(asked: Mapping[str, Any], properties: Mapping[str, Property]) -> Predicate:
    """
    One filter as a test of a contact's keys.

    An unset property satisfies no comparison but NOT_HAS_PROPERTY, the negative ones included.
    """
    name, operator = asked.get("propertyName"), asked.get("operator")
    if not name or not operator:
        raise not_json(
            "Cannot build Filter, some of required attributes are not set [propertyName, operator]"
        )
    if not isinstance(operator, str) or operator not in _OPERATORS:
        raise not_json(f"Cannot deserialize value of type `Filter$Operator` from {operator!r}")
    known = _known(str(name), properties)
    if operator == "HAS_PROPERTY":
        return lambda keys: known.name in keys
    if operator == "NOT_HAS_PROPERTY":
        return lambda keys: known.name not in keys
    holds = _test(operator, known, asked)
    return lambda keys: (key := keys.get(known.name)) is not None and holds(key)


def _test(operator: str, known: Property, asked: Mapping[str, Any]) -> Callable[[Any], bool]:
    if operator in {"IN", "NOT_IN"}:
        wanted = _choices(operator, known, asked)
        return (lambda key: key in wanted) if operator == "IN" else (lambda key: key not in wanted)
    if operator.endswith("CONTAINS_TOKEN"):
        found = _token_test(_required(operator, "value", asked))
        return found if operator == "CONTAINS_TOKEN" else (lambda key: not found(key))
    value = _key(known, _required(operator, "value", asked))
    if operator == "BETWEEN":
        high = _key(known, _required(operator, "highValue", asked))
        return lambda key: value <= key <= high
    return {
        "EQ": lambda key: key == value,
        "NEQ": lambda key: key != value,
        "LT": lambda key: key < value,
        "LTE": lambda key: key <= value,
        "GT": lambda key: key > value,
        "GTE": lambda key: key >= value,
    }[operator]


def _required(operator: str, attribute: str, asked: Mapping[str, Any]) -> str:
    value = asked.get(attribute)
    if value is None:
        raise not_json(
            "Cannot construct instance of `com.hubspot.inbounddb.publicobject.core.v3.search."
            f"Filter`, problem: operator {operator} requires a {attribute}"
        )
    return str(value)


def _choices(operator: str, known: Property, asked: Mapping[str, Any]) -> set[Key]:
    values = asked.get("values")
    if not isinstance(values, list) or not values:
        raise not_json(
            "Cannot construct instance of `com.hubspot.inbounddb.publicobject.core.v3.search."
            f"Filter`, problem: operator {operator} requires values"
        )
    if known.type == "string":
        # The vendor lower-cases what it stores for search but not what IN is given.
        return {str(v) for v in values}
    return {_key(known, str(v)) for v in values}


def _key(known: Property, text: str) -> Any:
    try:
        return key_of(known.type, text)
    except ValueError:
        told = f"{text} is not a valid {known.type} for property {known.name}"
        error = {"message": told, "code": "INVALID_FILTER_VALUE"}
        raise Refusal(400, "There was a problem with the request.", errors=[error]) from None


def _token_test(value: str) -> Callable[[Any], bool]:
    """Whole words in any order; with `*`, a pattern over a word or the whole text."""
    sought = value.lower()
    if "*" in sought:
        pattern = re.compile(".*".join(map(re.escape, sought.split("*"))), re.DOTALL)
        return lambda key: any(
            pattern.fullmatch(part) for part in (str(key).lower(), *_words(str(key)))
        )
    wanted = set(_words(sought))
    return lambda key: wanted <= set(_words(str(key)))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
