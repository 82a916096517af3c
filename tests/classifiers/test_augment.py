import keras
import numpy as np
import pytest

from skkws import SpecAugment, TimeShift
from skkws.classifiers._augment import FEW_CLIPS, augmentations_for


@pytest.fixture
def draw():
    """Return a function that applies an augmentation to an array."""
    seed = keras.random.SeedGenerator(0)

    def apply(augmentation, X):
        result = augmentation.augment(keras.ops.convert_to_tensor(X), seed)
        return keras.ops.convert_to_numpy(result)

    return apply


def test_time_shift_moves_frames_and_repeats_the_border(draw):
    X = np.tile(np.arange(20, dtype=np.float32)[None, :, None], (200, 1, 3))
    shifted = draw(TimeShift(0.2), X)
    shifts = set()
    for clip in shifted:
        shift = int(10 - clip[10, 0])
        shifts.add(shift)
        expected = np.clip(np.arange(20) - shift, 0, 19)
        np.testing.assert_array_equal(clip, np.repeat(expected[:, None], 3, axis=1))
    assert shifts == set(range(-4, 5))


def test_time_shift_of_nothing(draw):
    X = np.random.default_rng(0).normal(size=(4, 20, 3)).astype(np.float32)
    np.testing.assert_array_equal(draw(TimeShift(0), X), X)


def test_spec_augment_masks_stretches_with_the_mean(draw):
    X = np.random.default_rng(0).normal(size=(300, 30, 20)).astype(np.float32)
    masked = draw(SpecAugment(1, 0.3, 1, 0.25), X)
    widths = {1: [], 2: []}
    for before, after in zip(X, masked, strict=True):
        changed = before != after
        np.testing.assert_allclose(after[changed], before.mean(), atol=1e-6)
        for axis in (1, 2):
            whole = np.flatnonzero(changed.all(axis=2 - axis))
            if len(whole):
                assert np.ptp(whole) == len(whole) - 1  # one stretch
            widths[axis].append(len(whole))
    assert 7 <= max(widths[1]) <= 9
    assert 4 <= max(widths[2]) <= 5
    assert min(widths[1]) == 0


def test_each_clip_is_varied_in_its_own_way(draw):
    X = np.tile(np.random.default_rng(0).normal(size=(1, 30, 20)), (8, 1, 1))
    for augmentation in (TimeShift(0.3), SpecAugment()):
        varied = draw(augmentation, X.astype(np.float32))
        assert len(np.unique(varied.reshape(8, -1), axis=0)) > 4


def test_auto_goes_by_the_data():
    few, many = np.zeros((10, 9, 4)), np.zeros((FEW_CLIPS, 9, 4))
    assert [type(step) for step in augmentations_for("auto", few)] == [TimeShift]
    assert [type(s) for s in augmentations_for("auto", many)] == [
        TimeShift,
        SpecAugment,
    ]
    assert augmentations_for("auto", many[:, :, :1]) == []
    assert augmentations_for(None, many) == []
