"""`firsttouch import`: a file written that loads, or nothing; what could not be said is said."""

import json
import shlex
from dataclasses import replace

import pytest
import yaml

from config.importing.translation import FILE
from config.load import load
from flows.commands import import_rules
from leads.errors import AuthError, ConfigError
from leads.keys import PoolName
from sandbox.app import new_ground
from sandbox.hubspot.app import TOKEN, hubspot_app
from sandbox.hubspot.portal import HubSpotPortal
from sandbox.hubspot.records import team_id
from sandbox.serve import serve_in_thread
from tests.unit.salesforce_rule_files import Criterion, Entry, rules_file

SPAIN = Criterion(field="Country", operation="equals", value="Spain")
EMEA = "EMEA Sales"
MEMBERS = {"7001": (EMEA,), "7002": (EMEA,), "7003": (EMEA,), "7004": ("APAC Sales", EMEA)}
ODD = Criterion(field="Account.Name", operation="equals", value="Acme")


def run(into, *files, online=False, as_json=False):
    with pytest.raises(SystemExit) as ended:
        import_rules.run(list(files), into, online=online, as_json=as_json)
    return ended.value.code


@pytest.fixture
def rules(tmp_path):
    def written(*entries):
        path = tmp_path / "Lead.assignmentRules-meta.xml"
        path.write_bytes(rules_file(*entries))
        return path

    return written


def test_it_writes_a_configuration_that_loads(rules, tmp_path, capsys):
    file = rules(Entry(to="ana@example.com", criteria=[SPAIN]), Entry(to="Web_Leads"))
    assert run(tmp_path / "new", file) == 0
    policy = load(tmp_path / "new").policy
    assert [rule.name for rule in policy.rules] == ["Standard 1", "Standard 2"]
    assert policy.fallback == "web-leads"
    out = capsys.readouterr()
    assert "2 rules, 0 commented out" in out.out
    assert "get no lead of it: ana, web-leads" in out.out
    assert out.err == ""


def test_the_next_command_can_be_typed_as_it_stands(rules, tmp_path, capsys):
    into = tmp_path / "with a blank"
    run(into, rules(Entry(to="Web_Leads")))
    told = capsys.readouterr().out.splitlines()[-1].removeprefix("Next: ")
    assert shlex.split(told) == ["firsttouch", "check", "--config", str(into)]


def test_what_is_not_translated_is_on_stderr_and_in_the_code(rules, tmp_path, capsys):
    file = rules(Entry(to="ana@example.com", criteria=[ODD]), Entry(to="Web_Leads"))
    assert run(tmp_path / "new", file, as_json=True) == 1
    out = capsys.readouterr()
    told = json.loads(out.out)
    assert told["rules"] == 1
    assert told["untranslated"][0]["rule"] == "Standard 1"
    assert "Standard 1 is not translated: Lead.Account.Name is a field of another record" in out.err


def test_what_it_wrote_before_is_never_overwritten(rules, tmp_path):
    file = rules(Entry(to="Web_Leads"))
    run(tmp_path / "new", file)
    with pytest.raises(ConfigError, match="is there already"):
        import_rules.run([file], tmp_path / "new", online=False, as_json=False)


def test_nothing_is_written_into_a_configuration_that_does_not_load(rules, tmp_path):
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "rules.yaml").write_text("rules: [{name: Odd, assign: nobody}]")
    with pytest.raises(ConfigError, match="unknown pool or owner"):
        import_rules.run([rules(Entry(to="Web_Leads"))], folder, online=False, as_json=False)
    assert [path.name for path in folder.iterdir()] == ["rules.yaml"]


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.xml: cannot be read"):
        import_rules.run([tmp_path / "none.xml"], tmp_path / "new", online=False, as_json=False)


def test_a_json_file_is_read_as_one_whatever_it_begins_with(tmp_path):
    text = tmp_path / "workflow.json"
    text.write_text('"a workflow"')
    with pytest.raises(ConfigError, match=r"workflow\.json") as refused:
        run(tmp_path / "config", text)
    assert "XML" not in str(refused.value)


def test_a_country_that_is_none_is_said(rules, tmp_path):
    file = rules(Entry(to="Web_Leads"))
    into = tmp_path / "new"
    with pytest.raises(ConfigError, match=r"--country Untied States: .* did you mean US"):
        import_rules.run([file], into, country="Untied States", online=False, as_json=False)


def rotation(folder, *user_ids, teams=()):
    """A workflow in a file: contacts in Spain are rotated among these users."""
    among = {"user_ids": list(user_ids), "team_ids": list(teams)}
    fields = {**among, "target_property": "hubspot_owner_id"}
    action = {"actionId": "1", "type": "SINGLE_CONNECTION", "actionTypeId": "0-11"}
    spain = {"operator": "IS_ANY_OF", "operationType": "ENUMERATION", "values": ["Spain"]}
    filters = [{"filterType": "PROPERTY", "property": "country", "operation": spain}]
    workflow = {
        "name": "Rotation",
        "isEnabled": True,
        "objectTypeId": "0-1",
        "startActionId": "1",
        "actions": [{**action, "fields": fields}],
        "enrollmentCriteria": {
            "type": "LIST_BASED",
            "listFilterBranch": {"filterBranchType": "AND", "filters": filters},
        },
    }
    file = folder / "flow.json"
    file.write_text(json.dumps(workflow))
    return file


