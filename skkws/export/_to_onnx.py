"""A fitted pipeline to one ONNX file."""

from importlib.util import find_spec

from .._files import is_path
from .._parameters import check_choice
from .._searches import best_of, is_search
from .._writing import write_whole
from ..spotting import KeywordSpotter


def to_onnx(pipeline, path, X=None, *, weights="float32"):
    """Write a fitted pipeline as an ONNX file, for onnxruntime and its like.

    Waveforms, or what else the pipeline takes, go in as ``X``, any number of clips at
    a time from one on; ``label`` and ``probabilities`` come out. What is written needs
    neither skkws nor Python.

    Parameters
    ----------
    pipeline : estimator
        A fitted Pipeline, or a fitted step alone: transformers and classifiers of
        skkws, and those of scikit-learn that skl2onnx knows. Of a search, its best
        estimator is written; of a `KeywordSpotter`, what classifies a window.
        `LoadAudio` reads files, which a graph cannot: leave it out, as
        ``pipeline[1:]``.
    path : str or path-like
        The file to write, usually ``*.onnx``. If anything fails, a file that was there
        before stays as it was.
    X : ndarray, default=None
        Clips as they are to go in, for their shape and type: int16 samples, for
        instance, are scaled by the graph then. None means float32 of the shape seen
        in fit.
    weights : {"float32", "int8"}, default="float32"
        How the weights of networks are stored. "int8" takes a quarter of the space:
        each channel's are rounded to 8 bits, and become float32 when the file is
        loaded; that is no faster.

    Returns
    -------
    onnx.ModelProto
        What was written. Its metadata has the ``words``, in the order of the
        probabilities and as JSON, and the sampling rate ``sr`` in Hz, where they are
        known; of a `KeywordSpotter` also what it was set to as ``spotter``, in JSON:
        its ``words``, their ``thresholds``, ``hop_samples``, the windows whose
        probabilities are averaged (``n_averaged``) and that are waited (``patience``),
        and ``refractory`` in seconds.

    Raises
    ------
    ImportError
        If skl2onnx is not installed.
    sklearn.exceptions.NotFittedError
        If a step is not fitted.
    TypeError
        If `path` is none.
    ValueError
        If a step or its parameters cannot be exported, or the shape of X is unknown.
    OSError
        If the file cannot be written.

    See Also
    --------
    skl2onnx.to_onnx : Takes Pipelines of the same steps once ``skkws.export`` is
        imported, with the option ``weights`` for the classifiers; no steps that are
        "passthrough", no search and no `KeywordSpotter`.

    Notes
    -----
    A graph cannot refuse what the pipeline refuses: NaN goes through it.

    The short-time Fourier transform is a product with a matrix in float32, which
    rounds more than the fast transform does: bins far under the loudest of their frame
    are the first to differ. Where samples have an offset, such as a cheap sound card's,
    and else silence, `PCEN` raises what is but rounding: take their mean away first.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from sklearn.pipeline import make_pipeline
    >>> from skkws import LogSpectrogram, Normalize
    >>> from skkws.export import to_onnx
    >>> X = np.random.default_rng(0).normal(size=(2, 16000)).astype("float32")
    >>> front_end = make_pipeline(LogSpectrogram(), Normalize("clip")).fit(X)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     model = to_onnx(front_end, f"{folder}/front_end.onnx")
    >>> [x.name for x in model.graph.input]
    ['X']
    """
    _require_skl2onnx()
    from ._conversion import model_of, steps_of
    from ._refusals import check_steps
    from ._spotter import listening_part_of, settings_of

    check_choice("weights", weights, ("float32", "int8"))
    if not is_path(path):
        raise TypeError(f"path is {path!r}, but must be that of a file to write.")
    if is_search(pipeline):
        pipeline = best_of(pipeline)
    facts = {}
    if isinstance(pipeline, KeywordSpotter):
        pipeline, facts = listening_part_of(pipeline), settings_of(pipeline)
    check_steps(steps_of(pipeline))
    model = model_of(pipeline, X, weights, facts)
    write_whole(path, model.SerializeToString())
    return model


def _require_skl2onnx():
    if not find_spec("skl2onnx"):
        raise ImportError(
            "to_onnx needs skl2onnx, which is not installed: run "
            '`pip install "skkws[onnx]"`.'
        )
