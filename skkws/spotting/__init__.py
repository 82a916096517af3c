"""Words in long recordings and live streams."""

from ._detections import Detection
from ._keyword_spotter import KeywordSpotter
from ._label_track import read_labels, write_labels
from ._matching import (
    false_alarms_per_hour,
    latencies,
    match_detections,
    miss_rate,
)
from ._recording import make_recording
from ._stream import Stream
from ._tuning import DetectionErrors, detection_error_curve

__all__ = [
    "Detection",
    "DetectionErrors",
    "KeywordSpotter",
    "Stream",
    "detection_error_curve",
    "false_alarms_per_hour",
    "latencies",
    "make_recording",
    "match_detections",
    "miss_rate",
    "read_labels",
    "write_labels",
]
