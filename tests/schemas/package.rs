//! The package `@huggingface/tasks`, where `scripts/fetch-schemas` has unpacked it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use jsonschema::{Registry, Validator};
use serde_json::{Map, Value, json};

use crate::names::Names;

const PLACE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../target/huggingface-tasks/package/src/tasks"
);
/// The address by which the schemas refer to what they share.
const COMMON: &str = "/inference/schemas/common-definitions.json";

pub(crate) struct Package {
    tasks: PathBuf,
    common: Value,
    registry: Registry<'static>,
}

impl Package {
    /// The package; none where it has not been fetched.
    pub(crate) fn fetched() -> Option<Self> {
        let tasks = PathBuf::from(PLACE);
        if !tasks.is_dir() {
            return None;
        }
        let common = read(&tasks.join("common-definitions.json"));
        let registry = Registry::new()
            .add(format!("json-schema://{COMMON}"), common.clone())
            .and_then(|registry| registry.prepare())
            .expect("definitions that can be referred to");
        Some(Self {
            tasks,
            common,
            registry,
        })
    }

    /// The tasks that have schemas.
    pub(crate) fn tasks(&self) -> BTreeSet<String> {
        fs::read_dir(&self.tasks)
            .expect("the package's tasks")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.join("spec").is_dir())
            .map(|path| path.file_name().expect("a name").to_string_lossy().into())
            .collect()
    }

    /// The schema in one file of a task: `input` or `output`.
    pub(crate) fn schema(&self, task: &str, file: &str) -> Schema<'_> {
        Schema {
            package: self,
            root: read(&self.tasks.join(task).join(format!("spec/{file}.json"))),
        }
    }
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) struct Schema<'p> {
    package: &'p Package,
    root: Value,
}

impl Schema<'_> {
    /// The schema of one of its definitions alone.
    pub(crate) fn definition(mut self, name: &str) -> Self {
        self.root = json!({
            "$schema": self.root["$schema"],
            "$defs": self.root["$defs"],
            "allOf": [{"$ref": format!("#/$defs/{name}")}],
        });
        self
    }

    pub(crate) fn validator(&self) -> Validator {
        jsonschema::options()
            .with_registry(&self.package.registry)
            .build(&self.root)
            .expect("a schema")
    }

    /// The names of everything it describes.
    pub(crate) fn names(&self) -> Names {
        let mut names = Names::default();
        self.collect(&self.root, "", &mut names);
        names
    }

    fn collect(&self, schema: &Value, place: &str, names: &mut Names) {
        if let Some(address) = schema.get("$ref") {
            // Draft 6: what stands beside a reference counts for nothing.
            return self.collect(self.resolve(address), place, names);
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            for alternative in schema[key].as_array().into_iter().flatten() {
                self.collect(alternative, place, names);
            }
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let place = names.add(place, name);
            self.collect(property, &place, names);
        }
        if let Some(items) = schema.get("items") {
            self.collect(items, &format!("{place}[]"), names);
        }
        if schema.as_object().is_some_and(says_nothing) {
            names.free(place);
        }
    }

    fn resolve(&self, address: &Value) -> &Value {
        let address = address.as_str().expect("an address");
        let (document, pointer) = address.split_once('#').expect("an address with a pointer");
        let document = match document {
            "" => &self.root,
            COMMON => &self.package.common,
            other => panic!("a schema refers to `{other}`, which this test does not know"),
        };
        document
            .pointer(pointer)
            .unwrap_or_else(|| panic!("`{address}` leads nowhere"))
    }
}

/// Whether anything may stand here, or an object with members of any name.
fn says_nothing(schema: &Map<String, Value>) -> bool {
    let described = ["properties", "items", "allOf", "anyOf", "oneOf", "const"];
    let object = schema.get("type").is_none_or(|kind| kind == "object");
    schema.contains_key("additionalProperties")
        || object && !described.iter().any(|key| schema.contains_key(*key))
}
