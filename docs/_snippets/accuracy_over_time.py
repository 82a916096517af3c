"""Draw the contenders of side_by_side.json: accuracy over the time of a fit.

A contender is on the front if no other is as accurate in less time. The axis of
accuracy is a logarithmic one of errors.
"""

import json
from pathlib import Path

import matplotlib.pyplot as plt

RESULTS = Path("../../benchmarks/results/side_by_side.json")
LABELS = {  # where they would cross something: points from the dot, and alignment
    "MFCC + SVC": (7, -13, "left"),
    "MFCC + gradient boosting": (7, -13, "left"),
    "skkws GRU": (-6, 7, "right"),
    "skkws causal GRU": (-5, -25, "right"),
    "skkws CNN": (4, 7, "left"),
    "skorch, equal GRU": (0, -14, "left"),
    "TensorFlow's tutorial": (7, -7, "left"),
    "scikeras, tutorial CNN": (0, -17, "center"),
    "aeon MiniRocket, waveforms": (0, -14, "center"),
    "skkws fast GRU": (-6, 7, "right"),
}

figures = json.loads(RESULTS.read_text(encoding="utf-8"))["figures"]
points = sorted(
    (row["fit_time_ratio"]["mean"], 1 - row["test"]["mean"], name)
    for name, row in figures.items()
    if "gap" not in row
)
front, least = [], 1
for time, error, _ in points:
    if error < least:
        least = error
        front.append((time, error))

fig, ax = plt.subplots(figsize=(8, 5), layout="constrained")
ax.step(*zip(*front, strict=True), where="post", color="0.7", zorder=1)
for time, error, name in points:
    color = "C1" if name.startswith("skkws") else "C0"
    ax.plot(time, error, "o", color=color)
    *offset, side = LABELS.get(name, (7, -3, "left"))
    ax.annotate(name, (time, error), offset, textcoords="offset points", ha=side)
ax.set_xscale("log")
ax.set_xlim(right=points[-1][0] * 2.2)
ax.set_xticks([0.1, 0.2, 0.5, 1, 2, 5], ["0.1", "0.2", "0.5", "1", "2", "5"])
ax.set_yscale("log")
ax.set_ylim(1, 0.035)
ticks = [0.05, 0.1, 0.2, 0.5, 0.9]
ax.set_yticks(ticks, [f"{1 - error:.0%}" for error in ticks])
ax.minorticks_off()
ax.set_xlabel("time of a fit, that of TensorFlow's tutorial = 1")
ax.set_ylabel("accuracy on the test part")
ax.grid(alpha=0.3)
