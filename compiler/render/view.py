"""What sentences may speak of: the placeholders of the word files, made from the plan; free text comes escaped."""

from collections.abc import Iterator, Mapping, Sequence

from compiler.kube.layer import Layer
from compiler.plan.applications import VolumeMethods
from compiler.plan.plan import Plan
from compiler.render.words import Words, escape, say
from compiler.values import duration


def chapter_view(plan: Plan, layers: Sequence[Layer], w: Words) -> Mapping[str, str]:
    """Return every placeholder of the chapters' words, as text."""
    names = [member.name for member in plan.topology.members]
    quorum = plan.topology.etcd.quorum if plan.topology.etcd else 0
    scheduled = dict.fromkeys(name for schedule in plan.applications.schedules for name in schedule.namespaces)
    return {
        "cluster": plan.cluster.name,
        "owner": escape(plan.cluster.people.owner),
        "call": call(plan, w),
        "members": ", ".join(names),
        "count": str(len(names)),
        "quorum": str(quorum),
        "quorum_of": say(w["quorum_of"], {"quorum": str(quorum), "members": str(len(names))}),
        "holders": ", ".join(_holder(h.holder or h.name, h.place) for h in plan.keys.break_glass) or str(w["none"]),
        "backed_up": ", ".join(scheduled) or str(w["none"]),
        "schedules": ", ".join(schedule.name for schedule in plan.applications.schedules) or str(w["none"]),
        "alerts": ", ".join(dict.fromkeys(alert.alert for alert in plan.alerts)) or str(w["none"]),
        "ages": ", ".join(_ages(plan, w)) or str(w["none"]),
        "layers": ", ".join(_syncs(plan, layers)) or str(w["none"]),
        "volumes": _volumes(plan, w) or str(w["none"]),
        "versions": _versions(plan),
        "api": plan.cluster.endpoint,
        "ca": plan.cluster.ca_fingerprint or str(w["no_ca"]),
    }


def call(plan: Plan, w: Words) -> str:
    """Return whom to call, in order."""
    people = plan.cluster.people
    return str(w["then"]).join(map(escape, people.escalation or (people.owner, *filter(None, (people.deputy,)))))


def _ages(plan: Plan, w: Words) -> Iterator[str]:
    """Return what each alert watches and the age of the youngest good one beyond which it fires."""
    return (
        say(w["age"], {"subject": alert.subject, "threshold": duration.words(alert.threshold)}) for alert in plan.alerts
    )


def _holder(who: str, place: str | None) -> str:
    return escape(f"{who} ({place})" if place else who)


def _volumes(plan: Plan, w: Words) -> str:
    """Return how each schedule takes the data of volumes; classes that differ from its default are named apart."""
    return "; ".join(f"{s.name}: {', '.join(_methods(s.volumes, w))}" for s in plan.applications.schedules)


def _methods(volumes: VolumeMethods, w: Words) -> Iterator[str]:
    if volumes.default or not volumes.by_class:
        yield volumes.default or str(w["objects_only"])
    yield from (f"{method} ({storage_class})" for storage_class, method in volumes.by_class)


def _syncs(plan: Plan, layers: Sequence[Layer]) -> Iterator[str]:
    """Yield the names of the objects that sync the layers."""
    if plan.delivery:
        engine = plan.delivery.engine
        yield from (engine.sync_name(plan.cluster.name, layer) for layer in layers if layer.name != "delivery")


def _versions(plan: Plan) -> str:
    velero = f", Velero {plan.applications.velero.version}" if plan.applications.schedules else ""
    versions = plan.cluster.kubernetes.versions
    kubernetes = " to ".join(dict.fromkeys((versions.low, versions.high)))
    return f"{plan.cluster.tier}, {plan.cluster.distribution}, Kubernetes {kubernetes}{velero}"
