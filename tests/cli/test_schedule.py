"""`kedge schedule`: run times in UTC and local, as text and as data."""

import json
from pathlib import Path

import pytest

from tests.cli.inprocess import Repository
from tests.cli.test_output_schema import VALID


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    made.write("north", 'backups: {etcd: {schedule: "30 2 * * *", timeZone: Europe/Madrid}}')
    return made


def test_runs_are_shown_in_utc_and_in_the_zone_of_the_schedule(repository: Repository) -> None:
    done = repository.kedge("schedule", "north", "--from", "2027-03-27", "--count", "2")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[2:4] == [
        "    Sat 2027-03-27 01:30 UTC   Sat 2027-03-27 02:30 Europe/Madrid",
        "    Mon 2027-03-29 00:30 UTC   Mon 2027-03-29 02:30 Europe/Madrid",
    ]
    assert (
        "2027-03-28 01:00 UTC  control plane does not run at 02:30 Europe/Madrid; 1d23h between two starts"
        in done.stdout
    )


def test_runs_begin_with_this_minute(repository: Repository) -> None:
    done = repository.kedge("schedule", "north", "--count", "1", "--zone", "UTC")
    assert done.stdout.splitlines()[2] == "    Sun 2026-11-22 01:30 UTC"


def test_schedules_are_data_too(repository: Repository) -> None:
    document = json.loads(repository.kedge("schedule", "--from", "2027-03-27", "-o", "json").stdout)
    assert [error.message for error in VALID.iter_errors(document)] == []
    assert document["clusters"][0]["schedules"][0]["runs"][0] == "2027-03-27T01:30:00Z"
    assert document["clusters"][0]["switches"][0]["skipped"] == ["2027-03-28T02:30:00"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--zone", "Madrid"), "time zone 'Madrid' is not a canonical IANA name; write Europe/Madrid"),
        (("--from", "1999-01-01"), "--from must be in the years 2024 to 2049"),
        (("--from", "tomorrow"), "does not match"),
    ],
)
def test_wrong_usage_says_what_to_write(repository: Repository, words: tuple[str, str], said: str) -> None:
    done = repository.kedge("schedule", "north", *words)
    assert done.exit_code == 2
    assert said in done.output


def test_a_schedule_that_runs_once_a_year_ends_with_the_clocks_that_are_known(repository: Repository) -> None:
    repository.write("north", 'backups: {etcd: {schedule: "0 3 1 1 *"}}')
    done = repository.kedge("schedule", "north", "--from", "2049-01-01", "--count", "500")
    assert done.exit_code == 0
    assert 1 <= done.stdout.count("-01-01 03:00 UTC") <= 5
