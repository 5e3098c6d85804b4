"""Rules about alerts."""

from compiler.rules.monitoring import alerts_link_to_a_page
from compiler.rules.rule import Rule

RULES: tuple[Rule, ...] = (alerts_link_to_a_page,)
