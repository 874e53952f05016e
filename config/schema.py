"""The JSON Schema of the YAML, for editors: completion, descriptions and examples."""

from typing import Any, Final

from config.model_document import DocumentModel
from routing.conditions import FIELDS

_VALUE: Final = {"type": ["string", "number", "boolean"]}
_MOMENT: Final = r"^([0-9]{4}-[0-9]{2}-[0-9]{2}|([01][0-9]|2[0-3]):[0-5][0-9])$"
_REF: Final = "#/$defs/"


def json_schema() -> dict[str, Any]:
    """Answer a schema (draft 2020-12) that every valid document satisfies."""
    schema = DocumentModel.model_json_schema(ref_template=_REF + "{model}")
    _refer_to_conditions(schema)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["$defs"] |= {"Conditions": _conditions(), "Test": _test(), "Tests": _tests()}
    # One file may hold any part of it, so an editor must not ask each for all five.
    schema["required"] = []
    return schema


def _refer_to_conditions(part: Any) -> None:
    """Replace every placeholder of `when` by a reference; the language is recursive."""
    if isinstance(part, list):
        for item in part:
            _refer_to_conditions(item)
    if not isinstance(part, dict):
        return
    if part.get("title") == "Conditions" and part.get("type") == "object":
        del part["type"], part["title"]
        part["$ref"] = f"{_REF}Conditions"
    for value in part.values():
        _refer_to_conditions(value)


def _conditions() -> dict[str, Any]:
    several = {"type": "array", "items": {"$ref": f"{_REF}Conditions"}, "minItems": 1}
    joints = {
        "any": several | _said("Some of these hold.", [{"country": "ES"}, {"language": "es"}]),
        "all": several | _said("All of these hold.", [{"country": "ES"}, {"language": "es"}]),
        "not": {"$ref": f"{_REF}Conditions"} | _said("This fails.", {"industry": "education"}),
    }
    fields = {
        field: {"$ref": f"{_REF}Test"} | _said(f"A condition on the lead's {field}.", example)
        for field, example in ((name, _example(name)) for name in sorted(FIELDS))
    }
    return {
        "type": "object",
        "description": "All must hold. A blank field satisfies none but is: empty.",
        "properties": joints | fields,
        "patternProperties": {r"^custom\..+$": {"$ref": f"{_REF}Test"}},
        "additionalProperties": False,
    }


def _example(field: str) -> object:
    examples: dict[str, object] = {
        "employees": {"min": 200},
        "deal_value": {"min": 10_000, "max": 50_000},
        "country": ["ES", "PT"],
        "campaign": "ent-*",
        "is_test": False,
        "company": {"is": "present"},
        "created_at": {"min": "2026-12-01", "max": "2026-12-31"},
        "local_time": {"min": "09:00", "max": "18:00"},
        "local_weekday": ["sat", "sun"],
        "weekday": "mon-fri",
        "account_owner": {"is": "present"},
    }
    return examples.get(field, {"not": {"is": "empty"}})


def _test() -> dict[str, Any]:
    several = {"type": "array", "items": _VALUE, "minItems": 1}
    return {"anyOf": [_VALUE, several, {"$ref": f"{_REF}Tests"}]}


def _tests() -> dict[str, Any]:
    # A number, a date (2026-12-01) or, of local_time, a time of day ("09:00").
    bound = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": _MOMENT}]}
    return {
        "type": "object",
        "properties": {
            "min": bound | _said("At least.", 200),
            "max": bound | _said("At most.", 5000),
            "is": {"enum": ["empty", "present"]} | _said("Blank, or not.", "empty"),
            "not": {"$ref": f"{_REF}Test"} | _said("Anything but; blank is not anything.", "ES"),
        },
        "additionalProperties": False,
        "minProperties": 1,
    }


def _said(description: str, example: object) -> dict[str, Any]:
    return {"description": description, "examples": [example]}
