"""`firsttouch erase`: a person out of every table; what the vendors still have is named."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config.load import load
from flows.exits import DONE_WITH_FAILURES, note
from flows.merged import learn_merges
from flows.plurals import count_of
from flows.which_store import open_existing_store
from flows.wiring import config_folder, utc_now
from leads.erasure import Erasure, Subject
from leads.errors import ConfigError, StoreError
from leads.keys import LeadKey
from leads.normalise.email import read_email
from leads.normalise.phone import read_phone
from store.store import Store

ASKED_BY = "firsttouch erase"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whom the command line names: exactly one of these is given."""

    email: str | None
    phone: str | None
    lead: str | None


def run(
    asked: Asked, config: Path | None, store: str | None, *, is_rehearsal: bool, as_json: bool
) -> None:
    """
    Erase, and say what was erased and what is still elsewhere.

    Raises StoreError where there is no store: a slip in its name must not read as an erased person.
    Exit 1 when the tables are rid of the person but deleted bytes may still be in the files.
    """
    asked = _read(asked)
    configuration = load(config_folder(config))
    vendors = sorted(configuration.sources)
    with open_existing_store(store) as opened:
        subject = _subject(opened, asked, vendors)
        unasked = learn_merges(opened, configuration, lambda: _theirs(opened, subject))
        done = opened.erase(subject, asked_by=ASKED_BY, now=utc_now(), is_rehearsal=is_rehearsal)
        problem = "" if is_rehearsal else _overwrite(opened)
    if as_json:
        print(json.dumps(_json(done, unasked, is_rehearsal=is_rehearsal)))
    else:
        for line in sentences(done, vendors, is_rehearsal=is_rehearsal):
            print(line)
        if unasked:
            print("Whether a record of theirs was merged there since a sync read it is not known:")
            print(*(f"  {each}" for each in unasked), sep="\n")
    if problem:
        note(f"{problem}. Run the same command again when nothing else uses the store")
        raise SystemExit(DONE_WITH_FAILURES)


def _theirs(store: Store, subject: Subject) -> set[LeadKey]:
    would = store.erase(subject, asked_by=ASKED_BY, now=utc_now(), is_rehearsal=True)
    return {*would.leads, *would.records}


def sentences(done: Erasure, vendors: Sequence[str], *, is_rehearsal: bool) -> list[str]:
    """Return what was done, what was not, and what nobody but a person can do."""
    told = [_erased(done, is_rehearsal=is_rehearsal), *_rows(done)]
    if done.before is not None:
        told.append(f"This person was erased before, on {done.before:%Y-%m-%d %H:%M} UTC.")
    told.append("Firsttouch deletes nothing at a vendor, and nothing in backups of its store.")
    if done.records:
        told.append("Still at the vendors, as far as it was known here; it is not kept:")
        told += [f"  {record.source} {record.source_id}" for record in done.records]
    if done.owed:
        told.append("May be there too (`firsttouch rejects` lists it until it is done):")
        told += [f"  {crm}: {what}" for crm, what in done.owed]
    elsewhere = ", ".join(vendors)
    return [*told, f"Look for the person there too: {elsewhere}."] if vendors else told


def _read(asked: Asked) -> Asked:
    """Read whom it is about. Raises ConfigError when that is nobody, or more than one."""
    given = [each for each in (asked.email, asked.phone, asked.lead) if each is not None]
    if len(given) != 1:
        raise ConfigError(["erase: give an e-mail address, or --phone, or --lead; one of them"])
    email, phone = read_email(asked.email or ""), read_phone(asked.phone or "", None)
    if asked.email is not None and (email.value is None or email.flaw):
        raise ConfigError(["erase: that is not one e-mail address: write it as in ana@example.com"])
    if asked.phone is not None and phone.value is None:
        raise ConfigError(["erase --phone: write the number with its country, as in +34600000000"])
    number = phone.value.number if phone.value else None
    return Asked(email=email.value, phone=number, lead=asked.lead)


def _subject(store: Store, asked: Asked, vendors: Sequence[str]) -> Subject:
    """Answer the person in the store. Raises ConfigError where it may be several."""
    if asked.lead is not None:
        return Subject(lead=_known_lead(store, asked.lead, vendors))
    return Subject(email=asked.email) if asked.phone is None else _of_phone(store, asked.phone)


def _known_lead(store: Store, text: str, vendors: Sequence[str]) -> LeadKey:
    found = store.find_lead(text)
    if len(found) == 1:
        return found[0]
    if found and text.partition(":")[0] in vendors:
        return LeadKey.parse(text)  # one record of a CRM, which several leads became
    why = "it names more than one lead" if found else "there is no such lead in the store"
    raise ConfigError([f"erase --lead: {why}: write SOURCE:ID, as in salesforce:00Q..."])


def _of_phone(store: Store, phone: str) -> Subject:
    """A number may be a switchboard: where several people have it, they are not erased at once."""
    having = store.leads_by_phone(phone)
    if not having:
        return Subject(phone=phone)
    first = Subject(lead=having[0])
    would = store.erase(first, asked_by=ASKED_BY, now=utc_now(), is_rehearsal=True)
    if others := set(having) - set(would.leads):
        names = ", ".join(map(str, sorted({having[0], *others})))
        raise ConfigError([f"erase --phone: several people have this number: use --lead ({names})"])
    return first


def _overwrite(store: Store) -> str:
    """Return why deleted bytes may still be there; empty when they are not."""
    try:
        is_done = store.overwrite_erased()
    except StoreError as error:
        return str(error)
    return "" if is_done else "erased, but the store's files are in use and may still hold it"


def _erased(done: Erasure, *, is_rehearsal: bool) -> str:
    if not done.rows:
        return "Nothing is stored of this person."
    leads = [key for key in done.leads if key not in done.never_leads]
    others = [key for key in done.leads if key in done.never_leads]
    parts = [
        f"{count_of(len(keys), what, plural)} ({_by_source(keys)})"
        for keys, what, plural in (
            (leads, "lead of this person", "leads of this person"),
            (others, "record of theirs that was no lead here", "records of theirs, no leads here"),
        )
        if keys
    ]
    verb = "Would be erased" if is_rehearsal else "Erased"
    return f"{verb}: {' and '.join(parts) or 'no lead, but what else named this person'}."


def _by_source(keys: Sequence[LeadKey]) -> str:
    """Name the source, or how many of each."""
    counts = Counter(key.source for key in keys)
    if len(counts) == 1:
        return f"of {keys[0].source}"
    return ", ".join(f"{count} of {source}" for source, count in sorted(counts.items()))


def _rows(done: Erasure) -> list[str]:
    rows = ", ".join(f"{table} {count}" for table, count in done.rows.items())
    return [f"In the tables of the store, rows deleted or emptied: {rows}."] if rows else []


def _json(done: Erasure, unasked: Sequence[str], *, is_rehearsal: bool) -> dict[str, object]:
    return {
        "erased": not is_rehearsal,
        "at": done.at.isoformat(),
        "before": done.before.isoformat() if done.before else None,
        "leads": dict(sorted(Counter(key.source for key in done.leads).items())),
        "rows": dict(done.rows),
        "still_at_vendors": [str(record) for record in done.records],
        "owed": [f"{crm}: {what}" for crm, what in done.owed],
        "not_asked_for_merges": [*unasked],
    }
