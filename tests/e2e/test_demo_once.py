"""`firsttouch demo --once`: one full cycle of everything, in a process as a newcomer starts it."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime

from flows.checkout import CHECKOUT
from flows.commands.demo import KEPT
from sandbox.town import SERVED
from sandbox.world.build import build_world
from sandbox.world.record import Standing
from tests.e2e.forks import command_line, run_forked

LEADS = 80
COUNTS = (
    "pulled",
    "decided",
    "duplicates",
    "rejected",
    "held",
    "ignored",
    "delivered",
    "conflicts",
)


DEMO = ("demo", "--once", "--leads", str(LEADS))


def _environ(**ours):
    return {n: v for n, v in os.environ.items() if not n.startswith("FIRSTTOUCH_")} | ours


def test_the_json_is_the_contracts_and_agrees_with_the_world(tmp_path):
    """The seed makes the world again: what waits there is known without our store."""
    words = (*DEMO, "--json", "--seed", "21")
    ended = run_forked(command_line, *words, environ=_environ(), folder=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.count("\n") == 1
    told = json.loads(ended.out)
    assert told.keys() == {"sources", "balanced", "seconds"}
    assert told["balanced"] is True
    assert told["seconds"] > 0
    world = build_world(21, leads=LEADS, now=datetime.now(UTC))
    assert told["sources"].keys() == set(SERVED)
    for name, row in told["sources"].items():
        assert set(COUNTS) <= row.keys()
        assert all(isinstance(row[count], int) for count in COUNTS)
        parts = ("decided", "duplicates", "rejected", "held", "ignored")
        assert row["pulled"] == sum(row[part] for part in parts)
        standing = Counter(record.standing for record in world.records[name])
        routed = row["decided"] + row["duplicates"]
        # A person's ad may bring the owner of a contact before the contact's own turn comes.
        echoes = row["ignored_by"].get("echo of our own write", 0)
        assert routed <= standing[Standing.WAITING] <= routed + echoes, name
        assert row["rejected"] == standing[Standing.UNREACHABLE], name
        assert row["held"] == 0
        assert row["delivered"] > 0, name


def test_people_get_a_ledger_a_sentence_and_a_store_to_ask(tmp_path):
    """Where nothing but the demo is at hand: no credentials, no store, no configuration of ours."""
    ended = subprocess.run(
        [sys.executable, "-m", "flows.cli", *DEMO],
        cwd=CHECKOUT,
        env=_environ(),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert KEPT.stat().st_mode & 0o077 == 0, "for its user alone, as any store"
    for name in (*SERVED, *COUNTS):
        assert name in ended.stdout
    assert "The counts add up: pulled = decided + " in ended.stdout
    _ask_the_store(ended.stdout, tmp_path)


def _ask_the_store(told, folder):
    """As printed: the variable to set, and a lead to ask for."""
    variable = re.search(r"^    export FIRSTTOUCH_STORE=(\S+)$", told, re.MULTILINE)
    lead = re.search(r"^    firsttouch explain (\S+)$", told, re.MULTILINE)
    assert variable
    assert lead
    for words in (("explain", lead[1]), ("policy", "list")):
        environ = _environ(FIRSTTOUCH_STORE=variable[1])
        ended = run_forked(command_line, *words, environ=environ, folder=folder)
        assert (ended.code, ended.err) == (0, ""), words
        assert ended.out
