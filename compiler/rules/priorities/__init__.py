"""Rules about priority classes."""

from compiler.rules.priorities import (
    default_priority_evicts_nothing,
    one_priority_is_the_default,
    priority_name_is_not_reserved,
    priority_values_differ,
)
from compiler.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    priority_name_is_not_reserved,
    priority_values_differ,
    one_priority_is_the_default,
    default_priority_evicts_nothing,
)
