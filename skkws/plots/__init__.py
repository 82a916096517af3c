"""Pictures in the manner of scikit-learn's displays."""

from ._detection_display import DetectionDisplay
from ._detection_error_display import DetectionErrorDisplay
from ._embedding_display import EmbeddingDisplay
from ._spectrogram_display import SpectrogramDisplay
from ._training_display import TrainingDisplay

__all__ = [
    "DetectionDisplay",
    "DetectionErrorDisplay",
    "EmbeddingDisplay",
    "SpectrogramDisplay",
    "TrainingDisplay",
]
