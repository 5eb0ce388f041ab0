"""One word for what radiologists call by several names. Imports nothing."""

import re

# What people write, and what the registry says for it.
SAME = (
    (r"\bcxr\b", "chest radiograph"),
    (r"\bx[- ]?rays?\b|\bradiography\b|\bradiographs\b", "radiograph"),
    (r"\bmri\b|\bmagnetic resonance\b", "mr"),
    (r"\bmammograms?\b|\bmammographic\b", "mammography"),
    (r"\bsonography\b|\bsonograms?\b", "ultrasound"),
    (r"\btumors?\b|\btumours\b", "tumour"),
    (r"\bsegment\b|\bsegmenting\b", "segmentation"),
)
SYNONYMS = tuple((re.compile(pattern), word) for pattern, word in SAME)


def in_our_words(text: str) -> str:
    """Return a text in lower case, with synonyms replaced by the registry's own words."""
    text = text.casefold()
    for pattern, word in SYNONYMS:
        text = pattern.sub(word, text)
    return text
