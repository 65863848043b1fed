"""A made-up world with levers: the pack examplium, where Bland (BBB) buys metal from Aland (AAA) and may prepare for a ban."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from kanmon.pack.load import Pack, load_pack
from kanmon.plans.evaluate import Evaluation, doing_nothing, evaluate
from kanmon.plans.levers import levers_of
from kanmon.plans.outcome import Outcome
from kanmon.plans.reading import Futures, load_futures
from kanmon.plans.schema import Plan
from worlds import PACKS

FACT = "quantity,value,unit,currency_year,low,high,source,place,quality,variant,note"
TAIL = "made-up,a test,assumed,,"

NAMES = """lever,name_en,name_ja,level,level_ja,payer,payer_ja,note,note_ja
stock,Stock,備蓄,a day of use,,the state,,,
powder_stock,Stock of a good nobody restricts,粉の備蓄,a day of use,,the state,,,
melter,Second scrap melter,第二再生工場,1 t a year,,owners,,,
ready,Suppliers made ready,認定,all,,users,,,
saving,Thrift,節約,all,,the state,,,
contract,Take or pay,引取契約,all,,importers,,,
bounty,Import subsidy,輸入補助,all,,the treasury,,,
floor,Floor price,最低価格,all,,the state,,,
surer,A surer smelter,出資,all,,the state,,,
campaign,A campaign that does nothing,広報,all,,the state,,,
"""

LEVERS = f"""lever,{FACT}
stock,largest_level,400,1,,1,400,{TAIL}
melter,capital_cost,1200,USD,2023,1000,2000,{TAIL}
melter,life,10,years,,5,20,{TAIL}
melter,lead_time,3,months,,1,9,{TAIL}
melter,operating_cost,10,USD/month,2023,5,20,{TAIL}
campaign,programme_cost,100,USD/month,2023,50,200,{TAIL}
campaign,programme_time,6,months,,3,9,{TAIL}
campaign,paid_share,0.5,1,,0.2,1,{TAIL}
surer,subsidy,40,USD,2023,20,60,{TAIL}
"""

EFFECTS = f"""lever,effect,region,partner,item,industry,{FACT}
stock,stockpile,BBB,*,examplium,*,days,1,days,,1,1,{TAIL}
stock,stockpile,BBB,*,examplium,*,fill_time,6,months,,3,9,{TAIL}
stock,stockpile,BBB,*,examplium,*,release_time,3,months,,1,6,{TAIL}
stock,stockpile,BBB,*,examplium,*,trigger,1.1,1,,1.05,1.5,{TAIL}
stock,stockpile,BBB,*,examplium,*,ceiling,3,1,,2,5,{TAIL}
powder_stock,stockpile,CCC,BBB,examplium_ore,*,days,1,days,,1,1,{TAIL}
powder_stock,stockpile,CCC,BBB,examplium_ore,*,fill_time,6,months,,3,9,{TAIL}
powder_stock,stockpile,CCC,BBB,examplium_ore,*,release_time,3,months,,1,6,{TAIL}
powder_stock,stockpile,CCC,BBB,examplium_ore,*,trigger,50,1,,20,90,{TAIL}
powder_stock,stockpile,CCC,BBB,examplium_ore,*,ceiling,3,1,,2,5,{TAIL}
melter,plant,BBB,*,scrap_melting,*,capacity,1,t/year,,0.5,1,{TAIL}
melter,plant,BBB,*,scrap_melting,*,plant_cost,50,USD/t,2023,40,90,{TAIL}
ready,supplier,BBB,CCC,examplium,*,theta_share,0.5,1,,0.2,1,{TAIL}
saving,thrift,BBB,*,examplium,lamps,elasticity_gain,0.5,1,,0.2,1,{TAIL}
contract,offtake,BBB,CCC,examplium,*,contract_share,0.8,1,,0.5,0.9,{TAIL}
contract,offtake,BBB,CCC,examplium,*,contract_price,1,1,,0.8,1.2,{TAIL}
bounty,import_subsidy,BBB,CCC,examplium,*,amount,5,USD/t,2023,2,9,{TAIL}
floor,floor_price,CCC,*,smelting,*,top_up,20,USD/t,2023,5,40,{TAIL}
surer,assurance,CCC,*,Hilltop smelter,*,chance,1,1,,0.5,1,{TAIL}
"""

QUIET = """title = "Quiet"
question = "What does preparing cost?"
start = "2026-12"
months = 24
focus = "BBB"

[path]
start = "2026-01"
"""

BAN = """title = "Ban until {end}"
question = "What had preparing been worth?"
extends = "quiet"

[[measures]]
name = "Ban"
kind = "ban"
exporter = "AAA"
goods = ["examplium"]
destinations = ["BBB"]
announced = "2027-01"
effective = "2027-02"
end = "{end}"
"""

FUTURES = """title = "No ban, a short one, a long one"
counted_from = "2026-04"
tail = 0.3

[[futures]]
scenario = "quiet"
probability = 0.5
low = 0.3
high = 0.7
reason = "made up"

[[futures]]
scenario = "short"
probability = 0.3
low = 0.1
high = 0.5
reason = "made up"

[[futures]]
scenario = "long"
probability = 0.2
low = 0.1
high = 0.3
reason = "made up"
"""


def plan(decided: str = "2026-04", **levels: float) -> Plan:
    """A plan of levers at levels."""
    return Plan.model_validate({"title": "a plan", "decided": decided, "levers": [{"name": name, "level": level} for name, level in levels.items()]})


def write_world(folder: Path) -> tuple[Path, Path]:
    """The pack with its levers and the futures as files; folder of the pack and file of the futures."""
    pack = folder / "pack"
    shutil.copytree(PACKS / "examplium", pack)
    for name, text in (("lever_names", NAMES), ("levers", LEVERS), ("lever_effects", EFFECTS)):
        (pack / f"{name}.csv").write_text(text, encoding="utf-8")
    with (pack / "parameters.csv").open("a", encoding="utf-8") as file:
        file.write(f"plan_discount_rate,plan_discount_rate,4,%/year,,1,7,{TAIL}\n")
    with (pack / "friction.csv").open("a", encoding="utf-8") as file:
        file.write(f"*,*,*,theta_long_run,0.2,1,,0.1,0.4,{TAIL}\n")
    for name, text in (("quiet", QUIET), ("short", BAN.format(end="2027-04")), ("long", BAN.format(end="2027-10")), ("futures", FUTURES)):
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return pack, folder / "futures.toml"


@cache
def world() -> tuple[Pack, Futures]:
    """The pack and the futures."""
    pack, futures = write_world(Path(mkdtemp()))
    return load_pack(pack), load_futures(futures)


@cache
def nothing() -> Outcome:
    """What comes of doing nothing."""
    pack, futures = world()
    return doing_nothing(futures, pack, levers_of(pack), downstream=False)


def evaluated(**plans: Plan) -> Evaluation:
    """Plans evaluated in this process."""
    pack, futures = world()
    return evaluate(plans, futures, pack, 1, nothing(), downstream=False)
