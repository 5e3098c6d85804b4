"""`kedge rescue`: the driver of the rescue kit with the kit of a cluster of this repository."""

from pathlib import Path

import click

from compiler.cli import options
from compiler.cli.selection import CLUSTERS
from compiler.workspace.files import OUTPUT

EPILOG = """For rehearsals only so far: the README says what is known. In an incident paste the blocks of the pages.

\b
Examples:
  kedge rescue run payments-eu etcd-quorum-lost --without cp3
  kedge rescue run payments-eu etcd-quorum-lost clean      a day later
  kedge rescue run payments-eu --help                      the options of the driver

\b
The last line is OK or STOP and what to do; exit codes: 0 done, 1 stopped, 2 wrong usage, 130 interrupted.
The same program without kedge: clusters/NAME/generated/rescue/kedge-rescue.pyz.
"""


@click.command(
    "rescue", epilog=EPILOG, context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}
)
@options.folder
@click.argument("action", type=click.Choice(["run"]))
@click.argument("cluster")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="PROCEDURE [PHASE]... [OPTION]...")
def command(folder: Path, action: str, cluster: str, arguments: tuple[str, ...]) -> None:
    """Run a recovery procedure on all hosts of a control plane, over ssh, with the committed rescue kit of the cluster."""
    from compiler.rescue.main import main

    kit = folder / CLUSTERS / cluster.rstrip("/").rpartition("/")[2] / OUTPUT / "rescue"
    raise click.exceptions.Exit(main([action, *arguments], kit.absolute()))
