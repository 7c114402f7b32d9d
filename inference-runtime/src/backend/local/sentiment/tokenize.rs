//! Text to words, faces (emoticons and emoji) and marks (any other character), in time linear in the text.

use super::weights::Weights;

/// A face longer than this, in bytes, is not looked up: what comes in may be one endless line of symbols.
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
    shouted: bool,
}

/// One token, as the features see it.
#[derive(Clone, Copy)]
pub(super) struct Token<'a> {
    /// Lower case, and no character more than twice in a row.
    pub(super) text: &'a str,
    pub(super) kind: Kind,
    /// A word of two letters or more, all of them capitals.
    pub(super) shouted: bool,
}

/// The tokens of one text. Their texts share one buffer, so that a long text costs two allocations.
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
            shouted: span.shouted,
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

    /// Takes a word from the front of `rest` and returns what follows it.
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
        let shouted = word.chars().nth(1).is_some()
            && word.chars().any(char::is_uppercase)
            && !word.chars().any(char::is_lowercase);
        let start = self.buffer.len();
        self.push_squeezed(word);
        self.push(start, Kind::Word, shouted);
        rest
    }

    /// Takes a face, or a run of one mark, from the front of `rest` and returns what follows it.
    fn symbol<'t>(
        &mut self,
        first: char,
        rest: &'t str,
        inside: bool,
        weights: &Weights<'_>,
    ) -> &'t str {
        // A face may stand right after a word ("great:)"), but only one that begins with eyes.
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

    /// Whether `text` as a whole is a face; if so, it is taken.
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

    /// "sooooo" and "soooo" are one word.
    fn push_squeezed(&mut self, word: &str) {
        let mut last = [None; 2];
        for c in word.chars().map(plain).flat_map(char::to_lowercase) {
            if last != [Some(c); 2] {
                self.buffer.push(c);
                last = [last[1], Some(c)];
            }
        }
    }

    fn push(&mut self, start: usize, kind: Kind, shouted: bool) {
        self.spans.push(Span {
            start,
            end: self.buffer.len(),
            kind,
            shouted,
        });
    }
}

/// Spaces as Python's `str.split` knows them: the model was trained on those.
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
