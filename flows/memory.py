"""What stays for the life of a process, and is not to be looked through again and again."""

import gc
from functools import cache


@cache
def keep_what_is_loaded() -> None:
    """
    Let garbage collection pass over all that is there by now: modules, tables, the policy.

    Once a process: what comes later is collected as ever. A full collection of it takes as long as
    deciding hundreds of leads, and a batch of them sets one off.
    """
    gc.freeze()
