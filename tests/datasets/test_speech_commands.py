from collections import Counter

import numpy as np
import pytest
import soundfile

from skkws.audio import LoadAudio
from skkws.datasets import (
    fetch_background_noise,
    fetch_mini_speech_commands,
    fetch_speech_commands,
    speaker_split,
)
from skkws.datasets._bunch import Clip
from skkws.datasets._rejects import cut_silence

SPEAKERS = [f"{i:08x}" for i in range(100)]
PARTS = Counter(speaker_split(SPEAKERS).tolist())
NOISES = ["_background_noise_/hum.wav", "_background_noise_/rain.wav"]


@pytest.fixture
def mini_home(tmp_path, write_sounds):
    folder = tmp_path / "mini_speech_commands"
    files = [f"{w}/{s}_nohash_0.wav" for w in ("yes", "no") for s in SPEAKERS[:20]]
    write_sounds(folder, files, n_samples=9000)
    write_sounds(folder, [f"__MACOSX/{files[0]}", "yes/._hidden.wav"])
    (folder / "README.md").touch()
    (folder / "yes" / "notes.txt").touch()
    return tmp_path


@pytest.fixture
def home(tmp_path, write_sounds):
    """Return a data home of three words with short clips, and long noise."""
    folder = tmp_path / "speech_commands_v0.02"
    files = [f"{w}/{s}_nohash_0.wav" for w in ("a", "b", "c") for s in SPEAKERS]
    write_sounds(folder, files, n_samples=100)
    write_sounds(folder, NOISES, n_samples=12 * 16000)
    return tmp_path


def test_mini_is_padded_sorted_and_complete(mini_home):
    bunch = fetch_mini_speech_commands(data_home=mini_home)
    assert bunch.data.shape == (40, 16000)
    assert bunch.data.dtype == np.int16
    assert bunch.sr == 16000
    assert bunch.filenames.tolist() == sorted(bunch.filenames)
    assert bunch.target_names.tolist() == ["no", "yes"]
    assert "CC BY" in bunch.DESCR
    np.testing.assert_array_equal(bunch.split, speaker_split(bunch.filenames))
    for i in (0, 39):
        file = bunch.filenames[i]
        assert file == f"{bunch.target[i]}/{bunch.speaker[i]}_nohash_0.wav"
        path = mini_home / "mini_speech_commands" / file
        samples, _ = soundfile.read(path, dtype="int16")
        np.testing.assert_array_equal(bunch.data[i, :9000], samples)
        assert not bunch.data[i, 9000:].any()


def test_mini_as_paths_and_pairs(mini_home):
    X, y = fetch_mini_speech_commands(data_home=mini_home, return_X_y=True)
    paths, same_y = fetch_mini_speech_commands(
        data_home=mini_home, load=False, return_X_y=True
    )
    np.testing.assert_array_equal(y, same_y)
    np.testing.assert_array_equal(LoadAudio().transform(paths), X / np.float32(2**15))


def test_mini_subsets(mini_home):
    whole = fetch_mini_speech_commands(data_home=mini_home)
    for subset in set(whole.split):
        part = fetch_mini_speech_commands(data_home=mini_home, subset=subset)
        np.testing.assert_array_equal(part.data, whole.data[whole.split == subset])
        np.testing.assert_array_equal(part.target_names, whole.target_names)


def test_mini_refuses(mini_home, tmp_path):
    with pytest.raises(ValueError, match="subset is 'dev'"):
        fetch_mini_speech_commands(data_home=mini_home, subset="dev")
    (tmp_path / "x" / "mini_speech_commands").mkdir(parents=True)
    with pytest.raises(FileNotFoundError, match="no sub-folders with recordings"):
        fetch_mini_speech_commands(data_home=tmp_path / "x")


def test_words_alone(home):
    bunch = fetch_speech_commands(data_home=home, task=["b", "a"], load=False)
    assert Counter(bunch.target.tolist()) == {"a": 100, "b": 100}
    paths = [home / "speech_commands_v0.02" / file for file in bunch.filenames]
    assert bunch.data.tolist() == list(map(str, paths))


