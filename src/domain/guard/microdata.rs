//! Microdata: records in which respondents can be identified (Law on Statistics, article 57), as far as their form shows.
//!
//! Three forms are known: a table whose header names a person's columns (`Họ tên; Ngày sinh; Địa chỉ`) with a row under it;
//! two or more rows without a header that each hold a personal name and a date of birth or a home address; and a filled-in
//! form (`Họ tên: … Năm sinh: … Địa chỉ: …`). A questionnaire that only lists its questions is none of them.

use crate::domain::fold::fold;

/// What a person's name is called in a header or a form, folded.
const NAME: &[&str] = &[
    "ho ten",
    "ho va ten",
    "ten chu ho",
    "ho ten chu ho",
    "chu ho",
    "nguoi tra loi",
    "full name",
    "name",
    "respondent",
];
/// What else identifies or describes one person, folded.
const PERSONAL: &[&str] = &[
    "ngay sinh",
    "nam sinh",
    "ngay thang nam sinh",
    "dia chi",
    "noi o",
    "noi cu tru",
    "cccd",
    "cmnd",
    "so cccd",
    "so dinh danh",
    "so dien thoai",
    "dien thoai",
    "sdt",
    "gioi tinh",
    "thu nhap",
    "dan toc",
    "date of birth",
    "birth date",
    "dob",
    "year of birth",
    "address",
    "home address",
    "id number",
    "citizen id",
    "phone",
    "phone number",
    "sex",
    "gender",
    "income",
];
/// Family names of nearly everybody in Viet Nam, folded.
const SURNAMES: &[&str] = &[
    "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do", "ho", "ngo",
    "duong", "ly", "dinh", "trinh", "doan", "luong", "mai", "to", "truong", "cao", "ha", "ta", "thai", "lam",
    "chu", "trieu", "quach", "vuong", "luu", "nong", "lo", "giang", "tong", "kieu", "thach", "y", "a",
    "sung", "giang", "vang", "ho",
];
/// Places whose name begins like a person's, folded.
const PLACES: &[&str] = &[
    "ha noi",
    "ha giang",
    "ha nam",
    "ha tinh",
    "ha tay",
    "cao bang",
    "thai binh",
    "thai nguyen",
    "lam dong",
    "lao cai",
    "le chan",
    "mai chau",
    "mai son",
    "giang thanh",
    "ho chi minh",
    "ly son",
    "cao lanh",
    "ha long",
    "ha dong",
];
/// Words by which a home is found, folded.
const HOME: &[&str] = &[
    "so nha",
    "thon",
    "ap",
    "to dan pho",
    "khu pho",
    "duong",
    "ngo",
    "hem",
    "phuong",
    "xa",
    "street",
    "ward",
];

/// Whether a text holds records of identifiable respondents.
pub(super) fn is_microdata(text: &str) -> bool {
    // Nearly every text ends here: all these forms have a number in them, and more than one cell.
    if !text.bytes().any(|byte| byte.is_ascii_digit()) || !text.contains([',', ';', '\t', '|', ':']) {
        return false;
    }
    if is_filled_form(text) {
        return true;
    }
    let tables: Vec<Vec<Vec<String>>> = ['\t', '|', ';', ','].iter().map(|by| rows(text, *by)).collect();
    tables.iter().any(|rows| has_headed_table(rows) || bare_records(rows) >= 2)
}

/// The lines of a text as cells. On one line, as a command has it, records may be separated by semicolons.
fn rows(text: &str, by: char) -> Vec<Vec<String>> {
    let lines = text.lines().flat_map(|line| {
        let inner = if by == ',' { ';' } else { '\n' };
        line.split(inner)
    });
    let cells = |line: &str| -> Vec<String> {
        line.split(by).map(|cell| cell.trim().trim_matches('"').trim().to_owned()).collect()
    };
    lines.map(cells).collect()
}

/// A header with a name and another personal column, and a row under it that fills as many cells, a number among them.
fn has_headed_table(rows: &[Vec<String>]) -> bool {
    rows.iter().enumerate().any(|(at, header)| {
        let folded: Vec<String> = header.iter().map(|cell| fold(cell)).collect();
        let is_header = header.len() >= 3
            && folded.iter().any(|cell| NAME.contains(&cell.as_str()))
            && folded.iter().any(|cell| PERSONAL.contains(&cell.as_str()));
        is_header
            && rows[at + 1..].iter().any(|row| {
                let filled = row.iter().filter(|cell| !cell.is_empty()).count();
                row.len() == header.len() && filled * 2 > row.len() && row.iter().any(|cell| has_digit(cell))
            })
    })
}

/// How many rows hold a personal name beside a date of birth or a home address.
fn bare_records(rows: &[Vec<String>]) -> usize {
    let is_record = |row: &&Vec<String>| {
        row.len() >= 3
            && row.iter().any(|cell| is_person(cell))
            && row.iter().any(|cell| is_birth(cell) || is_home(cell))
    };
    rows.iter().filter(is_record).count()
}

