"""Names of the classes that are no words to spot, those of the Speech Commands."""

UNKNOWN = "_unknown_"  # other words
SILENCE = "_silence_"  # no word

REJECTED = (UNKNOWN, SILENCE)
