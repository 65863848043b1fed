"""Tables of levers: what a government can do beforehand, what that costs, and what it changes in the market. A pack without them has none."""

from __future__ import annotations

from kanmon.pack.kinds import FactTable, LabelTable, Quantity

LEVER_NAMES = {
    "lever_names": LabelTable(
        "Levers that plans are made of.",
        {"lever": "key", "name_en": "English name", "name_ja": "Japanese name", "level": "what a level of one is", "level_ja": "the same in Japanese", "payer": "who pays", "payer_ja": "the same in Japanese", "note": "what it stands for, and what it leaves out", "note_ja": "the same in Japanese"},
        required=False,
    ),
}

LEVERS = {
    "levers": FactTable(
        "What a lever costs beside what the market pays by itself, for each unit of its level, and how long it takes. What a stockpile pays for what it buys and holds, and what a plant spends on running, is in the accounts of the market and does not stand here.",
        {"lever": "lever_names"},
        {
            "largest_level": Quantity("ratio", "largest level that a plan may choose", lowest_excluded=True),
            "lead_time": Quantity("time", "months from the decision until it begins to work; at once if left out", highest=240),
            "ramp": Quantity("time", "months from then until it works in full; at once if left out", highest=240),
            "capital_cost": Quantity("money", "capital, spent as it begins to work; what is left of it at the end is not counted"),
            "life": Quantity("time", "months over which the capital is recovered; needed where there is any", lowest=12, highest=600),
            "operating_cost": Quantity("value", "cost of every month in which it works"),
            "subsidy": Quantity("money", "grant to plants outside the region, paid when it is decided"),
            "programme_cost": Quantity("value", "cost of every month of a programme, from the decision on"),
            "programme_time": Quantity("time", "months that the programme lasts; to the end if left out", lowest_excluded=True, highest=600),
            "paid_share": Quantity("ratio", "share of all this that the region pays; all if left out", highest=1.0),
        },
        required=False,
    ),
    "lever_effects": FactTable(
        "What a lever changes in the market, for each unit of its level. The kind of effect decides what the other keys name: `region` where the stock, plant, user or buyer is; `partner` who pays for a stock, or where goods come from; `item` a good, an activity or a project; `industry` the industries that a stock is kept for, or whose demand changes.",
        {"lever": "lever_names", "effect": "", "region": "regions", "partner": "regions", "item": "", "industry": "industries"},
        {
            "days": Quantity("days", "stockpile: size, in days of use and processing in the calibration year", lowest_excluded=True),
            "fill_time": Quantity("time", "stockpile: months in which it is filled, at least", lowest=1, highest=240),
            "release_time": Quantity("time", "stockpile: months in which it can be sold, at least", lowest=1, highest=240),
            "trigger": Quantity("ratio", "stockpile: price at which it sells in a crisis, over the price without the plan just before the futures part", lowest=1.0, highest=100.0, lowest_excluded=True),
            "ceiling": Quantity("ratio", "stockpile: price up to which it buys in quiet times, over the highest one without the plan until then", lowest=1.0, highest=100.0),
            "holding_cost": Quantity("ratio", "stockpile: cost of holding it, a share of the base-year price a month; that of private stocks in stocks.csv if left out", highest=1.0),
            "capacity": Quantity("flow", "plant: output when it works in full", lowest_excluded=True),
            "plant_cost": Quantity("price", "plant: marginal cost of running it, inputs apart; it rises along the range as the plant fills up", lowest_excluded=True),
            "chance": Quantity("ratio", "plant: chance that it is built in time; certain if left out. assurance: chance of a project of projects.csv at a level of one", highest=1.0),
            "slip": Quantity("time", "assurance: mean delay of that project at a level of one", lowest=-36, highest=240),
            "theta_share": Quantity("ratio", "supplier: share of the way to the friction of the long run that is gone beforehand", highest=1.0),
            "elasticity_gain": Quantity("ratio", "thrift: by how much the elasticities of use rise, as a share of what they are", highest=10.0),
            "contract_share": Quantity("ratio", "offtake: quantity that must be taken or paid for, as a share of the base flow", highest=1.0),
            "contract_price": Quantity("ratio", "offtake: price of what is not taken, over the base-year price at the origin", lowest_excluded=True, highest=10.0),
            "amount": Quantity("price", "import_subsidy: paid on each tonne that comes in on the lane"),
            "top_up": Quantity("price", "floor_price: paid on each tonne that a planned or idle plant makes"),
        },
        frozenset({"region", "partner", "item", "industry"}),
        required=False,
    ),
}
