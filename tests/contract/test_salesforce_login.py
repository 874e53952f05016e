"""Each way into an org, and what the error names when it is not one."""

import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from connectors.salesforce.credentials import Login
from connectors.salesforce.login import ask_for_token
from connectors.salesforce.settings import SalesforceSettings
from connectors.salesforce.usage import Usage
from connectors.salesforce.wire import new_session
from leads.errors import AuthError, ConfigError, TransientError
from sandbox.faults import Fault, FaultKind
from sandbox.salesforce.doors import PASSWORD, SECURITY_TOKEN
from sandbox.salesforce.sessions import CLIENT_ID, CLIENT_SECRET
from sandbox.world.roster import INTEGRATION_USER
from tests.contract.salesforce_stage import SalesforceStage
from tests.contract.stage import Options, problems, requests

PREFIX = "FIRSTTOUCH_SALESFORCE_"
APP = {"CLIENT_ID": CLIENT_ID, "CLIENT_SECRET": CLIENT_SECRET}
USER = {"USERNAME": INTEGRATION_USER.email, "PASSWORD": PASSWORD, "SECURITY_TOKEN": SECURITY_TOKEN}
NO_APP = {"CLIENT_ID": "", "CLIENT_SECRET": ""}
WHERE = {"BASE_URL": "http://127.0.0.1:1"}


@pytest.fixture
def stage() -> Iterator[SalesforceStage]:
    with SalesforceStage.open() as opened:
        opened.ground.clock.release()  # an assertion's life is told by the real clock
        yield opened


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    encryption: KeySerializationEncryption | None = None,
) -> str:
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())
    return text.decode()


def certificate(key: rsa.RSAPrivateKey) -> str:
    form = PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(Encoding.PEM, form).decode()


def variables(*parts: Mapping[str, str]) -> dict[str, str]:
    return {PREFIX + name: text for part in parts for name, text in part.items()}


def jwt_variables(key: rsa.RSAPrivateKey, **more: str) -> dict[str, str]:
    own = {"CLIENT_SECRET": "", "USERNAME": INTEGRATION_USER.email, "PRIVATE_KEY": pem(key)}
    return variables(own, more)


def pulls(stage: SalesforceStage, environ: Mapping[str, str]) -> int:
    source = stage.source(Options(environ=environ, connection={"attempts": 2}))
    return sum(len(page.records) for page in source.pull(None))


def test_a_jwt_opens_the_door_and_is_renewed(stage: SalesforceStage, key: rsa.RSAPrivateKey):
    stage.org.doors.certificate = certificate(key)
    stage.add(1, at=datetime.now(UTC))
    assert pulls(stage, jwt_variables(key)) == 1
    stage.org.expire_tokens()
    assert pulls(stage, jwt_variables(key)) == 1


def test_a_key_may_be_in_a_file_or_on_one_line(
    stage: SalesforceStage, key: rsa.RSAPrivateKey, tmp_path: Path
):
    stage.org.doors.certificate = certificate(key)
    path = tmp_path / "key.pem"
    path.write_text(pem(key))
    in_file = jwt_variables(key, PRIVATE_KEY="", PRIVATE_KEY_FILE=str(path))
    assert pulls(stage, in_file) == 0
    assert pulls(stage, jwt_variables(key, PRIVATE_KEY=pem(key).replace("\n", "\\n"))) == 0


@pytest.mark.parametrize("wrong", ["key", "user", "app", "approval", "domain", "clock"])
def test_an_assertion_that_is_not_good(stage: SalesforceStage, key: rsa.RSAPrivateKey, wrong: str):
    stage.org.doors.certificate = certificate(key)
    environ, connection = jwt_variables(key), {}
    match wrong:
        case "key":
            environ = jwt_variables(rsa.generate_private_key(public_exponent=65537, key_size=2048))
        case "user":
            environ = jwt_variables(key, USERNAME="nobody@example.com")
        case "app":
            environ = jwt_variables(key, CLIENT_ID="another")
        case "approval":
            stage.org.doors.preauthorized = False
        case "domain":
            connection = {"domain": "another.my"}
        case _:
            stage.ground.clock.set(datetime.now(UTC) + timedelta(minutes=10))
    with pytest.raises(AuthError, match="holds the certificate") as caught:
        list(stage.source(Options(environ=environ, connection=connection)).pull(None))
    assert CLIENT_ID not in str(caught.value)


@pytest.mark.parametrize(
    ("environ", "login"),
    [
        (variables(APP, USER), Login.USERNAME),
        (variables(NO_APP, USER), Login.SOAP),
    ],
)
def test_a_password_opens_the_door_and_is_warned_about(
    stage: SalesforceStage,
    caplog: pytest.LogCaptureFixture,
    environ: Mapping[str, str],
    login: Login,
):
    stage.org.doors.password_flow = stage.org.doors.soap_login = True
    stage.ground.clock.set(datetime(2026, 11, 22, 12, tzinfo=UTC))
    crm = stage.crm(Options(environ=environ))
    with caplog.at_level(logging.WARNING):
        crm.unowned()
        stage.org.expire_tokens()
        list(crm.pull(None))
    told = [r.getMessage() for r in caplog.records if r.name == "connectors.salesforce"]
    assert len(told) == 1
    assert "deprecated" in told[0]
    assert any("deprecated" in finding for finding in problems(crm))
    path = "/Soap/u/64.0" if login is Login.SOAP else "/oauth2/token"
    assert requests(stage, path) == 2


@pytest.mark.parametrize("environ", [variables(APP, USER), variables(NO_APP, USER)])
def test_an_org_may_have_the_password_logins_off(
    stage: SalesforceStage, environ: Mapping[str, str]
):
    with pytest.raises(AuthError, match="use client credentials"):
        pulls(stage, environ)


