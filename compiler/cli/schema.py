"""`kedge schema`: the JSON Schemas of what kedge reads and of what it says."""

import click

from compiler.assets import asset

EPILOG = """\b
Examples:
  kedge schema > cluster.schema.json           for an editor: `# yaml-language-server: $schema=cluster.schema.json`
  kedge schema --base > base.schema.json       for the files under bases/
  kedge schema --output > output.schema.json   for programs that read `-o json`
"""


@click.command("schema", epilog=EPILOG)
@click.option("--base", "which", flag_value="base", help="The schema of a base.")
@click.option("--output", "which", flag_value="output", help="The schema of what `-o json` prints.")
def command(which: str | None) -> None:
    """Print the JSON Schema (2020-12) of a cluster's spec, of a base, or of the output."""
    click.echo(asset(f"schemas/{which or 'cluster'}.schema.json").read_text(encoding="utf-8"), nl=False)
