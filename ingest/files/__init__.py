"""Files that people export: costs, deals and rates as CSV.

Main flow: `read` walks a file once and keeps its good rows as a Parquet file, which one `bulk` fact
in the inbox names; the loader takes it in (`take_in`) and removes it. Public names: `Given`,
`Preview`, `Read`, `read`.
"""

from ingest.files.given import Given
from ingest.files.reading import Preview, Read, read

__all__ = ["Given", "Preview", "Read", "read"]
