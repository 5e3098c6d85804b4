"""What README shows is what kedge prints."""

import os
import sys
from pathlib import Path

from tests.cli.conftest import ROOT, Kedge, edit, run
from tools.demo import EDITS

README = ROOT / "README.md"


def test_the_findings_in_readme_are_those_of_the_broken_example() -> None:
    done = run(sys.executable, "-m", "compiler", "validate", "examples/broken/clusters/broken", cwd=ROOT)
    errors = [block for block in done.stdout.split("\n\n") if block.startswith("error[")]
    assert (done.returncode, len(errors)) == (1, 5)
    begins = "```text\n$ kedge validate examples/broken/clusters/broken\n"
    before, _, rest = README.read_text().partition(begins)
    shown, more, after = rest.partition("\n\n… and three more")
    if os.environ.get("GOLDEN") == "write":
        shown = "\n\n".join(errors[:2])
        README.write_text(before + begins + shown + more + after)
    assert shown == "\n\n".join(errors[:2])


def test_the_plan_in_readme_is_that_of_the_change_in_the_demonstration(kedge: Kedge, repository: Path) -> None:
    for old, new in EDITS:
        edit(repository, old, new)
    begins = "```text\n$ kedge plan\n"
    before, _, rest = README.read_text().partition(begins)
    shown, end, after = rest.partition("```")
    printed = kedge("plan").stdout
    if os.environ.get("GOLDEN") == "write":
        README.write_text(before + begins + printed + end + after)
        shown = printed
    assert shown == printed
