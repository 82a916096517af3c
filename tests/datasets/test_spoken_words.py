import multiprocessing
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from joblib import Parallel, delayed
from numpy.testing import assert_array_equal

espeakng_loader = pytest.importorskip("espeakng_loader")

from skkws.datasets import _espeak  # noqa: E402
from skkws.datasets._spoken_words import make_spoken_words  # noqa: E402

DRY = {"reverberation": None, "snr": None}


def voiced(clips):
    """Return the first and the number of the samples that are not silent."""
    loud = np.abs(clips.astype(int)) > 0
    first = loud.argmax(axis=1)
    return first, clips.shape[1] - loud[:, ::-1].argmax(axis=1) - first


@pytest.fixture(scope="module")
def clips():
    return make_spoken_words(n_clips_per_word=30, random_state=0)


def test_looks_like_a_corpus(clips):
    n_clips = 8 * 30
    assert clips.data.shape == (n_clips, 16000)
    assert clips.data.dtype == np.int16
    words, counts = np.unique(clips.target, return_counts=True)
    assert_array_equal(clips.target_names, words)
    assert_array_equal(counts, 30)
    assert clips.speaker.shape == clips.split.shape == (n_clips,)
    assert clips.sr == 16000
    assert clips.filenames is None
    assert "240 clips of 1 s at 16000 Hz" in clips.DESCR


def test_returns_X_and_y(clips):
    X, y = make_spoken_words(n_clips_per_word=30, random_state=0, return_X_y=True)
    assert_array_equal(X, clips.data)
    assert_array_equal(y, clips.target)


def test_every_speaker_speaks_every_word_about_equally_often():
    clips = make_spoken_words(["yes", "no"], 11, n_speakers=4, random_state=0)
    for word in clips.target_names:
        speakers, counts = np.unique(
            clips.speaker[clips.target == word], return_counts=True
        )
        assert len(speakers) == 4
        assert set(counts) == {2, 3}


@pytest.mark.parametrize(
    ("n_speakers", "expected"), [(1, (1, 0, 0)), (3, (1, 1, 1)), (20, (16, 2, 2))]
)
def test_splits_by_speaker(n_speakers, expected):
    clips = make_spoken_words(["go"], 20, n_speakers=n_speakers, random_state=0)
    splits = [
        set(clips.speaker[clips.split == split])
        for split in ("train", "validation", "test")
    ]
    assert tuple(map(len, splits)) == expected
    assert len(set.union(*splits)) == n_speakers


def test_splits_keep_a_variant_together():
    clips = make_spoken_words(["go"], 200, n_speakers=200, random_state=0)
    assert len(set(clips.speaker)) == 200
    split_of = {}
    for speaker, split in zip(clips.speaker, clips.split, strict=True):
        variant = speaker.split("+")[1]
        assert split_of.setdefault(variant, split) == split


def test_words_sound_alike_among_voices_and_unlike_other_words():
    def spectra(word):  # long-term spectra, of zero mean and unit length
        clips = make_spoken_words([word], 40, random_state=0, **DRY)
        power = np.abs(np.fft.rfft(clips.data.astype(float))) ** 2
        bands = np.add.reduceat(power, np.arange(100, 8000, 200), axis=1)
        logarithm = np.log(bands)
        logarithm -= logarithm.mean(axis=1, keepdims=True)
        return logarithm / np.linalg.norm(logarithm, axis=1, keepdims=True)

    yes, no = spectra("yes"), spectra("no")
    centres = np.array([yes[:20].mean(axis=0), no[:20].mean(axis=0)])
    assert np.mean((yes[20:] @ centres.T).argmax(axis=1) == 0) > 0.8
    assert np.mean((no[20:] @ centres.T).argmax(axis=1) == 1) > 0.8


def test_same_random_state_same_clips_whatever_was_said_before(clips):
    make_spoken_words(["something else"], 3, random_state=1)
    again = make_spoken_words(n_clips_per_word=30, random_state=0)
    for key in ("data", "target", "speaker", "split"):
        assert_array_equal(again[key], clips[key])
    other = make_spoken_words(n_clips_per_word=30, random_state=1)
    assert not np.array_equal(other.data, clips.data)
    assert not np.array_equal(other.speaker, clips.speaker)


