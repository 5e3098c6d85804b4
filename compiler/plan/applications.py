"""Application backups by Velero, decided: schedules, locations, and how each takes the data of volumes."""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from compiler.model.backups import ApplicationBackup, Method
from compiler.model.cluster import Spec
from compiler.model.decided import Decide, Decided, decided
from compiler.model.recording import path_of, recorded
from compiler.plan import naming
from compiler.plan.stores import Store
from compiler.proofs.schedules import VELERO_ZONE
from compiler.values.sources import Sources, merged


class VolumeMethods(Struct, frozen=True):
    """How the data of volumes is taken: by default (None: not at all), and by the storage classes that differ from it."""

    default: Method | None
    by_class: tuple[tuple[str, Method], ...]

    @property
    def used(self) -> frozenset[Method]:
        """Every method that some volume may be taken by."""
        methods = {method for _, method in self.by_class}
        return frozenset(methods | {self.default} if self.default else methods)

    @property
    def moves_data(self) -> bool:
        """Whether some snapshot is copied to the store."""
        return "data-mover" in self.used

    @property
    def takes_snapshots(self) -> bool:
        """Whether some volume is taken by a CSI snapshot."""
        return not self.used <= {"file-system"}

    @property
    def needs_repository(self) -> bool:
        """Whether data is copied into Velero's repository in the store, which needs its password."""
        return not self.used.isdisjoint({"data-mover", "file-system"})


class ApplicationSchedule(Decided, frozen=True, kw_only=True):
    """One Velero Schedule: one backup to one location. Retention in seconds."""

    name: str
    backup: str
    store: Store
    cron: str
    time_zone: str
    namespaces: tuple[str, ...]
    retention: int
    volumes: VolumeMethods
    exists: Sources
    named: Sources
    sources: Sources


class VolumePolicy(Struct, frozen=True, kw_only=True):
    """Velero's resource policy of a backup that treats storage classes differently; the rest by `default`, or not at all."""

    name: str
    default: Method | None
    by_class: tuple[tuple[str, Method], ...]
    exists: Sources


class BackupLocation(Decided, frozen=True, kw_only=True):
    """A store that Velero writes to; `named`: the lists of locations that name it."""

    store: Store
    exists: Sources
    named: Sources


class Velero(Decided, frozen=True, kw_only=True):
    """The installation that the cluster already has. `sources`: what objects state of it."""

    namespace: str
    sources: Sources
    version: str


class ApplicationBackups(Decided, frozen=True):
    """All that Velero backs up; empty where it backs up nothing."""

    velero: Velero
    schedules: tuple[ApplicationSchedule, ...]
    locations: tuple[BackupLocation, ...]
    policies: tuple[VolumePolicy, ...]


def application_backups(spec: Spec, stores: tuple[Store, ...]) -> ApplicationBackups:
    """Decide the section."""
    decide, by_name = Decide(spec), {store.name: store for store in stores}
    schedules = tuple(_schedules(recorded(spec)[0], by_name))
    return decided(
        ApplicationBackups,
        velero=_velero(spec),
        schedules=decide(lambda spec: schedules if spec.backups.applications else ()),
        locations=_locations(stores, schedules),
        policies=tuple(_policies(spec)),
    )


def _velero(spec: Spec) -> Velero:
    decide = Decide(spec)
    return decided(
        Velero,
        namespace=decide(lambda spec: spec.backups.velero.namespace),
        sources=decide.paths(),
        # The version is stated by pages only.
        version=decide(lambda spec: spec.backups.velero.version),
    )


def _schedules(spec: Spec, stores: dict[str, Store]) -> Iterator[ApplicationSchedule]:
    """Velero writes a backup to one location, so each backup has a schedule for each of its locations."""
    for name, backup in spec.backups.applications.items():
        yield from (_schedule(name, backup, number, stores[location]) for number, location in enumerate(backup.to))


def _schedule(name: str, stated: ApplicationBackup, number: int, store: Store) -> ApplicationSchedule:
    decide = Decide(stated)
    return decided(
        ApplicationSchedule,
        name=decide(lambda backup: naming.velero_schedule(name, backup.to[number])),
        backup=name,
        store=store,
        exists=(path_of(stated),),
        named=decide.paths(),
        # What is decided from here on is the content, not the name.
        cron=decide(lambda backup: backup.schedule.text),
        time_zone=VELERO_ZONE,
        namespaces=decide(lambda backup: backup.namespaces),
        retention=decide(lambda backup: backup.retention),
        volumes=decide(volume_methods),
        sources=decide.paths(),
    )


def volume_methods(backup: ApplicationBackup) -> VolumeMethods:
    """Return how a backup takes volumes."""
    volumes = backup.volumes
    default = volumes.get("default")
    return VolumeMethods(default, tuple((c, m) for c, m in volumes.items() if c != "default" and m != default))


def _locations(stores: tuple[Store, ...], schedules: tuple[ApplicationSchedule, ...]) -> tuple[BackupLocation, ...]:
    used = [(store, [s for s in schedules if s.store == store]) for store in stores]
    return tuple(_location(store, writers) for store, writers in used if writers)


def _location(store: Store, writers: Sequence[ApplicationSchedule]) -> BackupLocation:
    """Return a store as Velero's: it is one by its schedules, whatever else writes to it."""
    named = merged(*(schedule.named for schedule in writers))
    exists = merged(*(schedule.exists for schedule in writers))
    return BackupLocation(store=replace(store, exists=named), exists=exists, named=named)


def _policies(spec: Spec) -> Iterator[VolumePolicy]:
    for name in spec.backups.applications:
        view, reads = recorded(spec)
        methods = volume_methods(view.backups.applications[name])
        if methods.by_class:
            yield VolumePolicy(
                name=naming.volume_policy(name),
                default=methods.default,
                by_class=methods.by_class,
                exists=reads.paths(),
            )
