"""Every step folder: constant shell that passes as it is, values from named places only, an end that a program can check."""

import re
import shutil
import subprocess
import tomllib
from functools import cache
from typing import Any, get_args

import pytest
import yaml

from compiler.assets import asset
from compiler.render.gate import IN_STEPS, MINORS, Gate
from compiler.runbooks import procedures
from compiler.runbooks.block import assignments, pasted, program
from compiler.runbooks.step import STOP, Phase, StepDefinition, definition, slugs
from compiler.runbooks.variables import HOST_ENV, STORE_VARIABLES, VARIABLES, WORKSTATION_ENV
from tests.unit.runbooks.clusters import PLANS

STEPS = [definition(slug) for slug in slugs()]
each_step = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.slug)
each_shell = pytest.mark.parametrize("shell", ["sh", "bash", "zsh"])

KEYS = {"kind", "place", "phase", "minutes", "on_failure", "functions", "variables", "prepares", "per_store", "expect"}
KINDS = {"read-only", "changing", "destructive"}
PLACES = {"workstation", "each_member", "any_member", "remaining_members", "replacement"}
REMOTE = re.compile(
    r"(?:^|[|(;]|\b(?:if|until|while|then|do|!) |&& )\s*(kubectl|etcdctl|crictl|ssh|scp|curl|kubeadm|ctr|s3)\b(?!\(\))"
)
LIMIT = re.compile(r"--request-timeout|--command-timeout|timeout \d|--max-time|--connect-timeout|s3 \d|kubectl config ")
SECONDS = re.compile(r"(?:\btimeout |--max-time |--timeout=|--command-timeout=|--request-timeout=)(\d+)s?\b")
USED = re.compile(r"\$\{?([A-Z][A-Z0-9_]*)")
SET = re.compile(r"(?:^|[;&|(]|\b(?:then|do|else)\s|\bIFS=\S*\s)\s*(?:export )?([A-Z][A-Z0-9_]*)=", re.MULTILINE)
READ = re.compile(r"\bread -r ([A-Z_ ]+)|\bfor ([A-Z_]+) in\b")
REMEMBERED = re.compile(r"\bremember ([A-Z][A-Z0-9_]*)")
SHELL_OWN = {"HOME", "PWD", "PATH", "IFS", "ANSWER", "KUBECONFIG"}
WAITS = re.compile(r"\b(?:during|wait_for) ")
FUNCTION = re.compile(r"^([a-z_0-9]+)\(\) \{\n(.*?)^\}$", re.MULTILINE | re.DOTALL)
WRITTEN = re.compile(r"^cat > \./[a-z0-9-]+ <<'END'\n(.*?)^END$", re.MULTILINE | re.DOTALL)
MAX_SILENT_SECONDS = 30


def _table(slug: str) -> dict[str, Any]:
    return tomllib.loads(asset(f"templates/runbooks/steps/{slug}/step.toml").read_text())


@cache
def remembered() -> frozenset[str]:
    """Names that some step hands on to later ones."""
    return frozenset(name for step in STEPS for name in REMEMBERED.findall(step.shell))


def statements(shell: str) -> list[str]:
    """Lines of shell, continued lines joined."""
    return shell.replace("\\\n", " ").split("\n")


@each_step
def test_step_toml_has_known_keys_and_values(step: StepDefinition) -> None:
    table = _table(step.slug)
    assert set(table) <= KEYS
    assert set(table["expect"]) <= {"ends", "shows"}
    assert step.kind in KINDS and step.place in PLACES and step.phase in get_args(Phase) and step.minutes > 0


def test_every_shared_function_is_used_by_more_than_one_step() -> None:
    uses = [name for step in STEPS for name in _table(step.slug).get("functions", ())]
    files = {file.name.removesuffix(".sh") for file in asset("templates/runbooks/functions").iterdir()}
    assert {name for name in uses if uses.count(name) > 1} == files


@each_step
def test_a_look_takes_two_minutes_at_least(step: StepDefinition) -> None:
    assert step.minutes >= (2 if step.kind == "read-only" else 1)


@each_step
def test_failure_leads_to_steps_that_are_shipped(step: StepDefinition) -> None:
    assert set(step.on_failure) <= {STOP, *slugs()} - {step.slug}


def test_every_step_is_used_by_a_procedure() -> None:
    used = {step.slug for make in PLANS.values() for procedure in procedures(make()) for step in procedure.steps}
    assert used == set(slugs())


@each_step
def test_expected_end_is_an_ok_line_that_the_shell_can_print(step: StepDefinition) -> None:
    assert step.ends.startswith("OK: ")
    assert re.search(r"\bok \"", step.shell)
    for pattern in (step.ends, *step.shows):
        re.compile(pattern)


@each_step
def test_variables_of_the_preamble_are_those_that_the_shell_uses(step: StepDefinition) -> None:
    known = set(VARIABLES) | set(STORE_VARIABLES)
    assert set(step.variables) <= known
    used = set(USED.findall(step.shell))
    assert set(step.variables) <= used
    env = set() if step.prepares else set(WORKSTATION_ENV if step.place == "workstation" else HOST_ENV)
    own = set(SET.findall(step.shell)) | {
        name for read in READ.findall(step.shell) for part in read for name in part.split()
    }
    given = set(step.variables) | env | own | remembered() | SHELL_OWN
    assert {name for name in used if not name.startswith(("AWS_", "ETCDCTL_"))} - given - {"_"} == set()


