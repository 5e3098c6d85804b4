"""`python -m compiler` runs the command `kedge`."""

from compiler.cli.main import run

run()
