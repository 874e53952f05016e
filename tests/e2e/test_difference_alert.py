"""What a reconciliation finds at a source is one alert until it finds nothing there."""

from datetime import UTC, datetime, timedelta

from flows.reconciling.comparing import Period
from flows.reconciling.findings import Comparison, Difference, Kind
from flows.reconciling.reconcile import Reconciliation
from flows.watching.differences import watch_differences
from flows.watching.watch import line, tell
from leads.keys import LeadKey
from tests.e2e.desk_case import office
from tests.e2e.test_aging_steps import plan

MONDAY = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)
PERIOD = Period(since=MONDAY - timedelta(days=7), until=MONDAY)


def found(*compared: Comparison) -> Reconciliation:
    return Reconciliation(period=PERIOD, compared=compared, problems=())


def compared(source: str, *kinds: Kind, mended: int = 0) -> Comparison:
    differences = [
        Difference(kind=kind, lead=LeadKey(source, str(n)), text="x", is_mended=n < mended)
        for n, kind in enumerate(kinds)
    ]
    return Comparison(source=source, differences=differences)


def told(desk, *sources: Comparison) -> list[str]:
    alerts = watch_differences(desk.wiring, found(*sources))
    tell(desk.wiring, alerts)
    return [line(each) for each in alerts]


def test_each_source_is_told_once_and_again_when_nothing_differs(tmp_path):
    with office(tmp_path, MONDAY, {**plan(), "notify": None}) as desk:
        gone = compared("hubspot", Kind.LOST, Kind.LOST, Kind.STUCK, mended=1)
        mended = compared("salesforce", Kind.UNASSIGNED, mended=1)
        hubspot, salesforce = told(desk, gone, mended, compared("csv_file"))
        assert hubspot == (
            "reconcile: hubspot: 3 differences, 2 not repaired: our write is not in the CRM (2); "
            "the CRM does not take its owner (1). `firsttouch reconcile --source hubspot` lists "
            "what is left"
        )
        again = "decided, and nobody has it again (1)"
        assert salesforce == f"reconcile: salesforce: 1 difference, all repaired: {again}"
        desk.later(days=1)
        (over,) = told(desk, gone, compared("salesforce"))
        assert over.startswith("over: reconcile: salesforce: ")
        desk.later(days=1)
        assert told(desk) == [], "of a source that could not be asked nothing is known"
        assert [each.cause.source for each in desk.wiring.store.alerts()] == ["hubspot"]
        (over,) = told(desk, compared("hubspot"))
        assert over.startswith("over: reconcile: hubspot: ")
