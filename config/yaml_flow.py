"""Values as one line of YAML that reads back as what they are."""

import json
import re
from typing import Final

from config.yaml_text import Plain, resolve

_BARE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_. -]*[A-Za-z0-9]|[A-Za-z]")


def flow(value: Plain) -> str:
    """Write `{country: [ES, PT], postal_code: "90*"}`; text is quoted where it need be."""
    match value:
        case dict():
            return "{" + ", ".join(f"{flow(k)}: {flow(v)}" for k, v in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(flow, value)) + "]"
        case str():
            is_bare = _BARE.fullmatch(value) and isinstance(resolve(value), str)
            # `no` and `off` are text here; other readers of YAML take them for false.
            is_bare = is_bare and value.lower() not in {"yes", "no", "on", "off", "y", "n"}
            return value if is_bare else json.dumps(value, ensure_ascii=False)
        case _:
            return json.dumps(value)
