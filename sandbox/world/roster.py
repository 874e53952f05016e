"""Who works in the sandbox's company, by the same ids in every vendor."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """
    One person or queue. `salesforce` is an 18-character id, `hubspot` an owner id.

    `pipedrive` is a user's id; queues are nobody there. `zone` is where they say they work.
    """

    name: str
    email: str
    salesforce: str
    hubspot: str
    active: bool = True
    queue: bool = False
    zone: str = "GMT"

    @property
    def pipedrive(self) -> int:
        return 10_000 + int(self.hubspot)


REPS = (
    Seat(
        name="Ana Ruiz",
        email="ana@example.com",
        salesforce="005fT00000001qAQAQ",
        hubspot="4471",
        zone="Europe/Madrid",
    ),
    Seat(
        name="Ben Okafor",
        email="ben@example.com",
        salesforce="005fT00000002qAQAQ",
        hubspot="4472",
        zone="Europe/London",
    ),
    Seat(
        name="Chloe Martin",
        email="chloe@example.com",
        salesforce="005fT00000003qAQAQ",
        hubspot="4473",
        zone="Europe/Paris",
    ),
    Seat(
        name="Dieter Vogel",
        email="dieter@example.com",
        salesforce="005fT00000004qAQAQ",
        hubspot="4474",
        zone="Europe/Berlin",
    ),
    Seat(
        name="Emma Clark",
        email="emma@example.com",
        salesforce="005fT00000005qAQAQ",
        hubspot="4475",
        zone="America/New_York",
    ),
    Seat(
        name="Frank Miller",
        email="frank@example.com",
        salesforce="005fT00000006qAQAQ",
        hubspot="4476",
        zone="America/Chicago",
    ),
    Seat(
        name="Grace Kim",
        email="grace@example.com",
        salesforce="005fT00000007qAQAQ",
        hubspot="4477",
        zone="America/Los_Angeles",
    ),
    Seat(
        name="Hiro Tanaka",
        email="hiro@example.com",
        salesforce="005fT00000008qAQAQ",
        hubspot="4478",
        zone="Asia/Singapore",
    ),
    Seat(
        name="Ines Duarte",
        email="ines@example.com",
        salesforce="005fT00000009qAQAQ",
        hubspot="4479",
        zone="Europe/Lisbon",
    ),
    Seat(
        name="Jack Reilly",
        email="jack@example.com",
        salesforce="005fT00000010qAQAQ",
        hubspot="4480",
        zone="America/New_York",
    ),
)
LEFT_THE_COMPANY = Seat(
    name="Olga Left",
    email="olga@example.com",
    salesforce="005fT0000009ZqAQAU",
    hubspot="4490",
    active=False,
)
INTEGRATION_USER = Seat(
    name="Integration User",
    email="integration@example.com",
    salesforce="005fT0000000IqAQAU",
    hubspot="4491",
)
ADMIN = Seat(
    name="Admin User", email="admin@example.com", salesforce="005fT0000000AqAQAU", hubspot="4492"
)
INBOUND_DESK = Seat(
    name="Inbound desk",
    email="inbound@example.com",
    salesforce="00GfT0000001DqAUAU",
    hubspot="9001",
    queue=True,
)
WEB_LEADS = Seat(
    name="Web leads",
    email="web@example.com",
    salesforce="00GfT0000002WqAUAU",
    hubspot="9002",
    queue=True,
)
"""The Salesforce queue where web-to-lead puts new leads: it means "nobody yet"."""

EVERYBODY = (*REPS, LEFT_THE_COMPANY, INTEGRATION_USER, ADMIN, INBOUND_DESK, WEB_LEADS)
