"""The running sandbox: the vendors over real HTTP on loopback, filled with a seeded world."""

from collections.abc import Collection, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import Self

from starlette.types import ASGIApp

from sandbox.app import Ground
from sandbox.callers import callers
from sandbox.clock import Clock
from sandbox.couriers import Couriers
from sandbox.faults import Faults
from sandbox.google.accounts import GoogleAdsAccounts
from sandbox.google.app import google_app
from sandbox.google.tokens import CLIENT_ID as GOOGLE_CLIENT
from sandbox.google.tokens import CLIENT_SECRET as GOOGLE_SECRET
from sandbox.google.tokens import DEVELOPER_TOKEN, REFRESH_TOKEN
from sandbox.google.webhook import WEBHOOK_KEY
from sandbox.hubspot.app import TOKEN as HUBSPOT_TOKEN
from sandbox.hubspot.app import hubspot_app
from sandbox.hubspot.hooks import CLIENT_SECRET as HUBSPOT_SECRET
from sandbox.hubspot.portal import HubSpotPortal
from sandbox.journal import Journal
from sandbox.life import Life
from sandbox.linkedin.app import linkedin_app
from sandbox.linkedin.business import CLIENT_ID as LINKEDIN_CLIENT
from sandbox.linkedin.business import CLIENT_SECRET as LINKEDIN_SECRET
from sandbox.linkedin.business import REFRESH_TOKEN as LINKEDIN_REFRESH
from sandbox.linkedin.business import TOKEN as LINKEDIN_TOKEN
from sandbox.linkedin.business import LinkedInBusiness
from sandbox.meta.app import SECRET, meta_app
from sandbox.meta.app import TOKEN as META_TOKEN
from sandbox.meta.hooks import VERIFY_TOKEN
from sandbox.meta.pages import MetaBusiness
from sandbox.pipedrive.account import PipedriveAccount
from sandbox.pipedrive.app import TOKEN as PIPEDRIVE_TOKEN
from sandbox.pipedrive.app import pipedrive_app
from sandbox.pipedrive.hooks import WEBHOOK_PASSWORD
from sandbox.salesforce.app import salesforce_app
from sandbox.salesforce.flow import WEBHOOK_SECRET, WEBHOOK_TOKEN
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.sessions import CLIENT_ID, CLIENT_SECRET
from sandbox.serve import Served, serve
from sandbox.settling import Vendors
from sandbox.whose import in_crms
from sandbox.world.build import build_world
from sandbox.world.google_forms import AMERICA, EUROPE, MANAGER
from sandbox.world.linkedin_forms import COMPANY_PAGE, NORTH, SOUTH
from sandbox.world.record import World

SERVED = ("salesforce", "hubspot", "meta_ads", "google_ads", "linkedin_ads")
ALSO = ("pipedrive",)
"""Vendors that a town has where it is asked for them."""

_A_DAYS_BUDGET = 1_000_000


class PortTaken(Exception):
    """Somebody listens there already."""


