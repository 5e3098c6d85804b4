"""Application backups by Velero, decided: schedules, locations, and how each takes the data of volumes."""

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.model.backups import ApplicationBackup, Method
from compiler.model.cluster import Spec
from compiler.model.recording import path_of, recorded
from compiler.plan import naming
from compiler.plan.stores import Store
from compiler.proofs.schedules import VELERO_ZONE
from compiler.values.sources import Sources, merged


@dataclass(frozen=True, slots=True)
class VolumeMethods:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationSchedule:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumePolicy:
    """Velero's resource policy of a backup that treats storage classes differently; the rest by `default`, or not at all."""

    name: str
    default: Method | None
    by_class: tuple[tuple[str, Method], ...]
    exists: Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupLocation:
    """A store that Velero writes to; `named`: the lists of locations that name it."""

    store: Store
    exists: Sources
    named: Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Velero:
    """The installation that the cluster already has. `page_sources`: what pages state of it."""

    namespace: str
    sources: Sources
    version: str
    page_sources: Sources


@dataclass(frozen=True, slots=True)
class ApplicationBackups:
    """All that Velero backs up; empty where it backs up nothing."""

    velero: Velero
    schedules: tuple[ApplicationSchedule, ...]
    locations: tuple[BackupLocation, ...]
    policies: tuple[VolumePolicy, ...]

    @property
    def page_sources(self) -> Sources:
        """All that pages state, and where the first backup would be stated."""
        absent = () if self.schedules else (("spec", "backups", "applications"),)
        return merged(absent, self.velero.page_sources, *(schedule.sources for schedule in self.schedules))


def application_backups(spec: Spec, stores: tuple[Store, ...]) -> ApplicationBackups:
    """Decide the section."""
    schedules = tuple(_schedules(spec, {store.name: store for store in stores}))
    return ApplicationBackups(_velero(spec), schedules, _locations(stores, schedules), tuple(_policies(spec)))


def _velero(spec: Spec) -> Velero:
    view, reads = recorded(spec)
    velero = view.backups.velero
    return Velero(
        namespace=velero.namespace,
        sources=reads.paths(),
        # The version is stated by pages only.
        version=velero.version,
        page_sources=reads.paths(),
    )


def _schedules(spec: Spec, stores: dict[str, Store]) -> Iterator[ApplicationSchedule]:
    """Velero writes a backup to one location, so each backup has a schedule for each of its locations."""
    for name, backup in spec.backups.applications.items():
        yield from (_schedule(spec, name, stores[location]) for location in backup.to)


def _schedule(spec: Spec, name: str, store: Store) -> ApplicationSchedule:
    view, reads = recorded(spec)
    backup = view.backups.applications[name]
    _ = backup.to
    return ApplicationSchedule(
        name=naming.velero_schedule(name, store.name),
        backup=name,
        store=store,
        exists=(path_of(backup),),
        named=reads.paths(),
        # What is read from here on decides the content, not the name.
        cron=backup.schedule.text,
        time_zone=VELERO_ZONE,
        namespaces=backup.namespaces,
        retention=backup.retention,
        volumes=volume_methods(backup),
        sources=reads.paths(),
    )


def volume_methods(backup: ApplicationBackup) -> VolumeMethods:
    """Return how a backup takes volumes."""
    volumes = backup.volumes
    default = volumes.get("default")
    return VolumeMethods(default, tuple((c, m) for c, m in volumes.items() if c != "default" and m != default))


def _locations(stores: tuple[Store, ...], schedules: tuple[ApplicationSchedule, ...]) -> tuple[BackupLocation, ...]:
    used = [(store, [s for s in schedules if s.store == store]) for store in stores]
    return tuple(
        BackupLocation(
            store=store,
            exists=merged(*(schedule.exists for schedule in writers)),
            named=merged(*(schedule.named for schedule in writers)),
        )
        for store, writers in used
        if writers
    )


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
