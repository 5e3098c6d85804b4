"""Rules about the copies of backups: that one survives each promised loss and can be decrypted."""

from compiler.rules.copies import (
    break_glass_key_has_a_spare,
    promised_loss_has_a_copy,
    snapshots_are_signed,
)
from compiler.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    promised_loss_has_a_copy,
    break_glass_key_has_a_spare,
    snapshots_are_signed,
)
