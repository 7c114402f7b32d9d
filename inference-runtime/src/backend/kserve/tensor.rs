//! Tensors in JSON.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// As many as NumPy's arrays have at most: what claims more is no tensor, and would be a list nested without end.
const MAX_DIMENSIONS: usize = 64;

/// What the elements of a tensor are.
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
    /// What the protocol does not know.
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

    /// A cell of a table as an element; none where it is no number.
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

/// A tensor that is sent.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Tensor {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    pub(super) datatype: Datatype,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) parameters: Map<String, Value>,
    /// Flat, the last dimension first to run.
    pub(super) data: Vec<Value>,
}

/// A tensor that came.
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
    /// The elements, flat, however they were nested.
    pub(super) fn flat(&self) -> Vec<&Value> {
        let mut flat = Vec::new();
        flatten(&self.data, &mut flat);
        flat
    }

    /// The elements nested as the shape says; none where there are not as many as that takes.
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

/// As many elements as the shape takes.
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

/// The shape of nested lists, and their elements; none where they are of several lengths.
pub(super) fn of_lists(value: &Value) -> Option<(Vec<usize>, Vec<Value>)> {
    let Value::Array(items) = value else {
        return Some((Vec::new(), vec![value.clone()]));
    };
    let mut shape = vec![items.len()];
    let mut data = Vec::new();
    let mut inner: Option<Vec<usize>> = None;
    for item in items {
        let (item_shape, item_data) = of_lists(item)?;
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

    use super::{Datatype, Output, of_lists};

    fn output(shape: serde_json::Value, data: serde_json::Value) -> Output {
        Output::deserialize(json!({"name": "o", "shape": shape, "datatype": "FP32", "data": data}))
            .expect("a tensor")
    }

    #[test]
    fn flat_and_nested_data_are_the_same_tensor() {
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
    fn a_tensor_of_endless_dimensions_is_none() {
        let shape = vec![1; 1_000_000];
        assert_eq!(output(json!(shape), json!([1])).nested(), None);
    }

    #[test]
    fn lists_have_a_shape_or_are_no_tensor() {
        let (shape, data) = of_lists(&json!([[1, 2], [3, 4], [5, 6]])).expect("a tensor");
        assert_eq!((shape, data.len()), (vec![3, 2], 6));
        assert_eq!(of_lists(&json!("x")), Some((vec![], vec![json!("x")])));
        assert_eq!(of_lists(&json!([[1], [2, 3]])), None);
        assert_eq!(of_lists(&json!([1, [2]])), None);
    }

    #[test]
    fn cells_become_elements() {
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
