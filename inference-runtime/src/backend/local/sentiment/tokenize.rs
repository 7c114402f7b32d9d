//! Splits a text into words, faces (emoticons and emoji) and marks (any other character), in time linear in the text.

use super::weights::Weights;

/// A longer face, in bytes, is not looked up: the input may be one endless line of symbols.
const MAX_FACE: usize = 12;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    /// In the lexicon, and not a word: `:)`, `<3`, an emoji.
    Face,
    Mark,
}

struct Span {
    start: usize,
    end: usize,
    kind: Kind,
    uppercase: bool,
}

/// One token.
#[derive(Clone, Copy)]
pub(super) struct Token<'a> {
    /// In lower case, with at most two equal characters in a row.
    pub(super) text: &'a str,
    pub(super) kind: Kind,
    /// A word of at least two letters, all of them capitals.
    pub(super) uppercase: bool,
}

/// The tokens of one text. Their texts share one buffer, so that a long text takes two allocations.
pub(super) struct Tokens {
    buffer: String,
    spans: Vec<Span>,
}

impl Tokens {
    pub(super) fn new(text: &str, weights: &Weights<'_>) -> Self {
        let mut tokens = Self {
            buffer: String::with_capacity(text.len()),
            spans: Vec::new(),
        };
        for chunk in text.split(is_space).filter(|chunk| !chunk.is_empty()) {
            tokens.chunk(chunk, weights);
        }
        tokens
    }

    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<Token<'_>> {
        let span = self.spans.get(index)?;
        let text = self.buffer.get(span.start..span.end)?;
        Some(Token {
            text,
            kind: span.kind,
            uppercase: span.uppercase,
        })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Token<'_>> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    fn chunk(&mut self, chunk: &str, weights: &Weights<'_>) {
        if !chunk.starts_with(char::is_alphanumeric) && self.face(chunk, weights) {
            return;
        }
        let mut rest = chunk;
        while let Some(first) = rest.chars().next() {
            rest = if first.is_alphanumeric() {
                self.word(rest)
            } else {
                self.symbol(plain(first), rest, rest.len() < chunk.len(), weights)
            };
        }
    }

    /// Reads a word from the start of `rest` and returns the text after it.
    fn word<'t>(&mut self, rest: &'t str) -> &'t str {
        let mut chars = rest.char_indices().peekable();
        let mut end = rest.len();
        while let Some((at, c)) = chars.next() {
            let joins =
                plain(c) == '\'' && chars.peek().is_some_and(|(_, next)| next.is_alphanumeric());
            if !c.is_alphanumeric() && !joins {
                end = at;
                break;
            }
        }
        let (word, rest) = rest.split_at(end);
        let uppercase = word.chars().nth(1).is_some()
            && word.chars().any(char::is_uppercase)
            && !word.chars().any(char::is_lowercase);
        let start = self.buffer.len();
        self.push_squeezed(word);
        self.push(start, Kind::Word, uppercase);
        rest
    }

    /// Reads a face, or a run of one mark, from the start of `rest` and returns the text after it.
    fn symbol<'t>(
        &mut self,
        first: char,
        rest: &'t str,
        inside: bool,
        weights: &Weights<'_>,
    ) -> &'t str {
        // A face may directly follow a word ("great:)"), but only if it starts with eyes.
        if inside && matches!(first, ':' | ';' | '=' | '<') && self.face(rest, weights) {
            return "";
        }
        let after = rest.trim_start_matches(|c| plain(c) == first);
        let run = rest
            .chars()
            .take_while(|c| plain(*c) == first)
            .take(2)
            .count();
        if first == '-' && inside && run == 1 && !after.is_empty() {
            return after; // a hyphen inside a word
        }
        let start = self.buffer.len();
        self.buffer.push(first);
        let known = self
            .buffer
            .get(start..)
            .is_some_and(|mark| weights.valence(mark).is_some());
        if run > 1 && !known {
            self.buffer.push(first);
        }
        self.push(start, if known { Kind::Face } else { Kind::Mark }, false);
        after
    }

    /// Reads `text` as one face, if it is one, and returns whether it is.
    fn face(&mut self, text: &str, weights: &Weights<'_>) -> bool {
        if text.len() > 4 * MAX_FACE {
            return false;
        }
        let start = self.buffer.len();
        self.buffer
            .extend(text.chars().map(plain).flat_map(char::to_lowercase));
        let known = self
            .buffer
            .get(start..)
            .is_some_and(|face| face.len() <= MAX_FACE && weights.valence(face).is_some());
        if known {
            self.push(start, Kind::Face, false);
        } else {
            self.buffer.truncate(start);
        }
        known
    }

    /// Appends a word with at most two equal characters in a row: "sooooo" and "soooo" are one word.
    fn push_squeezed(&mut self, word: &str) {
        let mut last = [None; 2];
        for c in word.chars().map(plain).flat_map(char::to_lowercase) {
            if last != [Some(c); 2] {
                self.buffer.push(c);
                last = [last[1], Some(c)];
            }
        }
    }

    fn push(&mut self, start: usize, kind: Kind, uppercase: bool) {
        self.spans.push(Span {
            start,
            end: self.buffer.len(),
            kind,
            uppercase,
        });
    }
}

/// Returns whether Python's `str.split` splits at this character: the model was trained with it.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

fn plain(c: char) -> char {
    if matches!(c, '\u{2018}' | '\u{2019}') {
        '\''
    } else {
        c
    }
}
