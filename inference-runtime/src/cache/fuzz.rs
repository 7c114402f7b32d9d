//! Fuzz target: entries read from a store.

use super::{
    Entry, Key,
    encoding::{MAGIC, VERSION, checksum},
};
use crate::task::TextClassification;

const KEY: Key = Key::from_bytes([7; 32]);

/// Decodes the bytes as they are, and once more between a valid header and checksum, which random bytes would not have.
pub fn stored_entries(bytes: &[u8]) {
    read(bytes);
    let mut framed = [MAGIC.as_slice(), &[VERSION], KEY.as_bytes(), bytes].concat();
    let sum = checksum(&framed);
    framed.extend_from_slice(&sum);
    read(&framed);
}

/// An entry that decodes must encode to an equal entry. Its output may be that of any task, or invalid.
fn read(bytes: &[u8]) {
    let Some(entry) = Entry::decode(&KEY, bytes) else {
        return;
    };
    let decoded = Entry::decode(&KEY, &entry.encode(&KEY));
    let decoded = decoded.as_ref().map(|entry| (entry.json(), entry.origin()));
    assert!(
        decoded.is_some_and(|(json, origin)| json == entry.json() && origin == entry.origin()),
        "encoding and decoding changed the entry: {entry:?}"
    );
    assert!(entry.size() <= bytes.len());
    let _ = entry.output::<TextClassification>();
}
