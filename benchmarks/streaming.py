"""What a step of a stream costs.

A step is 100 ms of the stream on one core: as the spotter does it, and beside it by the
Pipeline's `predict_proba` of each window, in NumPy as single clips are and as the Keras
backend does it, and with new frames alone but the whole network anew, which is how
openWakeWord goes about it. Networks are trained for one epoch: what they have learnt
costs no time.

    python benchmarks/streaming.py

Writes results/streaming.json. Takes three minutes on two cores.
"""

import argparse
import json
import tempfile
from pathlib import Path
from time import perf_counter
from unittest import mock

import joblib
import numpy as np
from _fresh import measure_apart, on_one_core
from _results import write_results
from spotting import NETWORKS, clips_of, hour_of, words_of

from skkws import KeywordSpotter
from skkws.classifiers import _prediction
from skkws.features._front_end import front_end_of
from skkws.spotting._posteriors import FramePosteriors, WindowNetwork
from skkws.spotting._settings import timing_of
from skkws.spotting._steps import listening_part

MEASURED = 60.0  # seconds of stream that are timed
ROUNDS = 3


def measure(folder):
    """Return the times a step of all ways to listen, in turns, in this process."""
    on_one_core()
    spotter = joblib.load(Path(folder) / "spotter.joblib")
    _, words = listening_part(spotter.estimator_)
    timing = timing_of(spotter)
    samples = hour_of("test", 10.0).data[: round(MEASURED * timing.sr)]
    samples = samples.astype(np.float32) / 32768
    hop, window = timing.hop_samples, timing.n_samples
    starts = range(0, len(samples) - window, hop)

    def by_stream():
        stream = spotter.stream()
        for start in range(0, len(samples), hop):
            stream.push(samples[start : start + hop])

    def by_new_frames():
        front_end = front_end_of(words[0])
        n_frames = 1 + (window - front_end.n_fft) // front_end.hop_length
        network = WindowNetwork(
            words[1:], n_frames, hop // front_end.hop_length, front_end.n_bins
        )
        posteriors = FramePosteriors(words[0], network.push, window, hop)
        for start in range(0, len(samples), hop):
            for _ in posteriors.push(samples[start : start + hop]):
                pass

    def by_windows():
        for start in starts:
            words.predict_proba(samples[np.newaxis, start : start + window])

    def by_windows_on_the_backend():
        with mock.patch.object(_prediction, "FEW_CLIPS", 0):
            by_windows()

    ways = {
        "stream": by_stream,
        "new frames, whole network": by_new_frames,
        "predict_proba of each window": by_windows,
        "predict_proba of each window, on the Keras backend": by_windows_on_the_backend,
    }
    seconds = {name: [] for name in ways}
    for round_ in range(ROUNDS + 1):
        for name, listen in ways.items():
            start = perf_counter()
            listen()
            if round_:  # the first one compiles
                seconds[name].append((perf_counter() - start) / len(starts))
    median = {name: float(np.median(own)) for name, own in seconds.items()}
    return {
        "seconds": median,
        "ratio_to_stream": {n: s / median["stream"] for n, s in median.items()},
        "real_time_factor_of_stream": median["stream"] / timing.hop,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(arguments.measure)))
        return
    X, y = clips_of("train")
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for network in NETWORKS:
            spotter = KeywordSpotter(words_of(network, 0, epochs=1)).fit(X, y)
            joblib.dump(spotter, Path(folder) / "spotter.joblib")
            figures[network] = measure_apart(__file__, folder)
            print(network, figures[network], flush=True)
    write_results("streaming", figures, ["skkws", "numpy", "keras", "tensorflow"])


if __name__ == "__main__":
    main()
