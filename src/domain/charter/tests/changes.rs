//! What changes between two versions.

use super::*;

fn sentences(changes: &[diff::Change], lang: Lang) -> String {
    changes.iter().map(|change| change.sentence(lang)).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_version_does_not_differ_from_itself() {
    let (charter, date) = (charter(), day("2023-03-06"));
    assert_eq!(diff::between(&charter, date, &charter, date), []);
}

#[test]
fn the_move_to_2025_is_told_leads_first() {
    let changes = diff::between(&charter(), day("2025-06-30"), &of_2025(), day("2025-07-01"));
    let (provinces, others): (Vec<_>, Vec<_>) = changes.into_iter().partition(diff::Change::is_of_a_province);
    insta::assert_snapshot!(sentences(&others, Lang::Vi), @"
    P1: chủ trì TKTH → THDN
    P2: chủ trì TTDL → CSCL
    P2.11: chủ trì TTDL → CSCL
    P3: chủ trì TTDL → CSCL
    P5 CPI: chủ trì TKG → DVG
    P5 BANLE: chủ trì TMDV → DVG
    P6: chủ trì TKTH → THDN
    P8: chủ trì PPCD → CSCL
    P1: phối hợp + CSCL; − PPCD, HTQT
    P2: phối hợp + TTDL; − PPCD
    P3: phối hợp + TTDL; − PCTT
    P4: phối hợp + CSCL
    P5: phối hợp + THDN; − TKTH
    P5 GDP: phối hợp + DVG; − TMDV, TKG
    P6: phối hợp − HTQT, TCCS
    P7: phối hợp + THDN; − TKTH
    P8: phối hợp − PCTT
    P6: thời hạn “theo lịch phổ biến thông tin thống kê” → “theo lịch phổ biến thông tin thống kê; báo cáo kinh tế - xã hội, CPI: ngày 06 tháng sau”
    P1.4: đầu vào, việc phải làm, đơn vị thực hiện hoặc sản phẩm thay đổi
    P1.6: đầu vào, việc phải làm, đơn vị thực hiện hoặc sản phẩm thay đổi
    P2.2: đầu vào, việc phải làm, đơn vị thực hiện hoặc sản phẩm thay đổi
    P5.2: đầu vào, việc phải làm, đơn vị thực hiện hoặc sản phẩm thay đổi
    P6.4: đầu vào, việc phải làm, đơn vị thực hiện hoặc sản phẩm thay đổi
    P8.2: đầu vào, việc phải làm, đơn vị thực hiện hoặc sản phẩm thay đổi
    Đơn vị quản lý quy chế: TTDL → CSCL
    Điều 1 khoản 1, 2: lời văn thay đổi
    Điều 2 khoản 1: lời văn thay đổi
    Điều 3 khoản 1: lời văn thay đổi
    Điều 6 khoản 1: lời văn thay đổi
    Điều 7 khoản 1, 2: lời văn thay đổi
    Điều 8 khoản 1, 2: lời văn thay đổi
    Điều 9 khoản 1, 2: lời văn thay đổi
    Điều 10 khoản 1, 2: lời văn thay đổi
    Điều 11 khoản 1: lời văn thay đổi
    Điều 12 khoản 1: lời văn thay đổi
    Điều 13 khoản 1: lời văn thay đổi
    Điều 14 khoản 1: lời văn thay đổi
    Điều 15 khoản 1, 2: lời văn thay đổi
    Điều 16 khoản 1: lời văn thay đổi
    Nhóm VCN: + DVG; − TMDV, TKG
    Nhóm CTK: − CTK-02, CTK-06, CTK-10, CTK-17, CTK-26, CTK-27, CTK-30, CTK-34, CTK-35, CTK-36, CTK-45, CTK-49, CTK-54, CTK-58, CTK-60, CTK-62, CTK-64, CTK-67, CTK-70, CTK-72, CTK-74, CTK-77, CTK-83, CTK-84, CTK-87, CTK-89, CTK-93, CTK-94, CTK-95
    Đơn vị mới: CSCL – Ban Chính sách, Chiến lược và Dữ liệu thống kê (kế thừa PPCD, PCTT)
    Đơn vị mới: THDN – Ban Thống kê Tổng hợp và Đối ngoại (kế thừa TKTH, HTQT)
    Đổi tên TKQG: “Vụ Hệ thống Tài khoản quốc gia” → “Ban Hệ thống Tài khoản quốc gia”
    Đổi tên NLTS: “Vụ Thống kê Nông, Lâm nghiệp và Thủy sản” → “Ban Thống kê Nông, Lâm nghiệp và Thủy sản”
    Đổi tên CNXD: “Vụ Thống kê Công nghiệp và Xây dựng” → “Ban Thống kê Công nghiệp và Xây dựng”
    Đơn vị mới: DVG – Ban Thống kê Dịch vụ và Giá (kế thừa TMDV, TKG)
    Đổi tên DSLD: “Vụ Thống kê Dân số và Lao động” → “Ban Thống kê Dân số và Lao động”
    Đổi tên XHMT: “Vụ Thống kê Xã hội và Môi trường” → “Ban Thống kê Xã hội và Môi trường”
    Đổi tên TCCB: “Vụ Tổ chức cán bộ” → “Ban Tổ chức cán bộ”
    Đổi tên KHTC: “Vụ Kế hoạch tài chính” → “Ban Kế hoạch tài chính”
    Đổi tên VP: “Văn phòng Tổng cục” → “Văn phòng Cục Thống kê”
    Đổi tên TTDL: “Cục Thu thập dữ liệu và Ứng dụng công nghệ thông tin thống kê” → “Trung tâm Dữ liệu và Công nghệ thông tin thống kê”
    Không còn đơn vị: PPCD – Vụ Phương pháp chế độ và Quản lý chất lượng thống kê (kế thừa: CSCL)
    Không còn đơn vị: TKTH – Vụ Thống kê Tổng hợp và Phổ biến thông tin thống kê (kế thừa: THDN)
    Không còn đơn vị: TMDV – Vụ Thống kê Thương mại và Dịch vụ (kế thừa: DVG)
    Không còn đơn vị: TKG – Vụ Thống kê Giá (kế thừa: DVG)
    Không còn đơn vị: HTQT – Vụ Thống kê Nước ngoài và Hợp tác quốc tế (kế thừa: THDN)
    Không còn đơn vị: PCTT – Vụ Pháp chế và Thanh tra thống kê (kế thừa: CSCL)
    Không còn đơn vị: TCCS – Tạp chí Con số và Sự kiện (chưa rõ đơn vị kế thừa)
    Không còn đơn vị: CDTK – Trường Cao đẳng Thống kê (chưa rõ đơn vị kế thừa)
    Không còn đơn vị: CDTK2 – Trường Cao đẳng Thống kê II (chưa rõ đơn vị kế thừa)
    ");
    let gone = provinces.iter().filter(|change| matches!(change, diff::Change::UnitGone { .. })).count();
    let renamed =
        provinces.iter().filter(|change| matches!(change, diff::Change::UnitRenamed { .. })).count();
    assert_eq!((gone, renamed, provinces.len()), (63 - 34, 34, 63));
    let of =
        |code: &str| provinces.iter().find(|change| change.sentence(Lang::Vi).contains(code)).expect(code);
    assert_eq!(
        of("CTK-27 ").sentence(Lang::En),
        "Gone: CTK-27 – Bac Ninh Provincial Statistics Office (taken over by CTK-24)"
    );
    assert_eq!(
        of("CTK-24:").sentence(Lang::Vi),
        "Đổi tên CTK-24: “Cục Thống kê tỉnh Bắc Giang” → “Thống kê tỉnh Bắc Ninh”"
    );
}

#[test]
fn every_kind_of_change_is_found() {
    let changes = [
        ("charter.toml", "coordinator = \"TTDL\"", "coordinator = \"PPCD\""),
        ("charter.toml", "appendices = 2", "appendices = 3"),
        ("articles.toml", "title.vi = \"Hiệu lực thi hành\"", "title.vi = \"Điều khoản thi hành\""),
        ("articles.toml", "Quy chế có hiệu lực kể từ ngày ký.", "Quy chế có hiệu lực từ ngày ban hành."),
        (
            "articles.toml",
            "[[appendix]]\nnumber = 2",
            "[[appendix]]\nnumber = 3\ntitle = { vi = \"Biểu mẫu\", en = \"Forms\" }\ntext = { vi = \"Các biểu mẫu.\", en = \"The forms.\" }\ninferred = true\n\n[[appendix]]\nnumber = 2",
        ),
        (
            "matrix.toml",
            "support = [\"CTK\", \"VCN\", \"PCTT\"]",
            "limit = { vi = \"15 ngày\", en = \"15 days\" }\nsupport = [\"CTK\", \"VKH\"]",
        ),
        (
            "matrix.toml",
            "step = \"P2.11\"\nlead = \"TTDL\"\nsupport = [\"TCCB\"",
            "step = \"P2.11\"\nlead = \"TCCB\"\nsupport = [\"TTDL\"",
        ),
        ("matrix.toml", "lead = \"TKG\"", "lead = \"TKTH\""),
        ("matrix.toml", "[\"TKTH\", \"VKH\"", "[\"VKH\""),
        ("phases.toml", "name.vi = \"Nhận diện nhu cầu\"", "name.vi = \"Nhận biết nhu cầu\""),
        (
            "phases.toml",
            "action.vi = \"Tiếp nhận, phân loại nhu cầu thông tin\"",
            "action.vi = \"Tiếp nhận nhu cầu\"",
        ),
        (
            "phases.toml",
            "output.en = \"Summary of opinions\"\nlimit.vi = \"10 ngày",
            "output.en = \"Summary of opinions\"\nlimit.vi = \"12 ngày",
        ),
        ("units.toml", "code = \"CDTK2\"", "valid_to = 2024-12-31\ncode = \"CDTK2\""),
    ];
    let files = broken(&changes);
    let new = Charter::parse(&files).unwrap_or_else(|faults| panic!("{faults:?}"));
    let found = diff::between(&charter(), day("2023-03-06"), &new, day("2025-01-02"));
    insta::assert_snapshot!(sentences(&found, Lang::En), @"
    P2.11: lead TTDL → TCCB
    P5 CPI: lead TKG → TKTH
    P2.11: support + TTDL; − TCCB
    P3: support + VKH; − VCN, PCTT
    P5: support − TKTH
    P1.2: time limit “10 working days” → “10 working days”
    P3: time limit “according to the survey plan or reporting regime” → “15 days”
    P1.1: “Identify needs” → “Identify needs”
    P1.1: input, work, who does it or output differ
    The unit that keeps the charter: TTDL → PPCD
    Article 16: “Effect” → “Effect”
    Article 16 clause 1: the wording differs
    Appendix 03: new: “Forms”
    Gone: CDTK2 – College of Statistics II (who took over is not known)
    ");
    insta::assert_snapshot!(sentences(&found, Lang::Vi), @"
    P2.11: chủ trì TTDL → TCCB
    P5 CPI: chủ trì TKG → TKTH
    P2.11: phối hợp + TTDL; − TCCB
    P3: phối hợp + VKH; − VCN, PCTT
    P5: phối hợp − TKTH
    P1.2: thời hạn “10 ngày làm việc” → “12 ngày làm việc”
    P3: thời hạn “theo phương án điều tra, chế độ báo cáo” → “15 ngày”
    P1.1: “Nhận diện nhu cầu” → “Nhận biết nhu cầu”
    P1.1: đầu vào, việc phải làm, đơn vị thực hiện hoặc sản phẩm thay đổi
    Đơn vị quản lý quy chế: TTDL → PPCD
    Điều 16: “Hiệu lực thi hành” → “Điều khoản thi hành”
    Điều 16 khoản 1: lời văn thay đổi
    Phụ lục 03: mới: “Biểu mẫu”
    Không còn đơn vị: CDTK2 – Trường Cao đẳng Thống kê II (chưa rõ đơn vị kế thừa)
    ");
}
