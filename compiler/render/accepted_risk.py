"""An accepted risk in one line, as the index and the pages of procedures print it."""

from compiler.plan.accepted_risks import AcceptedRisk
from compiler.render.messages import Messages, escape, format_message
from compiler.values.keypath import dotted


def accepted_risk(risk: AcceptedRisk, messages: Messages) -> str:
    """Return what is waived, where, until when, by whom and why; `messages` are those of the pages."""
    stated = {
        "rule": risk.rule,
        "at": dotted(risk.at),
        "expires": risk.expires,
        "approver": escape(risk.approver),
        "reason": escape(risk.reason),
    }
    return format_message(messages["accepted_risk"], stated)
