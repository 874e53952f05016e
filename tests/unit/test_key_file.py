"""A private key that others may read: doctor says so, and how to close it."""

import pytest

from connectors.salesforce.credentials import KEY_FILE, key_file_findings


@pytest.mark.parametrize(
    ("mode", "told"), [(0o600, 0), (0o400, 0), (0o644, 1), (0o640, 1), (0o602, 1)]
)
def test_only_its_owner_may_read_or_change_it(tmp_path, mode, told):
    file = tmp_path / "firsttouch.key"
    file.touch()
    file.chmod(mode)
    found = list(key_file_findings({KEY_FILE: str(file)}))
    assert len(found) == told
    assert all(f"(mode {mode:o}); chmod 600 it" in each.text for each in found)
    assert all(each.severity.value == "warning" for each in found)


def test_a_key_in_the_environment_has_no_file():
    assert list(key_file_findings({})) == []
