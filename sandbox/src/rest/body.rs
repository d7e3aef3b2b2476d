//! Reads the body of a call.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart};
use axum::http::{HeaderMap, HeaderValue, Request as HttpRequest, header};
use serde_json::{Value, json};

use super::Upload;
use crate::error::ApiError;

/// The largest body: 25 MiB of files and some room around them.
const MAX_BODY: usize = 26 << 20;

/// JSON, or `payload_json` and files.
pub(super) async fn parse(headers: &HeaderMap, body: Body) -> Result<(Value, Vec<Upload>), ApiError> {
    let bytes = to_bytes(body, MAX_BODY).await.map_err(|_| ApiError::TOO_LARGE)?;
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    if content_type.starts_with("multipart/form-data") {
        return parse_multipart(content_type, bytes).await;
    }
    if bytes.is_empty() {
        return Ok((Value::Null, Vec::new()));
    }
    let body = serde_json::from_slice(&bytes).map_err(|_| ApiError::INVALID_JSON)?;
    Ok((body, Vec::new()))
}

async fn parse_multipart(content_type: &str, bytes: Bytes) -> Result<(Value, Vec<Upload>), ApiError> {
    let mut http = HttpRequest::new(Body::from(bytes));
    let kind = HeaderValue::from_str(content_type).map_err(|_| ApiError::INVALID_FORM_BODY)?;
    http.headers_mut().insert(header::CONTENT_TYPE, kind);
    DefaultBodyLimit::disable().apply(&mut http);
    let mut form = Multipart::from_request(http, &()).await.map_err(|_| ApiError::INVALID_FORM_BODY)?;
    let (mut body, mut files) = (json!({}), Vec::new());
    while let Some(field) = form.next_field().await.map_err(|_| ApiError::INVALID_FORM_BODY)? {
        let name = field.name().unwrap_or("").to_owned();
        let filename = field.file_name().map(String::from);
        let content_type = field.content_type().map(String::from);
        let data = field.bytes().await.map_err(|_| ApiError::INVALID_FORM_BODY)?;
        if name == "payload_json" {
            body = serde_json::from_slice(&data).map_err(|_| ApiError::INVALID_JSON)?;
        } else if let Some(filename) = filename {
            let index = name.trim_start_matches("files[").trim_end_matches(']').parse().unwrap_or(0);
            files.push(Upload { index, filename, content_type, data });
        } else if let Value::Object(body) = &mut body {
            body.insert(name, String::from_utf8_lossy(&data).into());
        }
    }
    Ok((body, files))
}
