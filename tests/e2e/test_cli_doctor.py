"""`firsttouch doctor` as a person meets it: what it prints, as JSON too, and how it ends."""

import json
from pathlib import Path

import pytest
import yaml

from sandbox.town import Town
from tests.e2e.town_case import quick_config

SECRETS = {
    "FIRSTTOUCH_META_ADS_VERIFY_TOKEN": "verify",
    "FIRSTTOUCH_HUBSPOT_CLIENT_SECRET": "secret",
    "FIRSTTOUCH_WEBHOOK_SECRET": "secret",
}


@pytest.fixture
def town():
    with Town.open(seed=21, leads=60) as opened:
        yield opened


def findings(ended, source: str, severity: str) -> list[str]:
    told = json.loads(ended.out)[source]
    return [each["finding"] for each in told if each["severity"] == severity]


def change_owners(folder: Path, **crm_ids: dict[str, str]) -> None:
    """Give owners of the configuration in `folder` other ids in a CRM."""
    for file in folder.glob("*.yaml"):
        document = yaml.safe_load(file.read_text())
        for owner in document.get("owners", ()):
            owner["crm"].update(crm_ids.get(owner["id"], {}))
        file.write_text(yaml.safe_dump(document, allow_unicode=True))


def test_a_sound_installation(in_town, town, tmp_path):
    none = {"FIRSTTOUCH_STORE": f"sqlite:///{tmp_path}/none.db"}
    ended = in_town(town, "doctor", environment={**SECRETS, **none})
    assert ended.code == 0, ended.out
    assert "salesforce: sound" in ended.out
    assert "\n  ok      login: " in ended.out
    assert "  error " not in ended.out
    assert "warning" not in ended.out
    assert "\nstore:\n  - there is none yet in " in ended.out
    assert "none.db: `firsttouch sync` makes it" in ended.out


def test_owners_the_crm_lacks_or_has_deactivated(in_town, town, tmp_path):
    config = quick_config(tmp_path / "config")
    known = json.loads(in_town(town, "doctor", "--json", environment=SECRETS).out)
    assert known["hubspot"]
    gone = next(owner for owner in town.vendors.hubspot.owners.values() if owner.archived)
    ids = [owner["id"] for owner in yaml.safe_load((config / "owners.yaml").read_text())["owners"]]
    first, second = ids[:2]
    change_owners(config, **{first: {"hubspot": gone.id}, second: {"hubspot": "404404"}})
    ended = in_town(town, "doctor", "--config", config, "--json", environment=SECRETS)
    assert ended.code == 1
    (missing,) = findings(ended, "hubspot", "error")
    (left,) = findings(ended, "hubspot", "warning")
    assert f"owner {first}: {gone.id} is deactivated in hubspot" in left
    assert f"owner {second}: hubspot has no owner 404404; its e-mail address is that of" in missing
    assert findings(ended, "salesforce", "error") == []


def test_a_source_without_its_settings_keeps_no_other_from_being_looked_at(in_town, town):
    bare = {"FIRSTTOUCH_META_ADS_APP_SECRET": ""}
    ended = in_town(town, "doctor", "--json", environment={**SECRETS, **bare})
    assert ended.code == 1
    (finding,) = findings(ended, "meta_ads", "error")
    assert finding == "meta_ads: FIRSTTOUCH_META_ADS_APP_SECRET is not set in the environment"
    assert findings(ended, "hubspot", "error") == []


def test_a_block_that_cannot_be_read_is_told_and_so_is_everything_else(in_town, town):
    unread = {
        "FIRSTTOUCH_HUBSPOT_CREDENTIALS": "credentials-block:nobodys",
        "FIRSTTOUCH_HUBSPOT_TOKEN": "",
        "PREFECT_API_URL": "",
    }
    ended = in_town(town, "doctor", "--json", environment={**SECRETS, **unread})
    assert (ended.code, ended.err) == (1, "")
    told = json.loads(ended.out)
    assert next(iter(told)) == "blocks"
    (block,) = told["blocks"]
    assert block["about"] == "FIRSTTOUCH_HUBSPOT_CREDENTIALS"
    assert "Prefect's credentials block 'nobodys': " in block["finding"]
    assert findings(ended, "hubspot", "error")
    assert findings(ended, "salesforce", "error") == []
    assert "login" in {each["about"] for each in told["salesforce"]}


