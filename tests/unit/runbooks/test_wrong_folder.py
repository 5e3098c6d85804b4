"""Every block, run by bash where it does not belong: the files in the shell's folder stay as they are.

Programs that reach out are stubs that fail, and the folders of a host that pages name are put below a scratch folder, so
that a block that forgets itself harms nothing here either.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.runbooks.clusters import NAMES, fences, made

PAGES = [(case, name) for case in NAMES for name in made(case) if name != "README.md"]
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
FIRST = ("STOP: first paste the first step for this host", "STOP: first paste the first workstation step")


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


def blocks(case: str, name: str) -> list[str]:
    """The blocks of a page's steps; its first command and its digest are for reading only."""
    return [block for block in fences(made(case)[name]) if block.startswith("( ")]


@pytest.mark.parametrize(("case", "name"), PAGES)
def test_a_block_without_the_first_step_touches_nothing_and_says_so(case: str, name: str, scratch: Scratch) -> None:
    before = scratch.files()
    for block in blocks(case, name):
        if "mkdir -p" not in block.split("\n")[2]:
            assert scratch.paste(block, case).splitlines()[-1] in FIRST, block
            assert scratch.files() == before, block


@pytest.mark.parametrize(("case", "name"), PAGES)
def test_a_page_that_is_pasted_whole_on_a_wrong_machine_touches_nothing(case: str, name: str, scratch: Scratch) -> None:
    before = scratch.files()
    for block in blocks(case, name):
        said = scratch.paste(block, case).splitlines()
        assert said and "STOP: " in said[-1], block  # behind the prompt where nobody pressed Enter
        assert scratch.files() == before, block


def test_first_step_of_a_host_that_is_not_the_clusters_leaves_no_env(scratch: Scratch) -> None:
    scratch.paste(blocks("payments-eu", "etcd-quorum-lost.md")[0])
    assert not (scratch.root / "root" / "kedge" / "env").exists()