def test_random_state_instance_is_used_up():
    rng = np.random.RandomState(0)
    first, second = (
        make_spoken_words(["go"], 2, random_state=rng).data for _ in range(2)
    )
    assert not np.array_equal(first, second)


def test_global_random_state_is_untouched():
    before = np.random.get_state()  # noqa: NPY002
    first, second = (make_spoken_words(["go"], 2).data for _ in range(2))
    after = np.random.get_state()  # noqa: NPY002
    assert_array_equal(before[1], after[1])
    assert before[2] == after[2]
    assert not np.array_equal(first, second)


def few_clips(_=None):
    return make_spoken_words(["yes", "no"], 8, random_state=0).data


def in_fork():
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return pool.map_async(few_clips, range(4)).get(timeout=300)


def in_threads():
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(few_clips, range(4)))


def in_loky():
    return Parallel(n_jobs=2)(delayed(few_clips)() for _ in range(4))


@pytest.mark.parametrize("run", [in_threads, in_loky, in_fork])
def test_same_clips_in_threads_and_processes(run):
    if run is in_fork and sys.platform == "win32":
        pytest.skip("Windows cannot fork")
    with warnings.catch_warnings():
        # of Python itself, on forks of processes that have threads
        warnings.filterwarnings("ignore", ".*fork.*")
        results = run()
    for result in results:
        assert_array_equal(result, few_clips())


def test_prints_nothing(capfd):
    few_clips()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("sr", "duration"), [(8000, 1.0), (44100, 0.8), (16000, 2)])
def test_words_are_whole_at_any_rate(sr, duration):
    clips = make_spoken_words(
        ["right"], 20, sr=sr, duration=duration, random_state=0, **DRY
    )
    assert clips.data.shape == (20, round(sr * duration))
    assert clips.sr == sr
    _, lengths = voiced(clips.data)
    assert np.all((lengths > 0.15 * sr) & (lengths < 0.7 * sr))


def test_faster_is_shorter():
    def mean_length(rate):
        clips = make_spoken_words(
            ["left"], 20, rate=(rate, rate), random_state=0, **DRY
        )
        return voiced(clips.data)[1].mean()

    assert 1.5 < mean_length(100) / mean_length(200) < 2.5


def test_long_words_are_spoken_faster():
    words = ["hey computer"]
    fits = make_spoken_words(
        words, 10, duration=0.7, rate=(80, 80), random_state=0, **DRY
    )
    first, length = voiced(fits.data)
    # eSpeak's utterances end in silence: all of them end before the clip does
    assert np.all(first + length < fits.data.shape[1])


def test_too_long_words_are_cut_off_without_a_click():
    clips = make_spoken_words(
        ["turn on all the lights in the kitchen please"],
        10,
        duration=0.5,
        random_state=0,
        **DRY,
    )
    first, _ = voiced(clips.data)
    assert np.all(first < 4000)
    loudest = np.abs(clips.data.astype(int)).max(axis=1)
    assert np.all(np.abs(clips.data[:, -8:].astype(int)).max(axis=1) < 0.1 * loudest)


def test_speaks_other_languages():
    german = make_spoken_words(["ja", "straße"], 10, language="de", random_state=0)
    assert {voice.split("+")[0] for voice in german.speaker} == {"de"}
    english = make_spoken_words(["ja", "straße"], 10, language="EN", random_state=0)
    accents = {voice.split("+")[0] for voice in english.speaker}
    assert len(accents) > 2
    assert all(accent.startswith("en") for accent in accents)


