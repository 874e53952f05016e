"""prefect.toml: Prefect itself must read it, and know each of its settings."""

import json
import os
import subprocess
import sys

from flows.prefect_server.settings import FILE, shipped

SHOW = (
    "import json; from prefect.settings import get_current_settings;"
    "print(json.dumps(get_current_settings().to_environment_variables(exclude_unset=True)))"
)


def _read(folder, environ):
    """What Prefect makes of its settings in a process that starts in `folder`."""
    clean = {name: each for name, each in os.environ.items() if not name.startswith("PREFECT_")}
    ended = subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=folder,
        env={**clean, **environ},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(ended.stdout)
    return {name: found.get(name) for name in shipped()}


def test_prefect_reads_them_in_the_checkout_and_from_the_environment_elsewhere(tmp_path):
    """A setting that it does not know it ignores without a word."""
    here = _read(FILE.parent, {})
    assert here["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"] == "30"
    assert None not in here.values()
    for name, value in _read(tmp_path, shipped()).items():
        assert sorted(value.split(",")) == sorted(here[name].split(",")), name
