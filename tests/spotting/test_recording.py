import numpy as np
import pandas as pd
import pytest

from skkws.spotting import make_recording

CLIPS = [np.sin(np.arange(n) / 5) * 0.1 for n in (8000, 4000, 6000)]
NOISE = [np.random.default_rng(0).normal(size=40000)]


def power(samples):
    return np.mean(np.square(samples.astype(float)))


def test_every_clip_once_at_its_time():
    made = make_recording(
        CLIPS, ["a", "b", "c"], duration=6, noise=None, snr=None, random_state=0
    )
    assert made.data.shape == (96000,)
    assert made.data.dtype == np.int16
    assert sorted(word for word, *_ in made.truth) == ["a", "b", "c"]
    silent = np.ones(96000, dtype=bool)
    for word, start, end in made.truth:
        n_samples = len(CLIPS["abc".index(word)])
        first = round(start * 16000)
        assert round(end * 16000) - first == pytest.approx(n_samples, abs=320)
        np.testing.assert_allclose(
            made.data[first : first + n_samples],
            CLIPS["abc".index(word)] * 32768,
            atol=1,
        )
        silent[first : first + n_samples] = False
    assert not made.data[silent].any()


def test_the_same_seed_makes_the_same_recording():
    def make(seed):
        return make_recording(
            CLIPS, list("abc"), duration=6, noise=NOISE, random_state=seed
        )

    np.testing.assert_array_equal(make(0).data, make(0).data)
    assert make(0).truth == make(0).truth
    assert make(0).truth != make(1).truth


@pytest.mark.parametrize("snr", [0, 10, 20])
def test_words_are_as_much_louder_as_asked(snr):
    clips = [clip * factor for clip, factor in zip(CLIPS, (1, 0.01, 5), strict=True)]
    made = make_recording(
        clips, list("abc"), duration=6, noise=NOISE, snr=snr, random_state=0
    )
    noise = np.ones(len(made.data), dtype=bool)
    within = []
    for _, start, end in made.truth:
        part = slice(round(start * 16000), round(end * 16000))
        noise[part] = False
        within.append(power(made.data[part]))
    found = 10 * np.log10(np.array(within) / power(made.data[noise]) - 1)
    np.testing.assert_allclose(found, snr, atol=1)


def test_rejected_words_are_no_truth():
    made = make_recording(CLIPS, ["a", "_unknown_", "b"], duration=6, random_state=0)
    assert sorted(word for word, *_ in made.truth) == ["a", "b"]


def test_in_a_clip_of_zeros_nothing_is_said():
    clips = [*CLIPS, np.zeros(4000, dtype=np.int16)]
    for noise in (None, NOISE):
        made = make_recording(clips, list("abcd"), duration=6, noise=noise)
        assert sorted(word for word, *_ in made.truth) == ["a", "b", "c"]


def test_classes_to_reject_are_a_list_of_any_kind():
    words = ["no", "_unknown_", "known"]
    made = make_recording(CLIPS, words, duration=6, reject=np.array(["known", "no"]))
    assert [word for word, *_ in made.truth] == ["_unknown_"]
    with pytest.raises(ValueError, match="reject is '_unknown_', but must be a list"):
        make_recording(CLIPS, words, duration=6, reject="_unknown_")


def test_a_rate_of_a_few_samples_a_second():
    made = make_recording([CLIPS[0][:3]], ["a"], duration=2, sr=20, random_state=0)
    assert len(made.data) == 40
    assert len(made.truth) == 1


def test_refusals():
    with pytest.raises(ValueError, match="clips is 5, but must be a list of record"):
        make_recording(5, ["a"], duration=6)
    with pytest.raises(ValueError, match="noise is 5, but must be a list of record"):
        make_recording(CLIPS, list("abc"), duration=6, noise=5)
    with pytest.raises(ValueError, match="words is None, but must be a list"):
        make_recording(CLIPS, None, duration=6)
    with pytest.raises(ValueError, match="0.375 s, but each of 3 clips has but"):
        make_recording(CLIPS, list("abc"), duration=1, random_state=0)
    with pytest.raises(ValueError, match="There are 3 clips, but 2 words"):
        make_recording(CLIPS, list("ab"), duration=6)
    with pytest.raises(ValueError, match="duration is 0, but must be"):
        make_recording(CLIPS, list("abc"), duration=0)
    for noise, snr, message in (
        ([], 10, "noise is empty, but must have at least one recording"),
        ([np.zeros((9, 2))], 10, r"noise\[0\] has the shape \(9, 2\) and the type"),
        (NOISE[0], 10, r"noise\[0\] has the shape \(\) and the type"),
        ([NOISE[0] * np.nan], 10, r"noise\[0\] contains NaN"),
        (NOISE, None, "snr is None, but must be a number of dB"),
        (NOISE, 8000, "snr is 8000, but must be a number of dB from -200 to 200"),
    ):
        with pytest.raises(ValueError, match=message):
            make_recording(CLIPS, list("abc"), duration=6, noise=noise, snr=snr)
    with pytest.raises(ValueError, match=r"clips\[1\] has the shape \(0,\)"):
        make_recording([CLIPS[0], []], list("ab"), duration=6)
    with pytest.raises(ValueError, match="noise has a recording that is silent"):
        make_recording(CLIPS, list("abc"), duration=6, noise=[np.zeros(16000)])


@pytest.mark.parametrize("seed", range(4))
def test_too_short_a_recording_of_noise_is_refused_whatever_is_drawn(seed):
    noise = [np.ones(400), np.ones(20)]
    message = r"noise\[1\] has the shape \(20,\).* of 21 samples at least"
    with pytest.raises(ValueError, match=message):
        make_recording([], [], duration=6, noise=noise, sr=100, random_state=seed)


def test_less_than_a_sample_is_no_recording():
    for noise in (None, NOISE):
        with pytest.raises(ValueError, match="duration is 1e-09.*, but must be"):
            make_recording([], [], duration=1e-9, noise=noise)


def test_noise_of_a_few_samples_a_second():
    noise = [np.random.default_rng(0).normal(size=40)]
    made = make_recording([], [], duration=9, noise=noise, sr=2, random_state=0)
    assert len(made.data) == 18
    assert power(made.data) > 0


def test_words_of_a_series_are_taken_in_their_order():
    words = pd.Series(list("abc"), index=[2, 1, 0])
    made = make_recording(CLIPS, words, duration=6, random_state=0, reject=None)
    expected = make_recording(CLIPS, list("abc"), duration=6, random_state=0)
    assert made.truth == expected.truth


def test_loud_words_are_not_clipped():
    made = make_recording(
        CLIPS, list("abc"), duration=6, noise=NOISE, snr=45, random_state=0
    )
    assert 32000 < np.abs(made.data).max() < 32767


def test_a_recording_of_noise_alone():
    made = make_recording([], [], duration=6, noise=NOISE, random_state=0)
    assert made.truth == []
    assert power(made.data) > 0


def test_clips_of_64_bits_are_refused():
    clips = [np.round(clip * 32768).astype("int64") for clip in CLIPS]
    with pytest.raises(
        ValueError, match=r"^clips\[0\] is of the type int64, but must be "
    ):
        make_recording(clips, ["a", "b", "c"], duration=6, noise=None, snr=None)
