//! Tensors in JSON.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The limit of NumPy's arrays: more dimensions are a mistake or an attack, and would nest without end.
const MAX_DIMENSIONS: usize = 64;

/// The type of a tensor's elements.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Datatype {
    Bool,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Int8,
    Int16,
    Int32,
    Int64,
    Fp16,
    Bf16,
    Fp32,
    Fp64,
    /// Texts, in JSON.
    Bytes,
    /// A datatype that the protocol does not define.
    #[serde(other)]
    Unknown,
}

impl Datatype {
    pub(super) fn is_text(self) -> bool {
        self == Self::Bytes
    }

    fn is_float(self) -> bool {
        matches!(self, Self::Fp16 | Self::Bf16 | Self::Fp32 | Self::Fp64)
    }

    /// Parses a cell of a table as an element; `None` if it is not of this type.
    pub(super) fn element(self, cell: &str) -> Option<Value> {
        let cell = cell.trim();
        match self {
            Self::Bytes | Self::Unknown => Some(cell.into()),
            Self::Bool => match cell {
                "true" | "True" | "1" => Some(true.into()),
                "false" | "False" | "0" => Some(false.into()),
                _ => None,
            },
            _ if self.is_float() => {
                let number: f64 = cell.parse().ok()?;
                serde_json::Number::from_f64(number).map(Value::Number)
            }
            _ => cell
                .parse::<i64>()
                .map(Value::from)
                .or_else(|_| cell.parse::<u64>().map(Value::from))
                .ok(),
        }
    }
}

/// A tensor in a request.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Tensor {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    pub(super) datatype: Datatype,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) parameters: Map<String, Value>,
    /// The elements in row-major order.
    pub(super) data: Vec<Value>,
}

/// A tensor in a response.
#[derive(Debug, Deserialize)]
pub(super) struct Output {
    pub(super) name: String,
    #[serde(default)]
    shape: Vec<usize>,
    pub(super) datatype: Datatype,
    #[serde(default)]
    data: Value,
}

impl Output {
    /// Returns the elements in row-major order, however they are nested.
    pub(super) fn flat(&self) -> Vec<&Value> {
        let mut flat = Vec::new();
        flatten(&self.data, &mut flat);
        flat
    }

    /// Returns the elements nested by the shape; `None` if their number does not fit it.
    pub(super) fn nested(&self) -> Option<Value> {
        if self.shape.len() > MAX_DIMENSIONS {
            return None;
        }
        let flat = self.flat();
        let count = self
            .shape
            .iter()
            .try_fold(1_usize, |count, length| count.checked_mul(*length))?;
        (count == flat.len()).then(|| nest(&flat, &self.shape))
    }
}

fn flatten<'v>(value: &'v Value, flat: &mut Vec<&'v Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| flatten(item, flat)),
        element => flat.push(element),
    }
}

/// Nests elements whose number fits the shape.
fn nest(flat: &[&Value], shape: &[usize]) -> Value {
    match shape {
        [] => flat.first().map_or(Value::Null, |one| (*one).clone()),
        [_] => flat.iter().map(|element| (*element).clone()).collect(),
        [length, rest @ ..] => match flat.len().checked_div(*length) {
            Some(each) if each > 0 => flat.chunks(each).map(|chunk| nest(chunk, rest)).collect(),
            _ => Value::Array(Vec::new()),
        },
    }
}

/// Returns the shape of nested lists, and their elements; `None` if their lengths differ.
pub(super) fn from_lists(value: &Value) -> Option<(Vec<usize>, Vec<Value>)> {
    let Value::Array(items) = value else {
        return Some((Vec::new(), vec![value.clone()]));
    };
    let mut shape = vec![items.len()];
    let mut data = Vec::new();
    let mut inner: Option<Vec<usize>> = None;
    for item in items {
        let (item_shape, item_data) = from_lists(item)?;
        if inner.get_or_insert_with(|| item_shape.clone()) != &item_shape {
            return None;
        }
        data.extend(item_data);
    }
    shape.extend(inner.unwrap_or_default());
    Some((shape, data))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::{Datatype, Output, from_lists};

    fn output(shape: serde_json::Value, data: serde_json::Value) -> Output {
        Output::deserialize(json!({"name": "o", "shape": shape, "datatype": "FP32", "data": data}))
            .expect("a tensor")
    }

    #[test]
    fn flat_and_nested_data_make_the_same_tensor() {
        for data in [json!([1, 2, 3, 4, 5, 6]), json!([[1, 2, 3], [4, 5, 6]])] {
            let output = output(json!([2, 3]), data);
            assert_eq!(output.nested(), Some(json!([[1, 2, 3], [4, 5, 6]])));
        }
        let deep = output(json!([1, 2, 2]), json!([1, 2, 3, 4]));
        assert_eq!(deep.nested(), Some(json!([[[1, 2], [3, 4]]])));
        assert_eq!(output(json!([2, 2]), json!([1, 2, 3])).nested(), None);
        assert_eq!(output(json!([0, 2]), json!([])).nested(), Some(json!([])));
        let huge = json!([u64::MAX, u64::MAX]);
        assert_eq!(output(huge, json!([1])).nested(), None);
    }

    #[test]
    fn a_tensor_of_too_many_dimensions_is_refused() {
        let shape = vec![1; 1_000_000];
        assert_eq!(output(json!(shape), json!([1])).nested(), None);
    }

    #[test]
    fn only_lists_of_equal_lengths_have_a_shape() {
        let (shape, data) = from_lists(&json!([[1, 2], [3, 4], [5, 6]])).expect("a tensor");
        assert_eq!((shape, data.len()), (vec![3, 2], 6));
        assert_eq!(from_lists(&json!("x")), Some((vec![], vec![json!("x")])));
        assert_eq!(from_lists(&json!([[1], [2, 3]])), None);
        assert_eq!(from_lists(&json!([1, [2]])), None);
    }

    #[test]
    fn cells_are_parsed_by_datatype() {
        assert_eq!(Datatype::Fp32.element("5.1"), Some(json!(5.1)));
        assert_eq!(Datatype::Int64.element(" 5 "), Some(json!(5)));
        assert_eq!(
            Datatype::Uint64.element("18446744073709551615"),
            Some(json!(u64::MAX))
        );
        assert_eq!(Datatype::Bool.element("True"), Some(json!(true)));
        assert_eq!(Datatype::Bytes.element("x"), Some(json!("x")));
        for (datatype, cell) in [
            (Datatype::Fp32, "x"),
            (Datatype::Fp64, "NaN"),
            (Datatype::Int64, "5.1"),
            (Datatype::Bool, "2"),
        ] {
            assert_eq!(datatype.element(cell), None, "{datatype:?} {cell}");
        }
    }
}
