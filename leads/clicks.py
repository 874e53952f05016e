"""Which ad network a click id is of: a CRM's field for one must not hold another's."""

import re
from enum import StrEnum
from typing import Final

from leads.lead import Lead


class ClickNetwork(StrEnum):
    """A network whose click ids a CRM may have a field of their own for."""

    GOOGLE = "google"
    FACEBOOK = "facebook"
    LINKEDIN = "linkedin"


_SHAPES: Final[tuple[tuple[re.Pattern[str], ClickNetwork | None], ...]] = (
    (re.compile(r"fb\.\d\.\d+\..+|Iw(AR|Y2)[\w-]{8,}"), ClickNetwork.FACEBOOK),
    (re.compile(r"[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}", re.IGNORECASE), ClickNetwork.LINKEDIN),
    (re.compile(r"[\da-f]{32}", re.IGNORECASE), None),  # Microsoft's
    (re.compile(r"(Cj0K|CjwK|EAIaIQ|TeSter-)[\w-]+"), ClickNetwork.GOOGLE),
)
"""What each network's ids look like; what looks like none may be anybody's."""

_WORDS: Final = {
    "google": ClickNetwork.GOOGLE,
    "adwords": ClickNetwork.GOOGLE,
    "facebook": ClickNetwork.FACEBOOK,
    "instagram": ClickNetwork.FACEBOOK,
    "meta": ClickNetwork.FACEBOOK,
    "linkedin": ClickNetwork.LINKEDIN,
}
_WORD: Final = re.compile(r"[a-z]+")
_OWN_IDS: Final = "google_ads"
"""The one source that hands its own click id over beside the answers; elsewhere a form may."""


def click_network(lead: Lead) -> ClickNetwork | None:
    """
    Answer whose click id `lead` has; None where it has none, and where that cannot be told.

    What the id looks like goes before where the lead says that it came from: pages put any
    network's id into one hidden field.
    """
    if not lead.click_id:
        return None
    if lead.key.source == _OWN_IDS:
        return ClickNetwork.GOOGLE
    for shape, network in _SHAPES:
        if shape.fullmatch(lead.click_id):
            return network
    told = " ".join(filter(None, (lead.channel, lead.lead_source, lead.key.source))).lower()
    named = {_WORDS[word] for word in _WORD.findall(told) if word in _WORDS}
    return named.pop() if len(named) == 1 else None
