"""`firsttouch simulate`: its JSON is a contract, and the rotation goes on from lead to lead."""

import csv
import json
from collections import Counter
from datetime import datetime
from shutil import copytree

import pytest

from flows.checkout import CHECKOUT
from flows.wiring import DEFAULT_CONFIG

EXAMPLE = CHECKOUT / "examples" / "leads.csv"
MONDAY = "2026-11-23T10:00:00+00:00"
KEYS = {
    "lead",
    "owner",
    "pool",
    "rule",
    "method",
    "reason",
    "sla",
    "sla_due",
    "rules",
    "candidates",
}


def _rows(text):
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def simulate(firsttouch):
    def run(leads, *words):
        ended = firsttouch("simulate", leads, *words, "--json")
        assert ended.code == 0, ended.err
        return _rows(ended.out)

    return run


@pytest.fixture
def leads(tmp_path):
    """
    Write a CSV of equal leads.

    Those who can sell security at ten on a Monday are Ana, whose weight is 2, Ben and Hiro.
    """

    def write(count=1, **fields):
        given = {"product": "Security Suite", "employees": "700", "created_at": MONDAY, **fields}
        file = tmp_path / "leads.csv"
        with file.open("w", newline="") as opened:
            writer = csv.DictWriter(opened, ["id", "email", *given])
            writer.writeheader()
            for number in range(count):
                writer.writerow(
                    {"id": f"n{number}", "email": f"n{number}@firm{number}.example", **given}
                )
        return file

    return write


def test_each_line_has_the_keys_of_the_contract(simulate):
    rows = simulate(EXAMPLE)
    with EXAMPLE.open() as file:
        assert [row["lead"] for row in rows] == [row["id"] for row in csv.DictReader(file)]
    for row in rows:
        assert row.keys() == KEYS
        if row["method"] == "reject":
            continue
        assert datetime.fromisoformat(row["sla_due"]).tzinfo
        assert row["reason"].endswith(".")
        for trial in row["rules"]:
            assert trial.keys() == {"rule", "matched", "failed_on"}
            assert trial["matched"] is (trial["failed_on"] == [])
        for candidate in row["candidates"]:
            assert candidate.keys() == {"owner", "status", "reason"}
            assert candidate["status"] in {"chosen", "eligible", "skipped"}
        if row["rule"] and row["method"] != "same_person":
            assert [t["rule"] for t in row["rules"] if t["matched"]] == [row["rule"]]
            chosen = [c["owner"] for c in row["candidates"] if c["status"] == "chosen"]
            assert chosen == [row["owner"]]


def test_the_example_comes_out_as_a_reader_expects(simulate):
    rows = {row["lead"]: row for row in simulate(EXAMPLE)}
    assert rows["trade-fair-1"]["rule"] == "Iberian enterprise"
    assert rows["again-1"]["owner"] == rows["trade-fair-1"]["owner"]
    assert rows["again-1"]["method"] == "same_person"
    assert rows["blank-1"]["rule"] == "Country unknown"
    assert (rows["nobody-1"]["owner"], rows["nobody-1"]["method"]) == ("inbound-desk", "reject")


def test_the_rotation_goes_on_from_one_lead_to_the_next(simulate, leads):
    rows = simulate(leads(40))
    assert {row["pool"] for row in rows} == {"security"}
    for count in range(4, 41, 4):
        had = Counter(row["owner"] for row in rows[:count])
        assert had == {"ana": count / 2, "ben": count / 4, "hiro": count / 4}


def test_it_is_the_same_every_time(firsttouch, leads):
    file = leads(30)
    first, second = (firsttouch("simulate", file, "--json").out for _ in range(2))
    assert first == second


def test_open_leads_are_counted_from_the_start(simulate, leads, tmp_path):
    given = tmp_path / "open.csv"
    given.write_text("owner,open\nben,40\nhiro,59\n")
    rows = simulate(leads(8), "--open", given)
    assert Counter(row["owner"] for row in rows) == {"ana": 7, "hiro": 1}
    told = {c["reason"] for row in rows for c in row["candidates"] if c["owner"] == "ben"}
    assert any("40" in reason for reason in told)


