"""Splits text into tokens. `tokenize.rs` does the same in Rust; the golden test checks that both agree."""

from dataclasses import dataclass

# A face longer than this, in bytes of UTF-8, is not looked up.
MAX_FACE = 12
# A face may follow a word without a space if it begins with one of these ("great:)").
EYES = ":;=<"


@dataclass
class Token:
    text: str
    # "word", "face" (an emoticon or emoji of the lexicon) or "mark" (any other character).
    kind: str
    shouted: bool = False


def tokenize(text, lexicon):
    tokens = []
    for chunk in text.replace("\u2019", "'").replace("\u2018", "'").split():
        if not chunk[0].isalnum() and _is_face(chunk, lexicon):
            tokens.append(Token(_lower(chunk), "face"))
            continue
        start = 0
        while start < len(chunk):
            start = _next(chunk, start, tokens, lexicon)
    return tokens


def _next(chunk, start, tokens, lexicon):
    first = chunk[start]
    if first.isalnum():
        end = start + 1
        while end < len(chunk) and (chunk[end].isalnum() or _joins(chunk, end)):
            end += 1
        word = chunk[start:end]
        shouted = len(word) > 1 and word.isupper()
        tokens.append(Token(_squeeze(_lower(word)), "word", shouted))
        return end
    rest = chunk[start:]
    if start > 0 and first in EYES and _is_face(rest, lexicon):
        tokens.append(Token(_lower(rest), "face"))
        return len(chunk)
    end = start + 1
    while end < len(chunk) and chunk[end] == first:
        end += 1
    if first == "-" and start > 0 and end - start == 1 and end < len(chunk):
        return end  # a hyphen inside a word
    if first in lexicon:
        tokens.append(Token(first, "face"))
    else:
        tokens.append(Token(first * min(end - start, 2), "mark"))
    return end


def _joins(chunk, at):
    return chunk[at] == "'" and at + 1 < len(chunk) and chunk[at + 1].isalnum()


def _is_face(chunk, lexicon):
    return len(chunk) <= MAX_FACE and len(chunk.encode()) <= MAX_FACE and _lower(chunk) in lexicon


def _lower(word):
    return "".join(c.lower() for c in word)


def _squeeze(word):
    """Shortens repeated characters to two: "sooooo" and "soooo" become the same word."""
    kept = []
    for c in word:
        if kept[-2:] != [c, c]:
            kept.append(c)
    return "".join(kept)
