import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from skkws.features import LogSpectrogram, Normalize, Resize
from skkws.features import _blocks as blocks

AXES = {None: (0, 1, 2), "bin": (0, 1), "clip": (1, 2)}


def spectrograms(n_clips=50, offset=-5.0, scale=2.0):
    rng = np.random.default_rng(4)
    per_bin = rng.normal(offset, scale, size=(n_clips, 21, 12)) + np.arange(12)
    return per_bin.astype(np.float32)


@pytest.mark.parametrize("axis", AXES)
def test_equals_the_definition(axis, monkeypatch):
    X = spectrograms()
    exact = X.astype(np.float64)
    mean, std = (
        getattr(exact, statistic)(axis=AXES[axis], keepdims=True)
        for statistic in ("mean", "std")
    )
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 3.5 * 8 * X[0].size)
    normalize = Normalize(axis)
    result = normalize.fit_transform(X)
    assert_allclose(result, (exact - mean) / std, rtol=1e-5, atol=1e-6)
    if axis != "clip":
        assert_allclose(normalize.mean_, mean.squeeze(), rtol=1e-12)
        assert_allclose(normalize.var_, std.squeeze() ** 2, rtol=1e-12)
        assert normalize.n_values_seen_ == (X.size if axis is None else X[..., 0].size)


@pytest.mark.parametrize("axis", [None, "bin"])
@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_partial_fit_over_any_batches_equals_fit(axis, offset):
    X = spectrograms(offset=offset)
    at_once = Normalize(axis).fit(X)
    piecewise = Normalize(axis)
    for batch in np.split(X, [1, 2, 30]):
        assert piecewise.partial_fit(batch) is piecewise
    assert_allclose(piecewise.mean_, at_once.mean_, rtol=1e-12)
    assert_allclose(piecewise.var_, at_once.var_, rtol=1e-9)
    assert piecewise.n_values_seen_ == at_once.n_values_seen_
    assert_allclose(piecewise.transform(X), at_once.transform(X), atol=1e-5)


def test_fit_forgets():
    X = spectrograms()
    twice = Normalize("bin").fit(X + 1).fit(X)
    assert_array_equal(twice.mean_, Normalize("bin").fit(X).mean_)


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("offset", [1e6, -1e30])
def test_large_offsets_keep_their_small_differences(axis, offset):
    rng = np.random.default_rng(5)
    ulp = np.spacing(np.float32(abs(offset)))
    steps = rng.integers(-9, 10, size=(20, 30, 4))
    X = (np.float32(offset) + steps * ulp).astype(np.float32)
    expected = Normalize(axis).fit_transform(steps)
    assert_allclose(Normalize(axis).fit_transform(X), expected, atol=1e-4)


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("value", [0.0, 0.1, -23.02585, 1e30])
def test_constant_input_gives_zeros(axis, value):
    X = np.full((70, 99, 40), value, dtype=np.float32)
    assert_array_equal(Normalize(axis).fit_transform(X), np.zeros_like(X))
    piecewise = Normalize(axis)
    for batch in np.split(X, [7, 10]):
        piecewise.partial_fit(batch)
    assert_array_equal(piecewise.transform(X), np.zeros_like(X))


def test_silence_among_sound():
    X = spectrograms()
    X[3] = -23
    X[..., 2] = -23
    clips = Normalize("clip").fit_transform(X)
    assert_allclose(clips[4].std(), 1, rtol=1e-5)
    X[3] = -23
    bins = Normalize("bin").fit_transform(X)
    assert_array_equal(bins[..., 2], 0)
    assert_allclose(bins[..., 3].std(), 1, rtol=1e-5)
    silent = Normalize("clip").fit_transform(np.full_like(X, -23))
    assert_array_equal(silent, 0)


@pytest.mark.parametrize("axis", [None, "bin"])
def test_inverse_transform(axis):
    X = spectrograms()
    X[..., 1] = 3
    normalize = Normalize(axis).fit(X)
    back = normalize.inverse_transform(normalize.transform(X))
    assert back.dtype == np.float32
    assert_allclose(back, X, rtol=1e-5, atol=1e-5)


def test_clip_has_no_inverse():
    normalize = Normalize("clip").fit(spectrograms())
    assert not hasattr(normalize, "inverse_transform")
    assert not hasattr(normalize, "mean_")


@pytest.mark.parametrize("axis", AXES)
def test_memory_is_bounded(axis):
    X = np.random.default_rng(0).random((2000, 50, 40), dtype=np.float32)
    normalize = Normalize(axis)
    tracemalloc.start()
    normalize.fit(X)
    _, peak_of_fit = tracemalloc.get_traced_memory()
    result = normalize.transform(X)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert max(peak_of_fit, peak - result.nbytes) < 6e6


@pytest.mark.parametrize("axis", ["bins", 0, -1, True, [1], np.array(["bin"])])
def test_unknown_axis(axis):
    for method in ("fit", "partial_fit", "transform"):
        with pytest.raises(ValueError, match=r"^axis is .* None, 'bin' or 'clip'\.$"):
            getattr(Normalize(axis), method)(spectrograms())


def test_another_number_of_bins():
    X = spectrograms()
    normalize = Normalize("bin").fit(X)
    for method in ("transform", "partial_fit", "inverse_transform"):
        with pytest.raises(ValueError, match="X has 11 bins, .* is expecting 12 bins"):
            getattr(normalize, method)(X[..., :-1])


@pytest.mark.parametrize("axis", [None, "bin"])
def test_a_refused_batch_changes_nothing(axis):
    X = spectrograms()
    bad = np.where(np.arange(len(X))[:, None, None] == 3, np.nan, X)
    normalize = Normalize(axis)
    with pytest.raises(ValueError, match="NaN in clip 3"):
        normalize.partial_fit(bad)
    before = vars(normalize.partial_fit(X)).copy()
    with pytest.raises(ValueError, match="NaN in clip 3"):
        normalize.fit(bad[:, :-1])
    assert vars(normalize) == before


def test_another_axis_than_in_fit():
    normalize = Normalize().fit(spectrograms()).set_params(axis="bin")
    with pytest.raises(ValueError, match="axis is 'bin' now, but was another in fit"):
        normalize.transform(spectrograms())


def test_a_fit_by_clip_forgets_the_statistics_of_a_fit_before():
    normalize = Normalize("bin").fit(spectrograms())
    normalize.set_params(axis="clip").fit(spectrograms())
    assert not hasattr(normalize, "mean_")
    with pytest.raises(NotFittedError):
        normalize.set_params(axis="bin").transform(spectrograms())


def test_an_axis_that_was_another_in_fit_is_refused():
    X = np.zeros((2, 3, 4))
    with pytest.raises(NotFittedError):
        Normalize("clip").fit(X).set_params(axis="bin").transform(X)


@pytest.mark.parametrize("step", [LogSpectrogram(), Normalize("clip"), Resize()])
def test_a_refused_fit_leaves_what_was_fitted(step):
    rest = () if isinstance(step, LogSpectrogram) else (4,)
    good = np.zeros((1, 800, *rest))
    step = clone(step).fit(good)
    with pytest.raises(ValueError, match="NaN"):
        step.fit(np.full((1, 900, *rest), np.nan))
    step.transform(good)
