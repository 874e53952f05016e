"""What stays for the life of a process, and is not to be looked through again and again."""

import gc
from functools import cache

_MADE_AT_ONCE = 20_000
"""
New objects before the young ones are looked through. A batch of decisions lives until it is
written, and Python's own 700 looks through it some hundred times to find nothing to free.
"""


@cache
def keep_what_is_loaded() -> None:
    """
    Let garbage collection pass over all that is there by now: modules, tables, the policy.

    Once a process: what comes later is collected as ever. A full collection of it takes as long as
    deciding hundreds of leads, and a batch of them sets one off.
    """
    gc.freeze()
    gc.set_threshold(_MADE_AT_ONCE)
