"""Takes the facts out: calls and contacts as CSV, by the command line and over HTTP.

Main flow: `attribution.reports` streams rows, `exporters.csv_file` writes the columns that
`exporters.exports` lists, `exporters.api` serves them to a key or a signed-in person. Public names:
`CALLS`, `CONTACTS`, `Export`, `routes`.
"""

from exporters.api import routes
from exporters.exports import CALLS, CONTACTS, Export

__all__ = ["CALLS", "CONTACTS", "Export", "routes"]
