"""Converts tokens to features: hashed words and pairs of words, with negation, and sums over the lexicon.

`scope.rs` and `features.rs` do the same in Rust; the golden test checks that both agree.
"""

import functools
import math

import words as w
from tokenize_text import tokenize

BUCKET_BITS = 18
# The number of words after a negator that it covers, unless the clause ends first.
SCOPE = 6
# The number of words after "can't" that are searched for a comparative, which is then not negated.
LOOKAHEAD = 5
# The value of a covered word, with the opposite sign.
FLIP = 0.6
# The same for the valence of a covered word in the lexicon.
VALENCE_FLIP = 0.74
BEFORE_CONTRAST, AFTER_CONTRAST = 0.7, 1.2
STRONGER, WEAKER = 1.3, 0.6
SHOUT = 0.7
DENSE = 15


@functools.lru_cache(maxsize=None)
def fold(text):
    """Returns the FNV-1a hash of the bytes, with its high half folded onto its low half."""
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return (value ^ value >> 32) % 2**32


def bucket(name):
    return fold(name) % 2**BUCKET_BITS


def extract(text, lexicon):
    """Returns ([(feature name, value)], [dense value]). The values of a name that occurs several times are added."""
    tokens = tokenize(text, lexicon)
    covered, negators = _scopes(tokens)
    turn = max((i for i, t in enumerate(tokens) if _contrasts(i, t, tokens, negators)), default=None)
    weights = [1.0 if turn is None else BEFORE_CONTRAST if i < turn else AFTER_CONTRAST for i in range(len(tokens))]
    valences = _valences(tokens, lexicon)
    sparse = _sparse(tokens, covered, negators, weights, valences)
    return sparse, _dense(tokens, covered, weights, valences, turn)


def negates(word):
    return word in w.NEGATORS or word.endswith("n't")


def _scopes(tokens):
    """Returns the negator that covers each token, or None, and the set of negators."""
    covered, negators = [None] * len(tokens), set()
    owner, negative, left = None, False, 0
    for i, token in enumerate(tokens):
        if token.kind == "mark":
            if token.text[0] in w.CLAUSE_MARKS:
                left = 0
            continue
        negator = token.kind == "word" and _is_negator(tokens, i)
        if token.kind == "word" and not negator and token.text in w.CLAUSE_WORDS:
            left = 0
        if negator:
            # "not without charm": two negators cancel each other.
            negative = not (left > 0 and negative)
            owner, left = i, SCOPE
            negators.add(i)
        elif left > 0:
            if negative:
                covered[i] = owner
            left -= 1
    return covered, negators


def _is_negator(tokens, i):
    word = tokens[i].text
    before = tokens[i - 1].text if i else ""
    after = tokens[i + 1].text if i + 1 < len(tokens) else ""
    if (before, word) in w.NEGATING_PAIRS:
        return True
    if not negates(word):
        return False
    if after in w.ARTICLES and i + 2 < len(tokens):
        after = tokens[i + 2].text
    if after in w.HARMLESS.get(_base(word), ()):
        return False
    unable = word in w.UNABLE or (word == "not" and before in ("can", "could"))
    return not (unable and _comparative_ahead(tokens, i))


def _comparative_ahead(tokens, i):
    for token in tokens[i + 1 : i + 1 + LOOKAHEAD]:
        if token.kind == "mark":
            return False
        if token.text in w.COMPARATIVES or token.text.endswith("ier"):
            return True
    return False


def _base(word):
    return "not" if word.endswith("n't") else word


def _contrasts(i, token, tokens, negators):
    return token.kind == "word" and token.text in w.CONTRASTS and 0 < i < len(tokens) - 1 and i not in negators


def _strength(token):
    return STRONGER if token.text in w.STRONGER else WEAKER if token.text in w.WEAKER else None


def _valences(tokens, lexicon):
    shouted = sum(t.shouted for t in tokens)
    emphatic = 0 < shouted < sum(t.kind == "word" for t in tokens)
    valences = []
    for i, token in enumerate(tokens):
        value = lexicon.get(token.text, 0.0)
        if token.kind == "mark" or value == 0.0 or negates(token.text) or _strength(token):
            valences.append(0.0)
            continue
        if token.shouted and emphatic:
            value += math.copysign(SHOUT, value)
        if i > 0 and _strength(tokens[i - 1]):
            value *= _strength(tokens[i - 1])
        elif i > 1 and _strength(tokens[i - 2]):
            value *= math.sqrt(_strength(tokens[i - 2]))
        valences.append(value)
    return valences


def _sparse(tokens, covered, negators, weights, valences):
    turned = _turned(covered, negators, valences)
    features = []
    for i, token in enumerate(tokens):
        word, weight = token.text, weights[i]
        if i in negators:
            sign = turned[i]
            features.append((f"x{sign}", weight))
            features.append((f"x{sign}{_base(word)}", weight))
        elif covered[i] is not None:
            features.append((f"u{word}", -FLIP * weight))
            features.append((f"n{word}", weight))
        else:
            features.append((f"u{word}", weight))
        if i + 1 < len(tokens):
            family = "m" if covered[i] is not None and covered[i + 1] is not None else "b"
            features.append((f"{family}{word} {tokens[i + 1].text}", weight))
    norm = math.sqrt(max(1, len(tokens)))
    return [(name, value / norm) for name, value in features]


def _turned(covered, negators, valences):
    """Returns the sign of the words that each negator covers; prefixed with "$" if it is that of the words before it."""
    under, before, latest = dict.fromkeys(negators), {}, 0.0
    for i, owner in enumerate(covered):
        if owner is not None:
            under[owner] = (under[owner] or 0.0) + valences[i]
        before[i] = latest
        latest = valences[i] or latest
    return {i: _sign(v) if v is not None else "$" + _sign(before[i]) for i, v in under.items()}


def _sign(valence):
    return "+" if valence > 0.2 else "-" if valence < -0.2 else "0"


def _dense(tokens, covered, weights, valences, turn):
    total = positive = negative = lifted = sunk = highest = lowest = first = last = after = 0.0
    for i, valence in enumerate(valences):
        if valence == 0.0:
            continue
        value = valence * weights[i]
        if covered[i] is not None:
            value *= -VALENCE_FLIP
            sunk += max(valence, 0.0)
            lifted += max(-valence, 0.0)
        total += value
        positive += max(value, 0.0)
        negative += max(-value, 0.0)
        highest, lowest = max(highest, value), min(lowest, value)
        first, last = first or value, value
        if turn is not None and i > turn:
            after += value
    marks = [t.text for t in tokens if t.kind == "mark"]
    exclaimed = min(3, sum(len(m) for m in marks if m[0] == "!"))
    root = math.sqrt(max(1, len(tokens)))
    return [
        _squash(total, 15.0),
        _squash(total, 1.0),
        positive / root,
        negative / root,
        sunk / root,
        lifted / root,
        _squash(highest, 4.0),
        _squash(-lowest, 4.0),
        _squash(last, 4.0),
        _squash(first, 4.0),
        _squash(after, 4.0),
        exclaimed / 3 * ((total > 0) - (total < 0)),
        float(exclaimed > 0),
        float(any(m[0] == "?" for m in marks)),
        _squash(total / root, 0.05),
    ]


def _squash(value, softness):
    return value / math.sqrt(value * value + softness)
