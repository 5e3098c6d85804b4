"""`kedge schema`: the JSON Schemas of what kedge reads and of what it prints."""

import click

from compiler.assets import asset_text

EPILOG = """\b
Examples:
  kedge schema > cluster.schema.json           for an editor: `# yaml-language-server: $schema=cluster.schema.json`
  kedge schema base > base.schema.json         for the files under bases/
  kedge schema output > output.schema.json     for programs that read `-o json`
"""


@click.command("schema", epilog=EPILOG)
@click.argument("which", type=click.Choice(["cluster", "base", "output"]), default="cluster")
def command(which: str) -> None:
    """Print the JSON Schema (2020-12) of a cluster's spec, of a base, or of the output of `-o json`."""
    click.echo(asset_text(f"schemas/{which}.schema.json"), nl=False)
