"""The index of a cluster's pages, README.md: what is promised, whom to call, which page when, what must exist elsewhere."""

from collections.abc import Iterator, Mapping, Sequence

from compiler.engines.engine import RequiredSettings
from compiler.kube.layer import Layer
from compiler.kube.manifest import Manifest, layers_of
from compiler.plan import naming
from compiler.plan.access import Access
from compiler.plan.control_plane_alerts import ControlPlaneAlert
from compiler.plan.etcd_backup import HostSnapshots, OnHosts, Snapshots
from compiler.plan.plan import Plan
from compiler.plan.prerequisites import BucketSettings
from compiler.plan.stores import Store
from compiler.proofs.outcomes import Outcome, Part, Result
from compiler.render import yaml
from compiler.render.accepted_risk import accepted_risk
from compiler.render.kit_section import kit_section
from compiler.render.messages import Messages, catalog, escape, format_message
from compiler.runbooks.procedure import Procedure
from compiler.values import duration

Section = dict[str, object]
Row = tuple[str, str, str]

_STOPS = """( set -eu; trap '[ $? = 0 ] || echo "STOP: the last command failed"' EXIT"""


def index(
    plan: Plan,
    objects: Sequence[Manifest],
    language: str,
    view: Mapping[str, object],
    procedures: tuple[Procedure, ...],
) -> dict[str, object]:
    """Return what the index template shows; `objects` are what the plan emits."""
    messages = catalog(language, "index")
    return {
        "cluster": plan.cluster.name,
        "intro": format_message(messages["intro"], view),
        "procedures": [_procedure(language, view, procedure) for procedure in procedures],
        "alerts": [*_alerts(plan, messages)],
        "alerts_title": messages["alerts_watched" if plan.etcd_alerts else "alerts"],
        "sections": list(_sections(plan, objects, language, view, procedures)),
    }


def _procedure(language: str, view: Mapping[str, object], procedure: Procedure) -> dict[str, str]:
    own = catalog(language, f"procedures/{procedure.name}")
    return {"file": procedure.file} | {key: format_message(own[key], view) for key in ("title", "fired", "risk")}


def _alerts(plan: Plan, messages: Messages) -> Iterator[Row]:
    """Yield the name of each alert, when it fires, and the page that it opens; an alert with several thresholds once."""
    for backup in plan.alerts:
        values = {"subject": backup.subject, "threshold": duration.words(backup.threshold)}
        yield backup.alert, format_message(messages["alert_when"], values), backup.page
    firing: dict[str, list[ControlPlaneAlert]] = {}
    for alert in plan.control_plane_alerts:
        firing.setdefault(alert.alert, []).append(alert)
    for name, (first, *others) in firing.items():
        days = ", ".join(duration.words(one.threshold) for one in (first, *others))
        said = {
            "members": first.members,
            "quorum": first.quorum,
            "threshold": first.threshold,
            "days": days,
            "job": first.job,
        }
        yield name, format_message(messages[f"alert_{name}"], said), first.page


def _sections(
    plan: Plan,
    objects: Sequence[Manifest],
    language: str,
    view: Mapping[str, object],
    procedures: tuple[Procedure, ...],
) -> Iterator[Section]:
    messages = catalog(language, "index")
    yield _section(messages["facts"], points=list(_facts(plan, messages, view)))
    yield _section(messages["promise"], points=list(_promise(plan, messages)) or [messages["nothing"]])
    yield _section(messages["worst"], points=list(_worst(plan, messages)) or [messages["backups_none"]])
    yield from _accepted(plan, messages, language)
    yield _section(messages["people"], points=list(_people(plan, messages, view)))
    keys = plan.keys.holders
    points = [
        format_message(messages["key"], _key(messages, k.name, k.holder, k.place)) + f" `{k.recipient}`" for k in keys
    ]
    yield _section(
        messages["keys"], format_message(messages["keys_text"], view) if keys else messages["keys_none"], points=points
    )
    if plan.etcd_backup:
        yield _signers(plan.etcd_backup, plan.access, messages)
    yield _section(
        messages["backups"],
        messages["backups_none"],
        head=messages["backups_head"],
        rows=list(_backups(plan, messages)),
    )
    yield from _stores(plan, messages)
    yield _section(
        messages["secrets"],
        messages["secrets_none"],
        head=messages["secrets_head"],
        rows=list(_secrets(plan)),
        points=[messages["secrets_made"]] if plan.prerequisites.secrets else [],
        commands="\n".join(_secret_commands(plan)),
    )
    if plan.delivery and plan.delivery.engine.settings:
        yield _settings(plan.delivery.engine.settings, messages)
    if plan.host_snapshots:
        yield _host_timer(plan, plan.host_snapshots, messages)
    if kit := kit_section(plan, procedures, messages):
        yield _section(kit.title, kit.text, points=kit.points, commands=kit.commands)
    yield _section(messages["guards"], messages["guards_text"], points=list(_guards(objects, messages)))
    if plan.etcd_backup:
        yield _section(messages["not_in"], points=messages["not_in_list"])
    if plan.applications.schedules:
        yield _section(messages["not_in_velero"], points=messages["not_in_velero_list"])
    yield _git(plan, [layer for layer in layers_of(objects) if not layer.delivers], messages, view)


