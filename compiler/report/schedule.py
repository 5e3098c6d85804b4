"""When backups start, in words and as data: the next runs, what clock switches do to them, and which wait for each other."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from compiler.proofs.run_times import Switch, Wait
from compiler.proofs.schedules import Stream
from compiler.values import cron, duration, zones

READERS = {
    cron.Consumer.KUBERNETES: "Kubernetes",
    cron.Consumer.VELERO_ROBFIG: "Velero",
    cron.Consumer.VELERO_GOCRON: "Velero",
    cron.Consumer.SYSTEMD: "systemd",
}
UTC = ("UTC", "Etc/UTC")


class Calendar(NamedTuple):
    """The schedules of one cluster with their next runs in UTC. Waits were looked for from `begin` to `month`, switches to `end`."""

    runs: tuple[tuple[Stream, tuple[datetime, ...]], ...]
    switches: tuple[Switch, ...]
    waits: tuple[Wait, ...]
    begin: datetime
    month: datetime
    end: datetime


def lines(name: str, calendar: Calendar, zone: str | None) -> Iterator[str]:
    """Yield a cluster's calendar. `zone`: shown beside UTC; None for each schedule's own."""
    yield name
    if not calendar.runs:
        yield "  no backup has a schedule of kedge's"
        return
    for stream, runs in calendar.runs:
        late = f", up to {duration.words(stream.start_delay)} late" if stream.start_delay else ""
        apart = f"at most {duration.words(stream.gap.seconds)} apart{late}"
        yield f"  {stream.name}: {stream.schedule.text} {stream.zone}, read by {READERS[stream.consumer]}; {apart}"
        yield from (f"    {_both(run, zone or stream.zone)}" for run in runs)
    yield from _switches(calendar)
    yield from _waits(calendar)


def _switches(calendar: Calendar) -> Iterator[str]:
    span = f"{calendar.begin:%Y-%m-%d} to {calendar.end:%Y-%m-%d}"
    if not calendar.switches:
        yield f"  clock switches, {span}: none changes what runs"
        return
    yield f"  clock switches, {span}:"
    for one in calendar.switches:
        happened = (("does not run at", one.skipped), ("runs at", one.added), ("runs twice at", one.twice))
        words = " and ".join(
            f"{what} {', '.join(f'{time:%H:%M}' for time in times)}" for what, times in happened if times
        )
        gap = f"{duration.words(one.gap)} between two starts"
        yield f"    {one.at:%Y-%m-%d %H:%M} UTC  {one.stream.name} {words} {one.stream.zone}; {gap}"


def _waits(calendar: Calendar) -> Iterator[str]:
    span = f"{calendar.begin:%Y-%m-%d} to {calendar.month:%Y-%m-%d}"
    if not calendar.waits:
        yield f"  backups that wait for another one, {span}: none"
        return
    yield f"  backups that wait for another one, {span} (Velero works on one at a time):"
    for one in calendar.waits:
        often = "once" if one.count == 1 else f"{one.count} times"
        first = f"{one.at:%Y-%m-%d %H:%M} UTC"
        yield f"    {one.stream.name} waits for {one.other.name} {often}, first {first}, up to {duration.words(one.seconds)}"


def _both(run: datetime, zone: str) -> str:
    utc = f"{run:%a %Y-%m-%d %H:%M} UTC"
    return utc if zone in UTC else f"{utc}   {run.astimezone(zones.zone_info(zone)):%a %Y-%m-%d %H:%M} {zone}"


def data(name: str, calendar: Calendar) -> dict[str, object]:
    """Return a cluster's calendar as data; instants in UTC, `local` times as the schedule's zone shows them, gaps in seconds."""
    return {
        "name": name,
        "schedules": [
            {
                "backup": stream.name,
                "schedule": stream.schedule.text,
                "zone": stream.zone,
                "consumer": stream.consumer.value,
                "largestGap": stream.gap.seconds,
                "startDelay": stream.start_delay,
                "runs": [f"{run:%Y-%m-%dT%H:%M:%SZ}" for run in runs],
            }
            for stream, runs in calendar.runs
        ],
        "switches": [
            {
                "backup": one.stream.name,
                "at": f"{one.at:%Y-%m-%dT%H:%M:%SZ}",
                "zone": one.stream.zone,
                "skipped": [time.isoformat() for time in one.skipped],
                "added": [time.isoformat() for time in one.added],
                "twice": [time.isoformat() for time in one.twice],
                "gap": one.gap,
            }
            for one in calendar.switches
        ],
        "waits": [
            {
                "backup": one.stream.name,
                "other": one.other.name,
                "first": f"{one.at:%Y-%m-%dT%H:%M:%SZ}",
                "seconds": one.seconds,
                "count": one.count,
            }
            for one in calendar.waits
        ],
    }
