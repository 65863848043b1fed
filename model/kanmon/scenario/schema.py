"""What a scenario file holds. The descriptions of the fields are the reference that users read (``scenarios/README.md``)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from kanmon.scenario.fields import Language, Number, Share, Strict, Text, Tonnes
from kanmon.scenario.months import Month, month_name
from kanmon.scenario.terms import ContractTerms, StockpileTerms

EVERY = "*"


class Kind(StrEnum):
    """What a measure does."""

    BAN = "ban"
    QUOTA = "quota"
    EXPORT_TAX = "export_tax"
    TARIFF = "tariff"
    IMPORT_SUBSIDY = "import_subsidy"
    OUTAGE = "outage"
    LICENCE = "licence"


class Measure(Strict):
    """One policy measure: who restricts what, towards whom, how, and when it is known and in force."""

    name: Text = Field(description="name shown in the report")
    kind: Kind = Field(description="ban, quota (a share of the base flow, or t/month), export_tax (paid to the exporter), tariff (paid to the destination), import_subsidy (paid by the destination), outage (plants of the exporter run below capacity), or licence (nothing passes while applications are reviewed, then what is granted)")
    exporter: Text = Field(description="region whose exports (for an outage, output) are restricted; * for all (a tariff on every origin)")
    goods: tuple[Text, ...] = Field(description="goods restricted", min_length=1)
    destinations: tuple[Text, ...] = Field((), description="regions concerned; [\"*\"] for all; none for an outage")
    industries: tuple[Text, ...] = Field((), description="end-user scope: the measure bears on what these industries take of the exporter's material alone (a ban, a licence, or a quota stated as a share); empty for all")
    share_of_use: Number = Field(1.0, gt=0, le=1, description="share of those industries' use that is in scope, for entity lists")
    share: Share | Annotated[tuple[Share, ...], Field(min_length=1)] | None = Field(None, description="quota as a share of the base flow, or an outage's share of capacity left; one number, or one a month (the last one goes on)")
    limit: Tonnes | Annotated[tuple[Tonnes, ...], Field(min_length=1)] | None = Field(None, description="quota in t/month, instead of share, on each lane by itself unless pooled; one number, or one a month (the last one goes on). A pack without a base year needs it: it has no base flow to take a share of")
    review: int | None = Field(None, strict=True, ge=0, le=24, description="licence: months from the effective date in which nothing passes, because applications are under review")
    granted: Share | None = Field(None, description="licence: share of the base flow that is granted afterwards (needs a base year)")
    surge_limit: Number | None = Field(None, ge=1, le=100, description="ban, quota, licence: largest monthly flow on the lanes concerned from the announcement on, as a multiple of the base flow (needs a base year); none if left out")
    displacement: Number | None = Field(None, ge=0, le=10, description="ban, quota, licence: the exporter holds its sales to other countries to their base plus this share of the flow that is lost (needs a base year); free if left out")
    reexport: Number | None = Field(None, ge=0, le=10, description="ban, quota, licence: other countries together may pass on this share of the flow that is lost, beyond what they passed on in the base year; what they make themselves they ship freely (needs a base year); free if left out")
    reach: tuple[Text, ...] = Field((), description="extraterritorial reach: goods that count as the exporter's material when other countries make them of the goods restricted (needs reexport)")
    rent_to: Text | None = Field(None, description="region whose firms get the rent of a quota on all its lanes (the licence holders); left out, the exporter of each lane. The rent of a lane that is at its own capacity goes to the traders of its destination")
    pooled: bool = Field(False, description="quota on the sum over the exporter's lanes, destinations and goods; without it the quota holds on each lane by itself")
    rate: Number | None = Field(None, ge=0, le=20, description="ad-valorem tax: export_tax on the origin price, tariff on the value before duty")
    amount: Number | None = Field(None, ge=0, description="specific tax, or subsidy [USD/t]")
    announced: Month = Field(description="month in which the market learns of it, as \"YYYY-MM\"")
    effective: Month = Field(description="first month in force")
    end: Month | None = Field(None, description="first month no longer in force; leave it out for a measure that stays")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.effective < self.announced:
            raise ValueError(f"effective {month_name(self.effective)} comes before announced {month_name(self.announced)}; put the dates in order")
        if self.end is not None and self.end <= self.effective:
            raise ValueError(f"end {month_name(self.end)} is not after effective {month_name(self.effective)}; put the dates in order")
        is_tax = self.kind in (Kind.EXPORT_TAX, Kind.TARIFF, Kind.IMPORT_SUBSIDY)
        if self.kind == Kind.IMPORT_SUBSIDY and self.rate is not None:
            raise ValueError("an import_subsidy is an amount (USD/t); it has no rate")
        if is_tax and self.rate is None and self.amount is None:
            raise ValueError(f"a measure of kind {self.kind} needs rate (share of the price) or amount (USD/t)")
        if not is_tax and (self.rate is not None or self.amount is not None):
            raise ValueError(f"rate and amount belong to taxes; a {self.kind} has none")
        if self.kind == Kind.QUOTA and (self.share is None) == (self.limit is None):
            raise ValueError("a quota needs share (of the base flow) or limit (t/month), one of them")
        if (self.kind == Kind.LICENCE) != (self.review is not None and self.granted is not None):
            raise ValueError("a licence needs review (months) and granted (share), and only a licence has them")
        restricts = self.kind in (Kind.BAN, Kind.QUOTA, Kind.LICENCE)
        if not restricts and (self.surge_limit is not None or self.displacement is not None):
            raise ValueError("surge_limit and displacement belong to a ban, a quota or a licence")
        if self.displacement is not None and self.limit is not None:
            raise ValueError("displacement is a share of the lost flow; state the quota as a share too")
        if self.displacement is not None and (EVERY in (self.exporter, *self.destinations) or self.industries):
            raise ValueError("displacement needs one exporter and named destinations: it limits what the others get")
        if self.reexport is not None and not restricts:
            raise ValueError("reexport belongs to a ban, a quota or a licence")
        if self.reexport is not None and self.limit is not None:
            raise ValueError("reexport is a share of the lost flow; state the quota as a share too")
        if self.reexport is not None and (EVERY in (self.exporter, *self.destinations) or self.industries):
            raise ValueError("reexport needs one exporter and named destinations, without an end-user scope: it limits what others pass on to them")
        if self.reach and self.reexport is None:
            raise ValueError("reach needs reexport, the share that may be passed on")
        if self.kind == Kind.OUTAGE and self.share is None:
            raise ValueError("an outage needs share, what is left of capacity")
        if self.kind not in (Kind.QUOTA, Kind.OUTAGE) and self.share is not None:
            raise ValueError("share belongs to a quota, or to an outage")
        if self.kind != Kind.QUOTA and self.limit is not None:
            raise ValueError("limit belongs to a quota")
        if (self.kind == Kind.OUTAGE) == bool(self.destinations):
            raise ValueError("destinations belong to trade: name them (\"*\" for all), and leave them out for an outage")
        if self.rent_to is not None and self.kind not in (Kind.QUOTA, Kind.LICENCE):
            raise ValueError("rent_to belongs to a quota or a licence")
        if self.pooled and self.kind != Kind.QUOTA:
            raise ValueError("pooled belongs to a quota")
        if self.industries and (not restricts or self.limit is not None or self.pooled):
            raise ValueError("industries (end-user scope) belong to a ban, a licence, or a quota stated as a share on each lane")
        if self.share_of_use != 1.0 and not self.industries:
            raise ValueError("share_of_use needs industries")
        return self

    def share_in(self, month: int) -> float:
        """Share of the base flow, or of capacity, allowed in a month in force."""
        if self.kind == Kind.LICENCE:
            return 0.0 if month - self.effective < (self.review or 0) else self.granted or 0.0
        return 0.0 if self.kind == Kind.BAN else self._in(self.share, month, 1.0)

    def limit_in(self, month: int) -> float | None:
        """Tonnes allowed in a month in force [t/month]; None for a measure that is stated as a share."""
        return None if self.limit is None else self._in(self.limit, month, 0.0)

    def allowance(self, month: int, usual: NDArray[np.float64]) -> NDArray[np.float64]:
        """What a ban or quota lets pass in a month in force, for rows of usual flow [t/month]."""
        tonnes = self.limit_in(month)
        return usual * self.share_in(month) if tonnes is None else np.full(usual.shape, tonnes)

    def _in(self, stated: float | tuple[float, ...] | None, month: int, otherwise: float) -> float:
        if isinstance(stated, tuple):
            return stated[min(max(month - self.effective, 0), len(stated) - 1)]
        return otherwise if stated is None else stated

    def in_force(self, month: int) -> bool:
        return self.effective <= month and (self.end is None or month < self.end)


class Remaining(StrEnum):
    """What is believed about the end of a measure."""

    TRUE = "true"
    MONTHS = "remaining"
    HAZARD = "hazard"


class Level(StrEnum):
    """What is believed about a measure while it lasts."""

    STATED = "stated"
    RECENT = "recent"


class Belief(Strict):
    """What the market believes about the end of each measure that is known. The true end beyond the present month is used by nobody,
    unless it is believed to be known."""

    kind: Remaining = Field(Remaining.TRUE, description="true: the end is known; remaining: always so many months more; hazard: a chance each month that it ends")
    months: int | None = Field(None, strict=True, ge=1, le=60, description="remaining: months that the measure is believed to last from now on (or from its first month)")
    hazard: Number | None = Field(None, gt=0, lt=1, description="hazard: chance in each month that the measure ends; the market plans on the expected allowance")
    level: Level = Field(Level.RECENT, description="recent: while it lasts a quota is believed to stay at the mean of its last three months; stated: at its stated path")
    window: int = Field(24, strict=True, ge=12, le=60, description="months that the market looks ahead, where a window opens every month")

    @model_validator(mode="after")
    def _one_number(self) -> Self:
        if (self.kind == Remaining.MONTHS) != (self.months is not None):
            raise ValueError("months belongs to kind remaining, and that kind needs it")
        if (self.kind == Remaining.HAZARD) != (self.hazard is not None):
            raise ValueError("hazard belongs to kind hazard, and that kind needs it")
        if self.kind == Remaining.MONTHS and self.window < (self.months or 0) + 6:
            raise ValueError("window must reach at least six months beyond the believed end")
        return self

    @property
    def name(self) -> str:
        """The belief in a few words."""
        if self.kind == Remaining.TRUE:
            return "end known"
        what = f"always {self.months} months more" if self.kind == Remaining.MONTHS else f"{100 * (self.hazard or 0.0):g} % a month that it ends"
        return what if self.level == Level.RECENT else f"{what}, at the stated level"

    @property
    def rolls(self) -> bool:
        """Whether a window opens every month, because each month is a surprise."""
        return self.kind != Remaining.TRUE


class Player(Strict):
    """How an exporter behaves in this scenario, instead of what the rows of the pack for these goods say. The base year is calibrated to it as well."""

    region: Text = Field(description="exporter")
    goods: tuple[Text, ...] = Field(description="goods; [\"*\"] for all", min_length=1)
    conduct: Number = Field(ge=0, le=1, description="0: price taker; 1: Cournot player; between: weaker")
    fringe_response: Number = Field(0.0, ge=0, le=1, description="1: a dominant exporter, who reckons with the answer of price takers at the destination; 0: their supply is taken as given")


class Assumption(Strict):
    """Another value for facts of the data pack, in this scenario only."""

    table: Text = Field(description="fact table, e.g. \"friction\"")
    quantity: Text = Field(description="quantity of that table, e.g. \"theta\"")
    where: dict[str, str] = Field(default_factory=dict, description="keys that the facts must have, e.g. { good = \"flake\" }; those left out match all")
    value: Number | None = Field(None, description="new value, in the unit of the row in the pack")
    multiply: Number | None = Field(None, gt=0, description="factor on the value of the pack")
    take: Literal["low", "high"] | None = Field(None, description="take the low or the high end of the range in the pack")

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if sum(item is not None for item in (self.value, self.multiply, self.take)) != 1:
            raise ValueError("give exactly one of value, multiply and take")
        return self


class MarketOptions(Strict):
    """Switches of the market model."""

    scrap_loop: bool = Field(True, description="recycling is tied to the scrap that use leaves behind (where its ratio is below 0.9)")
    private_stocks: bool = Field(True, description="inventories are held; off, everything is used as it arrives")
    qualification: bool = Field(False, description="more than a supplier delivered in the base year has to be qualified, in advance and at a cost (qualification.csv); off, friction alone holds it back")
    qualification_from: Month | None = Field(None, description="month from which qualification may be started although nothing is announced yet; left out, from the announcement")
    investment: bool = Field(False, description="plants may be built where the believed prices pay for them (investments.csv)")
    variants: tuple[Text, ...] = Field((), description="alternative rows of the data pack to prefer, e.g. [\"prior_elasticity\"]")

    @model_validator(mode="after")
    def _qualification_on(self) -> Self:
        if self.qualification_from is not None and not self.qualification:
            raise ValueError("qualification_from needs qualification = true")
        return self

    @property
    def switches(self) -> tuple[bool, bool, bool, bool]:
        """What :func:`kanmon.world.calibrate.calibrate` asks for, in its order."""
        return self.scrap_loop, self.private_stocks, self.qualification, self.investment


class PathOptions(Strict):
    """The baseline path: how the calibration year goes on without the measures of the scenario. Left out, it repeats itself."""

    start: Month = Field(description="first month after the calibration year, from which growth, trends and projects of the pack count")


class Words(Strict):
    """The words of a scenario in another language than English. They change nothing but the report."""

    title: Text | None = Field(None, description="title")
    question: Text | None = Field(None, description="question")
    names: dict[str, Text] = Field(default_factory=dict, description="names of measures, stockpiles and contracts, by the name that they have in this file")


class Scenario(Strict):
    """One question: the measures, the time it is asked about, and what is assumed."""

    title: Text = Field(description="short title")
    question: Text = Field(description="the question in one sentence; it opens the report")
    start: Month = Field(description="first month shown, before anything is announced")
    months: int = Field(36, strict=True, ge=1, le=120, description="months shown; with a base year at least twelve after the last measure ends, with stated curves any number")
    focus: Text | None = Field(None, description="region whose prices, suppliers and uses the report is about; left out, the first destination named by a measure")
    market: MarketOptions = Field(default_factory=lambda: MarketOptions.model_validate({}), description="switches of the market model")
    path: PathOptions | None = Field(
        None, description="the baseline path (needs a pack with a base year); left out, the calibration year repeats itself"
    )
    in_force: tuple[Measure, ...] = Field(
        (),
        description="[[in_force]]: measures that are part of the baseline, written like [[measures]], announced before start; they need a path",
    )
    measures: tuple[Measure, ...] = Field((), description="policy measures")
    belief: Belief = Field(default_factory=lambda: Belief.model_validate({}), description="what the market believes about the end")
    beside: tuple[Belief, ...] = Field((), description="[[beside]]: other beliefs, whose prices are shown beside; each is solved and certified like the first")
    contributions: bool = Field(False, strict=True, description="also run with each mechanism switched off, and show what each adds")
    players: tuple[Player, ...] = Field((), description="exporters with market power")
    stockpiles: tuple[StockpileTerms, ...] = Field((), description="[[stockpiles]]: national stockpiles (need a base year)")
    contracts: tuple[ContractTerms, ...] = Field((), description="[[contracts]]: take-or-pay contracts")
    assumptions: tuple[Assumption, ...] = Field((), description="other values for facts of the pack")
    words: dict[Language, Words] = Field(default_factory=dict, description="[words.ja]: title, question and names in the language of that code, where the report is read in it; what is left out stays as it is")

    @property
    def calibration(self) -> tuple[bool, bool, bool, bool, bool]:
        """What the calibration asks of a scenario, in the order in which :func:`kanmon.world.calibrate.calibrate` takes it."""
        return (*self.market.switches, self.path is not None)

    @model_validator(mode="after")
    def _dates(self) -> Self:
        last = self.start + self.months
        beliefs = [belief.name for belief in (self.belief, *self.beside)]
        if len(set(beliefs)) < len(beliefs):
            raise ValueError("a belief stands twice among belief and beside; keep one")
        if self.in_force and self.path is None:
            raise ValueError("in_force needs a path: add [path] with its start")
        if self.path is not None and self.path.start > self.start:
            raise ValueError(
                f"the path starts in {month_name(self.path.start)}, after the scenario ({month_name(self.start)}); put the dates in order"
            )
        for place, measure in enumerate(self.in_force):
            if not (self.path is not None and self.path.start <= measure.announced <= self.start):
                raise ValueError(
                    f"in_force[{place}] is announced in {month_name(measure.announced)}; it must be from the start of the path to the start of the scenario"
                )
            for option in ("surge_limit", "reexport"):
                if getattr(measure, option) is not None:
                    raise ValueError(f"in_force[{place}] has a {option}; that belongs to measures")
        for kind, items in (("stockpiles", self.stockpiles), ("contracts", self.contracts)):
            called = [item.name for item in items]
            if len(set(called)) < len(called):
                raise ValueError(f"two of the {kind} have the same name; give each its own")
        names = [measure.name for measure in (*self.in_force, *self.measures)]
        for place, measure in enumerate(self.measures):
            if measure.name in names[: len(self.in_force) + place]:
                raise ValueError(f"measures[{place}] has the name of another one, {measure.name!r}; give each its own")
            if not self.start <= measure.announced < last:
                raise ValueError(f"measures[{place}] is announced in {month_name(measure.announced)}, outside the scenario ({month_name(self.start)} to {month_name(last - 1)}); move start or the dates")
            if measure.effective >= last:
                raise ValueError(f"measures[{place}] takes effect in {month_name(measure.effective)}, after the scenario ends; raise months")
        return self

    @property
    def focus_region(self) -> str | None:
        named = [region for measure in self.measures for region in measure.destinations if region != EVERY]
        return self.focus or (named[0] if named else None)
