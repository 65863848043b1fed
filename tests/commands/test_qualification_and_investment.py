"""A pack that says what it takes to qualify a supplier and to build a plant: solved, written, certified again from its tables."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import kanmon
import worlds
from kanmon.errors import InputError
from kanmon.pack.load import load_pack
from kanmon.runs.audit import recertify
from kanmon.runs.folder import saved, write_run
from kanmon.runs.saved import read_run
from kanmon.scenario.schema import Scenario
from kanmon.world.calibrate import calibrate

FACT = "quantity,value,unit,currency_year,low,high,source,place,quality,variant,note"
REST = "made-up,a test,assumed,,"
QUALIFICATION = (
    f"good,origin,destination,{FACT}", f"examplium,*,*,delay,3,months,,1,6,{REST}", f"examplium,*,*,cost,30,USD per t/month,2023,10,90,{REST}",
    f"examplium,*,*,headroom,0.2,1,,0.1,0.5,{REST}", f"examplium,*,*,rent_to_users,0.5,1,,0,1,{REST}",
)  # fmt: skip
INVESTMENTS = (
    f"region,activity,{FACT}", f"*,smelting,capital_cost,300,USD per t/month,2023,200,900,{REST}", f"*,smelting,life,10,years,,5,20,{REST}",
    f"*,smelting,lead_time,4,months,,2,9,{REST}", f"*,smelting,operating_cost,57,USD/t,2023,30,90,{REST}", f"CCC,smelting,largest_addition,60,t/year,,20,90,{REST}",
)  # fmt: skip


def written(folder: Path, qualification=QUALIFICATION, investments=INVESTMENTS) -> Path:
    pack = Path(shutil.copytree(worlds.PACKS / "examplium", folder / "pack"))
    (pack / "qualification.csv").write_text("\n".join(qualification) + "\n", encoding="utf-8")
    (pack / "investments.csv").write_text("\n".join(investments) + "\n", encoding="utf-8")
    return pack


def ban(**market) -> Scenario:
    lasting = worlds.measure(exporter="AAA", goods=["examplium"], destinations=["BBB"], announced="2030-02", effective="2030-03", end="2031-09")
    return worlds.scenario(lasting, months=34, market=market)


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return load_pack(written(tmp_path_factory.mktemp("added")))


@pytest.fixture(scope="module")
def run(pack) -> kanmon.Run:
    return kanmon.run(ban(qualification=True, investment=True), pack)


def test_a_run_qualifies_suppliers_and_builds_plants(run):
    table = run.reports["additions"]
    assert set(table["kind"]) == {"qualification", "investment"}
    assert (table["started"] >= "2030-02").all()
    assert (table.loc[table["kind"] == "qualification", "on_line"] >= "2030-05").all()
    assert (table.loc[table["kind"] == "investment", "on_line"] >= "2030-06").all()
    mill = run.realised["outputs"].query("region == 'CCC' and activity == 'smelting (new)'").set_index("month")["value"]
    assert (mill[:"2030-05"] == 0).all() and mill["2031-06"] > 0


def test_its_folder_is_certified_again_from_its_tables(run, pack, tmp_path):
    folder = write_run(run, tmp_path, lambda content: "page")
    assert recertify(read_run(folder), pack)["passed"].all()
    assert len(saved(run).reports["additions"]) == len(read_run(folder).reports["additions"])


def test_its_accounts_add_up_over_all_windows(run):
    """Rents, starts and annuities included: change of all accounts against change of benefit less resource cost."""
    accounts, resources = run.reports["accounts"], run.reports["resources"]
    discount = run.calibration.world.discount
    total = []
    for table in (accounts, resources):
        sign = 1.0 if "account" in table else table["item"].map(lambda item: 1.0 if item in ("benefit of use", "goods under way at the end") else -1.0)
        order = {month: place for place, month in enumerate(sorted(table["month"].unique()))}
        total.append(((table["value"] - table["baseline"]) * sign * discount ** table["month"].map(order)).sum())
    assert total[0] == pytest.approx(total[1], rel=1e-6)
    assert (resources.query("item == 'cost of qualification'")["value"] > 0).any() and (resources.query("item == 'cost of new capacity'")["value"] > 0).any()


def test_switched_off_the_tables_change_nothing(pack):
    asked = ban()
    with_tables, without = (kanmon.run(asked, chosen).headlines["value"] for chosen in (pack, worlds.examplium()))
    assert (with_tables == without).all()


def test_nothing_is_added_without_a_measure(pack):
    quiet = ban(qualification=True, investment=True).model_copy(update={"measures": ()})
    run = kanmon.run(quiet, pack)
    assert run.reports["additions"].empty
    prices = run.realised["prices"].query("traded")
    assert len(prices) and (abs(prices["value"] / prices["baseline"] - 1) < 1e-6).all()


@pytest.mark.parametrize(
    ("table", "old", "new", "words"),
    [
        ("qualification", "headroom", None, "headroom is missing"),
        ("qualification", "delay,3,", "delay,2.5,", "takes 2.5 months"),
        ("investments", "operating_cost,57,USD/t,2023,30", "operating_cost,5,USD/t,2023,3", "would pay at base prices"),
        ("investments", "CCC,smelting,largest", "*,smelting,largest", "is given for every region"),
        ("investments", "life", None, "life is missing"),
    ],
)
def test_a_pack_is_refused_when(tmp_path, table, old, new, words):
    rows = {"qualification": QUALIFICATION, "investments": INVESTMENTS}
    changed = tuple(row.replace(old, new or "") for row in rows[table] if new is not None or old not in row)
    assert changed != rows[table]
    pack = load_pack(written(tmp_path, **(rows | {table: changed})))
    with pytest.raises(InputError) as error:
        calibrate(pack, qualification=True, investment=True)
    assert any(words in str(problem) for problem in error.value.problems)
