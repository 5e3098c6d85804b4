"""One consent: what the output at the reference has and the new one has not is refused by compile, check and commit, and shown by plan."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from compiler.workspace.failure import EnvironmentFailure
from tests.cli.inprocess import Repository

SHOP = "namespaces: {shop: {}}"
OBSERVED = "namespaces: {shop: {manage: false}}"
LOST = "Namespace/shop"
TARGET = "value: case/etcd\n"


def consent(expires: str, name: str = "shop") -> str:
    return f"\nconsents: [{{kind: Namespace, name: {name}, reason: It moved, approver: Head, expires: {expires}}}, {LAYER % expires}]"


LAYER = "{kind: layer, name: base, reason: It moved, approver: Head, expires: %s}"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A cluster with a namespace, compiled and committed on main; a second one without; and a branch."""
    made = Repository(tmp_path / "repository")
    made.write("case", SHOP)
    made.write("other", "tier: production")
    made.compiled()
    made.git("switch", "-q", "-c", "branch")
    return made


@pytest.mark.parametrize("command", ["compile", "check"])
def test_what_goes_without_consent_is_refused_and_named(repository: Repository, command: str) -> None:
    repository.write("case", OBSERVED)
    done = repository.kedge(command)
    assert (done.exit_code, LOST in done.stderr, "- {kind: Namespace, name: shop" in done.stderr) == (
        6,
        True,
        True,
    )


def test_commit_refuses_what_compile_refuses(repository: Repository) -> None:
    repository.write("case", OBSERVED)
    repository.commit()
    done = repository.kedge("commit", "--branch", "branch", "--update-work-tree")
    assert (done.exit_code, LOST in done.output) == (6, True)


def test_plan_shows_it_and_says_that_nobody_consented(repository: Repository) -> None:
    repository.write("case", OBSERVED)
    done = repository.kedge("plan")
    assert f"! DESTRUCTIVE {LOST}: nobody consented" in done.stdout
    assert done.stdout.rstrip().endswith("2 destructive, 2 without consent")


def test_a_consent_of_the_spec_lets_it_go_everywhere(repository: Repository) -> None:
    repository.write("case", OBSERVED + consent("2026-12-05"))
    assert "DESTRUCTIVE Namespace/shop: consented" in repository.kedge("plan").stdout
    assert repository.kedge("compile").exit_code == 0
    assert repository.kedge("check").exit_code == 0
    repository.git("checkout", "-q", "--", "clusters/case/generated")
    repository.commit()
    done = repository.kedge("commit", "--branch", "branch", "--update-work-tree")
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("expires", "code"), [("2026-11-21", 0), ("2026-11-20", 6), ("2026-12-05", 0), ("2026-12-06", 1)]
)
def test_a_consent_counts_until_its_last_day_and_for_fourteen_days_at_most(
    repository: Repository, expires: str, code: int
) -> None:
    repository.write("case", OBSERVED + consent(expires))
    assert repository.kedge("compile", "case").exit_code == code


def test_a_consent_to_another_object_lets_nothing_else_go(repository: Repository) -> None:
    repository.write("case", OBSERVED + consent("2026-12-05", name="shops"))
    assert repository.kedge("compile", "case").exit_code == 6


@pytest.mark.parametrize(("expires", "findings"), [("2026-12-05", []), ("2026-11-20", ["consent-is-short"] * 2)])
def test_a_consent_that_destroys_nothing_is_a_warning_once_it_has_expired(
    repository: Repository, expires: str, findings: list[str]
) -> None:
    repository.write("case", SHOP + consent(expires))
    found = json.loads(repository.kedge("validate", "case", "-o", "json").stdout)["clusters"][0]["findings"]
    assert [f["rule"] for f in found if f["severity"] == "warning" and f["rule"].startswith("consent")] == findings


def test_the_fix_of_a_refusal_ends_it(repository: Repository) -> None:
    repository.write("case", OBSERVED)
    refused = repository.kedge("compile").stderr
    words = refused.rpartition("compile or commit it yourself with ")[2].split()
    assert repository.kedge("compile", *words).exit_code == 0


