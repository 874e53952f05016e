"""Files and words that cannot be used end as one readable message and the right exit code."""

import os
import stat
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest

from flows.checkout import CHECKOUT
from flows.wiring import DEFAULT_CONFIG

LEADS = CHECKOUT / "examples" / "leads.csv"
HEADER = "id,email,company,country\n"


@pytest.fixture
def config(tmp_path):
    return copytree(DEFAULT_CONFIG, tmp_path / "config")


def _simulate(firsttouch, *words):
    return firsttouch("simulate", *words, "--json")


# Configuration


@pytest.mark.parametrize(
    "command",
    [("check",), ("sync",), ("simulate", LEADS), ("rejects",), ("audit", "hubspot")],
    ids=lambda command: command[0],
)
def test_an_unknown_key_is_named_with_file_and_line(firsttouch, config, command):
    rules = config / "rules.yaml"
    text = rules.read_text().replace("    seen_within: 1h\n", "    seen_withn: 1h\n", 1)
    rules.write_text(text)
    line = text.splitlines().index("    seen_withn: 1h") + 1
    ended = firsttouch(*command, "--config", config)
    assert ended.code == 2
    assert f"rules.yaml:{line}: rules[0]." in ended.complaint
    assert "seen_withn" in ended.err
    assert "seen_within" in ended.err, "it must say what would be right"
    assert ended.out == ""


def test_serve_looks_before_it_starts(config):
    """In a process of its own: Prefect, once imported, keeps the logging it found."""
    (config / "rules.yaml").write_text("rulez: []\n")
    ended = subprocess.run(
        [sys.executable, "-m", "flows.cli", "serve", "--config", str(config)],
        cwd=CHECKOUT,
        env={**os.environ, "PREFECT_API_URL": "http://127.0.0.1:9/api"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert "firsttouch: rules.yaml:1: rulez: " in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_configuration_folder_that_is_not_there(firsttouch, tmp_path):
    ended = firsttouch("check", "--config", tmp_path / "nowhere")
    assert ended.code == 2
    assert str(tmp_path / "nowhere") in ended.complaint


@pytest.mark.parametrize(("name", "found"), [("nowhere", "no such directory"), ("f", "a file")])
def test_an_environment_that_names_no_folder_is_named_itself(firsttouch, tmp_path, name, found):
    (tmp_path / "f").write_text("rules: []")
    folder = str(tmp_path / name)
    ended = firsttouch("simulate", LEADS, environment={"FIRSTTOUCH_CONFIG": folder})
    assert ended.code == 2
    assert f"FIRSTTOUCH_CONFIG in the environment is {folder!r}" in ended.complaint
    assert f"{folder} is {found}; set it to your folder, or unset it" in ended.complaint


def test_check_says_which_folder_does_not_load(firsttouch, config):
    (config / "pools.yaml").write_text("pools:\n\tall: {members: [ana]}\n")
    ended = firsttouch("check", "--config", config)
    assert ended.code == 2
    assert f"{config} does not load: 1 mistake\n" in ended.complaint
    assert "pools.yaml:2: not valid YAML: a tab in the indentation" in ended.complaint


def test_a_configuration_file_that_cannot_be_read(firsttouch, config):
    (config / "more.yaml").mkdir()
    ended = firsttouch("check", "--config", config)
    assert ended.code == 2
    assert "more.yaml:1: a directory where a file should be" in ended.complaint


def test_sync_without_a_source(firsttouch, config):
    (config / "sources.yaml").unlink()
    ended = firsttouch("sync", "--config", config)
    assert ended.code == 2
    assert "sources: none is configured" in ended.complaint


# Leads in a CSV


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_csv(firsttouch, tmp_path, content):
    leads = tmp_path / "leads.csv"
    leads.write_bytes(content)
    ended = _simulate(firsttouch, leads)
    assert ended.code == 2
    assert f"{leads}: the file is empty; it needs a header" in ended.complaint
    assert firsttouch("audit", leads).code == 2


def test_a_csv_with_no_more_than_a_header_has_no_leads(firsttouch, tmp_path):
    leads = tmp_path / "leads.csv"
    leads.write_text(HEADER)
    ended = _simulate(firsttouch, leads)
    assert (ended.code, ended.out) == (0, "")
    assert "no rows: there is a header and nothing else" in ended.complaint
    assert firsttouch("audit", leads).code == 0


def test_a_csv_in_latin_1_works_with_a_note(firsttouch, tmp_path):
    leads = tmp_path / "leads.csv"
    leads.write_bytes(f"{HEADER}1,jose@muoz.example,Peñalver y Muñoz,España\n".encode("latin-1"))
    ended = _simulate(firsttouch, leads)
    assert ended.code == 0
    assert "not UTF-8 (line 2); read as Windows-1252" in ended.complaint
    assert '"rule": "Iberia"' in ended.out, "España was read as Spain"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04\x00\x00", "save it as CSV UTF-8, not as a workbook"),
        (b"a,b,c\n1,2,3\n", "none of the 3 cells of its first line is a lead's field"),
        (b"id,email,email\n1,a@b.example,\n", "the header repeats email"),
    ],
    ids=["a workbook", "no header", "a column twice"],
)
def test_a_csv_that_is_none(firsttouch, tmp_path, content, told):
    leads = tmp_path / "leads.csv"
    leads.write_bytes(content)
    ended = _simulate(firsttouch, leads)
    assert ended.code == 2
    assert told in ended.complaint


