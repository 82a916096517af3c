import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skkws import AddNoise

RNG = np.random.default_rng(0)
NOISE = [RNG.normal(size=3000), RNG.integers(-900, 900, 2000).astype(np.int16)]
CLIPS = np.sin(np.arange(1000) / 7) * np.array([[0.1], [0.5], [1]])
CLIPS[:, 500:] = 0  # the word is half the clip


def noisy(clips=CLIPS, noise=NOISE, **params):
    return AddNoise(noise, random_state=0, **params).fit_transform(clips)


@pytest.mark.parametrize("snr", [-5, 0, 20])
def test_ratio_of_word_to_noise(snr):
    added = noisy(snr=(snr, snr), share=1) - CLIPS
    word = np.mean(np.square(CLIPS[:, :500]), axis=1)
    ratio = 10 * np.log10(word / np.mean(np.square(added), axis=1))
    np.testing.assert_allclose(ratio, snr, atol=0.3)


def test_ratios_are_drawn_from_the_range():
    added = noisy(CLIPS[[0] * 200], snr=(0, 10), share=1) - CLIPS[0]
    ratio = 10 * np.log10(np.mean(CLIPS[0, :500] ** 2) / np.mean(added**2, axis=1))
    assert -0.3 < ratio.min() < 1
    assert 9 < ratio.max() < 10.3


def test_a_share_of_the_clips():
    clips = CLIPS[[1] * 200]
    unchanged = (noisy(clips, share=0.3) == clips.astype(np.float32)).all(axis=1)
    assert 0.6 < unchanged.mean() < 0.8
    np.testing.assert_array_equal(noisy(clips, share=0), clips.astype(np.float32))


def test_clips_get_noise_of_recordings_that_are_silent_in_part():
    gated = np.concatenate([np.zeros(50000), NOISE[0]])
    added = noisy(CLIPS[[0] * 50], [gated], share=1) - CLIPS[0]
    assert added.any(axis=1).all()


def test_shifts():
    clips = CLIPS[[1] * 200].astype(np.float32)
    shifted = noisy(clips, noise=None, max_shift=0.1)
    found = set()
    for clip in shifted:
        shift = next(
            s
            for s in range(-100, 101)
            if np.array_equal(
                clip[max(0, s) : 1000 + min(0, s)],
                clips[0, max(0, -s) : 1000 - max(0, s)],
            )
        )
        outside = clip[:shift] if shift > 0 else clip[1000 + shift :]
        assert not outside.any()
        found.add(shift)
    assert min(found) < -80
    assert max(found) > 80


def test_only_fit_adds_noise():
    step = AddNoise(NOISE, share=1, max_shift=0.1, random_state=0).fit(CLIPS)
    np.testing.assert_array_equal(step.transform(CLIPS), CLIPS.astype(np.float32))
    pipe = make_pipeline(step, LogisticRegression()).fit(CLIPS, [0, 1, 1])
    plain = LogisticRegression().fit(step.fit_transform(CLIPS), [0, 1, 1])
    np.testing.assert_allclose(
        pipe.predict_proba(CLIPS), plain.predict_proba(CLIPS), atol=1e-6
    )


def test_integers_are_scaled_and_silence_stays_finite():
    clips = (CLIPS * 32767).astype(np.int16)
    clips[0] = 0
    result = noisy(clips, snr=(20, 20), share=1)
    assert np.isfinite(result).all()
    assert not result[0].any()
    np.testing.assert_allclose(result[2], noisy(snr=(20, 20), share=1)[2], atol=1e-3)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"snr": 3}, "snr is 3, but must be two finite numbers"),
        ({"snr": (0, "a", 30)}, "snr is .*, but must be two finite numbers"),
        ({"snr": (False, 30)}, "snr is .*, but must be two finite numbers"),
        (
            {"snr": (3, 1)},
            r"snr is \(3, 1\), but must be .* low <= high within \[-200, 200\], in dB",
        ),
        ({"snr": (0, "3")}, r"snr is \(0, '3'\), but must be two finite numbers"),
        ({"snr": (-1000, 0)}, r"snr is \(-1000, 0\), but must .* within \[-200, 200\]"),
        ({"max_shift": 2}, "max_shift is 2, but must be a number from 0 to 1"),
        ({"share": -1}, "share is -1, but must be"),
        ({"noise": 5}, "noise is 5, but must be a list of recordings"),
        ({"noise": [np.ones(10)]}, r"noise\[0\] has the shape \(10,\) and the type"),
        ({"noise": [np.array(["a"] * 1000)]}, r"noise\[0\] has the shape .* type <U1"),
        ({"noise": [np.ones(1000), np.zeros(1000)]}, r"noise\[1\] is silence, but"),
        ({"noise": [np.full(1000, 128, np.uint8)]}, r"noise\[0\] is silence, but"),
        ({"noise": [np.full(1000, np.nan)]}, r"noise\[0\] contains NaN or infinity"),
    ],
)
def test_refusals(params, message):
    with pytest.raises(ValueError, match=message):
        noisy(**params)


def test_failed_fit_leaves_the_fit_before():
    step = AddNoise([np.ones(100)]).fit(np.ones((1, 100)))
    for again in (step.fit, step.fit_transform):
        with pytest.raises(ValueError, match=r"^noise\[0\] has the shape \(100,\)"):
            again(np.ones((1, 150)))
        assert step.n_features_in_ == 100


def test_noise_that_is_a_pair_of_samples_and_rate():
    noise = [(np.ones(1600), 16000)]
    with pytest.raises(
        ValueError, match=r"^noise\[0\] is no array of numbers, but mus"
    ):
        AddNoise(noise).fit(np.ones((2, 1600), np.float32))
