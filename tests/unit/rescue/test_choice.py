"""What is said of the chosen data before anything is destroyed for it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from compiler.rescue.choice import describe

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
SAVED = {"cp2": datetime(2026, 11, 21, 12, 20, tzinfo=UTC)}


def _describe(folder: Path, chosen: str, *candidates: str) -> str:
    (folder / "state").write_text("SNAPSHOT='20261121T100000Z-job'\n")
    return describe([*candidates, f"OK: chosen: {chosen}"], folder, SAVED, NOW)


@pytest.mark.parametrize(
    ("chosen", "candidates", "said"),
    [
        (
            "bucket.db",
            ["90 bucket.db", "100 survivor-cp2.db"],
            "bucket.db, revision 90: a snapshot that was begun 2 h 30 min ago; "
            "10 revisions BEHIND the newest survivor: these writes are lost",
        ),
        (
            "survivor-cp2.db",
            ["90 bucket.db", "100 survivor-cp2.db"],
            "survivor-cp2.db, revision 100: saved from the host 10 min ago; no survivor has a newer revision",
        ),
        (
            "bucket.db",
            ["90 bucket.db"],
            "bucket.db, revision 90: a snapshot that was begun 2 h 30 min ago; "
            "no survivor to compare it with: what was written after it is lost",
        ),
    ],
)
def test_the_age_of_a_copy_and_what_it_lacks_are_said(
    tmp_path: Path, chosen: str, candidates: list[str], said: str
) -> None:
    assert _describe(tmp_path, chosen, *candidates) == said
