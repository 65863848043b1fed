"""Tables of industries downstream of the market, and of the economy around them."""

from __future__ import annotations

import math

from kanmon.pack.kinds import FactTable, Matrix, Quantity

INDUSTRIES = {
    "industry_facts": FactTable(
        "What an industry makes of the goods that it uses. Without rows here, nothing is computed downstream of the market.",
        {"region": "regions", "industry": "industries"},
        {
            "output": Quantity("value", "sales of the industry's plants in the region", lowest_excluded=True),
            "value_added_share": Quantity("ratio", "value added over output", lowest_excluded=True, highest=1.0),
            "pass_through": Quantity("ratio", "share of a rise of unit cost that goes into the price", highest=1.0),
            "dependent_share": Quantity("ratio", "share of output that cannot be made without the goods of uses.csv", highest=1.0),
        },
        frozenset({"region"}),
        required=False,
    ),
    "exports": FactTable(
        "Sales of an industry by destination, the home market included. What is not stated follows the sector in the input-output table.",
        {"industry": "industries", "origin": "regions", "destination": "regions"},
        {"sales": Quantity("value", "sales from origin to destination")},
        required=False,
    ),
    "chains": FactTable(
        "Which industry's product another one uses.",
        {"region": "regions", "industry": "industries", "input": "industries"},
        {
            "cost_share": Quantity("ratio", "share of the input in the unit cost of the industry", highest=1.0),
            "replaceable": Quantity("ratio", "share of a lack of the home-made input that imports or stocks replace within a year", highest=1.0),
        },
        frozenset({"region"}),
        required=False,
    ),
    "armington": FactTable(
        "How buyers answer the price of an industry's product. Elasticities are positive numbers.",
        {"industry": "industries"},
        {
            "sigma_short": Quantity("ratio", "substitution between origins within a year", highest=50),
            "sigma_medium": Quantity("ratio", "the same after two or three years", highest=50),
            "sigma_long": Quantity("ratio", "the same in the long run", highest=50),
            "demand_elasticity": Quantity("ratio", "answer of a destination's whole use to the mean price", highest=50),
            "supply_elasticity": Quantity("ratio", "answer of each origin's output to its price over cost; without end if left out", highest=1000),
        },
        frozenset({"industry"}),
        required=False,
    ),
    "economies": FactTable(
        "Regions as economies: the input-output table is brought to this level.",
        {"region": "regions"},
        {"gdp": Quantity("value", "gross domestic product", lowest_excluded=True)},
        required=False,
    ),
    "published_losses": FactTable(
        "What others published, for comparison; nothing is computed from it.",
        {"estimate": "", "region": "regions"},
        {
            "gdp_loss": Quantity("value", "loss of gross domestic product over a year", lowest=-math.inf),
            "gdp_loss_share": Quantity("ratio", "the same as a share of gross domestic product", lowest=-1.0, highest=1.0),
            "unit_cost_rise": Quantity("ratio", "rise of an industry's unit cost", lowest=-1.0, highest=100.0),
        },
        required=False,
    ),
}

MATRICES = {
    "input_output": Matrix(
        "Input-output table of several regions, optional. A row is a supplying region and sector: intermediate use in the columns `REGION.sector`, in the order of the rows, final use in the columns `REGION.final`.",
        "million USD/year",
        "input_output_year",
    ),
}
