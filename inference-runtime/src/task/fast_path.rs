//! Fast path for the most common forms of a response, without an intermediate `Value`: a list, or a list within a list for
//! the one input. Other forms, and errors, are left to [`read`](super::read).

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

/// Returns the items of a response that is a non-empty list. The result equals that of `read`, or is `None`.
pub(super) fn answers<T: DeserializeOwned>(body: &[u8]) -> Option<Vec<T>> {
    let Answers(items) = serde_json::from_slice(body).ok()?;
    Some(items)
}

struct Answers<T>(Vec<T>);

/// An item, or the list for the one input.
enum Element<T> {
    Item(T),
    List(Vec<T>),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Answers<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
            type Value = Answers<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Answers<T>, A::Error> {
                let mut items = match elements.next_element()? {
                    Some(Element::Item(item)) => vec![item],
                    Some(Element::List(items)) if !items.is_empty() => {
                        return match elements.next_element::<Element<T>>()? {
                            None => Ok(Answers(items)),
                            Some(_) => Err(A::Error::custom("more than one list")),
                        };
                    }
                    _ => return Err(A::Error::custom("nothing in the list")),
                };
                while let Some(item) = elements.next_element()? {
                    items.push(item);
                }
                Ok(Answers(items))
            }
        }

        deserializer.deserialize_seq(ListVisitor(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Element<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ElementVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for ElementVisitor<T> {
            type Value = Element<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object or a list of objects")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Element<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Element::Item)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Element<T>, A::Error> {
                let mut items = Vec::new();
                // A nested list is not an item, although `serde` would deserialize a struct from it.
                while let Some(element) = list.next_element()? {
                    match element {
                        Element::Item(item) => items.push(item),
                        Element::List(_) => return Err(A::Error::custom("a list in the list")),
                    }
                }
                Ok(Element::List(items))
            }
        }

        deserializer.deserialize_any(ElementVisitor(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::answers;
    use crate::task::Label;

    #[test]
    fn common_forms_are_read_and_others_are_not() {
        let labels = vec![Label::new("a", 0.5), Label::new("b", 1.0)];
        for usual in [
            json!([{"label": "a", "score": 0.5}, {"label": "b", "score": 1}]),
            json!([[{"label": "a", "score": 0.5, "rank": {"of": 2}}, {"label": "b", "score": 1}]]),
        ] {
            let read = answers::<Label>(usual.to_string().as_bytes());
            assert_eq!(read.as_ref(), Some(&labels), "{usual}");
        }
        for other in [
            json!([]),
            json!([[]]),
            json!({"label": "a", "score": 0.5}),
            json!([[{"label": "a", "score": 0.5}], [{"label": "b", "score": 1}]]),
            json!([[{"label": "a", "score": 0.5}], {"label": "b", "score": 1}]),
            json!([{"label": "a", "score": 0.5}, [{"label": "b", "score": 1}]]),
            json!([["a", 0.5]]),
            json!([[["a", 0.5]]]),
            json!([{"label": "a", "score": null}]),
            json!([{"label": "a", "score": "0.5"}]),
            json!("a"),
        ] {
            let read = answers::<Label>(other.to_string().as_bytes());
            assert_eq!(read, None, "{other}");
        }
        for broken in [
            "",
            "[",
            r#"[{"label":"a","score":1e999}]"#,
            r#"[{"label":"a","score":1}] x"#,
        ] {
            assert_eq!(answers::<Label>(broken.as_bytes()), None, "{broken}");
        }
    }
}
