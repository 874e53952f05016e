"""The HTTP under simple-salesforce: time-outs, another address, and a login that cannot mislead."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter

from connectors.http import close_pools
from connectors.salesforce.settings import SalesforceSettings
from connectors.salesforce.usage import Usage

_LOGIN_PATHS = ("/services/oauth2/token", "/services/Soap/u/")


class LoginDown(requests.RequestException):
    """The login server failed, which says nothing about the credentials."""


def new_session(settings: SalesforceSettings, usage: Usage) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # a .netrc entry would replace our Authorization header
    session.mount("https://", _Wire(settings, usage))
    return session


class _Wire(HTTPAdapter):
    """
    simple-salesforce writes https:// before every host it is given and sets no time-out.

    So a plain-HTTP `base_url` can only be reached by rewriting below it, and so can a time-out
    that holds for all its calls.
    """

    def __init__(self, settings: SalesforceSettings, usage: Usage) -> None:
        super().__init__()
        self._usage = usage
        self._times = (settings.connect_timeout, settings.read_timeout)
        self._base = urlsplit(settings.base_url) if settings.base_url else None

    def close(self) -> None:
        close_pools(self.poolmanager)
        super().close()

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        kwargs["timeout"] = kwargs.get("timeout") or self._times
        if self._base and request.url:
            asked = urlsplit(request.url)
            request.url = urlunsplit(
                asked._replace(scheme=self._base.scheme, netloc=self._base.netloc)
            )
        response = super().send(request, *args, **kwargs)
        self._usage.note(response.headers, datetime.now(UTC))
        # login.py reads any answer as OAuth's: a proxy's 502 page would pass for a wrong password.
        is_login = any(path in (request.url or "") for path in _LOGIN_PATHS)
        if is_login and _is_down(response):
            response.close()
            raise LoginDown(f"HTTP {response.status_code}")
        return response


def _is_down(response: requests.Response) -> bool:
    if response.status_code == 500 and "text/xml" in response.headers.get("content-type", ""):  # noqa: PLR2004
        return False  # how SOAP says no
    return response.status_code in (408, 429) or response.status_code >= 500  # noqa: PLR2004  (HTTP's own line)
