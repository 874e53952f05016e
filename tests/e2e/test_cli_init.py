"""`firsttouch init` over HTTP: what it writes loads, and is what the CRMs have."""

from dataclasses import replace

import pytest
import yaml

from config.load import load
from leads.keys import PoolName
from sandbox.app import new_ground
from sandbox.pipedrive.account import PipedriveAccount
from sandbox.pipedrive.app import TOKEN as PIPEDRIVE_TOKEN
from sandbox.pipedrive.app import pipedrive_app
from sandbox.pipedrive.world import furnish
from sandbox.serve import serve_in_thread
from sandbox.town import Town
from sandbox.world.contacts import contact_texts
from sandbox.world.roster import INTEGRATION_USER, REPS


@pytest.fixture(scope="module")
def town():
    with Town.open(seed=29, leads=60) as opened:
        yield opened


def started(firsttouch, town, folder, *words, **environment):
    return firsttouch("init", folder, *words, environment={**town.environment, **environment})


def test_both_crms_make_a_configuration_that_is_sound(firsttouch, town, tmp_path):
    folder = tmp_path / "new"
    ended = started(firsttouch, town, folder)
    assert ended.code == 0, ended.err
    configuration = load(folder)
    assert set(configuration.sources) == {"salesforce", "hubspot"}
    assert not configuration.remarks
    sources = yaml.safe_load((folder / "sources.yaml").read_text())["sources"]
    assert set(sources["salesforce"]["intake"]["owners"]) == {"queue:Web leads", "Integration User"}
    assert sources["hubspot"]["intake"]["owners"] == [None]
    assert sources["hubspot"]["write"]["rule"] == "routing_rule"
    check = firsttouch("check", "--online", "--config", folder, environment=dict(town.environment))
    assert check.code == 0, check.out


def test_nothing_of_any_lead_is_in_it(firsttouch, town, tmp_path):
    ended = started(firsttouch, town, tmp_path / "new")
    written = ended.out + "".join(path.read_text() for path in (tmp_path / "new").iterdir())
    records = [each for crm in ("salesforce", "hubspot") for each in town.world.records[crm]]
    texts = {text for each in records for _, text in contact_texts(each.values)}
    assert not [text for text in texts if len(text) > 5 and text in written]


def test_time_zones_are_those_that_the_crms_have(firsttouch, town, tmp_path):
    """Salesforce has each user's; HubSpot the account's alone."""
    ended = started(firsttouch, town, tmp_path / "both")
    policy = load(tmp_path / "both").policy
    people = {owner.name: owner.timezone for owner in policy.owners.values()}
    assert people["Ana Ruiz"] == "Europe/Madrid"
    assert people["Grace Kim"] == "America/Los_Angeles"
    assert "the time zone is GMT, as salesforce's account has it" in ended.out
    started(firsttouch, town, tmp_path / "one", "--source", "hubspot")
    policy = load(tmp_path / "one").policy
    assert policy.timezone == "UTC"
    assert {owner.timezone for owner in policy.owners.values()} == {"UTC"}


@pytest.mark.parametrize(
    ("broken", "secret"),
    [
        ("hubspot", "FIRSTTOUCH_HUBSPOT_TOKEN"),
        ("salesforce", "FIRSTTOUCH_SALESFORCE_CLIENT_SECRET"),
    ],
)
def test_a_crm_that_refuses_us_is_said_and_left_out(firsttouch, town, tmp_path, broken, secret):
    folder = tmp_path / "new"
    ended = started(firsttouch, town, folder, **{secret: "wrong"})
    assert ended.code == 1
    assert f"{broken}: " in ended.err
    assert set(load(folder).sources) == {"salesforce", "hubspot"} - {broken}


def test_teams_of_the_crm_are_pools(firsttouch, tmp_path):
    with Town.open(seed=30, leads=60) as town:
        owners = town.vendors.hubspot.owners
        for each in list(owners.values())[:2]:
            owners[each.id] = replace(each, teams=("EMEA Sales",))
        ended = started(firsttouch, town, tmp_path / "new", "--source", "hubspot")
    assert ended.code == 0, ended.err
    assert len(load(tmp_path / "new").policy.pools[PoolName("team-emea-sales")].members) == 2


