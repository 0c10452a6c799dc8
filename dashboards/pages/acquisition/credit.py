"""The choice of the model that divides calls, leads and deals, and of whose day its credit has.

Who: acquisition, in its row of filters. Both stand in the address as the period does; what is
chosen is named above the table, the day in the head of each column that it decides.
"""

import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboards import wording
from dashboards.attributes import aria
from dashboards.period import Asked

MODEL = "credit-model"
BASIS = "credit-basis"


def choices(now: Asked) -> list[Component]:
    """Both choices, with what is asked for."""
    return [
        dmc.Select(
            id=MODEL,
            value=now.model,
            data=[{"value": key, "label": name} for key, name in wording.MODELS.items()],
            allowDeselect=False,
            className="model",
            **aria(label="Model"),
        ),
        dmc.Select(
            id=BASIS,
            value=now.basis,
            data=[{"value": key, "label": name} for key, name in wording.BASES.items()],
            allowDeselect=False,
            className="basis",
            **aria(label="Date basis"),
        ),
    ]
