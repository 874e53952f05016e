"""In which time zone somebody works, as far as a CRM tells it."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from config.starting.people import Seat
from config.starting.seen import SeenCrm


def account_zone(crms: Sequence[SeenCrm]) -> tuple[str, str] | None:
    """Answer the first account's that states one, and whose it is."""
    told = ((crm.zones.account, crm.name) for crm in crms if crm.zones)
    return next(((zone, name) for zone, name in told if zone and _is_known(zone)), None)


def own_zones(crms: Sequence[SeenCrm], seats: Sequence[Seat]) -> Mapping[str, str]:
    """Answer, by the seat's id, the zones of those who have another than the account's."""
    usual = account_zone(crms)
    found = {seat.id: zone for seat in seats if (zone := _zone_of(crms, seat))}
    return {who: zone for who, zone in found.items() if usual is None or zone != usual[0]}


def _zone_of(crms: Sequence[SeenCrm], seat: Seat) -> str | None:
    told = (crm.zones.owners.get(seat.crm.get(crm.name, "")) for crm in crms if crm.zones)
    return next((zone for zone in told if zone and _is_known(zone)), None)


def _is_known(zone: str) -> bool:
    """Whether the configuration would take it; a name is looked for as a file."""
    try:
        return bool(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
