"""Clips to learn from: checked, weighted and split."""

from dataclasses import dataclass, replace

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedShuffleSplit
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight

from .._parameters import check_real
from .._validation import check_spectrograms


@dataclass
class Examples:
    """Clips to learn from or to validate on."""

    X: np.ndarray  # (n_clips, n_frames, n_bins), float32
    codes: np.ndarray  # (n_clips,), the index of each clip's class
    weight: np.ndarray  # (n_clips,), float64, as float32 would lose small ones
    groups: np.ndarray | None = None  # (n_clips,), speakers

    def take(self, rows):
        groups = None if self.groups is None else self.groups[rows]
        return Examples(self.X[rows], self.codes[rows], self.weight[rows], groups)

    def weighed_relatively(self):
        """Return the same clips with weights whose mean is 1."""
        weight = self.weight / self.weight.max()  # whose sum cannot overflow
        return replace(self, weight=weight / weight.mean())

    def targets(self, n_classes, label_smoothing):
        """One row of class probabilities a clip, times its weight, float32."""
        targets = np.full((len(self.codes), n_classes), label_smoothing / n_classes)
        targets[np.arange(len(self.codes)), self.codes] += 1 - label_smoothing
        return (targets * self.weight[:, None]).astype(np.float32)


def checked_clips(classifier, X, y, *, reset, classes=None):
    """Return X and the class index of each clip.

    With reset, set what the classifier knows of X and y: `classes_`, `input_shape_`
    and `n_features_in_`; otherwise hold X and y against it.
    """
    if not reset:
        check_input_shape(classifier, X)
    refuse_mixed(y)
    X, y = check_spectrograms(classifier, X, y, reset=reset)
    check_classification_targets(y)
    if reset:
        classifier.classes_ = np.unique(y if classes is None else classes)
        classifier.input_shape_ = X.shape[1:]
    check_input_shape(classifier, X)
    # By Python's own equality: NumPy may take the text "2" for the number 2.
    known = classifier.classes_.tolist()
    strange = sorted(set(np.unique(y).tolist()).difference(known))
    if strange:
        raise _no_class(f"y contains {strange[0]!r}", known)
    return X, np.searchsorted(classifier.classes_, y)


def _no_class(what, known):
    """Return the error of what names none of the known classes."""
    return ValueError(f"{what}, but the classes are {', '.join(map(repr, known))}.")


def check_classes(classes):
    """Refuse what are not the words that a classifier is to tell apart."""
    refuse_mixed(classes, "classes")
    words = np.asarray(classes)
    if words.dtype.kind == "f" and np.isnan(words).any():
        raise ValueError("classes contains NaN, which is no word.")
    if words.ndim != 1 or len(np.unique(words)) < 2:
        raise ValueError(
            f"classes is {classes!r}, but must be a list of at least two words."
        )


def refuse_mixed(y, what="y", entries="words"):
    """Refuse words or groups among which there are None or lists, without order."""
    try:
        y = np.asarray(y)
    except ValueError as error:  # lists of different lengths
        raise ValueError(
            f"{what} has lists as entries, but its {entries} must be of one type that "
            "has an order, such as str."
        ) from error
    try:
        np.unique(y)
    except TypeError as error:
        kinds = [type(label) for label in y.flat]
        other = next((i for i, kind in enumerate(kinds) if kind != kinds[0]), 0)
        found = " and ".join(
            f"{what}[{i}] is {y.flat[i]!r}" for i in sorted({0, other})
        )
        raise ValueError(
            f"{found}, but all {entries} must be of one type that has an order, such "
            "as str."
        ) from error


def check_input_shape(classifier, X):
    """Refuse spectrograms of another shape; of features, scikit-learn does."""
    shape = getattr(X, "shape", ())[1:3]
    n_frames, n_bins = classifier.input_shape_
    if len(shape) == 2 and shape != (n_frames, n_bins):
        raise ValueError(
            f"X has {shape[0]} frames of {shape[1]} bins, but "
            f"{type(classifier).__name__} was fitted on {n_frames} frames of {n_bins}."
        )


