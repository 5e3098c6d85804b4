"""Rules about how the output reaches the cluster."""

from compiler.rules.delivery import layers_are_applied_in_order
from compiler.rules.rule import Rule

RULES: tuple[Rule, ...] = (layers_are_applied_in_order,)
