"""The daily flow that compares a shadow with the policy in force, as an artifact to read."""

from datetime import timedelta

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.in_force import Stance
from flows.simulating.shadow_report import ShadowReport, shadow_report
from flows.wiring import open_wiring
from reports.backtest import headlines

_MOVES = 20


@flow(name="shadow report", flow_run_name="shadow report")
def report_shadow(days: int = 1) -> State:
    """Report what the shadow would have done otherwise over the last `days`."""
    with open_wiring(stance=Stance.LOOKS) as wiring:
        if wiring.store.shadow() is None:
            return Completed(message="no shadow is running")
        now = wiring.now()
        policy = wiring.configuration.policy
        made = shadow_report(wiring.store, policy, now - timedelta(days=days), now)
    create_markdown_artifact(key="shadow", markdown=_markdown(made))
    return Completed(message=headlines(made.found)[0])


def _markdown(made: ShadowReport) -> str:
    found = made.found
    said = [f"- {sentence}" for sentence in (*headlines(found), *made.notes())]
    rows = [f"| {a} | {b} | {count} |" for a, b, count in found.moves[:_MOVES]]
    table = ["", "| in force | shadow | leads |", "|---|---|---|", *rows] if rows else []
    return "\n".join([*said, *table])
