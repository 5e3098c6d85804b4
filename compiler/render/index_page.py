"""The index of a cluster's pages, README.md: what is promised, whom to call, which page when, what must exist elsewhere."""

from collections.abc import Iterator, Mapping, Sequence

from compiler.kube.layer import Layer
from compiler.kube.manifest import Manifest, layers_of
from compiler.plan import naming
from compiler.plan.plan import Plan
from compiler.plan.prerequisites import BucketSettings
from compiler.plan.stores import Store
from compiler.render.words import Words, escape, say, words
from compiler.runbooks.chapter import Chapter
from compiler.values import duration

Section = dict[str, object]
Row = tuple[str, str, str]


def index(
    plan: Plan, objects: Sequence[Manifest], language: str, view: Mapping[str, str], chapters: tuple[Chapter, ...]
) -> dict[str, object]:
    """Return what the index template shows; `objects` are what the plan emits."""
    w = words(language, "index")
    return {
        "cluster": plan.cluster.name,
        "intro": say(w["intro"], view),
        "chapters": [_chapter(language, view, chapter) for chapter in chapters],
        "alerts": [(a.alert, _alert(w, a.subject, a.threshold), a.page) for a in plan.alerts],
        "sections": list(_sections(plan, objects, w, view)),
    }


def _chapter(language: str, view: Mapping[str, str], chapter: Chapter) -> dict[str, str]:
    own = words(language, chapter.name)
    return {"file": chapter.file} | {key: say(own[key], view) for key in ("title", "fired", "risk")}


def _alert(w: Words, subject: str, threshold: int) -> str:
    return say(w["alert_when"], {"subject": subject, "threshold": duration.words(threshold)})


def _sections(plan: Plan, objects: Sequence[Manifest], w: Words, view: Mapping[str, str]) -> Iterator[Section]:
    yield _section(w["facts"], points=list(_facts(plan, w, view)))
    yield _section(w["promise"], points=list(_promise(plan, w)) or [w["nothing"]])
    yield _section(w["worst"], points=list(_worst(plan, w)) or [w["nothing"]])
    yield _section(w["people"], points=list(_people(plan, w, view)))
    keys = plan.keys.holders
    points = [say(w["key"], _key(w, k.name, k.holder, k.place)) + f" `{k.recipient}`" for k in keys]
    yield _section(w["keys"], say(w["keys_text"], view) if keys else w["keys_none"], points=points)
    yield _section(w["backups"], w["backups_none"], head=w["backups_head"], rows=list(_backups(plan, w)))
    yield from _stores(plan, w)
    yield _section(w["secrets"], w["secrets_none"], head=w["secrets_head"], rows=list(_secrets(plan)))
    yield _section(w["guards"], w["guards_text"], points=list(_guards(objects, w)))
    if plan.etcd_backup:
        yield _section(w["not_in"], points=w["not_in_list"])
    if plan.applications.schedules:
        yield _section(w["not_in_velero"], points=w["not_in_velero_list"])
    yield _git(plan, [layer for layer in layers_of(objects) if layer.name != "delivery"], w)


def _section(title: str, text: str = "", **rest: object) -> Section:
    """Return a section; its text is left out where it only says that the rows are missing."""
    empty: Section = {"points": [], "rows": [], "head": [], "commands": ""}
    return empty | {"title": title, "text": "" if rest.get("rows") else text} | rest


def _facts(plan: Plan, w: Words, view: Mapping[str, str]) -> Iterator[str]:
    yield view["versions"]
    yield view["api"]
    yield view["ca"]
    if not plan.topology.members:
        yield w["managed"]
    else:
        yield say(w["etcd_facts"], view)
        if plan.topology.etcd and plan.topology.etcd.placement == "external":
            yield w["external"]


def _promise(plan: Plan, w: Words) -> Iterator[str]:
    for key, values in (("stay_up", plan.promise.stay_up), ("recover", plan.promise.recover)):
        if values:
            yield f"{w[key]}: {', '.join(values)}"
    for key, promised in (("control_plane", plan.promise.control_plane), ("applications", plan.promise.applications)):
        if promised:
            numbers = {"rpo": duration.words(promised.rpo), "rto": duration.words(promised.rto)}
            yield say(w["objectives"], {"what": w[key]} | numbers)


