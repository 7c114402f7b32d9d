//! What stands in the file, and how it is kept within its bounds.

use redb::{
    Database, Durability, Error, ReadableDatabase, ReadableTable, ReadableTableMetadata, Table,
    TableDefinition, WriteTransaction,
};

use super::{Entry, Key, waiting::Kept};

/// By key: until when (8 bytes), its number (8 bytes), the encoded entry. Another form gets another name.
const ENTRIES: TableDefinition<'_, &[u8; 32], &[u8]> = TableDefinition::new("entries/1");
/// Keys by the end of their time.
const ENDS: TableDefinition<'_, (u64, &[u8; 32]), ()> = TableDefinition::new("ends/1");
/// Keys by their numbers: the oldest first.
const NUMBERS: TableDefinition<'_, u64, &[u8; 32]> = TableDefinition::new("numbers/1");
/// Bytes of all entries; the next number.
const TOTALS: TableDefinition<'_, &str, u64> = TableDefinition::new("totals/1");

const BYTES: &str = "bytes";
const NEXT: &str = "next";

/// What an entry takes beside its value: its key, three times, and its place in the trees.
const OVERHEAD: u64 = 160;

/// Entries past their time that go with one write: no write takes long because many end at once.
const SWEEP: usize = 4096;

/// How much is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) bytes: u64,
    pub(super) entries: u64,
}

/// The entry of this key.
pub(super) fn read(database: &Database, key: &Key, now: u64) -> Result<Option<Entry>, Error> {
    let entries = database.begin_read()?.open_table(ENTRIES)?;
    let Some(value) = entries.get(key.as_bytes())? else {
        return Ok(None);
    };
    let Some((until, _, encoded)) = split(value.value()) else {
        return Ok(None);
    };
    Ok((until > now).then(|| Entry::decode(key, encoded)).flatten())
}

/// Writes entries and takes out what is too much; gives back how many there are. Only what is written durably is sure to
/// be there after the process has been killed, and with it everything before.
pub(super) fn write(
    database: &Database,
    entries: &[(Key, Kept)],
    bounds: Bounds,
    now: u64,
    durably: bool,
) -> Result<u64, Error> {
    let mut transaction = database.begin_write()?;
    transaction.set_durability(if durably {
        Durability::Immediate
    } else {
        Durability::None
    })?;
    // Otherwise the whole file is read at the start after a crash.
    transaction.set_quick_repair(durably);
    let mut tables = Tables::open(&transaction)?;
    for (key, kept) in entries {
        tables.insert(key, kept)?;
    }
    tables.sweep(now)?;
    tables.shrink(bounds)?;
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

    fn insert(&mut self, key: &Key, kept: &Kept) -> Result<(), Error> {
        self.remove(key.as_bytes())?;
        let number = self.next;
        self.next += 1;
        let encoded = kept.entry.encode(key);
        let mut value = Vec::with_capacity(encoded.len() + 16);
        value.extend_from_slice(&kept.until.to_le_bytes());
        value.extend_from_slice(&number.to_le_bytes());
        value.extend_from_slice(&encoded);
        self.bytes += size(&value);
        let key = key.as_bytes();
        self.entries.insert(key, value.as_slice())?;
        self.ends.insert((kept.until, key), ())?;
        self.numbers.insert(number, key)?;
        Ok(())
    }

    fn remove(&mut self, key: &[u8; 32]) -> Result<(), Error> {
        let Some(value) = self.entries.remove(key)? else {
            return Ok(());
        };
        self.bytes = self.bytes.saturating_sub(size(value.value()));
        if let Some((until, number, _)) = split(value.value()) {
            self.ends.remove((until, key))?;
            self.numbers.remove(number)?;
        }
        Ok(())
    }

    /// Takes out what is past its time.
    fn sweep(&mut self, now: u64) -> Result<(), Error> {
        for _ in 0..SWEEP {
            let Some((until, key)) = self.ends.first()?.map(|(end, _)| {
                let (until, key) = end.value();
                (until, *key)
            }) else {
                break;
            };
            if until > now {
                break;
            }
            self.remove(&key)?;
            // Gone already, unless its entry said otherwise.
            self.ends.remove((until, &key))?;
        }
        Ok(())
    }

    /// Takes out the oldest until the rest is within bounds.
    fn shrink(&mut self, bounds: Bounds) -> Result<(), Error> {
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

/// Until when, the number, the encoded entry.
fn split(value: &[u8]) -> Option<(u64, u64, &[u8])> {
    let (until, rest) = value.split_first_chunk()?;
    let (number, encoded) = rest.split_first_chunk()?;
    Some((
        u64::from_le_bytes(*until),
        u64::from_le_bytes(*number),
        encoded,
    ))
}
