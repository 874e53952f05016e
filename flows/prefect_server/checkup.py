"""What `firsttouch doctor` finds at Prefect's server: whether anything runs, and what does not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from importlib.metadata import version
from typing import Any

import httpx
import yaml

from connectors.findings import Finding, examine, fine, warning, wrong
from flows.checkout import CHECKOUT
from flows.plurals import count_of
from flows.prefect_server.api import logged_in
from leads.errors import AuthError, ContractError, TransientError

_NAME = "prefect"
_THE_SYNC = "sync-every-minute"
_READY = "READY"
_MOST = 200
_WRITTEN = "write it whole, as http://127.0.0.1:4200/api"
_NO_ADDRESS = f"PREFECT_API_URL is no address: {_WRITTEN}"
_START = "start `firsttouch serve`, or deploy and start a worker (docs/workers.md)"


def examine_prefect(environ: Mapping[str, str]) -> list[Finding]:
    """Ask the server at PREFECT_API_URL; one that does not answer is asked nothing else."""
    api, auth = environ["PREFECT_API_URL"], environ.get("PREFECT_API_AUTH_STRING")
    try:
        login = logged_in(api, auth)
    except httpx.InvalidURL:
        return [replace(wrong(_NO_ADDRESS), about="server")]
    with login as client:
        server = _Server(client)
        checks = [
            ("deployments", server.deployments),
            ("schedules", server.schedules),
            ("runner", server.runner),
            ("late runs", server.late_runs),
            ("automations", server.automations),
        ]
        return list(examine([("server", server.is_there)], checks))


class _Server:
    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def is_there(self) -> Iterator[Finding]:
        theirs, ours = self._ask("GET", "/admin/version"), version("prefect")
        if theirs == ours:
            yield fine(f"answers, version {theirs}")
        else:
            yield warning(f"is of version {theirs}, this program of {ours}: install the same")

    def deployments(self) -> Iterator[Finding]:
        lacks = [name for name in _declared() if name not in self._known]
        if not lacks:
            yield fine(
                f"{count_of(len(self._known), 'deployment')}, all that prefect.yaml declares"
            )
        elif _THE_SYNC in lacks:
            yield wrong(f"the sync is not deployed, so that nothing runs by itself: {_START}")
        else:
            yield warning(f"not deployed: {', '.join(lacks)}: {_START}")

    def schedules(self) -> Iterator[Finding]:
        """A schedule that a person switched off, in whichever of the two places."""
        for name in _declared():
            found = self._known.get(name)
            if found is None:
                continue
            off = [each for each in found["schedules"] if not each["active"]]
            if not (found["paused"] or off):
                continue
            where = "its deployment" if found["paused"] else "its schedule"
            text = f"{name}: {where} is paused in Prefect: resume it there"
            is_sync = name == _THE_SYNC
            yield wrong(f"{text}; no lead is polled meanwhile") if is_sync else warning(text)

    def runner(self) -> Iterator[Finding]:
        """Prefect calls a deployment ready while somebody asks for its runs each minute."""
        sync = self._known.get(_THE_SYNC)
        if sync is None:
            return
        if sync["status"] == _READY:
            yield fine("`firsttouch serve`, or a worker, asks for runs")
            return
        last = sync["last_polled"]
        since = f"since {last[:16].replace('T', ' ')} UTC" if last else "ever"
        yield wrong(f"nobody has asked for runs {since}: {_START}")

    def late_runs(self) -> Iterator[Finding]:
        late = {"flow_runs": {"state": {"name": {"any_": ["Late"]}}}}
        count = self._ask("POST", "/flow_runs/count", late)
        if count:
            late_by_now = f"{count_of(count, 'run')} should have begun and did not"
            yield warning(f"{late_by_now}: too few workers, or none. No lead is lost by that")

    def automations(self) -> Iterator[Finding]:
        known = {each["name"]: each["enabled"] for each in self._ask("POST", "/automations/filter")}
        files = sorted((CHECKOUT / "automations").glob("*.yaml"))
        for name in (yaml.safe_load(file.read_text())["name"] for file in files):
            if name not in known:
                yield warning(f"{name!r} is not there: `firsttouch automations` makes it")
            elif not known[name]:
                yield warning(f"{name!r} is switched off in Prefect")

    @cached_property
    def _known(self) -> dict[str, Any]:
        """The deployments of ours that are there, by name."""
        found: Sequence[Any] = self._ask("POST", "/deployments/filter", {"limit": _MOST})
        ours = _declared()
        return {
            each["name"]: each
            for each in found
            if each["name"] in ours and (each["entrypoint"] or "").endswith(ours[each["name"]])
        }

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Raises TransientError, AuthError or ContractError, as of any other server."""
        try:
            answer = self._client.request(method, path, json=body)
        except httpx.UnsupportedProtocol:
            raise ContractError(_NAME, path, _NO_ADDRESS) from None
        except httpx.HTTPError as error:
            where = f"nobody answers at PREFECT_API_URL ({type(error).__name__})"
            raise TransientError(_NAME, path, f"{where}: start `prefect server start`") from None
        if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            problem = "the password is not right: PREFECT_API_AUTH_STRING is its user:password"
            raise AuthError(_NAME, path, problem)
        if answer.status_code == httpx.codes.NOT_FOUND:
            problem = f"PREFECT_API_URL is not where Prefect's API is (HTTP 404): {_WRITTEN}"
            raise ContractError(_NAME, path, problem)
        if not answer.is_success:
            raise ContractError(_NAME, path, f"HTTP {answer.status_code}")
        return answer.json()


def _declared() -> Mapping[str, str]:
    """Return the entry point of each deployment, by its name."""
    declared = yaml.safe_load((CHECKOUT / "prefect.yaml").read_text())
    return {each["name"]: each["entrypoint"] for each in declared["deployments"]}