def weighted_examples(
    X,
    codes,
    sample_weight=None,
    class_weight=None,
    classes=None,
    groups=None,
    *,
    relative=True,
):
    """Weigh clips by sample and by class; those of weight zero are left out.

    Parameters
    ----------
    X : ndarray, shape (n_clips, n_frames, n_bins)
        Spectrograms.
    codes : ndarray, shape (n_clips,)
        The index of each clip's class.
    sample_weight : array-like, shape (n_clips,), default=None
        Weight of each clip.
    class_weight : dict, "balanced" or None, default=None
        Weight of each class.
    classes : ndarray, shape (n_classes,), default=None
        The classes that the keys of `class_weight` name.
    groups : array-like, shape (n_clips,), default=None
        Speaker of each clip.

    relative : bool, default=True
        Whether only the weights' proportions count: they then get a mean of 1.

    Returns
    -------
    Examples
        The clips that count.

    Raises
    ------
    ValueError
        If a weight is negative or not finite, if all are zero, or if there is not
        one group a clip.
    """
    if groups is not None:
        refuse_mixed(groups, "groups", "groups")
        groups = np.asarray(groups)
        if groups.shape != (len(X),):
            raise ValueError(
                f"groups has the shape {groups.shape}, but must have one entry for "
                f"each of the {len(X)} clips of X."
            )
    weight = _check_sample_weight(
        sample_weight, X, dtype=np.float64, ensure_non_negative=True
    )
    if class_weight is not None:
        with np.errstate(over="ignore"):  # what overflows is refused
            weight = weight * _weight_of_classes(class_weight, classes, codes)[codes]
        if not np.isfinite(weight).all():
            raise ValueError(
                "sample_weight times class_weight is infinite for a clip: scale them."
            )
    counts = weight > 0
    if not counts.any():
        raise ValueError(
            "sample_weight and class_weight leave no clip with a weight above zero."
        )
    examples = Examples(X, codes, weight, groups)
    if not counts.all():
        examples = examples.take(counts)
    if relative:
        return examples.weighed_relatively()
    weight = examples.weight
    limits = np.finfo(np.float32)
    if not limits.tiny <= weight.max() <= limits.max:
        raise ValueError(
            "The largest weight of a clip, by sample_weight and class_weight, is "
            f"{weight.max():g}, but must be from {limits.tiny:.2g} to "
            f"{limits.max:.2g}, as networks compute in float32."
        )
    return examples


def _weight_of_classes(class_weight, classes, codes):
    """Return the weight of each class; "balanced" goes by the clips that there are."""
    if class_weight == "balanced":
        weight = np.ones(len(classes))
        present = np.unique(codes)
        weight[present] = compute_class_weight("balanced", classes=present, y=codes)
        return weight
    for word, value in class_weight.items():
        expected = "a finite number, zero or above"
        check_real(f"class_weight[{word!r}]", value, expected, least=0)
    known = classes.tolist()
    strange = [word for word in class_weight if word not in known]
    if strange and not all(word in class_weight for word in known):
        raise _no_class(f"class_weight has {strange[0]!r}", known)
    return compute_class_weight(class_weight, classes=classes, y=classes[codes])


def split_off_validation(examples, fraction, seed, words):
    """Split examples into a training and a stratified validation part.

    Where they have groups, no group has clips in both parts.
    """
    X, codes, groups = examples.X, examples.codes, examples.groups
    if groups is None:
        present, counts = np.unique(codes, return_counts=True)
        n_classes, n_clips = len(present), len(codes)
        if counts.min() < 2:
            raise ValueError(
                "early_stopping validates on a part of the clips, but the word "
                f"{words[present[counts.argmin()]]!r} has only one: give "
                "validation_data instead."
            )
        if not n_classes <= np.ceil(fraction * n_clips) <= n_clips - n_classes:
            raise ValueError(
                f"validation_fraction is {fraction}, but {n_clips} clips need one that "
                f"leaves a clip of each of the {n_classes} words on either side."
            )
        splitter = StratifiedShuffleSplit(1, test_size=fraction, random_state=seed)
    else:
        share = min(fraction, 1 - fraction)
        n_less = max(2, int(1 / share))
        n_parts = min(n_less, n_less + 1, key=lambda n: abs(1 / n - share))
        n_groups, n_most = len(np.unique(groups)), np.bincount(codes).max()
        if n_groups < 2:
            raise ValueError(
                "groups has one group alone, but validation needs clips of another."
            )
        if n_groups < n_parts:
            nearest = f"{'' if fraction <= 0.5 else '1 - '}1/{n_groups}"
            raise ValueError(
                f"validation_fraction is {fraction}, but that needs {n_parts} groups "
                f"of clips, and there are {n_groups}: with so few the nearest is "
                f"{nearest}."
            )
        if n_most < n_parts:
            raise ValueError(
                f"validation_fraction is {fraction}, but with groups that needs "
                f"{n_parts} clips of some word, and none has more than {n_most}."
            )
        splitter = StratifiedGroupKFold(n_parts, shuffle=True, random_state=seed)
    train, validation = next(splitter.split(X, codes, groups))
    if groups is not None and fraction > 0.5:  # one part learns, the others validate
        train, validation = validation, train
    if len(np.unique(codes[train])) < len(np.unique(codes)):
        why = "of few clips" if groups is None else "that few of the groups say"
        raise ValueError(
            f"validation_fraction is {fraction}, but all clips of a word {why} are "
            "drawn for validation: give validation_data instead."
        )
    return examples.take(train).weighed_relatively(), examples.take(validation)
