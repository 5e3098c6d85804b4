"""`make demo`: the main job from end to end on the examples of this repository, in a clone of its own. No network, no Git identity.

Usage: python -m tools.demo [FOLDER]. The clone is built in FOLDER, which must not exist, or in `build/demo`, which is replaced
and which Git ignores. Ends with 0 only if each step ended as it should.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BRANCH = "demo"
NEEDED = ("bases", "clusters", "examples/broken")
SPEC = "clusters/payments-eu/cluster.yaml"
EDITS = (('"*/30 * * * *"', '"0 * * * *"'), ("controlPlane: {rpo: 1h,", "controlPlane: {rpo: 2h,"))
BROKEN = "examples/broken/clusters/broken"
ROLES = ("AUTHOR", "COMMITTER")
LOOK = """\
  clusters/payments-eu/generated/runbooks/README.md     what someone on call opens at three in the morning
  clusters/payments-eu/generated/backup/control-plane/  the job that takes the etcd snapshots
  git log --stat -2                                     what was committed"""


def main(arguments: list[str]) -> int:
    """Run the demonstration, and return the exit code."""
    began = time.monotonic()
    target = Path(arguments[0]).resolve() if arguments else _emptied(ROOT / "build" / "demo")
    try:
        _prepare(target)
        _show(target)
    except subprocess.CalledProcessError as error:
        print(f"\nthe demonstration failed: `{' '.join(map(str, error.cmd))}` ended with {error.returncode}")
        return 1
    print(f"\nDone in {time.monotonic() - began:.0f} s; this checkout is as it was. In {target} look first at\n{LOOK}")
    return 0


def _show(target: Path) -> None:
    """Run the steps; raises CalledProcessError at the first that does not end as it should."""
    _say(
        "Four clusters: a lab, an edge site, production on own hardware, a managed control plane. Does what they promise hold?"
    )
    _kedge(target, "validate")
    _say("It does. Compile them, as an engineer would before a pull request, and commit.")
    _kedge(target, "compile")
    _git(target, "add", "clusters")
    _git(target, "commit", "--quiet", "--allow-empty", "--message", "Compile the clusters")
    _say("A cluster that looks protected, and is not. kedge refuses it (exit code 1).")
    _kedge(target, "validate", BROKEN, expected=1)
    _say(f"Now a change to {SPEC}: a snapshot every hour instead of every half hour, for a promise of two hours.")
    _edit(target / SPEC)
    _git(target, "diff", "--unified=0", SPEC)
    _say("What does that do to recovery? This is what a reviewer reads.")
    _kedge(target, "plan")
    _say("Reviewed and merged; a robot compiles what the branch says and commits the output.")
    _git(target, "commit", "--quiet", "--message", "payments-eu: a snapshot every hour", SPEC)
    _kedge(target, "commit", "--branch", BRANCH, "--update-work-tree")
    _git(target, "show", "--stat", "--format=%h %an: %s", "HEAD")
    _kedge(target, "check")


def _prepare(target: Path) -> None:
    """Make the scratch repository: a clone of HEAD, or of the files where HEAD does not hold all that is needed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if all(_quiet(ROOT, "cat-file", "-e", f"HEAD:{name}") for name in NEEDED):
        _say("A clone of this repository, so that the checkout stays as it is.")
        _git(target.parent, "clone", "--quiet", "--no-local", str(ROOT), str(target))
        _git(target, "switch", "--quiet", "--force-create", BRANCH)
        return
    _say("A repository of its own with the files of this folder, which is no clone.")
    for name in NEEDED:
        shutil.copytree(ROOT / name, target / name)
    _git(target, "init", "--quiet", f"--initial-branch={BRANCH}")
    _git(target, "add", ".")
    _git(target, "commit", "--quiet", "--message", "Specs")


def _emptied(folder: Path) -> Path:
    """Return a folder of ours, removed."""
    if folder.exists():
        shutil.rmtree(folder)
    return folder


def _edit(spec: Path) -> None:
    text = spec.read_text("utf-8")
    for old, new in EDITS:
        if old not in text:
            raise ValueError(f"{SPEC} no longer says {old}: bring the demonstration up to date")
        text = text.replace(old, new)
    spec.write_text(text, "utf-8")


def _kedge(folder: Path, *arguments: str, expected: int = 0) -> None:
    """Run kedge as it is installed beside this Python, else from this checkout."""
    installed = Path(sys.executable).with_name("kedge")
    command = [str(installed)] if installed.exists() else [sys.executable, "-P", "-m", "compiler"]
    _run(folder, ["kedge", *arguments], [*command, *arguments], expected)


def _git(folder: Path, *arguments: str) -> None:
    _run(folder, ["git", *arguments], ["git", *arguments], 0)


def _run(folder: Path, shown: list[str], command: list[str], expected: int) -> None:
    print(f"\n$ {' '.join(f'{word!r}' if ' ' in word else word for word in shown)}", flush=True)
    done = subprocess.run(command, cwd=folder, env=_environment(), stderr=subprocess.STDOUT, check=False)  # noqa: S603 - ours
    if done.returncode != expected:
        raise subprocess.CalledProcessError(done.returncode, shown)


def _quiet(folder: Path, *arguments: str) -> bool:
    """Return whether a Git command says yes."""
    done = subprocess.run(["git", *arguments], cwd=folder, env=_environment(), capture_output=True, check=False)  # noqa: S603, S607 - the user's Git
    return done.returncode == 0


def _environment() -> dict[str, str]:
    """Return an environment without this machine's Git settings, with an identity for the scratch repository only."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    person = {f"GIT_{role}_NAME": "Demo" for role in ROLES} | {
        f"GIT_{role}_EMAIL": "demo@example.net" for role in ROLES
    }
    return kept | person | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PYTHONPATH": str(ROOT)}


def _say(text: str) -> None:
    print(f"\n# {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
