"""How long do log-mel spectrograms of 1 s clips take on one thread?

    python benchmarks/front_end.py [--clips N] [--rounds N]

Each round times every contender once, so that a busy machine slows all of them alike;
ratios are taken within a round. Writes results/front_end.json.
"""

import argparse
import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # read when the libraries below are loaded

from time import perf_counter  # noqa: E402

import librosa  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
from _results import write_results  # noqa: E402

from skkws.features import LogSpectrogram  # noqa: E402

SR, N_FFT, HOP, N_MELS, FLOOR = 16000, 400, 160, 40, 1e-10
TORCH_BLOCKS = (4, 8, 16, 32)  # clips at a time; the whole batch is a contender, too


def librosa_log_mel(waveforms):
    mel = librosa.feature.melspectrogram(
        y=waveforms, sr=SR, n_fft=N_FFT, hop_length=HOP, n_mels=N_MELS, center=False
    )
    return np.log(np.maximum(mel, FLOOR)).swapaxes(-1, -2)


def librosa_clip_by_clip(waveforms):
    return np.stack([librosa_log_mel(waveform) for waveform in waveforms])


def torch_contender(n_at_once):
    filters = librosa.filters.mel(sr=SR, n_fft=N_FFT, n_mels=N_MELS)
    filters = torch.from_numpy(np.ascontiguousarray(filters.T))
    window = torch.hann_window(N_FFT)

    def log_mel(waveforms):
        stft = torch.stft(
            waveforms, N_FFT, HOP, window=window, center=False, return_complex=True
        )
        power = stft.real.square() + stft.imag.square()
        return torch.clamp(power.transpose(1, 2) @ filters, min=FLOOR).log()

    def run(waveforms):
        blocks = torch.from_numpy(waveforms).split(n_at_once)
        return torch.cat([log_mel(block) for block in blocks]).numpy()

    return run


def contenders(waveforms):
    """Return name -> function without arguments; the first is ours."""
    front_end = LogSpectrogram(SR, amin=FLOOR)
    integers = np.round(waveforms * 32767).astype(np.int16)
    calls = {
        "skkws": lambda: front_end.transform(waveforms),
        "skkws, int16": lambda: front_end.transform(integers),
        "librosa clip by clip": lambda: librosa_clip_by_clip(waveforms),
        "librosa 2-D batch": lambda: librosa_log_mel(waveforms),
    }
    for n_at_once in (*TORCH_BLOCKS, len(waveforms)):
        run = torch_contender(n_at_once)
        calls[f"torch.stft, {n_at_once} clips at once"] = lambda run=run: run(waveforms)
    return calls


def time_rounds(calls, n_rounds):
    """Return seconds, ndarray of shape (n_rounds, n_contenders)."""
    seconds = np.empty((n_rounds, len(calls)))
    for round_ in range(n_rounds):
        for k, call in enumerate(calls.values()):
            start = perf_counter()
            call()
            seconds[round_, k] = perf_counter() - start
    return seconds


def summarise(names, ms):
    to_ours = ms / ms[:, :1]
    rows = {
        name: {
            "ms_median": round(float(np.median(ms[:, k])), 4),
            "ms_minimum": round(float(ms[:, k].min()), 4),
            "ratio_to_skkws_median": round(float(np.median(to_ours[:, k])), 3),
            "ratio_to_skkws_of_minima": round(
                float(ms[:, k].min() / ms[:, 0].min()), 3
            ),
        }
        for k, name in enumerate(names)
    }
    peers = [name for name in names if not name.startswith("skkws")]
    fastest = min(peers, key=lambda name: rows[name]["ms_median"])
    return {
        "ms_per_clip": rows,
        "fastest_peer": fastest,
        "skkws_to_fastest_peer_median": round(
            1 / rows[fastest]["ratio_to_skkws_median"], 3
        ),
        "skkws_to_fastest_peer_of_minima": round(
            1 / min(rows[name]["ratio_to_skkws_of_minima"] for name in peers), 3
        ),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=41)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    waveforms = rng.uniform(-0.5, 0.5, size=(arguments.clips, SR)).astype(np.float32)

    calls = contenders(waveforms)
    expected = librosa_clip_by_clip(waveforms)
    for name, call in calls.items():  # also the warm-up
        atol = 1e-2 if "int16" in name else 1e-4
        np.testing.assert_allclose(call(), expected, atol=atol, err_msg=name)

    ms = time_rounds(calls, arguments.rounds) * 1000 / arguments.clips
    figures = {
        "clip_seconds": 1,
        "n_clips": arguments.clips,
        "rounds": arguments.rounds,
        "threads": 1,
        "output": [int(n) for n in expected.shape[1:]],
        **summarise(list(calls), ms),
    }
    write_results("front_end", figures, ("librosa", "torch", "joblib"))
    for name, row in figures["ms_per_clip"].items():
        print(
            f"{name:32s} {row['ms_median']:.3f} ms, {row['ratio_to_skkws_median']:.2f}"
        )


if __name__ == "__main__":
    main()
