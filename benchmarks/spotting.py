"""How well words are found in an hour of audio, and what a step of the stream costs.

A spotter learns the eight words of mini_speech_commands, three other words and
background noise, from the training speakers. Its thresholds are tuned on an hour of the
validation speakers for one false alarm an hour, and it is judged on an hour of the test
speakers: each of the 845 clips once, 225 clips of the three other words in between, in
background noise at 10 dB and without. The noise of the hours is cut from stretches of
its recordings that training has not heard.

A step is 100 ms of the stream on one core: as the spotter does it, and beside it by the
Pipeline's `predict_proba` of each window, and with new frames alone but the whole
network anew, which is how openWakeWord goes about it.

    python benchmarks/spotting.py [--networks NAME ...] [--seeds 0 1 2]

Writes results/spotting.json after each network. Takes 20 minutes a network and seed on
two cores.
"""

import argparse
import json
import tempfile
from pathlib import Path
from time import perf_counter

import joblib
import numpy as np
from _clips import mean_and_range
from _fresh import measure_apart, on_one_core
from _results import RESULTS, write_results
from sklearn.pipeline import make_pipeline

from skkws import (
    AddNoise,
    KerasGRUClassifier,
    KeywordSpotter,
    LogSpectrogram,
    Normalize,
)
from skkws.classifiers import CAUSAL_GRU
from skkws.datasets import (
    fetch_background_noise,
    fetch_mini_speech_commands,
    fetch_speech_commands,
)
from skkws.features._front_end import front_end_of
from skkws.spotting import (
    detection_error_curve,
    false_alarms_per_hour,
    latencies,
    make_recording,
    miss_rate,
)
from skkws.spotting._posteriors import FramePosteriors, WindowNetwork
from skkws.spotting._settings import listening_part, timing_of

HOUR = 3600.0
MEASURED = 60.0  # seconds of stream that are timed
ROUNDS = 3
OTHERS = ["bed", "cat", "happy"]
NETWORKS = {  # name: (normalisation, arguments)
    "GRU": ("clip", {}),
    "causal GRU": ("bin", CAUSAL_GRU),
}
CONDITIONS = {"10 dB": 10.0, "clean": None}


def clips_of(part):
    """Return clips and words of a part; background noise is among those to train on."""
    keywords = fetch_mini_speech_commands()
    rest = fetch_speech_commands(version="0.01", task=[*OTHERS, "_silence_"])
    others = np.where(rest.target == "_silence_", "_silence_", "_unknown_")
    ours, theirs = keywords.split == part, rest.split == part
    if part != "train":
        theirs &= others == "_unknown_"
    X = np.concatenate([keywords.data[ours], rest.data[theirs]])
    return X, np.concatenate([keywords.target[ours], others[theirs]])


def hour_of(part, snr):
    """Return an hour of a part's clips, with noise of its stretches or without."""
    noise = None if snr is None else noise_of(part)
    return make_recording(
        *clips_of(part), duration=HOUR, noise=noise, snr=snr, random_state=0
    )


def noise_of(part):
    return fetch_background_noise(version="0.01", subset=part)


def words_of(network, seed, epochs=None):
    """Return the Pipeline of a network."""
    normalize, params = NETWORKS[network]
    classifier = KerasGRUClassifier(**params, random_state=seed)
    if epochs is not None:
        classifier.set_params(epochs=epochs)
    return make_pipeline(
        AddNoise(noise_of("train"), snr=(0, 30), random_state=seed),
        LogSpectrogram(),
        Normalize(normalize),
        classifier,
    )


def judge(spotter, recording):
    """Return misses, false alarms an hour, latency and the curve's area."""
    detections = spotter.detect(recording.data)
    curve = detection_error_curve(
        recording.truth, spotter.candidates(recording.data), recording.duration
    )
    late = latencies(recording.truth, detections, spotter.delay_)
    return {
        "miss_rate": miss_rate(recording.truth, detections),
        "false_alarms_per_hour": false_alarms_per_hour(
            recording.truth, detections, recording.duration
        ),
        "latency_seconds": {
            "median": float(np.median(late)),
            "99 %": float(np.quantile(late, 0.99)),
        },
        "area_to_10_false_alarms_per_hour": curve.area(),
        "words": len(recording.truth),
    }


def run(network, seed, folder, epochs=None):
    """Fit, tune and judge a spotter; return what a row is made of."""
    spotter = KeywordSpotter(words_of(network, seed, epochs))
    spotter.fit(*clips_of("train"))
    figures = {}
    for condition, snr in CONDITIONS.items():
        tuning = hour_of("validation", snr)
        spotter.tune([tuning.data], [tuning.truth], false_alarms_per_hour=1.0)
        figures[condition] = judge(spotter, hour_of("test", snr))
        print(network, seed, condition, figures[condition], flush=True)
    joblib.dump(spotter, Path(folder) / "spotter.joblib")
    figures["a step on one core"] = measure_apart(__file__, folder)
    print(figures["a step on one core"], flush=True)
    return figures


def measure_steps(folder):
    """Return seconds a step of three ways to listen, in turns, on one core."""
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

    ways = {
        "stream": by_stream,
        "new frames, whole network": by_new_frames,
        "predict_proba of each window": by_windows,
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


def summarise(runs):
    """Turn the runs of several seeds into the figures of a row."""
    row = {}
    for condition in CONDITIONS:
        own = [one[condition] for one in runs]
        row[condition] = {
            name: mean_and_range([figures[name] for figures in own])
            for name in own[0]
            if name not in ("latency_seconds", "words")
        }
        row[condition]["latency_seconds"] = own[0]["latency_seconds"]
        row[condition]["words"] = own[0]["words"]
    row["a step on one core"] = runs[0]["a step on one core"]
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--networks", nargs="+", choices=NETWORKS, default=list(NETWORKS)
    )
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--epochs", type=int, help="other than the default; no results")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure_steps(arguments.measure)))
        return
    path = RESULTS / "spotting.json"
    rows = json.loads(path.read_text())["figures"] if path.exists() else {}
    for network in arguments.networks:
        with tempfile.TemporaryDirectory() as folder:
            runs = [
                run(network, seed, folder, arguments.epochs) for seed in arguments.seeds
            ]
        rows[network] = {"random_states": arguments.seeds, **summarise(runs)}
        if arguments.epochs is None:
            write_results("spotting", rows, ["skkws", "keras", "tensorflow"])


if __name__ == "__main__":
    main()
