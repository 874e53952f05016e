"""Second looks at one record, by its history alone: whoever looks, and however often."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors.second_look import look_again
from leads.activity import OwnerShift
from leads.keys import CrmOwnerId
from leads.ownership import OwnerChange, WriteOutcome, WriteStatus

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CONFLICT, WRITTEN = WriteStatus.CONFLICT, WriteStatus.WRITTEN
OURS, OURS_TOO = CrmOwnerId("ours"), CrmOwnerId("ours, too")
QUEUE = CrmOwnerId("a queue")
PEOPLE = [CrmOwnerId("Ann"), CrmOwnerId("Ben"), OURS]


def to(owner: CrmOwnerId) -> OwnerChange:
    return OwnerChange(
        record_id="1", owner=owner, expected=frozenset({None, CrmOwnerId("a queue")}), notes={}
    )


def nothing() -> None:
    pass


@dataclass(kw_only=True)
class Record:
    """A CRM with one record and no conditions. `meanwhile` is between a reading and its write."""

    owner: CrmOwnerId | None = None
    chosen: CrmOwnerId | None = None
    shifts: list[OwnerShift] = field(default_factory=list)
    meanwhile: Callable[[], object] = nothing
    newest_first: bool = False

    def becomes(self, owner: CrmOwnerId, *, by_us: bool) -> None:
        if owner != self.owner:
            before = self.owner
            shift = OwnerShift(record_id="1", at=NOON, before=before, after=owner, by_us=by_us)
            self.shifts.append(shift)
            self.chosen = self.chosen if by_us else owner
        self.owner = owner

    def history(self, _: Sequence[str]) -> Iterable[OwnerShift]:
        return list(reversed(self.shifts)) if self.newest_first else list(self.shifts)

    def write(self, changes: Sequence[OwnerChange]) -> list[WriteOutcome]:
        told = [self._told(change) for change in changes]
        happening, self.meanwhile = self.meanwhile, nothing
        happening()
        for change, status in zip(changes, told, strict=True):
            if status is WRITTEN:
                self.becomes(change.owner, by_us=True)
        return [WriteOutcome(status=status, record_id="1") for status in told]

    def _told(self, change: OwnerChange) -> WriteStatus:
        if self.owner == change.owner:
            return WriteStatus.UNCHANGED
        return WRITTEN if self.owner in change.expected else CONFLICT

    def looked_at(self, *changes: OwnerChange) -> list[tuple[WriteStatus, str | None]]:
        looked = look_again(changes, history=self.history, write=self.write, same=str)
        return [(each.status, each.owner) for each in looked]

    def said_of(self, change: OwnerChange) -> str:
        (looked,) = look_again([change], history=self.history, write=self.write, same=str)
        return looked.reason


def test_two_writes_of_ours_are_settled_once_whoever_looks_again():
    """Both were read as nobody's: the first one stands, and no look gives it to the second."""
    record = Record()
    for owner in (OURS, OURS_TOO):
        record.becomes(owner, by_us=True)
    both = to(OURS), to(OURS_TOO)
    assert record.looked_at(*both) == [(WRITTEN, OURS), (CONFLICT, OURS)]
    changes = list(record.shifts)
    assert record.looked_at(*both) == [(WRITTEN, OURS), (CONFLICT, OURS)]
    assert (record.shifts, record.owner) == (changes, OURS)
    assert record.said_of(to(OURS_TOO)) == (
        "we had given it to another owner ourselves, in the moment before our write; "
        "given back to them"
    )


def test_a_late_write_over_whoever_has_it_back_is_over_a_person():
    record = Record()
    record.becomes(PEOPLE[0], by_us=False)
    record.becomes(OURS, by_us=True)
    somebody = "somebody took it in the moment before our write; given back to them"
    for _ in range(2):
        assert record.said_of(to(OURS)) == somebody
        record.becomes(OURS, by_us=True)


def test_who_looks_between_another_ones_reading_and_its_write_gives_back_the_same():
    record = Record()
    record.becomes(PEOPLE[0], by_us=False)
    record.becomes(OURS, by_us=True)
    record.meanwhile = partial(record.looked_at, to(OURS))
    assert record.looked_at(to(OURS)) == [(CONFLICT, PEOPLE[0])]
    assert [each.after for each in record.shifts] == [PEOPLE[0], OURS, PEOPLE[0]]


def test_what_happened_in_one_second_is_told_apart_by_whom_each_replaced():
    """Salesforce's history has whole seconds, and no order of its own within one."""
    record = Record(owner=QUEUE, newest_first=True)
    record.becomes(PEOPLE[0], by_us=False)
    record.becomes(OURS, by_us=True)
    for _ in range(2):
        assert record.looked_at(to(OURS)) == [(CONFLICT, PEOPLE[0])]
        assert [each.after for each in record.shifts] == [PEOPLE[0], OURS, PEOPLE[0]]


step = st.tuples(
    st.sampled_from(["late write", "look", "person"]),
    st.lists(st.sampled_from(PEOPLE), max_size=2),
)


@settings(max_examples=300)
@given(steps=st.lists(step, max_size=8))
@example(steps=[("person", PEOPLE[:1]), ("late write", []), ("look", [PEOPLE[1], OURS])])
def test_the_last_word_is_a_persons_whatever_was_written_late(steps):
    """Those of a look choose between its reading and its write, one after the other."""
    record = Record()
    record.becomes(OURS, by_us=True)
    for what, people in steps:
        record.meanwhile = partial(choose, record, people)
        if what == "look":
            record.looked_at(to(OURS))
        record.meanwhile()
        record.meanwhile = nothing
        if what == "late write":
            record.becomes(OURS, by_us=True)
    record.looked_at(to(OURS))
    settled = list(record.shifts)
    record.looked_at(to(OURS))
    assert (record.owner, record.shifts) == (record.chosen or OURS, settled)


def choose(record: Record, people: Sequence[CrmOwnerId]) -> None:
    for person in people:
        record.becomes(person, by_us=False)
