"""`firsttouch simulate --accounts`: a policy that goes by accounts, tried without a CRM."""

import json

import pytest

LEADS = """\
id,email,company,country,employees,created_at
domain,eva@acme.example,,ES,700,2026-11-23T10:00:00+00:00
name,iker@gmail.com,Globex,ES,700,2026-11-23T10:01:00+00:00
nobody,max@initech.example,Initech,ES,700,2026-11-23T10:02:00+00:00
"""
ACCOUNTS = """\
id,name,domain,owner,created_at
a1,Acme Holding,acme.example,ben,2021-02-01
a2,Acme,https://www.acme.example/,ana,2019-02-01
a3,Globex Corporation GmbH,,ana,
"""


@pytest.fixture
def files(tmp_path):
    (tmp_path / "leads.csv").write_text(LEADS)
    (tmp_path / "accounts.csv").write_text(ACCOUNTS)
    return tmp_path


def test_leads_go_to_the_owners_of_their_accounts(firsttouch, files):
    ended = firsttouch(
        "simulate", files / "leads.csv", "--accounts", files / "accounts.csv", "--json"
    )
    assert ended.code == 0, ended.err
    rows = {row["lead"]: row for row in map(json.loads, ended.out.splitlines())}
    assert (rows["domain"]["owner"], rows["domain"]["method"]) == ("ana", "account_owner")
    assert "owns the account Acme (the same domain, acme.example)" in rows["domain"]["reason"]
    assert (rows["name"]["owner"], rows["name"]["method"]) == ("ana", "account_owner")
    assert rows["nobody"]["method"] == "round_robin"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name,domain\nAcme,acme.example\n", "lacks owner"),
        ("name,owner\n,ana\n", ":2: the account has no name"),
        ("name,owner,created_at\nAcme,ana,soon\n", "no instant"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_its_line(firsttouch, files, content, said):
    (files / "accounts.csv").write_text(content)
    ended = firsttouch("simulate", files / "leads.csv", "--accounts", files / "accounts.csv")
    assert ended.code == 2
    assert said in ended.err


def test_an_owner_nobody_knows_is_told_and_gets_nothing(firsttouch, files):
    (files / "accounts.csv").write_text("name,domain,owner\nAcme,acme.example,anna\n")
    ended = firsttouch(
        "simulate", files / "leads.csv", "--accounts", files / "accounts.csv", "--json"
    )
    assert "not in the configuration: anna (line 2; did you mean ana?)" in ended.err
    first = json.loads(ended.out.splitlines()[0])
    assert first["method"] == "round_robin"
    assert "is nobody's of this configuration" in first["reason"]
