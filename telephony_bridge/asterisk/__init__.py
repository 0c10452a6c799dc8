"""Asterisk as a source of calls: its journal in, live calls and facts out, routes back.

Main flow: `journal` finds new lines of the call journal whatever log rotation does to it, `row`
reads a line, `call_assembler` says what it means for a call, `store` writes that down together with
how far the journal was read, and `bridge` runs the four of them in a thread of its own. `astdb`
is the way back: the routes of our numbers go into Asterisk's own database, so that a call finds its
phone when nothing of ours runs.
Public names: `Bridge`, `JournalState`, `Pbx`.
"""

from telephony_bridge.asterisk.bridge import Bridge, JournalState, Pbx

__all__ = ["Bridge", "JournalState", "Pbx"]
