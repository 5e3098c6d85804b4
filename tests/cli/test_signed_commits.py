"""`kedge commit` where engines sync signed commits only: it vouches for nothing that nobody signed, and believes no forged message."""

import subprocess
from pathlib import Path

import pytest

from compiler.workspace.failure import EnvironmentFailure
from tests.cli.inprocess import Repository

SIGNED = "gitops: {flux: {url: https://git.example.net/dr.git, signers: dr-signers}}"
SHOP = f"namespaces: {{shop: {{}}}}\n{SIGNED}"
ROBOT = ("commit", "--branch", "main", "--update-work-tree")
MESSAGE = f"kedge: no change\n\nKedge-Specs: sha256:{'0' * 64}\nKedge-Version: 0.1.0\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A cluster whose engine verifies signatures, a robot that signs, and a key that this machine knows."""
    made, key = Repository(tmp_path / "repository"), tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    (tmp_path / "signers").write_text(f"tests@example.net {key.with_suffix('.pub').read_text()}")
    settings = {"gpg.format": "ssh", "user.signingKey": f"{key}.pub", "commit.gpgSign": "true"}
    for name, value in {**settings, "gpg.ssh.allowedSignersFile": str(tmp_path / "signers")}.items():
        made.git("config", name, value)
    made.write("case", SHOP)
    made.commit("a signed commit")
    assert made.kedge(*ROBOT).exit_code == 0
    return made


def unsigned(repository: Repository, message: str = "a merge that nobody signed") -> None:
    repository.git("add", "-A")
    repository.git("commit", "-q", "--allow-empty", "--no-gpg-sign", "-m", message)


def test_a_robot_does_not_sign_on_top_of_an_unsigned_commit(repository: Repository) -> None:
    repository.write("case", f"{SHOP}\netcd: {{quota: 5Gi}}")
    unsigned(repository)
    before = repository.git("rev-parse", "main")
    done = repository.kedge(*ROBOT)
    assert isinstance(done.exception, EnvironmentFailure)
    assert "has no good signature" in done.exception.happened
    assert repository.git("rev-parse", "main") == before
    assert repository.kedge(*ROBOT, "--accept-unsigned").exit_code == 0


def test_a_change_of_another_cluster_is_signed_for_no_sooner(repository: Repository) -> None:
    repository.write("other", "tier: production")
    unsigned(repository)
    assert isinstance(repository.kedge(*ROBOT).exception, EnvironmentFailure)


def test_a_robot_signs_on_top_of_a_signed_commit(repository: Repository) -> None:
    repository.write("case", f"{SHOP}\netcd: {{quota: 5Gi}}")
    repository.commit("a signed change")
    done = repository.kedge(*ROBOT)
    assert done.exit_code == 0, done.output
    repository.git("verify-commit", "main")


def test_where_nothing_is_verified_nothing_is_asked(repository: Repository) -> None:
    plain = SHOP.replace(", signers: dr-signers", "")
    repository.write("case", plain)
    repository.commit("no signers any more")
    assert repository.kedge(*ROBOT, "--fail-on", "never").exit_code == 0
    repository.write("case", f"{plain}\netcd: {{quota: 5Gi}}")
    unsigned(repository)
    done = repository.kedge(*ROBOT, "--fail-on", "never")
    assert done.exit_code == 0, done.output


def test_a_forged_message_does_not_move_what_consent_is_judged_from(repository: Repository) -> None:
    repository.git("rm", "-q", "-r", "clusters/case")
    repository.write("other", SIGNED)
    unsigned(repository, "remove case")
    unsigned(repository, MESSAGE)
    done = repository.kedge(*ROBOT, "--accept-unsigned")
    assert (done.exit_code, "clusters/case" in done.output) == (6, True)
