"""How well words are found in an hour of audio.

A spotter learns the eight words of mini_speech_commands, three other words and
background noise, from the training speakers. Its thresholds are tuned on an hour of the
validation speakers for 1, 5 and 10 false alarms an hour, and it is judged on an hour of
the test speakers: each of the 845 clips once, 225 clips of the three other words in
between, in background noise at 10 dB and without. The noise of the hours is cut from
stretches of its recordings that training has not heard. A word taken for another counts
twice, as a miss and as a false alarm; of the false alarms it is also said how many were
where no word was said.

How the networks are trained is chosen on the validation hour alone, by the area under
its curve, and so is how `tune` shares its thresholds between words: tuned on one half
of it, judged on the other, for several shares.

    python benchmarks/spotting.py [--networks NAME ...] [--seeds 0 1 2]

Writes results/spotting.json and results/tuning.json after each network. Takes ten
minutes a network and seed on two cores.
"""

import argparse

import numpy as np
from _clips import mean_and_range
from _results import former_figures, write_results
from sklearn.pipeline import make_pipeline

from skkws import (
    AddNoise,
    KerasGRUClassifier,
    KeywordSpotter,
    LogSpectrogram,
    Normalize,
)
from skkws.classifiers import CAUSAL_GRU, SPOTTING_TRAINING
from skkws.datasets import (
    fetch_background_noise,
    fetch_mini_speech_commands,
    fetch_speech_commands,
)
from skkws.spotting import (
    Detection,
    detection_error_curve,
    false_alarms_per_hour,
    latencies,
    make_recording,
    miss_rate,
)
from skkws.spotting._detections import over_thresholds
from skkws.spotting._settings import refractory_of
from skkws.spotting._tuning import tuned_thresholds

HOUR = 3600.0
OTHERS = ["bed", "cat", "happy"]
TEN_EPOCHS = {"epochs": 10}
CONTENDERS = {  # name: (normalisation, arguments, arguments of the spotter)
    "GRU": ("clip", SPOTTING_TRAINING, {}),
    "causal GRU": ("bin", CAUSAL_GRU | SPOTTING_TRAINING, {}),
    "GRU, 10 epochs": ("clip", SPOTTING_TRAINING | TEN_EPOCHS, {}),
    "GRU, 10 epochs, two windows a clip": (
        "clip",
        SPOTTING_TRAINING | TEN_EPOCHS,
        {"n_views": 2},
    ),
    "GRU, 10 epochs, trained as by default": ("clip", TEN_EPOCHS, {}),
}
NETWORKS = ("GRU", "causal GRU")  # that other benchmarks listen with
CONDITIONS = {"10 dB": 10.0, "clean": None}
FALSE_ALARMS = (1, 5, 10)  # an hour, for which thresholds are tuned
# False alarms a word at which its own threshold counts as much as the common one: own
# thresholds alone, shares of both, a common one alone.
PER_WORD = (0.0, 1.0, 2.0, 4.0, np.inf)


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
    normalize, params, _ = CONTENDERS[network]
    classifier = KerasGRUClassifier(**params, random_state=seed)
    if epochs is not None:
        classifier.set_params(epochs=epochs)
    return make_pipeline(
        AddNoise(noise_of("train"), snr=(0, 30), random_state=seed),
        LogSpectrogram(),
        Normalize(normalize),
        classifier,
    )


