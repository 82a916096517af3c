"""Mel filters as a product with small matrices."""

from functools import lru_cache

import numpy as np

from .._librosa import from_librosa

# A mel filter spans few bins, so most of the whole matrix is zero. Four matrices,
# each with the bins that its filters need, take half the time of one (measured on
# 40 filters; more are no faster, because small products use the processor badly).
N_GROUPS = 4


@lru_cache(maxsize=32)
def mel_groups(sr, n_fft, n_mels, fmin, fmax, htk, norm):
    """Build mel filters, grouped by the bins that they need.

    Parameters
    ----------
    sr, n_fft, n_mels, fmin, fmax, htk, norm
        As in :func:`librosa.filters.mel`, where the filters come from.

    Returns
    -------
    list of (filters, bins, weights)
        Two slices and an ndarray of shape (n_bins_of_group, n_filters_of_group).
    """
    matrix = from_librosa("filters.mel")(
        sr=sr, n_fft=n_fft, n_mels=n_mels, fmin=fmin, fmax=fmax, htk=htk, norm=norm
    )
    groups = []
    for filters in np.array_split(np.arange(n_mels), min(N_GROUPS, n_mels)):
        filters = slice(filters[0], filters[-1] + 1)
        used = np.flatnonzero(matrix[filters].any(axis=0))
        bins = slice(used.min(initial=n_fft), used.max(initial=0) + 1)
        weights = np.ascontiguousarray(matrix[filters, bins].T, dtype=np.float32)
        weights.flags.writeable = False
        groups.append((filters, bins, weights))
    return groups


def apply_mel(spectrum, groups, out):
    """Sum spectra over mel filters.

    Parameters
    ----------
    spectrum : ndarray, shape (n_clips, n_frames, n_fft // 2 + 1)
        Spectra.
    groups : list
        From :func:`mel_groups`.
    out : ndarray, shape (n_clips, n_frames, n_mels)
        Where the mel spectra go.
    """
    # Three-dimensional products are done clip by clip, in the same shape however many
    # clips there are: that keeps the last bit of a clip independent of its neighbours.
    for filters, bins, weights in groups:
        np.matmul(spectrum[..., bins], weights, out=out[..., filters])
