"""Cron: a grammar that every consumer reads the same, and each consumer's own start times."""

from compiler.values.cron.calendar import on_calendar
from compiler.values.cron.consumer import Consumer
from compiler.values.cron.gap import HORIZON, Gap, largest_gap
from compiler.values.cron.grammar import Cron, parse
from compiler.values.cron.starts import next_after, runs_between, starts

__all__ = [
    "HORIZON",
    "Consumer",
    "Cron",
    "Gap",
    "largest_gap",
    "next_after",
    "on_calendar",
    "parse",
    "runs_between",
    "starts",
]