def test_where_no_source_has_its_block_that_is_told_of_each(in_town, town):
    names = [each for each in town.environment if "BASE_URL" not in each]
    unread = {**dict.fromkeys(names, ""), **dict.fromkeys(names[:2], "secret-block:gone")}
    ended = in_town(town, "doctor", "--json", environment={**unread, "PREFECT_API_URL": ""})
    assert (ended.code, ended.err) == (1, "")
    assert [each["about"] for each in json.loads(ended.out)["blocks"]] == names[:2]


NO_CRM = ("HUBSPOT_TOKEN", "SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET")


def test_one_source_is_looked_over_before_any_other_has_its_secrets(in_town, town, tmp_path):
    config = quick_config(tmp_path / "config")
    file = config / "sources.yaml"
    file.write_text(file.read_text().replace("which_product?", "which_product"))
    bare = dict.fromkeys((f"FIRSTTOUCH_{name}" for name in NO_CRM), "")
    asked = ("doctor", "--source", "meta_ads", "--config", config, "--json")
    ended = in_town(town, *asked, environment={**SECRETS, **bare})
    assert (ended.code, ended.err) == (1, "")
    (lacking,) = findings(ended, "meta_ads", "error")
    assert lacking == "hubspot: FIRSTTOUCH_HUBSPOT_TOKEN is not set in the environment"
    told = json.loads(ended.out)["meta_ads"]
    assert {"login", "token", "pages"} <= {each["about"] for each in told}
    assert findings(ended, "meta_ads", "warning") == []  # a question spelt in another way is found
    both = in_town(town, "doctor", "--source", "salesforce", environment=bare)
    assert (both.code, both.err) == (1, "")
    assert both.out.count("is not set in the environment") == 2
    unknown = in_town(town, "doctor", "--source", "meta", environment=bare)
    assert (unknown.code, "source 'meta' is not configured: choose" in unknown.err) == (2, True)


def test_a_channel_without_an_address_is_a_finding_as_others_are(in_town, town, tmp_path):
    config = quick_config(tmp_path / "config")
    (config / "notify.yaml").write_text(
        "notify: {channels: {slack: FT_SLACK, mail: FT_MAIL}, everyone: [slack, mail]}"
    )
    environment = {**SECRETS, "FT_MAIL": "json://localhost", "FT_SLACK": " "}
    ended = in_town(town, "doctor", "--config", config, "--json", environment=environment)
    assert ended.code == 0
    (told,) = findings(ended, "notify", "warning")
    assert told.startswith("FT_SLACK is not set, so that nobody is told by it: set it")
    assert findings(ended, "notify", "ok") == ["FT_MAIL is set"]


def test_statuses_nobody_has_are_an_error_and_a_rule_that_fights_a_warning(in_town, town, tmp_path):
    town.vendors.salesforce.assignment_rule_owner = next(iter(town.vendors.salesforce.users))
    config = quick_config(tmp_path / "config", salesforce={"intake": {"statuses": ["Open"]}})
    ended = in_town(town, "doctor", "--source", "salesforce", "--config", config, "--json")
    assert ended.code == 1
    (status,) = findings(ended, "salesforce", "error")
    assert "'Open' is not a Lead status there" in status
    assert any("'Inbound leads' is active" in f for f in findings(ended, "salesforce", "warning"))


