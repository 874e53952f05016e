"""`firsttouch import`: a file written that loads, or nothing; what could not be said is said."""

import json

import pytest
import yaml

from config.importing.translation import FILE
from config.load import load
from flows.commands import import_rules
from leads.errors import ConfigError
from leads.keys import PoolName
from tests.unit.salesforce_rule_files import Criterion, Entry, rules_file

SPAIN = Criterion(field="Country", operation="equals", value="Spain")
ODD = Criterion(field="Account.Name", operation="equals", value="Acme")


def run(into, *files, as_json=False):
    with pytest.raises(SystemExit) as ended:
        import_rules.run(list(files), into, as_json=as_json)
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
        import_rules.run([file], tmp_path / "new", as_json=False)


def test_nothing_is_written_into_a_configuration_that_does_not_load(rules, tmp_path):
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "rules.yaml").write_text("rules: [{name: Odd, assign: nobody}]")
    with pytest.raises(ConfigError, match="unknown pool or owner"):
        import_rules.run([rules(Entry(to="Web_Leads"))], folder, as_json=False)
    assert [path.name for path in folder.iterdir()] == ["rules.yaml"]


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.xml: cannot be read"):
        import_rules.run([tmp_path / "none.xml"], tmp_path / "new", as_json=False)


def test_a_hubspot_workflow_beside_the_rules_of_salesforce(rules, tmp_path, capsys):
    fields = {"user_ids": ["11", "12"], "target_property": "hubspot_owner_id"}
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
    file = tmp_path / "flow.json"
    file.write_text(json.dumps(workflow))
    assert run(tmp_path / "new", file, rules(Entry(to="Web_Leads"))) == 0
    policy = load(tmp_path / "new").policy
    assert [rule.name for rule in policy.rules] == ["Rotation 1", "Standard 1"]
    written = yaml.safe_load((tmp_path / "new" / FILE).read_text())["rules"]
    assert written[0]["when"] == {"source": "hubspot", "country": "ES"}
    assert written[1]["when"] == {"source": "salesforce"}
    assert "leads from elsewhere match none" in capsys.readouterr().out
    assert len(policy.pools[PoolName("rotation-1")].members) == 2
