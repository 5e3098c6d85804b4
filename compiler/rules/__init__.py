"""The registry of the rules, by subject in the order of `kedge explain`; each rule is one module whose name is the statement it checks."""

from compiler.findings.rule import rule_id
from compiler.rules import (
    backups,
    copies,
    delivery,
    etcd,
    monitoring,
    namespaces,
    priorities,
    promise,
    security,
    versions,
)
from compiler.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    *promise.RULES,
    *etcd.RULES,
    *backups.RULES,
    *copies.RULES,
    *security.RULES,
    *monitoring.RULES,
    *delivery.RULES,
    *namespaces.RULES,
    *priorities.RULES,
    *versions.RULES,
)

IDS = frozenset(rule_id(rule.__name__) for rule in RULES)
