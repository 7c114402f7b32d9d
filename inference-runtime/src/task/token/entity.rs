use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::task::{
    read::{ReadResult, field, index, number, optional, text},
    span,
};

/// A part of a text with its label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// The label, as the model names it (`PER`; `B-PER` for single tokens, which services send as `entity`).
    pub entity_group: String,
    /// The score, from 0 to 1.
    pub score: f64,
    /// The text as the model's tokenizer represents it: letter case, spaces and word parts (`##ing`) may differ from the
    /// original.
    pub word: String,
    /// The start, in characters of the text.
    pub start: usize,
    /// The end (exclusive), in characters of the text.
    pub end: usize,
}

impl Entity {
    /// Returns the range of the entity in the bytes of the text; `None` if it is out of range.
    ///
    /// `start` and `end` count characters, while Rust's slices count bytes:
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

    pub(super) fn read(value: &Value) -> ReadResult<Self> {
        // Tokens that are not joined have their label in another field.
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
