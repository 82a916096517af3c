import keras
import numpy as np
import pytest

from skkws import (
    FrequencyWarp,
    Mixup,
    NoiseFloor,
    SpecAugment,
    TimeShift,
    TimeStretch,
)
from skkws.classifiers._learning import MANY_CLIPS, augmentations_for


@pytest.fixture
def draw():
    """Return a function that applies an augmentation to an array."""
    seed = keras.random.SeedGenerator(0)

    def apply(augmentation, X):
        X = keras.ops.convert_to_tensor(X.astype(np.float32))
        targets = keras.ops.eye(len(X))
        X, targets = augmentation.augment(X, targets, seed)
        return keras.ops.convert_to_numpy(X), keras.ops.convert_to_numpy(targets)

    return apply


def test_time_shift_moves_frames_and_repeats_the_border(draw):
    X = np.tile(np.arange(20, dtype=np.float32)[None, :, None], (200, 1, 3))
    shifted, _ = draw(TimeShift(0.2), X)
    shifts = set()
    for clip in shifted:
        shift = int(10 - clip[10, 0])
        shifts.add(shift)
        expected = np.clip(np.arange(20) - shift, 0, 19)
        np.testing.assert_array_equal(clip, np.repeat(expected[:, None], 3, axis=1))
    assert shifts == set(range(-4, 5))


def test_time_shift_of_nothing(draw):
    X = np.random.default_rng(0).normal(size=(4, 20, 3)).astype(np.float32)
    np.testing.assert_array_equal(draw(TimeShift(0), X)[0], X)


def test_time_stretch_changes_the_speed(draw):
    X = np.tile(np.linspace(0, 1, 41)[None, :, None], (300, 1, 2))
    stretched, _ = draw(TimeStretch(0.5, 0), X)
    speeds = np.diff(stretched[..., 0], axis=1).max(axis=1) * 40
    assert 1 / 1.5 <= speeds.min() < 0.7
    assert 1.4 < speeds.max() <= 1.501


def test_time_stretch_shifts_too(draw):
    X = np.tile(np.linspace(0, 1, 41)[None, :, None], (300, 1, 2))
    shifts = (draw(TimeStretch(0, 0.1), X)[0][:, 20, 0] - 0.5) * 40
    assert -4.1 <= shifts.min() < -3.5
    assert 3.5 < shifts.max() <= 4.1


def test_frequency_warp_bends_bins_alone(draw):
    X = np.tile(np.linspace(0, 1, 41)[None, None, :], (300, 3, 1))
    warped, _ = draw(FrequencyWarp(0.2, 0), X)
    np.testing.assert_array_equal(warped[:, 0], warped[:, 2])
    slopes = np.diff(warped[:, 0], axis=1).max(axis=1) * 40
    assert 1 / 1.2 <= slopes.min() < 0.86
    assert 1.16 < slopes.max() <= 1.201
    shifted, _ = draw(FrequencyWarp(0, 0.1), X)
    shifts = (shifted[:, 0, 20] - 0.5) * 40
    assert -4.1 <= shifts.min() < -3.5
    assert 3.5 < shifts.max() <= 4.1


def test_mixup_mixes_clips_and_targets_alike(draw):
    X = np.random.default_rng(0).normal(size=(100, 5, 4))
    mixed, targets = draw(Mixup(0.5), X)
    np.testing.assert_allclose(targets.sum(axis=1), 1, rtol=1e-6)
    own = targets.diagonal()
    assert 0.5 <= own.min() < 0.6
    assert own.max() > 0.99
    expected = np.einsum("ij,jkl->ikl", targets, X)
    np.testing.assert_allclose(mixed, expected, atol=1e-5)


def test_noise_floor_raises_what_is_quiet_in_a_part_of_the_clips(draw):
    X = np.random.default_rng(0).normal(-3, 0.1, size=(400, 9, 20))
    X[:, 4] = 3.0  # a word
    noisy, _ = draw(NoiseFloor(0.25, min_level=-1.0, max_level=0.0), X)
    raised = (noisy[:, 0] > -2.5).all(axis=1)
    assert 0.15 < raised.mean() < 0.35
    np.testing.assert_array_equal(noisy[~raised], X[~raised].astype(np.float32))
    levels = noisy[raised][:, [0, 8]].mean(axis=(1, 2))
    assert -1.2 < levels.min() < -0.8
    assert -0.2 < levels.max() < 0.2
    np.testing.assert_allclose(noisy[:, 4], 3, atol=0.1)


def test_spec_augment_masks_stretches_with_the_mean(draw):
    X = np.random.default_rng(0).normal(size=(300, 30, 20)).astype(np.float32)
    masked, _ = draw(SpecAugment(1, 0.3, 1, 0.25), X)
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
    for augmentation in (
        TimeShift(0.3),
        TimeStretch(),
        FrequencyWarp(),
        NoiseFloor(1.0),
        SpecAugment(),
    ):
        varied, targets = draw(augmentation, X)
        np.testing.assert_array_equal(targets, np.eye(8))
        assert len(np.unique(varied.reshape(8, -1), axis=0)) > 4


def test_auto_goes_by_the_data():
    few, many = np.zeros((10, 9, 4)), np.zeros((MANY_CLIPS, 9, 4))
    warps = [TimeStretch, FrequencyWarp]
    assert [type(step) for step in augmentations_for("auto", few)] == warps
    everything = [*warps, NoiseFloor, SpecAugment, Mixup]
    assert [type(step) for step in augmentations_for("auto", many)] == everything
    assert augmentations_for("auto", many[:, :, :1]) == []
    assert augmentations_for(None, many) == []
