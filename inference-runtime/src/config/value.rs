//! Values of the file, before they are interpreted.

use std::fmt;

use inference_spec::{Entry, Node, Site, Value};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use toml::Spanned;

/// A byte offset in the file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Offset(pub(super) usize);

impl Site for Offset {
    const CODE: bool = false;
}

/// A value of any type.
#[derive(Debug)]
struct Raw(Value<Offset>);

/// The keys of a section with their values.
#[derive(Debug, Default)]
pub(super) struct Section(pub(super) Vec<Entry<Offset>>);

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue).map(Self)
    }
}

impl<'de> Deserialize<'de> for Section {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AnyTable).map(Self)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value<Offset>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, on: bool) -> Result<Self::Value, E> {
        Ok(Value::Switch(on))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(u64::try_from(number).map_or(Value::Negative, Value::Whole))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Value::Whole(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Value::Fraction(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = values.next_element()? {
            list.push(node(value));
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        AnyTable.visit_map(map).map(Value::Table)
    }
}

struct AnyTable;

impl<'de> Visitor<'de> for AnyTable {
    type Value = Vec<Entry<Offset>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some((name, value)) = map.next_entry::<Spanned<String>, _>()? {
            entries.push(Entry {
                name_site: Offset(name.span().start),
                name: name.into_inner(),
                value: node(value),
            });
        }
        Ok(entries)
    }
}

fn node(value: Spanned<Raw>) -> Node<Offset> {
    Node {
        site: Offset(value.span().start),
        value: value.into_inner().0,
    }
}
