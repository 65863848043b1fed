"""Pages generated from the code: data dictionary, reconciliation list, scenario reference, formulation.

What is stated once in a schema or a docstring is printed from there, after what a folder's ``ABOUT.md`` says about its content;
``make pages`` writes the files, a test holds them.
"""

from __future__ import annotations

import inspect
import io
import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from pydantic import BaseModel

from kanmon.accounts import surplus
from kanmon.carried import data_folder, scenario_folder
from kanmon.certify.certificate import MEANING
from kanmon.competitiveness import rivals, substitution
from kanmon.economy import allocation, input_output, national, rationing
from kanmon.extensive import model as extensive
from kanmon.formulation import balance, contracts, curves, demand, expansion, given, model, storage, supply, switching, trade
from kanmon.indicators import contributions, paid, shortage
from kanmon.pack.load import load_pack
from kanmon.pack.schema import FACTS, LABELS, MATRICES, RELATIVE_ERROR, Fact
from kanmon.pack.units import ENGINE_UNIT, UNITS
from kanmon.plans import costs, evaluate, risk
from kanmon.plans.optimise import objective, surface
from kanmon.plans.optimise.question import Chosen, Question
from kanmon.plans.schema import Future, FutureSheet, FutureWords, Plan, PlanWords, Step
from kanmon.proof.record import RECORD, record_text
from kanmon.runs.provenance import adjustment_table
from kanmon.scenario import marks
from kanmon.scenario.schema import Assumption, Belief, MarketOptions, Measure, Player, Scenario, Words
from kanmon.scenario.terms import ContractTerms, StockpileTerms
from kanmon.world import conduct, holdings
from kanmon.world.calibrate import calibrate
from kanmon.world.expansion import annuity

FORMULATION_TEXT = """# Formulation

One program of maximal surplus whose optimum is the competitive equilibrium, monthly, stated in Pyomo; each equation below is the
docstring of the function that builds it. How it is solved: `model/kanmon/solve`. What a solution must satisfy: the certificate
at the end.
"""


def data_dictionary() -> str:
    """Text of ``data/README.md``."""
    out = [_about(data_folder()), "## Columns of every fact table\n", "| column | meaning |\n|---|---|"]
    out += [f"| {name} | {field.description} |" for name, field in Fact.model_fields.items()]
    out.append("\nThe key columns come first. `*` in an open key stands for every member not named in a more specific row.\n")
    out += ["## Qualities\n", "| quality | standard error in the reconciliation |\n|---|---|"]
    out += [f"| {quality} | {100 * error:.0f} % |" for quality, error in RELATIVE_ERROR.items()]
    out += ["\n## Units\n", "| dimension | accepted | computed in |\n|---|---|---|"]
    for dimension, unit in ENGINE_UNIT.items():
        out.append(f"| {dimension} | {', '.join(name for name, item in UNITS.items() if item.dimension == dimension)} | {unit} |")
    out.append("\n## Label tables\n")
    for name, label in LABELS.items():
        out += [f"### {name}.csv\n", label.meaning + "\n", "| column | meaning |\n|---|---|", *(f"| {column} | {meaning} |" for column, meaning in label.columns.items()), ""]
    out.append("## Fact tables\n")
    for name, table in FACTS.items():
        keys = ", ".join(f"`{key}`" + (" (open)" if key in table.open_keys else "") for key in table.keys)
        out += [f"### {name}.csv" + ("" if table.required else " (required where the pack has a base year; may be left out where it states its curves)" if table.of_base_year else " (may be left out)") + "\n", table.meaning + f" Keys: {keys}.\n", "| quantity | dimension | accepted | meaning |\n|---|---|---|---|"]
        for quantity, spec in table.quantities.items():
            low = f"{'>' if spec.lowest_excluded else '>='} {spec.lowest:g}"
            out.append(f"| {quantity} | {spec.dimension} | {low}{f', <= {spec.highest:g}' if spec.highest < float('inf') else ''} | {spec.meaning} |")
        out.append("")
    out.append("## Matrices\n")
    for name, matrix in MATRICES.items():
        out += [f"### {name}.csv (may be left out)\n", f"{matrix.meaning} In {matrix.unit}; its record is `{matrix.record}` in parameters.csv.\n"]
    return "\n".join(out)


def reconciliation_page() -> str:
    """Text of ``data/reconciliation.csv``: each base flow, output and use before and after, largest change first."""
    table = adjustment_table(calibrate(load_pack(data_folder())))
    order = table["relative"].abs().round(7).sort_values(ascending=False, kind="stable").index
    out = io.StringIO()
    table.loc[order].round({"reported": 4, "reconciled": 4, "relative": 5}).replace({"relative": {-0.0: 0.0}}).to_csv(out, index=False, lineterminator="\n")
    return out.getvalue()


