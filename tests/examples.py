"""How many examples a property is tried with whose every example costs hundredths of a second."""

import os

ALL = os.environ.get("FIRSTTOUCH_EXAMPLES") == "all"
_SHARE = 3


def some_of(examples: int) -> int:
    """A third in each run of the suite, other ones each time; all of them in `make soak`."""
    return examples if ALL else examples // _SHARE
