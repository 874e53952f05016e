"""Which login the variables of the environment make, and what they lack or contradict."""

import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from connectors.findings import Finding, warning
from leads.errors import ConfigError

_PREFIX = "FIRSTTOUCH_SALESFORCE_"
VARIABLES: Mapping[str, str] = {
    name: _PREFIX + name.upper()
    for name in (
        "client_id",
        "client_secret",
        "username",
        "password",
        "security_token",
        "private_key",
    )
}
KEY_FILE = "FIRSTTOUCH_SALESFORCE_PRIVATE_KEY_FILE"


class Login(StrEnum):
    """How we come to a token. The last two are deprecated by Salesforce, and warned about."""

    CLIENT_CREDENTIALS = "client credentials"
    JWT = "JWT bearer"
    USERNAME = "OAuth user name and password"
    SOAP = "SOAP user name and password"

    @property
    def is_deprecated(self) -> bool:
        return self in (Login.USERNAME, Login.SOAP)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """`sign` are the fields that choose a login: the first form with one of them set is meant."""

    sign: tuple[str, ...]
    needs: tuple[str, ...]
    useless: tuple[str, ...] = ()


_FORMS: Mapping[Login, _Form] = {
    Login.JWT: _Form(
        sign=("private_key",),
        needs=("client_id", "username", "private_key"),
        useless=("client_secret", "password", "security_token"),
    ),
    Login.USERNAME: _Form(
        sign=("password", "security_token"),
        needs=("username", "password", "client_id", "client_secret"),
    ),
    Login.SOAP: _Form(sign=("password", "security_token"), needs=("username", "password")),
    Login.CLIENT_CREDENTIALS: _Form(
        sign=(), needs=("client_id", "client_secret"), useless=("username",)
    ),
}


def choose(given: frozenset[str]) -> Login:
    """`given` are the names of the fields that are set."""
    if "private_key" in given:
        return Login.JWT
    if {"password", "security_token"} & given:
        return Login.USERNAME if {"client_id", "client_secret"} & given else Login.SOAP
    return Login.CLIENT_CREDENTIALS


def from_environment(source: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Answer `environ` with the key's text in it. Raises ConfigError naming every variable."""
    known = dict(environ)
    problems: list[str] = []
    if path := environ.get(KEY_FILE):
        if environ.get(VARIABLES["private_key"]):
            problems.append(f"{VARIABLES['private_key']} and {KEY_FILE} are both set: unset one")
        else:
            known[VARIABLES["private_key"]] = _read_key(path, problems)
    given = frozenset(name for name, variable in VARIABLES.items() if known.get(variable))
    problems += _problems(given)
    if "private_key" in given and not problems:
        key = known[VARIABLES["private_key"]].replace(
            "\\n", "\n"
        )  # one line, as .env files have it
        known[VARIABLES["private_key"]] = key
        problems += _key_problems(key)
    if problems:
        raise ConfigError([f"{source}: {problem}" for problem in problems])
    return known


def key_file_findings(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Look whether anybody but this program's user could read the private key's file."""
    path = environ.get(KEY_FILE)
    if not path:
        return
    mode = Path(path).expanduser().stat().st_mode
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        others = f"other users of this machine may read or change it (mode {mode & 0o777:o})"
        yield warning(f"the file that {KEY_FILE} names: {others}; chmod 600 it")


def _problems(given: frozenset[str]) -> Iterator[str]:
    login = choose(given)
    form = _FORMS[login]
    because = next((VARIABLES[name] for name in form.sign if name in given), "")
    meant = f"login by {login}" + (f" (because {because} is set)" if because else "")
    for name in form.needs:
        if name not in given:
            yield f"{VARIABLES[name]} is not set in the environment; {meant} needs it"
    for name in form.useless:
        if name in given:
            yield f"{VARIABLES[name]} is set, which {meant} has no use for: {_REMEDY[login]}"


_REMEDY: Mapping[Login, str] = {
    Login.JWT: f"unset it, or unset {VARIABLES['private_key']} (or {KEY_FILE})",
    Login.CLIENT_CREDENTIALS: (
        f"unset it, or set {VARIABLES['private_key']} (or {KEY_FILE}) for a JWT"
    ),
}


def _read_key(path: str, problems: list[str]) -> str:
    try:
        return Path(path).expanduser().read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        problem = f"{KEY_FILE} names a file that cannot be read ({type(error).__name__})"
        problems.append(problem)
        return "unread"  # set, so that the login is still taken for a JWT


def _key_problems(text: str) -> Iterator[str]:
    where = f"{VARIABLES['private_key']} (or the file {KEY_FILE} names)"
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except TypeError:
        yield f"{where} is encrypted: decrypt it, and keep it where only this program can read it"
    except (ValueError, UnsupportedAlgorithm):
        yield f"{where} is not a private key in PEM form: it begins with -----BEGIN PRIVATE KEY"
    else:
        if not isinstance(key, RSAPrivateKey):
            yield f"{where} is not an RSA key, and Salesforce takes no other"
