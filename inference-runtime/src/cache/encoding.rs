//! The binary encoding of entries, for stores outside the process.
//!
//! | bytes | content |
//! |---|---|
//! | 4 | `infr` |
//! | 1 | the version: 1 |
//! | 32 | the key |
//! | 8 | when the model responded, in milliseconds since 1970 |
//! | 4 + n | the model: its length, its name in UTF-8 |
//! | 1 (+ 4 + n) | the provider: 0, or 1 with length and name |
//! | 1 (+ 8) (+ 8) | token usage: bit 0 is set if there is any, bit 1 if input tokens follow, bit 2 if output tokens follow |
//! | n | the answer as JSON |
//! | 8 | checksum: the first bytes of the BLAKE3 hash of everything before |
//!
//! Numbers are little-endian.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;

use super::{Entry, Key};
use crate::answer::{EntryOrigin, Usage};

pub(super) const MAGIC: &[u8; 4] = b"infr";
pub(super) const VERSION: u8 = 1;
const CHECKSUM: usize = 8;

impl Entry {
    /// Encodes the entry as bytes, for a store that keeps bytes. [`decode`](Self::decode) reads them.
    ///
    /// The bytes hold the key, the time at which the model responded, the model's name, its answer and a checksum. The
    /// encoding may change with a minor version of this crate: it carries a version number, and an entry of another
    /// version is a miss.
    #[must_use]
    pub fn encode(&self, key: &Key) -> Vec<u8> {
        let EntryOrigin {
            model,
            provider,
            usage,
        } = &**self.origin();
        // An output that cannot be written as JSON gives an entry that cannot be read back: a miss.
        let json = self.json().unwrap_or_default();
        let mut out = Vec::with_capacity(json.len() + model.len() + 128);
        out.extend_from_slice(MAGIC);
        out.push(VERSION);
        out.extend_from_slice(key.as_bytes());
        let responded_at = unix_millis().saturating_sub(millis(self.age()));
        out.extend_from_slice(&responded_at.to_le_bytes());
        put_text(&mut out, model);
        match provider {
            None => out.push(0),
            Some(provider) => {
                out.push(1);
                put_text(&mut out, provider);
            }
        }
        put_usage(&mut out, *usage);
        out.extend_from_slice(&json);
        let checksum = checksum(&out);
        out.extend_from_slice(&checksum);
        out
    }

    /// Decodes bytes that [`encode`](Self::encode) wrote under this key. Returns `None` for anything else: truncated or
    /// altered bytes, those of another key or version, and foreign data.
    ///
    /// The age is taken from the system clock and is at least zero: the clocks of two machines may differ.
    #[must_use]
    pub fn decode(key: &Key, bytes: &[u8]) -> Option<Self> {
        let (body, sum) = bytes.split_last_chunk::<CHECKSUM>()?;
        let mut rest = Reader(body);
        let header_matches = rest.take(MAGIC.len())? == MAGIC
            && rest.byte()? == VERSION
            && rest.take(key.as_bytes().len())? == key.as_bytes();
        if !header_matches || checksum(body) != *sum {
            return None;
        }
        let age = unix_millis().saturating_sub(rest.number()?);
        let model = rest.text()?;
        let provider = match rest.byte()? {
            0 => None,
            1 => Some(rest.text()?),
            _ => return None,
        };
        let usage = rest.usage()?;
        Some(Self::from_stored(
            Bytes::copy_from_slice(rest.0),
            EntryOrigin {
                model: model.into(),
                provider: provider.map(Into::into),
                usage,
            },
            Duration::from_millis(age),
        ))
    }
}

/// Returns the system time in milliseconds since 1970.
pub(super) fn unix_millis() -> u64 {
    // A clock before 1970 was never set: count from zero.
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, millis)
}

/// Converts to whole milliseconds, saturating.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

pub(super) fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    let mut sum = [0; CHECKSUM];
    sum.copy_from_slice(&blake3::hash(bytes).as_bytes()[..CHECKSUM]);
    sum
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    // Names of 4 GiB do not occur; such an entry would fail to decode.
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(text.as_bytes());
}

fn put_usage(out: &mut Vec<u8>, usage: Option<Usage>) {
    let Some(usage) = usage else {
        out.push(0);
        return;
    };
    let counts = [usage.input_tokens, usage.output_tokens];
    out.push(1 | u8::from(counts[0].is_some()) << 1 | u8::from(counts[1].is_some()) << 2);
    for count in counts.into_iter().flatten() {
        out.extend_from_slice(&count.to_le_bytes());
    }
}

