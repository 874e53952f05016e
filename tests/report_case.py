"""A whole report of a made-up business, and its page."""

from random import Random

from reports.beside import Beside, Calls, FieldHealth, FollowUps, Load, Made, Returner, Turn
from reports.report import build_report
from reports.report_page import report_page
from tests.unit.report_rows import facts, many

_IN_HAND = {"ana": 12, "ben": 25, "carla": 3, "dieter": 9, "eva": 20, "finn": 14, "grace": 8}


def whole_page(leads: int) -> str:
    """Return a page with every section, chart and table there is."""
    rows, dice = many(leads), Random(3)
    for each in rows:
        if each["won_at"]:
            each["won_amount"] = dice.lognormvariate(9, 0.8)
    note = "Response time runs from a lead's creation at its source to the first touch by a person."
    return report_page(build_report(facts(rows), _beside(), title="Lead report", notes=[note]))


def _beside() -> Beside:
    return Beside(
        loads=tuple(Load(owner=owner, open_leads=n, cap=25) for owner, n in _IN_HAND.items()),
        turns=(
            Turn(pool="iberia", owner="ana", entitled=100.3, assigned=101),
            Turn(pool="iberia", owner="ben", entitled=100.3, assigned=99),
            Turn(pool="dach", owner="eva", entitled=150.2, assigned=150),
        ),
        fields=(
            FieldHealth(
                source="hubspot",
                field="employees",
                leads=500,
                filled=310,
                flawed=40,
                leads_before=500,
                filled_before=455,
                flawed_before=3,
                rules=("Iberian enterprise", "DACH enterprise"),
            ),
        ),
        drifts=("hubspot: employees is filled in 62 % of leads, 91 % before.",),
        calls=(Calls(source="hubspot", part="", a_day=1_440, reason="2 % are used"),),
        made=(Made(source="hubspot", calls=120_400, days=28, most=5_100),),
        returners=(Returner(owner="ben", leads=14, no_lead=9),),
        follow_ups=(FollowUps(owner="ana", in_time=80, late=9, never=4),),
        fallbacks={"Nobody in pool iberia was at work": 40, "No rule matched": 12},
        returns={"spam": 9, "wrong territory": 5},
        breached=31,
        deliveries={("hubspot", "written"): 900, ("hubspot", "conflict"): 12},
        rejected=4,
        undecided=2,
    )