def scenario_reference() -> str:
    """Text of ``scenarios/README.md``."""
    out = [_about(scenario_folder())]
    for title, kind, schema in (("Top of the file", "", Scenario), ("Measures", "[[measures]]", Measure), ("Belief", "[belief]", Belief), ("Players", "[[players]]", Player), ("Stockpiles", "[[stockpiles]]", StockpileTerms), ("Contracts", "[[contracts]]", ContractTerms), ("Market", "[market]", MarketOptions), ("Assumptions", "[[assumptions]]", Assumption), ("Words", "[words.ja]", Words), ("Plans: top of the file", "", Plan), ("Levers of a plan", "[[levers]]", Step), ("Futures: top of the file", "", FutureSheet), ("Futures", "[[futures]]", Future), ("Words of plans and of questions to the optimiser", "[words.ja]", PlanWords), ("Words of the futures", "[words.ja]", FutureWords), ("Questions to the optimiser: top of the file", "", Question), ("Levers of a question", "[[levers]]", Chosen)):
        out += [f"## {title}\n", f"`{kind}`\n" if kind else "", *_fields(schema)]
    return "\n".join(out)


def _about(folder: Path) -> str:
    """What the keeper of a folder says about it; the rest of its README is generated."""
    return (folder / "ABOUT.md").read_text(encoding="utf-8")


def _fields(schema: type[BaseModel]) -> list[str]:
    out = ["| key | default | meaning |\n|---|---|---|"]
    for name, field in schema.model_fields.items():
        if field.is_required():
            default = "required"
        elif field.default_factory is not None:
            default = "see below"
        else:
            default = {None: "none", (): "none"}.get(field.default, str(field.default).lower())
        out.append(f"| `{name}` | {default} | {field.description} |")
    return [*out, ""]


def formulation_page() -> str:
    """Text of ``model/FORMULATION.md``."""
    sections: list[tuple[str, list[Callable | ModuleType]]] = [
        ("Objective", [model.add_surplus]),
        ("Market clearing", [balance.market_balance]),
        ("End uses", [curves.core_use, demand.benefit_of_use, curves.isoelastic_area, demand.benefit_of_nest, demand.shed_within_need]),
        ("Activities", [supply.cost_of_output]),
        ("Lanes and measures", [trade.cost_of_shipping, trade.cost_of_switching, curves.friction_area, switching.trailing_flow, trade.measure_limit, trade.pooled_quota, marks, contracts.take_or_pay, contracts.cost_of_shortfall]),
        ("Stocks", [storage.value_of_stock, holdings.security_value, storage.release_limit, storage.fill_limit]),
        ("Added capacity", [expansion, expansion.added_capacity, expansion.capacity_limit, expansion.cost_of_expansion, expansion.due_afterwards, annuity]),
        ("What depends on prices", [given, given.taxes, given.shifted_use]),
        ("Market power", [conduct, trade.no_resale]),
        ("Accounts", [surplus]),
        ("Industries", [substitution.composite_price, substitution.value_shares, substitution.compensated_use, substitution.nested, rivals.compete, rivals.first_order, rivals.gain_from_trade]),
        ("Economy", [input_output.price_of_cost, input_output.output_for, national.national_table, allocation.share_out, rationing.build_program, rationing.product_balance, rationing.replacement_limit, rationing.import_limit, rationing.material_limit, rationing.material_short, rationing.chain_limit]),
        ("Plans", [evaluate, costs, risk.worst_mean]),
        ("The best plan", [objective, surface, extensive]),
        ("Indicators", [paid.average_paid, shortage.first_shortage, contributions.contributions]),
    ]
    out = [FORMULATION_TEXT]
    for title, functions in sections:
        out.append(f"## {title}\n")
        for function in functions:
            if not isinstance(function, ModuleType):
                out.append(f"### {function.__name__}\n")
            out += [_markdown(function), ""]
    out += ["## Certificate\n", "Tested after every solve, from the tables alone, on the nonlinear problem; all residuals relative and at most 1e-6.\n", "| condition | meaning |\n|---|---|"]
    out += [f"| {condition} | {meaning} |" for condition, meaning in MEANING.items()]
    return "\n".join(out) + "\n"


def _markdown(function: Callable | ModuleType) -> str:
    """A docstring with its formulas as Markdown; arguments are left to the code."""
    text = inspect.cleandoc(function.__doc__ or "").split("\nArgs:")[0].rstrip()
    text = re.sub(r"\.\. math::[ ]?([^\n]+)\n?", r"$$\1$$\n", text)
    text = re.sub(r"\.\. math::\n((?:[ ]{4}[^\n]*\n?)+)", lambda match: f"$$\n{textwrap.dedent(match[1]).rstrip()}\n$$\n", text)
    return re.sub(r":(?:func|mod):`~?(?:[\w.]*\.)?(\w+)`", r"`\1`", re.sub(r":math:`([^`]+)`", r"$\1$", text))


PAGES: dict[str, Callable[[], str]] = {
    "data/README.md": data_dictionary,
    "data/reconciliation.csv": reconciliation_page,
    "scenarios/README.md": scenario_reference,
    "model/FORMULATION.md": formulation_page,
}
"""Generated files of the repository, and what writes them."""

RECORDED = f"tests/equilibria/{RECORD}"
"""What the known equilibria came to: measured, so that its last digits differ from machine to machine."""


def write_pages(root: Path) -> None:
    """Write every generated file under the root of a checkout."""
    for name, page in {**PAGES, RECORDED: record_text}.items():
        (root / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path.cwd())
