"""Pydantic's errors in our words, each with what would be right."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from config.problems import KeyPath, Problems, echo, suggestion
from config.yaml_flow import flow

_KINDS: Final[Mapping[str, str]] = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "tuple_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
}
_LIMITS: Final[Mapping[str, tuple[str, str]]] = {
    "greater_than_equal": ("must be {} or more", "ge"),
    "greater_than": ("must be more than {}", "gt"),
    "less_than_equal": ("must be {} or less", "le"),
    "string_too_long": ("is longer than {} characters", "max_length"),
}

_SHOWN: Final = 5


def tell(problems: Problems, model: type[BaseModel], errors: list[ErrorDetails]) -> None:
    """Note each of pydantic's `errors` about `model` in words of the configuration."""
    for error in errors:
        path: KeyPath = tuple(part for part in error["loc"] if part != "[key]")
        problems.add(path, _sentence(model, path, error))


def _sentence(model: type[BaseModel], path: KeyPath, error: ErrorDetails) -> str:
    kind = error["type"]
    context = error.get("ctx", {})
    if turned := _wrong_way_round(path, error["input"]):
        return turned
    if kind in _KINDS:
        return _wrong_kind(_KINDS[kind], error["input"], _field(model, path))
    if kind in _LIMITS:
        text, limit = _LIMITS[kind]
        return text.format(context[limit])
    special = _SPECIAL.get(kind)
    if special:
        return special(model, path, error)
    return str(error["msg"])


def _wrong_kind(wanted: str, found: object, field: FieldInfo | None) -> str:
    if wanted == "text" and isinstance(found, int | float) and not isinstance(found, bool):
        return f'expected text, found the number {found}; put it in quotes: "{found}"'
    if wanted in ("a whole number", "a number") and _is_number(found):
        return f"expected {wanted}, found text; remove the quotes"
    if wanted == "a list" and isinstance(found, str):
        return f"expected a list, found text; write [{found[:40]}]"
    return f"expected {wanted}, found {_kind(found)}{_example(field)}"


def _wrong_way_round(path: KeyPath, found: object) -> str:
    """Show as it should be a map of values that has, for a word of ours, a list of theirs."""
    match path, found:
        case ("values", _, str(ours)), [str(), *_] as theirs:
            right = flow({each: ours for each in theirs[:_SHOWN] if isinstance(each, str)})
            told = "expected text, found a list; their words come first, each with ours: write"
            return f"{told} {right}"
        case _:
            return ""


def _is_number(found: object) -> bool:
    return isinstance(found, str) and found.strip().lstrip("+-").replace(".", "", 1).isdecimal()


def _kind(found: object) -> str:
    match found:
        case None:
            return "nothing"
        case bool():
            return str(found).lower()
        case str():
            return "text"
        case int() | float():
            return f"the number {found}"
        case list() | tuple():
            return "a list"
        case _:
            return "keys with values"


def _unknown(model: type[BaseModel], path: KeyPath, _error: ErrorDetails) -> str:
    owner = _model_at(model, path[:-1])
    word = str(path[-1])
    known = [name for name in _keys(owner) if name] if owner else []
    noun = "section" if len(path) == 1 else "field"
    return f"unknown {noun}{suggestion(word, known)}"


def _missing(model: type[BaseModel], path: KeyPath, _error: ErrorDetails) -> str:
    return f"required and missing{_example(_field(model, path))}"


def _choice(model: type[BaseModel], path: KeyPath, error: ErrorDetails) -> str:
    field = _field(model, path) or _field(model, path[:-1])
    choices = _choices(field.annotation) if field else []
    found = error["input"]
    if not isinstance(found, str):
        return f"expected one of {', '.join(choices)}, found {_kind(found)}"
    return f"unknown word {echo(found)}{suggestion(found, choices)}"


def _member(_model: type[BaseModel], _path: KeyPath, error: ErrorDetails) -> str:
    """Say it of one of a list of words, which pydantic names in its context alone."""
    found, choices = error["input"], re.findall("'([^']*)'", str(error["ctx"]["expected"]))
    if not isinstance(found, str):
        return f"expected one of {', '.join(choices)}, found {_kind(found)}"
    return f"unknown word {echo(found)}{suggestion(found, choices)}"


def _own_words(_model: type[BaseModel], _path: KeyPath, error: ErrorDetails) -> str:
    return str(error.get("ctx", {}).get("error", error["msg"]))


def _spaces(_model: type[BaseModel], _path: KeyPath, _error: ErrorDetails) -> str:
    return "must not begin or end with a space, nor have a line break"


def _empty(model: type[BaseModel], path: KeyPath, _error: ErrorDetails) -> str:
    return f"must not be empty{_example(_field(model, path))}"


_SPECIAL: Final[Mapping[str, Callable[[type[BaseModel], KeyPath, ErrorDetails], str]]] = {
    "extra_forbidden": _unknown,
    "missing": _missing,
    "literal_error": _choice,
    "enum": _member,
    "value_error": _own_words,
    "string_pattern_mismatch": _spaces,
    "string_too_short": _empty,
    "too_short": _empty,
}


def _example(field: FieldInfo | None) -> str:
    examples = field.examples if field else None
    return f"; for example {echo(examples[0])}" if examples else ""


def _keys(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Answer a model's fields by the name they have in YAML."""
    return {
        field.alias if field.alias is not None else name: field
        for name, field in model.model_fields.items()
    }


def _field(model: type[BaseModel], path: KeyPath) -> FieldInfo | None:
    owner = _model_at(model, path[:-1])
    return _keys(owner).get(str(path[-1])) if owner and path else None


def _model_at(model: type[BaseModel], path: KeyPath) -> type[BaseModel] | None:
    """Follow `path` down the models; None where it leaves them."""
    here: Any = model
    for part in path:
        if isinstance(here, type) and issubclass(here, BaseModel):
            field = _keys(here).get(str(part))
            here = field.annotation if field else None
        else:
            here = _inner(here)
        here = _without_options(here)
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def _without_options(annotation: Any) -> Any:
    """Answer X of `Annotated[X, ...]` and of `X | None`."""
    if get_origin(annotation) is Annotated:
        return _without_options(get_args(annotation)[0])
    options = get_args(annotation)
    if type(None) in options:
        return _without_options(next(part for part in options if part is not type(None)))
    return annotation


def _inner(annotation: Any) -> Any:
    """Answer what a list or mapping holds."""
    parts = get_args(annotation)
    if get_origin(annotation) is dict:
        return parts[1]
    return parts[0] if parts else None


def _choices(annotation: Any) -> list[str]:
    inner = _without_options(annotation)
    if get_origin(inner) is dict:
        inner = _without_options(_inner(inner))
    return [str(choice) for choice in get_args(inner)]
