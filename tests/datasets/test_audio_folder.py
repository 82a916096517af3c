import contextlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from skkws.audio import LoadAudio
from skkws.datasets import load_audio_folder, speaker_split


@pytest.fixture
def folder(tmp_path):
    """Return a folder of two words in several formats, rates and channel counts."""
    for name, sr, shape in (
        ("stop/1.wav", 16000, (20000,)),
        ("stop/2.FLAC", 8000, (4000,)),
        ("stop/3.ogg", 44100, (30000, 2)),
        ("go/x.mp3", 16000, (16000,)),
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        tone = np.sin(np.indices(shape)[0] / sr * 2 * np.pi * 200) / 2
        soundfile.write(path, tone, sr)
    for name in (".git/a.wav", "_background_noise_/a.wav", "go/.a.wav", "go/a.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "go" / "deeper").mkdir()
    (tmp_path / "readme.txt").touch()
    return tmp_path


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_loads_every_format(folder, n_jobs):
    bunch = load_audio_folder(folder, n_jobs=n_jobs)
    assert bunch.filenames.tolist() == [
        "go/x.mp3",
        "stop/1.wav",
        "stop/2.FLAC",
        "stop/3.ogg",
    ]
    assert bunch.target.tolist() == ["go", "stop", "stop", "stop"]
    assert bunch.target_names.tolist() == ["go", "stop"]
    assert bunch.data.shape == (4, 16000)
    assert bunch.data.dtype == np.int16
    assert bunch.sr == 16000
    assert bunch.speaker is None
    assert bunch.split is None
    tone = np.sin(np.arange(16000) / 16000 * 2 * np.pi * 200) * 2**14
    for clip, end in zip(bunch.data[1:], (16000, 8000, 10884), strict=True):
        np.testing.assert_allclose(
            clip[200 : end - 200], tone[200 : end - 200], atol=900
        )
        assert not clip[end + 1 :].any()


def test_a_link_that_leads_to_itself_is_left_out(folder):
    (folder / "self").symlink_to(folder / "self")
    assert load_audio_folder(folder).target_names.tolist() == ["go", "stop"]


def test_the_description_counts_clips_of_classes(folder):
    bunch = load_audio_folder(folder, unknown=["stop"])
    assert f"4 clips of the classes _unknown_, go in {folder}." == bunch.DESCR


def test_recordings_of_no_word_are_left_out_with_a_warning(folder):
    for name in ("9.wav", "8.3GA", "._9.wav"):
        (folder / name).touch()
    with pytest.warns(UserWarning, match=r"^2 recording\(s\) in .*, such as 8.3GA"):
        assert len(load_audio_folder(folder).data) == 4


def test_loads_every_format_that_soundfile_writes(tmp_path):
    import soundfile as sf

    (tmp_path / "yes").mkdir()
    written = set()
    suffixes = {"MAT4": "mat", "MAT5": "mat", "WAVEX": "wav", "MPC2K": "snd"}
    for name in sf.available_formats():
        file = f"yes/{name}.{suffixes.get(name, name.lower())}"
        if name not in ("RAW", "SD2"):  # no header, a header in another file
            with contextlib.suppress(ValueError, sf.LibsndfileError):
                sf.write(tmp_path / file, np.zeros(800), 8000, format=name)
                written.add(file)
    assert len(written) > 15
    assert set(load_audio_folder(tmp_path, load=False).filenames) == written


def test_loads_what_load_audio_loads(folder):
    X, _ = load_audio_folder(folder, sr=8000, duration=0.7, return_X_y=True)
    paths, _ = load_audio_folder(str(folder), load=False, return_X_y=True)
    waveforms = LoadAudio(sr=8000, duration=0.7).transform(paths)
    np.testing.assert_allclose(X / 2**15, waveforms, atol=0.51 / 2**15)


def test_speakers_are_told_by_the_names(tmp_path, write_sounds):
    files = [f"{w}/{s}_nohash_0.wav" for w in ("a", "b") for s in "pqrstuvw"]
    write_sounds(tmp_path, files, n_samples=100)
    bunch = load_audio_folder(tmp_path)
    assert "".join(bunch.speaker) == "pqrstuvw" * 2
    np.testing.assert_array_equal(bunch.split, speaker_split(files))
    write_sounds(tmp_path, ["b/other.wav"])
    assert load_audio_folder(tmp_path).speaker is None


def test_refuses_what_is_no_folder_of_words(tmp_path):
    with pytest.raises(FileNotFoundError, match="no does not exist"):
        load_audio_folder(tmp_path / "no")
    with pytest.raises(TypeError, match="^path is None, but must be the path of a"):
        load_audio_folder(None)
    with pytest.raises(FileNotFoundError, match="has no sub-folders"):
        load_audio_folder(tmp_path)
    (tmp_path / "yes").mkdir()
    with pytest.raises(ValueError, match="yes has no recordings"):
        load_audio_folder(tmp_path)
    (tmp_path / "yes" / "anna").mkdir()
    (tmp_path / "yes" / "anna" / "a.wav").touch()
    with pytest.raises(ValueError, match="anna is a folder of recordings, but those"):
        load_audio_folder(tmp_path)
    (tmp_path / "yes" / "anna" / "later").mkdir()
    (tmp_path / "yes" / "anna" / "a.wav").rename(tmp_path / "yes/anna/later/a.wav")
    with pytest.raises(ValueError, match="later is a folder of recordings, but those"):
        load_audio_folder(tmp_path)
    hidden = tmp_path / "yes" / "anna" / ".cache"
    (tmp_path / "yes" / "anna" / "later").rename(hidden)
    with pytest.raises(ValueError, match="yes has no recordings"):
        load_audio_folder(tmp_path)
    (tmp_path / "yes" / "a.wav").touch()
    with pytest.raises(NotADirectoryError, match=r"a\.wav is not a folder"):
        load_audio_folder(tmp_path / "yes" / "a.wav")


@pytest.mark.parametrize("name", ["yes/a.wav", "yes/phone.m4a"])
def test_names_what_cannot_be_decoded(tmp_path, name):
    (tmp_path / "yes").mkdir()
    (tmp_path / name).write_bytes(b"nonsense" * 100)
    with pytest.raises(ValueError, match=f"{name} cannot be decoded"):
        load_audio_folder(tmp_path)


def test_names_what_is_too_long(tmp_path, write_sounds):
    write_sounds(tmp_path, ["yes/a.wav"], n_samples=6100, sr=100)
    with pytest.raises(ValueError, match=r"a\.wav lasts 61.0 s"):
        load_audio_folder(tmp_path)
    X, _ = load_audio_folder(tmp_path, sr=100, max_duration=None, return_X_y=True)
    assert X.shape == (1, 100)


@pytest.fixture
def with_rejects(tmp_path, write_sounds):
    files = [f"{w}/{i}.wav" for w in ("yes", "no", "cat") for i in range(20)]
    write_sounds(tmp_path, files, n_samples=1000)
    write_sounds(tmp_path, ["hum/a.wav", "hum/b.wav"], n_samples=70 * 16000)
    return tmp_path


def test_other_words_and_silence(with_rejects):
    bunch = load_audio_folder(with_rejects, unknown=["cat"], silence="hum")
    words, counts = np.unique(bunch.target, return_counts=True)
    expected = {"_silence_": 4, "_unknown_": 20, "no": 20, "yes": 20}
    assert dict(zip(words, counts, strict=True)) == expected
    unknown = bunch.filenames[bunch.target == "_unknown_"]
    assert {file.split("/")[0] for file in unknown} == {"cat"}
    silence = bunch.data[bunch.target == "_silence_"]
    assert silence.any(axis=1).all()
    again = load_audio_folder(with_rejects, unknown=["cat"], silence="hum")
    np.testing.assert_array_equal(again.data, bunch.data)
    other = load_audio_folder(
        with_rejects, unknown=["cat"], silence="hum", random_state=1
    )
    assert (other.data[bunch.target == "_silence_"] != silence).any()
    rejects = load_audio_folder(
        with_rejects, unknown=["cat", "no", "yes"], silence="hum"
    )
    assert np.count_nonzero(rejects.target == "_silence_") == 6


def test_refused_rejects(with_rejects):
    with pytest.raises(ValueError, match="unknown has 'dog', but the sub-folders are"):
        load_audio_folder(with_rejects, unknown=["dog"])
    for unknown in ("cat", None, 5):
        with pytest.raises(TypeError, match="^unknown is .*, but must be a list"):
            load_audio_folder(with_rejects, unknown=unknown)
    with pytest.raises(TypeError, match="^silence is 5, but must be the name of a"):
        load_audio_folder(with_rejects, silence=5)
    with pytest.raises(FileNotFoundError, match="none has no recordings to cut"):
        load_audio_folder(with_rejects, silence="none")
    with pytest.raises(ValueError, match="have no paths"):
        load_audio_folder(with_rejects, silence="hum", load=False)
    (with_rejects / "hum" / "c.wav").write_bytes(b"junk")
    with pytest.raises(ValueError, match=r"c\.wav cannot be decoded"):
        load_audio_folder(with_rejects, silence="hum")


@pytest.mark.parametrize("silence", ["hum/", "./hum", Path("hum"), "{}/hum"])
def test_the_folder_of_noise_is_no_word(with_rejects, silence):
    if isinstance(silence, str):
        silence = silence.format(with_rejects)
    bunch = load_audio_folder(with_rejects, silence=silence)
    assert "hum" not in bunch.target_names


def test_a_folder_with_an_underscore_is_read_if_named(tmp_path, write_sounds):
    write_sounds(tmp_path, ["go/a.wav", "_unknown_/b.wav", "_notes/c.wav"])
    assert set(load_audio_folder(tmp_path).target) == {"go"}
    bunch = load_audio_folder(tmp_path, unknown=["_unknown_"])
    assert set(bunch.target) == {"go", "_unknown_"}


@pytest.mark.parametrize("as_given", [pd.Series, iter])
def test_unknown_may_be_any_iterable(with_rejects, as_given):
    bunch = load_audio_folder(with_rejects, unknown=as_given(["cat"]), silence="hum")
    assert set(bunch.target) == {"_unknown_", "_silence_", "no", "yes"}


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"max_duration": "x"}, "max_duration is 'x', but must be a positive number"),
        ({"duration": "x"}, "duration is 'x', but must be a positive number"),
        ({"sr": 0}, "sr is 0"),
        ({"load": "paths", "silence": None}, "load is 'paths', but must be True or F"),
    ],
)
def test_parameters_out_of_range_are_refused(with_rejects, params, words):
    with pytest.raises(ValueError, match=words):
        load_audio_folder(with_rejects, **{"silence": "hum", **params})
