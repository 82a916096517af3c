"""What cannot be exported, however deep in a pipeline it is, and why."""

import skl2onnx
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import TunedThresholdClassifierCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.validation import check_is_fitted

from ..audio import LoadAudio


def check_steps(steps):
    """Refuse files as input, what is not fitted, and what skl2onnx gets wrong.

    Parameters
    ----------
    steps : list of (name, estimator)
        All steps of a pipeline.

    Raises
    ------
    sklearn.exceptions.NotFittedError
        If a step is not fitted.
    ValueError
        If there is no step, or one cannot be exported.
    """
    if not steps:
        raise ValueError("The pipeline has no steps, but must have one to export.")
    for name, step in steps:
        for label, part, decides in _parts(name, step):
            _check_part(label, part, decides, within=part is not step)


def name_unknown(steps):
    """Name the first part of the steps that skl2onnx does not know, or else them."""
    for name, step in steps:
        for label, part, _ in _parts(name, step):
            try:
                skl2onnx.get_model_alias(type(part))
            except RuntimeError:
                return f"{label}, {type(part).__name__},"
    if len(steps) == 1:
        name, step = steps[0]
        return f"The step {name!r}, {type(step).__name__},"
    return f"A part of the steps {', '.join(repr(name) for name, _ in steps)}"


def _parts(name, step, inner=False, decides=True):
    """Yield (label, estimator, whether its own decisions count) of all in a step."""
    label = f"A part within the step {name!r}" if inner else f"The step {name!r}"
    yield label, step, decides
    for part, decides_within in _members(step):
        if hasattr(part, "get_params"):
            yield from _parts(name, part, True, decides and decides_within)


def _members(step):
    """Yield the fitted estimators in another one, and whether each decides for it."""
    for name in ("steps", "transformer_list", "transformers_"):
        yield from ((entry[1], True) for entry in getattr(step, name, []))
    # A list, or the table of trees that boosting has. Only in a hard vote are they not
    # asked how probable the classes are.
    estimators = getattr(step, "estimators_", [])
    is_hard = getattr(step, "voting", None) == "hard"
    yield from ((one, is_hard) for one in getattr(estimators, "flat", estimators))
    for one in getattr(step, "calibrated_classifiers_", []):
        yield one.estimator, False
    for name in ("final_estimator_", "best_estimator_"):
        yield getattr(step, name, None), True
    if isinstance(step, TunedThresholdClassifierCV):  # elsewhere it is not fitted
        yield step.estimator_, False


def _check_part(label, part, decides, within):
    kind = type(part).__name__
    if isinstance(part, LoadAudio):
        remedy = (
            "fit without it, to waveforms"
            if within
            else "export the steps after it, as pipeline[1:]"
        )
        raise ValueError(
            f"{label} is LoadAudio, which reads files, and an ONNX graph cannot: "
            f"{remedy}."
        )
    try:
        check_is_fitted(part)
    except NotFittedError:
        raise NotFittedError(
            f"{label}, {kind}, is not fitted, but must be before it is exported: call "
            "fit."
        ) from None
    reason = _reason_against(part, decides)
    if reason:
        raise ValueError(f"{label}, {kind}, cannot be exported to ONNX: {reason}.")


def _reason_against(part, decides):
    """Say what skl2onnx gets wrong of an estimator, or lacks for it, or None."""
    if isinstance(part, TunedThresholdClassifierCV) and decides:
        return "skl2onnx leaves its threshold out"
    if isinstance(part, FunctionTransformer) and part.func is not None:
        return "its function is of Python, and not of ONNX"
    if isinstance(part, Pipeline) and any(
        step is None or isinstance(step, str) for _, step in part.steps
    ):
        return "skl2onnx stumbles over 'passthrough', which changes nothing"
    if isinstance(part, VotingClassifier):
        if part.flatten_transform:
            return "skl2onnx needs flatten_transform=False, which changes no prediction"
        if isinstance(part.weights, list | tuple):
            return "skl2onnx needs weights that are an ndarray"
        if part.weights is not None and len(part.weights) > len(part.estimators_):
            return "skl2onnx mistakes the weights where an estimator is 'drop'"
    if isinstance(part, StackingClassifier) and "predict" in part.stack_method_:
        return "what skl2onnx makes of stack_method='predict' does not run"
    if isinstance(part, CalibratedClassifierCV):
        if part.method == "isotonic":
            return "skl2onnx does not interpolate in isotonic calibration"
        if part.method == "temperature":
            return "skl2onnx does not know calibration by a temperature"
        own = part.calibrated_classifiers_[0].estimator
        if isinstance(own, Pipeline) and hasattr(own, "decision_function"):
            return (
                "skl2onnx calibrates the probabilities of a Pipeline in place of its "
                "decision_function: calibrate its last step alone"
            )
    return None
