"""Turns rings into call facts. Today: the generic signed call webhook of any PBX or cloud.

Main flow: `ringtrail.core.connect` verifies a delivery, `telephony_bridge.webhook.take` reads it,
asks `numbers_pool` who owns and who holds the number, and leaves a fact in the inbox.
Public name: `HANDLERS`.
"""

from telephony_bridge.webhook import take

HANDLERS = {"call_webhook": take}

__all__ = ["HANDLERS"]
