"""Synthetic clips of any words, spoken by eSpeak NG."""

from collections.abc import Iterable
from contextlib import closing

import numpy as np
from sklearn.utils import Bunch, check_random_state

from .._parameters import check_count, check_range
from .._waveforms import SNR_LIMIT, clip_length, to_float32
from . import _espeak
from ._acoustics import record

_WORDS = ("yes", "no", "up", "down", "left", "right", "stop", "go")
_SEMITONE = 50 / 12  # eSpeak's pitch has 50 units an octave, with 50 in the middle
_INTONATION = (20, 80)  # eSpeak's pitch range: 0 is monotonous, 50 is normal
_PITCH_JITTER = 1  # semitones; nobody hits the same note twice
_AUDIBLE = 0.005  # of full scale; the faintest voices peak above 0.07
_FADE = 0.01  # s; a word that is cut off must not click

_DESCR = """\
Synthetic spoken words
----------------------
{n_clips} clips of {duration:g} s at {sr} Hz: {n_words} words, spoken by {n_speakers}
voices of eSpeak NG (language {language!r}) at varied pitch, rate, position and level,
in synthetic rooms and coloured noise. `split` keeps every voice in one of "train",
"validation" and "test".
"""


def make_spoken_words(
    words=_WORDS,
    n_clips_per_word=100,
    *,
    sr=16000,
    duration=1.0,
    language="en",
    n_speakers=80,
    rate=(110, 210),
    pitch=(-4, 4),
    level=(-35, -12),
    reverberation=(0.05, 0.4),
    snr=(10, 40),
    return_X_y=False,
    random_state=None,
):
    """Generate clips of spoken words with a speech synthesiser.

    The words are spoken by eSpeak NG in many voices, and put at a random place in a
    random room with a random noise. It needs ``pip install "skkws[synth]"``.

    Parameters
    ----------
    words : sequence of str, default=("yes", "no", "up", "down", "left", "right", \
"stop", "go")
        Words or phrases, each of which becomes a class.
    n_clips_per_word : int, default=100
        Number of clips of each word.
    sr : int, default=16000
        Sampling rate in Hz.
    duration : float, default=1.0
        Length of a clip in seconds.
    language : str, default="en"
        Language that the words are read in, as a tag like ``"en"`` (all accents of
        English), ``"en-us"`` (one of them) or ``"de"``.
    n_speakers : int, default=80
        Number of voices. No more are used than there are clips of a word, so that
        every speaker speaks every word.
    rate : tuple (low, high), default=(110, 210)
        Speaking rate in words per minute, from 80 to 450.
    pitch : tuple (low, high), default=(-4, 4)
        Pitch of the speakers in semitones, relative to their voices as they come.
    level : tuple (low, high), default=(-35, -12)
        Root mean square of the word in dB, full scale being 0. It is less where the
        peaks would be clipped.
    reverberation : tuple (low, high) or None, default=(0.05, 0.4)
        Seconds in which the echo of the room falls by 60 dB. None for no room.
    snr : tuple (low, high) or None, default=(10, 40)
        Signal-to-noise ratio of the word in dB. None for no noise.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.
    random_state : int, RandomState instance or None, default=None
        Determines all that is random. Pass an int for the same clips in every call.

    Returns
    -------
    Bunch or tuple (data, target)
        The Bunch has these attributes.

        data : ndarray of int16, shape (n_clips, n_samples)
            Waveforms.
        target : ndarray of str, shape (n_clips,)
            Word of each clip.
        target_names : ndarray of str, shape (n_classes,)
            The words, sorted.
        speaker : ndarray of str, shape (n_clips,)
            Voice of each clip, as accent + variant.
        split : ndarray of str, shape (n_clips,)
            "train", "validation" or "test": 80, 10 and 10 % of the speakers. From
            three speakers on there is at least one in each.
        filenames : None
            As there are no files.
        sr : int
            Sampling rate in Hz.
        DESCR : str
            Description of the clips.

    Raises
    ------
    ImportError
        If espeakng-loader is not installed.
    ValueError
        If a parameter has a value outside what is described above, or a word makes
        no sound.

    See Also
    --------
    fetch_mini_speech_commands : Real recordings of the default words.
    load_audio_folder : Recordings of your own words.

    Notes
    -----
    A speaker is a voice variant of eSpeak NG with an accent and a pitch of its own.
    The same variant in two accents sounds like one person: both are in one split.

    A word that is too long for the clip is spoken faster, up to 450 words per minute.
    What is still too long is cut off at the end of the clip.

    The clips are the same in any process, but not bit by bit the same on all
    machines and under all versions of eSpeak NG, NumPy, SciPy and soxr.

    The default ranges follow the Speech Commands [1]_: in its clips of these words
    the word lasts 0.2 to 0.7 s at a level of -35 to -12 dB (5 to 95 % of the clips),
    as it does here. A room is a direct sound and, 3 to 15 dB weaker, exponentially
    decaying noise [2]_.

    References
    ----------
    .. [1] P. Warden, "Speech Commands: A Dataset for Limited-Vocabulary Speech
       Recognition", arXiv:1804.03209, 2018.
    .. [2] J. D. Polack, "La transmission de l'energie sonore dans les salles",
       thesis, Universite du Maine, 1988.

    Examples
    --------
    >>> from skkws.datasets import make_spoken_words
    >>> clips = make_spoken_words(["hey computer", "stop"], 10, random_state=0)
    >>> clips.data.shape, clips.data.dtype
    ((20, 16000), dtype('int16'))
    >>> [str(word) for word in clips.target[[0, -1]]]
    ['hey computer', 'stop']
    >>> sorted(set(clips.split.tolist()))
    ['test', 'train', 'validation']
    """
    words = _check_words(words)
    check_count("n_clips_per_word", n_clips_per_word, "clips")
    check_count("n_speakers", n_speakers, "voices")
    n_samples = clip_length(duration, sr)
    check_range("rate", rate, "words per minute", _espeak.SLOWEST, _espeak.FASTEST)
    check_range("pitch", pitch, "semitones", -12, 12)
    check_range("level", level, "dB", -np.inf, 0)
    if reverberation is not None:
        check_range("reverberation", reverberation, "seconds", 1e-3, 10)
    if snr is not None:
        check_range("snr", snr, "dB", -SNR_LIMIT, SNR_LIMIT)

    espeakng_loader = _import_espeakng_loader()
    data_path = espeakng_loader.get_data_path()
    accents, variants = _espeak.list_voices(data_path, language)
    n_voices = len(accents) * len(variants)
    if not n_voices:
        raise ValueError(
            f"language is {language!r}, which eSpeak NG does not speak, but must be "
            "the tag of a language that it does, such as 'en', 'en-us' or 'de'."
        )
    if min(n_speakers, n_clips_per_word) > n_voices:
        raise ValueError(
            f"n_speakers is {n_speakers}, but eSpeak NG has {n_voices} voices for the "
            f"language {language!r}."
        )
    n_speakers = min(n_speakers, n_clips_per_word)

    if random_state is None:  # check_random_state would use up global random numbers
        random_state = np.random.RandomState()
    rng = check_random_state(random_state)
    voices, splits = _draw_speakers(n_speakers, accents, variants, rng)
    base_pitches = rng.uniform(*pitch, n_speakers)

    n_clips = len(words) * n_clips_per_word
    target = np.repeat(words, n_clips_per_word)
    speaker = np.tile(np.arange(n_clips_per_word) % n_speakers, len(words))
    rates = rng.uniform(*rate, n_clips)
    pitches = base_pitches[speaker] + rng.uniform(-1, 1, n_clips) * _PITCH_JITTER
    intonations = rng.uniform(*_INTONATION, n_clips)

    rows = np.argsort(speaker, kind="stable")  # changing the voice costs time
    utterances = [
        (
            str(target[row]),
            str(voices[speaker[row]]),
            round(rates[row]),
            round(np.clip(50 + _SEMITONE * pitches[row], 0, 100)),
            round(intonations[row]),
        )
        for row in rows
    ]
    speaking = _espeak.speak(
        utterances,
        longest=max(1, int(duration * _espeak.SAMPLE_RATE)),
        seed=int(rng.randint(2**31 - 1)),
        library=espeakng_loader.get_library_path(),
        data=data_path,
    )
    data = np.empty((n_clips, n_samples), dtype=np.int16)
    with closing(speaking) as spoken:
        for row, utterance, samples in zip(rows, utterances, spoken, strict=True):
            speech = _to_speech(samples, sr, n_samples)
            if np.abs(speech).max(initial=0) < _AUDIBLE:
                word, voice = utterance[:2]
                raise ValueError(
                    f"words contains {word!r}, but the voice {voice!r} is silent."
                )
            data[row] = record(speech, n_samples, sr, level, reverberation, snr, rng)

    if return_X_y:
        return data, target
    return Bunch(
        data=data,
        target=target,
        target_names=np.unique(words),
        speaker=voices[speaker],
        split=splits[speaker],
        filenames=None,
        sr=sr,
        DESCR=_DESCR.format(
            n_clips=n_clips,
            duration=duration,
            sr=sr,
            n_words=len(words),
            n_speakers=n_speakers,
            language=language,
        ),
    )


