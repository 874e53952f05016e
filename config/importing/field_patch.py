"""Adding to `sources.NAME.fields` in the YAML a person wrote: everything else stays as it is."""

from collections.abc import Mapping
from typing import Final

import yaml

from config.directory import read_texts
from config.importing.ground import Ground
from config.problems import Problems
from config.yaml_flow import flow

_FIELDS: Final = "fields"


def with_fields(files: Mapping[str, str], source: str, fields: Mapping[str, str]) -> dict[str, str]:
    """Answer the file that states the source, with these fields added; none where it cannot be."""
    for name, text in files.items():
        root = yaml.compose(text, Loader=yaml.BaseLoader)
        stated = _value(_value(root, "sources"), source)
        if stated is None:
            continue
        changed = {name: _added(text, stated, fields)}
        is_so = fields.items() <= _read({**files, **changed}).fields(source).items()
        return changed if is_so else {}
    return {}


def _read(files: Mapping[str, str]) -> Ground:
    return Ground(files=files, document=read_texts(files, Problems()))


def _added(text: str, source: yaml.MappingNode, fields: Mapping[str, str]) -> str:
    within = _value(source, _FIELDS)
    if within is not None:
        return _before_the_first(text, within, [f"{flow(n)}: {flow(f)}" for n, f in fields.items()])
    return _before_the_first(text, source, [f"{_FIELDS}: {flow(dict(fields))}"])


def _before_the_first(text: str, mapping: yaml.MappingNode, entries: list[str]) -> str:
    """Write entries before those of a mapping, in its own style."""
    if not mapping.value:
        at, between, after = mapping.start_mark.index + 1, ", ", ""
    else:
        first = mapping.value[0][0].start_mark
        at = first.index
        between = ", " if mapping.flow_style else "\n" + " " * first.column
        after = between
    return text[:at] + between.join(entries) + after + text[at:]


def _value(node: yaml.Node | None, key: str) -> yaml.MappingNode | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    found = (value for name, value in node.value if name.value == key)
    return next((value for value in found if isinstance(value, yaml.MappingNode)), None)
