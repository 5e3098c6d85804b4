"""What `kedge init` writes of the options that it takes."""

import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from compiler import pipeline
from compiler.cli.init import command
from compiler.source.cache import BaseCache
from compiler.workspace.files import DiskFiles

SIGNER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAU48QQg8vn1wdW/W3vqZTf4WcIfmis250fn7OjFVCYz"
BACKED_UP = (
    *(
        "--host",
        "harbour1=10.1.0.5",
        "--bucket",
        "harbour-dr",
        "--image",
        "registry.example.net/kedge-tools@sha256:" + "0a" * 32,
    ),
    *("--recipient", "safe-a=age1har8nsycqh9rat55ppavnya2rmcdef4q27xs3q8xdp5e6hk34ufseyqh7v"),
)


@pytest.mark.parametrize(("options", "unsigned"), [(("--signer", f"2027={SIGNER}"), False), ((), True)])
def test_a_signer_that_is_given_signs_the_snapshots(tmp_path: Path, options: tuple[str, ...], unsigned: bool) -> None:
    done = CliRunner().invoke(command, ["harbour", "-C", str(tmp_path), *BACKED_UP, *options])
    assert done.exit_code == 0, done.output
    checked = pipeline.check(
        pipeline.RunContext(DiskFiles(tmp_path), BaseCache(), datetime.date(2027, 1, 1)), "harbour"
    )
    assert ("snapshots-are-signed" in [finding.rule for finding in checked.findings]) is unsigned
