"""`kedge commit` where engines sync signed commits only: it vouches for nothing that nobody signed, and believes no forged message."""

import re
import subprocess
from pathlib import Path

import pytest

from compiler.publish import origin
from compiler.workspace.failure import EnvironmentFailure
from compiler.workspace.repository import Repository as Opened
from tests.cli.conftest import GIT
from tests.cli.inprocess import Repository

SIGNED = "gitops: {flux: {url: https://git.example.net/dr.git, signers: dr-signers}}"
SHOP = f"namespaces: {{shop: {{}}}}\n{SIGNED}"
WAIVER = "{rule: synced-commits-are-verified, at: spec.gitops.flux, reason: Keys, approver: Head, expires: 2026-12-20}"
ROBOT = ("commit", "--branch", "main", "--update-work-tree")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A cluster whose engine verifies signatures, a robot that signs, and a key that this machine knows."""
    monkeypatch.setitem(GIT, "GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    made, key = Repository(tmp_path / "repository"), tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    (tmp_path / "signers").write_text(f"tests@example.net {key.with_suffix('.pub').read_text()}")
    settings = {"gpg.format": "ssh", "user.signingKey": f"{key}.pub", "commit.gpgSign": "true"}
    for name, value in {**settings, "gpg.ssh.allowedSignersFile": str(tmp_path / "signers")}.items():
        made.git("config", "--global", name, value)
    made.write("case", SHOP)
    made.commit("a signed commit")
    assert made.kedge(*ROBOT).exit_code == 0
    return made


def unsigned(repository: Repository, message: str = "a merge that nobody signed") -> None:
    repository.git("add", "-A")
    repository.git("commit", "-q", "--allow-empty", "--no-gpg-sign", "-m", message)


@pytest.mark.parametrize("name", ["gpg.ssh.allowedSignersFile", "gpg.ssh.revocationFile", "gpg.minTrustLevel"])
def test_which_keys_are_good_is_not_the_repository_s_to_say(repository: Repository, name: str) -> None:
    repository.write("case", f"{SHOP}\netcd: {{quota: 5Gi}}")
    repository.commit("a signed change")
    repository.git("config", name, str(repository.root.parent / "signers"))
    done = repository.kedge(*ROBOT)
    assert isinstance(done.exception, EnvironmentFailure)
    assert f"sets {name.lower()}, and which keys are good" in done.exception.happened


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


def test_an_unsigned_commit_that_ends_verification_is_not_signed_for(repository: Repository) -> None:
    """The engine still verifies: it would take that commit, and all that is in it, for the signature above it."""
    repository.write("case", f"{SHOP.replace(', signers: dr-signers', '')}\nwaivers: [{WAIVER}]")
    (source,) = (repository.root / "clusters/case/generated/delivery").rglob("gitrepository*.yaml")
    without = re.sub(r"(?m)^  verify:\n(    .*\n)+", "", source.read_text())
    assert without != source.read_text()
    source.write_text(without)
    unsigned(repository, "no signers any more")
    before = repository.git("rev-parse", "main")
    assert isinstance(repository.kedge(*ROBOT).exception, EnvironmentFailure)
    assert repository.git("rev-parse", "main") == before
    done = repository.kedge(*ROBOT, "--accept-unsigned")
    assert done.exit_code == 0, done.output


def test_an_unsigned_commit_that_ends_what_a_person_began_is_not_signed_for(repository: Repository) -> None:
    """A person compiled verification after kedge's last commit, so the engine has it though no commit of kedge does."""
    repository.write("case", f"{SHOP.replace(', signers: dr-signers', '')}\nwaivers: [{WAIVER}]")
    repository.commit("no signers any more")
    assert repository.kedge(*ROBOT).exit_code == 0
    repository.write("case", SHOP)
    repository.compiled()
    repository.git("revert", "--no-commit", "HEAD")
    unsigned(repository, "no signers again")
    before = repository.git("rev-parse", "main")
    repository.write("other", "tier: production")
    unsigned(repository, "and a change")
    assert isinstance(repository.kedge(*ROBOT).exception, EnvironmentFailure)
    assert repository.git("rev-parse", "main~1") == before


def test_a_forged_message_does_not_move_what_consent_is_judged_from(repository: Repository) -> None:
    repository.git("rm", "-q", "-r", "clusters/case")
    repository.write("other", SIGNED)
    unsigned(repository, "remove case")
    opened, tip = Opened.discover(repository.root), repository.git("rev-parse", "HEAD")
    stated = origin.statement(opened, tip, "0.1.0")
    unsigned(repository, f"kedge: no change\n\n{stated}")
    assert origin.is_own(opened, repository.git("rev-parse", "HEAD"))
    done = repository.kedge(*ROBOT, "--accept-unsigned")
    assert (done.exit_code, "clusters/case" in done.output) == (6, True)


def merged_as_second_parent(repository: Repository) -> None:
    """Make what is in the work tree an unsigned merge of a start of its own with main, in this order."""
    tip = repository.git("rev-parse", "main")
    repository.git("add", "-A")
    tree = repository.git("write-tree")
    start = repository.git("commit-tree", "--no-gpg-sign", "-m", "start", tree)
    merge = repository.git("commit-tree", "--no-gpg-sign", "-p", start, "-p", tip, "-m", "Merge branch main", tree)
    repository.git("update-ref", "refs/heads/main", merge, tip)
    repository.git("reset", "-q", "--hard")


def test_a_merge_that_names_main_second_does_not_end_the_verification(repository: Repository) -> None:
    repository.write("case", f"{SHOP.replace(', signers: dr-signers', '')}\nwaivers: [{WAIVER}]")
    (source,) = (repository.root / "clusters/case/generated/delivery").rglob("gitrepository*.yaml")
    source.write_text(re.sub(r"(?m)^  verify:\n(    .*\n)+", "", source.read_text()))
    merged_as_second_parent(repository)
    done = repository.kedge(*ROBOT)
    assert isinstance(done.exception, EnvironmentFailure)
    assert "has no good signature" in done.exception.happened


def test_a_merge_that_names_main_second_takes_no_cluster_away_without_consent(repository: Repository) -> None:
    repository.git("config", "--global", "commit.gpgSign", "false")
    repository.write("other", "tier: production")
    repository.git("rm", "-q", "-r", "clusters/case")
    merged_as_second_parent(repository)
    assert repository.kedge(*ROBOT).exit_code == 6
