"""dashboard.palette: colours that people with colour vision deficiencies can tell apart.

Okabe and Ito (2008) for kinds of things, viridis-like ramps of lightness for amounts. No colour is
the only carrier: lines are labelled, states have words, missing days have a shape of their own.
"""

BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE, GREY = "#56B4E9", "#CC79A7", "#8A8F98"

STAGES = {"awake": ORANGE, "rem": SKY, "light": "#7FA8C9", "deep": "#1F4E79"}
ZONES = {"light": SKY, "moderate": GREEN, "vigorous": ORANGE, "peak": VERMILION}
# From little to much, away from the ground: darker is more on white, lighter is more on black.
AMOUNT = ["#E8EEF7", "#B9D0EA", "#7FB0DA", "#3F86BF", "#0B5394", "#08306B"]
AMOUNT_ON_DARK = ["#16283A", "#1E4363", "#2A6492", "#4A8FC4", "#8CC0E8", "#D6EBFA"]