def pasted(repository: Repository, command: str, fragment: str) -> Result:
    """Compile after the lines that a command prints are in the spec."""
    said = repository.kedge(command).stderr.splitlines()
    start = said.index("      consents:")
    entries = [line.replace("…", "It moved") for line in said[start + 1 :] if line.startswith("        - ")]
    repository.write("case", fragment + "\nconsents:\n" + "\n".join(entries))
    return repository.kedge("compile")


@pytest.mark.parametrize("command", ["plan", "compile"])
def test_the_lines_to_paste_are_the_consent(repository: Repository, command: str) -> None:
    repository.write("case", OBSERVED)
    done = pasted(repository, command, OBSERVED)
    assert done.exit_code == 0, done.output


def test_plan_says_how_a_cluster_is_renamed(repository: Repository) -> None:
    repository.git("rm", "-q", "-r", "clusters/case")
    assert "renamedFrom: case" in repository.kedge("plan").stderr


PLACE = "offsite/s3.paris.example.net/case-dr/case/etcd"
OFFSITE = "locations: {offsite: {%s}}"
MOVES = {"bucket": "bucket: case-dr2", "prefix": "prefix: other", "endpoint": 'endpoint: "https://s3.lyon.example.net"'}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES.keys())
def test_a_place_that_holds_backups_is_left_with_consent_only(repository: Repository, move: str) -> None:
    moved = f"{SHOP}\n{OFFSITE % move}"
    repository.write("case", moved)
    refused = repository.kedge("compile")
    assert (refused.exit_code, f"clusters/case: copies/{PLACE}" in refused.stderr) == (6, True)
    assert f"! DESTRUCTIVE copies/{PLACE}: nobody consented" in repository.kedge("plan").stdout
    assert repository.kedge("check").exit_code == 6
    entry = f"{{kind: copies, name: {PLACE}, reason: Copied by hand, approver: Head, expires: 2026-12-05}}"
    repository.write("case", f"{moved}\nconsents: [{entry}]")
    done = repository.kedge("compile")
    assert done.exit_code == 0, done.stderr


def test_a_consent_to_one_move_covers_no_other_of_the_same_location(repository: Repository) -> None:
    repository.git("switch", "-q", "main")
    entry = f"{{kind: copies, name: {PLACE}, reason: Copied by hand, approver: Head, expires: 2026-12-05}}"
    repository.write("case", f"{SHOP}\n{OFFSITE % MOVES['bucket']}\nconsents: [{entry}]")
    repository.compiled()
    repository.write("case", f"{SHOP}\n{OFFSITE % 'bucket: case-dr3'}\nconsents: [{entry}]")
    refused = repository.kedge("compile")
    assert (refused.exit_code, "copies/offsite/s3.paris.example.net/case-dr2/case/etcd" in refused.stderr) == (6, True)


@pytest.mark.parametrize("command", ["plan", "compile"])
def test_the_lines_to_paste_for_a_file_by_hand_are_the_consent(repository: Repository, command: str) -> None:
    repository.git("switch", "-q", "main")
    folder = repository.root / "clusters/case/generated/backup/control-plane"
    (folder / "by-hand.yaml").write_text("a: 1\n")
    listing = folder / "kustomization.yaml"
    listing.write_text(listing.read_text() + "- by-hand.yaml\n")
    repository.commit("by hand")
    repository.write("case", f"{SHOP}\netcd: {{quota: 5Gi}}")
    done = pasted(repository, command, SHOP)
    assert done.exit_code == 0, done.output


def test_a_robot_asks_consent_for_a_place_that_is_left(repository: Repository) -> None:
    repository.write("case", f"{SHOP}\n{OFFSITE % MOVES['bucket']}")
    repository.commit("another bucket")
    done = repository.kedge("commit", "--branch", "branch", "--update-work-tree")
    assert (done.exit_code, "copies/offsite" in done.output) == (6, True)


