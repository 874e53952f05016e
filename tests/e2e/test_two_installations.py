"""Another Firsttouch on the same CRMs, with the same login: what it wrote is no person's choice."""

import pytest

from flows.deliver import deliver_pending
from flows.lead_story import whose
from flows.tick import new_run, sync_all
from flows.who_was_first import BY_PROGRAM
from leads.keys import LeadKey
from leads.ownership import OwnerChange
from sandbox.town import Town
from sandbox.world.record import Standing
from sandbox.world.roster import ADMIN
from store.rows import DeliveryState
from tests.e2e.town_case import wired


@pytest.fixture(scope="module")
def town():
    with Town.open(seed=12, leads=60) as opened:
        yield opened


@pytest.mark.parametrize("crm", ["hubspot", "salesforce"])
def test_what_it_wrote_first_stands_and_is_said_to_be_a_programs(town, tmp_path, crm):
    (tmp_path / "ours").mkdir()
    (tmp_path / "theirs").mkdir()
    with wired(town, tmp_path / "ours") as ours, wired(town, tmp_path / "theirs") as theirs:
        run = new_run()
        ours.store.start_run(run, "sync", ours.now())
        sync_all(ours, [crm], run, write=False)
        waiting = (r for r in town.world.records[crm] if r.standing is Standing.WAITING)
        key = LeadKey(crm, town.ids[next(waiting).key])
        (decided,) = ours.store.deliveries_of(key)
        change = OwnerChange(
            record_id=key.source_id,
            owner=getattr(ADMIN, crm),
            expected=decided.delivery.expected | ours.crms[crm].unowned(),
            notes={},
        )
        theirs.crms[crm].write_owners([change])
        deliver_pending(ours, crm, run)
        (left,) = ours.store.deliveries_of(key)
        assert (left.state, left.reason) == (DeliveryState.CONFLICT, BY_PROGRAM)
        (told,) = whose(ours.store.stored_lead(key), {})
        assert "set there by another Firsttouch, or one with our login" in told
