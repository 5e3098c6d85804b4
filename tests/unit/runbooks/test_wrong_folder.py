"""Every block, run by bash where it does not belong: what lies in the folder of the shell stays as it is.

Programs that reach out are stubs that fail, and the folders of a host that pages name are put below a scratch folder, so
that a block that forgets itself harms nothing here either.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.runbooks.clusters import NAMES, all_fences, fences, made

PAGES = [(case, name) for case in NAMES for name in made(case)]
HOST = re.compile(r"/(?=root/|var/lib/etcd|etc/kubernetes)")
STUBS = [
    "kubectl",
    "etcd",
    "etcdctl",
    "etcdutl",
    "crictl",
    "ctr",
    "systemctl",
    "iptables",
    "ip6tables",
    "ssh",
    "curl",
    "age",
    "kubeadm",
    "kedge",
    "openssl",
    "timeout",
    "sleep",
]
# Files whose names blocks use, and some that they do not.
PRECIOUS = [
    "precious.db",
    "copy/x",
    "scratch/x",
    "restored/member/x",
    "survivor.new",
    "survivor.db",
    "survivor.revision",
    "before.db",
    "chosen.db",
    "bucket.db",
    "manifests/etcd.yaml",
    "manifests/kube-apiserver.yaml",
    "manifests/kube-controller-manager.yaml",
    "manifests/kube-scheduler.yaml",
    "host",
    "env",
    "all",
    "ports",
    "admin.conf",
    "zero",
    "zero.new",
    "zero-sets",
    "zero-pods",
    "order",
    "lost",
    "down",
    "members",
    "running",
    "all-nodes",
    "suspended",
    "syncs",
    "kubeconfig",
    "keys",
    "name",
    "sums",
    "plain",
    "page",
    "listing",
    "whole",
    "manifest.json",
    "revision",
    "disks",
    "remains",
    "kinds",
    "counts",
    "pending",
    "rebind",
    "backups",
    "chosen",
    "candidates",
    "a.revision",
    "image/usr/local/bin/etcdctl",
    "bin/x",
]
COMMANDS = re.compile(r"\n|&&|\|\||;|\bthen\b")
WORDS = re.compile(r'(?:"[^"]*"|[^\s"])+')


class Scratch:
    """An empty host with an operator's shell in a folder that holds files of worth."""

    def __init__(self, folder: Path) -> None:
        self.root, self.home, self.here, self.stubs = (folder / name for name in ("root", "home", "here", "stubs"))
        for made_folder in (self.root, self.home, self.stubs):
            made_folder.mkdir()
        for name in STUBS:
            (self.stubs / name).write_text("#!/bin/sh\nexit 1\n")
            (self.stubs / name).chmod(0o755)
        for name in PRECIOUS:
            (self.here / name).parent.mkdir(parents=True, exist_ok=True)
            (self.here / name).write_text(f"precious {name}\n")

    def paste(self, block: str, answer: str = "payments-eu") -> str:
        path = f"{self.stubs}{os.pathsep}/usr/bin{os.pathsep}/bin"
        moved = HOST.sub(f"{self.root}/", block)
        done = subprocess.run(
            ["bash", "--norc", "--noprofile", "-c", moved],
            cwd=self.here,
            env={"HOME": str(self.home), "PATH": path},
            input=f"{answer}\n" * 3,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return done.stdout

    def files(self) -> Mapping[str, str]:
        found = (path for path in self.here.rglob("*") if path.is_file())
        return {str(path.relative_to(self.here)): path.read_text() for path in found}


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    return Scratch(tmp_path)


def answer_for(case: str, block: str) -> str:
    """What a block asks to be typed: the cluster's name, or what is read from the block's own file."""
    return "precious" if "name of the member" in block else case


@pytest.mark.parametrize(("case", "name"), PAGES)
def test_a_block_without_the_first_steps_touches_nothing(case: str, name: str, scratch: Scratch) -> None:
    before = scratch.files()
    first = re.compile(r"^cat > .*/env|^mkdir -p|^cat > ", re.MULTILINE)
    for block in fences(made(case)[name]):
        if first.search(block):
            continue
        said = scratch.paste(block, answer_for(case, block))
        assert scratch.files() == before, block
        assert ("STOP: nothing was done" in said) == block.startswith("if . "), block


@pytest.mark.parametrize(("case", "name"), PAGES)
def test_a_page_that_is_pasted_whole_on_a_wrong_machine_touches_nothing(case: str, name: str, scratch: Scratch) -> None:
    before = scratch.files()
    for block in fences(made(case)[name]):
        scratch.paste(block, answer_for(case, block))
        assert scratch.files() == before, block


@pytest.mark.parametrize(("case", "name"), PAGES)
def test_a_folder_that_cannot_be_entered_stops_every_later_block(case: str, name: str, scratch: Scratch) -> None:
    blocks = fences(made(case)[name])
    for block in blocks:
        if "<<'END'" in block:
            scratch.paste(block)
    for env in [*scratch.home.glob("*/env")]:
        env.write_text(re.sub(r'cd "[^"]*"', 'cd "$HOME/gone"', env.read_text()))
    before = scratch.files()
    for block in blocks:
        if block.startswith("if . "):
            assert "STOP: nothing was done" in scratch.paste(block, answer_for(case, block)), block
            assert scratch.files() == before, block


def test_what_is_removed_or_moved_has_its_whole_path() -> None:
    seen = []
    for block in all_fences():
        for command in COMMANDS.split(block.replace("\\\n", "")):
            program, *paths = WORDS.findall(command) or [""]
            if program in ("rm", "mv", "find", "shred", "unlink", "truncate"):
                wanted = paths[:1] if program == "find" else [path for path in paths if path[0] != "-"]
                assert all(re.match(r'"?(?:/|\$HOME/)', path) for path in wanted), command
                seen.append(program)
    assert len(seen) > 30 and {"rm", "mv", "find", "shred"} <= {*seen}


def test_the_first_steps_of_the_right_machine_are_entered(scratch: Scratch) -> None:
    """The guard lets through where it should: an identity that was checked, an env file that was written."""
    blocks = fences(made("payments-eu")["etcd-quorum-lost.md"])
    work = scratch.root / "root" / "kedge"
    for folder in ("manifests", "bin", "image", "scratch", "copy"):
        (work / folder).mkdir(parents=True)
    (work / "host").write_text("HOST=cp1\nADDRESS='10.20.0.11'\n")
    (work / "old.db").write_text("x")
    before = scratch.files()
    for block in blocks:
        if "/root/kedge/env <<" in block or "remove the old data" in block:
            assert "STOP: nothing" not in scratch.paste(block)
    assert (work / "ports").read_text().split() == ["6443"]
    assert not (work / "old.db").exists() and not (work / "copy").exists()
    assert scratch.files() == before
