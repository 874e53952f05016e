"""RevOps with a mouse in Prefect's pages: a backfill seen and then done, first assignments."""

import json
import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    ArtifactFilterKey,
)

from flows.backfilling.flow import backfill
from flows.in_force import Stance
from flows.modelling.training import keep
from flows.reviewing.flow import keep_a_form_open, review
from flows.tick import new_run, sync_all
from flows.wiring import open_wiring, utc_now
from leads.keys import LeadKey
from routing.learning.training import train
from sandbox.town import Town
from sandbox.world.roster import REPS
from store.model_rows import ModelState
from tests.chromium import chromium_path
from tests.e2e.backfill_case import BEGAN, SOON
from tests.e2e.prefect_pages import (
    Prefect,
    aside,
    choose,
    field,
    opened_pages,
    pick_day,
    picture,
    submit,
    switch,
)
from tests.e2e.town_case import quick_config
from tests.e2e.witness import owners_written
from tests.flow.form_case import latest_artifact
from tests.unit.model_past import past

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(chromium_path() is None, reason="no Chromium: `.ci/run` installs it"),
]
SKILL = {"ben": 1.2, "chloe": 0.0, "dieter": -1.2}
BACKFILL, REVIEW = "backfill-older-leads", "review-first-assignments"


@pytest.fixture(scope="module")
def town(prefect, tmp_path_factory):
    """HubSpot's leads are older than the installation, the first others wait for a person."""
    folder = tmp_path_factory.mktemp("pages")
    older = {"intake": {"created_after": SOON.isoformat()}}
    config = quick_config(folder / "config", hubspot=older)
    (config / "review.yaml").write_text("review: {first: 30}\n")
    with Town.open(seed=41, leads=60) as opened, pytest.MonkeyPatch.context() as environ:
        environ.setenv("FIRSTTOUCH_STORE", f"sqlite:///{folder}/firsttouch.db")
        environ.setenv("FIRSTTOUCH_CONFIG", str(config))
        for name, value in opened.environment.items():
            environ.setenv(name, value)
        yield opened


@pytest.fixture
def waiting(town):
    """A sync has left first assignments to a person."""
    with open_wiring(stance=Stance.PUTS) as wiring:
        sync_all(wiring, list(wiring.sources), new_run())
        assert aside(keep_a_form_open(wiring)).startswith("a form asks about")
        yield wiring.store


@pytest.fixture(scope="module")
def served(prefect):
    return Prefect(BACKFILL, REVIEW)


@pytest.fixture(scope="module")
def page(prefect):
    with opened_pages(str(chromium_path())) as opened:
        yield opened


def _form_of(page, deployment):
    page.goto("/deployments")
    page.get_by_placeholder("Search deployments").fill("backfill")
    page.get_by_role("link", name=deployment).click()
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_text("Custom run").click()
    return page.locator("form")


def test_a_backfill_is_seen_and_then_done(town, served, page, tmp_path):
    form = _form_of(page, BACKFILL)
    choose(field(form, "Source"), "hubspot")
    for label, day in (("Since", BEGAN), ("Until", SOON - timedelta(days=1))):
        pick_day(field(form, label), f"{day:%B}", day.day)
    picture(page, tmp_path, "backfill-form")
    submit(form, "/create_flow_run")
    run = served.work(BACKFILL, backfill)
    assert "would be given away; nothing was written" in run.state.message
    assert owners_written(town) == {}
    page.goto(f"/runs/flow-run/{run.id}")
    page.get_by_text("Artifacts", exact=True).click()
    picture(page, tmp_path, "backfill-run")
    number = run.state.message.split()[1].rstrip(":")
    page.get_by_role("link", name=f"backfill-plan-{number}").click()
    page.get_by_text("why", exact=True).wait_for()
    picture(page, tmp_path, "backfill-plan")
    shown = page.url.rpartition("/")[2]
    rows = json.loads(aside(latest_artifact(f"backfill-plan-{number}")).data)

    form = _form_of(page, BACKFILL)
    choose(field(form, "Source"), "hubspot")
    switch(field(form, "Dry run"))
    field(form, "Plan").locator("textarea").fill(shown)
    picture(page, tmp_path, "backfill-apply")
    submit(form, "/create_flow_run")
    run = served.work(BACKFILL, backfill)
    assert f"{len(rows)} leads given as planned" in run.state.message
    assert len(owners_written(town)) == len(rows)


