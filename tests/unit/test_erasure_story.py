"""What `firsttouch erase` says was erased: leads and records, counted as a person counts them."""

from datetime import UTC, datetime

import pytest

from flows.commands.erase import sentences
from leads.erasure import Erasure
from leads.keys import LeadKey

AD, SECOND_AD = LeadKey("meta_ads", "1"), LeadKey("meta_ads", "2")
CONTACT, OTHER = LeadKey("hubspot", "601"), LeadKey("hubspot", "602")
NO_LEAD = "1 record of theirs that was no lead here"


def told(*leads: LeadKey, never: frozenset[LeadKey] = frozenset(), rehearsal: bool = False) -> str:
    done = Erasure(
        at=datetime(2026, 11, 23, tzinfo=UTC),
        leads=leads,
        rows={"lead": max(1, len(leads))},
        records=(),
        never_leads=never,
    )
    return sentences(done, [], is_rehearsal=rehearsal)[0]


@pytest.mark.parametrize(
    ("leads", "never", "said"),
    [
        ((AD,), (), "1 lead of this person (of meta_ads)"),
        ((AD, SECOND_AD), (), "2 leads of this person (of meta_ads)"),
        ((CONTACT, AD, SECOND_AD), (), "3 leads of this person (1 of hubspot, 2 of meta_ads)"),
        (
            (CONTACT, AD),
            (CONTACT,),
            f"1 lead of this person (of meta_ads) and {NO_LEAD} (of hubspot)",
        ),
        ((CONTACT, OTHER), (CONTACT, OTHER), "2 records of theirs, no leads here (of hubspot)"),
        ((), (), "no lead, but what else named this person"),
    ],
)
def test_counts(leads, never, said):
    assert told(*leads, never=frozenset(never)) == f"Erased: {said}."
    assert told(*leads, never=frozenset(never), rehearsal=True) == f"Would be erased: {said}."
