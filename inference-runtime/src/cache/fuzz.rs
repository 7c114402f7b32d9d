//! Entries as a store may give them back.

use super::{
    Entry, Key,
    encoding::{MAGIC, VERSION, checksum},
};
use crate::task::TextClassification;

const KEY: Key = Key::from_bytes([7; 32]);

/// An entry out of a store: the bytes as they are, and as what stands between the beginning and the checksum that every
/// entry has, which no made-up bytes would come by.
pub fn stored_entries(bytes: &[u8]) {
    read(bytes);
    let mut whole = [MAGIC.as_slice(), &[VERSION], KEY.as_bytes(), bytes].concat();
    let sum = checksum(&whole);
    whole.extend_from_slice(&sum);
    read(&whole);
}

/// What can be read is written so that it can be read again, and may hold the output of any task or of none.
fn read(bytes: &[u8]) {
    let Some(entry) = Entry::decode(&KEY, bytes) else {
        return;
    };
    let again = Entry::decode(&KEY, &entry.encode(&KEY));
    let again = again.as_ref().map(|again| (again.json(), again.origin()));
    assert!(
        again.is_some_and(|(json, origin)| json == entry.json() && origin == entry.origin()),
        "written again it is another one: {entry:?}"
    );
    assert!(entry.size() <= bytes.len());
    let _ = entry.output::<TextClassification>();
}
