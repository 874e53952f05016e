"""Asking for a token, by whichever login the settings hold."""

import warnings
from collections.abc import Mapping
from typing import Any
from xml.parsers.expat import ExpatError

import requests
from pydantic import SecretStr
from simple_salesforce.exceptions import SalesforceAuthenticationFailed
from simple_salesforce.login import SalesforceLogin

from connectors.salesforce.credentials import VARIABLES, Login
from connectors.salesforce.failures import NAME
from connectors.salesforce.settings import SalesforceSettings
from leads.errors import AuthError, ConnectorError, TransientError

DEPRECATED = (
    "the login by user name and password is deprecated: Salesforce has it off in new orgs and "
    "retires the SOAP form in Summer '27. Set up an External Client App and use its client "
    "credentials or a JWT"
)
_LAST_SOAP_LOGIN = 64.0
_CUT_OUT = "-api"
_HOST_IN_SANDBOX = "sandbox.my"  # base_url goes over it


def ask_for_token(settings: SalesforceSettings, session: requests.Session) -> tuple[str, str]:
    """Answer a token and the host it is good for. Raises ConnectorError."""
    try:
        with warnings.catch_warnings(action="ignore"):  # it would print the client's id
            token, instance = SalesforceLogin(
                session=session,
                domain=settings.domain or _HOST_IN_SANDBOX,
                **_arguments(settings),
            )
    except SalesforceAuthenticationFailed as failure:
        raise _sort(failure, settings.login) from None
    except ExpatError:
        raise TransientError(NAME, "log in", "the login answer is not XML") from None
    except AttributeError:
        # The library reads the JSON of a refusal as an object, and a list has no names.
        problem = "the login was refused in a form that logins have not: is the org over a limit?"
        raise TransientError(NAME, "log in", problem) from None
    if settings.login is Login.SOAP and _CUT_OUT in settings.domain:
        # simple-salesforce cuts it out of the host it is told, and would ask somebody else's org.
        return str(token), f"{settings.domain}.salesforce.com"
    return str(token), str(instance)


def _arguments(settings: SalesforceSettings) -> Mapping[str, Any]:
    app = {"consumer_key": _text(settings.client_id)}
    user = {"username": _text(settings.username)}
    password, token = _text(settings.password), _text(settings.security_token)
    secret = _text(settings.client_secret)
    match settings.login:
        case Login.CLIENT_CREDENTIALS:
            return {**app, "consumer_secret": secret}
        case Login.JWT:
            return {**app, **user, "privatekey": _text(settings.private_key)}
        case Login.USERNAME:
            return {**app, **user, "consumer_secret": secret, "password": password + token}
        case Login.SOAP:
            version = min(float(settings.api_version), _LAST_SOAP_LOGIN)
            return {
                **user,
                "password": password,
                "security_token": token,
                "sf_version": str(version),
            }


def _text(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def _sort(failure: SalesforceAuthenticationFailed, login: Login) -> ConnectorError:
    code = failure.code
    if isinstance(code, int):  # the answer was not OAuth's JSON; login.py hands on its status
        return TransientError(NAME, "log in", f"the login answer is not JSON (HTTP {code})")
    problem = f"{code or 'refused without a code'} (login by {login})"
    return AuthError(NAME, "log in", problem, _REMEDIES[login])


_REMEDIES: Mapping[Login, str] = {
    Login.CLIENT_CREDENTIALS: (
        f"Check {VARIABLES['client_id']} and {VARIABLES['client_secret']}, and that the app has "
        "the client-credentials flow on with a user to run as"
    ),
    Login.JWT: (
        f"Check {VARIABLES['client_id']} and {VARIABLES['username']}, that the app holds the "
        "certificate of the private key and admits this user in advance, that domain is right, "
        "and this machine's clock"
    ),
    Login.USERNAME: (
        f"Check {VARIABLES['username']}, {VARIABLES['password']} and "
        f"{VARIABLES['security_token']}; the org may have this login off: use client credentials"
    ),
    Login.SOAP: (
        f"Check {VARIABLES['username']}, {VARIABLES['password']} and "
        f"{VARIABLES['security_token']}; the org may have this login off: use client credentials"
    ),
}
