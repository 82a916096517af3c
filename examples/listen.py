"""Listen for words, at the microphone or in a recording played in real time.

    python examples/listen.py words.joblib [recording.wav]

words.joblib is a fitted Pipeline, such as `make demo` leaves in demo/, or a
KeywordSpotter, which is used as it is. Without a recording, the microphone is heard,
through the package sounddevice. Load only files that you trust: a joblib file can run
code.
"""

import argparse
import pickle
import sys
import time

import joblib
import numpy as np

from skkws import KeywordSpotter

CHUNK = 0.1  # seconds


def from_file(path):
    """Yield (chunk, rate) of a recording, as fast as it was spoken."""
    import soundfile

    with soundfile.SoundFile(path) as file:
        file.seekable = lambda: False  # else it seeks after each read: MP3 suffers
        size = round(CHUNK * file.samplerate)
        start = time.monotonic()
        for i in range(-(-file.frames // size)):
            time.sleep(max(0.0, start + i * CHUNK - time.monotonic()))
            try:
                chunk = file.read(size, dtype="float32")
            except soundfile.LibsndfileError as error:
                raise ValueError(
                    f"{path} breaks off after {i * CHUNK:g} s ({error})."
                ) from error
            yield chunk, file.samplerate


def from_microphone(sr=16000):
    """Yield (chunk, rate) of the default microphone until Ctrl-C."""
    try:
        import sounddevice
    except (ImportError, OSError) as error:  # OSError: there is no PortAudio
        sys.exit(
            f"The microphone needs sounddevice ({error}): pip install sounddevice, or "
            "give a recording."
        )
    size = round(CHUNK * sr)
    try:
        stream = sounddevice.InputStream(sr, size, channels=1, dtype="float32")
    except sounddevice.PortAudioError as error:
        sys.exit(f"There is no microphone ({error}): give a recording.")
    with stream:
        while True:
            yield stream.read(size)[0], sr


def listen(spotter, chunks):
    """Print the words as they are heard."""
    stream, heard, level = None, [], 0.0
    try:
        for chunk, sr in chunks:
            stream = stream or spotter.stream(sr)
            level = float(np.abs(chunk).max(initial=0.0))
            heard += report(stream.push(chunk))
            print(f"\r{'#' * round(40 * level):40s}", end="", flush=True)
    except KeyboardInterrupt:
        pass
    if stream is not None:
        heard += report(stream.close())
    print(f"\r{len(heard)} words heard.{'':30s}")
    return heard


def report(detections):
    for word, start, _, score in detections:
        print(f"\r{start:8.2f} s  {word!s:12s} {score:.2f}{'':20s}")
    return detections


def loaded(path):
    """Return what joblib has written into a file."""
    try:
        return joblib.load(path)
    except (AttributeError, ImportError) as error:  # of functions of one's own
        sys.exit(f"{path} needs what Python does not find here ({error}).")
    except (LookupError, ValueError, EOFError, pickle.UnpicklingError) as error:
        reason = f" ({error})" if str(error) else ""
        sys.exit(f"{path} cannot be loaded{reason}: give a file written by joblib.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("words", help="fitted Pipeline or spotter, written by joblib")
    parser.add_argument("recording", nargs="?", help="sound file; else the microphone")
    parser.add_argument("--threshold", type=float, help="of a Pipeline; else 0.5")
    arguments = parser.parse_args()
    spotter = loaded(arguments.words)
    spotter = getattr(spotter, "best_estimator_", spotter)  # what a search has found
    if not isinstance(spotter, KeywordSpotter):
        threshold = 0.5 if arguments.threshold is None else arguments.threshold
        if not hasattr(spotter, "predict_proba"):
            sys.exit(
                f"{arguments.words} has a {type(spotter).__name__}, but must have a "
                "fitted Pipeline or a KeywordSpotter."
            )
        spotter = KeywordSpotter(spotter, threshold=threshold)
    elif arguments.threshold is not None:
        parser.error("words.joblib is a spotter, which has thresholds of its own")
    if arguments.recording is None:
        chunks = from_microphone()
    else:
        spotter.seconds(arguments.recording)  # says what is wrong with it
        chunks = from_file(arguments.recording)
    listen(spotter, chunks)


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as error:
        sys.exit(str(error))
