"""The HTTP under simple-salesforce: time-outs, another address, and a login that cannot mislead."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter

from connectors.http import close_pools
from connectors.salesforce.settings import SalesforceSettings

_LOGIN_PATH = "/services/oauth2/token"


class LoginDown(requests.RequestException):
    """The login server failed, which says nothing about the credentials."""


def new_session(settings: SalesforceSettings) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # a .netrc entry would replace our Authorization header
    session.mount("https://", _Wire(settings))
    return session


class _Wire(HTTPAdapter):
    """
    simple-salesforce writes https:// before every host it is given and sets no time-out.

    So a plain-HTTP `base_url` can only be reached by rewriting below it, and so can a time-out
    that holds for all its calls.
    """

    def __init__(self, settings: SalesforceSettings) -> None:
        super().__init__()
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
        # login.py reads any answer as OAuth's: a proxy's 502 page would pass for a wrong password.
        if (request.url or "").endswith(_LOGIN_PATH) and _is_down(response.status_code):
            response.close()
            raise LoginDown(f"HTTP {response.status_code}")
        return response


def _is_down(status: int) -> bool:
    return status in (408, 429) or status >= 500  # noqa: PLR2004  (HTTP's own line)
