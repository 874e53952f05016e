"""Given name and surname of a lead, from two fields, from one, or from both."""

from leads.normalise.person_name import PersonName, read_name, split_name
from leads.normalise.sheet import Sheet


def name_of(sheet: Sheet) -> PersonName:
    """Answer the two fields; what one of them lacks comes from the full name."""
    first = sheet.read("first_name", read_name)
    last = sheet.read("last_name", read_name)
    if first and last:
        return PersonName(first=first, last=last)
    full = sheet.read("full_name", read_name)
    if not full:
        return PersonName(first=first, last=last)
    parts = split_name(full)
    if first and not parts.first and parts.last == first:
        return PersonName(first=first, last=None)
    return PersonName(first=first or parts.first, last=last or parts.last)
