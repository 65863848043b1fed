"""Colours with a fixed meaning through every report, in pairs for light and dark paper.

Blue is the focus region and its prices, vermilion the exporter, slate third countries; pale blue is use that is met, ochre use that the
price saves, crimson use that is cut off; green is domestic output, violet private and teal national stock; greys are other origins. The
scenarios and plans of a comparison have ten colours of their own, the first two those of prices and exporter. Chosen to differ in lightness
as well as in hue, and told apart by dashes or labels wherever lines cross, so that they hold for colour-blind readers and in black and white.
"""

from __future__ import annotations

FOCUS, EXPORTER, THIRD = "#0b5cad", "#b83a08", "#586574"
MET, THRIFT, SHED = "#c3d1de", "#d9930d", "#8b1e3f"
DOMESTIC, STOCK, STOCKPILE = "#2a7452", "#75559f", "#0d6f7c"
ORIGINS = ("#6a7888", "#8592a0", "#a1adb9", "#bcc6d0")
OTHER_ORIGINS = "#dbe1e7"
HEAT = ("#f3f5f7", "#fbe6cf", "#f4c48f", "#e39a52", "#a8500f", "#6d2c07")
FAN_OUTER, FAN_INNER = "#d9e6f4", "#a9c8e8"
INK, MUTED, RULE, SHADE, PAPER = "#1c2733", "#55616e", "#d5dbe1", "#eef1f4", "#ffffff"
SCENARIOS = ("#0b5cad", "#b83a08", "#2a7452", "#75559f", "#8a5a00", "#a82a66", "#0d6f7c", "#4f6b14", "#6f4a38", "#3f43a0")

DARK = {
    "#f3f5f7": "#20282f",
    "#fbe6cf": "#3a2f1e",
    "#f4c48f": "#583f17",
    "#e39a52": "#75500f",
    "#a8500f": "#e0a35a",
    "#6d2c07": "#ffd2a1",
    "#d9e6f4": "#1f3347",
    "#a9c8e8": "#2f5478",
    "#0b5cad": "#6cb6ff",
    "#b83a08": "#ff9b66",
    "#586574": "#b4c0cc",
    "#c3d1de": "#3d5064",
    "#d9930d": "#f0b43c",
    "#8b1e3f": "#f0779a",
    "#2a7452": "#5fc598",
    "#75559f": "#bd9ee8",
    "#6a7888": "#9fadbb",
    "#8592a0": "#8391a0",
    "#a1adb9": "#6a7785",
    "#bcc6d0": "#53606d",
    "#dbe1e7": "#3f4a56",
    "#1c2733": "#e6ebf0",
    "#55616e": "#a5b1bd",
    "#d5dbe1": "#38434e",
    "#eef1f4": "#232c35",
    "#ffffff": "#161d24",
    "#8a5a00": "#e0b352",
    "#a82a66": "#f58abb",
    "#0d6f7c": "#57c7d4",
    "#4f6b14": "#a9c75a",
    "#6f4a38": "#d3a890",
    "#3f43a0": "#a3a8f7",
}
"""The colour on dark paper of each colour on light paper; the page's script and stylesheet swap them."""

ROLES = {
    "focus": FOCUS,
    "exporter": EXPORTER,
    "third": THIRD,
    "met": MET,
    "thrift": THRIFT,
    "shed": SHED,
    "domestic": DOMESTIC,
    "stock": STOCK,
    "stockpile": STOCKPILE,
    "fan-outer": FAN_OUTER,
    "fan-inner": FAN_INNER,
    "ink": INK,
    "muted": MUTED,
    "rule": RULE,
    "shade": SHADE,
    "paper": PAPER,
    "other": OTHER_ORIGINS,
    **{f"origin-{place}": colour for place, colour in enumerate(ORIGINS)},
    **{f"heat-{place}": colour for place, colour in enumerate(HEAT)},
    **{f"scenario-{place}": colour for place, colour in enumerate(SCENARIOS)},
}
"""Names of the colours in the stylesheet."""


def stylesheet_variables(dark: bool) -> str:
    """Declarations of the colours as custom properties."""
    return " ".join(f"--{role}: {DARK[colour] if dark else colour};" for role, colour in ROLES.items())
