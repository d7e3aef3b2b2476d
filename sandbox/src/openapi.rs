//! Holds bodies against Discord's own OpenAPI 3.1 document.
//!
//! A schema is compiled when its operation is first seen, and kept.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use axum::http::Method;
use serde_json::{Value, json};

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
    /// Reads the document.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let document =
            serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?;
        Ok(Self { document, compiled: Mutex::default() })
    }

    pub(crate) fn request(&self, method: &Method, path: &str, body: &Value) -> Vec<Finding> {
        self.check(method, path, "requestBody", body)
    }

    pub(crate) fn response(&self, method: &Method, path: &str, status: u16, body: &Value) -> Vec<Finding> {
        self.check(method, path, &format!("responses/{status}"), body)
    }

    fn check(&self, method: &Method, path: &str, side: &str, body: &Value) -> Vec<Finding> {
        let method = method.as_str().to_lowercase();
        let escaped = path.replace('~', "~0").replace('/', "~1");
        let pointer = format!("/paths/{escaped}/{method}/{side}/content/application~1json/schema");
        let Some(schema) = self.compiled(&pointer) else {
            // Routes outside the document are the clients' own, or the sandbox's.
            return Vec::new();
        };
        let finding = |error: jsonschema::ValidationError<'_>| {
            let mut message = error.to_string();
            if message.len() > 500 {
                let end = (0..=500).rev().find(|at| message.is_char_boundary(*at)).unwrap_or(0);
                message.truncate(end);
            }
            Finding { pointer: error.instance_path.to_string(), message }
        };
        schema.iter_errors(body).map(finding).collect()
    }

    fn compiled(&self, pointer: &str) -> Option<Arc<jsonschema::Validator>> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = compiled.get(pointer) {
            return known.clone();
        }
        let schema = self.document.pointer(pointer).map(|schema| {
            // The references inside point to `#/components/…`; only these need to come along.
            let mut root = json!({"components": self.document["components"]});
            root["allOf"] = json!([schema]);
            root["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
            root
        });
        let validator = schema.and_then(|schema| match jsonschema::options().build(&schema) {
            Ok(validator) => Some(Arc::new(validator)),
            Err(error) => {
                tracing::error!(%error, pointer, "a schema of the document does not compile");
                None
            }
        });
        compiled.insert(pointer.to_owned(), validator.clone());
        validator
    }
}
