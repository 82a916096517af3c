import hashlib

import numpy as np
import pytest

from skkws.datasets import speaker_split

NAMES = [
    hashlib.md5(bytes([i, j])).hexdigest()[:8] for i in range(40) for j in range(50)
]


@pytest.mark.parametrize(
    ("part", "speakers"),
    [  # the first ones of the lists that come with the corpus
        ("test", "bb05582b 97f4c236 f2e59fea fdb5155e dc75148d 3f170018 18f8afd5"),
        ("validation", "a69b9b3e 439c84f4 409c962a dbaf8fc6 a6d586b7 0e17f595"),
    ],
)
def test_agrees_with_the_published_lists(part, speakers):
    names = [f"right/{speaker}_nohash_1.wav" for speaker in speakers.split()]
    assert set(speaker_split(names)) == {part}


def test_shares_are_about_ten_percent():
    parts, counts = np.unique(speaker_split(NAMES), return_counts=True)
    assert parts.tolist() == ["test", "train", "validation"]
    np.testing.assert_allclose(counts / len(NAMES), [0.1, 0.8, 0.1], atol=0.02)


def test_only_the_speaker_counts(tmp_path):
    for name in NAMES[:50]:
        forms = [name, f"{name}_nohash_0.wav", tmp_path / f"x/{name}_nohash_12.flac"]
        assert len(set(speaker_split(forms))) == 1


def test_a_name_that_is_no_text_has_a_part():
    assert speaker_split(["b\udcff_nohash_0.wav"]).tolist() == ["train"]


def test_shares_can_be_chosen():
    assert set(speaker_split(NAMES, validation=0, test=0)) == {"train"}
    wide = speaker_split(NAMES, validation=30, test=40)
    np.testing.assert_allclose((wide == "validation").mean(), 0.3, atol=0.04)
    np.testing.assert_allclose((wide == "test").mean(), 0.4, atol=0.04)
    # A larger share takes in the smaller one.
    assert set(wide[speaker_split(NAMES) == "validation"]) == {"validation"}


@pytest.mark.parametrize("share", [-1, float("nan"), "10"])
@pytest.mark.parametrize("part", ["validation", "test"])
def test_refuses_what_is_no_share(part, share):
    with pytest.raises(ValueError, match=f"{part} is {share!r}, but must be a percent"):
        speaker_split(NAMES, **{part: share})


def test_refuses_shares_that_leave_nothing():
    with pytest.raises(ValueError, match="something to train on"):
        speaker_split(NAMES, validation=50, test=50)


def test_refuses_a_single_name():
    with pytest.raises(TypeError, match="single name anna"):
        speaker_split("anna")
    with pytest.raises(TypeError, match="^names is None, but must be a list"):
        speaker_split(None)
    with pytest.raises(TypeError, match=r"names\[1\] is 3, but must be a str or"):
        speaker_split(["anna", 3])
