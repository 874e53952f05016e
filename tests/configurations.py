"""
A configuration's YAML is parsed once a process, however many tests read the same text.

Nearly all of them read the example's, which is a twentieth of what a command in a town costs. What
a text comes to is made of the nodes anew each time, so nobody meets what another test changed.
"""

from functools import lru_cache

from config import yaml_text

_TEXTS = 200
"""So many are kept, as a fuzzed one never comes again."""


def parse_once() -> None:
    """From now on, in this process and in those that are forked off it."""
    yaml_text._compose = lru_cache(_TEXTS)(yaml_text._compose)
