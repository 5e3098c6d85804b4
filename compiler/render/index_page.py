"""The index of a cluster's pages, README.md: what is promised, whom to call, which page when, what must exist elsewhere."""

from collections.abc import Iterator, Mapping

from compiler.plan import naming
from compiler.plan.plan import Layer, Plan, Store
from compiler.render.words import Words, escape, say, words
from compiler.runbooks.chapter import Chapter
from compiler.values import duration

DAY = 86_400
# What the snapshot job's scripts and Velero's plugin read from the Secrets of their writers.
WRITER_KEYS = "access-key-id, secret-access-key, ca.crt"
VELERO_KEY = "cloud"
REPOSITORY = ("velero-repo-credentials", "repository-password")
GIT_KEYS = "username, password | identity, known_hosts"
SIGNER_KEYS = "*.asc"

Section = dict[str, object]
Row = tuple[str, str, str]


def index(plan: Plan, language: str, view: Mapping[str, str], chapters: tuple[Chapter, ...]) -> dict[str, object]:
    """Return what the index template shows."""
    w = words(language, "index")
    return {
        "cluster": plan.cluster,
        "intro": say(w["intro"], view),
        "chapters": [_chapter(language, view, chapter) for chapter in chapters],
        "alerts": [(a.alert, _alert(w, a.subject, a.threshold), a.page) for a in plan.alerts],
        "sections": list(_sections(plan, w, view)),
    }


def _chapter(language: str, view: Mapping[str, str], chapter: Chapter) -> dict[str, str]:
    own = words(language, chapter.name)
    return {"file": chapter.file} | {key: say(own[key], view) for key in ("title", "fired", "risk")}


def _alert(w: Words, subject: str, threshold: int) -> str:
    return say(w["alert_when"], {"subject": subject, "threshold": duration.words(threshold)})


def _sections(plan: Plan, w: Words, view: Mapping[str, str]) -> Iterator[Section]:
    yield _section(w["facts"], points=list(_facts(plan, w, view)))
    yield _section(w["promise"], points=list(_promise(plan, w)) or [w["nothing"]])
    yield _section(w["worst"], points=list(_worst(plan, w)) or [w["nothing"]])
    yield _section(w["people"], points=list(_people(plan, w, view)))
    keys = plan.break_glass + ((plan.drill,) if plan.drill else ())
    points = [say(w["key"], _key(w, k.name, k.holder, k.place)) + f" `{k.recipient}`" for k in keys]
    yield _section(w["keys"], say(w["keys_text"], view) if keys else w["keys_none"], points=points)
    yield _section(w["backups"], w["backups_none"], head=w["backups_head"], rows=list(_backups(plan, w)))
    yield from _stores(plan, w)
    yield _section(w["secrets"], w["secrets_none"], head=w["secrets_head"], rows=list(dict.fromkeys(_secrets(plan))))
    yield _section(w["guards"], w["guards_text"], points=list(_guards(plan, w)))
    if plan.snapshot:
        yield _section(w["not_in"], points=w["not_in_list"])
    if plan.schedules:
        yield _section(w["not_in_velero"], points=w["not_in_velero_list"])
    yield _git(plan, w)


def _section(title: str, text: str = "", **rest: object) -> Section:
    """Return a section; its text is left out where it only says that the rows are missing."""
    empty: Section = {"points": [], "rows": [], "head": [], "commands": ""}
    return empty | {"title": title, "text": "" if rest.get("rows") else text} | rest


def _facts(plan: Plan, w: Words, view: Mapping[str, str]) -> Iterator[str]:
    yield view["versions"]
    yield view["api"]
    yield view["ca"]
    if not plan.members:
        yield w["managed"]
    else:
        yield say(w["etcd_facts"], view)
        if plan.members != plan.control_plane_hosts:
            yield w["external"]


def _promise(plan: Plan, w: Words) -> Iterator[str]:
    for key, values in (("stay_up", plan.stay_up), ("recover", plan.recover)):
        if values:
            yield f"{w[key]}: {', '.join(values)}"
    for key, promised in (("control_plane", plan.control_plane), ("applications", plan.applications)):
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
    yield f"{w['owner']}: {escape(plan.people.owner)}"
    if plan.people.deputy:
        yield f"{w['deputy']}: {escape(plan.people.deputy)}"
    yield f"{w['escalation']}: {view['call']}"


