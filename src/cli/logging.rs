//! Where events are written, which ones, and that no secret is among them.

use liaison::config::{Log, LogFormat};
use secrecy::{ExposeSecret, SecretString};
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// serenity's spans carry the paths of its calls, and with them the tokens of interactions: they stay out unless somebody
/// asks for `serenity` by name.
const QUIET: &str = "serenity=warn";

/// What stands in place of a secret.
const HIDDEN: &str = "[hidden]";

/// Sends all events to stderr, without the `secrets`.
pub(crate) fn init(log: &Log, secrets: Vec<SecretString>) {
    let filter = EnvFilter::new(format!("{QUIET},{}", log.filter));
    let writer = Discreet { secrets: secrets.into() };
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        .with_ansi(io::stderr().is_terminal());
    match log.format {
        LogFormat::Text => builder.init(),
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
}

/// Writes to stderr and leaves secrets out. Libraries log what they send, and a filter only knows those of today.
#[derive(Clone)]
struct Discreet {
    secrets: Arc<[SecretString]>,
}

impl Discreet {
    fn cleaned(&self, text: &str) -> Option<String> {
        let secrets = self.secrets.iter().map(|secret| secret.expose_secret());
        let found: Vec<&str> = secrets.filter(|secret| text.contains(secret)).collect();
        let hide = |text: String, secret: &&str| text.replace(*secret, HIDDEN);
        (!found.is_empty()).then(|| found.iter().fold(text.to_owned(), hide))
    }
}

impl MakeWriter<'_> for Discreet {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Write for Discreet {
    /// One event is one call, so a secret is never cut in two.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let cleaned = self.cleaned(&String::from_utf8_lossy(event));
        io::stderr().write_all(cleaned.as_deref().map_or(event, str::as_bytes))?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_left_out_wherever_it_stands() {
        let writer = Discreet { secrets: Arc::new(["a.b.c".into(), "pass".into()]) };
        let cleaned = writer.cleaned("Authorization: Bot a.b.c, again a.b.c, :pass@");
        assert_eq!(cleaned.as_deref(), Some("Authorization: Bot [hidden], again [hidden], :[hidden]@"));
        assert_eq!(writer.cleaned("nothing"), None);
    }
}
