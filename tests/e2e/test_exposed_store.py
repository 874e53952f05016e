"""A store's file that every user of the machine can read: said, with what to type."""

import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sandbox.town import Town


@pytest.fixture
def file():
    """In a folder that everybody may look into; pytest's own are for nobody else."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "store.db"


@pytest.fixture
def url(firsttouch, file):
    named = f"sqlite:///{file}"
    assert firsttouch("store", "migrate", "--store", named).code == 0
    return named


def test_a_new_store_is_nobody_elses(firsttouch, url):
    told = firsttouch("store", "status", "--store", url)
    assert (told.code, told.err) == (0, "")
    assert json.loads(firsttouch("store", "status", "--json", "--store", url).out)["exposed"] == ""


def test_status_says_what_to_type_and_it_helps(firsttouch, url, file):
    file.chmod(0o644)
    told = firsttouch("store", "status", "--store", url)
    assert told.code == 0
    assert "every user of this machine can read it, with people's addresses (mode 644)" in told.err
    remedy = told.complaint[told.complaint.index("chmod") :].strip()
    assert remedy == f"chmod o-rwx {file}*"
    subprocess.run(remedy, shell=True, check=True)
    assert firsttouch("store", "status", "--store", url).err == ""
    assert file.stat().st_mode & 0o777 == 0o640, "its group was somebody's choice"


def test_not_where_nobody_else_gets_into_the_folder(firsttouch, url, file):
    file.chmod(0o644)
    file.parent.chmod(0o700)
    assert firsttouch("store", "status", "--store", url).err == ""


def test_doctor_says_it(in_town, url, file):
    file.chmod(0o666)
    with Town.open(seed=21, leads=60) as town:
        told = json.loads(in_town(town, "doctor", "--json", "--store", url).out)
    (found,) = told["store"]
    assert (found["severity"], found["about"]) == ("warning", "permissions")
    assert found["finding"].endswith(f"(mode 666): chmod o-rwx {file}*")
