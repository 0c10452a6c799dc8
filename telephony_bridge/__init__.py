"""Turns rings into call facts: by a signed webhook from any PBX, and from an Asterisk of our own.

Main flow of the webhook: `ringtrail.core.connect` verifies a delivery, `telephony_bridge.webhook`
reads it, asks `numbers_pool` who owns and who holds the number, and leaves a fact in the inbox.
Main flow of Asterisk: `telephony_bridge.asterisk` reads its call journal beside the requests.
Public names: `HANDLERS`, `Bridge`, `JournalState`, `Pbx`.
"""

from telephony_bridge.asterisk import Bridge, JournalState, Pbx
from telephony_bridge.webhook import take

HANDLERS = {"call_webhook": take}

__all__ = ["HANDLERS", "Bridge", "JournalState", "Pbx"]
