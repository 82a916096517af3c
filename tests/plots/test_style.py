import pytest

from skkws.plots._style import axes_or_new, colour, dashes, legend_beside, marker

plt = pytest.importorskip("matplotlib.pyplot")


def test_no_two_of_many_words_look_alike():
    assert len({(colour(i), marker(i)) for i in range(64)}) == 64
    assert len({(colour(i), dashes(i)) for i in range(56)}) == 56
    assert len({colour(i) for i in range(8)}) == 8


def test_a_legend_beside_the_axes_is_inside_the_figure():
    for n_entries in (3, 35):
        ax = axes_or_new(None, n_entries)
        for i in range(n_entries):
            ax.plot([i], label=f"word {i}")
        legend_beside(ax, n_entries)
        ax.figure.draw_without_rendering()
        box, page = ax.get_legend().get_window_extent(), ax.figure.bbox
        assert ax.bbox.x1 < box.x0
        assert box.x1 <= page.x1
        assert page.y0 <= box.y0
        assert box.y1 <= page.y1


def test_given_axes_are_used():
    ax = plt.subplots()[1]
    assert axes_or_new(ax, 5) is ax
