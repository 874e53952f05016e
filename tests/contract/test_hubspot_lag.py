"""Search shows a change only after a while, and not in order: the look-back makes up for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.ownership import OwnerChange, WriteStatus
from leads.record import Cursor
from tests.contract.hubspot_stage import HubSpotStage
from tests.contract.stage import NOON, Options, last_cursor, records, requests

WINDOW = 60
EDIT, ADD, PULL = "edit", "add", "pull"


@dataclass(frozen=True, kw_only=True)
class Step:
    """`lag` is how long the search index takes to see what this step does."""

    after: int
    deed: str
    lag: float
    whom: int


STEPS = st.lists(
    st.builds(
        Step,
        after=st.one_of(st.integers(0, 40), st.sampled_from([WINDOW, 11 * WINDOW, 7_200])),
        deed=st.sampled_from([EDIT, ADD, ADD, PULL]),
        lag=st.floats(0, WINDOW - 1),
        whom=st.integers(0, 100),
    ),
    min_size=3,
    max_size=14,
)


class Reader:
    """Pulls again and again, as the schedule does, and edits somebody between two pages."""

    cursor: Cursor | None = None

    def __init__(self, stage: HubSpotStage, *, look_back: float = WINDOW) -> None:
        self.stage = stage
        stage.now = stage.ground.clock.now
        connection = {"page_size": 2, "look_back_seconds": look_back}
        self.source = stage.source(Options(connection=connection))
        self.seen: dict[str, set[str]] = {}

    def pull(self, edit: Sequence[str] = ()) -> None:
        waiting = list(edit)
        for page in self.source.pull(self.cursor):
            self.cursor = page.resume_from
            for raw in page.records:
                self.seen.setdefault(raw.source_id, set()).add(raw.body["properties"]["jobtitle"])
            if waiting:
                self.stage.portal.person_updates(waiting.pop(), {"jobtitle": "read"})

    def lost(self) -> dict[str, str]:
        """Who was never seen as they are now."""
        now = {i: c.state.values["jobtitle"] for i, c in self.stage.portal.contacts.items()}
        return {i: title for i, title in now.items() if title not in self.seen.get(i, set())}


def live(reader: Reader, steps: Sequence[Step]) -> None:
    portal, clock = reader.stage.portal, reader.stage.ground.clock
    for number, step in enumerate(steps):
        clock.advance(timedelta(seconds=step.after))
        everybody = list(portal.contacts)
        whom = everybody[step.whom % len(everybody)] if everybody else None
        if step.deed == PULL:
            reader.pull(edit=[whom] if whom else [])
            continue
        if step.deed == ADD or whom is None:
            fields = {"lastname": "Doe", "jobtitle": f"v{number}", "lifecyclestage": "lead"}
            whom = portal.add_contact(fields)
        else:
            portal.person_updates(whom, {"jobtitle": f"v{number}"})
        portal.search_lags[whom] = step.lag
        reader.pull()
    clock.advance(timedelta(seconds=WINDOW))
    reader.pull()


@settings(max_examples=25)
@given(steps=STEPS)
def test_no_lag_below_the_window_loses_anybody(steps: list[Step]):
    with HubSpotStage.open() as stage:
        stage.ground.clock.set(NOON)
        reader = Reader(stage)
        live(reader, steps)
        assert reader.lost() == {}


def test_who_comes_late_is_seen_though_nobody_read_for_hours():
    """A last change that is hours old is settled only once somebody read from before it again."""
    slow = Step(after=0, deed=ADD, lag=30, whom=0)
    quick = Step(after=1, deed=ADD, lag=0, whom=0)
    later = Step(after=7_200, deed=PULL, lag=0, whom=0)
    with HubSpotStage.open() as stage:
        reader = Reader(stage)
        live(reader, [slow, quick, replace(later, deed=ADD)])
        assert reader.lost() == {}


def test_a_burst_is_not_read_again_each_minute_for_ever():
    with HubSpotStage.open() as stage:
        stage.add(9, at=NOON)
        reader = Reader(stage)
        read = []
        for _ in range(13):
            before = requests(stage, stage.reads)
            reader.pull()
            read.append(requests(stage, stage.reads) - before)
            stage.ground.clock.advance(timedelta(seconds=WINDOW))
        assert read[1] > 3, "the look-back goes over the burst"
        assert read[-1] == read[-2] == 1
        assert reader.cursor is not None
        assert reader.cursor.endswith("settled")


def test_without_looking_back_somebody_would_be_lost():
    slow = Step(after=0, deed=ADD, lag=30, whom=0)
    quick = Step(after=1, deed=ADD, lag=0, whom=0)
    with HubSpotStage.open() as stage:
        reader = Reader(stage, look_back=0)
        live(reader, [slow, quick])
        assert len(reader.lost()) == 1


def test_a_lag_that_is_over_shows_nothing_twice_as_new():
    with HubSpotStage.open() as stage:
        stage.add(5, at=NOON - timedelta(seconds=10))
        source = stage.source(Options(connection={"look_back_seconds": WINDOW}))
        first = list(source.pull(None))
        again = list(source.pull(last_cursor(first)))
        versions = {(r.source_id, r.version) for r in records(first)}
        assert {(r.source_id, r.version) for r in records(again)} == versions
        assert last_cursor(again) == last_cursor(first)


@pytest.mark.parametrize("lag", [0.0, 20.0])
def test_our_own_write_comes_back_with_our_owner_and_is_no_new_lead(lag: float):
    with HubSpotStage.open() as stage:
        (record,) = stage.add(1, at=NOON - timedelta(seconds=30))
        crm = stage.crm(Options(connection={"look_back_seconds": WINDOW}))
        first = list(crm.pull(None))
        (before,) = records(first)
        stage.ground.clock.advance(timedelta(seconds=5))
        stage.portal.search_lag = lag
        change = OwnerChange(record_id=record, owner=stage.ana, expected=stage.unowned, notes={})
        assert crm.write_owners([change])[0].status is WriteStatus.WRITTEN
        (after,) = records(list(crm.pull(last_cursor(first))))
        if lag:  # as it was: nothing that the store would take for a change
            assert (after.version, crm.owner_of(after)) == (before.version, None)
        else:
            assert (crm.owner_of(after), crm.is_intake(after)) == (stage.ana, "owned by a person")
            assert after.version != before.version
        (fetched,) = crm.fetch([record])  # a batch read sees the present
        assert crm.owner_of(fetched) == stage.ana