def test_voices_are_known_and_robots_are_not_among_them():
    accents, variants = _espeak.list_voices(espeakng_loader.get_data_path(), "en")
    assert {"en", "en-US", "en-029"} <= set(accents)
    assert "de" not in accents
    assert len(variants) > 80
    assert not {*variants, *accents} & _espeak.LEFT_OUT


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"words": []}, "words is empty"),
        ({"words": "yes"}, "words is 'yes', but must be a list"),
        ({"words": None}, "words is None, but must be a list"),
        ({"words": ["yes", "no", "yes"]}, "words contains 'yes' twice"),
        ({"words": ["yes", " "]}, r"words\[1\] is ' ', but must be a string"),
        ({"words": [3]}, r"words\[0\] is 3, but must be a string"),
        (
            {"words": ["yes", "..."]},
            r"words contains '\.\.\.', but the voice .* silent",
        ),
        (
            {"n_clips_per_word": 0},
            "n_clips_per_word is 0, but must be a positive whole number",
        ),
        ({"n_clips_per_word": 1.5}, "n_clips_per_word is 1.5, but must be a pos"),
        ({"n_speakers": 0}, "n_speakers is 0, but must be a positive whole"),
        ({"n_speakers": 10000, "n_clips_per_word": 10000}, "n_speakers is 10000, but"),
        (
            {"n_speakers": 10**6, "n_clips_per_word": 10**4},
            "n_speakers is 1000000, but",
        ),
        ({"sr": 0}, "sr is 0, but must be a positive"),
        ({"duration": 0}, "duration is 0, but must be a positive number"),
        ({"duration": np.inf}, "duration is inf, but must be a positive number"),
        ({"language": "xx"}, "language is 'xx', which eSpeak NG does not speak"),
        ({"language": None}, "language is None, which eSpeak NG does not speak"),
        ({"rate": (200, 100)}, r"rate is \(200, 100\), but must be two .* words per"),
        ({"rate": (40, 100)}, r"rate is \(40, 100\), .* within \[80, 450\]"),
        ({"rate": None}, "rate is None, but must be two finite numbers"),
        ({"pitch": 3}, r"pitch is 3, .* within \[-12, 12\], in semitones"),
        ({"level": (-10, 3)}, r"level is \(-10, 3\), .* within \[-inf, 0\], in dB"),
        ({"reverberation": (0, 1)}, r"reverberation is \(0, 1\), .* in seconds"),
        (
            {"snr": (10, np.nan)},
            r"snr is \(10, nan\), .* low <= high within \[-200, 200\], in dB",
        ),
        ({"snr": ("a", "b")}, r"snr is \('a', 'b'\), but must be two finite numbers"),
    ],
)
def test_refuses_in_one_sentence(parameters, message):
    with pytest.raises(ValueError, match=f"^{message}.*\\.$"):
        make_spoken_words(**{"n_clips_per_word": 1, **parameters})


def test_a_voice_with_an_echo_does_not_repeat_the_word_before():
    spoken = _espeak.speak(
        [(word, "en+RicishayMax2", 175, 50, 50) for word in ("yes", "...")],
        longest=_espeak.SAMPLE_RATE,
        seed=0,
        library=espeakng_loader.get_library_path(),
        data=espeakng_loader.get_data_path(),
    )
    yes, nothing = (np.frombuffer(samples, np.int16) for samples in spoken)
    assert np.abs(yes).max() > 5000
    assert not nothing.any()


def test_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    with pytest.raises(ImportError, match=r'`pip install "skkws\[synth\]"`\.$'):
        make_spoken_words()


def speak(text="yes", voice="en-us", library=None, data=None):
    return list(
        _espeak.speak(
            [(text, voice, 175, 50, 50)],
            longest=22050,
            seed=0,
            library=library or espeakng_loader.get_library_path(),
            data=data or espeakng_loader.get_data_path(),
        )
    )


@pytest.mark.parametrize(
    "wrong", [{"voice": "nobody"}, {"library": "nothing.so"}, {"data": "no/where"}]
)
def test_failure_of_espeak_is_told(wrong, tmp_path):
    if "data" in wrong:
        (tmp_path / "empty").mkdir()
        wrong = {"data": tmp_path / "empty" / "espeak-ng-data"}
    with pytest.raises(RuntimeError, match="^eSpeak NG failed: .+"):
        speak(**wrong)


@pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links")
def test_data_may_lie_deep(tmp_path):
    folder = tmp_path / ("a" * 100) / ("b" * 100)  # eSpeak's own limit is 160
    folder.mkdir(parents=True)
    (folder / "espeak-ng-data").symlink_to(espeakng_loader.get_data_path())
    assert speak(data=folder / "espeak-ng-data") == speak()


def test_no_process_outlives_a_refusal():
    speaking = _espeak.speak(
        [("yes", "en-us", 175, 50, 50)] * 1000,
        longest=22050,
        seed=0,
        library=espeakng_loader.get_library_path(),
        data=espeakng_loader.get_data_path(),
    )
    next(speaking)
    child = speaking.gi_frame.f_locals["child"]
    speaking.close()
    assert isinstance(child, subprocess.Popen)
    assert child.returncode is not None