def test_first_assignments_are_answered_by_a_form(town, served, page, waiting, tmp_path):
    proposals = waiting.proposals(utc_now())
    # Whose turn it is goes by the hour: the second one, which Ana is to have, is not hers already.
    proposals.sort(key=lambda each: each.decision.owner == "ana")
    leads = [str(each.review.lead) for each in proposals]
    run = served.work(REVIEW, review)
    assert run.state.is_paused()
    assert sorted(run.parameters["leads"]) == sorted(leads)
    page.goto("/runs")
    page.get_by_role("link", name=run.name).click()
    page.get_by_text("Artifacts", exact=True).click()
    page.get_by_text("first-assignments", exact=True).first.wait_for()
    picture(page, tmp_path, "review-run")
    form = _resumed(page, leads)
    picture(page, tmp_path, "review-form")
    choose(field(form, "Hold back"), leads[0])
    form.get_by_text("Hold back").click()  # a choice of several stays open
    form.get_by_role("button", name="Add item").click()
    choose(field(form, "Lead"), leads[1])
    choose(field(form, "Owner"), "ana")
    field(form, "Reason").locator("textarea").fill("knows the company")
    field(form, "Your name").locator("textarea").fill("Rosa")
    picture(page, tmp_path, "review-filled")
    submit(form, "/resume")
    run = served.work(REVIEW, review)
    # A further record of the same person goes along with the one that is changed.
    assert re.fullmatch(r"\d+ approved, [12] changed, 1 held", run.state.message)
    said = [waiting.stored_lead(LeadKey.parse(lead)).reviews[-1] for lead in leads[:3]]
    assert [each.state.value for each in said] == ["held", "changed", "approved"]
    assert {each.by for each in said} == {"Rosa"}
    page.goto(f"/runs/flow-run/{run.id}")
    page.get_by_text(f"{leads[0]}: held").wait_for()
    picture(page, tmp_path, "review-done")


def _resumed(page, leads):
    page.get_by_role("button", name="Resume").click()
    form = page.get_by_role("dialog")
    for lead in leads:
        form.get_by_text(lead).first.wait_for()
    return form


def _is_held(store, lead):
    return store.stored_lead(LeadKey.parse(lead)).reviews[-1].state.value == "held"


async def _tables_of(run):
    wanted = ArtifactFilter(
        key=ArtifactFilterKey(any_=["first-assignments"]),
        flow_run_id=ArtifactFilterFlowRunId(any_=[run]),
    )
    async with get_client() as client:
        return await client.read_artifacts(artifact_filter=wanted)


@pytest.fixture
def proposed(town):
    """A model knows who closes more, and what it proposes of new contacts waits for a person."""
    folder = Path(os.environ["FIRSTTOUCH_CONFIG"])
    (folder / "review.yaml").unlink(missing_ok=True)
    (folder / "model.yaml").write_text("model: {features: [industry], control: 0, review: 9}\n")
    (folder / "pools.yaml").write_text(
        (folder / "pools.yaml").read_text().replace("least_loaded", "best_match")
    )
    # The older leads stay out, whether a backfill gave them away or not: the form has no room.
    live = utc_now().isoformat(timespec="seconds")
    sources = (folder / "sources.yaml").read_text()
    (folder / "sources.yaml").write_text(sources.replace(SOON.isoformat(), live))
    sought = [
        town.vendors.hubspot.add_contact(
            {
                "lastname": f"Sought {number}",
                "email": f"sought{number}@example.com",
                "country": "France",
                "lifecyclestage": "lead",
            }
        )
        for number in range(4)
    ]
    with open_wiring(stance=Stance.PUTS) as wiring:
        policy = wiring.configuration.policy
        assert policy.model is not None
        trained = train(past(900, SKILL, until=utc_now()), policy, policy.model, utc_now())
        row = keep(wiring.store, trained, "a test", policy, by="rosa", now=utc_now())
        assert row.state is ModelState.IN_FORCE
    with open_wiring(stance=Stance.PUTS) as wiring:
        sync_all(wiring, ["hubspot"], new_run())
        assert aside(keep_a_form_open(wiring)).startswith("a form asks about")
        yield wiring.store, sought


def test_what_a_model_proposes_is_answered_by_a_form(town, served, page, proposed, tmp_path):
    store, sought = proposed
    leads = [f"hubspot:{record}" for record in sought]
    run = served.work(REVIEW, review)
    # What the policy's review held back may be among those that the model is asked about.
    held = [each for each in run.parameters["leads"] if _is_held(store, each)]
    page.goto(f"/runs/flow-run/{run.id}")
    form = _resumed(page, leads)
    form.get_by_text("where that is the model's best match, by turns").wait_for()
    form.get_by_text("to close against").first.wait_for()
    picture(page, tmp_path, "model-form")
    choose(field(form, "Hold back"), leads[1])
    form.get_by_text("Hold back").click()
    form.get_by_role("button", name="Add item").click()
    choose(field(form, "Lead"), leads[0])
    choose(field(form, "Owner"), "ana")
    form.get_by_role("button", name="Submit").click()
    form.get_by_text("'reason' is a required property").wait_for()
    field(form, "Reason").locator("textarea").fill("knows the company")
    submit(form, "/resume")
    run = served.work(REVIEW, review)
    approved = len(run.parameters["leads"]) - 2 - len(held)
    assert run.state.message == f"{approved} approved, 1 changed, {1 + len(held)} held"
    assert len(aside(_tables_of(run.id))) == 1, "the resumed run leaves it no second time"
    written = owners_written(town)
    assert written[sought[0]] == [REPS[0].hubspot]
    assert sought[1] not in written
    assert all(len(written[record]) == 1 for record in sought[2:])
    last = store.stored_lead(LeadKey.parse(leads[0])).reviews[-1]
    assert (last.state.value, last.reason) == ("changed", "knows the company")
