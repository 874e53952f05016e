"""Whatever sources show, in whatever order runs decide and deliver: every ledger adds up."""

from dataclasses import dataclass, field
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.keys import RunId
from leads.ownership import WriteStatus
from leads.sighting import Sighting, Verdict
from store.rows import LeadState
from store.store import Store
from tests.contract.store_work import (
    ANA,
    MINUTE,
    NOW,
    SECOND,
    claim,
    decide,
    held,
    ignored,
    key,
    load,
    new,
    outcome,
    rejected,
    show,
)
from tests.examples import some_of

LEADS = st.integers(0, 4)
RUNS = st.sampled_from([RunId("a"), RunId("b"), RunId("c")])


@dataclass(frozen=True)
class Show:
    run: RunId
    page: list[tuple[int, Verdict, str, str | None]]


@dataclass(frozen=True)
class Decide:
    run: RunId


@dataclass(frozen=True)
class Deliver:
    run: RunId
    outcomes: list[WriteStatus] = field(default_factory=list)


RECORD = st.tuples(
    LEADS,
    st.sampled_from(Verdict),
    st.sampled_from(["1", "2", "3"]),
    st.sampled_from([None, "crm-ana", "crm-somebody"]),
)
STEPS = st.lists(
    st.builds(Show, RUNS, st.lists(RECORD, min_size=1, max_size=4))
    | st.builds(Decide, RUNS)
    | st.builds(Deliver, RUNS, st.lists(st.sampled_from(WriteStatus), min_size=3, max_size=3)),
    max_size=14,
)


def sighting(number: int, verdict: Verdict, version: str, owner: str | None) -> Sighting:
    match verdict:
        case Verdict.NEW:
            return new(number, version=version)
        case Verdict.HELD:
            return held(number, NOW + 2 * SECOND, version=version)
        case Verdict.REJECTED:
            return rejected(number, version=version)
        case Verdict.IGNORED:
            return ignored(number, version=version, owner=owner)


@pytest.mark.long
@settings(max_examples=some_of(60))
@given(STEPS)
def test_every_ledger_adds_up(sqlite_template: Path, steps: list[Show | Decide | Deliver]):
    with TemporaryDirectory() as folder:
        copyfile(sqlite_template, f"{folder}/store.db")
        store = Store.open(f"sqlite:///{folder}/store.db")
        shown: dict[RunId, set[int]] = {}
        for seconds, step in enumerate(steps):
            _take(store, step, shown, seconds)
            _check(store, shown)
        store.close()


def _take(
    store: Store, step: Show | Decide | Deliver, shown: dict[RunId, set[int]], seconds: int
) -> None:
    now = NOW + seconds * SECOND
    match step:
        case Show():
            numbers = {number for number, *_ in step.page} - shown.setdefault(step.run, set())
            page = [sighting(*record) for record in step.page]
            show(store, *page, run=step.run, now=now, pulled=len(numbers))
            shown[step.run] |= numbers
        case Decide():
            decide(store, run=step.run, now=now)
        case Deliver():
            results = zip(claim(store, now=now, limit=3), step.outcomes, strict=False)
            settled = [(entry, outcome(status)) for entry, status in results]
            store.settle(settled, run=step.run, now=now)


def _check(store: Store, shown: dict[RunId, set[int]]) -> None:
    for run, numbers in shown.items():
        row = store.ledger(run)["hubspot"]
        assert row.pulled == len(numbers)
        assert row.balanced, row
    known = set().union(*shown.values())
    leads = [store.stored_lead(key(number)) for number in known]
    decided = [each for each in leads if each.state is LeadState.DECIDED]
    assert [each for each in leads if each.decision is not None] == decided
    assert all(len(each.deliveries) == 1 for each in decided)
    # Without a word from the CRM, what is hers is what was given and did not fail.
    assert load(store, NOW + MINUTE)[ANA] == sum(not each.is_void for each in decided)
    rejects = {row.key for row in store.rejects()}
    assert rejects == {each.key for each in leads if each.state is LeadState.REJECTED}
