"""What sentences may speak of: the placeholders of the word files, made from the plan; free text comes escaped."""

from collections.abc import Iterator, Mapping

from compiler.plan.plan import ApplicationSchedule, Plan
from compiler.render.words import Words, escape, say
from compiler.values import duration


def chapter_view(plan: Plan, w: Words) -> Mapping[str, str]:
    """Return every placeholder of the chapters' words, as text."""
    names = [member.name for member in plan.members]
    scheduled = dict.fromkeys(name for schedule in plan.schedules for name in schedule.namespaces)
    return {
        "cluster": plan.cluster,
        "owner": escape(plan.people.owner),
        "call": call(plan, w),
        "members": ", ".join(names),
        "count": str(len(names)),
        "quorum": str(plan.quorum),
        "quorum_of": say(w["quorum_of"], {"quorum": str(plan.quorum), "members": str(len(names))}),
        "holders": ", ".join(_holder(h.holder or h.name, h.place) for h in plan.break_glass) or str(w["none"]),
        "backed_up": ", ".join(scheduled) or str(w["none"]),
        "schedules": ", ".join(schedule.name for schedule in plan.schedules) or str(w["none"]),
        "alerts": ", ".join(dict.fromkeys(alert.alert for alert in plan.alerts)) or str(w["none"]),
        "ages": ", ".join(_ages(plan, w)) or str(w["none"]),
        "layers": ", ".join(layer.sync for layer in plan.layers) or str(w["none"]),
        "volumes": _volumes(plan, w) or str(w["none"]),
        "versions": _versions(plan),
        "api": plan.endpoint,
        "ca": plan.ca_fingerprint or str(w["no_ca"]),
    }


def call(plan: Plan, w: Words) -> str:
    """Return whom to call, in order."""
    people = plan.people
    return str(w["then"]).join(map(escape, people.escalation or (people.owner, *filter(None, (people.deputy,)))))


def _ages(plan: Plan, w: Words) -> Iterator[str]:
    """Return what each alert watches and the age of the youngest good one beyond which it fires."""
    return (
        say(w["age"], {"subject": alert.subject, "threshold": duration.words(alert.threshold)}) for alert in plan.alerts
    )


def _holder(who: str, place: str | None) -> str:
    return escape(f"{who} ({place})" if place else who)


def _volumes(plan: Plan, w: Words) -> str:
    """Return how each schedule takes the data of volumes; the classes that differ from its default stand apart."""
    return "; ".join(f"{s.name}: {', '.join(_methods(s, w))}" for s in plan.schedules)


def _methods(schedule: ApplicationSchedule, w: Words) -> Iterator[str]:
    default = "data-mover" if schedule.data_mover else "file-system" if schedule.file_system else None
    if default or not schedule.policies:
        yield default or str(w["objects_only"])
    yield from (f"{method} ({storage_class})" for storage_class, method in schedule.policies)


def _versions(plan: Plan) -> str:
    velero = f", Velero {plan.velero_version}" if plan.schedules else ""
    kubernetes = " to ".join(dict.fromkeys((plan.kubernetes.low, plan.kubernetes.high)))
    return f"{plan.tier}, {plan.distribution}, Kubernetes {kubernetes}{velero}"
