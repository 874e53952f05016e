"""The ways into the org: which logins are open, and what each is checked against."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt
from jwt.types import Options

from sandbox.salesforce.sessions import CLIENT_ID

PASSWORD = "sandbox-password"
SECURITY_TOKEN = "sandboxSecurityToken"
AUDIENCES = ("https://test.salesforce.com", "https://sandbox.my.salesforce.com")
_LONGEST_ASSERTION = timedelta(minutes=5)
_LAST_SOAP_LOGIN = 64
_SOAP_LOGIN_ENDS = (2027, 6)  # Summer '27


class Closed(Exception):
    """A login refused: Salesforce's code, and its sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


@dataclass(slots=True, kw_only=True)
class Doors:
    """
    `certificate` is the app's public key in PEM form; without one no assertion is good.
    `preauthorized` users need not approve the app. Logins by password are off, as in new orgs.
    """

    certificate: str | None = None
    preauthorized: bool = True
    password_flow: bool = False
    soap_login: bool = False

    def check_assertion(self, assertion: str, users: frozenset[str], now: datetime) -> str:
        """Answer the user an assertion speaks for. Raises Closed."""
        claims = self._claims(assertion)
        if claims.get("iss") != CLIENT_ID:
            raise Closed("invalid_client_id", "client identifier invalid")
        if claims.get("aud") not in AUDIENCES:
            raise Closed("invalid_grant", "audience is invalid")
        if not timedelta(0) < _expiry(claims) - now <= _LONGEST_ASSERTION:
            raise Closed("invalid_grant", "expired authorization code")
        user = str(claims.get("sub"))
        if user not in users or not self.preauthorized:
            raise Closed("invalid_grant", "user hasn't approved this consumer")
        return user

    def check_password(self, username: str, password: str, users: frozenset[str]) -> None:
        """Raises Closed. The security token is part of the password."""
        good = username in users and password == PASSWORD + SECURITY_TOKEN
        if not (good and self.password_flow):
            raise Closed("invalid_grant", "authentication failure")

    def check_soap(
        self, version: float, user: tuple[str, str], users: frozenset[str], now: datetime
    ) -> None:
        """Raises Closed."""
        if version > _LAST_SOAP_LOGIN or (now.year, now.month) >= _SOAP_LOGIN_ENDS:
            message = "login() is not supported in this version of the API"
            raise Closed("UNSUPPORTED_API_VERSION", message)
        if not self.soap_login:
            message = (
                "SOAP API login() is disabled by default in this org. Contact the org "
                "administrator to enable SOAP API login()."
            )
            raise Closed("INVALID_OPERATION", message)
        if user[0] not in users or user[1] != PASSWORD + SECURITY_TOKEN:
            message = "Invalid username, password, security token; or user locked out."
            raise Closed("INVALID_LOGIN", message)

    def _claims(self, assertion: str) -> Mapping[str, object]:
        """Verify the signature alone: the other claims are judged by the sandbox's own clock."""
        skipped = Options(verify_exp=False, verify_aud=False, verify_iss=False)
        try:
            claims: Mapping[str, object] = jwt.decode(
                assertion, self.certificate or "", algorithms=["RS256"], options=skipped
            )
        except (jwt.PyJWTError, ValueError):
            raise Closed("invalid_grant", "invalid assertion") from None
        return claims


def _expiry(claims: Mapping[str, object]) -> datetime:
    try:
        return datetime.fromtimestamp(int(str(claims.get("exp"))), UTC)
    except ValueError:
        raise Closed("invalid_grant", "invalid assertion") from None
