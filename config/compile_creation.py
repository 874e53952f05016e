"""What records created in a CRM carry, as connectors need it."""

from collections.abc import Iterator
from typing import Final

from config.model_sources import RECEIVERS, CreateModel
from config.problems import KeyPath, Problems, closest
from connectors.creation import Creation
from leads.delivery import WRITTEN_FIELDS
from leads.fields import CUSTOM

_NOTES: Final = {"reason": "owner_reason", "owner_reason": "owner_reason", "rule": "rule"}
"""What is stated elsewhere: these are no fields of a lead."""


def creation_of(model: CreateModel | None) -> Creation:
    if model is None:
        return Creation()
    return Creation(
        fields=dict(model.fields),
        values={name: dict(words) for name, words in model.values.items()},
        names_of_places=model.places == "names",
    )


def check_creation(
    source: str, model: CreateModel | None, path: KeyPath, problems: Problems
) -> None:
    """Note names that no created record could carry, and a section where nothing is created."""
    if model is None:
        return
    here = (*path, "create")
    if source not in RECEIVERS:
        text = f"leads are created in a CRM: write this under {' or '.join(RECEIVERS)}"
        problems.add(here, text)
    for section, named in (("fields", model.fields), ("values", model.values)):
        for name in named:
            for text in _problem(name):
                problems.add((*here, section, name), text)


def _problem(name: str) -> Iterator[str]:
    if name in WRITTEN_FIELDS or (name.startswith(CUSTOM) and name != CUSTOM):
        return
    if name in _NOTES:
        yield f"not a field of a lead; name its field under write: {_NOTES[name]}"
        return
    near = closest(name, WRITTEN_FIELDS)
    hint = f"did you mean {near}?" if near else "for one of your own write custom.NAME"
    yield f"not written on created records; {hint}"