def _key(w: Words, name: str, holder: str | None, place: str | None) -> dict[str, str]:
    return {"name": name, "holder": escape(holder or w["unknown"]), "place": escape(place or w["unknown"])}


def _backups(plan: Plan, w: Words) -> Iterator[Row]:
    if plan.snapshot:
        job = plan.snapshot
        what = say(w["etcd"], {"name": naming.SNAPSHOT_JOB, "namespace": naming.BACKUP_NAMESPACE})
        when = say(w["cron"], {"cron": job.schedule, "zone": job.time_zone})
        yield what, when, _kept(w, job.retention, ", ".join(store.name for store in job.stores))
    for schedule in plan.schedules:
        what = say(w["velero"], {"namespaces": ", ".join(schedule.namespaces), "name": schedule.name})
        when = say(w["cron"], {"cron": schedule.cron.removeprefix("CRON_TZ=UTC "), "zone": "UTC"})
        yield what, when, _kept(w, schedule.retention, schedule.store.name)


def _kept(w: Words, retention: int, store: str) -> str:
    return say(w["kept"], {"retention": duration.words(retention), "store": store})


def _stores(plan: Plan, w: Words) -> Iterator[Section]:
    etcd = plan.snapshot.stores if plan.snapshot else ()
    for number, store in enumerate(dict.fromkeys((*etcd, *plan.stores))):
        points = [_store(w, store), w["versioning"], _lock(w, store), *_lifecycle(plan, w, store)]
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
    mode, retention = store.lock
    return say(w["locked"], {"mode": mode, "retention": duration.words(retention)})


def _lifecycle(plan: Plan, w: Words, store: Store) -> Iterator[str]:
    if plan.snapshot and store in plan.snapshot.stores:
        yield say(w["lifecycle_etcd"], {"prefix": store.etcd_prefix, "days": _days(plan.snapshot.retention)})
    kept = [schedule.retention for schedule in plan.schedules if schedule.store == store]
    if kept:
        yield say(w["lifecycle_velero"], {"prefix": store.velero_prefix, "days": _days(max(kept))})


def _days(seconds: int) -> str:
    """Return whole days, rounded up: a bucket's lifecycle knows no smaller unit."""
    return str(-(-seconds // DAY))


def _secrets(plan: Plan) -> Iterator[Row]:
    for store in plan.snapshot.stores if plan.snapshot else ():
        yield store.credential, naming.BACKUP_NAMESPACE, WRITER_KEYS
    for schedule in plan.schedules:
        yield schedule.store.credential, plan.velero_namespace, VELERO_KEY
        if schedule.file_system or schedule.data_mover or schedule.policies:
            yield REPOSITORY[0], plan.velero_namespace, REPOSITORY[1]
    if plan.delivery and plan.delivery.secret:
        yield plan.delivery.secret, plan.delivery.namespace, GIT_KEYS.replace("|", "\\|")
    if plan.delivery and plan.delivery.signers:
        yield plan.delivery.signers, plan.delivery.namespace, escape(SIGNER_KEYS)


def _guards(plan: Plan, w: Words) -> Iterator[str]:
    names = [namespace.name for namespace in plan.namespaces] + ([naming.BACKUP_NAMESPACE] if plan.snapshot else [])
    if names:
        yield say(w["guard_namespaces"], {"names": ", ".join(names)})
    velero = {"namespace": plan.velero_namespace}
    if plan.schedules:
        yield say(w["guard_stores"], velero | {"names": ", ".join(store.name for store in plan.stores)})
        yield say(w["guard_schedules"], velero | {"names": ", ".join(s.name for s in plan.schedules)})


def _git(plan: Plan, w: Words) -> Section:
    if not plan.layers:
        return _section(w["git_down"], w["git_down_none"])
    text = w["git_down_flux"] if plan.delivery else w["git_down_plain"]
    commands = (f"GENERATED=clusters/{plan.cluster}/generated", *map(_apply, plan.layers))
    return _section(w["git_down"], text, commands="\n".join(commands))


def _apply(layer: Layer) -> str:
    return (
        f'timeout 120 kubectl apply --server-side --request-timeout=60s \\\n  --kustomize "$GENERATED/{layer.folder}"'
    )
