//! A gateway connection, as the tests hold it.

use flate2::{Decompress, FlushDecompress};
use futures::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::harness::SOON;

/// A gateway connection.
pub(crate) struct Gateway {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub(crate) seq: u64,
    pub(crate) session: String,
    /// The connection's own stream, where it has one.
    inflate: Option<Decompress>,
    /// How many frames came compressed.
    pub(crate) packed: usize,
}

impl Gateway {
    /// Connects, and hears HELLO; when there is none, gives the close code.
    pub(crate) async fn dial(url: &str) -> Result<Self, Option<u16>> {
        let (socket, _) = connect_async(url).await.unwrap();
        let inflate = url.contains("zlib-stream").then(|| Decompress::new(true));
        let mut gateway = Self { socket, seq: 0, session: String::new(), inflate, packed: 0 };
        let hello = gateway.frame().await?;
        assert_eq!(hello["op"], 10);
        Ok(gateway)
    }

    pub(crate) async fn send(&mut self, frame: Value) {
        self.send_text(&frame.to_string()).await;
    }

    pub(crate) async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    fn unpack(&mut self, data: &[u8]) -> String {
        let mut whole = Decompress::new(true);
        let inflate = self.inflate.as_mut().unwrap_or(&mut whole);
        let mut text = Vec::with_capacity(1 << 20);
        inflate.decompress_vec(data, &mut text, FlushDecompress::Sync).unwrap();
        self.packed += 1;
        String::from_utf8(text).unwrap()
    }

    /// Passes over what still comes, up to the end of the connection; gives its close code.
    pub(crate) async fn end(&mut self) -> Option<u16> {
        loop {
            if let Err(code) = self.frame().await {
                return code;
            }
        }
    }

    /// The next frame; on the end of the connection its close code, if there was one.
    pub(crate) async fn frame(&mut self) -> Result<Value, Option<u16>> {
        loop {
            let next = tokio::time::timeout(SOON, self.socket.next()).await.expect("a gateway frame");
            match next {
                Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => {
                    let text = match &message {
                        Message::Binary(data) => self.unpack(data),
                        text => text.to_text().unwrap().to_owned(),
                    };
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    if let Some(seq) = frame["s"].as_u64() {
                        self.seq = seq;
                    }
                    return Ok(frame);
                }
                Some(Ok(Message::Close(frame))) => return Err(frame.map(|frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(None),
            }
        }
    }

    /// The data of the next event of this name; others are passed over.
    pub(crate) async fn event(&mut self, name: &str) -> Value {
        loop {
            let mut frame =
                self.frame().await.unwrap_or_else(|code| panic!("closed with {code:?} before {name}"));
            if frame["t"] == name {
                return frame["d"].take();
            }
        }
    }
}
