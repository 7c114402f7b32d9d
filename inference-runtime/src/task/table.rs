use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, Visitor},
};

use super::wire::invalid;
use crate::InferenceError;

/// A table of texts: named columns of equal length, in a fixed order that answers refer to.
///
/// In JSON it is an object of columns, `{"city": ["Oslo", "Lima"], "people": ["709", "10092"]}`. Cells that are numbers,
/// booleans or null are read as text, since models accept text only.
///
/// ```
/// use inference_runtime::task::Table;
///
/// let table = Table::new()
///     .column("city", ["Oslo", "Lima"])
///     .column("people", [709, 10_092]);
/// assert_eq!(table.cell(1, 0), Some("Lima"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    columns: Vec<(String, Vec<String>)>,
}

impl Table {
    /// Creates a table without columns.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a column.
    #[must_use]
    pub fn column<C: ToString>(
        mut self,
        name: impl Into<String>,
        cells: impl IntoIterator<Item = C>,
    ) -> Self {
        let cells = cells.into_iter().map(|cell| cell.to_string()).collect();
        self.columns.push((name.into(), cells));
        self
    }

    /// Returns the columns and their names, in order.
    pub fn columns(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.columns
            .iter()
            .map(|(name, cells)| (name.as_str(), cells.as_slice()))
    }

    /// Returns the cell in this row and column, both counted from 0.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> Option<&str> {
        let (_, cells) = self.columns.get(column)?;
        cells.get(row).map(String::as_str)
    }

    /// Rejects an invalid table: empty, with columns of different lengths, or with a repeated name.
    pub(super) fn check(&self) -> Result<(), InferenceError> {
        let Some((first, cells)) = self.columns.first() else {
            return Err(invalid("the table has no columns"));
        };
        if cells.is_empty() {
            return Err(invalid("the table has no rows"));
        }
        for (position, (name, column)) in self.columns.iter().enumerate() {
            if column.len() != cells.len() {
                return Err(invalid(format!(
                    "the table's column `{name}` has {} cells and `{first}` has {}; help: all columns need the same number of cells",
                    column.len(),
                    cells.len()
                )));
            }
            if self.columns[..position]
                .iter()
                .any(|(other, _)| other == name)
            {
                return Err(invalid(format!("the table has two columns `{name}`")));
            }
        }
        Ok(())
    }

    pub(super) fn size(&self) -> usize {
        self.columns
            .iter()
            .map(|(name, cells)| name.len() + cells.iter().map(String::len).sum::<usize>())
            .sum()
    }
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.columns.iter().map(|(name, cells)| (name, cells)))
    }
}

impl<'de> Deserialize<'de> for Table {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Columns;

        impl<'de> Visitor<'de> for Columns {
            type Value = Table;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of columns, each a list of cells")
            }

            // Not deserialized through a map, which would lose the order of the columns.
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Table, A::Error> {
                let mut columns = Vec::with_capacity(map.size_hint().unwrap_or_default().min(256));
                while let Some((name, cells)) = map.next_entry::<String, Vec<Cell>>()? {
                    columns.push((name, cells.into_iter().map(|cell| cell.0).collect()));
                }
                Ok(Table { columns })
            }
        }

        deserializer.deserialize_map(Columns)
    }
}

/// A cell in JSON: a text, number, boolean or null.
struct Cell(String);

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Scalar;

        impl Visitor<'_> for Scalar {
            type Value = Cell;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a number, a boolean or null")
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<Cell, E> {
                Ok(Cell(value.to_owned()))
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Cell, E> {
                Ok(Cell(value.to_string()))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Cell, E> {
                Ok(Cell(value.to_string()))
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Cell, E> {
                Ok(Cell(value.to_string()))
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Cell, E> {
                Ok(Cell(value.to_string()))
            }

            fn visit_unit<E: de::Error>(self) -> Result<Cell, E> {
                Ok(Cell(String::new()))
            }
        }

        deserializer.deserialize_any(Scalar)
    }
}
