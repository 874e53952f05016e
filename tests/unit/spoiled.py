"""Records as vendors never send them: parts taken away, replaced by anything, or made hostile."""

import os
from copy import deepcopy
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("FIRSTTOUCH_FUZZ", "300"))
"""For each source. `make soak` asks for 10,000."""

fuzzed = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

HOSTILE = (
    "' OR Name != '",
    "\\' OR 1=1 --",
    "'; DROP TABLE lead; --",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "{{7*7}}",
    "{% for x in ().__class__.__base__.__subclasses__() %}",
    "{id}{0.__class__}%s%n",
    "[bold]x[/] [/] [link=file:///etc/passwd]x",
    "\x1b]0;gone\x07\x1b[2J\x9b31m",
    "a\r\nBcc: x@example.com\r\n\r\nx",
    "../../etc/passwd?x=1#y&z",
    "%00%0d%0a",
    "!!python/object/apply:os.system [x]",
    "&a [*a, *a]",
    "\x00\ud800\u202e",
    "${jndi:ldap://x}",
    "x" * 5_000,
    "2026-99-99T99:99:99Z",
    "1e999",
    "9" * 400,
)
"""What has harmed one program or another, and may stand in any field."""

words = st.sampled_from(HOSTILE) | st.text(max_size=20)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5,
)


@st.composite
def spoiled(draw: st.DrawFn, record: Any) -> Any:
    """Draw `record` with up to four of its parts gone or replaced; now and then the whole of it."""
    if draw(st.integers(0, 29)) == 0:
        return draw(anything)
    made = deepcopy(record)
    for _ in range(draw(st.integers(1, 4))):
        places = list(_places(made))
        if not places:
            break
        holder, key = places[draw(st.integers(0, len(places) - 1))]
        if draw(st.booleans()) and draw(st.booleans()):
            del holder[key]
        else:
            holder[key] = draw(anything)
    return made


def _places(value: Any) -> list[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value))
    here = [(value, key) for key in keys]
    below = [value[key] for key in keys if isinstance(value[key], dict | list)]
    return here + [place for part in below for place in _places(part)]
