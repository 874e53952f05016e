"""What created records carry, from the YAML to what connectors need."""

from pathlib import Path

from config.load import load
from connectors.creation import Creation
from tests.unit.config_files import BASE, put, swapped

CREATE = """salesforce: {create: {
      fields: {campaign: A__c, employees: [NumberOfEmployees, B__c], industry: []},
      values: {consent: {true: Agreed, false: Refused}}, places: names}, intake: {"""


def test_one_field_several_and_none(tmp_path: Path):
    text = swapped("salesforce: {intake: {", CREATE)
    assert load(put(tmp_path, base=text)).sources["salesforce"].creation == Creation(
        fields={"campaign": ("A__c",), "employees": ("NumberOfEmployees", "B__c"), "industry": ()},
        values={"consent": {"true": "Agreed", "false": "Refused"}},
        names_of_places=True,
    )


def test_nothing_stated_is_what_is_usual(tmp_path: Path):
    assert load(put(tmp_path, base=BASE)).sources["salesforce"].creation == Creation()