class Town:
    """
    Vendors that run from `serve` until `close`; `open` builds and serves.

    Tests reach into them by `vendors`; `journal` is theirs all.

    `ids` has the vendor's id of each record of `world`, by the record's key. What of `ALSO` has
    `faults` is there too; its records are HubSpot's.
    """

    def __init__(self, world: World, clock: Clock, faults: Mapping[str, Faults]) -> None:
        self.world, self.clock, self.faults = world, clock, faults
        self.journal = Journal()
        self.served = tuple(faults)
        self.vendors = Vendors(
            salesforce=SalesforceOrg(self._ground("salesforce")),
            hubspot=HubSpotPortal(self._ground("hubspot")),
            meta=MetaBusiness(self._ground("meta_ads")),
            google=GoogleAdsAccounts(self._ground("google_ads")),
            linkedin=LinkedInBusiness(self._ground("linkedin_ads")),
            pipedrive=self._pipedrive(),
        )
        for source, platform in (
            ("meta_ads", self.vendors.meta),
            ("google_ads", self.vendors.google),
            ("linkedin_ads", self.vendors.linkedin),
        ):
            crms = (self.vendors.salesforce, self.vendors.hubspot)
            platform.whose = in_crms(source, *crms)
        self.ids = self.vendors.settle(world)
        self.life = Life(self.vendors, world)
        for vendor, its in faults.items():
            its.edit = partial(self.life.somebody_edits, vendor)
        self.addresses: dict[str, str] = {}
        self._served: list[Served] = []
        self._running = ExitStack()

    @classmethod
    def open(
        cls,
        seed: int,
        leads: int,
        *,
        host: str = "127.0.0.1",
        ports: Mapping[str, int] | None = None,
        now: datetime | None = None,
        also: Collection[str] = (),
    ) -> Self:
        """
        Build, fill and serve, with those of `ALSO` asked for. A vendor without a port gets one.

        With `now`, all clocks stand still there until `clock` is moved. Raises PortTaken.
        """
        world = build_world(seed, leads=leads, now=now or datetime.now(UTC))
        town = cls(world, Clock(now), {vendor: Faults(seed) for vendor in (*SERVED, *also)})
        town.serve(host=host, ports=ports)
        return town

    def serve(self, *, host: str = "127.0.0.1", ports: Mapping[str, int] | None = None) -> None:
        """Let everybody be asked, from threads of this process. Raises PortTaken."""
        try:
            for vendor, app in self._apps().items():
                self._serve(vendor, app, host, (ports or {}).get(vendor, 0))
        except BaseException:
            self.close()
            raise
        self._running.callback(self._bid_all_end)

    @property
    def environment(self) -> dict[str, str]:
        """Answer what a client must be told to talk to this town."""
        return {
            "FIRSTTOUCH_SALESFORCE_BASE_URL": self.addresses["salesforce"],
            "FIRSTTOUCH_SALESFORCE_CLIENT_ID": CLIENT_ID,
            "FIRSTTOUCH_SALESFORCE_CLIENT_SECRET": CLIENT_SECRET,
            "FIRSTTOUCH_HUBSPOT_BASE_URL": self.addresses["hubspot"],
            "FIRSTTOUCH_HUBSPOT_TOKEN": HUBSPOT_TOKEN,
            "FIRSTTOUCH_HUBSPOT_CLIENT_SECRET": HUBSPOT_SECRET,
            "FIRSTTOUCH_META_ADS_BASE_URL": self.addresses["meta_ads"],
            "FIRSTTOUCH_META_ADS_TOKEN": META_TOKEN,
            "FIRSTTOUCH_META_ADS_APP_SECRET": SECRET,
            "FIRSTTOUCH_META_ADS_VERIFY_TOKEN": VERIFY_TOKEN,
            "FIRSTTOUCH_GOOGLE_ADS_BASE_URL": self.addresses["google_ads"],
            "FIRSTTOUCH_GOOGLE_ADS_DEVELOPER_TOKEN": DEVELOPER_TOKEN,
            "FIRSTTOUCH_GOOGLE_ADS_CLIENT_ID": GOOGLE_CLIENT,
            "FIRSTTOUCH_GOOGLE_ADS_CLIENT_SECRET": GOOGLE_SECRET,
            "FIRSTTOUCH_GOOGLE_ADS_REFRESH_TOKEN": REFRESH_TOKEN,
            "FIRSTTOUCH_GOOGLE_ADS_WEBHOOK_KEY": WEBHOOK_KEY,
            "FIRSTTOUCH_GOOGLE_ADS_CUSTOMER_IDS": f"{EUROPE},{AMERICA}",
            "FIRSTTOUCH_GOOGLE_ADS_LOGIN_CUSTOMER_ID": MANAGER,
            "FIRSTTOUCH_LINKEDIN_ADS_BASE_URL": self.addresses["linkedin_ads"],
            "FIRSTTOUCH_LINKEDIN_ADS_TOKEN": LINKEDIN_TOKEN,
            "FIRSTTOUCH_LINKEDIN_ADS_REFRESH_TOKEN": LINKEDIN_REFRESH,
            "FIRSTTOUCH_LINKEDIN_ADS_CLIENT_ID": LINKEDIN_CLIENT,
            "FIRSTTOUCH_LINKEDIN_ADS_CLIENT_SECRET": LINKEDIN_SECRET,
            "FIRSTTOUCH_LINKEDIN_ADS_ACCOUNTS": f"{NORTH},{SOUTH}",
            "FIRSTTOUCH_LINKEDIN_ADS_ORGANIZATIONS": COMPANY_PAGE,
            "FIRSTTOUCH_WEBHOOK_TOKEN": WEBHOOK_TOKEN,
            "FIRSTTOUCH_WEBHOOK_SECRET": WEBHOOK_SECRET,
            **self._environment_of_pipedrive(),
        }

    def living(self, rate_per_minute: float) -> Life:
        """Let leads arrive, about so many a minute, and people work, until `close`."""
        self._running.callback(self.life.stop)
        self.life.start(rate_per_minute)
        return self.life

    def delivering(self, url: str, *, hurry: float = 1.0, twice: float = 0.05) -> Couriers:
        """
        Call back a receiver at `url` about each lead that arrives, until `close`.

        Pauses between repetitions are `hurry` times shorter than the vendors'.
        """
        grounds = {vendor: self._ground(vendor) for vendor in self.served}
        made = callers(self.vendors, url.rstrip("/"))
        couriers = Couriers(made, grounds, url, hurry=hurry, twice=twice)
        self.life.heralds.append(couriers.tell)
        self._running.callback(couriers.stop)
        couriers.start()
        return couriers

    def close(self) -> None:
        """Stop everything and free the ports. Safe to repeat."""
        self._running.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _bid_all_end(self) -> None:
        """Each server takes a fifth of a second to end: they do it side by side."""
        for served in self._served:
            served.bid_end()

    def _ground(self, vendor: str) -> Ground:
        return Ground(
            vendor=vendor, clock=self.clock, journal=self.journal, faults=self.faults[vendor]
        )

    def _pipedrive(self) -> PipedriveAccount | None:
        if "pipedrive" not in self.faults:
            return None
        account = PipedriveAccount(self._ground("pipedrive"))
        account.limits.budget = _A_DAYS_BUDGET
        return account

    def _environment_of_pipedrive(self) -> dict[str, str]:
        if "pipedrive" not in self.faults:
            return {}
        return {
            "FIRSTTOUCH_PIPEDRIVE_BASE_URL": self.addresses["pipedrive"],
            "FIRSTTOUCH_PIPEDRIVE_TOKEN": PIPEDRIVE_TOKEN,
            "FIRSTTOUCH_PIPEDRIVE_WEBHOOK_PASSWORD": WEBHOOK_PASSWORD,
        }

    def _apps(self) -> dict[str, ASGIApp]:
        account = self.vendors.pipedrive
        return {
            "salesforce": salesforce_app(self.vendors.salesforce),
            "hubspot": hubspot_app(self.vendors.hubspot),
            "meta_ads": meta_app(self.vendors.meta),
            "google_ads": google_app(self.vendors.google),
            "linkedin_ads": linkedin_app(self.vendors.linkedin),
            **({"pipedrive": pipedrive_app(account)} if account else {}),
        }

    def _serve(self, vendor: str, app: ASGIApp, host: str, port: int) -> None:
        try:
            served = serve(app, host=host, port=port)
        except OSError as error:
            raise PortTaken(f"{vendor} cannot listen on {host}:{port}: {error.strerror}") from error
        self._running.callback(served.close)
        self._served.append(served)
        self.addresses[vendor] = served.address
