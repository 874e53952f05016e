"""`firsttouch demo --config MINE`: what of MINE the make-believe vendors lack, in a short list."""

from shutil import copytree

import pytest
import yaml

from flows.fitting import must_fit
from flows.wiring import DEFAULT_CONFIG
from leads.errors import ConfigError
from sandbox.town import Town
from tests.e2e.town_case import quick_config


@pytest.fixture(scope="module")
def town():
    with Town.open(seed=3, leads=60) as opened:
        yield opened


def test_a_copy_of_the_example_fits(town, tmp_path):
    must_fit(copytree(DEFAULT_CONFIG, tmp_path / "mine"), town.environment)


def test_what_is_missing_is_one_line_each(town, tmp_path):
    mine = quick_config(tmp_path / "mine", salesforce={"fields": {"product": "Produkt__c"}})
    file = mine / "owners.yaml"
    document = yaml.safe_load(file.read_text())
    for owner in document["owners"]:
        owner["crm"]["hubspot"] = f"9{owner['crm']['hubspot']}"
    document["owners"][0]["crm"]["salesforce"] = "005xx0000012345AAA"
    file.write_text(yaml.safe_dump(document))
    environ = {n: v for n, v in town.environment.items() if "META" not in n}

    with pytest.raises(ConfigError) as refused:
        must_fit(mine, environ)

    first, *lacking, last = refused.value.problems
    assert first == f"{mine} does not fit the demo's make-believe vendors:"
    assert last.startswith("take the ids and fields of config/example")
    told = "\n".join(lacking)
    assert "\n    hubspot does not know the id of 11 owners: ana, ben, chloe, " in f"\n{told}"
    assert " and 6 more" in told
    assert "salesforce does not know the id of 1 owner: ana" in told
    assert "sources.salesforce.fields.product: 'Produkt__c' is not a field of Lead there" in told
    assert "FIRSTTOUCH_META_ADS_TOKEN" in told
    assert len(lacking) < 8
    assert all(len(line) < 260 for line in lacking)
