"""How much memory it takes to find the words in ten hours of audio, and how long.

A WAV file of ten hours, the test hour of `spotting.py` ten times over, is listened to
in a process of its own, on one core. Its memory is that of the whole process at most,
Python and libraries included; nothing else is in it than what `joblib.load` and
`KeywordSpotter.detect` bring. The network is trained for few epochs: neither memory nor
time depends on how well it hears.

    python benchmarks/long_recording.py [--hours 10] [--epochs 2]

Writes results/long_recording.json; Linux alone tells what is needed. Takes ten minutes
a network on two cores, and 1.2 GB of disk below the folder for temporary files.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import joblib
from _fresh import measure_apart, memory_mb, on_one_core
from _results import write_results


def measure(folder):
    """Listen to the file in this process; return its memory and its time."""
    on_one_core()
    spotter = joblib.load(Path(folder) / "spotter.joblib")
    path = Path(folder) / "long.wav"
    start = perf_counter()
    detections = spotter.detect(path)
    seconds = perf_counter() - start
    peak = memory_mb("VmHWM")
    return {
        "hours": spotter.seconds(path) / 3600,
        "detections": len(detections),
        "peak_mb": peak,
        "real_time_factor": seconds / spotter.seconds(path),
        "keras_imported": "keras" in sys.modules,
    }


def write_recording(path, hours):
    """Write the test hour as often as it takes."""
    import soundfile
    from spotting import hour_of

    hour = hour_of("test", 10.0)
    with soundfile.SoundFile(path, "w", hour.sr, 1, "PCM_16") as file:
        for _ in range(hours):
            file.write(hour.data)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(arguments.measure)))
        return

    from spotting import NETWORKS, clips_of, words_of

    from skkws import KeywordSpotter

    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        write_recording(Path(folder) / "long.wav", arguments.hours)
        for network in NETWORKS:
            words = words_of(network, 0, arguments.epochs)
            spotter = KeywordSpotter(words).fit(*clips_of("train"))
            joblib.dump(spotter, Path(folder) / "spotter.joblib")
            figures[network] = measure_apart(__file__, folder)
            print(network, figures[network], flush=True)
    write_results("long_recording", figures, ["skkws", "numpy", "soundfile"])


if __name__ == "__main__":
    main()
