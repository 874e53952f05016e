"""What the demo and `serve` ask Prefect's own HTTP API."""

import httpx
from pydantic import SecretStr

DEPLOYMENT = "sync/sync-every-minute"
NOW_CALLED = {
    "sync/every-minute": "sync-every-minute",
    "aging/every-minute": "aging-every-minute",
    "reconcile/daily": "reconcile-daily",
    "sweep/daily": "sweep-daily",
    "prune/daily": "prune-daily",
    "retention/daily": "retention-daily",
    "shadow report/daily": "shadow-daily",
    "report/daily": "report-daily",
    "report/weekly": "report-weekly",
    "recalibration/monthly": "recalibration-monthly",
    "review/first-assignments": "review-first-assignments",
    "backfill/older-leads": "backfill-older-leads",
    "backfill-window/one-window": "backfill-one-window",
    "undo/one-run": "undo-one-run",
    "simulate/what-if": "simulate-what-if",
    "replay-rejects/set-aside": "replay-set-aside",
}
"""Deployments that had another name once: on a server of then they are still there."""
NO_SERVER = (
    "PREFECT_API_URL is not set: start `prefect server start` in another terminal and `export "
    "PREFECT_API_URL=http://127.0.0.1:4200/api`"
)


def refused(what: str, error: Exception) -> str:
    """Say what came of it where Prefect's server does not answer, or answers no."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    match status:
        case None:
            why = f"its server does not answer ({type(error).__name__}): is PREFECT_API_URL right?"
        case 401 | 403:
            why = "its server wants a password: set PREFECT_API_AUTH_STRING to its user:password"
        case _:
            why = f"its server answered {status}"
    return f"{what}: {why}"


def logged_in(api: str, auth: SecretStr | str | None) -> httpx.Client:
    """Open a client of the API at `api`; `auth` is the server's user:password, if it has one."""
    text = auth.get_secret_value() if isinstance(auth, SecretStr) else auth or ""
    user, _, password = text.partition(":")
    return httpx.Client(base_url=api, auth=(user, password) if text else None, timeout=10.0)


def is_answering(api: str) -> bool:
    """Whether the server at `api` answers."""
    try:
        return httpx.get(f"{api}/health", timeout=2.0).is_success
    except httpx.HTTPError:
        return False


def is_there(api: str) -> bool:
    """Whether somebody listens at `api`, whatever they answer: credentials are Prefect's affair."""
    try:
        httpx.get(f"{api}/health", timeout=5.0)
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
    return True


def deployment_id(api: str) -> str | None:
    """Return the sync's id once it is registered, else None."""
    try:
        answer = httpx.get(f"{api}/deployments/name/{DEPLOYMENT}", timeout=5.0)
    except httpx.HTTPError:
        return None
    return str(answer.json()["id"]) if answer.is_success else None


def run_now(api: str, deployment: str) -> bool:
    """Ask for a run at once, beside the schedule; answer whether it was taken."""
    address = f"{api}/deployments/{deployment}/create_flow_run"
    try:
        return httpx.post(address, json={"state": {"type": "SCHEDULED"}}, timeout=5.0).is_success
    except httpx.HTTPError:
        return False
