"""Connectors are built from the configuration and the environment, or the error names the key."""

from typing import Any

import pytest

from connectors.registry import KINDS, Kind, build
from connectors.setup import Intake, SourceSetup
from leads.errors import ConfigError
from leads.normalise.vocabulary import Vocabulary

ENVIRON = {
    "FIRSTTOUCH_SALESFORCE_CLIENT_ID": "id",
    "FIRSTTOUCH_SALESFORCE_CLIENT_SECRET": "very-secret",
    "FIRSTTOUCH_HUBSPOT_TOKEN": "very-secret",
    "FIRSTTOUCH_PIPEDRIVE_TOKEN": "very-secret",
    "FIRSTTOUCH_META_ADS_TOKEN": "very-secret",
    "FIRSTTOUCH_META_ADS_APP_SECRET": "very-secret",
    "FIRSTTOUCH_GOOGLE_ADS_DEVELOPER_TOKEN": "very-secret",
    "FIRSTTOUCH_GOOGLE_ADS_CLIENT_ID": "very-secret",
    "FIRSTTOUCH_GOOGLE_ADS_CLIENT_SECRET": "very-secret",
    "FIRSTTOUCH_GOOGLE_ADS_REFRESH_TOKEN": "very-secret",
    "FIRSTTOUCH_LINKEDIN_ADS_TOKEN": "very-secret",
}
CREDENTIALS = [name for name in KINDS if name not in ("csv_file", "webhook")]
OBJECTS = {"salesforce": "Lead", "hubspot": "contacts", "meta_ads": "leads"}
CONNECTIONS: dict[str, dict[str, Any]] = {
    "salesforce": {"domain": "acme.my"},
    "hubspot": {},
    "meta_ads": {},
}
CONNECTIONS |= {"google_ads": {"customer_ids": [1234567890]}}
CONNECTIONS |= {
    "pipedrive": {},
    "linkedin_ads": {},
    "csv_file": {"path": "leads.csv"},
    "webhook": {},
}


def setup(name: str) -> SourceSetup:
    intake = Intake(object=OBJECTS.get(name, "rows"))
    return SourceSetup(name=name, intake=intake, vocabulary=Vocabulary())


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_built_without_asking_anybody(name: str):
    connector = build(name, setup(name), CONNECTIONS[name], ENVIRON)
    assert connector.name == name
    connector.close()


@pytest.mark.parametrize("name", CREDENTIALS)
def test_variables_not_set_are_named(name: str):
    wanted = [v for v in ENVIRON if v.startswith(f"FIRSTTOUCH_{name.upper()}_")]
    with pytest.raises(ConfigError) as caught:
        build(name, setup(name), CONNECTIONS[name], {})
    assert len(caught.value.problems) == len(wanted)
    assert all(variable in str(caught.value) for variable in wanted)


@pytest.mark.parametrize("name", KINDS)
def test_a_wrong_key_is_named_and_no_secret_is_shown(name: str):
    connection = {**CONNECTIONS[name], "page_sise": 5, "read_timeout": -1}
    with pytest.raises(ConfigError) as caught:
        build(name, setup(name), connection, ENVIRON)
    assert f"sources.{name}.connection.page_sise" in str(caught.value)
    assert f"sources.{name}.connection.read_timeout" in str(caught.value)
    assert "very-secret" not in str(caught.value)


def test_a_file_without_a_path_is_refused():
    with pytest.raises(ConfigError, match=r"sources.csv_file.connection.path: Field required"):
        build("csv_file", setup("csv_file"), {}, {})


def test_an_org_without_an_address_is_refused():
    with pytest.raises(ConfigError, match=r"domain is missing.*--domain acme.my"):
        build("salesforce", setup("salesforce"), {}, ENVIRON)


def test_the_environment_goes_over_the_file():
    environ = {**ENVIRON, "FIRSTTOUCH_SALESFORCE_BASE_URL": "http://127.0.0.1:9"}
    build("salesforce", setup("salesforce"), {"base_url": "http://127.0.0.1:8"}, environ).close()
    build("salesforce", setup("salesforce"), {}, environ).close()


@pytest.mark.parametrize("number", ["12345", "908-070-60", "my account", "12345678901"])
def test_a_wrong_variable_is_named_and_told_in_words(number: str):
    variable = "FIRSTTOUCH_GOOGLE_ADS_LOGIN_CUSTOMER_ID"
    with pytest.raises(ConfigError) as caught:
        build(
            "google_ads",
            setup("google_ads"),
            CONNECTIONS["google_ads"],
            {**ENVIRON, variable: number},
        )
    (problem,) = caught.value.problems
    assert problem.startswith(f"google_ads: {variable} in the environment: ")
    assert "ten digits, no dashes" in problem
    assert "connection." not in problem
    assert "\\d" not in problem


def test_a_wrong_number_in_the_file_is_told_at_its_key():
    wrong = {"customer_ids": ["123-456-7890", "12"], "login_customer_id": "9080706050"}
    with pytest.raises(ConfigError) as caught:
        build("google_ads", setup("google_ads"), wrong, ENVIRON)
    (problem,) = caught.value.problems
    assert problem.startswith("sources.google_ads.connection.customer_ids.1: ")
    assert "ten digits" in problem


def test_no_account_at_all_names_both_places():
    with pytest.raises(ConfigError) as caught:
        build("google_ads", setup("google_ads"), {}, ENVIRON)
    (problem,) = caught.value.problems
    assert "sources.google_ads.connection.customer_ids" in problem
    assert "FIRSTTOUCH_GOOGLE_ADS_CUSTOMER_IDS" in problem


def test_other_variables_are_told_in_words_too():
    environ = {
        **ENVIRON,
        "FIRSTTOUCH_LINKEDIN_ADS_ACCOUNTS": "512345678,acme",
        "FIRSTTOUCH_LINKEDIN_ADS_BASE_URL": "localhost:8080",
    }
    with pytest.raises(ConfigError) as caught:
        build("linkedin_ads", setup("linkedin_ads"), {}, environ)
    accounts, address = sorted(caught.value.problems)
    assert accounts == (
        "linkedin_ads: FIRSTTOUCH_LINKEDIN_ADS_ACCOUNTS in the environment: an id is digits only, "
        "as in 512345678, or a URN that ends with them"
    )
    assert address.startswith("linkedin_ads: FIRSTTOUCH_LINKEDIN_ADS_BASE_URL in the environment:")
    assert "begins with https://" in address


def test_a_source_nobody_knows_is_told_what_there_is():
    known = ", ".join(sorted(KINDS))
    with pytest.raises(ConfigError, match=f"there are: {known}"):
        build("sugar", setup("sugar"), {}, ENVIRON)


def test_an_object_that_cannot_be_read_is_refused():
    wrong = SourceSetup(name="salesforce", intake=Intake(object="Contact"), vocabulary=Vocabulary())
    with pytest.raises(ConfigError, match="only Lead"):
        build("salesforce", wrong, CONNECTIONS["salesforce"], ENVIRON)


def test_kinds():
    crms = {name for name, kind in KINDS.items() if kind is Kind.CRM}
    assert crms == {"salesforce", "hubspot", "pipedrive"}
