"""Which contacts a person merged into one, as it says itself. No I/O."""

from collections.abc import Mapping
from typing import Any

from connectors.inbound import is_record_number

NAMES = ("hs_merged_object_ids", "hs_calculated_merged_vids")
"""The second is older, and has the time of each merge after its id."""


def merged_ids(properties: Mapping[str, Any]) -> tuple[str, ...]:
    """Their ids, as far as they can be read; a merge gives what is left a new id, too."""
    told = [part for name in NAMES for part in str(properties.get(name) or "").split(";")]
    ids = (part.partition(":")[0].strip() for part in told)
    return tuple(dict.fromkeys(each for each in ids if is_record_number(each)))
