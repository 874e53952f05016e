"""Similar people, told apart in a known set: who keeps an owner, and who does not."""

import csv
import os
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import pytest

from leads.keys import LeadKey
from leads.lead import Lead
from leads.likeness import likeness_of_people, near_keys
from leads.matches import MatchSettings
from tests.builders import MONDAY

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
_FILE = Path(os.environ.get("FIRSTTOUCH_DATA", _BESIDE)) / "febrl1" / "dataset1.csv"
_PAIRS = 500


@pytest.mark.skipif(not _FILE.is_file(), reason="febrl1 is not here (set FIRSTTOUCH_DATA)")
def test_precision_and_recall_on_febrl():
    """
    Names, town, postal code and state; what no lead has (birthday, numbers, street) is left out.
    """
    by_key = defaultdict(list)
    for record in _records():
        for key in near_keys(record):
            by_key[key].append(record)
    compared = {
        (one.key, other.key): (one, other)
        for group in by_key.values()
        for one, other in combinations(group, 2)
    }
    threshold = MatchSettings().alike_people
    taken = [p for p in compared.values() if likeness_of_people(*p) >= threshold]
    right = sum(_person(one) == _person(other) for one, other in taken)
    assert right / len(taken) >= 0.95
    assert right / _PAIRS >= 0.90


def _person(record: Lead) -> str:
    return record.key.source_id.split("-")[1]


def _records() -> list[Lead]:
    with _FILE.open(newline="", encoding="utf-8") as file:
        return [
            Lead(
                key=LeadKey("csv", row["rec_id"]),
                created_at=MONDAY,
                first_name=row["given_name"] or None,
                last_name=row["surname"] or None,
                city=row["suburb"] or None,
                postal_code=row["postcode"] or None,
                region=row["state"] or None,
            )
            for row in csv.DictReader(file, skipinitialspace=True)
        ]
