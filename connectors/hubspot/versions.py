"""Which version of HubSpot's API is asked, and until when HubSpot supports it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from urllib3.util.retry import Retry

_CLIENTS_OWN = "v3"
_LAST_OF_NUMBERED = datetime(2027, 9, 30, tzinfo=UTC)
_SUPPORTED_MONTHS = 18
_NUMBERED = re.compile(r"^/(crm|account-info)/v\d+/(objects|owners|properties|associations|)")
"""As the library's templates have it: /crm/v3/objects/{objectType}, /account-info/v3/details."""


def dated(path: str, version: str) -> str:
    """Move the version behind the name: /crm/v3/objects/X is /crm/objects/2026-09/X when dated."""
    if version == _CLIENTS_OWN:
        return path
    found = _NUMBERED.match(path)
    if found is None:
        raise ValueError(f"{path} has no dated form that we know")
    api, name = found.groups()
    rest = path[found.end() :].lstrip("/")
    parts = [p for p in (api, name, version) if p]
    # An owners' list ends in a slash, which is part of its path.
    return "/" + "/".join(parts) + "/" + rest


def supported_until(version: str) -> datetime:
    """End of the vendor's support: 18 months after a dated version came out."""
    if version == _CLIENTS_OWN:
        return _LAST_OF_NUMBERED
    year, month = map(int, version.split("-"))
    months = year * 12 + month - 1 + _SUPPORTED_MONTHS
    return datetime(months // 12, months % 12 + 1, 30, tzinfo=UTC)


def api_factory(version: str) -> Callable[[Any, str, dict[str, Any]], Any]:
    """
    Make the library's API objects for `version`; it knows only its own.

    It calls this with a generated package, the API's name in it, and what `Client.create` was
    given: attributes of that package's Configuration, and `retry`.
    """

    def make(package: Any, name: str, config: dict[str, Any]) -> Any:
        configuration = package.Configuration()
        for key, value in config.items():
            setattr(configuration, "retries" if key == "retry" else key, value)
        api_client = package.ApiClient(configuration=configuration)
        call = api_client.call_api
        api_client.call_api = lambda path, *a, **kw: call(dated(path, version), *a, **kw)
        return getattr(package, name)(api_client=api_client)

    return make


NEVER_REPEAT = Retry(total=False)
"""Without it urllib3 would itself repeat a GET that has a Retry-After, for hours."""
