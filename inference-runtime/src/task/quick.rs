//! The shapes in which nearly every answer comes, read without a tree of values in between: a list, or the list alone
//! in a list for the one input. What has another shape is left to [`read`](super::read), which also says what is wrong
//! with what has none.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

/// The items of an answer, where it is a list of some. Each is read as `read` would read it, or none is.
pub(super) fn answers<T: DeserializeOwned>(body: &[u8]) -> Option<Vec<T>> {
    let Answers(items) = serde_json::from_slice(body).ok()?;
    Some(items)
}

struct Answers<T>(Vec<T>);

/// An item, or the list for the one input.
enum Piece<T> {
    Item(T),
    List(Vec<T>),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Answers<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pieces<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Pieces<T> {
            type Value = Answers<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut pieces: A) -> Result<Answers<T>, A::Error> {
                let mut items = match pieces.next_element()? {
                    Some(Piece::Item(item)) => vec![item],
                    Some(Piece::List(items)) if !items.is_empty() => {
                        return match pieces.next_element::<Piece<T>>()? {
                            None => Ok(Answers(items)),
                            Some(_) => Err(A::Error::custom("more than one list")),
                        };
                    }
                    _ => return Err(A::Error::custom("nothing in the list")),
                };
                while let Some(item) = pieces.next_element()? {
                    items.push(item);
                }
                Ok(Answers(items))
            }
        }

        deserializer.deserialize_seq(Pieces(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Piece<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOf<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOf<T> {
            type Value = Piece<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object or a list of objects")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Piece<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Piece::Item)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Piece<T>, A::Error> {
                let mut items = Vec::new();
                // A list in there is no item, though `serde` would take one for a struct.
                while let Some(piece) = list.next_element()? {
                    match piece {
                        Piece::Item(item) => items.push(item),
                        Piece::List(_) => return Err(A::Error::custom("a list in the list")),
                    }
                }
                Ok(Piece::List(items))
            }
        }

        deserializer.deserialize_any(OneOf(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::answers;
    use crate::task::Label;

    #[test]
    fn reads_the_usual_shapes_and_leaves_the_others() {
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