def _accepted(plan: Plan, messages: Messages, language: str) -> Iterator[Section]:
    page = catalog(language, "page")
    points = [accepted_risk(risk, page) for risk in plan.accepted_risks.risks]
    if points:
        yield _section(messages["accepted"], messages["accepted_text"], points=points)


def _section(title: str, text: str = "", **rest: object) -> Section:
    """Return a section; its text is left out where it only says that the rows are missing."""
    empty: Section = {"points": [], "rows": [], "head": [], "commands": "", "fence": "sh"}
    return empty | {"title": title, "text": "" if rest.get("rows") else text} | rest


def _signers(backup: Snapshots, access: Access, messages: Messages) -> Section:
    """Whose signature a snapshot must have, how a key is made, and what stolen keys still allow."""
    if not backup.signers:
        return _section(messages["signers"], messages["signers_none"])
    names = {"namespace": naming.BACKUP_NAMESPACE}
    keys = [
        format_message(messages["signer"], {"name": signer.name}) + f" `ssh-ed25519 {signer.key}`"
        for signer in backup.signers
    ]
    stolen = [format_message(sentence, names) for sentence in messages["signers_stolen"]]
    commands = "\n".join(_signing_key(backup, access))
    return _section(messages["signers"], messages["signers_text"], points=[*keys, *stolen], commands=commands)


def _signing_key(backup: Snapshots, access: Access) -> Iterator[str]:
    """Yield the commands that make a signing key and store it where the snapshots are taken."""
    key = f"./{naming.SIGNING_KEY}"
    yield _STOPS
    yield f'ssh-keygen -q -t ed25519 -N "" -C "" -f {key}'
    yield f"cut -d ' ' -f 1,2 {key}.pub"
    yield "printf 'Press Enter when the spec with this key is applied: '"
    yield "read -r _"
    if isinstance(backup.runner, OnHosts):
        place = backup.runner.files.signing_key
        for host in backup.runner.hosts:
            yield access.on(host, f"install -d -m 0700 {place.rpartition('/')[0]}")
            yield access.on(host, f"tee {place} \\")
            yield f"  < {key} > /dev/null"
            yield access.on(host, f"chmod 0600 {place}")
    else:
        yield f"kubectl -n {naming.BACKUP_NAMESPACE} create secret generic \\"
        yield f"  {naming.SIGNING_SECRET} --from-file={key} \\"
        yield "  --dry-run=client -o yaml |"
        yield "  kubectl apply --server-side --force-conflicts -f -"
    yield f"rm {key} {key}.pub"
    yield ")"


def _facts(plan: Plan, messages: Messages, view: Mapping[str, object]) -> Iterator[str]:
    yield str(view["versions"])
    yield format_message(messages["api_fact"], view)
    yield format_message(messages["ca_fact"], view)
    if not plan.topology.members:
        yield messages["managed"]
        yield from _provider(plan, messages)
    else:
        yield format_message(messages["etcd_facts"], view)
        if plan.topology.etcd and plan.topology.etcd.placement == "external":
            yield messages["external"]


def _provider(plan: Plan, messages: Messages) -> Iterator[str]:
    snapshots = plan.provider_snapshots
    if snapshots:
        stated = {
            "cron": snapshots.cron,
            "zone": snapshots.time_zone,
            "retention": duration.words(snapshots.retention),
            "restore": escape(snapshots.restore),
            "watched": escape(snapshots.watched_by or messages["unknown"]),
        }
        yield format_message(messages["provider"], stated)


