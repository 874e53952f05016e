"""The time zones of United States ZIP codes, by their first three digits; some have two."""

from collections.abc import Mapping

# States are told by the prefix. Where one has two zones, a prefix that lies on the border, or that
# is not known to lie on one side, has both: nothing is then said of it that may be wrong.
_PREFIXES_OF = {
    "America/Puerto_Rico": "006-009",
    "America/New_York": (
        "005 010-089 100-212 214-268 270-299 300-324 326-339 341-342 344 346-347 349 373-374 "
        "376-379 398-419 425-427 430-462 465-476 478-499"
    ),
    "America/Chicago": (
        "324-325 350-352 354-373 375 380-397 401 420-427 463-465 474-479 498-499 500-516 520-528 "
        "530-532 534-535 537-567 570-576 580-588 600-620 622-631 633-641 644-658 660-662 664-681 "
        "683-693 700-701 703-708 710-714 716-731 733-741 743-770 772-798"
    ),
    "America/Denver": (
        "575-577 585-588 590-599 677-679 690-693 798-816 820-837 840-847 860 865 870-871 873-875 "
        "877-885 898 979"
    ),
    "America/Phoenix": "850-853 855-857 859-860 863-865",
    "America/Los_Angeles": (
        "835 838 889-891 893-895 897-898 900-908 910-928 930-961 970-986 988-994"
    ),
    "America/Anchorage": "995-999",
    "America/Adak": "995",
    "Pacific/Honolulu": "967-968",
    "Pacific/Pago_Pago": "967",
    "Pacific/Guam": "969",
    "Pacific/Palau": "969",
    "Pacific/Majuro": "969",
}
_PREFIX = 3
_DIGITS = 5


def zones_of_zip(postal_code: str) -> tuple[str, ...]:
    """Give the zones of a ZIP code (90210, or 90210-1234); none where it is not known."""
    digits = postal_code.strip()[:_DIGITS]
    if len(digits) < _DIGITS or not (digits.isascii() and digits.isdigit()):
        return ()
    return _BY_PREFIX.get(digits[:_PREFIX], ())


def _by_prefix() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for zone, stretches in _PREFIXES_OF.items():
        for stretch in stretches.split():
            first, _, last = stretch.partition("-")
            for number in range(int(first), int(last or first) + 1):
                prefix = f"{number:03d}"
                found[prefix] = (*found.get(prefix, ()), zone)
    return found


_BY_PREFIX: Mapping[str, tuple[str, ...]] = _by_prefix()