def test_a_csv_that_is_not_there_or_a_folder(firsttouch, tmp_path):
    ended = _simulate(firsttouch, tmp_path / "missing.csv")
    assert (ended.code, "there is no such file" in ended.complaint) == (2, True)
    ended = _simulate(firsttouch, tmp_path)
    assert (ended.code, "cannot be read: Is a directory" in ended.complaint) == (2, True)


# Other words of simulate


def test_a_clock_that_is_no_time(firsttouch):
    ended = _simulate(firsttouch, LEADS, "--now", "tomorrow")
    assert ended.code == 2
    assert "--now: 'tomorrow' is not a time; write 2026-11-23T10:00+01:00" in ended.complaint


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("owner,open\nana,12\nben,many\n", ":3: open is 'many', which is no number of leads"),
        ("name,count\nana,12\n", ":2: needs the columns owner,open, as in ana,12"),
        ("owner,open\nana,\n", ":2: open is '', which is no number of leads"),
        ("owner,open\nana,-1\n", ":2: open is '-1', which is no number of leads"),
        ("owner,open\nana,nan\n", ":2: open is 'nan', which is no number of leads"),
    ],
)
def test_open_leads_that_cannot_be_read(firsttouch, tmp_path, content, told):
    given = tmp_path / "open.csv"
    given.write_text(content)
    ended = _simulate(firsttouch, LEADS, "--open", given)
    assert ended.code == 2
    assert f"{given}{told}" in ended.complaint
    assert ended.complaint.count("\n") == 1


def test_open_leads_of_somebody_unknown_are_noted(firsttouch, tmp_path):
    given = tmp_path / "open.csv"
    given.write_text("owner,open\nana,12\nanna,12\nzoltan,1\nanna,3\n")
    ended = _simulate(firsttouch, LEADS, "--open", given)
    assert ended.code == 0
    told = "anna (line 3; did you mean ana?), zoltan (line 4)\n"
    assert f"--open: not used, as the configuration has no such owner: {told}" in ended.complaint


def test_open_leads_of_somebody_twice_are_noted(firsttouch, tmp_path):
    given = tmp_path / "open.csv"
    given.write_text("owner,open\nana,12\nben,2\nana,3\n")
    ended = _simulate(firsttouch, LEADS, "--open", given)
    assert ended.code == 0
    assert "--open: ana stands there 2 times; the last row counts\n" in ended.complaint
    assert "ben stands" not in ended.complaint


def test_open_leads_that_are_not_there(firsttouch, tmp_path):
    ended = _simulate(firsttouch, LEADS, "--open", tmp_path / "open.csv")
    assert ended.code == 2
    assert f"{tmp_path / 'open.csv'}: cannot be read" in ended.complaint


@pytest.mark.parametrize("out", ["nowhere/out.jsonl", "a-file/out.jsonl", "."])
def test_decisions_that_cannot_be_written(firsttouch, tmp_path, out):
    (tmp_path / "a-file").write_text("in the way")
    ended = firsttouch("simulate", LEADS, "--out", tmp_path / out)
    assert ended.code == 2
    assert f"{tmp_path / out}: cannot be written (" in ended.complaint
    assert ended.complaint.count("\n") == 1


def test_a_file_of_decisions_outlives_a_wrong_input(firsttouch, tmp_path):
    out = tmp_path / "out.jsonl"
    out.write_text("of yesterday")
    assert firsttouch("simulate", tmp_path / "nothing.csv", "--out", out).code == 2
    assert out.read_text() == "of yesterday"


# The store


@pytest.mark.parametrize("words", [("sync",), ("store", "migrate")])
def test_a_store_where_nothing_can_be_written(firsttouch, tmp_path, words):
    """A file stands where the folder should be: refused to root as well."""
    (tmp_path / "a-file").write_text("in the way")
    ended = firsttouch(*words, "--store", f"sqlite:///{tmp_path}/a-file/store.db")
    assert ended.code == 3
    assert "opening the store: SQLite file" in ended.complaint
    assert "name a file in a folder that this user may write" in ended.err


