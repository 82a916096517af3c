"""Where clips come from: corpora of real speech, folders of your own, synthesis."""

from ._audio_folder import load_audio_folder
from ._mini_speech_commands import fetch_mini_speech_commands
from ._speaker_split import speaker_split
from ._speech_commands import fetch_background_noise, fetch_speech_commands
from ._spoken_digits import fetch_spoken_digits
from ._spoken_words import make_spoken_words

__all__ = [
    "fetch_background_noise",
    "fetch_mini_speech_commands",
    "fetch_speech_commands",
    "fetch_spoken_digits",
    "load_audio_folder",
    "make_spoken_words",
    "speaker_split",
]