def test_a_hubspot_workflow_beside_the_rules_of_salesforce(rules, tmp_path, capsys):
    file = rotation(tmp_path, "11", "12")
    assert run(tmp_path / "new", file, rules(Entry(to="Web_Leads"))) == 0
    policy = load(tmp_path / "new").policy
    assert [rule.name for rule in policy.rules] == ["Rotation 1", "Standard 1"]
    written = yaml.safe_load((tmp_path / "new" / FILE).read_text())["rules"]
    assert written[0]["when"] == {"source": "hubspot", "country": "ES"}
    assert written[1]["when"] == {"source": "salesforce"}
    out = capsys.readouterr().out
    assert "leads from elsewhere match none" in out
    assert "--online asks for them" in out
    assert len(policy.pools[PoolName("rotation-1")].members) == 2


@pytest.fixture(scope="module")
def hubspot():
    portal = HubSpotPortal(new_ground("hubspot"))
    portal.add_owner("7001", "Ana Ruiz", "ana@example.com")
    portal.add_owner("7002", "Ben Ode", "ben@example.com")
    portal.add_owner("7003", "Cleo Gone", "cleo@example.com", archived=True)
    portal.add_owner("7004", "Dora Dee", "dora@example.com")
    for member, teams in MEMBERS.items():
        portal.owners[member] = replace(portal.owners[member], teams=teams)
    with serve_in_thread(hubspot_app(portal)) as url:
        yield url


@pytest.fixture
def connected(hubspot, monkeypatch):
    monkeypatch.setenv("FIRSTTOUCH_HUBSPOT_BASE_URL", hubspot)
    monkeypatch.setenv("FIRSTTOUCH_HUBSPOT_TOKEN", TOKEN)


def test_hubspot_is_asked_who_the_users_of_a_rotation_are(connected, tmp_path, capsys):
    """One is known under another name, one is new, one has left, one nobody knows."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "owners.yaml").write_text("owners: [{id: ar, name: A. R., crm: {hubspot: '7001'}}]")
    file = rotation(tmp_path, "1007001", 1007002, "1007003", "99")
    assert run(folder, file, online=True, as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    written = yaml.safe_load((folder / FILE).read_text())
    assert written["pools"]["rotation-1"]["members"] == ["ar", "ben-ode", "hubspot-user-99"]
    ben, nobody, *_ = written["owners"]
    assert (ben["name"], ben["email"]) == ("Ben Ode", "ben@example.com")
    assert ben["crm"] == {"hubspot": "7002"}
    assert "crm" not in nobody
    assert told["matched"] == ["ar"]
    assert "ben-ode" not in told["to_complete"]
    notes = "\n".join(told["notes"])
    assert "the user 1007003 is deactivated in HubSpot, and is left out" in notes
    assert "no owner of the portal has the user id 99" in notes
    assert "--online" not in notes


def test_a_rotation_among_teams_is_one_among_their_main_members(connected, tmp_path, capsys):
    file = rotation(tmp_path, "1007002", teams=[team_id(EMEA)])
    assert run(tmp_path / "new", file, online=True) == 0
    written = yaml.safe_load((tmp_path / "new" / FILE).read_text())
    # Ben, who is named, is in it too; Dora is in it beside her own team.
    assert written["pools"]["rotation-1"]["members"] == ["ben-ode", "ana-ruiz"]
    assert "its main members of today are taken (2)" in capsys.readouterr().out


def test_a_team_of_nobody_and_one_that_nobody_was_asked_about_are_comments(
    connected, rules, tmp_path, capsys
):
    files = (rotation(tmp_path, "1007002", teams=["77"]), rules(Entry(to="Web_Leads")))
    assert run(tmp_path / "asked", *files, online=True) == 1
    assert "nobody active has 77 as their main team" in capsys.readouterr().err
    assert run(tmp_path / "unasked", *files) == 1
    assert "among the teams 77: --online asks who is in them" in capsys.readouterr().err


def test_a_rotation_among_whoever_has_left_is_a_comment(connected, rules, tmp_path, capsys):
    files = (rotation(tmp_path, "1007003"), rules(Entry(to="Web_Leads")))
    assert run(tmp_path / "new", *files, online=True) == 1
    assert "everybody it rotates among is deactivated" in capsys.readouterr().err


def test_salesforces_rules_ask_nobody(rules, tmp_path):
    assert run(tmp_path / "new", rules(Entry(to="Web_Leads")), online=True) == 0


@pytest.mark.parametrize(("token", "error"), [("", ConfigError), ("wrong", AuthError)])
def test_whoever_cannot_ask_writes_nothing(connected, monkeypatch, tmp_path, token, error):
    monkeypatch.setenv("FIRSTTOUCH_HUBSPOT_TOKEN", token)
    with pytest.raises(error):
        run(tmp_path / "new", rotation(tmp_path, "11"), online=True)
    assert not (tmp_path / "new").exists()
