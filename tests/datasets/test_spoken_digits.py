import shutil
import tarfile

import numpy as np
import pytest

from skkws.datasets import fetch_spoken_digits

FILES = [
    f"recordings/{digit}_{speaker}_{take}.wav"
    for digit in (0, 7)
    for speaker in ("anna", "bert")
    for take in (0, 4, 5, 49)
]


@pytest.fixture
def home(tmp_path, write_sounds):
    folder = tmp_path / "free-spoken-digit-dataset"
    write_sounds(folder, FILES, n_samples=6000, sr=8000)
    write_sounds(folder, ["recordings/hello.wav"])
    return tmp_path


def test_digits(home):
    bunch = fetch_spoken_digits(data_home=home)
    assert bunch.sr == 8000
    assert bunch.data.shape == (16, 8000)
    assert bunch.data.dtype == np.int16
    assert bunch.filenames.tolist() == sorted(FILES)
    assert bunch.target_names.tolist() == ["0", "7"]
    assert bunch.speaker[:8].tolist() == ["anna"] * 4 + ["bert"] * 4
    assert bunch.split[:4].tolist() == ["test", "test", "train", "train"]
    assert bunch.data[:, 5000:6000].any(axis=1).all()
    assert not bunch.data[:, 6000:].any()


def test_duration_trims_and_pads(home):
    whole = fetch_spoken_digits(data_home=home).data
    short = fetch_spoken_digits(data_home=home, duration=0.5).data
    long = fetch_spoken_digits(data_home=home, duration=1.5).data
    np.testing.assert_array_equal(short, whole[:, :4000])
    np.testing.assert_array_equal(long[:, :8000], whole)
    assert long.shape == (16, 12000)


def test_subset(home):
    X, y = fetch_spoken_digits(data_home=home, subset="test", return_X_y=True)
    assert len(X) == len(y) == 8
    with pytest.raises(ValueError, match="subset is 'validation', but must be 'all'"):
        fetch_spoken_digits(data_home=home, subset="validation")


def test_a_bad_duration_is_refused(home):
    with pytest.raises(ValueError, match="duration is 0"):
        fetch_spoken_digits(data_home=home, duration=0)


def test_a_folder_without_digits_is_refused(tmp_path):
    (tmp_path / "free-spoken-digit-dataset").mkdir()
    with pytest.raises(FileNotFoundError, match="no recordings named <digit>_"):
        fetch_spoken_digits(data_home=tmp_path)


def test_other_recordings_are_warned_of_when_downloaded(home, tmp_path, monkeypatch):
    path = tmp_path / "v1.0.10.tar.gz"
    with tarfile.open(path, "w:gz") as file:
        file.add(home / "free-spoken-digit-dataset", "free-spoken-digit-dataset-1.0.10")
    monkeypatch.setattr(
        "pooch.HTTPDownloader.__call__",
        lambda self, url, output_file, pooch: shutil.copy(path, output_file),
    )
    with pytest.warns(UserWarning, match="differ from the 3,000") as caught:
        bunch = fetch_spoken_digits(data_home=tmp_path / "new")
    assert caught[0].filename == __file__
    assert bunch.data.shape == (16, 8000)
    assert [p.name for p in (tmp_path / "new").iterdir()] == [
        "free-spoken-digit-dataset"
    ]
