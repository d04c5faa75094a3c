"""Words that no text for the wearer may use.

The program is a companion for comfort and movement, not a medical device, so it makes no
claim that it changes a condition. This is a list of words, not a judge of meaning: a sentence
that denies such a claim ("never a diagnosis") has to be allowed by whoever checks.
"""

from __future__ import annotations

import re

CLAIMS = {
    "treat": r"treat(?:s|ed|ing|ment|ments)?",
    "prevent": r"prevent(?:s|ed|ing|ion|ive|ative)?",
    "diagnose": r"diagnos(?:e|es|ed|ing|is|tic|tics)",
    "correct": r"(?:in)?correct(?:s|ed|ing|ion|ions|ive|ly)?",
    "fix": r"fix(?:es|ed|ing)?",
    "cure": r"cur(?:e|es|ed|ing|ative)",
}
"""Each refused word and the forms that count as it.

"Incorrect" is one of them: there is no single right posture (Slater 2019, JOSPT 49:562).
"""

_PATTERN = re.compile(
    r"\b(?:" + "|".join(f"(?P<{word}>{forms})" for word, forms in CLAIMS.items()) + r")\b",
    re.IGNORECASE,
)


def refused_words(text: str) -> tuple[str, ...]:
    """Return the words in `text` that claim too much, as written, in order; empty if none."""
    return tuple(match.group() for match in _PATTERN.finditer(text))
