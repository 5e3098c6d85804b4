"""The row of a cluster in the table of topologies, in words and as data, and the table itself."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from compiler.model.topology import DOMAIN_KINDS
from compiler.proofs.components import NEEDED, ComponentName
from compiler.proofs.standing import ADDS, ROWS, Machines, Need, Row, Standing

NAMES: Mapping[Row, str] = MappingProxyType(
    {
        "one-host/minimum": "one host, minimum",
        "one-host/redundant-storage": "one host, redundant storage",
        "one-host/redundant-control-plane": "one host, redundant control plane",
        "one-host/hypervisor": "one host, hypervisor",
        "two-host/minimum": "two hosts, minimum",
        "two-host/redundant-storage": "two hosts, redundant storage",
        "two-host/redundant-control-plane": "two hosts, redundant control plane",
        "two-host/hypervisor": "two hosts, hypervisor",
        "three-host/minimum": "three hosts, minimum",
        "three-host/hypervisor": "three hosts, hypervisor",
    }
)

WORTH: Mapping[Row, str] = MappingProxyType(
    {
        "one-host/minimum": "nothing survives; the cluster comes back from its backups",
        "one-host/redundant-storage": "survives one disk",
        "one-host/redundant-control-plane": "survives one disk and a fault of one process; the host and its system stop all",
        "one-host/hypervisor": "survives one disk and one virtual machine, its kernel included; the physical host stops all",
        "two-host/minimum": "nothing survives; workloads on the other host are isolated from the control plane",
        "two-host/redundant-storage": "survives one disk under etcd",
        "two-host/redundant-control-plane": "survives one disk and one API server; the host of etcd, the better one, stops all",
        "two-host/hypervisor": "survives one disk and one virtual machine; workloads can move for maintenance; the host of etcd stops all",
        "three-host/minimum": "survives one physical host, whichever it is, and loses only its capacity",
        "three-host/hypervisor": "survives one physical host, and isolates the control plane from the workloads beside it",
    }
)
"""What a cluster in the row gains over the row before."""

NEEDS: Mapping[Need, str] = MappingProxyType(
    {
        "mirrored-disks": "mirrored disks under each etcd member (`hosts.<name>.disk.mirror`)",
        "three-members": "three etcd members, or another odd number above",
        "two-api-servers": "two API servers",
        "members-in-machines": "each etcd member in a virtual machine of its own (`hosts.<name>.hypervisor`)",
        "two-hosts": "a second physical host",
        "api-on-two-hosts": "API servers on two physical hosts",
        "etcd-on-one-host": "all etcd members on one physical host",
        "three-hosts": "etcd members on three physical hosts",
        "any-host": "no physical host that stops etcd, the last API server or the endpoint",
        "hosts-in-machines": "every host a virtual machine (`hosts.<name>.hypervisor`)",
    }
)

COMPONENTS: Mapping[ComponentName, tuple[str, str, str]] = MappingProxyType(
    {
        "etcd": (
            "etcd",
            "3, an odd number",
            "the majority gone: no writes, some reads; all data gone: no cluster without a backup",
        ),
        "api-server": (
            "API server",
            "2",
            "nothing can be created or changed; workloads that do not need the API go on",
        ),
        "scheduler": ("scheduler", "2", "no pod is placed or moved"),
        "controller-manager": ("controller manager", "2", "nothing is healed, scaled or rolled out"),
        "cloud-controller-manager": (
            "cloud controller manager",
            "1",
            "load balancers, routes and nodes of the provider are frozen",
        ),
        "dns": ("cluster DNS", "2", "names do not resolve: nearly every workload fails"),
    }
)
"""Name, instances at the least, and what the loss of all of them means."""

HOSTS: Mapping[Machines, str] = MappingProxyType(
    {"physical": "host", "virtual": "virtual machine", "mixed": "host or virtual machine"}
)
"""What a host of the spec is, beside rows that count physical ones."""

FIVE = "five etcd members on five physical hosts, so that one may fail while another is under maintenance"
"""The step above the table."""


def lines(standing: Standing) -> Iterator[str]:
    """Yield the row with what the cluster survives, the next step up, and components that are too few."""
    yield f"topology:  {NAMES[standing.row]}: {_survives(standing)}"
    if step := _next(standing):
        yield f"next step: {step}"
    few = [f"{COMPONENTS[c.name][0]} {c.count} of {NEEDED[c.name]}" for c in standing.components if c.enough is False]
    if few:
        yield f"too few:   {', '.join(few)}"


def data(standing: Standing) -> dict[str, object]:
    """Return it as data."""
    return {
        "row": standing.row,
        "survives": [{"kind": kind, "failures": failures} for kind, failures in standing.survives],
        "stops": [{"kind": loss.kind, "name": loss.name} for loss in standing.stops],
        "notProven": list(standing.not_proven),
        "duringMaintenance": standing.maintenance,
        "next": standing.next,
        "missing": list(standing.missing),
        "components": [{"name": c.name, "count": c.count, "needed": NEEDED[c.name]} for c in standing.components],
    }


def table() -> Iterator[str]:
    """Yield the page of the table as blocks of Markdown."""
    yield "# Topologies"
    yield (
        "`kedge validate` says of every cluster with a control plane of its own in which row it is, what it survives, and what the next row"
        " needs. A row needs what it adds and what the rows above it with as many hosts add. Hosts are physical ones: a virtual machine"
        " counts where its `hypervisor` is, so three of them on one hypervisor are one host. The last row that is reached counts."
    )
    rows = [f"| `{r}` | {NAMES[r]} | {'; '.join(NEEDS[n] for n in ADDS[r]) or '–'} | {WORTH[r]} |" for r in ROWS]
    yield "| row | name | adds | what it is worth |\n|---|---|---|---|\n" + "\n".join(rows)
    yield (
        "Three members over two hosts gain nothing over three on one: the host with two of them stops the cluster. Five on three hosts"
        f" survive one host, as three would. Above the table: {FIVE} (`promise.stayUpDuringMaintenance`)."
    )
    yield "## Components"
    yield (
        "Instances at the least. The API server, the scheduler and the controller manager run on every control-plane host. The"
        " cloud controller manager and DNS count where `namespaces.kube-system.workloads` names them: DNS by its label `k8s-app: kube-dns`."
    )
    parts = [f"| {name} | {least} | {loss} |" for name, least, loss in COMPONENTS.values()]
    yield "| component | at least | without it |\n|---|---|---|\n" + "\n".join(parts)


def _survives(standing: Standing) -> str:
    words = {kind: kind for kind in DOMAIN_KINDS} | {"host": HOSTS[standing.machines]}
    kept = _or([_any(words[kind], failures) for kind, failures in standing.survives])
    lost = _or([f"{words[loss.kind]} {loss.name}" for loss in standing.stops])
    unknown = f"; {_or(list(standing.not_proven))} is not proven" if standing.not_proven else ""
    if not kept:
        return f"no loss is survived, {lost} stops it{unknown}" if lost else f"nothing is proven{unknown}"
    return f"keeps serving after any one {kept}{f', not after {lost}' if lost else ''}{unknown}"


def _or(words: list[str]) -> str:
    return " or ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def _any(kind: str, failures: int | None) -> str:
    return kind if failures in (0, 1) else f"{kind} (or {'all' if failures is None else f'any {failures}'})"


def _next(standing: Standing) -> str:
    missing = ", ".join(NEEDS[need] for need in standing.missing)
    step = f"{NAMES[standing.next]}: {missing}" if standing.next else ""
    five = FIVE if standing.row.startswith("three-host") and not standing.maintenance else ""
    return "; or ".join(part for part in (five, step) if part)
