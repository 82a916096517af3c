"""Going through many clips within bounded memory."""

from sklearn.utils import gen_batches

# Intermediate results of this size stay in a processor's cache.
BLOCK_BYTES = 4_000_000


def clip_blocks(n_clips, bytes_per_clip):
    """Yield slices of clips whose intermediate results fit in `BLOCK_BYTES`."""
    return gen_batches(n_clips, max(1, int(BLOCK_BYTES // bytes_per_clip)))