def _promise(plan: Plan, messages: Messages) -> Iterator[str]:
    if plan.promise.stay_up:
        yield format_message(messages["stay_up"], {"losses": ", ".join(plan.promise.stay_up)})
    yield from _outcomes(plan.loss_outcomes.promised, messages)
    for key, promised in (("control_plane", plan.promise.control_plane), ("applications", plan.promise.applications)):
        if promised:
            numbers = {"rpo": duration.words(promised.rpo), "rto": duration.words(promised.rto)}
            yield format_message(messages["objectives"], {"what": messages[key]} | numbers)
    for loss in plan.worst_losses:
        if loss.rpo is not None and loss.total > loss.rpo:
            times = {"rpo": duration.words(loss.rpo), "worst": duration.words(loss.total)}
            yield format_message(messages["rpo_not_kept"], {"what": loss.subject} | times)
    for own in plan.promise.own:
        unknown = messages["nothing"]
        rpo, rto = (unknown if seconds is None else duration.words(seconds) for seconds in (own.rpo, own.rto))
        yield format_message(messages["own_objectives"], {"what": own.application, "rpo": rpo, "rto": rto})


def _outcomes(promised: tuple[Outcome, ...], messages: Messages) -> Iterator[str]:
    """One line for each part of the cluster and each thing that there is to say about it, with the losses that it holds for."""
    said: dict[tuple[Part, Result, str | None], list[str]] = {}
    for outcome in promised:
        said.setdefault((outcome.part, outcome.result, outcome.procedure), []).append(outcome.loss)
    for (part, result, procedure), losses in said.items():
        page = f"[{procedure}.md]({procedure}.md)"
        values = {"what": messages[part.replace("-", "_")], "losses": ", ".join(losses), "page": page}
        yield format_message(messages[f"outcome_{result.replace('-', '_')}"], values)


def _worst(plan: Plan, messages: Messages) -> Iterator[str]:
    for loss in plan.worst_losses:
        parts = {
            part: duration.words(getattr(loss, part))
            for part in ("gap", "start_delay", "queue", "capture", "upload", "total")
        }
        yield format_message(messages["worst_sum"], {"subject": loss.subject} | parts)


def _people(plan: Plan, messages: Messages, view: Mapping[str, object]) -> Iterator[str]:
    yield f"{messages['owner']}: {escape(plan.cluster.people.owner)}"
    if plan.cluster.people.deputy:
        yield f"{messages['deputy']}: {escape(plan.cluster.people.deputy)}"
    yield f"{messages['escalation']}: {view['call']}"


def _key(messages: Messages, name: str, holder: str | None, place: str | None) -> dict[str, str]:
    return {
        "name": name,
        "holder": escape(holder or messages["unknown"]),
        "place": escape(place or messages["unknown"]),
    }


def _backups(plan: Plan, messages: Messages) -> Iterator[Row]:
    if plan.etcd_backup:
        job = plan.etcd_backup
        if plan.host_snapshots:
            what = format_message(messages["etcd_host"], {"name": plan.host_snapshots.runner.files.unit})
        else:
            what = format_message(messages["etcd"], {"name": naming.SNAPSHOT_JOB, "namespace": naming.BACKUP_NAMESPACE})
        when = format_message(messages["cron"], {"cron": job.cron, "zone": _zone(job.time_zone)})
        yield what, when, _kept(messages, job.retention, ", ".join(store.name for store in job.stores))
    for schedule in plan.applications.schedules:
        what = format_message(messages["velero"], {"namespaces": ", ".join(schedule.namespaces), "name": schedule.name})
        when = format_message(messages["cron"], {"cron": schedule.cron, "zone": _zone(schedule.time_zone)})
        yield what, when, _kept(messages, schedule.retention, schedule.store.name)


def _zone(name: str) -> str:
    return "UTC" if name == "Etc/UTC" else name


def _kept(messages: Messages, retention: int, store: str) -> str:
    return format_message(messages["kept"], {"retention": duration.words(retention), "store": store})


def _stores(plan: Plan, messages: Messages) -> Iterator[Section]:
    for number, bucket in enumerate(plan.prerequisites.buckets):
        store = bucket.store
        points = [
            _store(messages, store),
            messages["versioning"],
            _lock(messages, store),
            *_lifecycle(messages, bucket),
        ]
        yield _section(messages["stores"] if number == 0 else store.name, points=points)


def _store(messages: Messages, store: Store) -> str:
    named = {
        "site": format_message(messages["store_site"], {"site": store.site}) if store.site else "",
        "account": format_message(messages["store_account"], {"account": escape(store.account)})
        if store.account
        else "",
    }
    return format_message(
        messages["store"], {"name": store.name, "bucket": store.bucket, "endpoint": store.endpoint} | named
    )


def _lock(messages: Messages, store: Store) -> str:
    if store.lock is None:
        return str(messages["unlocked"])
    numbers = {"mode": store.lock.mode, "retention": duration.words(store.lock.retention)}
    return format_message(messages["locked"], numbers)


