"""Takes the facts out: calls as CSV, by the command line and over HTTP.

Main flow: `attribution.reports` streams rows, `exporters.calls_csv` writes them, `exporters.api`
serves them to a key or a signed-in person. Public names: `calls_csv`, `routes`.
"""

from exporters.api import routes
from exporters.calls_csv import calls_csv

__all__ = ["calls_csv", "routes"]
