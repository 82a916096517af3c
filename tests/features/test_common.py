"""What holds for every transformer of `skkws.features`."""

import pickle

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from skkws.features import MFCC, PCEN, LogSpectrogram, Normalize, Resize

WAVEFORM_STEPS = [
    LogSpectrogram(),
    LogSpectrogram(8000, log="db", top_db=80, center=True, pad_mode="reflect"),
    LogSpectrogram(n_mels=None, power=1, log=None, n_jobs=2, max_memory=0.1),
]
STATELESS_SPECTROGRAM_STEPS = [
    MFCC(),
    MFCC(3, dct_type=3, norm=None, lifter=22),
    PCEN(),
    PCEN(gain=0.5, bias=0, b=0.1, max_size=3, scale=1),
    PCEN(power=0),
    Resize(),
    Resize((7, 3), antialias=True),
    Normalize(axis="clip"),
]
SPECTROGRAM_STEPS = [
    *STATELESS_SPECTROGRAM_STEPS,
    Normalize(),
    Normalize(axis="bin"),
]
STEPS = WAVEFORM_STEPS + SPECTROGRAM_STEPS


def clips_for(step, n_clips=11):
    rng = np.random.default_rng(7)
    if isinstance(step, LogSpectrogram):
        return rng.normal(scale=0.1, size=(n_clips, 3000)).astype(np.float32)
    return rng.uniform(0.1, 9, size=(n_clips, 21, 12)).astype(np.float32)


@parametrize_with_checks(STEPS)
def test_estimator(estimator, check):
    check(estimator)


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_gives_three_dimensional_float32(step):
    X = clips_for(step)
    result = step.fit_transform(X)
    assert result.dtype == np.float32
    assert result.ndim == 3
    assert len(result) == len(X)
    assert np.isfinite(result).all()
    assert_allclose(step.transform(X.astype(np.float64)), result, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_rows_do_not_see_each_other(step):
    X = clips_for(step)
    step = clone(step).fit(X)
    whole = step.transform(X)
    order = np.random.default_rng(0).permutation(len(X))
    assert_array_equal(step.transform(X[order]), whole[order])
    split = [step.transform(batch) for batch in (X[:1], X[1:4], X[4:])]
    assert_array_equal(np.concatenate(split), whole)


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_takes_readonly_memmap_and_leaves_it_as_it_is(step, tmp_path):
    X = clips_for(step)
    joblib.dump(X, tmp_path / "X.joblib")
    mapped = joblib.load(tmp_path / "X.joblib", mmap_mode="r")
    result = clone(step).fit_transform(mapped)
    assert_array_equal(mapped, X)
    writable = X.copy()
    assert_array_equal(clone(step).fit_transform(writable), result)
    assert_array_equal(writable, X)


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_pickles(step):
    X = clips_for(step)
    step = clone(step).fit(X)
    assert_array_equal(pickle.loads(pickle.dumps(step)).transform(X), step.transform(X))


@pytest.mark.parametrize("step", WAVEFORM_STEPS + STATELESS_SPECTROGRAM_STEPS, ids=str)
def test_stateless_steps_need_no_fit(step):
    X = clips_for(step)
    unfitted = clone(step)
    assert_array_equal(unfitted.transform(X), clone(step).fit(X).transform(X))
    assert not hasattr(unfitted, "n_features_in_")


@pytest.mark.parametrize("axis", [None, "bin"])
def test_normalize_needs_fit(axis):
    with pytest.raises(NotFittedError):
        Normalize(axis).transform(np.zeros((2, 3, 4)))


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_refuses_another_length_after_fit(step):
    X = clips_for(step)
    step = clone(step).fit(X)
    with pytest.raises(ValueError, match=f"is expecting {X.shape[1]} features"):
        step.transform(X[:, :-1])


@pytest.mark.parametrize("step", SPECTROGRAM_STEPS, ids=str)
def test_reads_two_dimensions_as_one_bin_and_drops_a_channel(step):
    X = clips_for(step)
    step = clone(step)
    flat = X[..., 0]
    assert_array_equal(step.fit_transform(flat), step.fit_transform(flat[..., None]))
    assert_array_equal(step.fit_transform(X[..., None]), step.fit_transform(X))


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_refuses_other_dimensions(step):
    X = np.ones((2, 3, 4, 5))
    with pytest.raises(ValueError, match=r"shape \(2, 3, 4, 5\)"):
        clone(step).fit(X)


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_refuses_clips_of_different_lengths(step):
    X = list(clips_for(step, n_clips=3))
    X[1] = X[1][:-1]
    as_objects = np.empty(3, dtype=object)
    as_objects[:] = X
    for ragged in (X, as_objects, [clip.tolist() for clip in X]):
        with pytest.raises(
            ValueError, match=r"^X\[1\] has the shape .* LoadAudio\(duration=\.\.\.\)"
        ) as caught:
            clone(step).fit(ragged)
        assert ". " not in str(caught.value).replace("...", "")


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_refuses_nan(step):
    X = clips_for(step)
    X[4, 2] = np.nan
    with pytest.raises(ValueError, match="NaN in clip 4"):
        clone(step).fit(X)


def test_pipeline_with_memory(tmp_path):
    X = clips_for(LogSpectrogram())
    steps = LogSpectrogram(), Resize((8, 8)), Normalize("bin"), MFCC(5)
    plain = make_pipeline(*steps).fit_transform(X)
    for _ in range(2):
        cached = make_pipeline(*steps, memory=str(tmp_path)).fit_transform(X)
        assert_array_equal(cached, plain)


def test_failed_fit_leaves_the_fit_before():
    pcen = PCEN().fit(np.ones((2, 10, 4)))
    with pytest.raises(ValueError, match="Negative values"):
        pcen.fit(-np.ones((2, 20, 4)))
    assert pcen.n_features_in_ == 10