def judge(spotter, learnt, tuning, recording):
    """Return misses, false alarms and latency at several operating points.

    Thresholds are tuned on one recording, in which the candidates `learnt` were found,
    and judged on the other.
    """
    candidates = spotter.candidates(recording.data)
    truth, seconds = recording.truth, recording.duration
    curve = detection_error_curve(truth, candidates, seconds, refractory_of(spotter))
    validation = detection_error_curve(
        tuning.truth, learnt, tuning.duration, refractory_of(spotter)
    )
    figures = {
        "area_to_10_false_alarms_per_hour": curve.area(),
        "area_on_the_validation_hour": validation.area(),
    }
    for n_false_alarms in FALSE_ALARMS:
        thresholds = tuned_thresholds(
            spotter.words_,
            [learnt],
            [tuning.truth],
            n_false_alarms,
            refractory_of(spotter),
        )
        detections = over_thresholds(candidates, thresholds, refractory_of(spotter))
        late = latencies(truth, detections, spotter.delay_)
        figures[f"tuned for {n_false_alarms} an hour"] = {
            **errors(truth, detections, seconds),
            "where_no_word_was_said": false_alarms_per_hour(
                *map(nameless, (truth, detections)), seconds
            ),
            "latency_seconds_median": float(np.median(late)),
            "latency_seconds_99_percent": float(np.quantile(late, 0.99)),
        }
    return figures


def errors(truth, detections, seconds):
    """Return misses and false alarms."""
    return {
        "miss_rate": miss_rate(truth, detections),
        "false_alarms_per_hour": false_alarms_per_hour(truth, detections, seconds),
    }


def judge_halves(spotter, candidates, recording):
    """Return by PER_WORD what comes of false alarms an hour that are asked for.

    Thresholds are tuned on one half of a recording and judged on the other, each in
    turn.
    """
    truth, seconds = recording.truth, recording.duration

    def half(words, first):
        return [one for one in words if (one[1] + one[2] < seconds) == first]

    def outcome(first, n_false_alarms, per_word):
        thresholds = tuned_thresholds(
            spotter.words_,
            [half(candidates, first)],
            [half(truth, first)],
            n_false_alarms,
            refractory_of(spotter),
            per_word,
        )
        detections = over_thresholds(
            half(candidates, not first), thresholds, refractory_of(spotter)
        )
        return errors(half(truth, not first), detections, seconds / 2)

    figures = {}
    for per_word in PER_WORD:
        for n_false_alarms in (1, 2, 5, 10):
            halves = [
                outcome(first, n_false_alarms, per_word) for first in (True, False)
            ]
            figures[f"per word {per_word:g}, {2 * n_false_alarms} an hour"] = {
                name: float(np.mean([one[name] for one in halves]))
                for name in halves[0]
            }
    return figures


def nameless(words):
    """Return words as if all were the same, so that none is taken for another."""
    return [
        one._replace(word="word") if isinstance(one, Detection) else ("word", *one[1:])
        for one in words
    ]


def run(network, seed, epochs=None):
    """Fit, tune and judge a spotter; return what rows of both results are made of."""
    words = words_of(network, seed, epochs)
    spotter = KeywordSpotter(words, random_state=seed, **CONTENDERS[network][2])
    spotter.fit(*clips_of("train"))
    figures = {"spotting": {}, "tuning": {}}
    for condition, snr in CONDITIONS.items():
        tuning, recording = (hour_of(part, snr) for part in ("validation", "test"))
        learnt = spotter.candidates(tuning.data)
        figures["spotting"][condition] = judge(spotter, learnt, tuning, recording)
        figures["tuning"][condition] = judge_halves(spotter, learnt, tuning)
        for file, rows in figures.items():
            print(network, seed, condition, file, rows[condition], flush=True)
    return figures


def summarise(runs):
    """Turn the runs of several seeds into mean and range of every figure."""
    first = runs[0]
    if isinstance(first, dict):
        return {key: summarise([one[key] for one in runs]) for key in first}
    return mean_and_range(runs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--networks", nargs="+", choices=CONTENDERS, default=list(CONTENDERS)
    )
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--epochs", type=int, help="other than the default; no results")
    arguments = parser.parse_args()
    for network in arguments.networks:
        runs = [run(network, seed, arguments.epochs) for seed in arguments.seeds]
        if arguments.epochs is not None:
            continue
        for file, row in summarise(runs).items():
            row = {"random_states": arguments.seeds, **row}
            # Another network's may have been written by a run beside this one.
            rows = {**former_figures(file), network: row}
            write_results(file, rows, ["skkws", "keras", "tensorflow"])


if __name__ == "__main__":
    main()
