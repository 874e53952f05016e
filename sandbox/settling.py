"""Puts a world's people and records into the vendors."""

from dataclasses import dataclass

from sandbox.google.accounts import GoogleAdsAccounts
from sandbox.hubspot.portal import HubSpotPortal
from sandbox.linkedin.business import LinkedInBusiness
from sandbox.meta.pages import MetaBusiness
from sandbox.pipedrive import world as pipedrive
from sandbox.pipedrive.account import PipedriveAccount
from sandbox.salesforce.org import SalesforceOrg
from sandbox.settling_linkedin import add_lead, furnish
from sandbox.world.customers import Customer, customers_of
from sandbox.world.record import Record, Standing, World
from sandbox.world.roster import EVERYBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendors:
    """All of them, in memory; Pipedrive where it is asked for, with the people of HubSpot."""

    salesforce: SalesforceOrg
    hubspot: HubSpotPortal
    meta: MetaBusiness
    google: GoogleAdsAccounts
    linkedin: LinkedInBusiness
    pipedrive: PipedriveAccount | None = None

    def settle(self, world: World) -> dict[str, str]:
        """Fill all of them, oldest first; answer the id that each record's key got."""
        self._add_everybody()
        for customer in customers_of(world):
            self._add_customer(customer)
        self._open_google_accounts(world)
        furnish(self.linkedin, world.linkedin)
        for page in world.meta.pages:
            self.meta.add_page(page["id"], page["name"])
        for form in world.meta.forms:
            self.meta.add_form(
                form["page_id"],
                form["id"],
                form["name"],
                form["questions"],
                locale=form["locale"],
            )
        for ad in world.meta.ads:
            names = {name: text for name, text in ad.items() if name not in ("id", "name")}
            self.meta.add_ad(ad["id"], ad["name"], **names)
        ids = {r.key: self.add("salesforce", r) for r in world.salesforce}
        ids |= {r.key: self.add("hubspot", r) for r in world.hubspot}
        ids |= {r.key: self.add("meta_ads", r) for r in world.meta.leads}
        ids |= {r.key: self.add("google_ads", r) for r in world.google.leads}
        ids |= {r.key: self.add("linkedin_ads", r) for r in world.linkedin.leads}
        if self.pipedrive is not None:
            pipedrive.furnish(self.pipedrive, world)
        return ids

    def add(self, source: str, record: Record) -> str:
        """Put one record where it belongs; answer the vendor's id."""
        match source:
            case "salesforce":
                return self.salesforce.add_lead(record.values, created=record.created)
            case "hubspot":
                return self.hubspot.add_contact(record.values, created=record.created)
            case "pipedrive":
                assert self.pipedrive is not None
                return pipedrive.add(self.pipedrive, record)
            case "google_ads":
                return self.google.add_lead(**record.values, created=record.created)
            case "linkedin_ads":
                return add_lead(self.linkedin, record)
            case _ if record.standing is Standing.TEST:
                form_id, answers = record.values["form_id"], record.values["field_data"]
                return self.meta.add_test_lead(form_id, answers)
            case _:
                return self._add_meta_lead(record)

    def _add_meta_lead(self, record: Record) -> str:
        return self.meta.add_lead(**record.values, created=record.created)

    def _open_google_accounts(self, world: World) -> None:
        for customer in world.google.customers:
            about = {k: v for k, v in customer.items() if k not in ("id", "name")}
            self.google.add_customer(customer["id"], customer["name"], **about)
        for campaign in world.google.campaigns:
            self.google.add_campaign(campaign["customer_id"], campaign["id"], campaign["name"])
        for form in world.google.forms:
            self.google.add_form(form["customer_id"], form["id"], form["name"])

    def _add_customer(self, customer: Customer) -> None:
        if customer.crm == "salesforce":
            site, owner = f"https://www.{customer.domain}", customer.owner.salesforce
            fields = {"Name": customer.name, "Website": site, "OwnerId": owner}
            self.salesforce.add_account(fields, created=customer.since)
        else:
            owner = customer.owner.hubspot
            fields = {"name": customer.name, "domain": customer.domain, "hubspot_owner_id": owner}
            self.hubspot.add_company(fields, created=customer.since)

    def _add_everybody(self) -> None:
        for seat in EVERYBODY:
            if seat.salesforce not in self.salesforce.users:
                self.salesforce.add_seat(seat)
            self.hubspot.add_owner(
                seat.hubspot, seat.name, seat.email, archived=not seat.active, queue=seat.queue
            )
