"""What makes a lead usable, and the share that could not be read."""

from datetime import UTC, datetime

import pytest

from leads.errors import RecordError
from leads.keys import LeadKey
from leads.lead import Flaw, FlawKind, Lead
from leads.validate import is_malformed, malformed_share, require_contact


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