def _import_espeakng_loader():
    try:
        import espeakng_loader
    except ImportError as error:
        raise ImportError(
            "make_spoken_words needs eSpeak NG, which comes with "
            '`pip install "skkws[synth]"`.'
        ) from error
    return espeakng_loader


def _draw_speakers(n_speakers, accents, variants, rng):
    """Return the voice and the split of each speaker."""
    variants = rng.permutation(variants)
    first_accents = rng.randint(len(accents), size=len(variants))
    rounds, variant = np.divmod(np.arange(n_speakers), len(variants))
    accent = (first_accents[variant] + rounds) % len(accents)
    voices = np.char.add(np.char.add(accents, "+")[accent], variants[variant])

    n_used = min(n_speakers, len(variants))
    n_held_out = max(1, round(0.1 * n_used)) if n_used >= 3 else 0
    splits = np.full(n_used, "train", dtype="<U10")
    splits[n_used - 2 * n_held_out :] = "validation"
    splits[n_used - n_held_out :] = "test"
    return voices, splits[variant]


def _to_speech(samples, sr, n_samples):
    """Return eSpeak's samples as float32 at the rate sr, at most n_samples."""
    import soxr

    samples = to_float32(np.frombuffer(samples, dtype=np.int16))
    speech = soxr.resample(samples, _espeak.SAMPLE_RATE, sr)
    if len(speech) > n_samples:
        speech = speech[:n_samples]
        n_fade = min(n_samples, round(_FADE * sr))
        speech[n_samples - n_fade :] *= np.linspace(1, 0, n_fade, dtype=np.float32)
    return speech


def _check_words(words):
    """Return the words as a list, if they are different and not empty."""
    if isinstance(words, str) or not isinstance(words, Iterable):
        raise ValueError(f"words is {words!r}, but must be a list of strings.")
    words = list(words)
    if not words:
        raise ValueError("words is empty, but must have at least one word.")
    for i, word in enumerate(words):
        if not isinstance(word, str) or not word.strip():
            raise ValueError(f"words[{i}] is {word!r}, but must be a string with text.")
        if word in words[:i]:
            raise ValueError(f"words contains {word!r} twice, but must not repeat.")
    return words