def test_a_copy_that_is_no_longer_written_needs_consent(repository: Repository) -> None:
    second = "locations: {second: {bucket: second, endpoint: 'https://s3.x.net', region: x, credential: {secret: x}}}"
    repository.write("case", f"{SHOP}\n{second}\nbackups: {{etcd: {{to: [offsite, second]}}}}")
    repository.compiled()
    repository.write("case", f"{SHOP}\n{second}")
    assert "copies/second" in repository.kedge("compile").stderr


def test_a_location_of_another_name_at_the_same_place_moves_nothing(repository: Repository) -> None:
    base = repository.root / "bases/case.yaml"
    before = base.read_text()
    repository.write("case", SHOP)
    spec = repository.root / "clusters/case/cluster.yaml"
    base.write_text(before.replace("offsite", "paris"))
    spec.write_text(spec.read_text().replace("offsite", "paris"))
    done = repository.kedge("compile")
    assert done.exit_code == 0, done.stderr


@pytest.mark.parametrize("record", [{"cluster": "new"}, {"renamedFrom": "new"}])
def test_a_false_name_in_the_record_does_not_hide_a_renaming(repository: Repository, record: dict[str, str]) -> None:
    path = repository.root / "clusters/case/generated/BUILD.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **record}))
    repository.git("mv", "clusters/case", "clusters/new")
    repository.commit("edit the record")
    repository.write("new", SHOP)
    repository.commit("rename")
    done = repository.kedge("check", "--against", "HEAD")
    assert (done.exit_code, "copies/offsite" in done.stderr) == (6, True)


def test_an_experiment_that_was_never_committed_needs_no_consent(repository: Repository) -> None:
    repository.write("other", SHOP)
    assert repository.kedge("compile").exit_code == 0
    repository.write("other", "tier: production")
    done = repository.kedge("compile")
    assert done.exit_code == 0, done.stderr


def test_output_that_is_removed_by_hand_still_needs_consent(repository: Repository) -> None:
    repository.git("rm", "-q", "-r", "clusters/case/generated")
    repository.write("case", OBSERVED)
    assert repository.kedge("compile").exit_code == 6


@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("moved", ["clusters/case", "clusters/case/cluster.yaml"], ids=["folder", "file"])
def test_a_renamed_cluster_that_does_not_say_so_is_destructive(
    repository: Repository, moved: str, committed: bool
) -> None:
    (repository.root / "clusters/new").mkdir(exist_ok=True)
    (repository.root / "clusters/new").rmdir() if moved == "clusters/case" else None
    repository.git("mv", moved, moved.replace("case", "new"))
    repository.write("new", SHOP)
    if committed:
        repository.commit("rename")
    assert repository.kedge("compile").exit_code == 6
    assert repository.kedge("check").exit_code == 6
    assert "without consent" in repository.kedge("plan").stdout
    if committed:
        done = repository.kedge("commit", "--branch", "branch", "--update-work-tree")
        assert done.exit_code == 6, done.output


@pytest.mark.parametrize("moved", ["clusters/case", "clusters/case/cluster.yaml"], ids=["folder", "file"])
def test_a_renamed_cluster_keeps_its_place_in_the_bucket_and_destroys_nothing(
    repository: Repository, moved: str
) -> None:
    job = "generated/backup/control-plane/cronjob.kedge-backup.etcd-snapshot.yaml"
    before = (repository.root / "clusters/case" / job).read_text()
    if moved != "clusters/case":
        (repository.root / "clusters/new").mkdir()
    repository.git("mv", moved, moved.replace("case", "new"))
    repository.write("new", SHOP, ", renamedFrom: case")
    plan = repository.kedge("plan").stdout
    assert "new, renamed from case" in plan
    assert "DESTRUCTIVE" not in plan
    assert "recovery: no changes" in plan
    done = repository.kedge("compile")
    assert done.exit_code == 0, done.stderr
    assert not (repository.root / "clusters/case/generated").exists()
    after = (repository.root / "clusters/new" / job).read_text()
    assert TARGET in before
    assert TARGET in after
    repository.commit("rename")
    assert repository.kedge("check").exit_code == 0


