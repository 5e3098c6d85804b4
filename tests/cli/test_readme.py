"""What README shows is what kedge prints."""

import sys

from tests.cli.conftest import ROOT, run


def test_the_findings_in_readme_are_those_of_the_broken_example() -> None:
    done = run(sys.executable, "-m", "compiler", "validate", "examples/broken/clusters/broken", cwd=ROOT)
    first_two = "\n\n".join(done.stdout.split("\n\n")[:2])
    assert done.returncode == 1
    assert first_two in (ROOT / "README.md").read_text()
