"""Who tells an alert when several look on at once; and a fault in looking on, at no cost"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from flows.tick import Tick, new_run, sync_source
from flows.watching.quality import KIND as QUALITY
from flows.watching.watch import tell, watch
from leads.errors import AuthError
from leads.messages import Message
from tests.builders import MONDAY
from tests.e2e.desk_case import DESK, office, person

DOCUMENT: dict[str, Any] = {
    "owners": [person("ana"), DESK],
    "pools": {"rest": {"members": ["ana"]}},
    "rules": [{"name": "Rest", "assign": "rest"}],
    "sources": {
        "hubspot": {"intake": {"owners": [None]}},
        "fair": {
            "kind": "csv_file",
            "destination": "hubspot",
            "fields": {"company": "Firma"},
        },
    },
    "notify": {"channels": {"ops": "FT_OPS"}, "everyone": ["ops"], "alerts": ["ops"]},
}
REFUSED = Tick(source="hubspot", problems=(AuthError("hubspot", "log in", "refused"),))


@dataclass
class Channel:
    """Notifier."""

    titles: list[str] = field(default_factory=list)

    def tell(self, channel: str, message: Message) -> None:
        self.titles.append(f"{channel}: {message.title}")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "fair.csv"
    path.write_text("id,email,Firm\n1,a@example.com,Acme\n")
    return path


@pytest.fixture
def wiring(tmp_path, file):
    sources = {**DOCUMENT["sources"]}
    sources["fair"] = {**sources["fair"], "connection": {"path": str(file)}}
    with office(tmp_path, MONDAY, {**DOCUMENT, "sources": sources}) as desk:
        yield replace(desk.wiring, notifier=Channel(), now=lambda: MONDAY)


def after(wiring, **later):
    return replace(wiring, now=lambda: MONDAY + timedelta(**later))


def test_what_two_saw_at_once_one_tells(wiring):
    one, other = watch(wiring, [REFUSED]), watch(wiring, [REFUSED])
    assert one == other != []
    raised: list[object] = []
    assert tell(wiring, one, raised.append) == raised == one
    assert tell(wiring, other, raised.append) == []
    assert len(raised) == 1
    assert wiring.notifier.titles == ["ops: Firsttouch: 1 to look at"]


def test_while_somebody_tells_nobody_else_does_and_after_a_death_the_next_sync_does(wiring):
    alerts = watch(wiring, [REFUSED])
    assert wiring.store.take_lease("telling alerts", "who dies", seconds=120, now=MONDAY)
    assert tell(after(wiring, seconds=60), alerts) == []
    assert wiring.notifier.titles == []
    later = after(wiring, seconds=180)
    assert tell(later, watch(later, [REFUSED])) != []
    assert len(wiring.notifier.titles) == 1


def test_a_fault_in_looking_on_is_logged_in_words_and_the_sync_goes_on(wiring, caplog):
    broken = replace(wiring, now=lambda: 1 // 0)
    alerts = watch(wiring, [REFUSED])
    assert watch(broken, [REFUSED]) == []
    assert tell(broken, alerts) == []
    what = "a fault of Firsttouch itself: ZeroDivisionError in test_alert_claim.py"
    assert [what in each.getMessage() for each in caplog.records] == [True, True]
    assert len(tell(wiring, alerts)) == 1, "it is told by the next that can"


def test_a_column_that_the_file_lacks_is_told_by_each_sync_and_is_one_alert(wiring, file):
    said = f"{file}: sources.fair.fields.company: 'Firma' is not a column of the file there; "
    for minute in (0, 1):
        now = after(wiring, minutes=minute)
        tick = sync_source(now, "fair", new_run(), write=False)
        (told,) = tick.amiss
        assert told.startswith(said + "did you mean 'Firm'? (there are: Firm, email, id)")
        alerts = watch(now, [tick])
        assert [(each.cause.kind, each.cause.subject, each.cause.text) for each in alerts] == [
            (QUALITY, "company", told)
        ]
    assert len(wiring.store.alerts()) == 1
    file.write_text("id,email,Firma\n1,a@example.com,Acme\n")
    mended = after(wiring, minutes=10)
    tick = sync_source(mended, "fair", new_run(), write=False)
    assert tick.amiss == ()
    watch(mended, [tick])
    assert wiring.store.alerts() == []


def test_a_column_that_is_not_there_is_told_before_any_row_is(wiring, file):
    file.write_text("id,email,Firm\n")
    tick = sync_source(wiring, "fair", new_run(), write=False)
    assert (tick.pulled, len(tick.amiss)) == (0, 1)
    assert [each.cause.subject for each in watch(wiring, [tick])] == ["company"]


def test_a_file_that_cannot_be_read_is_told_as_that_alone(wiring, file):
    file.unlink()
    tick = sync_source(wiring, "fair", new_run(), write=False)
    assert tick.amiss == ()
    (problem,) = tick.problems
    assert str(file) in str(problem)
