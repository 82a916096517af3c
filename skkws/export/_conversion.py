"""What skl2onnx is asked for, and what is said about its answer."""

import json

import numpy as np
import onnx
import skl2onnx
from skl2onnx._parse import parse_sklearn
from skl2onnx.algebra.type_helper import guess_initial_types
from skl2onnx.common._registration import get_converter
from skl2onnx.common.data_types import FloatTensorType
from skl2onnx.common.exceptions import MissingConverter, MissingShapeCalculator
from sklearn.base import is_classifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.utils import get_tags

import skkws

from ..features import PCEN, Normalize
from ..spotting._steps import rate_in
from ._classifier import exported_labels
from ._comparison import difference_of
from ._graph import OPSET
from ._refusals import name_unknown
from ._registry import CLASSIFIERS

# The oldest that has what is used, so that many versions of onnxruntime read it.
TARGET_OPSET = {"": OPSET, "ai.onnx.ml": 3}

# Types of numbers that skl2onnx knows as input.
INPUTS = ("float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16")


def steps_of(pipeline, name=None):
    """Return the steps, also of pipelines within, as pairs of name and estimator."""
    if not hasattr(pipeline, "steps"):
        return [(name or type(pipeline).__name__.lower(), pipeline)]
    return [
        pair
        for name, step in pipeline.steps
        if step is not None and not isinstance(step, str)
        for pair in steps_of(step, name)
    ]


def model_of(pipeline, X, weights, facts):
    """Convert a fitted pipeline to an onnx.ModelProto with facts in its metadata."""
    steps = steps_of(pipeline)
    kind = _input_type(steps, X)
    try:
        model = _converted(steps, kind, weights)
    except ValueError:
        if X is None or isinstance(kind, FloatTensorType):
            raise
        _converted(steps, FloatTensorType(kind.shape), weights)  # or this is refused
        raise ValueError(
            f"X is of the type {np.asarray(X).dtype}, but these steps can be exported "
            "for float32 alone: leave X out, or give it as float32."
        ) from None
    _refuse_another(model, steps, X, kind.shape)
    model.producer_name = "skkws"
    model.producer_version = skkws.__version__
    onnx.helper.set_model_props(model, _metadata(steps) | facts)
    return model


def _refuse_another(model, steps, X, shape):
    """Refuse a graph that does not say what its steps say, where some are not ours."""
    if not is_classifier(steps[-1][1]):
        return
    if all(type(step).__module__.startswith("skkws.") for _, step in steps):
        return
    pipeline = make_pipeline(*(step for _, step in steps))
    difference = difference_of(model, pipeline, X, shape)
    if difference:
        raise ValueError(
            f"{name_unknown(steps)} cannot be exported to ONNX: of what skl2onnx makes "
            f"of it, {difference}."
        )


def _converted(steps, input_type, weights):
    """Convert steps that are given input of skl2onnx's `input_type`."""
    # Without steps that are "passthrough", which skl2onnx stumbles over.
    pipeline = make_pipeline(*(step for _, step in steps))
    final = steps[-1][1]
    options = {kind: {"zipmap": False, "weights": weights} for kind in CLASSIFIERS}
    if is_classifier(final) and not isinstance(final, CLASSIFIERS):
        options[id(final)] = {"zipmap": False} if _may_have_dicts(final) else {}
    try:
        model = skl2onnx.convert_sklearn(
            pipeline,
            name=type(final).__name__,
            initial_types=[("X", input_type)],
            target_opset=TARGET_OPSET,
            custom_parsers={Pipeline: _parser_with(options)},
        )
    except (MissingConverter, MissingShapeCalculator, KeyError) as error:
        raise ValueError(
            f"{name_unknown(steps)} cannot be exported to ONNX."
        ) from error
    except (
        RuntimeError,
        NotImplementedError,
        TypeError,
        AttributeError,
        AssertionError,
    ) as error:
        raise ValueError(
            f"{name_unknown(steps)} cannot be exported to ONNX: {error}"
        ) from error
    except ValueError as error:
        node, _, attributes = str(error).partition(" with name=")
        if not attributes:
            raise
        # skl2onnx goes on with all of the node's arrays.
        raise ValueError(
            f"{name_unknown(steps)} cannot be exported to ONNX: skl2onnx says {node!r}."
        ) from error
    try:
        onnx.checker.check_model(model, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise ValueError(
            f"{name_unknown(steps)} cannot be exported to ONNX: what skl2onnx makes of "
            "it does not run."
        ) from error
    return model


def _may_have_dicts(final):
    """Tell whether skl2onnx may give the probabilities of a step as dicts."""
    try:
        converter = get_converter(skl2onnx.get_model_alias(type(final)))
    except (RuntimeError, ValueError):  # it is unknown, which is said later
        return False
    return "zipmap" in (converter.get_allowed_options() or {})


def _parser_with(options):
    """Return skl2onnx's parser of pipelines, with options for the converters.

    Given to skl2onnx itself, options make it look at every attribute of every step:
    `model_` would build a Keras network.
    """

    def parse(scope, model, inputs, custom_parsers=None):
        for key, value in options.items():
            scope.add_options(key, value)
        return parse_sklearn(scope, model, inputs)

    return parse


def _input_type(steps, X):
    if X is not None:
        try:
            X = np.asarray(X)
        except ValueError as error:
            raise ValueError(
                "X has clips of different lengths, but a graph takes those of one."
            ) from error
        if X.ndim < 2 or not X.size:
            raise ValueError(
                f"X has the shape {X.shape}, but must be an array of clips, such as "
                "the waveforms of the shape (n_clips, n_samples)."
            )
        if X.dtype.name not in INPUTS:
            raise ValueError(
                f"X is of the type {X.dtype}, but a graph takes {', '.join(INPUTS)}."
            )
        (_, kind), *_ = guess_initial_types(
            X.astype(X.dtype.newbyteorder("="), copy=False)
        )
        return kind
    name, first = steps[0]
    if not hasattr(first, "n_features_in_"):
        raise ValueError(
            f"The step {name!r} does not tell the shape of its input: give a clip as X."
        )
    if get_tags(first).input_tags.three_d_array:
        return FloatTensorType([None, *_spectrogram_shape(steps)])
    return FloatTensorType([None, first.n_features_in_])


def _spectrogram_shape(steps):
    """Return (n_frames, n_bins) of what goes in, where a fitted step tells."""
    for _, step in steps:
        if hasattr(step, "input_shape_"):
            return step.input_shape_
        if np.ndim(getattr(step, "mean_", 0)):
            return step.n_features_in_, len(step.mean_)
        if not isinstance(step, Normalize | PCEN):
            break
    raise ValueError(
        f"The step {steps[0][0]!r} does not tell how many bins its input has: give a "
        "clip as X."
    )


def _metadata(steps):
    """Return what a program that runs the graph may want to know."""
    facts = {}
    classes = getattr(steps[-1][1], "classes_", None)
    if classes is not None:
        words = exported_labels(np.asarray(classes)).tolist()
        facts["words"] = json.dumps(words, ensure_ascii=False)
    rate = next(filter(None, (rate_in(step) for _, step in steps)), None)
    if rate is not None:
        facts["sr"] = str(rate)
    return facts
