use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::task::{
    read::{Read, field, index, number, optional, text},
    span,
};

/// A part of a text, and what the model says it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// What it is, in the model's own words (`PER`; `B-PER` for single tokens, which services send as `entity`).
    pub entity_group: String,
    /// How sure the model is, from 0 to 1.
    pub score: f64,
    /// The part as the model's tokenizer writes it: letter case, spaces and word parts (`##ing`) may differ from
    /// the text.
    pub word: String,
    /// Where it starts, in characters of the text.
    pub start: usize,
    /// Where it ends, in characters of the text; the character there is no part of it.
    pub end: usize,
}

impl Entity {
    /// Where the part is in the bytes of the text that was asked about; none where it is not of that text.
    ///
    /// `start` and `end` count characters, Rust's slices count bytes:
    ///
    /// ```
    /// use inference_runtime::task::Entity;
    ///
    /// let text = "Zoë lives in Łódź";
    /// let entity = Entity { entity_group: "LOC".into(), score: 0.99, word: "łódź".into(), start: 13, end: 17 };
    /// assert_eq!(&text[entity.byte_range(text).unwrap()], "Łódź");
    /// ```
    #[must_use]
    pub fn byte_range(&self, text: &str) -> Option<Range<usize>> {
        span::byte_range(text, self.start, self.end)
    }

    pub(super) fn read(value: &Value) -> Read<Self> {
        // Tokens that are not joined have their label under another name.
        let entity_group = match optional(value, "entity_group", text)? {
            Some(group) => group,
            None if value.get("entity").is_some() => field(value, "entity", text)?,
            None => field(value, "entity_group", text)?,
        };
        let (start, end) = (field(value, "start", index)?, field(value, "end", index)?);
        span::check(start, end)?;
        Ok(Self {
            entity_group,
            score: field(value, "score", number)?,
            word: field(value, "word", text)?,
            start,
            end,
        })
    }
}
