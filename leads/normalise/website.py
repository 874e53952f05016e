"""The host of a website."""

import re
from typing import Final

from leads.normalise.reading import UNREADABLE, Reading

_SCHEME: Final = re.compile(r"(?:https?:/{0,2}|//)", re.IGNORECASE)
_LABEL: Final = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST: Final = re.compile(rf"(?:{_LABEL}\.)+(?:xn--[a-z0-9-]{{2,59}}|[^\W\d_]{{2,63}})")
_LONGEST: Final = 253


def read_website(text: str) -> Reading[str]:
    """Answer the host in lower case, without "www.", port or path; a handle or e-mail is none."""
    host = re.split(r"[/?#\\\s]", _SCHEME.sub("", text, count=1), maxsplit=1)[0]
    host = re.sub(r":\d+$", "", host).lower().rstrip(".")
    while host.startswith("www.") and host.count(".") > 1:
        host = host.removeprefix("www.")
    if len(host) > _LONGEST or not _HOST.fullmatch(host):
        return UNREADABLE
    return Reading(host)
