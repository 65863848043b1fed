"""What a data pack holds: its tables, their keys, and every quantity with dimension, bounds and meaning.

A data pack is a folder of CSV files. *Label tables* name things (regions, goods, industries, activities, sources).
*Fact tables* hold one number a row: key columns, the name of the quantity, its value with unit and range, and where it
comes from. The loader validates against this module and ``data/README.md`` is generated from it, so nothing about the
format is stated twice.

A key column marked as open accepts ``*`` for "every one not named more specifically"; of the rows that match, the one
with the fewest ``*`` is used (ties: the leftmost key that is named wins).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

ANY = "*"
"""Key value that stands for every member not named in a more specific row."""

MONTH = "month"
"""What a key column refers to that holds a month, as YYYY-MM."""

Quality = Literal["reported", "derived", "estimated", "assumed"]
"""reported: printed in the source. derived: arithmetic on reported figures, rule in the note. estimated: a judgement
that leans on reported figures. assumed: a guess, to be read with its range."""

STATED = (("demand", "intercept"), ("demand", "reference_use"))
"""Quantities that make a pack one that states its curves outright, without a base year."""

RELATIVE_ERROR = {"reported": 0.03, "derived": 0.10, "estimated": 0.25, "assumed": 0.60}
"""Standard error that the reconciliation gives a figure of each quality, as a share of the figure [1]."""

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class Fact(BaseModel):
    """The columns that every row of a fact table has beside its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quantity: Name = Field(description="which number this is; the accepted names are listed for each table")
    value: float = Field(description="the figure used", allow_inf_nan=False)
    unit: Name = Field(description="unit of value, low and high")
    currency_year: int | None = Field(description="year of the money, for prices and costs; empty otherwise", ge=1900, le=2100)
    low: float = Field(description="low end of the plausible range, not above value", allow_inf_nan=False)
    high: float = Field(description="high end of the plausible range, not below value", allow_inf_nan=False)
    source: Name = Field(description="key in sources.csv")
    place: str = Field(description="where in the source: page, table, date, file and row", max_length=400)
    quality: Quality = Field(description="reported, derived, estimated or assumed")
    variant: str = Field(
        description="empty: used. Otherwise the name of an alternative that a scenario may choose; "
        "'rejected' marks a conflicting figure kept on record and never used, with the reason in the note",
        max_length=40,
    )
    note: str = Field(description="rule of a derived figure, reason of a choice, caveat", max_length=1000)


@dataclass(frozen=True)
class Quantity:
    """One number that a fact table may hold: dimension, accepted interval (engine units), meaning."""

    dimension: str
    meaning: str
    lowest: float = 0.0
    highest: float = math.inf
    lowest_excluded: bool = False


@dataclass(frozen=True)
class LabelTable:
    """A table that names things: its columns with their meaning; the first one is the key."""

    meaning: str
    columns: dict[str, str]
    required: bool = True


@dataclass(frozen=True)
class Matrix:
    """A published matrix: wide, in one unit and the money of one year, with one record of where it comes from (a row of parameters)."""

    meaning: str
    unit: str
    record: str


@dataclass(frozen=True)
class FactTable:
    """A table of facts: its keys (column -> label table it refers to, a month, or nothing for a name of its own), the open ones, and its
    quantities. One of the base year is required where the pack has one, and not where it states its curves outright."""

    meaning: str
    keys: dict[str, str]
    quantities: dict[str, Quantity]
    open_keys: frozenset[str] = field(default_factory=frozenset)
    required: bool = True
    of_base_year: bool = False