def test_a_robot_renames_too(repository: Repository) -> None:
    (repository.root / "clusters/new").mkdir()
    repository.git("mv", "clusters/case/cluster.yaml", "clusters/new/cluster.yaml")
    repository.write("new", SHOP, ", renamedFrom: case")
    repository.commit("rename")
    done = repository.kedge("commit", "--branch", "branch", "--update-work-tree")
    assert done.exit_code == 0, done.output
    listed = repository.git("ls-tree", "-r", "--name-only", "HEAD", "clusters")
    assert "clusters/new/generated/BUILD.json" in listed
    assert "clusters/case/" not in listed


def test_a_second_renaming_still_names_the_first_name(repository: Repository) -> None:
    for old, new in (("case", "new"), ("new", "newer")):
        repository.git("mv", f"clusters/{old}", f"clusters/{new}")
        repository.write(new, SHOP, ", renamedFrom: case")
        assert repository.kedge("compile").exit_code == 0
        repository.commit(f"rename to {new}")
    repository.write("newer", SHOP, ", renamedFrom: new")
    assert repository.kedge("compile").exit_code == 6


def test_a_cluster_that_forgets_its_first_name_is_destructive(repository: Repository) -> None:
    repository.git("mv", "clusters/case", "clusters/new")
    repository.write("new", SHOP, ", renamedFrom: case")
    repository.compiled()
    repository.write("new", SHOP)
    assert repository.kedge("compile").exit_code == 6
    assert "place of the copy in offsite (control plane)" in repository.kedge("plan", "--against", "HEAD").stdout


@pytest.mark.parametrize("gone", ["clusters/case", "clusters/case/cluster.yaml"])
@pytest.mark.parametrize("command", ["compile", "check"])
def test_a_cluster_whose_file_is_deleted_is_refused_with_the_record_to_write(
    repository: Repository, gone: str, command: str
) -> None:
    repository.git("rm", "-q", "-r", gone)
    repository.write("other", "etcd: {quota: 5Gi}")
    done = repository.kedge(command)
    assert done.exit_code == 6
    assert "removed: {date: 2026-11-21" in done.stderr


def test_a_removed_cluster_loses_its_output_and_keeps_its_file(repository: Repository) -> None:
    repository.removed("case")
    assert (
        "case: removed on 2026-11-21, approved by Head of infrastructure: Moved away" in repository.kedge("plan").stdout
    )
    assert repository.kedge("check").exit_code == 4
    done = repository.kedge("compile")
    assert done.exit_code == 0, done.stderr
    assert [path.name for path in (repository.root / "clusters/case").iterdir()] == ["cluster.yaml"]
    repository.commit("case is gone")
    for command in ("validate", "compile", "check", "plan"):
        assert repository.kedge(command).exit_code == 0, command


def test_a_robot_removes_too(repository: Repository) -> None:
    repository.removed("case")
    repository.commit("case is gone")
    done = repository.kedge("commit", "--branch", "branch", "--update-work-tree")
    assert done.exit_code == 0, done.output
    assert repository.git("ls-tree", "-r", "--name-only", "HEAD", "clusters/case/") == "clusters/case/cluster.yaml"


@pytest.mark.parametrize(
    ("beside", "key"), [("spec: {tier: lab}", "spec"), ("extends: [../../bases/case.yaml]", "extends")]
)
def test_a_record_of_a_removed_cluster_describes_none(repository: Repository, beside: str, key: str) -> None:
    repository.removed("case")
    path = repository.root / "clusters/case/cluster.yaml"
    path.write_text(path.read_text() + beside + "\n")
    done = repository.kedge("validate", "case")
    assert done.exit_code == 1
    assert f"`{key}` describes one" in done.stdout