def test_with_none_that_answers_nothing_is_written(firsttouch, town, tmp_path):
    folder = tmp_path / "new"
    wrong = {"FIRSTTOUCH_HUBSPOT_TOKEN": "wrong"}
    ended = started(firsttouch, town, folder, "--source", "hubspot", **wrong)
    assert ended.code == 3
    assert not folder.exists()


def test_a_folder_with_something_in_it_is_refused(firsttouch, town, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    ended = started(firsttouch, town, tmp_path)
    assert ended.code == 2
    assert "not empty" in ended.err
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["notes.txt"]


def test_without_credentials_it_says_which(firsttouch, tmp_path):
    ended = firsttouch("init", tmp_path / "new", environment={})
    assert ended.code == 2
    assert "FIRSTTOUCH_HUBSPOT_TOKEN" in ended.err


@pytest.fixture
def pipedrive(town):
    """Its account, and what points us at it alone."""
    account = PipedriveAccount(new_ground("pipedrive"))
    account.limits.budget = 1_000_000
    furnish(account, town.world)
    with serve_in_thread(pipedrive_app(account)) as url:
        yield (
            account,
            {"FIRSTTOUCH_PIPEDRIVE_TOKEN": PIPEDRIVE_TOKEN, "FIRSTTOUCH_PIPEDRIVE_BASE_URL": url},
        )


def test_pipedrives_leads_are_nobodys_where_a_machine_has_them(firsttouch, pipedrive, tmp_path):
    account, environment = pipedrive
    folder = tmp_path / "new"
    label = account.add_label("Hot")  # a label is no status that all leads have
    for lead_id in list(account.leads)[:40]:
        account.person_edits(lead_id, label_ids=[label])
    ended = firsttouch("init", folder, environment=environment)
    assert (ended.code, ended.err) == (0, "")
    intake = yaml.safe_load((folder / "sources.yaml").read_text())["sources"]["pipedrive"]["intake"]
    assert intake.keys() == {"owners", "created_after"}
    assert intake["owners"] == ["Integration User"]
    policy = load(folder).policy
    people = {owner.name: owner for owner in policy.owners.values()}
    assert people["Ana Ruiz"].crm == {"pipedrive": str(REPS[0].pipedrive)}
    assert people["Grace Kim"].timezone == "America/Los_Angeles"
    assert "Integration User" not in people
    check = firsttouch("check", "--online", "--config", folder, environment=environment)
    assert check.code == 0, check.out


def test_somebody_is_one_owner_with_an_id_in_each_of_three_crms(
    firsttouch, town, pipedrive, tmp_path
):
    ended = started(firsttouch, town, tmp_path / "new", **pipedrive[1])
    assert ended.code == 0, ended.err
    configuration = load(tmp_path / "new")
    assert set(configuration.sources) == {"salesforce", "hubspot", "pipedrive"}
    (ana,) = (o for o in configuration.policy.owners.values() if o.name == "Ana Ruiz")
    seat = REPS[0]
    assert ana.crm == {
        "salesforce": seat.salesforce,
        "hubspot": seat.hubspot,
        "pipedrive": str(seat.pipedrive),
    }


def test_where_no_user_of_pipedrive_is_like_a_machine_one_is_to_be_named(
    firsttouch, pipedrive, tmp_path
):
    account, environment = pipedrive
    account.users[INTEGRATION_USER.pipedrive]["name"] = "Zoe Zimmer"
    folder = tmp_path / "new"
    ended = firsttouch("init", folder, environment=environment)
    assert ended.code == 0, ended.err
    assert "pipedrive: nobody yet means nobody known: name a user" in ended.out
    load(folder)
    told = {**environment, "FIRSTTOUCH_CONFIG": str(folder)}
    ended = firsttouch("sync", environment=told)
    assert ended.code == 3
    assert "TODO the user whose leads are nobody's" in ended.err
