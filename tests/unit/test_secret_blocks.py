"""Variables that name a Secret block of Prefect: revealed where used, told when they fail."""

import pytest

from flows.secret_blocks import NoSecret, revealed
from flows.which_store import stated_store, store_url
from leads.errors import ConfigError

BLOCKS = {"token": "planted-secret", "store": "sqlite:///var/x.db"}


def read(name: str) -> str:
    if name not in BLOCKS:
        raise NoSecret("there is none of that name")
    return BLOCKS[name]


def test_a_block_is_revealed_and_the_rest_is_as_it_was():
    told = {"FIRSTTOUCH_HUBSPOT_TOKEN": "secret-block:token", "PATH": "/bin", "EMPTY": ""}
    found = revealed(told, read)
    assert found == {"FIRSTTOUCH_HUBSPOT_TOKEN": "planted-secret", "PATH": "/bin", "EMPTY": ""}
    assert told["FIRSTTOUCH_HUBSPOT_TOKEN"] == "secret-block:token"


def test_where_none_is_named_nobody_is_asked():
    def never(name: str) -> str:
        raise AssertionError(name)

    told = {"FIRSTTOUCH_HUBSPOT_TOKEN": "plain"}
    assert revealed(told, never) is told


def test_each_variable_whose_block_fails_is_named():
    told = {"A": "secret-block:gone", "B": "secret-block:token", "C": "secret-block:"}
    with pytest.raises(ConfigError) as caught:
        revealed(told, read)
    assert caught.value.problems == [
        "A: Prefect's Secret block 'gone': there is none of that name",
        "C: Prefect's Secret block '': there is none of that name",
    ]
    assert "planted-secret" not in str(caught.value)


def test_a_store_kept_in_prefect_is_handed_on_by_its_name(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FIRSTTOUCH_STORE", "secret-block:store")
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    monkeypatch.setenv("PREFECT_CLIENT_MAX_RETRIES", "0")
    assert stated_store(None) == "secret-block:store"  # for a process that we start
    with pytest.raises(ConfigError, match=r"FIRSTTOUCH_STORE: Prefect's Secret block 'store': "):
        store_url(None)
