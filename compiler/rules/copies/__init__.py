"""Rules about the copies of backups: that one survives each promised loss and can be decrypted."""

from compiler.rules.copies import (
    break_glass_key_has_a_spare,
    copy_survives_every_loss,
    snapshots_are_signed,
)
from compiler.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    copy_survives_every_loss,
    break_glass_key_has_a_spare,
    snapshots_are_signed,
)
