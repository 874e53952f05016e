"""The rows of docs/configuration.md, as the JSON Schema has them: one for each key of each part."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from config.model_document import DocumentModel
from config.schema import json_schema

LANGUAGE = frozenset({"Conditions", "Test", "Tests"})
"""Conditions have a page of their own."""

_REF = "#/$defs/"
_DAY = re.compile(r'"([0-9]{4}-[0-9]{2}-[0-9]{2})"')
_NAMES = {
    "integer": "whole number",
    "string": "text",
    "boolean": "true or false",
    "number": "number",
    "null": "blank",
}


def rows() -> dict[str, list[str]]:
    """Answer the rows of each part: the whole document is "Document", the others are models."""
    schema = json_schema()
    # There a file need not hold all of it; here it is told of the whole.
    fields = DocumentModel.model_fields.items()
    schema["required"] = [name for name, field in fields if field.is_required()]
    known: Mapping[str, Any] = schema["$defs"]
    parts = {"Document": schema} | {name: _model(part) for name, part in known.items()}
    return {
        name: list(_rows(part, known))
        for name, part in parts.items()
        if part.get("properties") and name not in LANGUAGE
    }


def _model(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer the long form of a part that has a short one, too."""
    return next((form for form in part.get("anyOf", ()) if "properties" in form), part)


def _rows(part: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[str]:
    required = part.get("required", ())
    for key, described in part["properties"].items():
        cells = (
            f"`{key}`",
            _kind(described, known),
            "**required**" if key in required else _default(described.get("default")),
            f"`{_flow(described['examples'][0])}`",
            described["description"],
        )
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _default(value: object) -> str:
    return f"`{_flow(value)}`" if value not in (None, [], {}) else "none"


def _flow(value: object) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000, allow_unicode=True)
    text = text.removesuffix("\n").removesuffix("\n...").replace("'", '"')
    return _DAY.sub(r"\1", text)  # our own reader takes a day for text


def _kind(part: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    if "$ref" in part:
        return _named(part["$ref"].removeprefix(_REF), known)
    if "anyOf" in part:
        forms = (_kind(form, known) for form in part["anyOf"] if form.get("type") != "null")
        return " or ".join(dict.fromkeys(forms))
    words = [part["const"]] if "const" in part else part.get("enum", ())
    return ", ".join(f"`{_flow(word)}`" for word in words) or _typed(part, known)


def _typed(part: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    match part.get("type"):
        case "array":
            blank = " or blank" if {"type": "null"} in part["items"].get("anyOf", ()) else ""
            return f"list of {_kind(part['items'], known)}{blank}"
        case "object":
            return _map(part, known)
        case "integer" | "number" as kind:
            return f"{_NAMES[kind]}{_limits(part)}"
        case "string":
            return _text(part)
        case list(kinds):
            return " or ".join(_NAMES[kind] for kind in kinds)
        case kind:
            return _NAMES.get(str(kind), "anything")


def _named(name: str, known: Mapping[str, Any]) -> str:
    if name in LANGUAGE:
        return "[conditions](conditions.md)"
    if "enum" in known[name]:
        return " / ".join(f"`{word}`" for word in known[name]["enum"])
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Model")).lower()
    long = f"[{words}](#{words.replace(' ', '-')})"
    shorts = [form for form in known[name].get("anyOf", ()) if "properties" not in form]
    return " or ".join([*(_kind(form, known) for form in shorts if "$ref" not in form), long])


def _map(part: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    within = [*part.get("patternProperties", {}).values()]
    within += [each for each in (part.get("additionalProperties"),) if isinstance(each, dict)]
    if "properties" in part:
        keys = ", ".join(f"{key}: {_kind(p, known)}" for key, p in part["properties"].items())
        return f"`{{{keys}}}`"
    return f"NAME: {_kind(within[0], known)}" if within else "[conditions](conditions.md)"


def _text(part: Mapping[str, Any]) -> str:
    if part.get("format"):
        return {"date": "date", "email": "e-mail"}[part["format"]]
    pattern = part.get("pattern", "")
    if "[0-9]" not in pattern:
        return "text"
    return "duration" if "h" in pattern else "days or weeks"


def _limits(part: Mapping[str, Any]) -> str:
    least, most = part.get("minimum"), part.get("maximum")
    if "exclusiveMinimum" in part:
        return " above 0"
    return f" {least} to {most:,}" if most is not None else ""
