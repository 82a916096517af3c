"""Our estimators in scikit-learn's diagram of a Pipeline, as notebooks show it."""


def diagram_block(kind, estimators, **captions):
    """Return a part of the diagram, scikit-learn's `_VisualBlock`.

    Parameters
    ----------
    kind : {"single", "parallel"}
        An estimator, or those that one holds.
    estimators : estimator or list of estimator
        What is shown.
    **captions
        Names, details and caption, as `_VisualBlock` takes them.

    Returns
    -------
    _VisualBlock
        What `_sk_visual_block_` must return.
    """
    try:
        from sklearn.utils._repr_html.estimator import _VisualBlock
    except ImportError:  # scikit-learn 1.6
        from sklearn.utils._estimator_html_repr import _VisualBlock

    return _VisualBlock(kind, estimators, **captions)
