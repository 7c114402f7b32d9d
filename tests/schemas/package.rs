//! The package `@huggingface/tasks`, unpacked by `scripts/fetch-schemas`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use jsonschema::{Registry, Validator};
use serde_json::{Map, Value, json};

use crate::names::Names;

const TASKS_FOLDER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../target/huggingface-tasks/package/src/tasks"
);
/// The URI by which the schemas refer to common definitions.
const COMMON: &str = "/inference/schemas/common-definitions.json";

pub(crate) struct Package {
    tasks: PathBuf,
    common: Value,
    registry: Registry<'static>,
}

impl Package {
    /// Loads the package. Returns `None` if it was not fetched.
    pub(crate) fn load() -> Option<Self> {
        let tasks = PathBuf::from(TASKS_FOLDER);
        if !tasks.is_dir() {
            return None;
        }
        let common = read(&tasks.join("common-definitions.json"));
        let registry = Registry::new()
            .add(format!("json-schema://{COMMON}"), common.clone())
            .and_then(|registry| registry.prepare())
            .expect("the common definitions should be valid");
        Some(Self {
            tasks,
            common,
            registry,
        })
    }

    /// Returns the tasks that have schemas.
    pub(crate) fn tasks(&self) -> BTreeSet<String> {
        fs::read_dir(&self.tasks)
            .expect("the tasks of the package should be readable")
            .map(|entry| entry.expect("the entry should be readable").path())
            .filter(|path| path.join("spec").is_dir())
            .map(|path| {
                path.file_name()
                    .expect("the path should have a name")
                    .to_string_lossy()
                    .into()
            })
            .collect()
    }

    /// Reads the schema in one file of a task: `input` or `output`.
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
    /// Returns the schema of one definition.
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
            .expect("the schema should be valid")
    }

    /// Returns every name in the schema.
    pub(crate) fn names(&self) -> Names {
        let mut names = Names::default();
        self.collect(&self.root, "", &mut names);
        names
    }

    fn collect(&self, schema: &Value, path: &str, names: &mut Names) {
        if let Some(reference) = schema.get("$ref") {
            // Draft 6: siblings of a reference are ignored.
            return self.collect(self.resolve(reference), path, names);
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            for alternative in schema[key].as_array().into_iter().flatten() {
                self.collect(alternative, path, names);
            }
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let path = names.add(path, name);
            self.collect(property, &path, names);
        }
        if let Some(items) = schema.get("items") {
            self.collect(items, &format!("{path}[]"), names);
        }
        if schema.as_object().is_some_and(allows_anything) {
            names.allow_any(path);
        }
    }

    fn resolve(&self, reference: &Value) -> &Value {
        let reference = reference
            .as_str()
            .expect("the reference should be a string");
        let (document, pointer) = reference
            .split_once('#')
            .expect("the reference should have a pointer");
        let document = match document {
            "" => &self.root,
            COMMON => &self.package.common,
            other => panic!("a schema refers to the unknown document `{other}`"),
        };
        document
            .pointer(pointer)
            .unwrap_or_else(|| panic!("`{reference}` does not exist"))
    }
}

/// Returns whether the schema allows any value, or an object with any members.
fn allows_anything(schema: &Map<String, Value>) -> bool {
    let described = ["properties", "items", "allOf", "anyOf", "oneOf", "const"];
    let object = schema.get("type").is_none_or(|kind| kind == "object");
    schema.contains_key("additionalProperties")
        || object && !described.iter().any(|key| schema.contains_key(*key))
}
