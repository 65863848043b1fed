"""What a data pack holds: its tables, their keys, and every quantity with dimension, bounds and meaning.

The loader validates against this module and ``data/README.md`` is generated from it, so nothing about the format is stated twice. What
tables consist of is in :mod:`kanmon.pack.kinds`; the fact tables stand by subject in the modules beside.
"""

from __future__ import annotations

from kanmon.pack.dated_tables import DATED
from kanmon.pack.industry_tables import INDUSTRIES, MATRICES
from kanmon.pack.kinds import ANY, MONTH, RELATIVE_ERROR, STATED, Fact, FactTable, LabelTable, Matrix, Quality, Quantity
from kanmon.pack.lever_tables import LEVER_NAMES, LEVERS
from kanmon.pack.market_tables import MARKET

__all__ = ["ANY", "FACTS", "LABELS", "MATRICES", "MONTH", "RELATIVE_ERROR", "STATED", "Fact", "FactTable", "LabelTable", "Matrix", "Quality", "Quantity"]

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
    **LEVER_NAMES,
}

WORLD = {
    "parameters": FactTable(
        "Numbers of the whole world; the key repeats the quantity.",
        {"parameter": ""},
        {
            "discount_rate": Quantity("rate", "real rate at which the market discounts, effective over a year", highest=1.0),
            "monthly_discount_rate": Quantity("monthly rate", "the same over a month, instead of discount_rate", highest=1.0),
            "plan_discount_rate": Quantity("rate", "real rate at which plans are judged, effective over a year; the market goes on discounting at its own", highest=1.0),
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

FACTS: dict[str, FactTable] = MARKET | DATED | INDUSTRIES | LEVERS | WORLD
"""Fact tables by name, in the order in which the data dictionary prints them."""
