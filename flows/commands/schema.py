"""`firsttouch schema`: the configuration's JSON Schema, for editors."""

import json

from config.schema import json_schema


def run() -> None:
    print(json.dumps(json_schema(), indent=2))
