//! Proof that the exchange log was only added to: the walk along the chain of hashes.

use super::exchange::{Row, columns};
use super::{Store, StoreError};
use crate::domain::exchange::link;
use crate::domain::fold::fold;
use crate::domain::ids::MessageId;

const HEAD: &str = "SELECT seq, hash FROM chain WHERE id = 1";
const AFTER: &str = concat!("SELECT ", columns!(), " FROM exchange WHERE seq > $1 ORDER BY seq LIMIT 1000");

/// The newest link. Whoever wrote it down elsewhere can prove later that nothing before it was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many rows there are.
    pub seq: i64,
    /// Their hash.
    pub hash: String,
}

/// What the walk found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every row is as it was logged.
    Intact(Head),
    /// Somebody laid hands on the log, first of all here.
    Broken {
        /// The number of the first row that is wrong.
        seq: i64,
        /// The message it is about; `None` when the row is gone.
        message: Option<MessageId>,
        /// What is wrong with it.
        fault: Fault,
    },
}

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It does not say what was logged; another row may have been put in its place.
    Altered,
    /// It is not there.
    Removed,
    /// It was never logged.
    Inserted,
}

impl Store {
    /// The newest link of the chain.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn chain_head(&self) -> Result<Head, StoreError> {
        let (seq, hash) = sqlx::query_as(HEAD).fetch_one(&self.pool).await?;
        Ok(Head { seq, hash })
    }

    /// Walks the whole log and names the first row that was altered, inserted or removed. Logging may go on meanwhile.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn verify_chain(&self) -> Result<Verdict, StoreError> {
        let mut walked = Head { seq: 0, hash: String::new() };
        loop {
            // The head is read first: every row up to it must then be found, later ones may have come since.
            let head = self.chain_head().await?;
            let rows: Vec<Row> = sqlx::query_as(AFTER).bind(walked.seq).fetch_all(&self.pool).await?;
            if rows.is_empty() {
                return self.judge_end(walked, &head).await;
            }
            for row in rows {
                let (seq, message) = (row.seq, Some(MessageId::from_db(row.message_id)));
                if seq != walked.seq + 1 {
                    return Ok(Verdict::Broken { seq: walked.seq + 1, message: None, fault: Fault::Removed });
                }
                match next(&walked.hash, row) {
                    Some(hash) => walked = Head { seq, hash },
                    None => return Ok(Verdict::Broken { seq, message, fault: Fault::Altered }),
                }
            }
        }
    }
    /// Every row that is there fits to the one before it; now the end must be where the log says it is.
    async fn judge_end(&self, walked: Head, head: &Head) -> Result<Verdict, StoreError> {
        if walked == *head {
            return Ok(Verdict::Intact(walked));
        }
        if walked.seq < head.seq {
            return Ok(Verdict::Broken { seq: walked.seq + 1, message: None, fault: Fault::Removed });
        }
        let beyond: Option<Row> = sqlx::query_as(AFTER).bind(head.seq).fetch_optional(&self.pool).await?;
        Ok(match beyond {
            Some(row) => Verdict::Broken {
                seq: row.seq,
                message: Some(MessageId::from_db(row.message_id)),
                fault: Fault::Inserted,
            },
            None => Verdict::Broken { seq: walked.seq, message: None, fault: Fault::Altered },
        })
    }
}

/// The link of `row` after `previous`, if the row is as it was logged.
fn next(previous: &str, row: Row) -> Option<String> {
    let derived = row.folded == fold(&row.content)
        && row.sent_at == MessageId::from_db(row.message_id).created_ms()
        && (row.kind == "message" || row.content.is_empty());
    let (seq, version, hash) = (row.seq, row.version, row.hash.clone());
    let event = row.into_event().ok()?;
    (derived && event.key().version == version && link(previous, seq, &event) == hash).then_some(hash)
}
