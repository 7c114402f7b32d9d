"""Loads VADER's lexicon and its emoji, with valences in multiples of 1/32, as stored in the weights."""

from features import fold

STEPS = 32


def load(root):
    valences = {}
    for line in _lines(root, "vader_lexicon.txt"):
        word, valence = line.split("\t")[:2]
        # "no" is treated as a negator, without a valence.
        if word.strip() != "no":
            valences.setdefault(word.strip().lower(), float(valence))
    words = dict(valences)
    for line in _lines(root, "emoji_utf8_lexicon.txt"):
        emoji, description = line.split("\t")[:2]
        valence = sum(words.get(word, 0.0) for word in description.split())
        if len(emoji) == 1 and valence:
            valences[emoji] = valence
    steps = {word: max(-127, min(127, round(valence * STEPS))) for word, valence in valences.items()}
    lexicon = {word: step / STEPS for word, step in sorted(steps.items()) if step}
    if len({fold(word) for word in lexicon}) != len(lexicon):
        raise SystemExit("two words of the lexicon have the same hash; help: change `fold`")
    return lexicon


def _lines(root, name):
    text = (root / "vaderSentiment" / name).read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line.strip()]
