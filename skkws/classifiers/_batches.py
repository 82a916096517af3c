"""Clips dealt out in batches."""

import numpy as np


def batch_plan(n_clips, batch_size):
    """Return (number of batches, clips a batch) for an epoch of equal batches.

    All batches have one size, so that nothing is compiled for a smaller last one.
    """
    n_batches = -(-n_clips // batch_size)
    return n_batches, -(-n_clips // n_batches)


def batches(X, targets, batch_size, seed, epoch):
    """Yield shuffled batches for ever, each epoch in an order of its own.

    Where the clips do not fill the last batch of an epoch, clips from its beginning
    fill it with weight zero: every clip counts once an epoch.
    """
    n_clips = len(X)
    n_batches, size = batch_plan(n_clips, batch_size)
    while True:
        order = np.random.RandomState([seed, epoch]).permutation(n_clips)
        counts = np.arange(n_batches * size) < n_clips
        order = np.resize(order, len(counts))
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            yield X[rows], targets[rows] * counts[start : start + size, None]
        epoch += 1
