//! zlib in both of Discord's ways: single payloads, as IDENTIFY's `compress` asks for, or the whole connection, as
//! `compress=zlib-stream` in the address does.

use std::io::{self, Write};

use axum::extract::ws::Message;
use flate2::write::ZlibEncoder;
use flate2::{Compress, Compression, FlushCompress};

/// Payloads below this many bytes stay text where single payloads may be packed.
const WORTH_PACKING: usize = 4096;

/// How the frames of one connection are packed.
pub(super) enum Packing {
    Plain,
    Payload,
    Stream(Box<Compress>),
}

impl Packing {
    pub(super) fn stream() -> Self {
        Self::Stream(Box::new(Compress::new(Compression::fast(), true)))
    }

    pub(super) fn pack(&mut self, frame: String) -> io::Result<Message> {
        match self {
            Self::Payload if frame.len() >= WORTH_PACKING => {
                let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
                encoder.write_all(frame.as_bytes())?;
                Ok(Message::Binary(encoder.finish()?.into()))
            }
            Self::Plain | Self::Payload => Ok(Message::Text(frame.into())),
            Self::Stream(compress) => Ok(Message::Binary(flushed(compress, frame.as_bytes())?.into())),
        }
    }
}

/// The next piece of the stream; it ends with the four bytes of a flush, by which clients know that it is whole.
fn flushed(compress: &mut Compress, input: &[u8]) -> io::Result<Vec<u8>> {
    let start = compress.total_in();
    let mut out = Vec::with_capacity(input.len() / 2 + 64);
    loop {
        let taken = usize::try_from(compress.total_in() - start).unwrap_or(input.len());
        compress.compress_vec(&input[taken..], &mut out, FlushCompress::Sync)?;
        let all_taken = compress.total_in() - start == input.len() as u64;
        if all_taken && out.len() < out.capacity() {
            return Ok(out);
        }
        out.reserve(out.capacity());
    }
}
