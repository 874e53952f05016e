"""What a person does to a running sandbox with curl: owners leave, leads are taken, logins open."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import CertificateBuilder, Name, NameAttribute, random_serial_number
from cryptography.x509.oid import NameOID

from sandbox.salesforce.sessions import CLIENT_ID
from sandbox.town import Town
from sandbox.world.roster import ADMIN, INTEGRATION_USER, WEB_LEADS

_JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
Order = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with Town.open(7, 60) as town:
        yield town


@pytest.fixture
def order(town: Town) -> Order:
    def send(vendor: str, **asked: Any) -> httpx.Response:
        return httpx.post(f"{town.addresses[vendor]}/_sandbox/people", json=asked, timeout=10)

    return send


def test_a_user_leaves_and_comes_back(town: Town, order: Order):
    someone = next(each for each in town.vendors.salesforce.users if each != ADMIN.salesforce)
    assert order("salesforce", deactivate=someone).json() == {"ok": True}
    assert town.vendors.salesforce.users[someone]["IsActive"] is False
    listed = httpx.get(f"{town.addresses['salesforce']}/_sandbox/people", timeout=10).json()
    assert [each["active"] for each in listed if each["id"] == someone] == [False]
    order("salesforce", activate=someone)
    assert town.vendors.salesforce.users[someone]["IsActive"] is True


def test_an_owner_of_the_portal_leaves(town: Town, order: Order):
    order("hubspot", deactivate=ADMIN.hubspot)
    assert town.vendors.hubspot.owners[ADMIN.hubspot].archived
    order("hubspot", activate=ADMIN.hubspot)
    assert not town.vendors.hubspot.owners[ADMIN.hubspot].archived


def test_a_person_takes_a_record(town: Town, order: Order):
    lead, contact = (
        next(iter(town.vendors.salesforce.leads)),
        next(iter(town.vendors.hubspot.contacts)),
    )
    assert order("salesforce", give=lead, to=ADMIN.salesforce).status_code == 200
    assert town.vendors.salesforce.leads[lead]["OwnerId"] == ADMIN.salesforce
    assert order("hubspot", give=contact, to=None).status_code == 200
    values = town.vendors.hubspot.contacts[contact].state.values
    assert not values.get("hubspot_owner_id")


def test_an_owner_calls_at_the_press_of_a_button(town: Town):
    """Whoever watches the demo stops a clock; of a queue's lead there is no button to press."""
    org, portal = town.vendors.salesforce, town.vendors.hubspot
    lead = next(iter(org.leads))
    contact = next(iter(portal.contacts))
    org.person_sets_owner(lead, ADMIN.salesforce)
    portal.person_sets_owner(contact, ADMIN.hubspot)
    for vendor, record, made in (
        ("salesforce", lead, lambda: len(org.records.of("Task"))),
        ("hubspot", contact, lambda: len(portal.shelves["calls"].records)),
    ):
        address, before = town.addresses[vendor], made()
        page = httpx.get(address, timeout=10).text
        assert f'<form method="post" action="/_sandbox/call/{record}">' in page
        pressed = httpx.post(f"{address}/_sandbox/call/{record}", timeout=10)
        assert (pressed.status_code, pressed.headers["location"]) == (303, "/")
        assert made() == before + 1
    org.person_sets_owner(lead, WEB_LEADS.salesforce)
    refused = httpx.post(f"{town.addresses['salesforce']}/_sandbox/call/{lead}", timeout=10)
    assert refused.status_code == 422
    assert "give it to a person" in refused.json()["error"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"deactivate": "005"}, "'005' is nobody's id here; there are 005"),
        ({"deactivate": WEB_LEADS.salesforce}, "is a queue: only people are deactivated"),
        ({"give": "00Q", "to": ADMIN.salesforce}, "'00Q' is no Lead here"),
        ({"give": "00Q", "to": None}, "'00Q' is no Lead here"),
        ({"fire": "005"}, '{"deactivate": OWNER}'),
        ({"deactivate": 5}, '{"deactivate": OWNER}'),
        ({"deactivate": ADMIN.salesforce, "to": "x"}, '{"deactivate": OWNER}'),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_can(
    order: Order, asked: dict[str, Any], says: str
):
    answer = order("salesforce", **asked)
    assert (answer.status_code, says in answer.json()["error"]) == (422, True)


def _certificate(key: rsa.RSAPrivateKey) -> bytes:
    name = Name([NameAttribute(NameOID.COMMON_NAME, "firsttouch")])
    now = datetime.now(UTC)
    built = CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = built.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    signed = dated.serial_number(random_serial_number()).sign(key, SHA256())
    return signed.public_bytes(Encoding.PEM)


@pytest.mark.parametrize("form", ["certificate", "public key"])
def test_the_app_takes_a_certificate_and_then_a_jwt(town: Town, form: str):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    base = town.addresses["salesforce"]
    claims = {
        "iss": CLIENT_ID,
        "sub": INTEGRATION_USER.email,
        "aud": "https://test.salesforce.com",
        "exp": datetime.now(UTC) + timedelta(minutes=3),
    }
    asked = {"grant_type": _JWT, "assertion": jwt.encode(claims, key, algorithm="RS256")}
    assert httpx.post(f"{base}/services/oauth2/token", data=asked, timeout=10).status_code == 400
    pem = _certificate(key) if form == "certificate" else public
    told = httpx.post(f"{base}/_sandbox/certificate", content=pem, timeout=10).json()
    assert told["certificate"] is True
    assert httpx.post(f"{base}/services/oauth2/token", data=asked, timeout=10).status_code == 200


def test_what_is_no_certificate_is_refused(town: Town):
    base = town.addresses["salesforce"]
    answer = httpx.post(f"{base}/_sandbox/certificate", content=b"mine", timeout=10)
    assert (answer.status_code, "PEM form" in answer.json()["error"]) == (422, True)


def test_logins_are_opened_and_closed(town: Town):
    base = town.addresses["salesforce"]
    told = httpx.post(f"{base}/_sandbox/logins", json={"password_flow": True}, timeout=10).json()
    assert (told["password_flow"], told["soap_login"]) == (True, False)
    assert told["usernames"] == [INTEGRATION_USER.email]
    orders: list[Any] = [{"password": True}, {"soap_login": "yes"}, []]
    for wrong in orders:
        answer = httpx.post(f"{base}/_sandbox/logins", json=wrong, timeout=10)
        assert (answer.status_code, "preauthorized" in answer.json()["error"]) == (422, True)
    assert httpx.get(f"{base}/_sandbox/logins", timeout=10).json() == told
    httpx.post(f"{base}/_sandbox/logins", json={"password_flow": False}, timeout=10)