def test_a_branch_is_compared_with_where_it_left_the_default_branch(repository: Repository) -> None:
    repository.write("case", OBSERVED)
    repository.kedge("compile", "--allow-destroy", LOST, "--allow-destroy", "layer/base")
    repository.commit("observe")
    repository.git("switch", "-q", "main")
    repository.write("other", "etcd: {quota: 5Gi}")
    repository.compiled()
    repository.git("switch", "-q", "branch")
    done = repository.kedge("plan", "-o", "json")
    printed = json.loads(done.stdout)
    impacts = {one["name"]: one for one in printed["clusters"]}
    assert impacts["case"]["consentMissing"] == [LOST, "layer/base"]
    assert (list(impacts), printed["unchanged"]) == (["case"], 1)
    assert repository.kedge("check").exit_code == 6
    assert repository.kedge("check", "--against", "HEAD").exit_code == 0


def test_a_cluster_that_takes_the_first_name_of_one_that_is_there_is_refused(repository: Repository) -> None:
    repository.write("other", "tier: production", ", renamedFrom: case")
    done = repository.kedge("validate", "other")
    assert done.exit_code == 1
    assert "cluster case is still there" in done.stdout


def cloned(repository: Repository, to: Path, *options: str) -> Repository:
    """Clone a repository as a CI system does, with its branch checked out."""
    repository.git("clone", "-q", *options, f"file://{repository.root}", str(to))
    clone = Repository.__new__(Repository)
    clone.root = to
    return clone


def not_judged(done: Result) -> bool:
    """Whether a command ended since it cannot tell, which is exit code 5 of the process, and said what to fetch."""
    return isinstance(done.exception, EnvironmentFailure) and "--against origin/main" in done.exception.advice


@pytest.fixture
def proposal(repository: Repository) -> Repository:
    """A pull request that removes a cluster, file and output."""
    repository.git("rm", "-q", "-r", "clusters/case")
    repository.commit("remove case")
    repository.git("switch", "-q", "main")
    return repository


@pytest.mark.parametrize("command", ["check", "plan"])
@pytest.mark.parametrize("branch", ["branch", "main"])
def test_a_shallow_clone_cannot_judge_and_says_what_to_fetch(
    proposal: Repository, tmp_path: Path, command: str, branch: str
) -> None:
    clone = cloned(proposal, tmp_path / "clone", "--depth=1", "-b", branch)
    done = clone.kedge(command)
    assert not_judged(done), done.output
    clone.git("fetch", "-q", "--unshallow")
    clone.git("fetch", "-q", "origin", "+main:refs/remotes/origin/main")
    assert ("Namespace/kedge-backup" in clone.kedge(command, "--against", "origin/main").output) == (branch == "branch")


def test_a_detached_head_whose_base_is_not_here_is_not_compared_with_itself(
    proposal: Repository, tmp_path: Path
) -> None:
    clone = cloned(proposal, tmp_path / "clone", "-b", "branch")
    clone.git("checkout", "-q", "--detach")
    assert clone.kedge("check").exit_code == 6
    for ref in ("refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/heads/branch"):
        clone.git("update-ref", "--no-deref", "-d", ref)
    assert not_judged(clone.kedge("check"))


def test_the_only_branch_of_a_repository_needs_no_usual_name(repository: Repository) -> None:
    repository.git("branch", "-D", "main")
    assert repository.kedge("check").exit_code == 0


@pytest.mark.parametrize("command", ["check", "plan"])
def test_what_it_is_compared_with_is_said(repository: Repository, command: str) -> None:
    assert "compared with HEAD" in repository.kedge(command).stderr
    repository.write("case", OBSERVED)
    repository.commit("observe")
    assert "compared with main" in repository.kedge(command).stderr


