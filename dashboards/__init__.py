"""The pages people look at: Acquisition and the call log, behind the gate.

Flow: `Gate` (session, CSRF, CSP) -> `add_sign_in` routes and the Dash application of `build`, whose
pages read through `reading.Reports` for the scope of the signed-in person. Public: `Gate`,
`Bundles`, `add_sign_in`, `build`, `SignedIn`, `Reports`, `SiteStore`.
"""

from dashboards.app import build
from dashboards.bundles import Bundles
from dashboards.gate import COOKIE, Gate
from dashboards.person import SignedIn
from dashboards.reading import Reports
from dashboards.sign_in import add_sign_in
from dashboards.store import SiteStore

__all__ = ["COOKIE", "Bundles", "Gate", "Reports", "SignedIn", "SiteStore", "add_sign_in", "build"]
