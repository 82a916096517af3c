import os
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from skkws._files import fill_rows, is_path, read_blocks, read_sound
from skkws._writing import write_whole


@pytest.fixture
def samples():
    return np.random.default_rng(0).integers(-(2**15), 2**15, 8000, dtype=np.int16)


def test_what_is_a_path(tmp_path):
    (tmp_path / "a.wav").touch()
    (entry,) = os.scandir(tmp_path)
    (of_bytes,) = os.scandir(os.fsencode(tmp_path))
    assert is_path("a.wav")
    assert is_path(tmp_path)
    assert is_path(entry)
    assert not is_path(of_bytes)
    assert not is_path(b"a.wav")


@pytest.mark.parametrize(
    ("name", "subtype", "dtype", "expected"),
    [
        ("a.wav", "PCM_16", None, "int16"),
        ("a.flac", "PCM_16", None, "int16"),
        ("a.wav", "PCM_24", None, "float32"),
        ("a.wav", "FLOAT", None, "float32"),
        ("a.wav", "PCM_16", "float32", "float32"),
    ],
)
def test_lossless_formats_are_read_exactly(
    tmp_path, samples, name, subtype, dtype, expected
):
    # Float files hold integers unscaled.
    written = samples / 2**15 if subtype == "FLOAT" else samples
    soundfile.write(tmp_path / name, written, 8000, subtype=subtype)
    read, sr = read_sound(tmp_path / name, dtype=dtype)
    assert sr == 8000
    assert read.dtype == expected
    scale = 1 if expected == "int16" else 2**15
    np.testing.assert_array_equal(read * scale, samples)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_stays_a_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, b"content")
    assert os.read(reader, 100) == b"content"
    os.close(reader)
    assert pipe.is_fifo()


@pytest.mark.parametrize("suffix", ["ogg", "mp3"])
def test_lossy_formats_are_read_as_floats(tmp_path, suffix):
    sine = np.sin(np.arange(8000) / 10).astype(np.float32) / 2
    soundfile.write(tmp_path / f"a.{suffix}", sine, 16000)
    read, _ = read_sound(str(tmp_path / f"a.{suffix}"))
    assert read.dtype == np.float32
    assert np.abs(read).max() == pytest.approx(0.5, abs=0.1)


def test_a_stretch_is_read(tmp_path, samples):
    soundfile.write(tmp_path / "a.wav", samples, 8000)
    read, _ = read_sound(tmp_path / "a.wav", start=100, seconds=0.25)
    np.testing.assert_array_equal(read, samples[100:2100])


