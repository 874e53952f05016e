"""Approvals and backfills as Prefect's pages offer them, on a real server with real processes."""

import json
from datetime import timedelta

from flows.exits import INTERRUPTED
from sandbox.town import Town
from sandbox.world.roster import REPS
from store.review_rows import ReviewState
from store.store import Store
from tests.e2e.backfill_case import BEGAN, SOON, older_config
from tests.e2e.prefect_case import ON_A_SERVER, PATIENCE, end, server, until
from tests.e2e.town_case import quick_config
from tests.e2e.witness import owners_written

pytestmark = ON_A_SERVER


def _environ(town, config, folder):
    return {
        **town.environment,
        "FIRSTTOUCH_CONFIG": str(config),
        "FIRSTTOUCH_STORE": f"sqlite:///{folder}/firsttouch.db",
    }


def _suspended(prefect):
    found = prefect.runs_of("review", "Suspended")
    return found[0] if found else None


def test_a_form_survives_a_restart_and_its_answers_are_written(tmp_path):
    config = quick_config(tmp_path / "config")
    (config / "review.yaml").write_text("review: {first: 8}\n")
    with (
        Town.open(seed=31, leads=80) as town,
        server(tmp_path, _environ(town, config, tmp_path)) as prefect,
    ):
        with prefect.serving() as process:
            prefect.start("sync/sync-every-minute", source="salesforce")
            run = until(lambda: _suspended(prefect))
            end(process)
        leads = run["parameters"]["leads"]
        assert len(leads) == 8
        _shows(until(lambda: _form(prefect, run)), leads)
        records = [lead.partition(":")[2] for lead in leads]
        assert not owners_written(town).keys() & set(records)
        with prefect.serving():
            filled = {
                "approve_the_rest": True,
                "hold": [leads[0]],
                "changes": [{"lead": leads[1], "owner": "ana", "reason": "knows the company"}],
                "your_name": "Rosa",
            }
            prefect.post(f"/flow_runs/{run['id']}/resume", {"run_input": filled})
            state = prefect.ended(run["id"])
        assert state["type"] == "COMPLETED", state
        written = owners_written(town)
        assert {at for at in records if at in written} >= set(records[2:])
        assert records[0] not in written
        store = Store.open(f"sqlite:///{tmp_path}/firsttouch.db")
        told = [row for lead in leads[:3] for row in _reviews(store, lead)]
        store.close()
    states = [row.state for row in told]
    assert states[0] is ReviewState.HELD
    assert states[2] is ReviewState.APPROVED
    if states[1] is ReviewState.CHANGED:
        assert written[records[1]] == [REPS[0].salesforce]
    assert {row.by for row in told if row.state is not ReviewState.WAITING} == {"Rosa"}


def _form(prefect, run):
    """What the suspended run shows, once all of it is there: that comes a moment later."""
    inputs = prefect.inputs(run["id"])
    return inputs if any(key.endswith("description") for key in inputs) else None


def _shows(inputs, leads):
    """A table of the leads without anybody's address, and a form that offers just these."""
    schema = next(json.loads(v) for k, v in inputs.items() if k.endswith("schema"))
    table = next(v for k, v in inputs.items() if k.endswith("description"))
    assert set(schema["properties"]) == {"approve_the_rest", "hold", "changes", "your_name"}
    assert schema["properties"]["hold"]["items"]["enum"] == leads
    assert all(lead in table for lead in leads)
    assert "@" not in table


def _is_safe_by_default(deployment):
    words = deployment["parameter_openapi_schema"]["definitions"]
    form = words["BackfillForm"]["properties"]
    assert form["dry_run"]["default"] is True
    assert form["notify"]["default"] is False
    assert form["since"] == {**form["since"], "type": "string", "format": "date"}
    assert "hubspot" in words["Source"]["enum"]
    assert all(each["description"] for each in form.values())


def _reviews(store, lead):
    (key,) = store.find_lead(lead)
    return store.stored_lead(key).reviews


def test_a_backfill_is_planned_and_then_done_from_its_form(tmp_path):
    config = older_config(tmp_path / "config")
    with (
        Town.open(seed=41, leads=70) as town,
        server(tmp_path, _environ(town, config, tmp_path)) as prefect,
        prefect.serving() as serve,
    ):
        _is_safe_by_default(prefect.deployment("backfill/backfill-older-leads"))
        days = {"since": BEGAN.date(), "until": SOON.date() - timedelta(days=1)}
        state = _backfilled(prefect, **{name: day.isoformat() for name, day in days.items()})
        assert state["type"] == "COMPLETED", state
        assert "would be given away; nothing was written" in state["message"]
        assert owners_written(town) == {}
        number = state["message"].split()[1].rstrip(":")
        (table,) = prefect.artifacts(f"backfill-plan-{number}")
        rows = json.loads(table["data"])
        assert rows[0]["owner"]
        assert "](https://" in rows[0]["lead"]
        assert "@" not in table["data"]
        (bar,) = prefect.artifacts("backfill-progress")
        assert bar["data"] == 100.0
        state = _backfilled(prefect, plan=table["id"], dry_run=False)
        assert state["type"] == "COMPLETED", state
        assert (
            f"plan {number}: {len(rows)} leads given as planned, 0 left alone" in state["message"]
        )
        assert len(owners_written(town)) == len(rows)
        undone = prefect.ended(prefect.start("undo/undo-one-run", choices={"run": number}))
        assert undone["type"] == "COMPLETED", undone
        assert f"{len(rows)} given back" in undone["message"]
        serve.terminate()
        assert serve.wait(PATIENCE) == INTERRUPTED
    said = (tmp_path / "serve.log").read_text()
    assert "Traceback" not in said
    assert "never awaited" not in said


def _backfilled(prefect, **asked):
    return prefect.ended(
        prefect.start("backfill/backfill-older-leads", choices={"source": "hubspot", **asked})
    )