def test_doors_that_are_closed_are_warnings(in_town, town):
    closed = {"FIRSTTOUCH_META_ADS_VERIFY_TOKEN": ""}
    ended = in_town(town, "doctor", "--json", environment=closed)
    assert ended.code == 0
    assert any(
        "/webhooks/meta answers 503: FIRSTTOUCH_META_ADS_VERIFY_TOKEN is not set" in finding
        for finding in findings(ended, "meta_ads", "warning")
    )


def test_one_source_is_told_of_and_no_other(in_town, town):
    closed = {**SECRETS, "FIRSTTOUCH_META_ADS_VERIFY_TOKEN": ""}
    ended = in_town(town, "doctor", "--source", "hubspot", environment=closed)
    assert ended.code == 0
    assert "/webhooks/hubspot is open" in ended.out
    for other in ("salesforce", "/webhooks/meta", "google", "linkedin", "/webhooks/webhook"):
        assert other not in ended.out
    told = json.loads(in_town(town, "doctor", "--source", "hubspot", "--json").out)
    parts = {"webhooks", "failing", "slowed", "left_out", "calls"}
    assert set(told) == {"hubspot", *parts}


def test_nothing_is_said_twice(in_town, town):
    closed = {**SECRETS, "FIRSTTOUCH_META_ADS_VERIFY_TOKEN": ""}
    for environment in ({**closed, "FIRSTTOUCH_HUBSPOT_TOKEN": "pat-of-nobody"},):
        in_town(town, "sync", "--source", "hubspot", environment=environment)
        ended = in_town(town, "doctor", environment=environment)
    lines = [line.strip(" -") for line in ended.out.splitlines()]
    assert sum("FIRSTTOUCH_META_ADS_VERIFY_TOKEN" in line for line in lines) == 1
    (failing,) = [line for line in lines if "in a row" in line]
    assert failing.startswith("hubspot: 1 failure in a row (since ")
    assert failing.endswith("): its login, as found above")


def test_a_wrong_secret_is_one_finding_and_every_failure_has_a_reason(in_town, town):
    wrong = dict.fromkeys(
        (
            *("FIRSTTOUCH_SALESFORCE_CLIENT_SECRET", "FIRSTTOUCH_HUBSPOT_TOKEN"),
            *("FIRSTTOUCH_META_ADS_TOKEN", "FIRSTTOUCH_LINKEDIN_ADS_TOKEN"),
            "FIRSTTOUCH_GOOGLE_ADS_REFRESH_TOKEN",
        ),
        "wrong",
    )
    in_town(town, "sync", environment=wrong)
    ended = in_town(town, "doctor", "--json", environment=wrong)
    told = json.loads(ended.out)
    assert len(told["failing"]) == len(told["alerts"]) == len(wrong)
    assert all(each.endswith("its login, as found above") for each in told["failing"])
    assert all(each.endswith("its login, as found above") for each in told["alerts"])
    for source in ("salesforce", "hubspot", "meta_ads", "linkedin_ads", "google_ads"):
        assert len(findings(ended, source, "error")) == 1
    for name in wrong:
        assert ended.out.count(name) == 1


def test_salesforce_s_road_is_a_flow(in_town, town):
    closed = {"FIRSTTOUCH_WEBHOOK_SECRET": "", "FIRSTTOUCH_WEBHOOK_TOKEN": ""}
    unsigned = "is open, but answers 503 to ids by token: FIRSTTOUCH_WEBHOOK_TOKEN is not set"
    for environment, door in (
        ({**SECRETS, "FIRSTTOUCH_WEBHOOK_TOKEN": ""}, unsigned),
        ({**SECRETS, "FIRSTTOUCH_WEBHOOK_TOKEN": "token"}, "is open (docs"),
        (closed, "answers 503: FIRSTTOUCH_WEBHOOK_"),
    ):
        ended = in_town(town, "doctor", "--source", "salesforce", environment=environment)
        assert f"a record-triggered Flow may call /webhooks/webhook, which {door}" in ended.out
        assert "docs/salesforce.md, 5" in ended.out