def test_a_wrong_password(stage: SalesforceStage):
    stage.org.doors.soap_login = True
    stage.ground.clock.set(datetime(2026, 11, 22, 12, tzinfo=UTC))
    with pytest.raises(AuthError, match="INVALID_LOGIN") as caught:
        pulls(stage, variables(NO_APP, USER, {"PASSWORD": "p4ssw0rd"}))
    assert "p4ssw0rd" not in str(caught.value)


def test_a_domain_with_api_in_its_name_keeps_it(stage: SalesforceStage):
    """simple-salesforce cuts "-api" out of the host that SOAP login() answers with."""
    stage.org.doors.soap_login = True
    stage.ground.clock.set(datetime(2026, 11, 22, 12, tzinfo=UTC))
    environ = variables(USER, {"BASE_URL": stage.url})
    settings = SalesforceSettings.from_environment({"domain": "acme-api.my"}, environ)
    with new_session(settings, Usage(0.1)) as session:
        _, instance = ask_for_token(settings, session)
    assert instance == "acme-api.my.salesforce.com"


def test_a_netrc_entry_does_not_replace_our_token(
    stage: SalesforceStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert pulls(stage, {}) == 0


def test_soap_login_is_gone_in_summer_27(stage: SalesforceStage):
    stage.org.doors.soap_login = True
    stage.ground.clock.set(datetime(2027, 6, 1, tzinfo=UTC))
    with pytest.raises(AuthError, match="UNSUPPORTED_API_VERSION"):
        pulls(stage, variables(NO_APP, USER))


@pytest.mark.parametrize(
    "kind", [FaultKind.HTML_ERROR, FaultKind.SERVER_ERROR, FaultKind.MALFORMED]
)
def test_a_soap_login_server_that_is_down_does_not_blame_the_password(
    stage: SalesforceStage, kind: FaultKind
):
    stage.org.doors.soap_login = True
    down = Fault(kind=kind, path="/Soap/u")
    stage.ground.faults.script(down, down)
    with pytest.raises(TransientError):
        pulls(stage, variables(NO_APP, USER))


@pytest.mark.parametrize("way", ["client credentials", "JWT", "user name"])
def test_a_login_refused_in_a_list_may_pass_and_blames_no_secret(
    stage: SalesforceStage, key: rsa.RSAPrivateKey, way: str
):
    """An org over its limit answers a login as it does everything: with a JSON list."""
    stage.org.doors.certificate, stage.org.doors.password_flow = certificate(key), True
    environ = {
        "client credentials": {},
        "JWT": jwt_variables(key),
        "user name": variables(APP, USER),
    }[way]
    refused = Fault(kind=FaultKind.RATE_LIMITED, path="/oauth2/token")
    stage.ground.faults.script(refused)
    assert pulls(stage, environ) == 0, "the second try is answered"
    stage.ground.faults.script(refused, refused)
    with pytest.raises(TransientError, match="in a form that logins have not: is the org over"):
        pulls(stage, environ)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, ["CLIENT_ID is not set", "CLIENT_SECRET is not set"]),
        ({"CLIENT_ID": "id"}, ["CLIENT_SECRET is not set"]),
        ({**APP, "USERNAME": "u"}, ["USERNAME is set, which login by client credentials"]),
        ({"PASSWORD": "p"}, ["USERNAME is not set"]),
        ({"SECURITY_TOKEN": "t", "USERNAME": "u"}, ["PASSWORD is not set"]),
        ({"USERNAME": "u", "PASSWORD": "p", "CLIENT_ID": "i"}, ["CLIENT_SECRET is not set"]),
        ({"PRIVATE_KEY": "k"}, ["CLIENT_ID is not set", "USERNAME is not set"]),
        ({"PRIVATE_KEY": "k", "USERNAME": "u", **APP}, ["CLIENT_SECRET is set"]),
        ({"PRIVATE_KEY": "k", "CLIENT_ID": "i", **USER}, ["PASSWORD is set", "TOKEN is set"]),
        ({"PRIVATE_KEY": "k", "USERNAME": "u", "CLIENT_ID": "i"}, ["is not a private key"]),
        (
            {"PRIVATE_KEY": "k", "PRIVATE_KEY_FILE": "f", "USERNAME": "u", "CLIENT_ID": "i"},
            ["are both set"],
        ),
        (
            {"PRIVATE_KEY_FILE": "no/such/file", "USERNAME": "u", "CLIENT_ID": "i"},
            ["names a file that cannot be read"],
        ),
    ],
)
def test_what_the_variables_lack_or_contradict_is_named(given: dict[str, str], told: list[str]):
    with pytest.raises(ConfigError) as caught:
        SalesforceSettings.from_environment({}, variables(WHERE, given))
    problems = caught.value.problems
    assert len(problems) == len(told)
    assert all(words in problem for words, problem in zip(told, problems, strict=True))
    assert all(PREFIX in problem for problem in problems)


def test_keys_salesforce_or_we_cannot_use(key: rsa.RSAPrivateKey):
    curve = pem(ec.generate_private_key(ec.SECP256R1()))
    locked = pem(key, BestAvailableEncryption(b"secret"))
    for text, words in ((curve, "is not an RSA key"), (locked, "is encrypted")):
        given = {"PRIVATE_KEY": text, "USERNAME": "u", "CLIENT_ID": "i"}
        with pytest.raises(ConfigError, match=words) as caught:
            SalesforceSettings.from_environment({}, variables(WHERE, given))
        assert "PRIVATE KEY-" not in str(caught.value)
