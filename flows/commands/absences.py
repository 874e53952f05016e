"""`firsttouch away` and `back`: sick leave without editing YAML, kept in the store."""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from config.load import load
from config.problems import suggestion
from flows.which_store import open_existing_store, read_store
from flows.wiring import config_folder, utc_now
from leads.absence import UNTIL_BACK
from leads.errors import ConfigError
from leads.keys import OwnerId
from routing.policy import Owner, Policy


def away(owner: str, until: str | None, config: Path | None, store: str | None) -> None:
    """Take an owner out of every rotation until a time in the owner's own zone, or until `back`."""
    policy = load(config_folder(config)).policy
    known, now = _owner(owner, policy), utc_now()
    _refuse_the_always_on(known, policy)
    end = UNTIL_BACK if until is None else _instant(until, known)
    if end <= now:
        raise ConfigError([f"{_said(end, known)} is over already: give a time to come"])
    with open_existing_store(store) as opened:
        opened.set_away(known.id, end, now)
    print(f"{known.name} gets no leads until {_said(end, known)}.")


def back(owner: str, config: Path | None, store: str | None) -> None:
    """Switch an owner on again; say so when leave in the configuration still keeps them off."""
    known, now = _owner(owner, load(config_folder(config)).policy), utc_now()
    with open_existing_store(store) as opened:
        was_away = known.id in opened.away(now)
        opened.set_away(known.id, None, now)
    today = now.astimezone(ZoneInfo(known.timezone)).date()
    print(f"{known.name} is switched on{'' if was_away else ', and was not switched off'}.")
    for absence in known.away:
        if absence.first <= today <= absence.last:
            print(f"Still on leave until {absence.last} by the configuration: change away: there.")


def list_away(config: Path | None, store: str | None, *, as_json: bool) -> None:
    """Print who is switched off, and until when."""
    owners = load(config_folder(config)).policy.owners
    with read_store(store) as opened:
        found = sorted(opened.away(utc_now()).items())
    if as_json:
        rows = [{"owner": who, "until": _json(end)} for who, end in found]
        print(json.dumps(rows))
        return
    for who, end in found:
        known = owners.get(who)
        print(f"{who}: until {_said(end, known) if known else end.isoformat()}")
    if not found:
        print("Nobody is switched off.")


def _owner(text: str, policy: Policy) -> Owner:
    known = policy.owners.get(OwnerId(text))
    if known is None:
        hint = suggestion(text, policy.owners)
        raise ConfigError([f"owner {text!r} is not configured{hint}"])
    return known


def _refuse_the_always_on(owner: Owner, policy: Policy) -> None:
    if owner.is_queue:
        raise ConfigError([f"{owner.id} is a queue, and a queue is always on: nobody to be away"])
    if owner.id == policy.fallback:
        problem = f"{owner.id} is the fallback, which takes leads at any hour"
        raise ConfigError([f"{problem}: name another under fallback: first"])


def _instant(text: str, owner: Owner) -> datetime:
    try:
        found = (
            _end_of_day(text) if len(text) <= len("2026-12-24") else datetime.fromisoformat(text)
        )
    except ValueError:
        problem = f"--until {text!r} is no time: write 2026-12-24 or 2026-12-24T09:00"
        raise ConfigError([f"{problem}, in the owner's zone ({owner.timezone})"]) from None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(owner.timezone))


def _end_of_day(text: str) -> datetime:
    """Read a day as the last one off, as `to` is under `away:` in the configuration."""
    return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time.min)


def _said(end: datetime, owner: Owner) -> str:
    if end >= UNTIL_BACK:
        return f"`firsttouch back {owner.id}`"
    return f"{end.astimezone(ZoneInfo(owner.timezone)):%Y-%m-%d %H:%M} ({owner.timezone})"


def _json(end: datetime) -> str | None:
    return None if end >= UNTIL_BACK else end.isoformat()
