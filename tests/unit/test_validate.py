"""What makes a lead usable, and the share that could not be read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.errors import RecordError
from leads.keys import LeadKey
from leads.lead import Flaw, FlawKind, Lead
from leads.validate import CLOCKS_DIFFER, created_by, is_malformed, malformed_share, require_contact


def lead(*kinds: FlawKind, email: str | None = None) -> Lead:
    return Lead(
        key=LeadKey("hubspot", "1"),
        created_at=datetime(2026, 11, 22, tzinfo=UTC),
        email=email,
        flaws=tuple(Flaw(field="country", kind=kind, raw="x") for kind in kinds),
    )


@pytest.mark.parametrize(
    ("kind", "malformed"),
    [
        (FlawKind.UNREADABLE, True),
        (FlawKind.AMBIGUOUS, True),
        (FlawKind.FUTURE, True),
        (FlawKind.PLACEHOLDER, False),
        (FlawKind.ASSUMED, False),
        (FlawKind.UNKNOWN_WORD, False),
    ],
)
def test_only_what_could_not_be_read_is_malformed(kind, malformed):
    assert is_malformed(lead(kind)) is malformed


def test_the_share_counts_records_not_values_and_rejects_with_them():
    leads = [lead(FlawKind.UNREADABLE, FlawKind.AMBIGUOUS), lead(), lead(FlawKind.PLACEHOLDER)]
    assert malformed_share(leads, rejected=1) == 0.5
    assert malformed_share([]) == 0.0


def test_a_contact_is_required_unless_none_is():
    require_contact(lead(email="ana@example.com"), ("email", "phone"))
    require_contact(lead(), ())
    with pytest.raises(RecordError, match=r"phone: nobody can be contacted \(blank\)"):
        require_contact(lead(email="ana@example.com"), ("phone",))


@given(st.timedeltas(min_value=timedelta(days=-9_000), max_value=timedelta(days=9_000)))
def test_what_is_said_to_be_of_the_future_came_now_and_is_told_of(ahead: timedelta):
    now = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    said = replace(lead(), created_at=now + ahead)
    read = created_by(said, now)
    if ahead <= CLOCKS_DIFFER:
        assert read == said
    else:
        assert read.created_at == now
        assert is_malformed(read)
        assert [(f.field, f.raw) for f in read.flaws] == [
            ("created_at", said.created_at.isoformat())
        ]
