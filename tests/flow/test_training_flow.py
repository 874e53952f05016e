"""The model watched and trained by Prefect: what its page says."""

import asyncio

import pytest

from flows.modelling.flow import training
from flows.modelling.training import keep
from flows.which_store import open_store
from flows.wiring import open_wiring, utc_now
from routing.learning.training import train
from tests.e2e.town_case import empty_store
from tests.flow.form_case import artifact
from tests.forgotten_sockets import prefect_forgets_to_close
from tests.unit.model_past import past

CONFIG = """\
owners:
  - {id: ana, name: Ana Ruiz}
  - {id: ben, name: Ben Ode}
  - {id: desk, name: Inbound desk, kind: queue}
pools: {team: {members: [ana, ben], strategy: best_match}}
rules: [{name: All, assign: team, sla: standard}]
fallback: {assign: desk, sla: standard}
sla: {standard: {first_touch: 24h}}
model: {features: [country]}
"""


@pytest.fixture
def office(tmp_path, monkeypatch):
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "all.yaml").write_text(CONFIG)
    monkeypatch.setenv("FIRSTTOUCH_CONFIG", str(folder))
    monkeypatch.setenv("FIRSTTOUCH_STORE", empty_store(tmp_path / "store.db"))
    with open_store(None):
        pass
    return folder


def ended(*, learns):
    async def once():
        return await training(learns=learns, return_state=True)

    with prefect_forgets_to_close():
        state = asyncio.run(once())
    return state.type.value, state.message


def test_it_says_how_the_version_fares_and_what_could_not_be_learnt(prefect, office):
    with open_wiring() as wiring:
        policy = wiring.configuration.policy
        assert policy.model is not None
        made = past(900, {"ana": 1.0, "ben": -1.0}, until=utc_now())
        trained = train(made, policy, policy.model, utc_now())
        keep(wiring.store, trained, "a test", policy, by="rosa", now=utc_now())
    assert ended(learns=True) == ("COMPLETED", "Version 1 goes on.")
    page = artifact("training").data
    assert "It was asked about 0 leads" in page
    assert "Nothing was learnt: model train: the store: no lead has closed yet" in page


def test_where_no_pool_goes_by_a_model_there_is_nothing_to_do(prefect, office):
    (office / "all.yaml").write_text(CONFIG.replace(", strategy: best_match", ""))
    assert ended(learns=False) == ("COMPLETED", "no pool goes by a model")
