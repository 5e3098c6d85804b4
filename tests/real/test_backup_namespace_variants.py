"""The policy of the backup namespace admits the job's pod for specs that no example has."""

from __future__ import annotations

from pathlib import Path

from tests.real.backup_pod import run_job, wait_active
from tests.real.conftest import APPLY, Count
from tests.real.examples import Object, compile_changed
from tests.real.harness.apiserver import checked
from tests.real.harness.bed import Bed


def _two_locations(spec: Object) -> None:
    """A second location, and no prefix in either: an empty variable is stored without its value."""
    store = {"bucket": "second", "endpoint": "https://s3.lisbon.example.net", "region": "eu-west-1"}
    spec["locations"] = {"offsite": {"prefix": None}, "second": store | {"credential": {"secret": "second-writer"}}}
    spec["backups"]["etcd"]["to"] = ["offsite", "second"]


def test_the_pod_of_a_job_with_two_locations_and_no_prefix_is_admitted(tmp_path: Path, count: Count) -> None:
    example = compile_changed("payments-eu", tmp_path, _two_locations)
    example.write(tmp_path)
    with Bed() as bed:
        checked(bed.kubectl(*APPLY, tmp_path / "backup" / "control-plane"))
        wait_active(bed)
        assert [container["name"] for container in run_job(bed)["spec"]["containers"]] == ["put-offsite", "put-second"]
    count("backup policy")
