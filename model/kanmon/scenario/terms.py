"""What a scenario says of national stockpiles and of take-or-pay contracts. The descriptions are the reference that users read."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from kanmon.scenario.fields import Number, Strict, Text
from kanmon.scenario.months import Month, month_name

JUST_BELOW = 0.99
"""Share of the lowest choke at which a stockpile kept for shortages is released, where the scenario states none [1]."""


class Release(StrEnum):
    """When a stockpile is released."""

    NONE = "none"
    PRICE = "price"
    SHORTAGE = "shortage"
    PRICE_CAP = "price_cap"


class StockpileTerms(Strict):
    """A national stockpile: who owns how much of what, how it is filled, and when it is released.

    It buys in quiet times and sells in a crisis, which lasts from the announcement of a measure until every measure that is known has
    ended; never both at once, so that its owner does not trade on prices that it foresees. It stands in the baseline too: what is compared
    is a measure with it and no measure with it.

    Its owner foresees as much as the market does: of a stock that will not last it keeps what is worth more later. An owner who sold to all
    comers at one price would be bought out at once when that is seen to happen (Salant and Henderson 1978); this one is not.
    """

    name: Text = Field(description="name shown in the report")
    owner: Text = Field(description="region that pays for it and gets what it sells for")
    region: Text = Field(description="region where it lies")
    good: Text = Field(description="good that it holds")
    days: Number | None = Field(
        None, gt=0, le=3650, description="size in days of base-year use and processing in the region; this or tonnes"
    )
    tonnes: Number | None = Field(None, gt=0, description="size [t]; this or days")
    opening: Number = Field(
        1.0, ge=0, le=1, description="share of the size in store when the scenario starts, or its path; below 1 it is filled by the plan"
    )
    fill_from: Month | None = Field(None, description="first month in which it buys; left out, the first month there is")
    fill_per_month: Number | None = Field(
        None, gt=0, description="most that it buys in a month, in the unit of its size (days of use, or t); it buys up to its size"
    )
    release: Release = Field(
        description="what it does in a crisis, from the announcement of a measure until all have ended. none: it is kept. price: it sells where the price reaches trigger, and what will not last is kept for the dearest months. price_cap: the same without a limit on the rate. shortage: it sells only where an industry would else stop"
    )
    trigger: Number | None = Field(
        None,
        gt=0,
        le=1000,
        description="price, price_cap: multiple of the base-year price at which it sells, and up to which it buys; above 1. shortage: share of the lowest choke of the industries served, below 1; 0.99 if left out. none: multiple up to which it buys, if it is to be filled",
    )
    trigger_price: Number | None = Field(None, gt=0, description="the same as a price [USD/t], instead of trigger")
    buy_price: Number | None = Field(
        None, gt=0, description="price up to which it buys in quiet times [USD/t]; left out, that at which it sells. Above it, it can be filled where prices are high and sold where they have fallen since"
    )
    release_per_month: Number | None = Field(
        None, gt=0, description="most that it sells in a month, in the unit of its size; no limit if left out"
    )
    refill: bool = Field(
        True, strict=True, description="whether it buys again once a crisis is over; the market does not reckon with it before"
    )
    industries: tuple[Text, ...] = Field(
        (), description="industries of the region that it is kept for: nobody else can buy what it sells; empty for all"
    )
    holding_cost: Number | None = Field(
        None,
        ge=0,
        le=1,
        description="cost of holding it, a share of the base-year price a month; left out, that of the pack for private stocks there",
    )

    @property
    def sells(self) -> bool:
        return self.release != Release.NONE

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.days is None) == (self.tonnes is None):
            raise ValueError("a stockpile needs days or tonnes, one of them")
        if self.trigger is not None and self.trigger_price is not None:
            raise ValueError("give trigger or trigger_price, not both")
        buys = self.opening < 1 or (self.sells and self.refill)
        if (
            self.trigger is None
            and self.trigger_price is None
            and (self.release in (Release.PRICE, Release.PRICE_CAP) or self._fills_to_keep)
        ):
            raise ValueError("it needs trigger (multiple of the base-year price) or trigger_price (USD/t)")
        if self.release == Release.SHORTAGE and self.trigger is not None and self.trigger >= 1:
            raise ValueError("the trigger of a release at shortage is a share of the choke below 1")
        if self.release != Release.SHORTAGE and self.trigger is not None and self.trigger <= 1:
            raise ValueError("trigger must be above 1: at the base-year price the stockpile would be sold at once")
        if self.release_per_month is not None and self.release not in (Release.PRICE, Release.SHORTAGE):
            raise ValueError(f"release_per_month belongs to a release by price or at shortage; this one is {self.release}")
        if self.fill_per_month is None and buys:
            raise ValueError("a stockpile that buys needs fill_per_month (or opening = 1 and refill = false)")
        return self

    @property
    def _fills_to_keep(self) -> bool:
        return self.release == Release.NONE and self.opening < 1

    @property
    def is_full(self) -> bool:
        """Whether nothing has to be bought before a measure is announced."""
        return self.opening == 1


class ContractTerms(Strict):
    """A take-or-pay contract: the importer pays for a quantity whether it takes it or not. Only what is not taken is charged, at the price
    of the contract; what is taken is bought at the market price. The contract is suspended (force majeure) in months in which a measure
    lets less than its quantity pass."""

    name: Text = Field(description="name shown in the tables")
    good: Text = Field(description="good")
    origin: Text = Field(description="exporting region, which is paid")
    destination: Text = Field(description="importing region, which pays")
    share: Number | None = Field(
        None, gt=0, lt=1, description="quantity as a share of the base flow, below 1 (needs a base year); this or tonnes"
    )
    tonnes: Number | None = Field(
        None, gt=0, description="quantity [t/month]; with a base year below the base flow, so that the contract is kept in it"
    )
    price_multiple: Number | None = Field(
        None, gt=0, le=10, description="price as a multiple of the base-year price at the origin (needs a base year); this or price"
    )
    price: Number | None = Field(None, gt=0, description="price of a tonne that is not taken [USD/t]")
    start: Month | None = Field(None, description="first month; left out, it has begun before")
    end: Month | None = Field(None, description="first month after it; left out, it goes on")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.share is None) == (self.tonnes is None):
            raise ValueError("a contract needs share (of the base flow) or tonnes (t/month), one of them")
        if (self.price_multiple is None) == (self.price is None):
            raise ValueError("a contract needs price_multiple (of the base-year price) or price (USD/t), one of them")
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError(f"end {month_name(self.end)} is not after start {month_name(self.start)}; put the dates in order")
        return self
