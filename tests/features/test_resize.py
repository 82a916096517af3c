import tracemalloc
import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skkws.features import Resize
from skkws.features._resize import resize_matrix

SIZES = [
    ((124, 129), (32, 32)),
    ((98, 40), (32, 32)),
    ((20, 40), (50, 64)),
    ((20, 40), (100, 13)),
    ((7, 1), (32, 32)),
    ((5, 9), (1, 1)),
]


def spectrograms(shape, n_clips=3):
    return np.random.default_rng(3).random((n_clips, *shape), dtype=np.float32)


@pytest.mark.parametrize("antialias", [False, True])
@pytest.mark.parametrize(("before", "after"), SIZES, ids=str)
def test_equals_keras(before, after, antialias):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import keras
        except ImportError:
            pytest.skip("no Keras backend is installed")
        X = spectrograms(before)
        resizing = keras.layers.Resizing(
            *after, interpolation="bilinear", antialias=antialias
        )
        expected = keras.ops.convert_to_numpy(resizing(X[..., np.newaxis]))[..., 0]
    result = Resize(after, antialias=antialias).transform(X)
    assert_allclose(result, expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize("antialias", [False, True])
def test_what_resizing_must_do(antialias):
    resize = Resize((8, 5), antialias=antialias)
    assert_allclose(resize.transform(np.full((2, 31, 17), 7.0)), 7, rtol=1e-6)
    # Linear input stays linear: output k shows the input at its own middle.
    frames = np.arange(32.0)[np.newaxis, :, np.newaxis].repeat(17, axis=2)
    slope = resize.transform(frames)[0, 1:-1, 2]
    assert_allclose(slope, np.arange(1, 7) * 4 + 1.5, rtol=1e-5)
    same = spectrograms((8, 5))
    assert_array_equal(resize.transform(same), same)


def test_without_antialiasing_two_neighbours_count():
    matrix = resize_matrix(100, 10, False)
    assert ((matrix > 0).sum(axis=1) == 2).all()
    assert (resize_matrix(100, 10, True) > 0).all(axis=1).sum() == 0
    assert (resize_matrix(100, 10, True) > 0).any(axis=0).all()
    with pytest.raises(ValueError, match="read-only"):
        matrix[0, 0] = 1


def test_memory_is_bounded():
    X = spectrograms((98, 400), n_clips=300)
    tracemalloc.start()
    result = Resize((64, 2)).transform(X)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak - result.nbytes < 5e6


@pytest.mark.parametrize(
    "size",
    [
        32,
        (32,),
        (32, 0),
        (32, -1),
        (32.5, 32),
        (1, 2, 3),
        None,
        "ab",
        (True, 3),
        np.array(3),
        ([1], [1, 2]),
    ],
    ids=str,
)
def test_bad_sizes(size):
    for method in ("fit", "transform"):
        with pytest.raises(ValueError, match="^size is .* a pair of positive numbers"):
            getattr(Resize(size), method)(spectrograms((5, 4)))


@pytest.mark.parametrize("method", ["fit", "transform"])
def test_antialias_is_a_truth_value(method):
    with pytest.raises(ValueError, match="antialias is 'no', but must be False or"):
        getattr(Resize(antialias="no"), method)(spectrograms((5, 4)))


@pytest.mark.parametrize("antialias", [False, True])
def test_quiet_parts_stay_beside_loud_ones_and_constants_constant(antialias):
    X = np.full((2, 98, 40), 1e-9, dtype=np.float32)
    X[0, :5] = 1e3
    X[1] = -23.025852
    result = Resize((64, 40), antialias=antialias).transform(X)
    np.testing.assert_allclose(result[0, 10:], 1e-9, rtol=1e-5)
    assert (result[1] == X[1, 0, 0]).all()
