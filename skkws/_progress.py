"""Progress bars."""

import sys


def progress_bar(**kwargs):
    """Return a bar of tqdm's, for terminals and notebooks; a mute one without stderr.

    Parameters
    ----------
    **kwargs : dict
        For :class:`tqdm.tqdm`.

    Returns
    -------
    tqdm.tqdm
        The bar, also a context.
    """
    from tqdm.auto import tqdm

    return tqdm(disable=sys.stderr is None, **kwargs)  # as under pythonw.exe
