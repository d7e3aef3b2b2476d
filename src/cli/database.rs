//! The database from the command line: `liaison migrate` and `liaison log verify`.

use super::{Stop, lang, logging, say, words};
use liaison::config::Config;
use liaison::domain::lang::Lang;
use liaison::store::chain::{Fault, Verdict};
use liaison::store::{Store, StoreError};
use secrecy::ExposeSecret;

/// The configured database.
pub(crate) async fn open(config: &Config) -> Result<Store, Stop> {
    Store::connect(config.database_url.expose_secret()).await.map_err(refused)
}

/// The configured database, when its tables are those of this version.
pub(crate) async fn open_current(config: &Config) -> Result<Store, Stop> {
    let store = open(config).await?;
    if store.is_migrated().await.map_err(refused)? {
        return Ok(store);
    }
    Err(Stop::failed(words::not_migrated(lang())))
}

/// What to do when the database refuses.
pub(crate) fn refused(error: StoreError) -> Stop {
    Stop::failed(words::store(&error, lang()))
}

/// `liaison migrate`.
pub(crate) async fn migrate() -> Result<(), Stop> {
    let config = Config::load()?;
    logging::init(&config.log, config.secrets());
    let store = open(&config).await?;
    store.migrate().await.map_err(refused)?;
    store.close().await;
    println!("{}", say("Cơ sở dữ liệu đã đúng phiên bản này.", "The database is up to date."));
    Ok(())
}

/// `liaison log verify`.
pub(crate) async fn verify_log() -> Result<(), Stop> {
    let config = Config::load()?;
    logging::init(&config.log, config.secrets());
    let store = open(&config).await?;
    if !store.is_migrated().await.map_err(refused)? {
        return Err(Stop::failed(words::not_migrated(lang())));
    }
    let verdict = store.verify_chain().await.map_err(refused)?;
    store.close().await;
    println!("{}", verdict_words(&verdict, lang()));
    match verdict {
        Verdict::Intact(_) => Ok(()),
        Verdict::Broken { .. } => Err(Stop::Said),
    }
}

fn verdict_words(verdict: &Verdict, lang: Lang) -> String {
    let (seq, message, fault) = match verdict {
        Verdict::Intact(head) => {
            let (rows, hash) = (head.seq, &head.hash);
            return match (lang, rows) {
                (Lang::Vi, 0) => "Nhật ký trao đổi chưa có dòng nào.".to_owned(),
                (Lang::En, 0) => "The exchange log has no rows yet.".to_owned(),
                (Lang::Vi, _) => format!("Nhật ký trao đổi còn nguyên vẹn: {rows} dòng, mã kiểm {hash}."),
                (Lang::En, _) => format!("The exchange log is intact: {rows} rows, hash {hash}."),
            };
        }
        Verdict::Broken { seq, message, fault } => (seq, message, fault),
    };
    let what = match (fault, lang) {
        (Fault::Altered, Lang::Vi) => "đã bị sửa",
        (Fault::Altered, Lang::En) => "was altered",
        (Fault::Removed, Lang::Vi) => "đã bị xóa",
        (Fault::Removed, Lang::En) => "was removed",
        (Fault::Inserted, Lang::Vi) => "bị chèn thêm, chưa từng được ghi",
        (Fault::Inserted, Lang::En) => "was inserted and never logged",
    };
    let about = message.as_ref().map(|id| match lang {
        Lang::Vi => format!(" (tin nhắn {id})"),
        Lang::En => format!(" (message {id})"),
    });
    let about = about.unwrap_or_default();
    match lang {
        Lang::Vi => format!(
            "Nhật ký trao đổi không còn nguyên vẹn: dòng {seq}{about} {what}. Hãy giữ nguyên tệp dữ liệu và so với bản sao lưu."
        ),
        Lang::En => format!(
            "The exchange log is not intact: row {seq}{about} {what}. Keep the database as it is and compare it with a backup."
        ),
    }
}
