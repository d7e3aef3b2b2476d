//! The web page, embedded from the folder `page/`.

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;

use crate::server::App;

#[derive(RustEmbed)]
#[folder = "page"]
struct Files;

pub(crate) fn router() -> Router<App> {
    Router::new().route("/", get(index)).route("/page/{*path}", get(file))
}

async fn index() -> Response {
    match Files::get("index.html") {
        Some(page) => Html(page.data).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn file(Path(path): Path<String>) -> Response {
    let Some(file) = Files::get(&path) else { return StatusCode::NOT_FOUND.into_response() };
    let kind = match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    };
    ([(header::CONTENT_TYPE, kind)], file.data).into_response()
}

#[cfg(test)]
mod tests {
    use super::Files;

    /// The text of every file of the page, by name.
    fn texts() -> Vec<(String, String)> {
        let text = |name: &str| Files::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned());
        Files::iter().filter_map(|name| Some((name.to_string(), text(&name)?))).collect()
    }

    #[test]
    fn every_module_that_is_imported_is_there() {
        let mut imports = 0;
        for (name, text) in texts().iter().filter(|(name, _)| name.ends_with(".js")) {
            for from in text.lines().filter_map(|line| line.split_once(" from \"./")).map(|(_, from)| from) {
                let module = from.trim_end_matches(['"', ';']);
                assert!(Files::get(module).is_some(), "{name} imports {module}, which is not there");
                imports += 1;
            }
        }
        assert!(imports > 20, "only {imports} imports were found");
    }

    #[test]
    fn nothing_is_fetched_from_elsewhere_and_no_text_becomes_markup() {
        for (name, text) in texts() {
            for wrong in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
                assert!(!text.contains(wrong), "{name} uses {wrong}");
            }
            for tag in ["src=\"http", "href=\"http", "@import", "url(http"] {
                assert!(!text.contains(tag), "{name} fetches from elsewhere: {tag}");
            }
        }
    }
}
