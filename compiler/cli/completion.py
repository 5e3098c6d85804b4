"""`kedge completion`: the script that makes a shell complete commands, options and clusters."""

import click
from click.shell_completion import get_completion_class

EPILOG = """\b
Examples:
  kedge completion bash > ~/.local/share/bash-completion/completions/kedge
  kedge completion zsh > ~/.zfunc/_kedge
  kedge completion fish > ~/.config/fish/completions/kedge.fish
"""


@click.command("completion", epilog=EPILOG)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script of a shell."""
    from compiler.cli.main import main

    completion = get_completion_class(shell)
    if completion is None:
        raise click.UsageError(f"there is no completion for {shell}")
    click.echo(completion(main, {}, "kedge", "_KEDGE_COMPLETE").source())