@pytest.mark.parametrize("words", [("sync",), ("sync", "--observe"), ("store", "migrate")])
def test_a_slip_in_a_stores_path_does_not_begin_from_nothing(firsttouch, tmp_path, words):
    ended = firsttouch(*words, "--store", f"sqlite:///{tmp_path}/vra/store.db")
    assert ended.code == 3
    told = f"the folder {tmp_path}/vra does not exist; make it, or mend --store or FIRSTTOUCH_STORE"
    assert told in ended.complaint
    assert not (tmp_path / "vra").exists()


def test_nobody_is_erased_where_there_is_no_store(firsttouch, tmp_path):
    store = f"sqlite:///{tmp_path}/typo.db"
    ended = firsttouch("erase", "eva@example.com", "--store", store)
    assert (ended.code, ended.out) == (3, "")
    assert f"{tmp_path}/typo.db: there is no store" in ended.complaint
    assert not (tmp_path / "typo.db").exists()


def test_a_store_in_a_folder_without_permission(firsttouch, tmp_path):
    """For root, whom no permission stops, the folder is one that the system never lets change."""
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(stat.S_IRUSR | stat.S_IXUSR)
    place = Path("/proc/self") if os.access(locked, os.W_OK) else locked
    ended = firsttouch("store", "migrate", "--store", f"sqlite:///{place}/store.db")
    assert ended.code == 3
    assert f"opening the store: SQLite file {place}/store.db" in ended.complaint


@pytest.mark.parametrize("words", [("rejects",), ("sync",), ("sync", "--observe")])
def test_a_store_that_is_no_database(firsttouch, tmp_path, words):
    given = tmp_path / "notes.db"
    given.write_text("these are my notes, and no database\n" * 40)
    credentials = {
        "FIRSTTOUCH_SALESFORCE_BASE_URL": "http://127.0.0.1:9",
        "FIRSTTOUCH_SALESFORCE_CLIENT_ID": "id",
        "FIRSTTOUCH_SALESFORCE_CLIENT_SECRET": "secret",
        "FIRSTTOUCH_HUBSPOT_TOKEN": "token",
        "FIRSTTOUCH_META_ADS_TOKEN": "token",
        "FIRSTTOUCH_META_ADS_APP_SECRET": "secret",
    }
    ended = firsttouch(*words, "--store", f"sqlite:///{given}", environment=credentials)
    assert ended.code == 3
    assert str(given) in ended.complaint
    assert given.read_text().startswith("these are my notes")


def test_a_store_of_an_unknown_kind(firsttouch):
    ended = firsttouch("rejects", "--store", "mysql://root:hunter2@localhost/leads")
    assert ended.code == 3
    assert "write sqlite:///var/firsttouch.db or postgresql+psycopg://" in ended.complaint
    assert "hunter2" not in ended.err


# Names


@pytest.mark.parametrize(
    "words",
    [
        ("sync", "--source", "hubspt"),
        ("pause", "hubspt"),
        ("resume", "hubspt"),
        ("audit", "hubspt"),
    ],
)
def test_a_source_that_is_not_configured(firsttouch, words):
    environment = {f"FIRSTTOUCH_{name}": "1234567890" for name in _SETTINGS}
    ended = firsttouch(*words, environment=environment)
    assert ended.code == 2
    assert "source 'hubspt' is not configured" in ended.complaint
    assert "hubspot, linkedin_ads, meta_ads, salesforce" in ended.err


_SETTINGS = (
    "SALESFORCE_BASE_URL",
    "SALESFORCE_CLIENT_ID",
    "SALESFORCE_CLIENT_SECRET",
    "HUBSPOT_TOKEN",
    "META_ADS_TOKEN",
    "META_ADS_APP_SECRET",
    "GOOGLE_ADS_DEVELOPER_TOKEN",
    "GOOGLE_ADS_CLIENT_ID",
    "GOOGLE_ADS_CLIENT_SECRET",
    "GOOGLE_ADS_REFRESH_TOKEN",
    "GOOGLE_ADS_CUSTOMER_IDS",
    "LINKEDIN_ADS_TOKEN",
)


@pytest.mark.parametrize("words", [("explain", "hubspot:1"), ("replay", "ana@example.com")])
def test_a_lead_that_is_not_known(firsttouch, words):
    firsttouch("store", "migrate")
    ended = firsttouch(*words)
    assert ended.code == 2
    assert "no lead found: give SOURCE:ID, the id alone, or the e-mail" in ended.complaint
    assert "ana@example.com" not in ended.err


@pytest.mark.parametrize("words", [("sink",), ("sync", "--sauce"), ("audit",)])
def test_a_command_that_does_not_exist(firsttouch, words):
    ended = firsttouch(*words)
    assert ended.code == 2
    assert "firsttouch" in ended.err
    assert "Traceback" not in ended.err
