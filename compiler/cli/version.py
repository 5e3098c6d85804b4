"""`kedge version`: which kedge this is and what it was made for."""

import click

from compiler.cli import options
from compiler.facts import tables
from compiler.facts.fact import enumeration, minors
from compiler.report import json_output
from compiler.version import VERSION

EPILOG = """\b
Examples:
  kedge version
  kedge version -o json
"""


@click.command("version", epilog=EPILOG)
@options.output("human", "json")
def command(form: str) -> None:
    """Print the version, the spec's version and the Kubernetes minors that the output is made for."""
    if form == "json":
        click.echo(
            json_output.document(
                "version", {"kedge": VERSION, "spec": "kedge/v1alpha1", "kubernetes": list(minors(tables.KUBERNETES))}
            )
        )
    else:
        click.echo(f"kedge {VERSION}, spec kedge/v1alpha1, Kubernetes {enumeration(tables.KUBERNETES)}")
