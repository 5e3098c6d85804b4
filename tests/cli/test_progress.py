"""What is shown while a command works on many clusters, and what it prints about them at the end."""

import io
import sys
from collections.abc import Iterator

import pytest

from compiler.cli import progress
from compiler.cli.fleet import Workers
from compiler.report.text import LISTED
from tests.cli.inprocess import Repository

CLUSTERS = tuple(f"c{number}" for number in range(LISTED + 1))


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


def clock(step: float) -> Iterator[float]:
    """Yield times that are `step` seconds apart."""
    now = 0.0
    while True:
        yield now
        now += step


def shown(count: int, seconds: float) -> str:
    """Return what is drawn for results that take that long each."""
    out, times = io.StringIO(), clock(seconds)
    assert list(progress.counted(iter(range(count)), count, out, lambda: next(times))) == list(range(count))
    return out.getvalue()


def test_nothing_is_shown_within_the_first_second() -> None:
    assert shown(100, 0.009) == ""


def test_from_the_first_second_on_a_line_counts_and_is_taken_back() -> None:
    lines = shown(100, 0.5).split("\r")
    assert lines[1].startswith("[                        ] 3/100 clusters, 48 s left")
    assert lines[-2].startswith(f"[{'#' * 24}] 100/100 clusters, 0 s left")
    assert lines[-1] == "\x1b[K"


def test_the_line_is_taken_back_where_a_cluster_fails() -> None:
    out, times = io.StringIO(), clock(2)

    def failing() -> Iterator[int]:
        yield 1
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        list(progress.counted(failing(), 2, out, lambda: next(times)))
    assert out.getvalue().endswith("\r\x1b[K")


def test_it_is_drawn_ten_times_a_second_at_most() -> None:
    assert shown(3000, 0.001).count("\r") <= 2 * 10 + 1


def test_a_file_or_a_dumb_terminal_gets_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    assert progress.visible(Terminal())
    assert not progress.visible(io.StringIO())
    monkeypatch.setenv("TERM", "dumb")
    assert not progress.visible(Terminal())


@pytest.mark.parametrize("watched", [True, False])
def test_workers_show_it_where_they_are_watched(monkeypatch: pytest.MonkeyPatch, watched: bool) -> None:
    terminal = Terminal()
    monkeypatch.setattr(progress, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(sys, "stderr", terminal)
    assert list(Workers(watched=watched).each(str.upper, ("a", "b"))) == ["A", "B"]
    assert ("/2 clusters" in terminal.getvalue()) == watched


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """One cluster more than have a line each; compiled."""
    made = Repository(tmp_path_factory.mktemp("fleet") / "repository")
    for name in CLUSTERS:
        made.write(name, "tier: lab\nnamespaces: {shop: {}}")
    return made


def test_many_clusters_are_one_line(fleet: Repository) -> None:
    first, second = fleet.kedge("compile"), fleet.kedge("compile")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert not any(line.startswith("c") for line in (first.stdout + second.stdout).splitlines())
    assert f"{LISTED + 1} clusters: " in first.stderr.splitlines()[-1]
    assert first.stderr.endswith(f"; {LISTED + 1} written\n")
    assert second.stderr.endswith(f"; {LISTED + 1} as they were\n")


def test_of_many_clusters_the_few_that_change_or_fail_are_named(fleet: Repository) -> None:
    fleet.kedge("compile")
    fleet.write("c3", "tier: lab\nnamespaces: {shop: {}, more: {}}")
    fleet.text("c4", "kind: [")
    done = fleet.kedge("compile", "--dry-run")
    lines = [line for line in done.stdout.splitlines() if line.startswith("c") and ": " in line]
    assert lines == ["c3: would be 1 added, 3 changed", "c4: not written, its spec has errors"]
    assert done.stderr.endswith(f"; {LISTED - 1} as they were, 1 not written, 1 would be written\n")
    fleet.write("c3", "tier: lab\nnamespaces: {shop: {}}")
    fleet.write("c4", "tier: lab\nnamespaces: {shop: {}}")


@pytest.mark.parametrize("command", ["validate", "compile", "check"])
def test_quiet_leaves_the_findings_alone(fleet: Repository, command: str) -> None:
    fleet.kedge("compile")
    loud, quiet = fleet.kedge(command, "c1"), fleet.kedge(command, "c1", "--quiet")
    assert "1 cluster: " in loud.stderr
    assert "cluster: " not in quiet.stderr
    assert loud.output.count("note[") == quiet.output.count("note[") > 0