@pytest.mark.parametrize("sr", [16000, 44100])
def test_parts_of_an_mp3_file_are_those_of_the_whole(tmp_path, sr):
    # Loud and soft in turns, so that frames borrow room from those before.
    rng = np.random.default_rng(0)
    loud = np.repeat(rng.uniform(0.01, 0.3, 100), sr // 10)
    path = tmp_path / "a.mp3"
    soundfile.write(path, rng.normal(size=len(loud)) * loud, sr)
    whole, _ = read_sound(path)
    blocks = np.concatenate([block for block, *_ in read_blocks(path, 1.0)])
    np.testing.assert_allclose(blocks, whole, atol=1e-6)
    for start in rng.integers(0, len(whole) - sr, 20).tolist():
        part, _ = read_sound(path, start=start, seconds=0.5)
        np.testing.assert_allclose(part, whole[start : start + len(part)], atol=1e-6)


def test_formats_of_telephony_which_cannot_seek_are_read(tmp_path, samples):
    soundfile.write(tmp_path / "a.wav", samples, 8000, subtype="GSM610")
    read, _ = read_sound(tmp_path / "a.wav")
    assert len(read) == 8320  # whole blocks of 320
    beginning, _ = read_sound(tmp_path / "a.wav", seconds=0.25)
    np.testing.assert_array_equal(beginning, read[:2000])


@pytest.mark.skipif(os.name != "posix", reason="names are text here")
def test_a_name_that_is_no_text_is_read(tmp_path, samples):
    soundfile.write(tmp_path / "a.wav", samples, 8000)
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.wav")
    try:
        os.rename(tmp_path / "a.wav", path)
    except OSError:
        pytest.skip("names are text here")
    np.testing.assert_array_equal(read_sound(path)[0], samples)


def test_channels_are_columns(tmp_path, samples):
    soundfile.write(tmp_path / "a.wav", samples.reshape(-1, 2), 8000)
    read, _ = read_sound(tmp_path / "a.wav")
    np.testing.assert_array_equal(read, samples.reshape(-1, 2))


def _directory(path):
    path.mkdir()


def _without_samples(path):
    soundfile.write(path, np.zeros(0), 8000)


def _with_nan(path):
    soundfile.write(path, np.array([0.0, np.nan]), 8000, subtype="FLOAT")


def _too_long(path):
    soundfile.write(path, np.zeros(8001), 8000)


def _cut_off(path):
    soundfile.write(path, np.zeros(1000), 8000)
    path.write_bytes(path.read_bytes()[:1000])


def _half(path):
    soundfile.write(path, np.zeros(1000), 8000, subtype="PCM_16")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _truncated_flac(path):
    soundfile.write(path, np.random.default_rng(0).normal(size=8000), 8000)
    path.write_bytes(path.read_bytes()[:5000])


def _truncated_mp3(path):
    soundfile.write(path, np.random.default_rng(0).normal(size=8000), 8000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


NEEDS_PIPES = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")


@pytest.mark.parametrize(
    ("name", "make", "error", "words"),
    [
        ("a.wav", lambda path: None, FileNotFoundError, "does not exist"),
        ("a.wav", _directory, IsADirectoryError, "is a directory"),
        ("a.wav", lambda path: path.touch(), ValueError, r"is empty \(0 bytes\)"),
        ("a.wav", _without_samples, ValueError, "has no samples"),
        ("a.wav", lambda p: p.write_bytes(b"x" * 999), ValueError, "cannot be decoded"),
        ("a.raw", lambda p: p.write_bytes(b"x" * 999), ValueError, "cannot be decoded"),
        ("a.wav", _cut_off, ValueError, "promises 2000 bytes, but there are 956"),
        (
            "a.aiff",
            _half,
            ValueError,
            "its header promises 2008 bytes, but",
        ),
        ("a.au", _half, ValueError, "its header promises 2000 bytes, but"),
        ("a.w64", _half, ValueError, "its header promises 21.. bytes, but"),
        ("a.svx", _half, ValueError, "its header promises 2000 bytes, but"),
        ("a.rf64", _half, ValueError, "its header promises 2... bytes, but"),
        ("a.flac", _truncated_flac, ValueError, "cannot be decoded"),
        ("a.mp3", _truncated_mp3, ValueError, "is cut off: its header promises 8000"),
        pytest.param(
            *("a.wav", lambda path: os.mkfifo(path), ValueError, "is a pipe, but must"),
            marks=NEEDS_PIPES,
        ),
        ("a.wav", lambda p: p.symlink_to(p), FileNotFoundError, "cannot be found: "),
        ("a.wav", _with_nan, ValueError, "contains NaN or infinity"),
        ("a.wav", _too_long, ValueError, r"lasts 1.0 s, but max_duration is 1 s"),
    ],
)
def test_what_cannot_be_read_is_named_in_one_sentence(
    tmp_path, name, make, error, words
):
    path = tmp_path / name
    make(path)
    with pytest.raises(error, match=words) as caught:
        read_sound(path, max_duration=1)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert message.endswith(".")
    assert ". " not in message


def test_a_mistake_of_the_reader_is_not_blamed_on_the_file(tmp_path, samples):
    soundfile.write(tmp_path / "a.wav", samples, 8000)
    with pytest.raises(TypeError):
        read_sound(tmp_path / "a.wav", seconds="x")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="all is readable for root"
)
@pytest.mark.parametrize("forbidden", ["a.wav", "."])
def test_a_forbidden_file_is_named(tmp_path, samples, forbidden):
    folder = tmp_path / "sub"
    folder.mkdir()
    soundfile.write(folder / "a.wav", samples, 8000)
    (folder / forbidden).chmod(0)
    try:
        with pytest.raises(PermissionError, match=r"a\.wav may not be read: perm"):
            read_sound(folder / "a.wav")
    finally:
        (folder / forbidden).chmod(0o700)


def test_a_path_is_not_cut_at_a_nul(tmp_path, samples):
    soundfile.write(tmp_path / "a.wav", samples, 8000)
    with pytest.raises(ValueError, match=r"a.wav\\x00b' is no path of a file"):
        read_sound(f"{tmp_path}/a.wav\0b")


def test_a_header_without_a_length_is_read(tmp_path):
    path = tmp_path / "piped.wav"
    soundfile.write(path, np.ones(100), 8000)
    content = bytearray(path.read_bytes())
    content[40:44] = b"\xff" * 4  # of the chunk with the samples
    path.write_bytes(content)
    assert len(read_sound(path)[0]) == 100


def test_a_file_that_does_not_tell_its_length_is_named(tmp_path):
    path = tmp_path / "piped.flac"
    soundfile.write(path, np.ones(100), 8000)
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0  # 36 bits of the stream's facts
    content[22:26] = bytes(4)
    path.write_bytes(content)
    with pytest.raises(ValueError, match="does not tell how many samples it has"):
        read_sound(path)


def test_an_unlimited_file_may_have_any_length(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.zeros(100 * 61), 100)
    assert len(read_sound(tmp_path / "a.wav", max_duration=None)[0]) == 6100


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_rows_are_filled_from_their_start(n_jobs):
    rows = np.full((150, 4), -1)
    fill_rows(rows, lambda i: np.full(i % 5, i), n_jobs=n_jobs)
    expected = [[i] * (i % 5) + [-1] * (4 - i % 5) for i in range(150)]
    np.testing.assert_array_equal(rows, expected)


def test_a_file_that_is_read_only_is_not_replaced(tmp_path, monkeypatch):
    path = tmp_path / "old.txt"
    path.write_bytes(b"old")
    monkeypatch.setattr("os.access", lambda path, mode: mode != os.W_OK)  # also root
    with pytest.raises(PermissionError, match=r"old\.txt cannot be written: Perm"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="needs /dev/stdout")
def test_a_pipe_of_the_shell_is_read_and_written_to(tmp_path, samples):
    soundfile.write(tmp_path / "a.wav", samples, 8000)
    code = "from skkws._files import *; print(read_sound('/dev/stdin')[0].sum())"
    run = subprocess.run(
        [sys.executable, "-c", code],
        input=(tmp_path / "a.wav").read_bytes(),
        capture_output=True,
        check=True,
    )
    assert float(run.stdout) == read_sound(tmp_path / "a.wav")[0].sum()
    code = "from skkws._writing import write_whole; write_whole('/dev/stdout', b'new')"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert run.stdout == b"new"


def test_written_as_open_would(tmp_path):
    target, link = tmp_path / ("x" * 250 + ".txt"), tmp_path / "link"
    target.touch()
    target.chmod(0o600)
    link.symlink_to(target)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o600
    assert len(list(tmp_path.iterdir())) == 2
