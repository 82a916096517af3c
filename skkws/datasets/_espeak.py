"""Speech from eSpeak NG, synthesised in a process of its own.

The library keeps state from one utterance to the next (phase, flutter, gain, random
numbers), sets the locale and may print. A child process starts afresh for every call,
so that the same utterances sound the same whatever was said before, and neither
threads nor the caller's own use of eSpeak get in the way. This file is also the script
which the child runs; it needs nothing but the standard library, which starts fast.
"""

import ctypes
import json
import math
import os
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

SAMPLE_RATE = 22050  # Hz, of eSpeak's voices

# What espeak_SetParameter takes as a rate, in words per minute.
SLOWEST, FASTEST = 80, 450

# From espeak-ng/speak_lib.h.
AUDIO_OUTPUT_SYNCHRONOUS = 2
INITIALIZE_DONT_EXIT = 0x8000
CHARS_UTF8 = 1
RATE, PITCH, RANGE = 1, 3, 4

# Voice variants that do not pass for people: eight robots and two more, and seven of
# which a network trained on real recordings recognised less than 60 % of the words
# (80 % over all variants). The Shavian accent is British English in another script.
LEFT_OUT = {f"robosoft{n}" for n in ("", *range(2, 9))} | {
    *("UniRobot", "anikaRobot", "Demonic", "Alicia", "ian", "kaukovalta"),
    *("shelby", "travis", "zac", "en-Shaw"),
}

_LENGTH = struct.Struct("<i")
_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


def list_voices(data, language):
    """Return the accents of a language and the variants of voices, both sorted.

    Parameters
    ----------
    data : str
        Path of the folder ``espeak-ng-data``.
    language : str
        Language tag, such as ``"en"`` or, for the accents below it, ``"en-us"``.

    Returns
    -------
    tuple (accents, variants)
        Two lists of str; any ``f"{accent}+{variant}"`` is the name of a voice.
    """
    language = str(language).lower()
    accents = []
    for path in sorted(Path(data, "lang").rglob("*")):
        if path.is_dir():
            continue
        lines = map(str.split, path.read_text("utf-8", "replace").splitlines())
        tags = [line[1].lower() for line in lines if line[:1] == ["language"]]
        if any(tag == language or tag.startswith(language + "-") for tag in tags):
            accents.append(path.name)
    variants = [path.name for path in Path(data, "voices", "!v").iterdir()]
    return [a for a in accents if a not in LEFT_OUT], sorted(
        variant for variant in variants if variant not in LEFT_OUT
    )


def speak(utterances, longest, seed, library, data):
    """Yield the samples of each utterance, as bytes of int16 at 22050 Hz.

    Parameters
    ----------
    utterances : list of tuple (text, voice, rate, pitch, intonation)
        Rate in words per minute; pitch and intonation in eSpeak's units, 0 to 100.
    longest : int
        Samples that an utterance should not exceed: it is spoken faster until it
        does not, or until eSpeak's fastest rate is reached.
    seed : int
        Seed of eSpeak's own random numbers.
    library, data : str
        Path of the shared library and of the folder ``espeak-ng-data``.

    Yields
    ------
    bytes
        Samples of one utterance, in the order of `utterances`.
    """
    job = {
        "library": os.path.abspath(library),
        "utterances": utterances,
        "longest": longest,
        "seed": seed,
    }
    with (
        tempfile.TemporaryFile() as messages,
        subprocess.Popen(
            [sys.executable, "-I", "-S", os.path.abspath(__file__)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=messages,
            # eSpeak cuts paths at 160 characters: it shall look for "./espeak-ng-data"
            cwd=os.path.dirname(os.path.abspath(data)),
        ) as child,
    ):
        try:
            child.stdin.write(json.dumps(job).encode())
            child.stdin.close()
            for _ in utterances:
                samples = _read_block(child.stdout)
                if samples is None:
                    messages.seek(0)
                    last = messages.read().decode(errors="replace").splitlines()[-1:]
                    raise RuntimeError(f"eSpeak NG failed: {' '.join(last)}")
                yield samples
        finally:
            child.kill()


def _read_block(stream):
    """Return the bytes that follow their number, None where the stream breaks off."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (n_bytes,) = _LENGTH.unpack(head)
    block = stream.read(n_bytes)
    return block if len(block) == n_bytes else None


class _Espeak:
    """The shared library, ready to speak."""

    def __init__(self, library, seed):
        self._lib = ctypes.CDLL(library)
        self._lib.espeak_ng_SetRandSeed.argtypes = [ctypes.c_long]
        started = self._lib.espeak_Initialize(
            AUDIO_OUTPUT_SYNCHRONOUS, 0, b".", INITIALIZE_DONT_EXIT
        )
        if started != SAMPLE_RATE:
            raise RuntimeError(f"espeak_Initialize returned {started}.")
        self._lib.espeak_ng_SetRandSeed(seed)  # it was seeded by the clock
        self._chunks = []
        self._callback = _Callback(self._collect)  # kept: the library only points to it
        self._lib.espeak_SetSynthCallback(self._callback)

    def _collect(self, samples, n_samples, _events):
        if samples and n_samples > 0:
            self._chunks.append(ctypes.string_at(samples, 2 * n_samples))
        return 0

    def __call__(self, text, voice, rate, pitch, intonation):
        # Set anew for every word: that empties the echo of the word before.
        if self._lib.espeak_SetVoiceByName(voice.encode()):
            raise RuntimeError(f"it has no voice {voice!r}.")
        for parameter, value in ((RATE, rate), (PITCH, pitch), (RANGE, intonation)):
            self._lib.espeak_SetParameter(parameter, value, 0)
        self._chunks.clear()
        text = text.encode()
        size = ctypes.c_size_t(len(text) + 1)
        self._lib.espeak_Synth(text, size, 0, 0, 0, CHARS_UTF8, None, None)
        return b"".join(self._chunks)


def _speak_within(espeak, longest, text, voice, rate, pitch, intonation):
    """Speak no longer than `longest` samples, if eSpeak's fastest rate allows it."""
    while True:
        samples = espeak(text, voice, rate, pitch, intonation)
        n_samples = len(samples) // 2
        if n_samples <= longest or rate >= FASTEST:
            return samples
        rate = min(FASTEST, math.ceil(rate * n_samples / longest))


def _main():
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever the library prints must not get between the samples
    job = json.load(sys.stdin.buffer)
    espeak = _Espeak(job["library"], job["seed"])
    for utterance in job["utterances"]:
        samples = _speak_within(espeak, job["longest"], *utterance)
        out.write(_LENGTH.pack(len(samples)) + samples)
    out.close()


if __name__ == "__main__":
    _main()
