"""How well people and accounts are recognised, and how fast."""

import argparse
import csv
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations, product
from pathlib import Path

from bench.finding import Finding, hand_over
from bench.grounds import Grounds, grounds
from bench.machine import machine
from leads.account_match import AccountMatcher
from leads.accounts import Account, AccountBook
from leads.keys import CrmOwnerId, LeadKey, OwnerId
from leads.lead import Lead
from leads.likeness import likeness_of_people, near_keys
from leads.matches import MatchSettings
from sandbox.world.record import Record
from store.rows import StoredLead

LEAST_PRECISION, LEAST_RECALL = 0.95, 0.90
_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"
_FEBRL = Path(os.environ.get("FIRSTTOUCH_DATA", _BESIDE)) / "febrl1" / "dataset1.csv"
_FEBRL_PAIRS = 500
_THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)
_ACCOUNTS, _LEADS = (10_000, 100_000), 2_000
_DAY = datetime(2026, 11, 23, tzinfo=UTC)
_SYLLABLES = ("ba", "co", "di", "fu", "ga", "he", "ji", "ko", "lu", "me", "na", "po", "qui", "ra")
_TAILS = ("so", "ti", "vu", "wo", "xe", "zamin", "tora")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Of the pairs taken for one person: how many are, and how many of those there are."""

    taken: int
    right: int
    there: int

    @property
    def precision(self) -> float:
        return self.right / self.taken if self.taken else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.there if self.there else 1.0

    @property
    def is_good(self) -> bool:
        return self.precision >= LEAST_PRECISION and self.recall >= LEAST_RECALL


def people_alike(records: Iterable[Lead], same: Callable[[Lead, Lead], bool]) -> Iterator[Quality]:
    """Yield the quality at each threshold, of records that share no address and no number."""
    by_key = defaultdict(list)
    for record in records:
        for key in near_keys(record):
            by_key[key].append(record)
    pairs = {
        (one.key, other.key): (likeness_of_people(one, other), same(one, other))
        for group in by_key.values()
        for one, other in combinations(group, 2)
    }
    for threshold in _THRESHOLDS:
        taken = [is_same for likeness, is_same in pairs.values() if likeness >= threshold]
        yield Quality(taken=len(taken), right=sum(taken), there=_FEBRL_PAIRS)


def in_the_world(at: Grounds) -> Quality:
    """Sync a whole town, and compare what was taken for one person with who is."""
    at.tick()
    town, store = at.town, at.wiring.store
    keys = {record.key: key for key, record in _records(at)}
    there = {frozenset((keys[p.first], keys[p.second])) for p in town.world.duplicates}
    known = frozenset(keys.values())
    seen = [store.stored_lead(key) for key in known if store.find_lead(str(key))]
    taken = {pair for each in seen for pair in _taken_for_one(each, known)}
    return Quality(taken=len(taken), right=len(taken & there), there=len(there))


def _taken_for_one(stored: StoredLead, known: frozenset[LeadKey]) -> Iterator[frozenset[LeadKey]]:
    """By the decision, or when an ad's lead was to be created and the CRM had the person."""
    saw = stored.decision.saw if stored.decision else None
    if saw and saw.person and saw.person.record in known:
        yield frozenset((stored.key, saw.person.record))
    for each in stored.deliveries:
        record = LeadKey(each.delivery.crm, each.delivery.record_id or "")
        if record != stored.key and record in known:
            yield frozenset((stored.key, record))


def microseconds(book: AccountBook, leads: Iterable[Lead]) -> float:
    matcher = AccountMatcher(settings=MatchSettings(), owner_of=lambda _: OwnerId("ana"), crm_of={})
    spent = []
    for lead in leads:
        began = time.perf_counter()
        matcher.match(lead, book)
        spent.append((time.perf_counter() - began) * 1e6)
    return statistics.median(spent)


