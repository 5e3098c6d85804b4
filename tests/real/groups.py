"""Groups of real tests, each of at most 25 minutes: `python -m tests.real.groups [NAME …]`. Standard library only.

`base` is what `make test-real` runs; `engines` compares the sync engines; the others run parts of `base` with another minor of a system.
A group that passes leaves its figures in `record/groups/`. Every group runs even where one before it failed; the exit code is 1 where
any did.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass

LIMIT_SECONDS = 25 * 60

NAME = "KEDGE_GROUP"
"""Environment variable by which a test session knows whose figures it leaves."""

OBJECTS = (
    "tests/real/test_admission.py",
    "tests/real/test_backup_namespace.py",
    "tests/real/test_backup_pod_fields.py",
    "tests/real/test_backup_pod_changes.py",
    "tests/real/test_backup_namespace_variants.py",
    "tests/real/test_refused_job.py",
    "tests/real/test_quota_defaults.py",
)
"""What an API server and its controllers alone decide."""


@dataclass(frozen=True)
class Group:
    """Tests, the environment that chooses what they run against, and the systems whose versions its figures are about."""

    paths: tuple[str, ...]
    environment: dict[str, str]
    systems: tuple[str, ...]


GROUPS = {
    "base": Group(
        ("tests/real", "--ignore=tests/real/kubeadm", "--ignore=tests/real/engines"),
        {},
        ("kubernetes", "etcd", "velero", "argo-cd", "flux"),
    ),
    "engines": Group(("tests/real/engines",), {}, ("kubernetes", "argo-cd", "flux")),
    "kubeadm": Group(("tests/real/kubeadm",), {}, ("kubernetes", "etcd")),
    "quorum": Group(("tests/real/test_placement.py",), {"KEDGE_QUORUM": "all"}, ("etcd",)),
    "kubernetes-1.34": Group(OBJECTS, {"KEDGE_KUBERNETES": "1.34"}, ("kubernetes",)),
    "kubernetes-1.36": Group(OBJECTS, {"KEDGE_KUBERNETES": "1.36"}, ("kubernetes",)),
}


def main(names: list[str]) -> int:
    """Run the groups, print a line of time for each, and return the exit code."""
    unknown = [name for name in names if name not in GROUPS]
    if unknown:
        print(f"no group {', '.join(unknown)}; there are {', '.join(GROUPS)}", file=sys.stderr)
        return 2
    lines = []
    for name in names or GROUPS:
        began = time.monotonic()
        outcome = _run(name, GROUPS[name])
        lines.append(f"{name:<16} {time.monotonic() - began:6.0f} s  {outcome}")
    print("\n== time of each group", *lines, sep="\n", flush=True)
    return int(any(not line.endswith("passed") for line in lines))


def _run(name: str, group: Group) -> str:
    command = [sys.executable, "-m", "pytest", *group.paths]
    environment = os.environ | group.environment | {NAME: name}
    try:
        done = subprocess.run(command, env=environment, check=False, timeout=LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        return f"stopped after {LIMIT_SECONDS} s"
    return "failed" if done.returncode else "passed"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