@each_step
def test_shell_is_plain_lines_of_eighty_columns_without_comments(step: StepDefinition) -> None:
    for line in step.shell.split("\n"):
        assert len(line) <= 80
        assert not line.lstrip().startswith("#")
        assert "\t" not in line
    assert not re.search(r"\$\{[A-Z_]+\}", step.shell)


@each_step
def test_shell_names_no_path_of_a_distribution(step: StepDefinition) -> None:
    assert not re.search(r"/etc/|/var/lib", step.shell)


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_passes_the_files_as_they_are() -> None:
    files = [str(asset(f"templates/runbooks/steps/{slug}/run.sh")) for slug in slugs()]
    files += [str(file) for file in asset("templates/runbooks/functions").iterdir()]
    # 1091: what a step writes into its folder and then reads is checked by the next test.
    command = ["shellcheck", "-s", "sh", "-e", "SC1091", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_passes_the_files_that_steps_write_and_read() -> None:
    written = [text for step in STEPS for text in WRITTEN.findall(step.shell)]
    assert written
    for text in written:
        done = subprocess.run(["shellcheck", "-s", "sh", "-"], input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@each_shell
@each_step
def test_block_parses(step: StepDefinition, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    block = pasted(step, "payments-eu", assignments(dict.fromkeys(step.variables, "value")))
    done = subprocess.run([shell, "-n"], input=block, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@each_step
def test_every_remote_call_has_a_limit(step: StepDefinition) -> None:
    missing = [line for line in statements(step.shell) if REMOTE.search(line) and not LIMIT.search(line)]
    assert missing == []


@each_step
def test_no_configuration_of_the_person_reaches_curl(step: StepDefinition) -> None:
    """Neither ~/.curlrc, nor a proxy where a host asks itself."""
    calls = [line for line in statements(step.shell) if re.search(r"\bcurl -", line)]
    assert all("--disable" in line for line in calls)
    assert all("--noproxy '*'" in line for line in calls if step.place != "workstation")


@each_step
def test_nothing_waits_longer_than_thirty_seconds_in_silence(step: StepDefinition) -> None:
    for line in statements(_in_the_foreground(step.shell)):
        longest = max(map(int, SECONDS.findall(line)), default=0)
        assert longest <= MAX_SILENT_SECONDS or WAITS.search(line), line


def _in_the_foreground(shell: str) -> str:
    """The shell without its functions that run only under `during` or `wait_for`, which print while they wait."""
    bodies = dict(FUNCTION.findall(shell))
    joined = shell.replace("\\\n", " ")
    waiting = {name for name in bodies if re.search(rf'{WAITS.pattern}(?:"[^"]*"|\S+)(?: +\d+)? +{name}\b', joined)}
    for _ in bodies:
        waiting |= {name for name in bodies for caller in waiting if re.search(rf"\b{name}\b", bodies[caller])}
    return FUNCTION.sub(lambda function: "" if function[1] in waiting else function[0], shell)


@each_step
def test_destructive_steps_alone_require_typed_confirmation(step: StepDefinition) -> None:
    assert bool(re.search(r"\bconfirm ", step.shell)) == (step.kind == "destructive")


@each_step
def test_program_is_the_block_without_its_parentheses(step: StepDefinition) -> None:
    assigned = assignments(dict.fromkeys(step.variables, "value"))
    lines = pasted(step, "payments-eu", assigned).split("\n")
    assert "\n".join(lines[1:-1]) == program(step, "payments-eu", assigned).rstrip("\n")


def manifests(shell: str) -> list[dict[str, Any]]:
    """The objects that a step's shell creates, each value of a variable played by a sound one."""
    return [yaml.safe_load(_VARIABLE.sub(_sample, text)) for text in _HEREDOC.findall(shell) if "apiVersion:" in text]


def _sample(variable: re.Match[str]) -> str:
    return {
        "TEMPLATE": "{includedNamespaces: [payments], ttl: 720h0m0s}",
        "IMAGE": "registry.k8s.io/pause:3.10",
        "1": "BackupResults",
    }.get(variable[1], "value")


_HEREDOC = re.compile(r"<< ?END\b[^\n]*\n(.*?)\nEND\n", re.DOTALL)
_VARIABLE = re.compile(r"\$([A-Z][A-Z0-9_]*|\d)")
CREATING = [step for step in STEPS if "apiVersion:" in step.shell]


@pytest.mark.parametrize("minor", MINORS)
@pytest.mark.parametrize("step", CREATING, ids=lambda step: step.slug)
def test_objects_in_steps_pass_the_gate_of_emitted_ones(step: StepDefinition, minor: str) -> None:
    assert manifests(step.shell)
    for body in manifests(step.shell):
        Gate((minor,)).check(body, IN_STEPS)


def test_every_kind_that_steps_may_create_is_created_by_one() -> None:
    created = {(body["apiVersion"], body["kind"]) for step in CREATING for body in manifests(step.shell)}
    assert created == IN_STEPS
