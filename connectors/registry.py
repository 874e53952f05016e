"""Which connector serves which source of the configuration."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from connectors.csv_file.settings import CsvSettings
from connectors.csv_file.source import CsvSource
from connectors.google_ads.connector import GoogleAds
from connectors.google_ads.settings import GoogleAdsSettings
from connectors.hubspot.client import utc_now
from connectors.hubspot.connector import HubSpot
from connectors.hubspot.settings import HubSpotSettings
from connectors.linkedin_ads.connector import LinkedInAds
from connectors.linkedin_ads.settings import LinkedInAdsSettings
from connectors.meta_ads.connector import MetaAds
from connectors.meta_ads.settings import MetaAdsSettings
from connectors.pipedrive.connector import Pipedrive
from connectors.pipedrive.settings import PipedriveSettings
from connectors.salesforce.connector import Salesforce
from connectors.salesforce.settings import SalesforceSettings
from connectors.setup import SourceSetup
from connectors.shared_pace import SlotsOf
from connectors.webhook.connector import Webhook
from connectors.webhook.settings import WebhookSettings
from leads.errors import ConfigError

Crm = Salesforce | HubSpot | Pipedrive
Connector = Crm | MetaAds | GoogleAds | LinkedInAds | CsvSource | Webhook


class Kind(StrEnum):
    """What a source is for us."""

    CRM = "crm"  # its records have owners, which we write
    AD_PLATFORM = "ad_platform"  # its leads are created, already owned, in a CRM
    OTHER = "other"  # so are these: a file's, and what is sent to the webhook


KINDS: Mapping[str, Kind] = {
    "salesforce": Kind.CRM,
    "hubspot": Kind.CRM,
    "pipedrive": Kind.CRM,
    "meta_ads": Kind.AD_PLATFORM,
    "google_ads": Kind.AD_PLATFORM,
    "linkedin_ads": Kind.AD_PLATFORM,
    "csv_file": Kind.OTHER,
    "webhook": Kind.OTHER,
}


def build(
    name: str,
    setup: SourceSetup,
    connection: Mapping[str, Any],
    environ: Mapping[str, str],
    *,
    shared: SlotsOf | None = None,
    now: Callable[[], datetime] = utc_now,
) -> Connector:
    """
    Make the connector of a source; nothing is asked of the vendor yet.

    `shared` is where processes keep a vendor's limits together, unless the connection says
    otherwise (`shared_pace`). `now` is the clock of those that ask by their own time.
    Build it once for a process: it keeps its connections, its pace and what it learned of the
    org. Raises ConfigError for a connector that is not in KINDS, and for what the settings lack.
    """
    makers: Mapping[str, Callable[[], Connector]] = {
        "salesforce": lambda: Salesforce(
            SalesforceSettings.from_environment(connection, environ), setup, now
        ),
        "hubspot": lambda: HubSpot(
            HubSpotSettings.from_environment(connection, environ),
            setup,
            now,
            shared=None if "shared_pace" in connection else shared,
        ),
        "pipedrive": lambda: Pipedrive(
            PipedriveSettings.from_environment(connection, environ), setup, now, shared=shared
        ),
        "meta_ads": lambda: MetaAds(MetaAdsSettings.from_environment(connection, environ), setup),
        "google_ads": lambda: GoogleAds(
            GoogleAdsSettings.from_environment(connection, environ), setup
        ),
        "linkedin_ads": lambda: LinkedInAds(
            LinkedInAdsSettings.from_environment(connection, environ), setup, clock=now
        ),
        "csv_file": lambda: CsvSource(
            CsvSettings.from_environment(name, connection, environ), setup
        ),
        "webhook": lambda: Webhook(WebhookSettings.from_environment(connection, environ), setup),
    }
    if setup.connector not in makers:
        known = ", ".join(sorted(makers))
        raise ConfigError([f"sources.{name}: there is no such connector; there are: {known}"])
    return makers[setup.connector]()
