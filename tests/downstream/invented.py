"""Two invented industries in three invented regions, as a pack folder and as the tables of a market: nothing in them is a real place or metal."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kanmon.pack.load import Pack, load_pack

TAIL = "unit,currency_year,low,high,source,place,quality,variant,note"
MONTHS = ("2030-01", "2030-02", "2030-03")
REGIONS = ("aland", "bland", "cland")

LABELS = {
    "regions": "region,name_en,name_ja,note\naland,Aland,A,\nbland,Bland,B,\ncland,Cland,C,\n",
    "goods": "good,mineral,name_en,name_ja,by_product,note\nore,ore,Ore,O,no,\nspar,ore,Spar,S,no,\n",
    "industries": "industry,name_en,name_ja,note\nlamps,Lamps,L,\ncars,Cars,C,\nother,Other,O,\n",
    "processes": "activity,output,name_en,name_ja,note\nmining,ore,Mining,M,\ndigging,spar,Digging,D,\n",
    "sources": "source,title,publisher,year,url,reading\ninvented,Invented,Kanmon,2026,,own\n",
    "sectors": "sector,name_en,name_ja,note\ngoods,Goods,G,\nservices,Services,S,\n",
    "industry_sectors": "industry,sector,note\nlamps,goods,\ncars,goods,\n",
}


def row(*keys: str, quantity: str, value: float, unit: str = "1", low: float | None = None, high: float | None = None) -> str:
    """One fact."""
    year = "2030" if "USD" in unit else ""
    return ",".join([*keys, quantity, repr(value), unit, year, repr(value if low is None else low), repr(value if high is None else high), "invented", "here", "assumed", "", ""])


def facts() -> dict[str, tuple[str, list[str]]]:
    """Lamps use ore (10 % of their cost in aland) and are used by cars; every region makes both."""
    million = "million USD/year"
    industry = [row(region, name, quantity="output", value=value, unit=million) for region, lamps, cars in (("aland", 120.0, 240.0), ("bland", 60.0, 120.0), ("cland", 12.0, 24.0)) for name, value in (("lamps", lamps), ("cars", cars))]
    for name, share, passed in (("lamps", 0.4, 0.5), ("cars", 0.25, 0.6)):
        industry += [row("*", name, quantity="value_added_share", value=share, low=share / 2, high=share * 1.5), row("*", name, quantity="pass_through", value=passed, low=passed / 2, high=1.0)]
    industry.append(row("*", "lamps", quantity="dependent_share", value=0.5, low=0.25, high=1.0))
    exports = [row(name, origin, destination, quantity="sales", value=output * share, unit=million) for name, outputs in (("lamps", (120.0, 60.0, 12.0)), ("cars", (240.0, 120.0, 24.0))) for origin, output in zip(REGIONS, outputs, strict=True) for destination, share in zip(REGIONS, (0.5, 0.25, 0.25), strict=True)]
    return {
        "industry_facts": ("region,industry", industry),
        "exports": ("industry,origin,destination", exports),
        "chains": ("region,industry,input", [row("*", "cars", "lamps", quantity="cost_share", value=0.2), row("*", "cars", "lamps", quantity="replaceable", value=0.5)]),
        "armington": ("industry", [row("*", quantity=name, value=value) for name, value in (("sigma_short", 1.5), ("sigma_medium", 3.0), ("sigma_long", 6.0), ("demand_elasticity", 0.5))]),
        "uses": ("region,industry,good", [row(region, "lamps", "ore", quantity="base_use", value=value, unit="t/month") for region, value in (("aland", 100.0), ("bland", 50.0), ("cland", 10.0))] + [row("aland", "other", "ore", quantity="base_use", value=100.0, unit="t/month")]),
        "demand": ("region,industry,good", [row("*", "*", "ore", quantity="elasticity_short_run", value=0.0), row("*", "*", "ore", quantity="choke_multiple", value=5.0)]),
        "prices": ("region,good", [row("*", "ore", quantity="price", value=10000.0, unit="USD/t"), row("*", "spar", quantity="price", value=10000.0, unit="USD/t")]),
        "trade": ("good,origin,destination", [row("ore", "bland", "aland", quantity="base_flow", value=0.0, unit="t/month")]),
        "routes": ("good,origin,destination", [row("*", "*", "*", quantity="freight", value=0.0, unit="USD/t")]),
        "activities": ("region,activity", [row(region, "mining", quantity="base_output", value=value, unit="t/month") for region, value in (("aland", 200.0), ("bland", 50.0), ("cland", 10.0))]),
        "stocks": ("region,good", []),
        "friction": ("good,origin,destination", []),
        "parameters": ("parameter", [row("discount_rate", quantity="discount_rate", value=0.1, unit="1/year"), row("input_output_year", quantity="input_output_year", value=2030.0, unit="year")]),
    }


FLOWS = {("goods", "goods"): 0.45, ("goods", "services"): 0.1, ("services", "goods"): 0.2, ("services", "services"): 0.1}
FINAL = {"goods": 0.45, "services": 0.7}


def flows() -> str:
    """An input-output table: goods and services 400 million USD a year each in aland, half in bland, a tenth in cland; no trade."""
    keys = [(region, sector) for region in REGIONS for sector in ("goods", "services")]
    size = dict(zip(REGIONS, (400.0, 200.0, 40.0), strict=True))
    lines = [",".join(["region", "sector", *(f"{r}.{s}" for r, s in keys), *(f"{r}.final" for r in REGIONS)])]
    for region, sector in keys:
        cells = [FLOWS[sector, used] * size[region] if user == region else 0.0 for user, used in keys]
        lines.append(",".join([region, sector, *map(repr, cells), *(repr(FINAL[sector] * size[region]) if user == region else "0" for user in REGIONS)]))
    return "\n".join(lines) + "\n"


def write_pack(folder: Path) -> Path:
    """The pack as a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in LABELS.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    for name, (keys, rows) in facts().items():
        (folder / f"{name}.csv").write_text("\n".join([f"{keys},quantity,value,{TAIL}", *rows]) + "\n", encoding="utf-8")
    (folder / "input_output.csv").write_text(flows(), encoding="utf-8")
    return folder


