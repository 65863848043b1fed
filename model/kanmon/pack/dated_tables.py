"""Tables of what takes time: qualifying suppliers, building plants, growth, projects, contracts; and what was observed."""

from __future__ import annotations

from kanmon.pack.kinds import MONTH, FactTable, Quantity

DATED = {
    "qualification": FactTable(
        "What it takes to qualify a supplier for more than it delivers. Lanes that no row names need none. Read where a scenario switches qualification on.",
        {"good": "goods", "origin": "regions", "destination": "regions"},
        {
            "delay": Quantity("time", "months from the start of qualification to the first regular delivery, a whole number", highest=60, whole=True),
            "cost": Quantity("capital", "cost of qualifying a unit of monthly deliveries, paid at the start: samples, trials, audits"),
            "headroom": Quantity("ratio", "what a supplier of the base year may add without being qualified anew, as a share of its base flow", lowest_excluded=True, highest=10),
            "rent_to_users": Quantity("ratio", "share of the rent of a qualified lane that goes to the users who qualified it; the rest goes to the region of origin", highest=1.0),
        },
        frozenset({"good", "origin", "destination"}),
        required=False,
    ),
    "investments": FactTable(
        "Plants that may be built where the believed prices pay for them. Read where a scenario switches investment on.",
        {"region": "regions", "activity": "processes"},
        {
            "capital_cost": Quantity("capital", "capital per unit of capacity, as it comes on line", lowest_excluded=True),
            "life": Quantity("time", "months on line over which the capital is recovered", lowest=12, highest=600),
            "lead_time": Quantity("time", "months from the decision to the first month on line, a whole number", highest=120, whole=True),
            "operating_cost": Quantity("price", "marginal cost of running it, inputs of its recipe apart"),
            "largest_addition": Quantity("flow", "most that can be added", lowest_excluded=True),
        },
        frozenset({"region"}),
        required=False,
    ),
    "growth": FactTable(
        "Growth of use at constant prices, from the calibration year on, for the baseline path.",
        {"region": "regions", "industry": "industries", "good": "goods"},
        {"growth": Quantity("rate", "yearly growth of use at constant prices; none if left out", lowest=-0.9, highest=5.0)},
        frozenset({"region", "industry", "good"}),
        required=False,
    ),
    "trends": FactTable(
        "Growth of supply at constant prices, for the baseline path. Plants without a row keep pace with the use of what they make.",
        {"region": "regions", "activity": "processes"},
        {"trend": Quantity("rate", "yearly growth of output and capacity at constant prices", lowest=-0.9, highest=5.0)},
        frozenset({"region", "activity"}),
        required=False,
    ),
    "contracts": FactTable(
        "How much of what a region buys reprices each month: spot purchases, and the contracts that come up for repricing. For the average price paid; the market model does not use it.",
        {"region": "regions", "good": "goods"},
        {"repricing_share": Quantity("ratio", "share of purchases that takes the price of the month; the rest keeps the price that it had", lowest_excluded=True, highest=1.0)},
        frozenset({"region", "good"}),
        required=False,
    ),
    "projects": FactTable(
        "Dated additions to capacity, for the baseline path; the stationary path does not use them.",
        {"project": "", "region": "regions", "activity": "processes"},
        {
            "capacity": Quantity("flow", "output when complete"),
            "first_output": Quantity("calendar", "stated date of first output", lowest=1990, highest=2060),
            "full_output": Quantity("calendar", "stated date of full output", lowest=1990, highest=2060),
            "probability": Quantity("ratio", "chance of output within twelve months of the stated date", highest=1.0),
            "utilisation": Quantity("ratio", "share of the capacity that is expected to run at constant prices; left out, that of the plants of the calibration year", highest=1.0),
            "slip": Quantity("time", "mean delay against the stated date", lowest=-36, highest=240),
            "capital_cost": Quantity("capital", "capital per unit of capacity"),
            "operating_cost": Quantity("price", "marginal cost of output, inputs excluded: for a project where no such plant ran in the calibration year, whose margin would tell", lowest_excluded=True),
        },
        required=False,
    ),
    "observed": FactTable(
        "What was observed, to confront the baseline path with. The model does not read it. Figures of a year stand in its December.",
        {"region": "regions", "good": "goods", "partner": "regions", "month": MONTH},
        {
            "price": Quantity("price", "price in the month, on the basis of prices.csv", lowest_excluded=True),
            "price_of_year": Quantity("price", "mean price of the twelve months that end with the month", lowest_excluded=True),
            "imports": Quantity("flow", "imports of the region from the partner in the month"),
            "imports_of_year": Quantity("flow", "mean imports of the twelve months that end with the month"),
            "exports": Quantity("flow", "exports of the region to the partner in the month"),
            "exports_of_year": Quantity("flow", "mean exports of the twelve months that end with the month"),
            "output_of_year": Quantity("flow", "mean output of the region in the twelve months that end with the month"),
            "use_of_year": Quantity("flow", "mean use of the region in the twelve months that end with the month"),
        },
        frozenset({"partner"}),
        required=False,
    ),
}
