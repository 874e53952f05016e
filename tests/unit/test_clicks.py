"""Whose click id it is: no network's id may be taken for another's."""

from datetime import UTC, datetime

import pytest

from leads.clicks import ClickNetwork, click_network
from leads.keys import LeadKey
from leads.lead import Lead

GCLID = "Cj0KCQiA3uGqBhDdARIsAFeJ5r0abc_dEF-123"
FBCLID = "IwAR1x2y3z4a5b6c7d8e9f"
LI_FAT_ID = "1f3c9a52-8a1d-4a30-9c1e-0d2b7c5f6a11"
MSCLKID = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"


def lead(click_id: str | None, source: str = "webhook", channel: str | None = None) -> Lead:
    return Lead(
        key=LeadKey(source, "1"),
        created_at=datetime(2026, 11, 22, tzinfo=UTC),
        channel=channel,
        click_id=click_id,
    )


@pytest.mark.parametrize(
    ("click_id", "source", "channel", "network"),
    [
        ("whatever", "google_ads", "google_ads", ClickNetwork.GOOGLE),
        (GCLID, "webhook", None, ClickNetwork.GOOGLE),
        (GCLID, "webhook", "facebook", ClickNetwork.GOOGLE),
        (FBCLID, "webhook", None, ClickNetwork.FACEBOOK),
        (FBCLID, "webhook", "Google Ads", ClickNetwork.FACEBOOK),
        ("fb.1.1754000000000.AbCdEf", "csv_file", None, ClickNetwork.FACEBOOK),
        (LI_FAT_ID, "linkedin_ads", "linkedin_ads", ClickNetwork.LINKEDIN),
        (LI_FAT_ID, "webhook", "google", ClickNetwork.LINKEDIN),
        (MSCLKID, "webhook", "google", None),
        ("abc", "webhook", "Paid social (Facebook)", ClickNetwork.FACEBOOK),
        ("abc", "meta_ads", "meta_ads", ClickNetwork.FACEBOOK),
        ("abc", "linkedin_ads", "linkedin_ads", ClickNetwork.LINKEDIN),
        ("abc", "webhook", "google and facebook", None),
        ("abc", "webhook", "metadata", None),
        ("abc", "webhook", None, None),
        (None, "google_ads", "google_ads", None),
    ],
)
def test_the_network_of_a_click(
    click_id: str | None, source: str, channel: str | None, network: ClickNetwork | None
):
    assert click_network(lead(click_id, source, channel)) is network