/// The bytes that have not been read yet.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    fn number(&mut self) -> Option<u64> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*bytes))
    }

    fn text(&mut self) -> Option<String> {
        let (length, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        String::from_utf8(self.take(length)?.to_vec()).ok()
    }

    fn usage(&mut self) -> Option<Option<Usage>> {
        let flags = self.byte()?;
        if flags == 0 {
            return Some(None);
        }
        if flags & 1 == 0 || flags > 0b111 {
            return None;
        }
        let mut usage = Usage::default();
        if flags & 0b010 != 0 {
            usage.input_tokens = Some(self.number()?);
        }
        if flags & 0b100 != 0 {
            usage.output_tokens = Some(self.number()?);
        }
        Some(Some(usage))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: u64 = 3_600_000;

    fn usages() -> impl Strategy<Value = Option<Usage>> {
        let count = || proptest::option::of(any::<u64>());
        proptest::option::of(
            (count(), count()).prop_map(|(input_tokens, output_tokens)| Usage {
                input_tokens,
                output_tokens,
            }),
        )
    }

    fn entries() -> impl Strategy<Value = Entry> {
        (
            proptest::collection::vec(any::<u8>(), 0..300),
            any::<String>(),
            proptest::option::of(any::<String>()),
            usages(),
            0..HOUR,
        )
            .prop_map(|(json, model, provider, usage, age)| {
                let origin = EntryOrigin {
                    model: model.into(),
                    provider: provider.map(Into::into),
                    usage,
                };
                Entry::from_stored(json.into(), origin, Duration::from_millis(age))
            })
    }

    fn keys() -> impl Strategy<Value = Key> {
        any::<[u8; 32]>().prop_map(Key::from_bytes)
    }

    proptest! {
        #[test]
        fn encoded_entry_decodes_to_the_same_entry(entry in entries(), key in keys()) {
            let read = Entry::decode(&key, &entry.encode(&key)).expect("readable");
            prop_assert_eq!(read.json(), entry.json());
            prop_assert_eq!(&read.origin().model, &entry.origin().model);
            prop_assert_eq!(&read.origin().provider, &entry.origin().provider);
            prop_assert_eq!(read.origin().usage, entry.origin().usage);
            let difference = read.age().abs_diff(entry.age());
            prop_assert!(difference < Duration::from_secs(10), "{difference:?} apart");
        }

        #[test]
        fn altered_bytes_do_not_decode(
            entry in entries(),
            key in keys(),
            at in any::<prop::sample::Index>(),
            flipped in 1..=u8::MAX,
        ) {
            let mut bytes = entry.encode(&key);
            let at = at.index(bytes.len());
            bytes[at] ^= flipped;
            prop_assert!(Entry::decode(&key, &bytes).is_none());
        }

        #[test]
        fn truncated_or_extended_bytes_do_not_decode(
            entry in entries(),
            key in keys(),
            length in any::<prop::sample::Index>(),
            more in proptest::collection::vec(any::<u8>(), 1..50),
        ) {
            let mut bytes = entry.encode(&key);
            prop_assert!(Entry::decode(&key, &bytes[..length.index(bytes.len())]).is_none());
            bytes.extend(more);
            prop_assert!(Entry::decode(&key, &bytes).is_none());
        }

        #[test]
        fn entry_of_another_key_does_not_decode(
            entry in entries(),
            one in keys(),
            other in keys(),
        ) {
            prop_assume!(one != other);
            prop_assert!(Entry::decode(&other, &entry.encode(&one)).is_none());
        }

        #[test]
        fn random_bytes_do_not_decode(random in proptest::collection::vec(any::<u8>(), 0..500), key in keys()) {
            prop_assert!(Entry::decode(&key, &random).is_none());
            // Nor with a valid header and checksum, unless they happen to be an entry.
            let mut bytes = MAGIC.to_vec();
            bytes.push(VERSION);
            bytes.extend_from_slice(key.as_bytes());
            bytes.extend(random);
            let sum = checksum(&bytes);
            bytes.extend(sum);
            if let Some(entry) = Entry::decode(&key, &bytes) {
                prop_assert!(entry.size() < 500);
            }
        }
    }

    #[test]
    fn entry_from_the_future_has_age_zero() {
        let key = Key::from_bytes([7; 32]);
        let origin = EntryOrigin {
            model: "m".into(),
            provider: None,
            usage: None,
        };
        let entry = Entry::from_stored("[]".into(), origin, Duration::ZERO);
        let mut bytes = entry.encode(&key);
        bytes.truncate(bytes.len() - CHECKSUM);
        let timestamp = MAGIC.len() + 1 + 32;
        bytes[timestamp..timestamp + 8].copy_from_slice(&(unix_millis() + HOUR).to_le_bytes());
        let sum = checksum(&bytes);
        bytes.extend(sum);
        let read = Entry::decode(&key, &bytes).expect("readable");
        assert!(read.age() < Duration::from_secs(10), "{:?}", read.age());
    }
}
