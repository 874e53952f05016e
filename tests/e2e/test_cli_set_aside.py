"""What was set aside, and what an audit tells of a source: nobody's data is in either."""

import json
import re

import pytest

from leads.keys import LeadKey
from sandbox.town import SERVED, Town
from sandbox.world.contacts import contact_texts
from sandbox.world.record import Standing
from sandbox.world.roster import INBOUND_DESK
from store.rows import DeliveryState, LeadState
from tests.e2e.town_case import owner_in_crm, stored_leads


@pytest.fixture(scope="module")
def town():
    with Town.open(seed=18, leads=60) as opened:
        yield opened


def test_rejects_are_listed_without_a_word_of_theirs(ask, town, wiring):
    unreachable = stored_leads(town, wiring, Standing.UNREACHABLE)
    ended = ask("rejects")
    assert ended.code == 0
    assert [s.key for s in unreachable if str(s.key) not in ended.out] == []
    assert f"{len(unreachable)} set aside, for Inbound desk." in ended.out
    listed = json.loads(ask("rejects", "--json").out)
    assert {row["record"] for row in listed} == {str(s.key) for s in unreachable}
    assert all(row["field"] and row["reason"] and row["since"] for row in listed)
    one = ask("rejects", "list", "--source", "hubspot", "--json")
    assert {row["record"].split(":")[0] for row in json.loads(one.out)} == {"hubspot"}
    assert not _personal(town) & set(re.split(r"\s+", ended.out))


def test_a_record_mended_at_its_source_gets_its_owner(ask, town, wiring):
    """Set aside, the data steward's, mended by a person, read again, routed by the rules."""
    (record,) = (r for r in town.world.salesforce if r.standing is Standing.UNREACHABLE)
    record_id = town.ids[record.key]
    ended = ask("rejects", "replay")
    assert ended.code == 1
    assert ended.out.startswith("0 of ")
    assert owner_in_crm(town, "salesforce", record) == INBOUND_DESK.salesforce
    mended = {"Email": "found@mended.example", "Country": "Brazil", "LeadSource": "Web"}
    town.vendors.salesforce.person_updates(record_id, mended)
    ended = ask("rejects", "replay", "--source", "salesforce")
    assert ended.code == 0
    assert "1 of 1 can be read now" in ended.out
    assert ask("sync").code == 0
    stored = wiring.store.stored_lead(LeadKey("salesforce", record_id))
    assert stored.state is LeadState.DECIDED
    assert stored.decision
    owner = wiring.configuration.policy.owners[stored.decision.owner]
    assert stored.decision.rule == "Brazil"
    assert owner_in_crm(town, "salesforce", record) == owner.crm["salesforce"]
    assert [d.state for d in stored.deliveries][-1] is DeliveryState.WRITTEN
    assert str(stored.key) not in ask("rejects", "--json").out


@pytest.mark.parametrize("source", SERVED)
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_an_audit_shows_nobody(ask, town, wiring, source, form):
    ended = ask("audit", source, *form)
    assert (ended.code, ended.err) == (0, "")
    told = ended.out
    assert [text for text in _personal(town) if text in told] == []
    addresses = re.findall(r"[\w.+-]+@[\w-]+\.\w+", told)
    assert [text for text in addresses if set(text) - set("Aa9@.+-_")] == [], "formats only"
    if form:
        found = json.loads(told)
        assert found.keys() == {"source", "records", "fields", "values"}
        assert found["records"] == _since_go_live(town, wiring, source) + _made(town, source)
        email = next(field for field in found["fields"] if field["field"] == "email")
        assert 0 < email["fill_rate"] <= 1
        assert email["values"] == {}
        assert email["formats"]
    else:
        assert "email" in told


def _since_go_live(town, wiring, source):
    limit = wiring.configuration.sources[source].intake.created_after
    return sum(limit is None or r.created >= limit for r in town.world.records[source])


def _made(town, source):
    """What our own sync created beside the world."""
    if source != "hubspot":
        return 0
    return len(town.vendors.hubspot.contacts) - len(town.world.hubspot)


def _personal(town):
    """Every address, number and person's full name of the world, long enough to be somebody's."""
    found = set()
    for records in town.world.records.values():
        for record in records:
            found |= {text for _, text in contact_texts(record.values)}
            parts = (record.values.get(n) for n in ("FirstName", "LastName"))
            found.add(" ".join(filter(None, parts)))
            parts = (record.values.get(n) for n in ("firstname", "lastname"))
            found.add(" ".join(filter(None, parts)))
    return {text for text in found if len(text) > 6 and (" " in text or "@" in text or "+" in text)}
