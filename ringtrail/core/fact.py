"""What every fact says, and the kinds of value that facts are made of.

`ringtrail.core.facts` and `ringtrail.core.money_facts` build on it; everybody else takes `Fact`
from `ringtrail.core.facts`.
"""

from typing import Annotated, ClassVar
from uuid import UUID

import msgspec
from msgspec import Meta

from ringtrail.core.identifiers import fact_id

Text = Annotated[str, Meta(max_length=2048)]
Short = Annotated[str, Meta(max_length=255)]
Phone = Annotated[str, Meta(pattern=r"^\+[0-9]{3,15}$")]
# Until the year 2262 both stores hold microseconds in 64 bits.
At = Annotated[int, Meta(ge=0, le=9_223_372_036_854_775)]


class Fact(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    gc=False,
):
    """What every fact says: where it belongs, when it happened, what its source calls it.

    What is not known is not written: what a visit tells is a tenth shorter.
    """

    kind: ClassVar[str]
    browser: ClassVar[bool] = False

    account: int
    site: int
    occurred_at: At
    source_id: Text

    def id(self) -> UUID:
        return fact_id(self.account, self.kind, self.source_id)
