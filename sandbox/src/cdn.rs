//! Serves what was uploaded, to whoever has a link that is good.

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Path, Query, State as Extract};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::id::Id;
use crate::server::App;
use crate::state::Signature;

pub(crate) fn router() -> Router<App> {
    Router::new().route("/attachments/{channel_id}/{attachment_id}/{filename}", get(attachment))
}

async fn attachment(
    Extract(app): Extract<App>,
    uri: Uri,
    Path((_, id, _)): Path<(String, Id, String)>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let part = |key: &str| query.get(key).map_or("", String::as_str);
    let signature = Signature { expires: part("ex"), issued: part("is"), mark: part("hm") };
    let file = {
        let state = app.state();
        state.files.get(&id).filter(|_| state.is_good(uri.path(), &signature)).cloned()
    };
    let Some(file) = file else {
        return (StatusCode::NOT_FOUND, "This content is no longer available.").into_response();
    };
    let kind =
        file.content_type.as_deref().filter(|kind| is_shown(kind)).unwrap_or("application/octet-stream");
    let kind = HeaderValue::from_str(kind).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = [
        (header::CONTENT_TYPE, kind),
        // A file lies on the same address as the page and must never act as a part of it.
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, file.data).into_response()
}

/// What a browser may show by itself.
fn is_shown(kind: &str) -> bool {
    ["image/", "audio/", "video/", "text/plain", "application/pdf"]
        .iter()
        .any(|start| kind.starts_with(start))
}
