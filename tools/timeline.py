"""Run make targets in order and print how long each took: `python -m tools.timeline check test`. Standard library only.

Stops at the first target that fails; the times are printed all the same.
"""

import os
import subprocess
import sys
import time


def main(targets: list[str]) -> int:
    """Run the targets, print a line of time for each, and return the exit code of the last that ran."""
    make = os.environ.get("MAKE", "make")
    times: list[str] = []
    code = 0
    for target in targets:
        print(f"\n== {target}", flush=True)
        began = time.monotonic()
        code = subprocess.run([make, "--no-print-directory", target], check=False).returncode  # noqa: S603 - our own targets
        times.append(f"{target:<12} {time.monotonic() - began:6.0f} s  {'failed' if code else 'passed'}")
        if code:
            break
    print("\n== time of each part", *times, sep="\n", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
