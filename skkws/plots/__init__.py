"""Pictures in the manner of scikit-learn's displays."""

from ._detection_error_display import DetectionErrorDisplay

__all__ = ["DetectionErrorDisplay"]
