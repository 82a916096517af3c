"""Going through many clips within bounded memory."""

# Intermediate results of this size stay in a processor's cache.
BLOCK_BYTES = 4_000_000


def clip_blocks(n_clips, bytes_per_clip):
    """Yield slices of clips whose intermediate results fit in `BLOCK_BYTES`."""
    return slices(n_clips, max(1, int(BLOCK_BYTES // bytes_per_clip)))


def slices(n, size):
    """Yield slices of at most `size` that cover n entries.

    scikit-learn's `gen_batches` checks its parameters in 0.1 ms, which is much for
    a clip alone and a step of a stream.
    """
    for first in range(0, n, size):
        yield slice(first, min(n, first + size))
