"""A workflow's filters in our words: branches of AND and OR over properties of the contact."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from connectors.hubspot.mapping import OWNER, STANDARD
from connectors.rule_sheet import Comparison, Every, Operation, Opposite, Some, Statement, Untold
from connectors.vendor_text import as_text, slug

_WORDS: Final[Mapping[str, tuple[Operation, bool]]] = {
    "IS_EQUAL_TO": (Operation.EQUALS, False),
    "IS_NOT_EQUAL_TO": (Operation.EQUALS, True),
    "IS_ANY_OF": (Operation.EQUALS, False),
    "IS_NONE_OF": (Operation.EQUALS, True),
    "CONTAINS": (Operation.CONTAINS, False),
    "DOES_NOT_CONTAIN": (Operation.CONTAINS, True),
    "STARTS_WITH": (Operation.STARTS_WITH, False),
}
_SIZES: Final[Mapping[str, Operation]] = {
    "IS_GREATER_THAN": Operation.ABOVE,
    "IS_GREATER_THAN_OR_EQUAL_TO": Operation.AT_LEAST,
    "IS_LESS_THAN": Operation.BELOW,
    "IS_LESS_THAN_OR_EQUAL_TO": Operation.AT_MOST,
}
_KINDS: Final = frozenset({"STRING", "MULTISTRING", "ENUMERATION", "BOOL", "NUMBER"})
_NOT_COMPARED: Final = frozenset({"created_at", "current_owner", "mobile_phone", "work_email"})
_DEEPEST: Final = 20
_SOME: Final = frozenset({"OR", "NOT_ANY"})
_BRANCHES: Final = _SOME | {"AND", "NOT_ALL"}


class Filters:
    """Reads filters; `custom` gathers the properties that are none of our fields."""

    def __init__(self, stated: Mapping[str, str]) -> None:
        self._ours = {theirs: ours for ours, theirs in {**STANDARD, **stated}.items()}
        self.custom: dict[str, str] = {}
        self.figures: set[str] = set()
        self.asks_for_no_owner = False

    def branch(self, told: Any, changed: frozenset[str], depth: int = 0) -> Statement:
        """Answer a filter branch; what `changed` names was set on the way here."""
        kind = told.get("filterBranchType") if isinstance(told, dict) else None
        if kind not in _BRANCHES or depth > _DEEPEST:
            return Untold(why=f"a filter of the kind {kind or '(none)'}")
        filters = [self._filter(each, changed) for each in _listed(told, "filters")]
        inner = [self.branch(b, changed, depth + 1) for b in _listed(told, "filterBranches")]
        parts = (*filters, *inner)
        if not parts:
            return Untold(why="a filter with nothing in it")
        joined = Some(parts=parts) if kind in _SOME else Every(parts=parts)
        return Opposite(part=joined) if kind.startswith("NOT_") else joined

    def equals(self, name: str, value: str, changed: frozenset[str]) -> Statement:
        return self._told(lambda: self._compared(name, Operation.EQUALS, (value,), changed))

    def _filter(self, told: Any, changed: frozenset[str]) -> Statement:
        kind = told.get("filterType") if isinstance(told, dict) else None
        operation = told.get("operation") if isinstance(told, dict) else None
        if kind != "PROPERTY" or not isinstance(operation, dict):
            return Untold(why=f"a filter of the kind {kind or '(none)'}")
        name = str(told.get("property"))
        if name == OWNER and operation.get("operator") == "IS_UNKNOWN":
            self.asks_for_no_owner = True
            return Every(parts=())
        return self._told(lambda: self._property(name, operation, changed))

    def _property(
        self, name: str, operation: Mapping[str, Any], changed: frozenset[str]
    ) -> Statement:
        operator = str(operation.get("operator"))
        blank = self._compared(name, Operation.EQUALS, ("",), changed)
        if operator in ("IS_KNOWN", "IS_UNKNOWN"):
            return blank if operator == "IS_UNKNOWN" else Opposite(part=blank)
        if operation.get("operationType") not in _KINDS:
            what = operation.get("operationType")
            raise ValueError(f"{name} is compared by {operator} of {what}")
        told = self._test(name, operator, operation, changed)
        if operation.get("includeObjectsWithNoValueSet"):
            return Some(parts=(told, blank))
        return Every(parts=(told, Opposite(part=blank))) if isinstance(told, Opposite) else told

    def _test(
        self, name: str, operator: str, operation: Mapping[str, Any], changed: frozenset[str]
    ) -> Statement:
        if operator in _SIZES:
            compared = self._compared(name, _SIZES[operator], _values(name, operation), changed)
            if compared.field.startswith("custom."):
                self.figures.add(compared.field)
            return compared
        if operator not in _WORDS:
            raise ValueError(f"{name} is compared by {operator}, which we do not know")
        kind, is_negated = _WORDS[operator]
        is_choice = operation.get("operationType") == "ENUMERATION" and name not in self._ours
        # Several checkboxes of one property are kept as A;B: any of them may be the one.
        kind = Operation.HAS if is_choice else kind
        told = self._compared(name, kind, _values(name, operation), changed)
        return Opposite(part=told) if is_negated else told

    def _compared(
        self, name: str, operation: Operation, values: tuple[str, ...], changed: frozenset[str]
    ) -> Comparison:
        if name in changed:
            raise ValueError(f"{name} is set by the workflow itself before it is asked for")
        ours = self._ours.get(name)
        if ours in _NOT_COMPARED:
            raise ValueError(f"{name} ({ours}) is not compared by rules")
        if ours is None:
            ours = f"custom.{slug(name)}"
        if ours.startswith("custom."):
            self.custom[ours] = name
        return Comparison(field=ours, operation=operation, values=values)

    def _told(self, read: Callable[[], Statement]) -> Statement:
        try:
            return read()
        except ValueError as error:
            return Untold(why=str(error))


def _values(name: str, operation: Mapping[str, Any]) -> tuple[str, ...]:
    given = operation.get("values")
    listed = given if isinstance(given, list) else [operation.get("value")]
    found = tuple(text for each in listed if (text := as_text(each)))
    if not found:
        raise ValueError(f"{name} is compared with nothing")
    return found


def _listed(told: Mapping[str, Any], key: str) -> Sequence[Any]:
    found = told.get(key)
    return found if isinstance(found, list) else []