/// A form with a name and two more personal entries filled in.
fn is_filled_form(text: &str) -> bool {
    let entries = text.split(['\n', ';', '|', ',', '\t']).filter_map(|part| {
        let (label, value) = part.split_once(':')?;
        let value = value.trim();
        (!value.is_empty()).then(|| (fold(label), value))
    });
    let (mut named, mut personal) = (false, 0);
    for (label, value) in entries {
        if NAME.contains(&label.as_str()) {
            named |= value.chars().any(char::is_alphabetic);
        } else if PERSONAL.contains(&label.as_str()) {
            personal += 1;
        }
    }
    named && personal >= 2
}

/// `Nguyễn Văn An`, `TRAN THI B`: a family name and one to four more words, all capitalised.
fn is_person(cell: &str) -> bool {
    let words: Vec<&str> = cell.split_whitespace().collect();
    let capital = |word: &&str| {
        word.chars().next().is_some_and(char::is_uppercase)
            && word.chars().all(|c| c.is_alphabetic() || c == '.')
    };
    let folded = fold(cell);
    (2..=5).contains(&words.len())
        && words.iter().all(capital)
        && folded.split(' ').next().is_some_and(|first| SURNAMES.contains(&first))
        && !PLACES.contains(&folded.as_str())
}

/// A date or a year in which somebody may have been born who is asked things: 1900 to 2015.
fn is_birth(cell: &str) -> bool {
    let parts: Vec<&str> = cell.split(['/', '-', '.']).collect();
    let number = |text: &str| text.trim().parse::<u32>().ok();
    let born = |year: &str| number(year).is_some_and(|year| (1900..=2015).contains(&year));
    match parts.as_slice() {
        [year] => born(year),
        [day, month, year] => {
            number(day).is_some_and(|day| (1..=31).contains(&day))
                && number(month).is_some_and(|month| (1..=12).contains(&month))
                && born(year)
                || born(day) && number(month).is_some() && number(year).is_some()
        }
        _ => false,
    }
}

/// `Thôn 3 xã Hòa Bình`, `12 Trần Phú, phường 4`: a word for a home and a number.
fn is_home(cell: &str) -> bool {
    let folded = fold(cell);
    let words: Vec<&str> = folded.split(' ').collect();
    has_digit(cell)
        && HOME.iter().any(|home| {
            let home: Vec<&str> = home.split(' ').collect();
            words.windows(home.len()).any(|window| window == home)
        })
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_respondents_are_seen() {
        for text in [
            "Họ tên;Ngày sinh;Địa chỉ\nA;12/03/1985;Thôn 2",
            "STT,Họ và tên,Năm sinh,Thu nhập\n1,Hộ 12,1970,5000",
            "hộ | chủ hộ | địa chỉ | thu nhập\n01 | X | Y | 12000",
            "name,dob,income\nJohn,1985-03-12,100",
            "Nguyễn Văn An, 1985, Nam, nông dân\nTrần Thị Bình, 1990, Nữ, giáo viên",
            "NGUYEN VAN AN\t12/03/1985\t5 triệu\nTRAN THI BINH\t01/01/1990\t6 triệu",
            "Lê Văn C; Thôn 3 xã Hòa Bình; 4 người\nPhạm D; Thôn 4 xã Hòa Bình; 5 người",
            // On one line, as the option of a command has it.
            "Nguyễn Văn An, 1985, Nam; Trần Thị Bình, 1990, Nữ",
            "Họ và tên: Nguyễn Văn An\nNăm sinh: 1985\nĐịa chỉ: Thôn 3",
            "Full name: John Doe; Date of birth: 12/03/1985; Address: 3 Main Street",
        ] {
            assert!(is_microdata(text), "{text}");
        }
    }

    #[test]
    fn lists_of_the_office_pass() {
        for text in [
            "Phiếu gồm: họ tên, ngày sinh, địa chỉ, thu nhập (04 câu)",
            "Họ tên;Ngày sinh;Địa chỉ",
            "Hà Nội, 24/03/2023, 95%\nĐà Nẵng, 24/03/2023, 90%\nThái Bình, 2010, 80%\nHà Nam, 2011, 81%",
            "TKG, TKTH, CTK-01: hạn 24/03/2023",
            "Vụ Thống kê Giá; 01/03/2023; đã nộp\nVụ TKTH; 02/03/2023; đã nộp",
            "Đơn vị: TTDL\nThời hạn: 24/03/2023\nĐịa chỉ: 54 Nguyễn Chí Thanh",
            "Nguyễn Văn An, đầu mối TTDL, phòng 305",
            "Năm, CPI, GDP\n2010, 9,2, 6,4\n2011, 18,6, 6,2",
            "Nội dung: họp giao ban 14:00, 06/03/2023, tại phòng 305",
        ] {
            assert!(!is_microdata(text), "{text}");
        }
    }
}
