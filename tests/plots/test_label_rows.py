import numpy as np
import pytest

from skkws.plots._label_rows import MOST_ROWS, LabelRows, rows_without_overlap

plt = pytest.importorskip("matplotlib.pyplot")


def test_rows_are_few_and_nothing_overlaps():
    rng = np.random.default_rng(0)
    spans = [(first, first + rng.uniform(0.1, 3)) for first in rng.uniform(0, 30, 40)]
    rows = rows_without_overlap(spans)
    for i, (a, b) in enumerate(spans):
        for j, (c, d) in enumerate(spans[:i]):
            assert rows[i] != rows[j] or b <= c or d <= a
    deepest = max(sum(a <= t < b for a, b in spans) for t, _ in spans)
    assert max(rows) + 1 == deepest
    assert rows_without_overlap([]) == []


@pytest.mark.parametrize("n_words", [0, 1, 12, 300])
def test_words_stay_inside_the_axes_and_off_each_other(n_words):
    figure, ax = plt.subplots()
    limits = (5, 25)
    ax.set_xlim(limits)
    middles = list(np.linspace(*limits, n_words))
    rows = LabelRows(ax, limits)
    texts = rows.add("heard", ["unknown"] * n_words, middles)
    texts += rows.add("said", ["unknown"] * n_words, middles)
    rows.finish()
    assert [tick.get_text() for tick in ax.get_yticklabels()][3:] == ["heard", "said"]
    drawn = [text for text in texts if text is not None]
    boxes = [text.get_window_extent() for text in drawn]
    for i, box in enumerate(boxes):
        assert ax.bbox.x0 <= box.x0
        assert box.x1 <= ax.bbox.x1
        assert not any(box.overlaps(other) for other in boxes[:i])
    assert (len(drawn) < 2 * n_words) == (n_words == 300)
    assert len({text.get_position()[1] for text in drawn}) <= 2 * MOST_ROWS
