"""Which colour a channel has: tied to the channel, never to its rank.

Tuned for colour-blind readers as a set of seven; the dark theme repaints the same classes in css
(assets/charts.css). An eighth (AI assistants) lies outside that set, so names always stand by.
"""

LIGHT = {
    "c1": "#2f45c5",
    "c2": "#278e74",
    "c3": "#8d314f",
    "c4": "#f1a23a",
    "c5": "#945ad3",
    "c6": "#a4a5a5",
    "c7": "#2dc5f6",
    "c8": "#7d8c1f",
}
REST = "c6"
_CLASSES = {
    "paid search": "c1",
    "organic search": "c2",
    "direct": "c3",
    "maps & listings": "c4",
    "paid social": "c5",
    "email": "c7",
    "ai assistants": "c8",
    "ai assistant": "c8",
}


def colour_class(name: str) -> str:
    """The colour class of a channel by its shown name; grey for the rest."""
    return _CLASSES.get(name.lower(), REST)
