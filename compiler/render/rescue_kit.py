"""The rescue kit: the steps of the pages that act on hosts as a program, with the values of the cluster. Never synced.

Program, driver, steps and installer are the same for every cluster; `cluster` and `inventory.ini` are its own.
"""

import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from compiler.assets import asset_text
from compiler.distributions.rescue_kit import RESCUE_KIT
from compiler.facts.fact import at, parse
from compiler.facts.tables import KUBEADM_ETCD
from compiler.plan.plan import Plan
from compiler.plan.section_reads import recorded
from compiler.render.driver_archive import packed
from compiler.render.tree import File
from compiler.render.values import stores
from compiler.runbooks import PROCEDURES, acts_on_hosts, page_name
from compiler.runbooks.block import HOST_FOLDER, Value
from compiler.runbooks.procedure import Procedure
from compiler.runbooks.shell import word
from compiler.runbooks.step import STOP, Step
from compiler.runbooks.variables import STORE_VARIABLES, VARIABLES
from compiler.values.sources import merged

FOLDER = "rescue"
PROGRAM = "kedge-rescue"
DRIVER = f"{PROGRAM}.pyz"
SUMS = "SHA256SUMS"
DIGEST = "KIT"
"""The file that holds the digest of the kit: the SHA-256 of its sums."""

ALWAYS = ("CLUSTER", "MEMBERS", "HOST_ADDRESSES", "SSH_USER", "SSH_PORT", "SSH_JUMP", "SSH_SUDO")
"""Variables that the programs themselves use."""


class _Content(NamedTuple):
    """A file that is the same in every kit: its bytes, their digest, and its line of the sums."""

    content: bytes
    digest: str
    line: str


class _Shape(NamedTuple):
    """What kits of the same procedures have in common: names of variables, values that no cluster changes, and files."""

    variables: tuple[str, ...]
    values: str
    files: Mapping[str, _Content]


def files(plan: Plan) -> Iterator[File]:
    """Yield the files below `rescue/`; none where no procedure of the cluster acts on its hosts."""
    view, reads = recorded(plan)
    made = (scenario.procedure(view) for scenario in PROCEDURES if acts_on_hosts(page_name(scenario)))
    procedures = tuple(procedure for procedure in made if procedure)
    if not procedures:
        return
    decides = merged(*reads.sources())
    shape = _shape(procedures)
    own = {"cluster": _cluster(view, shape).encode(), "inventory.ini": _inventory(view).encode()}
    sources = merged(*reads.sources())
    for name, one in shape.files.items():
        yield File(f"{FOLDER}/{name}", one.content, decides, one.digest)
    for name, content in own.items():
        yield File(f"{FOLDER}/{name}", content, sources)
    lines = (
        *(one.line for one in shape.files.values()),
        *(_line(name, _sum(content)) for name, content in own.items()),
    )
    sums = "".join(sorted(lines)).encode()
    yield File(f"{FOLDER}/{SUMS}", sums, sources)
    yield File(f"{FOLDER}/{DIGEST}", f"{_sum(sums)}\n".encode(), sources)


@lru_cache(maxsize=64)
def _shape(procedures: tuple[Procedure, ...]) -> _Shape:
    steps = tuple(chain.from_iterable(procedure.steps for procedure in procedures))
    definitions = tuple({step.slug: step.definition for step in steps}.values())
    used = (name for one in definitions for name in one.variables if name in VARIABLES)
    values: dict[str, Value] = {
        "HOST_FOLDER": HOST_FOLDER,
        "KIT_FOLDER": RESCUE_KIT.folder,
        "KIT_COMMAND": RESCUE_KIT.command,
        "PROCEDURES": tuple(procedure.name for procedure in procedures),
        "PREPARES": tuple(one.slug for one in definitions if one.prepares),
        "PER_STORE": tuple(one.slug for one in definitions if one.per_store),
    }
    for procedure in procedures:
        values |= _procedure(procedure)
    contents = {
        PROGRAM: asset_text("templates/rescue/kedge-rescue.sh").encode(),
        "install.sh": asset_text("templates/rescue/install.sh").encode(),
        "functions.sh": asset_text("templates/runbooks/functions.sh").encode(),
        DRIVER: packed(),
    } | {f"steps/{one.slug}.sh": one.shell.encode() for one in definitions}
    return _Shape(
        variables=tuple(dict.fromkeys((*ALWAYS, *used))),
        values=_assignments(values),
        files={name: _content(name, contents[name]) for name in sorted(contents)},
    )


def _content(name: str, content: bytes) -> _Content:
    digest = _sum(content)
    return _Content(content, digest, _line(name, digest))


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _line(name: str, digest: str) -> str:
    """Return the line of a file as sha256sum writes it."""
    return f"{digest}  {name}\n"


def _cluster(plan: Plan, shape: _Shape) -> str:
    """Return the values of the cluster, one assignment on a line."""
    values: dict[str, Value] = {name: VARIABLES[name](plan) for name in shape.variables}
    values["ETCD_MINOR"] = _etcd_minor(plan)
    values["STORES"] = tuple(store.name for store in stores(plan))
    for number, store in enumerate(stores(plan), 1):
        values |= {
            name.replace("STORE_", f"STORE_{number}_", 1): value(store) for name, value in STORE_VARIABLES.items()
        }
    return _assignments(values) + shape.values


def _procedure(procedure: Procedure) -> Mapping[str, Value]:
    """Return the steps of a procedure, and the steps that it goes on with where one fails."""
    name = procedure.name.replace("-", "_")
    fails = (f"{step.slug}={step.on_failure}" for step in procedure.steps if step.on_failure != STOP)
    return {name: tuple(map(_entry, procedure.steps)), f"{name}_fails": tuple(fails)}


def _entry(step: Step) -> str:
    """Return a step as the program reads it: `phase:slug:place:kind`, and `:meanwhile`."""
    parts = (step.phase, step.slug, step.place, step.definition.kind, *(("meanwhile",) if step.meanwhile else ()))
    return ":".join(parts)


def _etcd_minor(plan: Plan) -> str:
    known = at(KUBEADM_ETCD, parse(plan.cluster.kubernetes.versions.low))
    return known.value if known else ""


def _assignments(values: Mapping[str, Value]) -> str:
    """Return assignments that a shell and Python's shlex read alike: no value has what a shell could interpret."""
    return "".join(f"{name}='{_words(value)}'\n" for name, value in values.items())


def _words(value: Value) -> str:
    return " ".join(map(word, (value,) if isinstance(value, str) and value else value))


def _inventory(plan: Plan) -> str:
    """Return an inventory for Ansible: the hosts of etcd's members, and the commands that install the kit on them."""
    access, cluster = plan.access, word(plan.cluster.name)
    hosts = "".join(f"{word(host.name)} ansible_host={word(host.address)}\n" for host in plan.topology.members)
    jump = f"ansible_ssh_common_args='-o ProxyJump={word(access.jump)}'\n" if access.jump else ""
    become = "ansible_become=true\n" if access.sudo else ""
    return f"""# Generated by kedge from clusters/{cluster}/cluster.yaml. Do not edit: change the spec and run `kedge compile`.
# Installs the rescue kit, from this folder; again after every change of it:
#   ansible -i inventory.ini control_plane -m copy -a 'src=./ dest=/root/{PROGRAM}/'
#   ansible -i inventory.ini control_plane -m command -a 'sh /root/{PROGRAM}/install.sh'
[control_plane]
{hosts}
[control_plane:vars]
ansible_user={word(access.user)}
ansible_port={access.port}
{jump}{become}"""
