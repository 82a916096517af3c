import numpy as np
import pandas as pd
import pytest

from skkws.spotting import Detection, miss_rate, read_labels, write_labels
from skkws.spotting._buffer import Buffer
from skkws.spotting._detections import Refractory
from skkws.spotting._peaks import PeakPicker

DETECTIONS = [Detection("yes", 0.5, 1.5, 0.9), Detection("no", 2.25, 3.25, 0.8)]


def test_label_track(tmp_path):
    path = tmp_path / "labels.txt"
    write_labels(DETECTIONS, path)
    assert path.read_text() == "0.500000\t1.500000\tyes\n2.250000\t3.250000\tno\n"


def test_label_track_of_a_table(tmp_path):
    path = tmp_path / "labels.txt"
    write_labels(pd.DataFrame([Detection("a\tb", 0.5, 1.5, 0.9)]), path)
    assert path.read_text() == "0.500000\t1.500000\ta b\n"


def test_a_table_is_read_by_the_names_of_its_columns(tmp_path):
    path = tmp_path / "labels.txt"
    table = pd.DataFrame(DETECTIONS).assign(file="a.wav")
    write_labels(table[["file", "end", "start", "score", "word"]], path)
    assert path.read_text() == "0.500000\t1.500000\tyes\n2.250000\t3.250000\tno\n"


def test_label_track_of_what_was_said(tmp_path):
    path = tmp_path / "labels.txt"
    write_labels([("yes", 0.5, 1.5)], path)
    assert path.read_text() == "0.500000\t1.500000\tyes\n"


def test_a_failed_write_leaves_the_old_labels(tmp_path):
    path = tmp_path / "labels.txt"
    write_labels(DETECTIONS, path)
    with pytest.raises(UnicodeEncodeError):
        write_labels([Detection("\ud800", 0, 1, 1)], path)
    with pytest.raises(ValueError, match=r"^detections\[0\] is \('yes', 1\), but must"):
        write_labels([("yes", 1)], path)
    with pytest.raises(ValueError, match=r"^detections\[1\] has the word ' ', but a"):
        write_labels([("yes", 1, 2), (" ", 2, 3)], path)
    with pytest.raises(FileNotFoundError, match="labels.txt cannot be written: No suc"):
        write_labels(DETECTIONS, tmp_path / "none" / "labels.txt")
    assert path.read_text().startswith("0.500000")
    assert list(tmp_path.iterdir()) == [path]


def test_labels_are_read_as_written(tmp_path):
    path = tmp_path / "labels.txt"
    write_labels(DETECTIONS, path)
    truth = read_labels(str(path))
    assert truth == [("yes", 0.5, 1.5), ("no", 2.25, 3.25)]
    assert miss_rate(truth, DETECTIONS) == 0


def test_labels_as_audacity_writes_them(tmp_path):
    path = tmp_path / "labels.txt"
    path.write_bytes("\ufeff0.5\t1.5\tzwölf Uhr\r\n\\\t90.0\t8000.0\r\n\r\n".encode())
    assert read_labels(path) == [("zwölf Uhr", 0.5, 1.5)]


@pytest.mark.parametrize(
    "line", ["0.5 1.5 yes", "0.5\t1.5", "1.5\t0.5\tyes", "a\tb\tc", "0\t1\t "]
)
def test_what_is_no_label_is_named_by_its_line(tmp_path, line):
    path = tmp_path / "labels.txt"
    path.write_text(f"0\t1\tno\n{line}\n")
    with pytest.raises(ValueError, match=r"labels.txt, line 2, is .*, but must be"):
        read_labels(path)


def test_a_recording_is_no_label_track(tmp_path):
    path = tmp_path / "word.wav"
    path.write_bytes(b"RIFF\xff\xfe")
    with pytest.raises(ValueError, match=r"word.wav is no text in UTF-8"):
        read_labels(path)


def peaks_of(scores, patience):
    picker = PeakPicker(patience)
    found = [picker.push([score]) for score in scores] + picker.close()
    return [(peak.window, peak.score) for peak in found if peak]


@pytest.mark.parametrize(
    ("scores", "patience", "expected"),
    [
        ([0.1, 0.9, 0.1], 1, [(1, 0.9)]),
        ([0.9, 0.1, 0.2], 1, [(0, 0.9), (2, 0.2)]),
        ([0.9, 0.1, 0.2], 2, [(0, 0.9)]),
        ([0.5, 0.5, 0.5, 0.4], 1, [(0, 0.5)]),
        ([0.1, 0.9, 0.1, 0.95, 0.1], 1, [(1, 0.9), (3, 0.95)]),
        ([0.1, 0.9, 0.1, 0.95, 0.1], 2, [(3, 0.95)]),
        ([0.3], 3, [(0, 0.3)]),
        ([0.3, 0.4, 0.2], 0, [(0, 0.3), (1, 0.4), (2, 0.2)]),
        ([], 2, []),
    ],
)
def test_peaks(scores, patience, expected):
    assert peaks_of(scores, patience) == expected


def test_only_the_best_word_of_a_window_has_a_peak():
    picker = PeakPicker(0)
    assert picker.push([0.2, 0.7]) == (0, 1, 0.7)


def test_refractory_time():
    passes = Refractory({"yes": 0.5, "no": 0.9}, seconds=0.7)
    heard = [
        Detection("yes", 0.0, 1, 0.4),  # under its threshold
        Detection("yes", 0.1, 1, 0.5),
        Detection("no", 0.7, 1, 1.0),  # too soon
        Detection("no", 0.8, 1, 0.95),
        Detection("no", 1.6, 1, 0.8),  # under its threshold
    ]
    assert [passes(one) for one in heard] == [False, True, False, True, False]


def test_a_buffer_does_not_grow_while_rows_come_and_go():
    queue = Buffer((3,))
    for i in range(10_000):
        queue.append([[i, i, i]] * 7)
        queue.drop(7)
    assert len(queue) == 0
    assert len(queue._memory) <= 64
    queue.append([[1, 2, 3]] * 1000)
    assert queue.rows.shape == (1000, 3)
    queue.drop(999)
    queue.append([[4, 5, 6]])
    assert queue.rows.tolist() == [[1, 2, 3], [4, 5, 6]]


def test_a_score_that_is_no_number_passes_no_threshold():
    assert not Refractory({"yes": 0.0}, 1.0)(Detection("yes", 0, 1, np.nan))