LABELS = {
    "regions": LabelTable(
        "Regions: ISO 3166 alpha-3, and aggregates such as EUU and ROW.",
        {"region": "key", "name_en": "English name", "name_ja": "Japanese name", "note": "what the aggregate holds"},
    ),
    "goods": LabelTable(
        "Goods: a mineral at a grade, measured in tonnes (of contained metal where the note says so).",
        {
            "good": "key",
            "mineral": "goods of one mineral are reported together",
            "name_en": "English name",
            "name_ja": "Japanese name",
            "by_product": "yes if it may be thrown away at no cost (scrap); else no: its price may then be negative where there is too much of it. Joint output is by_product in recipes.csv",
            "note": "trade codes, purity, unit basis",
        },
    ),
    "industries": LabelTable(
        "Industries that use goods. One that uses several goods in a region combines them with constant elasticity.",
        {"industry": "key", "name_en": "English name", "name_ja": "Japanese name", "note": "what it makes"},
    ),
    "processes": LabelTable(
        "Activities that make a good, in general; where and how much is in activities.csv.",
        {"activity": "key", "output": "good made", "name_en": "English name", "name_ja": "Japanese name", "note": "route"},
    ),
    "sources": LabelTable(
        "Sources: every fact points to one.",
        {
            "source": "key",
            "title": "title",
            "publisher": "author or publisher",
            "year": "year of publication",
            "url": "address, or how to find it",
            "reading": "how far it was read: primary, secondary (read in a page quoting it), own (computed or judged here)",
        },
    ),
    "sectors": LabelTable(
        "Sectors of the input-output table.",
        {"sector": "key", "name_en": "English name", "name_ja": "Japanese name", "note": "what it holds"},
        required=False,
    ),
    "industry_sectors": LabelTable(
        "Sector of the input-output table that an industry is part of.",
        {"industry": "key in industries.csv", "sector": "key in sectors.csv", "note": "why"},
        required=False,
    ),
}

