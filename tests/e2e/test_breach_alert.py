"""An SLA that is broken is one alert, however often it is, and over when it is kept again."""

from datetime import UTC, datetime

from flows.watching.watch import line, tell, watch
from leads.activity import Touch, TouchKind
from leads.record import Cursor
from tests.e2e.desk_case import office
from tests.e2e.test_aging_steps import act, assigned, deliver, plan

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def told(desk):
    found = watch(desk.wiring, [])
    tell(desk.wiring, found)
    return [line(each) for each in found]


def test_a_breach_is_told_once_and_once_more_when_there_are_none(tmp_path):
    policy = {**plan(max_reassign=2), "notify": None}
    with office(tmp_path, MONDAY, policy) as desk:
        assigned(desk)
        desk.later(minutes=14)
        assert told(desk) == []
        desk.later(minutes=1)
        act(desk)
        deliver(desk)
        text = (
            "SLA breach: hot: 1 first touch late, now or in the last hour, by 1 owner. "
            f"`firsttouch explain {desk.lead(1).key}` says what became of such a lead"
        )
        assert told(desk) == [text]
        desk.later(minutes=15)
        act(desk)
        deliver(desk)
        assert told(desk) == [], "the next one's breach is the same cause"
        (standing,) = desk.wiring.store.alerts()
        assert "2 first touches late" in standing.cause.text
        assert "by 2 owners" in standing.cause.text
        touched = Touch(
            record_id="771",
            at=desk.now,
            kind=TouchKind.CALL,
            evidence="call-1",
            recorded_at=desk.now,
        )
        desk.wiring.store.save_touches("hubspot", [touched], (), Cursor("t"), now=desk.now)
        desk.later(minutes=59)
        assert told(desk) == []
        desk.later(minutes=6)
        (over,) = told(desk)
        assert over.startswith("over: SLA breach: hot: ")