def main() -> int:
    """Print all of it; answer 1 when people are recognised worse than they have to be."""
    parser = argparse.ArgumentParser(prog="python -m bench.matching")
    parser.add_argument("--accounts", type=int, nargs=2, default=_ACCOUNTS)
    sizes = parser.parse_args().accounts
    print(machine())
    is_good = _print_febrl()
    with grounds(400) as at:
        world = in_the_world(at)
    print(
        f"{'the sandbox':<18}{world.precision:>10.3f}{world.recall:>10.3f}  {world.there} pairs\n"
    )
    few, many = (_print_speed(size) for size in sizes)
    recognised = Finding(
        what="who is the same person, in the sandbox's world",
        budget=f"precision {LEAST_PRECISION}, recall {LEAST_RECALL}",
        found=f"precision {world.precision:.3f}, recall {world.recall:.3f}",
        growth=f"{world.there} pairs",
        bound="people who share no address, no number and hardly a name",
        is_kept=world.is_good,
    )
    matched = Finding(
        what=f"match a lead to one of {sizes[-1]:,} accounts",
        budget="none",
        found=", ".join(f"{way} {took:.0f} microseconds" for way, took in many.items()),
        growth=", ".join(f"{took:.0f} {way}" for way, took in few.items()) + f" at {sizes[0]:,}",
        bound="accounts whose names share a rare piece with the lead's company",
    )
    return 0 if hand_over(recognised, matched) and is_good else 1


def _print_febrl() -> bool:
    if not _FEBRL.is_file():
        print("febrl1 is not here (set FIRSTTOUCH_DATA): people that are alike are not measured")
        return True
    usual, is_good = MatchSettings().alike_people, True
    print(f"{'febrl1, alike by':<18}{'precision':>10}{'recall':>10}")
    for threshold, quality in zip(_THRESHOLDS, people_alike(_febrl(), _is_same), strict=True):
        is_usual = threshold == usual
        note = "  <- alike_people" if is_usual else ""
        print(f"{threshold:<18}{quality.precision:>10.3f}{quality.recall:>10.3f}{note}")
        if is_usual:
            is_good = hand_over(_of_febrl(threshold, quality))
    return is_good


def _of_febrl(threshold: float, quality: Quality) -> Finding:
    return Finding(
        what=f"who is the same person, of a published set (febrl1), alike by {threshold}",
        budget=f"precision {LEAST_PRECISION}, recall {LEAST_RECALL}",
        found=f"precision {quality.precision:.3f}, recall {quality.recall:.3f}",
        growth=f"{quality.there} pairs",
        bound="what the set has misspelt beyond recognition",
        is_kept=quality.is_good,
    )


def _print_speed(accounts: int) -> dict[str, float]:
    names, took = _names(accounts), {}
    book = AccountBook(_account(number, name) for number, name in enumerate(names))
    asked = names[:: max(1, len(names) // _LEADS)]
    print(f"{len(names):,} accounts: microseconds a lead")
    for way, told in (
        ("by its domain", lambda n: {"email": f"eva@{_domain(n)}"}),
        ("by its name", lambda n: {"company": f"{n} GmbH"}),
        ("by a name with a slip", lambda n: {"company": n[:-2] + n[-1] + n[-2]}),
        ("to none", lambda n: {"company": f"{n} 9"}),
    ):
        leads = [
            Lead(key=LeadKey("bench", str(number)), created_at=_DAY, **told(name))
            for number, name in enumerate(asked)
        ]
        took[way] = microseconds(book, leads)
        print(f"{way:<22}{took[way]:>6.0f}")
    return took


def _names(count: int) -> list[str]:
    """Two words of two and three syllables, as many first letters as companies have."""
    parts = product(_SYLLABLES, _SYLLABLES, _SYLLABLES, _SYLLABLES, _TAILS)
    every = [f"{a}{b} {c}{d}{e}".title() for a, b, c, d, e in parts]
    return every[:: len(every) // count]


def _domain(name: str) -> str:
    return f"{name.replace(' ', '-').lower()}.example"


def _account(number: int, name: str) -> Account:
    return Account(
        crm="salesforce",
        account_id=str(number),
        name=name,
        domain=_domain(name),
        owner=CrmOwnerId("005"),
    )


def _records(at: Grounds) -> Iterator[tuple[LeadKey, Record]]:
    for source, records in at.town.world.records.items():
        for record in records:
            yield LeadKey(source, at.town.ids[record.key]), record


def _is_same(one: Lead, other: Lead) -> bool:
    return one.key.source_id.split("-")[1] == other.key.source_id.split("-")[1]


def _febrl() -> Iterator[Lead]:
    """What no lead has (street, birthday, numbers) is left out."""
    with _FEBRL.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file, skipinitialspace=True):
            yield Lead(
                key=LeadKey("febrl", row["rec_id"]),
                created_at=_DAY,
                first_name=row["given_name"] or None,
                last_name=row["surname"] or None,
                city=row["suburb"] or None,
                postal_code=row["postcode"] or None,
                region=row["state"] or None,
            )


if __name__ == "__main__":
    sys.exit(main())
