"""Logits of clips or of frames -> log-probabilities of clips."""

import numpy as np
from scipy.special import logsumexp

from ._arithmetic import log_softmax


def log_proba_from(logits):
    """Turn logits into a clip's log-probabilities, the mean over its frames if any.

    Parameters
    ----------
    logits : ndarray, shape (n_clips, n_classes) or (n_clips, n_steps, n_classes)
        A network's output.

    Returns
    -------
    ndarray, shape (n_clips, n_classes)
        Natural logarithms of probabilities that sum to 1, float32.

    Examples
    --------
    >>> import numpy as np
    >>> np.exp(log_proba_from(np.zeros((1, 2), dtype="float32")))
    array([[0.5, 0.5]], dtype=float32)
    """
    log_proba = log_softmax(logits)
    if log_proba.ndim == 3:
        n_steps = log_proba.shape[1]
        log_proba = logsumexp(log_proba, axis=1) - np.float32(np.log(n_steps))
    return log_proba
