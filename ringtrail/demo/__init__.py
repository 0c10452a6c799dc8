"""The demo: a dental clinic with a past, a shop window and visitors who come while one watches.

`month.facts` invents eight weeks of history, `shop.routes` serves the clinic's pages, and
`simulator.Simulator` sends visits and calls through the same public doors as the world does.
`ringtrail.cli` starts all three; nothing below this layer knows of them.
"""

from ringtrail.demo.running import clean, run

__all__ = ["clean", "run"]
