//! What is said at the terminal when something outside refuses, in both languages.

use liaison::discord::NotReady;
use liaison::domain::lang::Lang;
use liaison::service::directory::Recognition;
use liaison::store::StoreError;

/// What to do when the database refuses.
pub(crate) fn store(error: &StoreError, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("Không dùng được cơ sở dữ liệu ({error}); hãy kiểm tra DATABASE_URL và máy chủ."),
        Lang::En => format!("The database cannot be used ({error}); check DATABASE_URL and the server."),
    }
}

/// What to do when the tables are missing or old.
pub(crate) fn not_migrated(lang: Lang) -> &'static str {
    match lang {
        Lang::Vi => "Cơ sở dữ liệu chưa đúng phiên bản này; hãy chạy: liaison migrate",
        Lang::En => "The database is not of this version; run: liaison migrate",
    }
}

/// The roles of one server.
pub(crate) fn roles_of(server: &str, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("Vai trò trên máy chủ “{server}”"),
        Lang::En => format!("Roles on the server “{server}”"),
    }
}

/// What the bot may do on one server.
pub(crate) fn rights_on(server: &str, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("Quyền của bot trên máy chủ “{server}”"),
        Lang::En => format!("The bot's permissions on the server “{server}”"),
    }
}

/// What is not recognised on a server, a line for each kind; nothing when everything is.
pub(crate) fn unrecognised(known: &Recognition, lang: Lang) -> Vec<String> {
    let units: Vec<String> = known.missing_units.iter().map(ToString::to_string).collect();
    let tiers: Vec<&str> = known.missing_tiers.iter().map(|tier| tier.role_name()).collect();
    let kinds = match lang {
        Lang::Vi => ["đơn vị chưa có vai trò", "cấp chưa có vai trò", "vai trò không nhận ra"],
        Lang::En => ["units without a role", "tiers without a role", "roles not recognised"],
    };
    let lists = [units.join(", "), tiers.join(", "), known.unknown_roles.join(", ")];
    let lines = kinds.into_iter().zip(lists).filter(|(_, list)| !list.is_empty());
    lines.map(|(kind, list)| format!("{kind}: {list}")).collect()
}

/// What to do when the bot cannot start. In English the error says it itself.
pub(crate) fn not_ready(error: &NotReady, lang: Lang) -> String {
    if lang == Lang::En {
        return error.to_string();
    }
    match error {
        NotReady::Settings(why) => format!("Không lập được kết nối tới Discord: {why}."),
        NotReady::Commands(problems) => format!("Lời văn của các lệnh không khớp với mã nguồn: {problems}"),
        NotReady::Unreachable { api, why } => format!(
            "Không kết nối được tới Discord tại {api}: {why}. Hãy kiểm tra LIAISON_DISCORD_API và mạng rồi chạy lại."
        ),
        NotReady::Token => {
            "Discord không chấp nhận mã của bot. Hãy chép lại từ Developer Portal (Bot > Reset Token) vào DISCORD_TOKEN."
                .into()
        }
        NotReady::Intent(which) => format!(
            "Ứng dụng chưa bật quyền nhận {which}. Hãy bật tại Developer Portal (Bot > Privileged Gateway Intents) rồi chạy lại."
        ),
        NotReady::Permission { guild, missing } => format!(
            "Trên máy chủ “{guild}” bot còn thiếu quyền: {missing}. Hãy cấp cho vai trò của bot (Server Settings > Roles) rồi chạy lại."
        ),
        NotReady::Store(error) => store(error, lang),
        NotReady::Gateway(why) => format!("Kết nối tới Discord đã kết thúc: {why}"),
    }
}

/// The heading of the open tasks of one server.
pub(crate) fn tasks_of(server: &str, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("Nhiệm vụ chịu ảnh hưởng trên máy chủ “{server}”:"),
        Lang::En => format!("Open tasks that it touches on the server “{server}”:"),
    }
}

/// What a line about the gaps of one server is called.
pub(crate) fn lacking_on(server: &str, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("Quy chế trên máy chủ “{server}”"),
        Lang::En => format!("The regulation on the server “{server}”"),
    }
}

/// The heading of what is lacking on one server.
pub(crate) fn gaps_of(server: &str, count: usize, lang: Lang) -> String {
    match (lang, count) {
        (Lang::Vi, 0) => format!("Máy chủ “{server}”: không thiếu gì."),
        (Lang::En, 0) => format!("Server “{server}”: nothing is lacking."),
        (Lang::Vi, _) => format!("Máy chủ “{server}”: {count:02} chỗ còn thiếu."),
        (Lang::En, 1) => format!("Server “{server}”: 1 thing is lacking."),
        (Lang::En, _) => format!("Server “{server}”: {count} things are lacking."),
    }
}
