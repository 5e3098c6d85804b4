"""What messages may say of a cluster: each placeholder by name, from the plan; free text comes escaped."""

from collections.abc import Callable, Iterator, Mapping

from compiler.plan.applications import VolumeMethods
from compiler.plan.control_plane_alerts import MEMBER_PAGE, QUORUM_PAGE, SIZE_PAGE
from compiler.plan.plan import Plan
from compiler.plan.topology import EtcdCluster
from compiler.render.messages import Messages, escape, format_message
from compiler.runbooks.variables import VARIABLES
from compiler.values import duration

SSH_PORT = 22


NO_ETCD = EtcdCluster("external", (), 0)
"""What pages say of etcd where the provider keeps it: nothing."""


def _etcd(plan: Plan) -> EtcdCluster:
    return plan.topology.etcd or NO_ETCD


def _quorum_of(plan: Plan, messages: Messages) -> str:
    etcd = _etcd(plan)
    return format_message(messages["quorum_of"], {"quorum": etcd.quorum, "members": len(etcd.members)})


def _lost(plan: Plan, messages: Messages) -> str:
    """Return how few members are a lost quorum: with one member, none."""
    etcd = _etcd(plan)
    if len(etcd.members) == 1:
        return str(messages["only_member_lost"])
    return format_message(messages["members_lost"], {"quorum": etcd.quorum, "count": len(etcd.members)})


def _call(plan: Plan, messages: Messages) -> str:
    """Return whom to call, in order."""
    people = plan.cluster.people
    called = people.escalation or (people.owner, *((people.deputy,) if people.deputy else ()))
    return str(messages["then"]).join(map(escape, called))


def _ssh(plan: Plan) -> str:
    """Return the command that logs in to a host, by the word ADDRESS."""
    access = plan.access
    port = f"-p {access.port} " if access.port != SSH_PORT else ""
    jump = f"-J {access.jump} " if access.jump else ""
    return f"ssh {port}{jump}{access.user}@ADDRESS"


def _by_ssh(plan: Plan, messages: Messages, key: str) -> str:
    """Return a message about the login, in the words for a user who needs sudo where this one does."""
    return format_message(messages[f"{key}_sudo" if plan.access.sudo else key], {"ssh": _ssh(plan)})


def _ages(plan: Plan, messages: Messages) -> Iterator[str]:
    """Yield what each alert watches and the age of its last success beyond which it fires."""
    for alert in plan.alerts:
        yield format_message(messages["age"], {"subject": alert.subject, "threshold": duration.words(alert.threshold)})


def _opened_by(plan: Plan, messages: Messages, page: str, unwatched: str) -> str:
    """Return which alerts of etcd open a page, or whose they would be where kedge installs none."""
    opening = (alert.alert for alert in plan.etcd_alerts if alert.page == page)
    alerts = str(messages["alerts_or"]).join(dict.fromkeys(opening))
    return format_message(messages["alerts_fired"], {"alerts": alerts}) if alerts else str(messages[unwatched])


def _holders(plan: Plan) -> Iterator[str]:
    for holder in plan.keys.holders:
        who = holder.holder or holder.name
        yield escape(f"{who} ({holder.place})" if holder.place else who)


def _signers(plan: Plan, messages: Messages) -> str:
    """Return the names of the keys that sign snapshots, or that nothing tells who made one."""
    signers = plan.etcd_backup.signers if plan.etcd_backup else ()
    return ", ".join(signer.name for signer in signers) or str(messages["no_signers"])


def _prepare(plan: Plan, messages: Messages) -> str:
    """Return what takes long to arrive in a restore of etcd and is therefore fetched first."""
    named = {"holders": _listed(_holders(plan), messages), "owner": escape(plan.cluster.people.owner)}
    key = "prepare_snapshots" if plan.etcd_backup else "prepare"
    return format_message(messages[key], {**named, "login": PLACEHOLDERS["login"](plan, messages)})


def _volumes(plan: Plan, messages: Messages) -> str:
    """Return how each schedule takes the data of volumes; classes that differ from its default follow it."""
    return "; ".join(f"{s.name}: {', '.join(_methods(s.volumes, messages))}" for s in plan.applications.schedules)


def _methods(volumes: VolumeMethods, messages: Messages) -> Iterator[str]:
    if volumes.default or not volumes.by_class:
        yield volumes.default or str(messages["objects_only"])
    yield from (f"{method} ({storage_class})" for storage_class, method in volumes.by_class)


def _backed_up(plan: Plan) -> Iterator[str]:
    return (name for schedule in plan.applications.schedules for name in schedule.namespaces)


def _versions(plan: Plan) -> str:
    velero = f", Velero {plan.applications.velero.version}" if plan.applications.schedules else ""
    versions = plan.cluster.kubernetes.versions
    kubernetes = " → ".join(dict.fromkeys((versions.low, versions.high)))
    return f"{plan.cluster.tier}, {plan.cluster.distribution_name}, Kubernetes {kubernetes}{velero}"


def _listed(texts: Iterator[str], messages: Messages) -> str:
    return ", ".join(dict.fromkeys(texts)) or str(messages["none"])


PLACEHOLDERS: Mapping[str, Callable[[Plan, Messages], object]] = {
    "cluster": lambda plan, _: plan.cluster.name,
    "owner": lambda plan, _: escape(plan.cluster.people.owner),
    "call": _call,
    "members": lambda plan, _: ", ".join(member.name for member in _etcd(plan).members),
    "count": lambda plan, _: len(_etcd(plan).members),
    "quorum": lambda plan, _: _etcd(plan).quorum,
    "quorum_of": _quorum_of,
    "lost": _lost,
    "prepare": _prepare,
    "login": lambda plan, messages: _by_ssh(plan, messages, "login"),
    "root_shell": lambda plan, messages: _by_ssh(plan, messages, "root_shell"),
    "static_pods": lambda plan, _: VARIABLES["STATIC_PODS"](plan),
    "etcd_data": lambda plan, _: VARIABLES["ETCD_DATA"](plan),
    "holders": lambda plan, messages: _listed(_holders(plan), messages),
    "signers": _signers,
    "backed_up": lambda plan, messages: _listed(_backed_up(plan), messages),
    "schedules": lambda plan, messages: _listed((s.name for s in plan.applications.schedules), messages),
    "alerts": lambda plan, messages: _listed((alert.alert for alert in plan.alerts), messages),
    "member_alerts": lambda plan, messages: _opened_by(plan, messages, MEMBER_PAGE, "member_alerts_unwatched"),
    "quorum_alerts": lambda plan, messages: _opened_by(plan, messages, QUORUM_PAGE, "quorum_alerts_unwatched"),
    "size_alerts": lambda plan, messages: _opened_by(plan, messages, SIZE_PAGE, "size_alerts_unwatched"),
    "ages": lambda plan, messages: _listed(_ages(plan, messages), messages),
    "volumes": lambda plan, messages: _volumes(plan, messages) or messages["none"],
    "versions": lambda plan, _: _versions(plan),
    "api": lambda plan, _: plan.cluster.endpoint,
    "ca": lambda plan, messages: plan.cluster.ca_fingerprint or messages["no_ca"],
}
