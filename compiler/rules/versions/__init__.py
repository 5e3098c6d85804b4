"""Rules about versions."""

from compiler.rules.rule import Rule
from compiler.rules.versions import versions_were_run_by_tests

RULES: tuple[Rule, ...] = (versions_were_run_by_tests,)
