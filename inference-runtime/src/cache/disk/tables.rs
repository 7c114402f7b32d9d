//! The tables of the database, and how they are kept within their bounds.

use redb::{
    Database, Durability, Error, ReadableDatabase, ReadableTable, ReadableTableMetadata, Table,
    TableDefinition, WriteTransaction,
};

use super::{Entry, Key, queue::PendingEntry};

/// Entries by key: expiry time (8 bytes), sequence number (8 bytes), encoded entry. Another layout gets another name.
const ENTRIES: TableDefinition<'_, &[u8; 32], &[u8]> = TableDefinition::new("entries/1");
/// Keys by expiry time.
const ENDS: TableDefinition<'_, (u64, &[u8; 32]), ()> = TableDefinition::new("ends/1");
/// Keys by sequence number, the oldest first.
const NUMBERS: TableDefinition<'_, u64, &[u8; 32]> = TableDefinition::new("numbers/1");
/// The size of all entries in bytes, and the next sequence number.
const TOTALS: TableDefinition<'_, &str, u64> = TableDefinition::new("totals/1");

const BYTES: &str = "bytes";
const NEXT: &str = "next";

/// The bytes that an entry needs besides its value: three copies of its key, and the nodes of the trees.
const OVERHEAD: u64 = 160;

/// The most expired entries that one write removes, so that no write takes long because many expire at once.
const SWEEP: usize = 4096;

/// The bounds of the store.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) bytes: u64,
    pub(super) entries: u64,
}

/// Reads the entry of this key, unless it has expired.
pub(super) fn read(database: &Database, key: &Key, now: u64) -> Result<Option<Entry>, Error> {
    let entries = database.begin_read()?.open_table(ENTRIES)?;
    let Some(value) = entries.get(key.as_bytes())? else {
        return Ok(None);
    };
    let Some((expires_at, _, encoded)) = split(value.value()) else {
        return Ok(None);
    };
    Ok((expires_at > now)
        .then(|| Entry::decode(key, encoded))
        .flatten())
}

/// Writes entries, removes those beyond the bounds, and returns how many there are. Only a durable write is sure to
/// survive a crash, together with all writes before it.
pub(super) fn write(
    database: &Database,
    entries: &[(Key, PendingEntry)],
    bounds: Bounds,
    now: u64,
    durable: bool,
) -> Result<u64, Error> {
    let mut transaction = database.begin_write()?;
    transaction.set_durability(if durable {
        Durability::Immediate
    } else {
        Durability::None
    })?;
    // Without it, opening the file after a crash reads all of it.
    transaction.set_quick_repair(durable);
    let mut tables = Tables::open(&transaction)?;
    for (key, pending) in entries {
        tables.insert(key, pending)?;
    }
    tables.remove_expired(now)?;
    tables.evict(bounds)?;
    let count = tables.close()?;
    transaction.commit()?;
    Ok(count)
}

struct Tables<'t> {
    entries: Table<'t, &'static [u8; 32], &'static [u8]>,
    ends: Table<'t, (u64, &'static [u8; 32]), ()>,
    numbers: Table<'t, u64, &'static [u8; 32]>,
    totals: Table<'t, &'static str, u64>,
    bytes: u64,
    next: u64,
}

impl<'t> Tables<'t> {
    fn open(transaction: &'t WriteTransaction) -> Result<Self, Error> {
        let totals = transaction.open_table(TOTALS)?;
        let total = |name| Ok::<_, Error>(totals.get(name)?.map_or(0, |total| total.value()));
        let (bytes, next) = (total(BYTES)?, total(NEXT)?);
        Ok(Self {
            entries: transaction.open_table(ENTRIES)?,
            ends: transaction.open_table(ENDS)?,
            numbers: transaction.open_table(NUMBERS)?,
            totals,
            bytes,
            next,
        })
    }

    fn insert(&mut self, key: &Key, pending: &PendingEntry) -> Result<(), Error> {
        self.remove(key.as_bytes())?;
        let number = self.next;
        self.next += 1;
        let encoded = pending.entry.encode(key);
        let mut value = Vec::with_capacity(encoded.len() + 16);
        value.extend_from_slice(&pending.expires_at.to_le_bytes());
        value.extend_from_slice(&number.to_le_bytes());
        value.extend_from_slice(&encoded);
        self.bytes += size(&value);
        let key = key.as_bytes();
        self.entries.insert(key, value.as_slice())?;
        self.ends.insert((pending.expires_at, key), ())?;
        self.numbers.insert(number, key)?;
        Ok(())
    }

    fn remove(&mut self, key: &[u8; 32]) -> Result<(), Error> {
        let Some(value) = self.entries.remove(key)? else {
            return Ok(());
        };
        self.bytes = self.bytes.saturating_sub(size(value.value()));
        if let Some((expires_at, number, _)) = split(value.value()) {
            self.ends.remove((expires_at, key))?;
            self.numbers.remove(number)?;
        }
        Ok(())
    }

    /// Removes expired entries.
    fn remove_expired(&mut self, now: u64) -> Result<(), Error> {
        for _ in 0..SWEEP {
            let Some((expires_at, key)) = self.ends.first()?.map(|(end, _)| {
                let (expires_at, key) = end.value();
                (expires_at, *key)
            }) else {
                break;
            };
            if expires_at > now {
                break;
            }
            self.remove(&key)?;
            // Already removed, unless the tables disagree.
            self.ends.remove((expires_at, &key))?;
        }
        Ok(())
    }

    /// Removes the oldest entries until the rest is within bounds.
    fn evict(&mut self, bounds: Bounds) -> Result<(), Error> {
        while self.bytes > bounds.bytes || self.entries.len()? > bounds.entries {
            let Some((number, key)) = self
                .numbers
                .first()?
                .map(|(number, key)| (number.value(), *key.value()))
            else {
                break;
            };
            self.remove(&key)?;
            self.numbers.remove(number)?;
        }
        Ok(())
    }

    fn close(mut self) -> Result<u64, Error> {
        self.totals.insert(BYTES, self.bytes)?;
        self.totals.insert(NEXT, self.next)?;
        Ok(self.entries.len()?)
    }
}

fn size(value: &[u8]) -> u64 {
    value.len() as u64 + OVERHEAD
}

/// Splits a value into expiry time, sequence number and encoded entry.
fn split(value: &[u8]) -> Option<(u64, u64, &[u8])> {
    let (expires_at, rest) = value.split_first_chunk()?;
    let (number, encoded) = rest.split_first_chunk()?;
    Some((
        u64::from_le_bytes(*expires_at),
        u64::from_le_bytes(*number),
        encoded,
    ))
}
