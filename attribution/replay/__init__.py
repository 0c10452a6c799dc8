"""Keeps what a report said when it left the house, so that its figures can be asked about later.

Data and rules go on changing: calls come late, spend is restated, persons turn out to be one. A
told report keeps its figures by conversion and day, its versions and its load position.
`then_and_now` says what it would say today and lists every difference by its cause. Called by
`ringtrail report` and by its own routes (`attribution.replay.api`).
"""

from attribution.replay.reports import BASES as BASES
from attribution.replay.reports import Asked as Asked
from attribution.replay.reports import Difference as Difference
from attribution.replay.reports import Figures as Figures
from attribution.replay.reports import ThenAndNow as ThenAndNow
from attribution.replay.reports import Told as Told
from attribution.replay.reports import tell as tell
from attribution.replay.reports import then_and_now as then_and_now
from attribution.replay.reports import told as told
