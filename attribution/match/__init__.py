"""Which visit made a call: rates fitted from calls whose visit is known, and calls judged by them.

`collect` reads labels from the facts, `rates` fits, `reliability` tries the rates on labels that
did not make them, `fit` freezes all of it under a version, `evidence` judges the calls of a batch.
The formula itself is `numbers_pool.posterior`. Public names: `Fit`, `fitted_site`, `keep`, `kept`,
`render`, `chosen`, `judge`, `START`.
"""

from attribution.match.evidence import judge
from attribution.match.fit import Fit, chosen, fitted_site, keep, kept, render
from attribution.match.rates import START

__all__ = ["START", "Fit", "chosen", "fitted_site", "judge", "keep", "kept", "render"]
