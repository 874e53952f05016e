"""`firsttouch away` and `back`: an owner's switch, and what may not be switched."""

import json

import pytest

pytestmark = pytest.mark.usefixtures("store")


def test_away_until_a_day_and_back_again(firsttouch):
    ended = firsttouch("away", "ana", "--until", "2999-12-24")
    assert ended.code == 0
    assert ended.out == "Ana Ruiz gets no leads until 2999-12-25 00:00 (Europe/Madrid).\n"
    listed = json.loads(firsttouch("away", "--json").out)
    assert listed == [{"owner": "ana", "until": "2999-12-24T23:00:00+00:00"}]
    assert firsttouch("back", "ana").out == "Ana Ruiz is switched on.\n"
    assert firsttouch("away").out == "Nobody is switched off.\n"


def test_a_switch_without_an_end_stays_off_until_back(firsttouch):
    ended = firsttouch("away", "ana")
    assert ended.out == "Ana Ruiz gets no leads until `firsttouch back ana`.\n"
    assert json.loads(firsttouch("away", "--json").out) == [{"owner": "ana", "until": None}]
    assert "until `firsttouch back ana`" in firsttouch("away").out


def test_back_from_nowhere_says_so(firsttouch):
    assert "and was not switched off" in firsttouch("back", "ana").out


def test_an_instant_with_its_own_zone_is_that_instant(firsttouch):
    ended = firsttouch("away", "emma", "--until", "2999-07-01T12:00+02:00")
    assert "until 2999-07-01 06:00 (America/New_York)" in ended.out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("ana", "--until", "2001-01-01"), "2001-01-02 00:00 (Europe/Madrid) is over already"),
        (("ana", "--until", "tomorrow"), "'tomorrow' is no time: write 2026-12-24"),
        (("inbound-desk",), "inbound-desk is a queue, and a queue is always on"),
        (("anna",), "owner 'anna' is not configured; did you mean ana?"),
    ],
)
def test_what_may_not_be_switched_off_says_why(firsttouch, words, complaint):
    ended = firsttouch("away", *words)
    assert ended.code == 2
    assert complaint in ended.complaint
    assert firsttouch("away").out == "Nobody is switched off.\n"


def test_a_person_who_is_the_fallback_stays_on(firsttouch, tmp_path):
    (tmp_path / "one.yaml").write_text(
        "owners: [{id: ana, name: Ana Ruiz}, {id: ben, name: Ben Okafor}]\n"
        "pools: {team: {members: [ben]}}\n"
        "rules: [{name: all, assign: team}]\n"
        "fallback: {assign: ana, sla: standard}\n"
        "sla: {standard: {first_touch: 24h}}\n"
    )
    ended = firsttouch("away", "ana", "--config", tmp_path)
    assert ended.code == 2
    assert "ana is the fallback, which takes leads at any hour" in ended.complaint


def test_leave_in_the_configuration_outlasts_the_switch(firsttouch, tmp_path):
    (tmp_path / "one.yaml").write_text(
        "owners:\n"
        "  - {id: ana, name: Ana Ruiz, away: [{from: 2020-01-01, to: 2999-01-01}]}\n"
        "  - {id: desk, name: Desk, kind: queue}\n"
        "pools: {team: {members: [ana]}}\n"
        "rules: [{name: all, assign: team}]\n"
        "fallback: {assign: desk, sla: standard}\n"
        "sla: {standard: {first_touch: 24h}}\n"
    )
    ended = firsttouch("back", "ana", "--config", tmp_path)
    assert "Still on leave until 2999-01-01 by the configuration" in ended.out
