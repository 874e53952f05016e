"""Who is asked the contract's questions. A new connector adds one line."""

from tests.contract.google_stage import GoogleStage
from tests.contract.hubspot_stage import DatedHubSpotStage, HubSpotLeadsStage, HubSpotStage
from tests.contract.linkedin_stage import LinkedInStage
from tests.contract.meta_stage import MetaStage
from tests.contract.pipedrive_stage import PipedriveStage
from tests.contract.salesforce_stage import (
    SalesforceByCollectionsStage,
    SalesforceInBulkStage,
    SalesforceStage,
)
from tests.contract.stage import OpenCrm, OpenSource

SOURCES: tuple[type[OpenSource], ...] = (
    SalesforceStage,
    HubSpotStage,
    DatedHubSpotStage,
    HubSpotLeadsStage,
    PipedriveStage,
    MetaStage,
    GoogleStage,
    LinkedInStage,
)
CRMS: tuple[type[OpenCrm], ...] = (
    SalesforceStage,
    SalesforceByCollectionsStage,
    SalesforceInBulkStage,
    HubSpotStage,
    DatedHubSpotStage,
)
WRITERS: tuple[type[OpenCrm], ...] = (*CRMS, HubSpotLeadsStage, PipedriveStage)
