//! Values as written, before they are interpreted.

use crate::Fault;

/// A location in the input of the macro or of the configuration, and the syntax of lists there.
pub trait Site: Clone {
    /// Whether values are program code: `retry(attempts = 3)`, where a file has `retry = { attempts = 3 }`.
    const CODE: bool;

    /// Returns an example of a policy with settings.
    fn table(name: &str, settings: &str) -> String {
        if Self::CODE {
            format!("{name}({settings})")
        } else {
            format!("{name} = {{ {settings} }}")
        }
    }
}

/// A value and its location.
#[derive(Clone, Debug)]
pub struct Node<S> {
    /// The location.
    pub site: S,
    /// The value.
    pub value: Value<S>,
}

/// A value in one of the forms that Rust, TOML and environment variables share.
#[derive(Clone, Debug)]
pub enum Value<S> {
    /// `true` or `false`.
    Switch(bool),
    /// A whole number, zero or more.
    Whole(u64),
    /// A number below zero.
    Negative,
    /// A whole number that does not fit into 64 bits.
    TooLarge,
    /// A number with a decimal point.
    Fraction(f64),
    /// A text in quotes.
    Text(String),
    /// Settings with names.
    Table(Vec<Entry<S>>),
    /// An expression of the program.
    Code,
    /// Values without names.
    List(Vec<Node<S>>),
    /// Something else, such as a date.
    Other,
}

/// One setting of a table.
#[derive(Clone, Debug)]
pub struct Entry<S> {
    /// Its name.
    pub name: String,
    /// The location of the name.
    pub name_site: S,
    /// Its value.
    pub value: Node<S>,
}

impl<S: Site> Node<S> {
    /// Reads the value of an environment variable.
    pub fn from_variable(text: &str, site: S) -> Self {
        let value = match text {
            "true" => Value::Switch(true),
            "false" => Value::Switch(false),
            _ => match text.parse::<i128>() {
                Ok(number) if number < 0 => Value::Negative,
                Ok(number) => u64::try_from(number).map_or(Value::TooLarge, Value::Whole),
                Err(_) => Value::Text(text.to_owned()),
            },
        };
        Self { site, value }
    }

    /// Creates a fault at this value.
    pub(crate) fn fault(&self, text: impl Into<String>, help: impl Into<String>) -> Fault<S> {
        Fault::new(self.site.clone(), text, help)
    }
}