def test_without_a_clock_each_lead_is_decided_when_it_was_created(simulate, leads):
    """At three at night in Madrid somebody has it who is at work then."""
    night = "2026-11-24T03:00:00+01:00"
    (row,) = simulate(leads(created_at=night))
    assert row["owner"] == "hiro"
    assert datetime.fromisoformat(row["sla_due"]) == _at("2026-11-24T02:15:00+00:00")
    (again,) = simulate(leads(created_at=night), "--now", MONDAY)
    assert again["owner"] in {"ana", "ben", "hiro"}
    assert datetime.fromisoformat(again["sla_due"]) == _at("2026-11-23T10:15:00+00:00")


@pytest.mark.parametrize(
    "told", ["2026-11-23T11:00+01:00", "2026-11-23T10:00", "2026-11-23T10:00Z"]
)
def test_a_clock_holds_for_all_and_is_utc_unless_it_says_otherwise(simulate, leads, told):
    rows = simulate(leads(3, created_at="2024-01-01T00:00:00Z"), "--now", told)
    assert {row["sla_due"] for row in rows} == {"2026-11-23T10:15:00+00:00"}


def _at(text):
    return datetime.fromisoformat(text)


def test_decisions_go_into_a_file(firsttouch, leads, tmp_path):
    out = tmp_path / "decisions.jsonl"
    ended = firsttouch("simulate", leads(3), "--out", out)
    assert ended.code == 0
    assert [row["lead"] for row in _rows(out.read_text())] == ["n0", "n1", "n2"]
    assert "n0" in ended.out, "and people see who got what"


def test_the_full_trace_tells_of_every_rule_tried(simulate, leads, tmp_path, firsttouch):
    """Where there are many, only those that were near are told of."""
    config = copytree(DEFAULT_CONFIG, tmp_path / "config")
    file, rules = leads(), config / "rules.yaml"
    far = "".join(
        f"  - {{name: Far {n}, when: {{country: FR, product: Cars {n}}}, assign: europe}}\n"
        for n in range(60)
    )
    rules.write_text(rules.read_text().replace("rules:\n", f"rules:\n{far}", 1))
    (near,), (full,) = (
        simulate(file, "--config", config, "--trace", trace) for trace in ("near", "full")
    )
    assert [len(row["rules"]) for row in (near, full)] == [1, 61]
    assert (near["owner"], near["reason"]) == (full["owner"], full["reason"])
    assert simulate(file, "--config", config)[0] == near
    assert firsttouch("simulate", file, "--trace", "all").code == 2


def test_neither_store_nor_credentials_are_needed(firsttouch, leads, tmp_path):
    assert firsttouch("simulate", leads(2)).code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["leads.csv"]


def test_a_held_lead_is_decided_at_its_own_time_and_answered_in_file_order(simulate, tmp_path):
    """Two leads at night and one at noon between them in the file: hers all, hour by hour."""
    (tmp_path / "one.yaml").write_text(
        "owners:\n"
        "  - {id: ana, name: Ana Ruiz, hours: office, max_open: 2}\n"
        "  - {id: desk, name: Desk, kind: queue}\n"
        "calendars: {office: {days: mon-fri, hours: ['09:00-17:00']}}\n"
        "pools: {team: {members: [ana], out_of_hours: {hold: 20h}}}\n"
        "rules: [{name: all, assign: team}]\n"
        "fallback: {assign: desk, sla: standard}\n"
        "sla: {standard: {first_touch: 24h}}\n"
    )
    csv_file = tmp_path / "night.csv"
    csv_file.write_text(
        "id,email,created_at\n"
        "1,one@example.com,2026-11-23T20:00:00Z\n"
        "2,two@example.com,2026-11-24T12:00:00Z\n"
        "3,three@example.com,2026-11-24T22:00:00Z\n"
    )
    rows = simulate(csv_file, "--config", tmp_path)
    assert [row["lead"] for row in rows] == ["1", "2", "3"]
    assert [row["owner"] for row in rows] == ["ana", "ana", "desk"]
    assert rows[0]["sla_due"] == "2026-11-24T20:00:00+00:00", "it runs from when it came"
    assert "pool team held it" not in rows[0]["reason"]
    assert rows[2]["method"] == "fallback"
    assert set(rows[2]) == KEYS