def test_unknown_and_silence_have_a_tenth_of_the_keywords(home):
    bunch = fetch_speech_commands(data_home=home, task=["a", "_silence_", "_unknown_"])
    assert bunch.target_names.tolist() == ["_silence_", "_unknown_", "a"]
    counts = Counter(zip(bunch.target.tolist(), bunch.split.tolist(), strict=True))
    for split, count in PARTS.items():
        tenth = -(-count // 10)
        assert counts["a", split] == count
        assert counts["_unknown_", split] == tenth
        assert counts["_silence_", split] == tenth
    unknown = bunch.filenames[bunch.target == "_unknown_"]
    assert {file[0] for file in unknown} <= {"b", "c"}
    assert len(set(unknown)) == len(unknown)


def test_silence_is_cut_from_disjoint_stretches(home):
    folder = home / "speech_commands_v0.02"
    stretches = {"train": (0, 8), "validation": (8, 9), "test": (9, 10)}  # tenths
    keywords = [Clip("", "a", split=split) for split in stretches for _ in range(2000)]
    clips = cut_silence(folder, keywords, np.random.RandomState(0), duration=1.0)
    assert {clip.file for clip in clips} == set(NOISES)
    for split, (begin, end) in stretches.items():
        starts = np.array([clip.start for clip in clips if clip.split == split])
        assert len(starts) == 200
        assert starts.min() >= begin * 19200
        assert starts.max() + 16000 <= end * 19200
        assert np.ptp(starts) > 0.9 * ((end - begin) * 19200 - 16000)


def test_silence_is_the_noise_at_other_volumes(home):
    folder = home / "speech_commands_v0.02"
    noise = np.repeat([0, 10000], [8 * 19200, 2 * 19200]).astype(np.int16)
    for file in NOISES:
        soundfile.write(folder / file, noise, 16000)
    bunch = fetch_speech_commands(data_home=home, task=["a", "_silence_"])
    is_silence = bunch.target == "_silence_"
    speakers, splits = bunch.speaker[is_silence], bunch.split[is_silence]
    assert {name.split("-")[0] for name in speakers} == {"hum", "rain"}
    # No tenth of a noise is in two splits, as no speaker is.
    assert len(set(zip(speakers, splits, strict=True))) == len(set(speakers)) > 4
    assert set(bunch.filenames[is_silence]) <= set(NOISES)
    assert not bunch.data[is_silence & (bunch.split == "train")].any()
    others = bunch.data[is_silence & (bunch.split != "train")]
    levels = others[:, 0]
    np.testing.assert_array_equal(others, np.tile(levels[:, np.newaxis], 16000))
    assert len(set(levels)) == len(levels)
    assert (levels < 10000).all()


def test_the_draw_depends_on_random_state_alone(home):
    task = ["a", "_unknown_", "_silence_"]
    first, same, other = (
        fetch_speech_commands(data_home=home, task=task, random_state=seed)
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first.data, same.data)
    assert first.filenames.tolist() != other.filenames.tolist()
    test = fetch_speech_commands(data_home=home, task=task, subset="test")
    np.testing.assert_array_equal(test.data, first.data[first.split == "test"])


def test_the_published_task_has_twelve_classes(tmp_path, write_sounds):
    words = ["yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"]
    folder = tmp_path / "speech_commands_v0.01"
    files = [f"{w}/{s}_nohash_0.wav" for w in (*words, "bed") for s in SPEAKERS[:20]]
    write_sounds(folder, files, n_samples=10)
    write_sounds(folder, NOISES, n_samples=12 * 16000)
    bunch = fetch_speech_commands(data_home=tmp_path, version="0.01")
    assert bunch.target_names.tolist() == sorted([*words, "_silence_", "_unknown_"])


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"version": "0.03"}, "version is '0.03'"),
        ({"task": "13"}, "task is '13'"),
        ({"task": 12}, "task is 12, but must be '12', '30', '35' or a list of words"),
        ({"task": [1, 2]}, r"task is \[1, 2\], but must be '12'"),
        ({"task": ["_silence_"]}, "at least one word"),
        ({"task": ["a", "x", "y"]}, "does not have the words x, y; it has a, b, c"),
        ({"task": "35"}, "does not have the words yes, no"),
        ({"task": ["a", "b", "c", "_unknown_"]}, "no words but those of the task"),
        ({"task": ["a", "_silence_"], "load": False}, "have no paths"),
        ({"task": ["a"], "subset": "dev"}, "subset is 'dev'"),
    ],
)
def test_impossible_tasks_are_refused(home, params, words):
    with pytest.raises(ValueError, match=words):
        fetch_speech_commands(data_home=home, **params)


def test_silence_needs_noise(home, write_sounds):
    folder = home / "speech_commands_v0.02"
    write_sounds(folder, NOISES[:1], n_samples=9 * 16000)
    short = rf"{NOISES[0]} lasts 9.0 s, but must last 10 s at least: 10% of it is the"
    for seed in range(4):  # also where the file is not drawn
        with pytest.raises(ValueError, match=short):
            fetch_speech_commands(
                data_home=home, task=["a", "_silence_"], random_state=seed
            )
    for noise in NOISES:
        (folder / noise).unlink()
    with pytest.raises(FileNotFoundError, match="no recordings to cut '_silence_'"):
        fetch_speech_commands(data_home=home, task=["a", "_silence_"])


def test_background_noise_in_stretches(home):
    whole = fetch_background_noise(data_home=home)
    assert [len(one) for one in whole] == [12 * 16000] * 2
    parts = [
        fetch_background_noise(data_home=home, subset=subset)
        for subset in ("train", "validation", "test")
    ]
    for i, samples in enumerate(whole):
        assert samples.dtype == np.int16
        np.testing.assert_array_equal(np.concatenate([p[i] for p in parts]), samples)
    with pytest.raises(ValueError, match="version is '3'"):
        fetch_background_noise(data_home=home, version="3")


def test_the_speakers_of_silence_are_in_one_split_each(tmp_path, write_sounds):
    # Of eleven samples, those of validation begin with the ninth, in the eighth tenth.
    write_sounds(tmp_path, ["_background_noise_/hum.wav"], n_samples=11, sr=1000)
    splits = ["train", "validation", "test"]
    keywords = [Clip("", "a", split=split) for split in splits for _ in range(2000)]
    clips = cut_silence(tmp_path, keywords, np.random.RandomState(0), duration=0.001)
    speakers = {s: {clip.speaker for clip in clips if clip.split == s} for s in splits}
    assert speakers["train"] == {f"hum-{tenth}" for tenth in range(7)}
    assert speakers["validation"] == {"hum-8"}
    assert speakers["test"] == {"hum-9"}
