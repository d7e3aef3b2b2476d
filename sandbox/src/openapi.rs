//! Holds bodies against Discord's own OpenAPI 3.1 document.
//!
//! A schema is compiled when its operation is first seen, with no more of the document than it refers to, and is
//! kept for every sandbox of the process.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use anyhow::Context;
use axum::http::Method;
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::{Map, Value, json};

/// Bit sets that the document has as numbers, while the documentation and every client write them as strings.
const BIT_SETS: [&str; 4] = ["default_member_permissions", "permissions", "allow", "deny"];

/// No longer than this, in bytes: a message may quote a whole body.
const MESSAGE: usize = 400;

/// Where a body breaks the document, and how.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) pointer: String,
    pub(crate) message: String,
}

/// Compiled schemas by method, path and side.
pub(crate) struct Validator {
    document: Value,
    compiled: Mutex<HashMap<String, Option<Arc<jsonschema::Validator>>>>,
}

impl Validator {
    /// Reads the document, or gives what was read of it before.
    pub(crate) fn shared(path: &Path) -> anyhow::Result<Arc<Self>> {
        static READ: LazyLock<Mutex<HashMap<PathBuf, Arc<Validator>>>> = LazyLock::new(Mutex::default);
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = read.get(path) {
            return Ok(Arc::clone(known));
        }
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut document =
            serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?;
        allow_bit_sets_as_text(&mut document);
        let validator = Arc::new(Self { document, compiled: Mutex::default() });
        read.insert(path.to_owned(), Arc::clone(&validator));
        Ok(validator)
    }

    pub(crate) fn request(&self, method: &Method, path: &str, body: &Value) -> Vec<Finding> {
        self.check(method, path, "requestBody", body)
    }

    pub(crate) fn response(&self, method: &Method, path: &str, status: u16, body: &Value) -> Vec<Finding> {
        // The document describes refusals as a class.
        let status = if status >= 400 { "4XX".to_owned() } else { status.to_string() };
        self.check(method, path, &format!("responses/{status}"), body)
    }

    fn check(&self, method: &Method, path: &str, side: &str, body: &Value) -> Vec<Finding> {
        let method = method.as_str().to_lowercase();
        let escaped = path.replace('~', "~0").replace('/', "~1");
        let pointer = format!("/paths/{escaped}/{method}/{side}/content/application~1json/schema");
        // Routes outside the document are the clients' own, or the sandbox's.
        let Some(schema) = self.compiled(&pointer) else { return Vec::new() };
        schema.iter_errors(body).map(|error| finding(&error)).collect()
    }

    fn compiled(&self, pointer: &str) -> Option<Arc<jsonschema::Validator>> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = compiled.get(pointer) {
            return known.clone();
        }
        let validator = self.document.pointer(pointer).and_then(|schema| {
            let mut schemas = Map::new();
            self.collect(schema, &mut schemas);
            if pointer.contains("/requestBody/") {
                allow_numbers(&mut schemas);
            }
            let root = json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "allOf": [schema],
                "components": {"schemas": schemas},
            });
            match jsonschema::options().build(&root) {
                Ok(validator) => Some(Arc::new(validator)),
                Err(error) => {
                    tracing::error!(%error, pointer, "a schema of the document does not compile");
                    None
                }
            }
        });
        compiled.insert(pointer.to_owned(), validator.clone());
        validator
    }

    /// Brings together the schemas that `schema` refers to.
    fn collect(&self, schema: &Value, into: &mut Map<String, Value>) {
        match schema {
            Value::Object(map) => {
                if let Some(name) = map
                    .get("$ref")
                    .and_then(Value::as_str)
                    .and_then(|at| at.strip_prefix("#/components/schemas/"))
                    && !into.contains_key(name)
                {
                    let referred = &self.document["components"]["schemas"][name];
                    into.insert(name.to_owned(), referred.clone());
                    self.collect(referred, into);
                }
                map.values().for_each(|below| self.collect(below, into));
            }
            Value::Array(list) => list.iter().for_each(|below| self.collect(below, into)),
            _ => {}
        }
    }
}

fn allow_bit_sets_as_text(document: &mut Value) {
    match document {
        Value::Object(map) => {
            for (key, below) in map.iter_mut() {
                if BIT_SETS.contains(&key.as_str()) {
                    allow_text(below);
                }
                allow_bit_sets_as_text(below);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(allow_bit_sets_as_text),
        _ => {}
    }
}

/// Discord takes ids as numbers too, and its documentation writes those of attachments so.
fn allow_numbers(schemas: &mut Map<String, Value>) {
    if let Some(id) = schemas.get_mut("SnowflakeType") {
        id["type"] = json!(["string", "integer"]);
    }
}

fn allow_text(schema: &mut Value) {
    match schema.get_mut("type") {
        Some(Value::Array(kinds)) if kinds.contains(&json!("integer")) => kinds.push("string".into()),
        Some(kind) if *kind == "integer" => *kind = json!(["integer", "string"]),
        _ => {}
    }
}

/// Goes to the heart of an error: of several alternatives the one that the body comes nearest to.
fn finding(error: &ValidationError<'_>) -> Finding {
    if let ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context } =
        &error.kind
    {
        // A constant that differs is the mark of another kind of thing altogether.
        let is_kin = |branch: &[ValidationError<'_>]| {
            !branch.iter().any(|error| {
                matches!(error.kind, ValidationErrorKind::Enum { .. } | ValidationErrorKind::Constant { .. })
            })
        };
        let depth = |branch: &[ValidationError<'_>]| {
            branch.iter().map(|error| error.instance_path.as_str().matches('/').count()).max()
        };
        let nearest = context
            .iter()
            .filter(|branch| !branch.is_empty())
            .max_by_key(|branch| (is_kin(branch), depth(branch), std::cmp::Reverse(branch.len())));
        if let Some(first) = nearest.and_then(|branch| branch.first()) {
            return finding(first);
        }
    }
    let mut message = error.to_string();
    if message.len() > MESSAGE {
        let end = (0..=MESSAGE).rev().find(|at| message.is_char_boundary(*at)).unwrap_or(0);
        message.truncate(end);
    }
    Finding { pointer: error.instance_path.to_string(), message }
}