FACTS = {
    "prices": FactTable(
        "Base-year prices delivered in a region (exporters: free on board).",
        {"region": "regions", "good": "goods"},
        {"price": Quantity("price", "price of the calibration year", lowest_excluded=True)},
        frozenset({"region"}),
        required=False,
        of_base_year=True,
    ),
    "trade": FactTable(
        "Bilateral trade of the calibration year. A row of zero opens a lane that was not used in that year.",
        {"good": "goods", "origin": "regions", "destination": "regions"},
        {"base_flow": Quantity("flow", "shipments from origin to destination")},
        required=False,
        of_base_year=True,
    ),
    "routes": FactTable(
        "What it takes to ship: freight, time under way, import tariff (all part of the calibrated lane margin).",
        {"good": "goods", "origin": "regions", "destination": "regions"},
        {
            "freight": Quantity("price", "transport, insurance and handling"),
            "transit": Quantity("time", "months between dispatch and arrival, a whole number", highest=12),
            "tariff": Quantity("ratio", "ad-valorem import duty of the calibration year; in a pack without a base year a standing duty on the value before it", highest=10),
            "capacity": Quantity("flow", "largest flow, where something narrower than ships limits it"),
            "congestion": Quantity("slope", "rise of the lane's marginal cost with its flow; only in a pack without a base year"),
            "licence_wedge": Quantity("price", "part of the base-year gap between destination and origin price that is the rent of an export licence in force in that year, not a cost of the lane"),
        },
        frozenset({"good", "origin", "destination"}),
        required=False,
        of_base_year=True,
    ),
    "cross_lanes": FactTable(
        "Congestion between lanes: the flow on one raises the cost of another. Only in a pack without a base year.",
        {"good": "goods", "origin": "regions", "destination": "regions", "other_origin": "regions", "other_destination": "regions"},
        {"congestion": Quantity("slope", "rise of the first lane's marginal cost with the flow of the same good on the other", lowest=-math.inf)},
        required=False,
    ),
    "conduct": FactTable(
        "How exporters behave. Without a row they take prices as given.",
        {"region": "regions", "good": "goods"},
        {
            "conduct": Quantity("ratio", "0: price taker; 1: Cournot player, who reckons with the fall of the price in each market that it exports to; between: weaker", highest=1.0),
            "fringe_response": Quantity("ratio", "share of the price takers' answer at the destination that the player reckons with (a plant at capacity answers nothing): 0 Cournot (their supply taken as given), 1 dominant exporter with a competitive fringe", highest=1.0),
        },
        frozenset({"good"}),
        required=False,
    ),
    "activities": FactTable(
        "Mines, refineries, recyclers, coaters by region.",
        {"region": "regions", "activity": "processes"},
        {
            "base_output": Quantity("flow", "output of the calibration year"),
            "capacity": Quantity("flow", "output that cannot be exceeded in the short run"),
            "supply_elasticity": Quantity("ratio", "short-run elasticity of output to its margin, below capacity", lowest_excluded=True),
            "idle_capacity": Quantity("flow", "capacity that stood still in the calibration year and can restart"),
            "idle_cost": Quantity("price", "marginal cost of restarted capacity, inputs excluded", lowest_excluded=True),
            "restart_delay": Quantity("time", "months from the announcement of a measure to first restarted output", highest=60),
            "restart_cost": Quantity("capital", "one-time cost of restarting a unit of idle capacity"),
            "cost_intercept": Quantity("price", "without a base year: marginal cost at zero output, inputs apart", lowest=-math.inf),
            "cost_slope": Quantity("slope", "without a base year: rise of the marginal cost with output (linear supply)"),
            "reference_output": Quantity("flow", "without a base year: output at which reference_cost is added to cost_intercept (isoelastic supply)", lowest_excluded=True),
            "reference_cost": Quantity("price", "without a base year: marginal cost above cost_intercept at the reference output", lowest_excluded=True),
        },
        frozenset({"region"}),
        required=False,
        of_base_year=True,
    ),
    "cross_supply": FactTable(
        "Answer of an activity's output to the price of another good or region. Only in a pack without a base year.",
        {"region": "regions", "activity": "processes", "other_region": "regions", "other_good": "goods"},
        {
            "cross_coefficient": Quantity("response", "linear supply: change of output with the other price", lowest=-math.inf),
        },
        required=False,
    ),
    "recipes": FactTable(
        "Inputs that an activity needs for a tonne of its output (yield losses included).",
        {"activity": "processes", "region": "regions", "good": "goods"},
        {
            "input": Quantity("ratio", "tonnes of the good per tonne of output", lowest_excluded=True, highest=1000),
            "by_product": Quantity("ratio", "tonnes of another good that come along with a tonne of output", lowest_excluded=True, highest=1000),
        },
        frozenset({"region"}),
        required=False,
    ),
    "uses": FactTable(
        "Use of goods by industry in the calibration year.",
        {"region": "regions", "industry": "industries", "good": "goods"},
        {"base_use": Quantity("flow", "quantity used", lowest_excluded=True)},
        required=False,
        of_base_year=True,
    ),
    "demand": FactTable(
        "How use answers the price.",
        {"region": "regions", "industry": "industries", "good": "goods"},
        {
            "elasticity_short_run": Quantity("ratio", "price elasticity of use in the first months, as a positive number; 0 for a need that is fixed up to the choke", highest=20),
            "elasticity_long_run": Quantity("ratio", "price elasticity of use after several years, as a positive number", highest=20),
            "adjustment_half_life": Quantity("time", "months in which half of the way from short to long run is gone", lowest_excluded=True),
            "choke_multiple": Quantity("ratio", "price at which the industry stops rather than pays, as a multiple of the base price", lowest=1.0, lowest_excluded=True),
            "slope": Quantity("slope", "makes the curve linear through the base point with this slope, instead of isoelastic", lowest_excluded=True),
            "intercept": Quantity("price", "without a base year: price at which use is nil; with slope, a linear curve", lowest_excluded=True),
            "reference_use": Quantity("flow", "without a base year: use at the reference price; with elasticity_short_run, an isoelastic curve", lowest_excluded=True),
            "reference_price": Quantity("price", "without a base year: price at which the reference quantity is used", lowest_excluded=True),
            "choke_price": Quantity("price", "without a base year: price at which the industry stops rather than pays; none if left out", lowest_excluded=True),
            "sigma_short_run": Quantity("ratio", "elasticity of substitution between the goods one industry combines, first year", lowest_excluded=True, highest=20),
            "sigma_long_run": Quantity("ratio", "the same after several years", lowest_excluded=True, highest=20),
        },
        frozenset({"region", "industry", "good"}),
    ),
    "cross_demand": FactTable(
        "Answer of a use to the price of another good or region. Only in a pack without a base year.",
        {"region": "regions", "industry": "industries", "good": "goods", "other_region": "regions", "other_good": "goods"},
        {
            "cross_coefficient": Quantity("response", "linear use: change of use with the other price", lowest=-math.inf),
            "cross_elasticity": Quantity("ratio", "isoelastic use: elasticity of use to the other price over the reference price there", lowest=-20, highest=20),
        },
        required=False,
    ),
    "scrap": FactTable(
        "New scrap that use leaves behind: a joint product, sold to recyclers.",
        {"region": "regions", "industry": "industries", "good": "goods", "scrap_good": "goods"},
        {"ratio": Quantity("ratio", "tonnes of scrap per tonne used; at most 0.9, or the loop would create metal", highest=0.9)},
        frozenset({"industry"}),
        required=False,
    ),
    "stocks": FactTable(
        "Private inventories.",
        {"region": "regions", "good": "goods"},
        {
            "days": Quantity("days", "stock in days of base-year use and processing in the region"),
            "operating_minimum": Quantity("ratio", "share of the base stock below which nobody goes", highest=1.0),
            "convenience_exponent": Quantity("ratio", "how fast the convenience of stock rises as it runs down", lowest_excluded=True, highest=20),
            "holding_cost": Quantity("ratio", "storage and insurance a month, as a share of the base price", highest=1.0),
            "opening_stock": Quantity("mass", "without a base year: stock that can be used in full in the first month (no loss is taken off it); 0 for an empty store"),
            "holding_amount": Quantity("price", "without a base year: cost of carrying a tonne out of a month"),
            "loss": Quantity("ratio", "without a base year: share that is lost from one month to the next", highest=0.99),
            "closing_price": Quantity("price", "without a base year: worth, in the month after the last, of a tonne that is then still there; carrying one out of the last month is worth it less loss and interest; nothing if left out"),
            "storage_capacity": Quantity("mass", "largest stock"),
            "release_limit": Quantity("flow", "most that can be drawn in a month"),
            "fill_limit": Quantity("flow", "most that can be added in a month; 0 for a stock that is not refilled"),
        },
        frozenset({"region", "good"}),
        required=False,
        of_base_year=True,
    ),
    "friction": FactTable(
        "Friction of switching supplier: marginal cost of exceeding the base flow of a lane.",
        {"good": "goods", "origin": "regions", "destination": "regions"},
        {
            "theta": Quantity("ratio", "rise of the marginal lane cost, as a share of the destination price, when a flow doubles; about 1/sigma of supplier substitution"),
            "below_base_weight": Quantity("ratio", "share of the friction that is symmetric around the base flow", lowest=0.001, highest=1.0),
            "smoothing": Quantity("ratio", "width of the rounded corner at the base flow, as a share of it", lowest_excluded=True, highest=1.0),
            "scale_share": Quantity("ratio", "a lane is never thinner, for its friction, than this share of what exporter and importer could trade", highest=1.0),
            "theta_long_run": Quantity("ratio", "theta once there has been time to find other suppliers, for the baseline path; that of the first year if left out"),
            "memory": Quantity("time", "months of shipments that the friction looks at, the recent ones counting most; 1: each month by itself", lowest=1, highest=60),
            "new_lane_premium": Quantity("ratio", "extra cost of a lane unused in the base year, as a share of the destination price"),
        },
        frozenset({"good", "origin", "destination"}),
        required=False,
        of_base_year=True,
    ),
    "qualification": FactTable(
        "What it takes to qualify a supplier for more than it delivers. Lanes that no row names need none. Read where a scenario switches qualification on.",
        {"good": "goods", "origin": "regions", "destination": "regions"},
        {
            "delay": Quantity("time", "months from the start of qualification to the first regular delivery, a whole number", highest=60),
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
            "lead_time": Quantity("time", "months from the decision to the first month on line, a whole number", highest=120),
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
    "parameters": FactTable(
        "Numbers of the whole world; the key repeats the quantity.",
        {"parameter": ""},
        {
            "discount_rate": Quantity("rate", "real rate at which the market discounts, effective over a year", highest=1.0),
            "monthly_discount_rate": Quantity("monthly rate", "the same over a month, instead of discount_rate", highest=1.0),
            "exchange_rate": Quantity("exchange rate", "yen per dollar, for display only", lowest_excluded=True),
            "project_delay": Quantity("ratio", "mean delay of a project without a slip of its own, as a share of the time left to its stated date", highest=10.0),
            "base_year": Quantity("calendar", "calibration year, for display only", lowest=1900, highest=2100),
            "input_output_year": Quantity("calendar", "year and origin of input_output.csv: its record", lowest=1900, highest=2100),
            "final_demand_floor": Quantity("ratio", "share of each final demand that is served first when there is not enough", highest=1.0),
            "intermediate_replaceable": Quantity("ratio", "share of the lack of a mineral-using industry's product that its users replace within a year", highest=1.0),
            "spare_capacity": Quantity("ratio", "output that an industry could add to the base year's, as a share of it", highest=10.0),
        },
        required=False,
        of_base_year=True,
    ),
}

MATRICES = {
    "input_output": Matrix(
        "Input-output table of several regions, optional. A row is a supplying region and sector: intermediate use in the columns `REGION.sector`, in the order of the rows, final use in the columns `REGION.final`.",
        "million USD/year",
        "input_output_year",
    ),
}
