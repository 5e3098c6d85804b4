"""`python -m compiler` and the command `kedge`."""

import sys


def run() -> None:
    """Run the command line. An interrupt while it is still being imported ends like any other."""
    try:
        from compiler.cli import main

        main.run()
    except KeyboardInterrupt:
        sys.stderr.write("error: interrupted\n")
        sys.exit(130)


if __name__ == "__main__":
    run()
