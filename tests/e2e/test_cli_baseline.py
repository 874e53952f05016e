"""`firsttouch report --baseline`: the process by hand, read from the CRMs of a town."""

import json
from pathlib import Path

from tests.e2e.backfill_case import Past


def test_what_people_did_before_go_live_is_measured(past: Past, tmp_path: Path):
    """Three leads are taken by people, and two of them are called; the machine calls nobody."""
    org, life = past.town.vendors.salesforce, past.town.life
    taken = [str(life.person_takes_a_lead()) for _ in range(3)]
    for lead in taken[:2]:
        org.person_logs_call(lead, by=org.leads[lead]["OwnerId"])
    ended = past.run("report", "--baseline", "--json", "--out", str(tmp_path / "out"))
    assert ended.code == 0, ended.err
    found = json.loads(ended.out)["sections"]["baseline"]
    before, now = found["tables"]["baseline"]
    assert before["touched"] == 2
    assert before["leads"] > 50
    assert before["mean"] > 0
    assert now["leads"] == 0
    assert found["headline"].startswith("Before go-live a lead heard after")
    assert "of 3 leads with a history." in found["said"][0]
    assert "Before Firsttouch" in (tmp_path / "out" / "report.html").read_text("utf-8")