def _lifecycle(messages: Messages, bucket: BucketSettings) -> Iterator[str]:
    for rule in bucket.lifecycle:
        yield format_message(messages[f"lifecycle_{rule.writer}"], {"prefix": rule.prefix, "days": str(rule.days)})


def _secrets(plan: Plan) -> Iterator[Row]:
    for secret in plan.prerequisites.secrets:
        keys = " \\| ".join(", ".join(map(_key_name, alternative)) for alternative in secret.keys)
        yield secret.name, secret.namespace, keys


def _secret_commands(plan: Plan) -> Iterator[str]:
    """Yield the command that makes each Secret from files; not of a signing key, which has a block of its own, nor of keys by a pattern."""
    for secret in plan.prerequisites.secrets:
        keys = secret.keys[0]
        if secret.name != naming.SIGNING_SECRET and not any("*" in key for key in keys):
            yield "kubectl create secret generic \\"
            words = (f"--namespace={secret.namespace}", secret.name, *(f"--from-file=./{key}" for key in keys))
            yield " \\\n".join(f"  {word}" for word in words)


def _key_name(key: str) -> str:
    """Return a key of a Secret; only a pattern needs escaping."""
    return escape(key) if "*" in key else key


def _settings(settings: RequiredSettings, messages: Messages) -> Section:
    """What the administrator of the engine sets, as YAML to be merged into its ConfigMap."""
    named = {"config_map": settings.config_map, "namespace": settings.namespace, "signers": ", ".join(settings.signers)}
    text = messages["settings_stated" if settings.stated else "settings_not_stated"]
    sentences = (*messages["settings_points"], *((messages["settings_signers"],) if settings.signers else ()))
    return _section(
        format_message(messages["settings"], named),
        format_message(text, named),
        points=[format_message(sentence, named) for sentence in sentences],
        commands=yaml.emit({"data": settings.data}).rstrip("\n"),
        fence="yaml",
    )


def _host_timer(plan: Plan, backup: HostSnapshots, messages: Messages) -> Section:
    """How the timer is installed on each member's host, and how its last run is looked at."""
    runner, access = backup.runner, plan.access
    files = ", ".join(f"`{file}`" for credential in plan.prerequisites.host_credentials for file in credential.files)
    names = {"hosts": ", ".join(runner.hosts), "files": files}
    first = runner.hosts[0]
    commands = (
        access.on(first, "rm -rf /root/kedge-host"),
        access.on(first, "mkdir /root/kedge-host"),
        f"tar -C clusters/{plan.cluster.name}/generated/host -cf - . |",
        "  " + access.on(first, "tar -C /root/kedge-host -xf -"),
        access.on(first, f"sh /root/kedge-host/install.sh {first}"),
        access.on(first, f"systemctl start {runner.files.unit}.service"),
        access.on(first, f"journalctl --no-pager -n 20 -u {runner.files.unit}.service"),
        access.on(first, f"cat {runner.files.state}/last-success"),
    )
    watched = messages["host_watched"] if runner.watched_by else messages["host_unwatched"]
    names["watched_by"] = escape(runner.watched_by or "")
    points = [format_message(sentence, names) for sentence in (*messages["host_points"], watched)]
    return _section(
        messages["host"], format_message(messages["host_text"], names), points=points, commands="\n".join(commands)
    )


def _guards(objects: Sequence[Manifest], messages: Messages) -> Iterator[str]:
    """Yield the guarded objects, one line for each kind."""
    kinds: dict[str, list[str]] = {}
    for one in objects:
        if one.guard:
            kinds.setdefault(one.kind, []).append(one.title.partition("/")[2])
    for kind, names in kinds.items():
        yield format_message(messages["guard"], {"kind": kind, "names": ", ".join(names)})


def _git(plan: Plan, layers: Sequence[Layer], messages: Messages, view: Mapping[str, object]) -> Section:
    if not layers:
        return _section(messages["git_down"], messages["git_down_none"])
    engine = plan.delivery.engine if plan.delivery else None
    named = {"api": view["api"], "namespace": engine.namespace if engine else ""}
    text = format_message(messages[f"git_down_{engine.name}" if engine else "git_down_plain"], named)
    # What an engine applied belongs to its field manager: a changed value is a conflict.
    options = "--server-side --force-conflicts" if plan.delivery else "--server-side"
    applied = (_apply(layer, options) for layer in layers)
    commands = (_STOPS, f"GENERATED=clusters/{plan.cluster.name}/generated", *applied, ")")
    return _section(messages["git_down"], text, commands="\n".join(commands))


def _apply(layer: Layer, options: str) -> str:
    return f'timeout 120 kubectl apply {options} \\\n  --request-timeout=60s --kustomize "$GENERATED/{layer.folder}"'