def test_a_record_that_was_edited_hides_nothing_and_is_named(repository: Repository) -> None:
    path = repository.root / "clusters/case/generated/BUILD.json"
    record = json.loads(path.read_text())
    path.write_text(json.dumps({**record, "objects": []}))
    assert "case: BUILD.json was edited by hand" in repository.kedge("check").stdout
    printed = json.loads(repository.kedge("check", "-o", "json").stdout)["clusters"]
    assert {one["name"]: one["recordEdited"] for one in printed} == {"case": True, "other": False}
    repository.commit("edit the record")
    repository.write("case", OBSERVED)
    assert repository.kedge("compile").exit_code == 6
    repository.commit("observe")
    assert repository.kedge("commit", "--branch", "branch", "--update-work-tree").exit_code == 6


ROBOT = ("commit", "--branch", "branch", "--update-work-tree")


@pytest.mark.parametrize("wrote", [False, True], ids=["first-run", "later-run"])
def test_a_robot_asks_consent_for_output_that_the_merge_itself_took_out(repository: Repository, wrote: bool) -> None:
    if wrote:
        repository.write("other", "etcd: {quota: 5Gi}")
        repository.commit("quota")
        assert repository.kedge(*ROBOT).exit_code == 0
    repository.git("rm", "-q", "-r", "clusters/case")
    repository.commit("remove case")
    if wrote:
        repository.git("commit", "-q", "--allow-empty", "-m", "later")
    done = repository.kedge(*ROBOT)
    assert (done.exit_code, "clusters/case" in done.output) == (6, True)


def squash(repository: Repository) -> None:
    """Merge a branch, on which kedge committed, as one commit whose message lists those of the branch."""
    repository.git("switch", "-q", "-c", "change")
    repository.write("other", "etcd: {quota: 5Gi}")
    repository.commit("quota")
    assert repository.kedge("commit", "--branch", "change", "--update-work-tree").exit_code == 0
    repository.git("rm", "-q", "-r", "clusters/case")
    repository.commit("remove case")
    messages = repository.git("log", "--format=* %B", "branch..change")
    repository.git("switch", "-q", "branch")
    repository.git("merge", "-q", "--squash", "change")
    repository.commit(f"More quota (#12)\n\n{messages}")


def amend(repository: Repository) -> None:
    """Put the removal of a cluster into the commit of kedge itself."""
    repository.git("rm", "-q", "-r", "clusters/case")
    repository.git("commit", "-q", "--amend", "--no-edit")


@pytest.mark.parametrize("merge", [squash, amend])
def test_a_commit_that_only_has_a_message_of_kedge_takes_nothing_out_unseen(
    repository: Repository, merge: Callable[[Repository], None]
) -> None:
    repository.write("other", "etcd: {quota: 4Gi}")
    repository.commit("quota")
    assert repository.kedge(*ROBOT).exit_code == 0
    merge(repository)
    assert "\nKedge-Clusters: " in repository.git("log", "-1", "--format=%B")
    done = repository.kedge(*ROBOT)
    assert (done.exit_code, "clusters/case" in done.output) == (6, True)


def test_a_robot_records_a_consent_that_was_used_and_asks_once(repository: Repository) -> None:
    repository.write("case", OBSERVED)
    assert repository.kedge("compile", "--allow-destroy", LOST, "--allow-destroy", "layer/base").exit_code == 0
    repository.commit("observe")
    assert repository.kedge(*ROBOT).exit_code == 6
    done = repository.kedge(*ROBOT, "--allow-destroy", LOST, "--allow-destroy", "layer/base")
    assert (done.exit_code, "a consent that was used is recorded" in done.output) == (0, True)
    assert "nothing to commit" in repository.kedge(*ROBOT).output


def test_a_robot_refuses_a_shallow_clone(repository: Repository, tmp_path: Path) -> None:
    repository.git("commit", "-q", "--allow-empty", "-m", "later")
    clone = cloned(repository, tmp_path / "clone", "--depth=1")
    done = clone.kedge(*ROBOT)
    assert isinstance(done.exception, EnvironmentFailure)
    assert "shallow" in done.exception.happened
