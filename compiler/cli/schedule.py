"""`kedge schedule`: when what runs, what clock switches do to it, and which backups wait for each other."""

import os
from datetime import UTC, datetime, timedelta

import click

from compiler import pipeline
from compiler.cli.run import Run, over_clusters
from compiler.cli.selection import refuse_none
from compiler.findings.finding import Finding
from compiler.model.cluster import ClusterSpec
from compiler.proofs.run_times import switches, waits
from compiler.proofs.schedules import Stream, streams
from compiler.report import json_output, schedule
from compiler.report.schedule import Calendar
from compiler.values import cron, zones

YEARS = range(2024, 2050)
"""Years in which clock switches are known, and `--from` may be; runs are listed until five years after the last one."""

SWITCHES = timedelta(days=2 * 365)
WAITS = timedelta(days=31)

EPILOG = """\b
Examples:
  kedge schedule payments-eu                           the next five runs of each backup
  kedge schedule payments-eu --zone Europe/Madrid      beside UTC in the zone where you are
  kedge schedule --from 2027-03-27 --count 10 payments-eu

\b
Times are those that Kubernetes, Velero or systemd find, each with its own rules; what is emitted by a provider is left out. Clock
switches are looked at for two years, waits for 31 days.
"""


class _Zone(click.ParamType[str]):
    name = "zone"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return a canonical name of the IANA list."""
        try:
            return zones.zone(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command("schedule", epilog=EPILOG)
@over_clusters()
@click.option("--from", "begin", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="UTC. Default: now.")
@click.option("--count", type=click.IntRange(1, 500), default=5, show_default=True, help="Runs of each backup.")
@click.option("--zone", type=_Zone(), help="Show times in this zone beside UTC. Default: the zone of each schedule.")
def command(run: Run, begin: datetime | None, count: int, zone: str | None) -> None:
    """Show when backups run, in UTC and local, what clock switches do to them, and which wait for each other."""
    refuse_none(run.selection)
    start = begin.replace(tzinfo=UTC) if begin else _now()
    if start.year not in YEARS:
        raise click.UsageError(
            f"--from must be in the years {YEARS[0]} to {YEARS[-1]}, for which clock switches are known"
        )
    results = list(run.workers.each(lambda name: _calendar(run, name, start, count), run.selection.names))
    broken = [finding for _, found in results if not isinstance(found, Calendar) for finding in found]
    run.show(broken)
    calendars = {name: found for name, found in results if isinstance(found, Calendar)}
    if run.json:
        clusters = [schedule.data(name, calendar) for name, calendar in calendars.items()]
        click.echo(json_output.document("schedule", {"clusters": clusters}))
    elif calendars:
        click.echo("\n\n".join("\n".join(schedule.lines(name, one, zone)) for name, one in calendars.items()))
    raise click.exceptions.Exit(run.exit_code(broken))


def _now() -> datetime:
    """Return this minute, or that of SOURCE_DATE_EPOCH for output that must not change."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)
    return now.replace(second=0, microsecond=0)


def _calendar(run: Run, name: str, begin: datetime, count: int) -> tuple[str, Calendar | tuple[Finding, ...]]:
    """Return the calendar of a cluster, or what is wrong with its file."""
    checked = pipeline.check(run.context, name)
    if checked.plan is None or not isinstance(checked.spec, ClusterSpec):
        return name, checked.findings
    found = [
        stream for stream in streams(checked.spec.spec) if stream.kind == "application" or checked.plan.etcd_backup
    ]
    return name, Calendar(
        tuple((stream, _runs(stream, begin, count)) for stream in found),
        switches(found, begin, begin + SWITCHES),
        waits(found, begin, begin + WAITS),
        begin,
        begin + WAITS,
        begin + SWITCHES,
    )


def _runs(stream: Stream, begin: datetime, count: int) -> tuple[datetime, ...]:
    runs: list[datetime] = []
    last = begin - timedelta(seconds=1)
    while len(runs) < count and last.year <= YEARS.stop:
        last = cron.next_after(stream.schedule, stream.zone, stream.consumer, last)
        runs.append(last)
    return tuple(runs)