def _worst(plan: Plan, w: Words) -> Iterator[str]:
    for loss in plan.worst_losses:
        parts = {
            part: duration.words(getattr(loss, part))
            for part in ("gap", "start_delay", "queue", "capture", "upload", "total")
        }
        yield say(w["worst_sum"], {"subject": loss.subject} | parts)


def _people(plan: Plan, w: Words, view: Mapping[str, str]) -> Iterator[str]:
    yield f"{w['owner']}: {escape(plan.cluster.people.owner)}"
    if plan.cluster.people.deputy:
        yield f"{w['deputy']}: {escape(plan.cluster.people.deputy)}"
    yield f"{w['escalation']}: {view['call']}"


def _key(w: Words, name: str, holder: str | None, place: str | None) -> dict[str, str]:
    return {"name": name, "holder": escape(holder or w["unknown"]), "place": escape(place or w["unknown"])}


def _backups(plan: Plan, w: Words) -> Iterator[Row]:
    if plan.etcd_backup:
        job = plan.etcd_backup
        what = say(w["etcd"], {"name": naming.SNAPSHOT_JOB, "namespace": naming.BACKUP_NAMESPACE})
        when = say(w["cron"], {"cron": job.cron, "zone": job.time_zone})
        yield what, when, _kept(w, job.retention, ", ".join(store.name for store in job.stores))
    for schedule in plan.applications.schedules:
        what = say(w["velero"], {"namespaces": ", ".join(schedule.namespaces), "name": schedule.name})
        when = say(w["cron"], {"cron": schedule.cron, "zone": schedule.time_zone})
        yield what, when, _kept(w, schedule.retention, schedule.store.name)


def _kept(w: Words, retention: int, store: str) -> str:
    return say(w["kept"], {"retention": duration.words(retention), "store": store})


def _stores(plan: Plan, w: Words) -> Iterator[Section]:
    for number, bucket in enumerate(plan.prerequisites.buckets):
        store = bucket.store
        points = [_store(w, store), w["versioning"], _lock(w, store), *_lifecycle(w, bucket)]
        yield _section(w["stores"] if number == 0 else store.name, points=points)


def _store(w: Words, store: Store) -> str:
    named = {
        "site": say(w["store_site"], {"site": store.site}) if store.site else "",
        "account": say(w["store_account"], {"account": escape(store.account)}) if store.account else "",
    }
    return say(w["store"], {"name": store.name, "bucket": store.bucket, "endpoint": store.endpoint} | named)


def _lock(w: Words, store: Store) -> str:
    if store.lock is None:
        return str(w["unlocked"])
    numbers = {"mode": store.lock.mode, "retention": duration.words(store.lock.retention)}
    return say(w["locked"], numbers)


def _lifecycle(w: Words, bucket: BucketSettings) -> Iterator[str]:
    for rule in bucket.lifecycle:
        yield say(w[f"lifecycle_{rule.writer}"], {"prefix": rule.prefix, "days": str(rule.days)})


def _secrets(plan: Plan) -> Iterator[Row]:
    for secret in plan.prerequisites.secrets:
        keys = " \\| ".join(", ".join(map(_key_name, alternative)) for alternative in secret.keys)
        yield secret.name, secret.namespace, keys


def _key_name(key: str) -> str:
    """Return a key of a Secret; only a pattern needs escaping."""
    return escape(key) if "*" in key else key


def _guards(objects: Sequence[Manifest], w: Words) -> Iterator[str]:
    """Yield the guarded objects, one line for each kind."""
    kinds: dict[str, list[str]] = {}
    for one in objects:
        if one.guard:
            kinds.setdefault(one.kind, []).append(one.title.partition("/")[2])
    for kind, names in kinds.items():
        yield say(w["guard"], {"kind": kind, "names": ", ".join(names)})


def _git(plan: Plan, layers: Sequence[Layer], w: Words) -> Section:
    if not layers:
        return _section(w["git_down"], w["git_down_none"])
    text = w["git_down_flux"] if plan.delivery else w["git_down_plain"]
    commands = (f"GENERATED=clusters/{plan.cluster.name}/generated", *map(_apply, layers))
    return _section(w["git_down"], text, commands="\n".join(commands))


def _apply(layer: Layer) -> str:
    return (
        f'timeout 120 kubectl apply --server-side --request-timeout=60s \\\n  --kustomize "$GENERATED/{layer.folder}"'
    )
