"""The API does what its own description says: schemathesis asks whatever that allows, and more."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from directory.oruk.publication import Publication
from tests.packs import leeds_pack
from tests.web.serving import serving, site

# OpenAPI cannot say that one parameter needs another: “proximity” without a postcode is refused
SETTINGS = """
[[operations]]
include-name = "GET /service_at_locations"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "404"]
"""
PROGRAM = Path(sys.executable).with_name("schemathesis")


@pytest.mark.slow
@pytest.mark.skipif(not PROGRAM.exists(), reason="schemathesis is not installed")
def test_every_answer_to_whatever_is_asked_is_as_described(tmp_path):
    pack = leeds_pack()
    report = tmp_path / "report.json"
    (tmp_path / "schemathesis.toml").write_text(SETTINGS, "utf-8")
    with serving(site(Publication(pack.services, pack.directory.gazetteer))) as address:
        done = subprocess.run(
            [
                *(PROGRAM, "run", f"{address}/openapi.json", "--checks", "all"),
                *("--phases", "coverage,fuzzing", "--max-examples", "4"),
                *("--generation-deterministic", "--no-color"),
                *("--report", "json", "--report-json-path", report),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(report.read_text("utf-8"))
    assert told["operations"]["tested"] == told["operations"]["total"] > 8
    assert told["test_cases"]["generated"] > 300
