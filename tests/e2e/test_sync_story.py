"""The page that a sync leaves: what a person reads there is what happened at the vendors."""

import re

import pytest

from flows.page_pieces import cell, lead_link
from flows.sync_story import sync_story
from flows.tick import new_run, sync_all
from leads.keys import LeadKey
from sandbox.faults import Fault, FaultKind
from sandbox.town import Town
from tests.e2e.town_case import wired


@pytest.fixture(scope="module")
def stories(tmp_path_factory):
    """One sync in which HubSpot refuses a row, whichever comes first, and one without news."""
    with Town.open(seed=11, leads=60) as town, wired(town, tmp_path_factory.mktemp("s")) as wiring:
        town.faults["hubspot"].script(Fault(kind=FaultKind.ROW_REFUSED, detail="VALIDATION_ERROR"))
        told = []
        for _ in range(2):
            run = new_run()
            wiring.store.start_run(run, "sync", wiring.now())
            ticks = sync_all(wiring, list(wiring.sources), run)
            problems = [problem for tick in ticks for problem in tick.problems]
            told.append(sync_story(wiring, run, ticks, problems))
        yield town, told


def test_each_owner_written_is_a_row_with_a_link(stories):
    town, (first, _) = stories
    owners = first.partition("## Who got what")[2].partition("\n## ")[0]
    rows = re.findall(
        r"^\| \[(\w+):([^\]]+)\]\((\S+)\) \| (.+?) \| (.+?) \|$", owners, re.MULTILINE
    )
    assert len(rows) > 20
    for source, record, link, *_ in rows:
        if source == "salesforce":
            assert link.endswith(record)
            assert record in town.vendors.salesforce.leads
    assert all(row[-1] for row in rows), "a row without a reason"


def test_what_was_refused_is_named_with_the_vendors_word(stories):
    _, (first, _) = stories
    assert "## Owners that were not written" in first
    assert re.search(r"^\| .+ \| refused \| .*VALIDATION_ERROR", first, re.MULTILINE)
    assert "**Look at this**" in first


def test_what_was_set_aside_is_counted_by_field_and_reason(stories):
    _, (first, _) = stories
    assert "## Set aside, with the data steward" in first


def test_a_sync_without_news_says_so_in_a_few_lines(stories):
    _, (_, second) = stories
    assert second.startswith("**Healthy**"), "its title stands above it"
    assert "Who got what" not in second
    assert "The counts add up" in second
    assert len(second) < 2_000, "each minute leaves one in Prefect's database"


def test_it_tells_nobodys_name(stories):
    """What is in a record stays in the CRM: Prefect's database is not where people are erased."""
    town, (first, _) = stories
    people = [contact.state.values for contact in town.vendors.hubspot.contacts.values()]
    told = {each[name] for each in people for name in ("email", "phone") if each.get(name)}
    assert len(told) > 20
    assert [each for each in told if each in first] == []


def test_an_id_that_a_sender_chose_makes_no_link_and_no_markup():
    lead = LeadKey("webhook", "a](https://evil.example)<img src=x>|b")
    shown = cell(lead_link(str(lead), ""))
    assert shown == "webhook:a\\](https://evil.example)&lt;img src=x>\\|b"