def pack_in(folder: Path) -> Pack:
    return load_pack(write_pack(folder))


def market_tables(price: dict[str, float] | None = None, met: dict[tuple[str, str], float] | None = None, shed: dict[tuple[str, str], float] | None = None) -> dict[str, pd.DataFrame]:
    """Tables of a market: ratios of prices by region, shares of use met and shed by (region, industry); everything else as in the base."""
    price, met, shed = price or {}, met or {}, shed or {}
    uses = {("aland", "lamps"): 100.0, ("bland", "lamps"): 50.0, ("cland", "lamps"): 10.0, ("aland", "other"): 100.0}
    prices = [(region, good, month, 10000.0 * (price.get(region, 1.0) if good == "ore" else 1.0), 10000.0) for region in REGIONS for good in ("ore", "spar") for month in MONTHS]
    used = [(region, industry, "ore", month, base * met.get((region, industry), 1.0), base) for (region, industry), base in uses.items() for month in MONTHS]
    cut = [(region, industry, "ore", month, base * shed.get((region, industry), 0.0), 0.0) for (region, industry), base in uses.items() for month in MONTHS]
    columns = ["region", "industry", "good", "month", "value", "baseline"]
    flows_table = pd.DataFrame([("ore", "bland", "aland", month, 5.0, 10.0) for month in MONTHS], columns=["good", "origin", "destination", "month", "value", "baseline"])
    return {"prices": pd.DataFrame(prices, columns=["region", "good", "month", "value", "baseline"]), "uses": pd.DataFrame(used, columns=columns), "shed": pd.DataFrame(cut, columns=columns), "flows": flows_table}


def surplus_accounts(consumers: float = 0.0, producers: float = 0.0) -> pd.DataFrame:
    """Accounts of aland whose consumers and producers lose and gain these dollars a month."""
    rows = [(month, "aland", account, 1e6 + change, 1e6) for account, change in (("consumers", consumers), ("producers", producers)) for month in MONTHS]
    return pd.DataFrame(rows, columns=["month", "region", "account", "value", "baseline"])
