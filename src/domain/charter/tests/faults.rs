//! Every kind of fault is named, and all at once. Long because it shows each sentence as people read it.

use super::*;
use crate::domain::lang::Lang;

fn sentences(faults: &[Fault], lang: Lang) -> String {
    faults.iter().map(|fault| fault.sentence(lang)).collect::<Vec<_>>().join("\n")
}

/// The one fault of the shipped charter with this change, in both languages.
fn fault(file: &str, from: &str, to: &str) -> String {
    let faults = Charter::check(&broken(&[(file, from, to)]), day("2023-03-06"));
    format!("{}\n{}", sentences(&faults, Lang::En), sentences(&faults, Lang::Vi))
}

#[test]
fn each_fault_says_where_it_is_and_what_to_do() {
    let p3 = "phase = \"P3\"\nlead = \"TTDL\"";
    insta::assert_snapshot!(fault("matrix.toml", p3, "phase = \"P3\"\nlead = [\"TTDL\", \"TKG\"]"), @"
    matrix.toml, cell P3: has more than one lead (TTDL, TKG); keep one.
    matrix.toml, cell P3: có nhiều đơn vị chủ trì (TTDL, TKG); chỉ giữ lại một.
    ");
    insta::assert_snapshot!(fault("matrix.toml", p3, "phase = \"P3\""), @"
    matrix.toml, cell P3: has no lead; name one unit under “lead”.
    matrix.toml, cell P3: chưa có đơn vị chủ trì; hãy ghi một đơn vị tại “lead”.
    ");
    insta::assert_snapshot!(fault("matrix.toml", p3, "phase = \"P3\"\nlead = \"TTDX\""), @"
    matrix.toml, cell P3: units.toml has no unit or group “TTDX”; correct the code or add the unit.
    matrix.toml, cell P3: không có đơn vị hay nhóm “TTDX” trong units.toml; hãy sửa mã hoặc thêm đơn vị.
    ");
    insta::assert_snapshot!(fault("matrix.toml", p3, "phase = \"P3\"\nlead = \"by-domain\""), @"
    matrix.toml, cell P3: is led by domain but has no domain; add [[cell.domain]].
    matrix.toml, cell P3: chủ trì theo lĩnh vực nhưng chưa có lĩnh vực nào; hãy thêm [[cell.domain]].
    ");
    insta::assert_snapshot!(fault("matrix.toml", "lead = \"by-domain\"", "lead = \"TKTH\""), @r#"
    matrix.toml, cell P5: has the lead TKTH and domains too; write lead = "by-domain" or remove the domains.
    matrix.toml, cell P5: vừa có đơn vị chủ trì TKTH vừa có lĩnh vực; hãy ghi lead = "by-domain" hoặc bỏ các lĩnh vực.
    "#);
    insta::assert_snapshot!(fault("matrix.toml", "step = \"P2.11\"", "step = \"P2.12\""), @"
    matrix.toml, cell P2.12: this phase has no step “P2.12” in phases.toml; correct the code.
    matrix.toml, cell P2.12: giai đoạn này không có bước “P2.12” trong phases.toml; hãy sửa mã.
    ");
    insta::assert_snapshot!(fault("matrix.toml", "article = 7", "article = 17"), @"
    matrix.toml, cell P1: refers to article 17, which articles.toml does not have; correct the number.
    matrix.toml, cell P1: dẫn chiếu Điều 17 nhưng articles.toml không có; hãy sửa số điều.
    ");
    insta::assert_snapshot!(fault("phases.toml", "responsible = [\"CTK\"]", "responsible = [\"province\"]"), @"
    phases.toml, step P3.2: units.toml has no unit or group “province”; correct the code or add the unit.
    phases.toml, step P3.2: không có đơn vị hay nhóm “province” trong units.toml; hãy sửa mã hoặc thêm đơn vị.
    ");
    insta::assert_snapshot!(fault("units.toml", "code = \"PPCD\"", "code = \"TKTH\""), @"
    units.toml, unit TKTH: “TKTH” is used twice; keep one and change the other.
    phases.toml, step P1.4: units.toml has no unit or group “PPCD”; correct the code or add the unit.
    phases.toml, step P2.2: units.toml has no unit or group “PPCD”; correct the code or add the unit.
    matrix.toml, cell P1: units.toml has no unit or group “PPCD”; correct the code or add the unit.
    matrix.toml, cell P2: units.toml has no unit or group “PPCD”; correct the code or add the unit.
    matrix.toml, cell P8: units.toml has no unit or group “PPCD”; correct the code or add the unit.
    units.toml, unit TKTH: “TKTH” đã dùng ở chỗ khác; hãy giữ một và đổi cái còn lại.
    phases.toml, step P1.4: không có đơn vị hay nhóm “PPCD” trong units.toml; hãy sửa mã hoặc thêm đơn vị.
    phases.toml, step P2.2: không có đơn vị hay nhóm “PPCD” trong units.toml; hãy sửa mã hoặc thêm đơn vị.
    matrix.toml, cell P1: không có đơn vị hay nhóm “PPCD” trong units.toml; hãy sửa mã hoặc thêm đơn vị.
    matrix.toml, cell P2: không có đơn vị hay nhóm “PPCD” trong units.toml; hãy sửa mã hoặc thêm đơn vị.
    matrix.toml, cell P8: không có đơn vị hay nhóm “PPCD” trong units.toml; hãy sửa mã hoặc thêm đơn vị.
    ");
    insta::assert_snapshot!(fault("units.toml", "name.en = \"Price Statistics Department\"", "name.en = \" \""), @"
    units.toml, unit TKG: “name” has no English words; add them.
    units.toml, unit TKG: “name” chưa có lời tiếng Anh; hãy bổ sung.
    ");
    insta::assert_snapshot!(fault("units.toml", "short.vi = \"Vụ Giá\"\n", ""), @"
    units.toml, unit TKG: the key “short.vi” is missing; add it.
    units.toml, unit TKG: thiếu khóa “short.vi”; hãy bổ sung.
    ");
    insta::assert_snapshot!(fault("units.toml", "short.vi = \"Vụ Giá\"", "shrt.vi = \"Vụ Giá\""), @"
    units.toml, unit TKG: the key “short.vi” is missing; add it.
    units.toml, unit TKG: thiếu khóa “short.vi”; hãy bổ sung.
    ");
    insta::assert_snapshot!(fault("units.toml", "class = \"central\"", "class = \"regional\""), @"
    units.toml, unit PPCD: cannot be read (unknown variant `regional`, expected `central` or `province` in `class`); correct the value.
    units.toml, unit PPCD: không đọc được (unknown variant `regional`, expected `central` or `province` in `class`); hãy sửa giá trị.
    ");
    insta::assert_snapshot!(fault("units.toml", "code = \"VP\"", "valid_to = 2019-01-01\ncode = \"VP\""), @"
    units.toml, unit VP: “valid_to” is before “valid_from”; correct one of them.
    units.toml, unit VP: “valid_to” trước “valid_from”; hãy sửa một trong hai ngày.
    ");
    insta::assert_snapshot!(fault("units.toml", "code = \"PPCD\"", "valid_from = 2024-01-01\ncode = \"PPCD\""), @"
    matrix.toml, cell P8: the lead PPCD does not exist on the day the charter takes effect (01/01/2023); choose another or correct its dates.
    matrix.toml, cell P8: đơn vị chủ trì PPCD không tồn tại vào ngày quy chế có hiệu lực (01/01/2023); hãy chọn đơn vị khác hoặc sửa thời gian hiệu lực.
    ");
    insta::assert_snapshot!(fault("articles.toml", "number = 16\nchapter = 3", "number = 17\nchapter = 4"), @"
    articles.toml: article 16 is missing; add it.
    articles.toml, article 17: belongs to chapter 4, which does not exist; correct the number.
    articles.toml: thiếu điều 16; hãy bổ sung.
    articles.toml, article 17: thuộc chương 4 nhưng chương này không có; hãy sửa số chương.
    ");
    insta::assert_snapshot!(fault("charter.toml", "articles = 16", "articles = 15"), @"
    charter.toml, declares: says articles = 15 but articles.toml has 16; correct the wrong one.
    charter.toml, declares: khai articles = 15 nhưng articles.toml có 16; hãy sửa bên sai.
    ");
    insta::assert_snapshot!(fault("charter.toml", "effective_from = 2023-01-01", "effective_from = \"soon\""), @"
    charter.toml: cannot be read (input contains invalid characters in `effective_from`); correct the value.
    charter.toml: không đọc được (input contains invalid characters in `effective_from`); hãy sửa giá trị.
    ");
    insta::assert_snapshot!(fault("calendar.toml", "date = 2024-05-04", "date = 2024-05-06"), @"
    calendar.toml, year 2024: the worked day 06/05/2024 is not at a weekend; correct the date.
    calendar.toml, year 2024: ngày làm bù 06/05/2024 không phải cuối tuần; hãy sửa ngày.
    ");
    insta::assert_snapshot!(fault("calendar.toml", "date = 2023-05-01", "date = 2023-04-29"), @"
    calendar.toml, year 2023: the day off 29/04/2023 is at a weekend, which is off anyway; remove it or give the day that compensates it.
    calendar.toml, year 2023: ngày nghỉ 29/04/2023 rơi vào cuối tuần, vốn đã nghỉ; hãy bỏ đi hoặc ghi ngày nghỉ bù.
    ");
    insta::assert_snapshot!(fault("calendar.toml", "date = 2023-05-01", "date = 2024-05-01"), @"
    calendar.toml, year 2023: 01/05/2024 is not in this year; correct the date.
    calendar.toml, year 2023: ngày 01/05/2024 không thuộc năm này; hãy sửa ngày.
    ");
    insta::assert_snapshot!(fault("charter.toml", "effective_from = 2023", "effective_from = 2022"), @"
    calendar.toml: has no days off for 2022; add a [[year]] from the official notice.
    calendar.toml: chưa có lịch nghỉ năm 2022; hãy thêm [[year]] theo thông báo nghỉ.
    ");
    insta::assert_snapshot!(fault("articles.toml", "[[chapter]]\nnumber = 1", "[[chapter]]\nnumber = "), @"
    articles.toml: line 5 is not TOML (string values must be quoted, expected literal string); correct it.
    articles.toml: dòng 5 sai cú pháp TOML (string values must be quoted, expected literal string); hãy sửa dòng này.
    ");
}

#[test]
fn all_faults_are_reported_at_once() {
    let mut files = broken(&[
        ("charter.toml", "chapters = 3", "chapters = 3\nverses = 9"),
        ("articles.toml", "title.en = \"Scope\"", "title.en = \"\""),
        ("units.toml", "code = \"VKH\"", "kode = \"VKH\""),
        ("phases.toml", "article = 9", "article = 99"),
        ("matrix.toml", "phase = \"P8\"", "phase = \"P9\""),
        ("calendar.toml", "[hours]", "[hours"),
    ]);
    files.insert("matrx.toml".into(), String::new());
    let faults = Charter::check(&files, day("2023-03-06"));
    insta::assert_snapshot!(sentences(&faults, Lang::Vi), @"
    charter.toml: không có khóa “declares.verses” (unknown field `verses`, expected one of `chapters`, `articles`, `appendices` in `declares`); hãy sửa tên khóa hoặc bỏ đi.
    articles.toml, article 1: “title” chưa có lời tiếng Anh; hãy bổ sung.
    units.toml, unit no. 16: không có khóa “kode” (unknown field `kode`, expected one of `code`, `class`, `name`, `short`, `aliases`, `valid_from`, `valid_to`, `succeeds`, `former`); hãy sửa tên khóa hoặc bỏ đi.
    phases.toml, phase P3: dẫn chiếu Điều 99 nhưng articles.toml không có; hãy sửa số điều.
    matrix.toml, cell P9: không có giai đoạn “P9” trong phases.toml; hãy sửa mã.
    matrix.toml, cell P8: chưa có đơn vị chủ trì; hãy ghi một đơn vị tại “lead”.
    calendar.toml: dòng 6 sai cú pháp TOML (unclosed table, expected `]`); hãy sửa dòng này.
    matrx.toml: không phải tệp của quy chế; hãy đổi tên thành một trong các tệp charter.toml, articles.toml, units.toml, phases.toml, matrix.toml, calendar.toml, hoặc bỏ đi.
    ");
    assert_eq!(Charter::parse(&files).expect_err("faults"), faults);
}

#[test]
fn a_charter_without_files_lacks_all_of_them() {
    let faults = Charter::check(&BTreeMap::new(), day("2023-03-06"));
    assert_eq!(faults.len(), file::ALL.len());
    assert!(faults.iter().all(|fault| fault.problem == Problem::FileMissing));
}

#[test]
fn days_off_are_asked_for_in_october() {
    let missing = |today| sentences(&Charter::check(&shipped(), day(today)), Lang::Vi);
    assert_eq!(missing("2027-09-30"), "");
    insta::assert_snapshot!(missing("2027-10-01"), @"calendar.toml: chưa có lịch nghỉ năm 2028 (năm tới); hãy thêm [[year]], nếu chưa có thông báo thì ghi provisional = true.");
    insta::assert_snapshot!(missing("2028-01-01"), @"calendar.toml: chưa có lịch nghỉ năm 2028; hãy thêm [[year]] theo thông báo nghỉ.");
    let can_wait = |today| Charter::check(&shipped(), day(today)).iter().all(Fault::can_wait);
    assert!(can_wait("2027-10-01") && !can_wait("2028-01-01"));
}