def test_that_nobody_takes_anything_is_told(firsttouch, leads, tmp_path):
    config = tmp_path / "taken"
    copytree(DEFAULT_CONFIG, config)
    pools = (config / "pools.yaml").read_text("utf-8")
    changed = pools.replace(
        "weekend-cover: {members: [ines, jack, grace, hiro], strategy: least_loaded}",
        "weekend-cover: {members: [ines, jack, grace, hiro], strategy: pull}",
    )
    assert changed != pools
    (config / "pools.yaml").write_text(changed, "utf-8")
    ended = firsttouch("simulate", leads(2), "--config", config, "--json")
    assert "Nobody takes anything here: a lead in pool weekend-cover" in ended.complaint
    assert "Nobody takes" not in firsttouch("simulate", leads(2), "--json").err
    against = firsttouch("simulate", leads(2), "--against", config)
    assert "Nobody takes anything here" in " ".join(against.out.split())
    # Nothing is said of what becomes of leads where there are none.
    gone = firsttouch("simulate", tmp_path / "gone.csv", "--config", config)
    assert (gone.code, "Nobody takes" in gone.err) == (2, False)


def test_in_a_pipe_who_gets_how_many_is_told_beside_it(firsttouch, leads):
    ended = firsttouch("simulate", leads(6))
    assert len(_rows(ended.out)) == 6
    assert ended.complaint == "firsttouch: 6 leads: ana 3, hiro 2, ben 1\n"


def test_a_file_out_of_order_is_decided_as_it_is_and_that_is_said(firsttouch, tmp_path):
    file = tmp_path / "leads.csv"
    hours = ("10:00", "12:00", "11:00")
    rows = [f"n{n},n{n}@firm{n}.example,2026-11-23T{hour}:00Z" for n, hour in enumerate(hours)]
    file.write_text("\n".join(["id,email,created_at", *rows]))
    ended = firsttouch("simulate", file, "--json")
    assert [row["lead"] for row in _rows(ended.out)] == ["n0", "n1", "n2"]
    assert ended.complaint == (
        f"firsttouch: {file} is not in the order of created_at (1 lead is older than one above), "
        "and turns and caps go by the order of the file: sort it by created_at\n"
    )
    compared = firsttouch("simulate", file, "--against", DEFAULT_CONFIG, "--json")
    assert "1 lead is older than one above" in compared.complaint
    assert firsttouch("simulate", file, "--json", "--now", MONDAY).err == ""


def test_that_the_examples_folder_decided_is_said_where_nobody_named_one(firsttouch, leads):
    words = ("simulate", leads(2), "--json")
    told = firsttouch(*words, environment={"FIRSTTOUCH_CONFIG": ""}).complaint
    assert told.startswith("firsttouch: by config/example, as neither --config nor FIRSTTOUCH_")
    assert firsttouch(*words, "--config", DEFAULT_CONFIG).err == ""


@pytest.mark.parametrize(
    "words",
    [("simulate", "--edge-cases"), ("simulate", "--against"), ("sync",), ("sync", "--observe")],
)
def test_so_is_it_by_the_other_commands_that_decide(firsttouch, leads, words):
    if words[-1] == "--against":
        words = (words[0], leads(1), *words[1:], DEFAULT_CONFIG)
    told = firsttouch(*words, environment={"FIRSTTOUCH_CONFIG": ""}).err
    assert told.startswith("firsttouch: by config/example, as neither --config nor FIRSTTOUCH_")


def test_what_is_written_for_people_has_no_blanks_at_its_ends_in_a_pipe(
    firsttouch, leads, tmp_path
):
    ended = firsttouch("simulate", leads(2), "--out", tmp_path / "made.jsonl")
    lines = ended.out.splitlines()
    assert len(lines) > 4
    assert [line for line in lines if line != line.rstrip()] == []
    assert any(line.startswith("    Security") for line in lines)


def test_it_says_by_when_the_owner_is_to_be_in_touch_where_the_owner_is(
    firsttouch, leads, tmp_path
):
    """Ana is off from two to three: ten of the fifteen minutes are before that, five after."""
    asked = leads(1, created_at="2026-11-23T13:50:00+01:00", country="Spain", product="")
    ended = firsttouch("simulate", asked, "--out", tmp_path / "made.jsonl")
    assert "    SLA hot wants a first touch by Mon 23 Nov 15:05 (Europe/Madrid)." in ended.out
