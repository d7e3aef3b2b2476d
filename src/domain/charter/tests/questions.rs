//! Who is responsible, and what people find.

use super::*;
use crate::domain::lang::Lang;
use std::collections::BTreeSet;

#[test]
fn every_activity_has_exactly_one_lead() {
    let charter = charter();
    let date = day("2023-03-06");
    for phase in charter.phases() {
        let whole = charter.responsibility(&phase.code, None, date).expect("every phase is assigned");
        for activity in charter.find_activities(Some(&phase.code), "", usize::MAX) {
            let answer =
                charter.responsibility(&phase.code, Some(&activity.code), date).expect(&activity.code);
            match (&answer.lead, &whole.lead) {
                (Lead::Unit(unit), _) => {
                    assert!(charter.unit(unit).is_some());
                    assert!(!answer.support.contains(unit), "{} supports itself", activity.code);
                }
                // A step of a phase that is led by domain is led by domain too.
                (Lead::ByDomain(domains), Lead::ByDomain(_)) => assert!(!domains.is_empty()),
                (Lead::ByDomain(_), Lead::Unit(_)) => panic!("{} lost its lead", activity.code),
            }
            let once: BTreeSet<_> = answer.support.iter().collect();
            assert_eq!(once.len(), answer.support.len(), "{}", activity.code);
        }
    }
}

#[test]
fn an_answer_reads_like_an_answer() {
    let answer = charter().responsibility(&"P3".into(), None, day("2023-03-06")).expect("an answer");
    assert_eq!(answer.lead, Lead::Unit("TTDL".into()));
    assert_eq!(answer.support.len(), 63 + 7 + 1);
    assert!(answer.inferred);
    insta::assert_snapshot!(answer.support_text.vi, @"63 Cục Thống kê, 07 Vụ chuyên ngành, Vụ PCTT");
    insta::assert_snapshot!(answer.support_text.en, @"63 provincial statistics offices, 7 subject-matter departments, Legislation and Inspection");
    insta::assert_snapshot!(answer.basis.vi, @"Điều 9, Phụ lục 01 Quy chế phối hợp (dự thảo v1)");
    insta::assert_snapshot!(answer.basis.en, @"Article 9 and Appendix 01 of the coordination regulation (draft v1)");
    insta::assert_snapshot!(answer.limit.vi, @"theo phương án điều tra, chế độ báo cáo");
    insta::assert_snapshot!(answer.article_title.vi, @"Thu thập thông tin");
}

#[test]
fn a_step_has_its_own_limit_and_may_have_its_own_support() {
    let (charter, date) = (charter(), day("2023-03-06"));
    let handover = charter.responsibility(&"P3".into(), Some("p3.4"), date).expect("an answer");
    insta::assert_snapshot!(handover.limit.vi, @"05 ngày làm việc kể từ ngày kết thúc thu thập");
    let training = charter.responsibility(&"P2".into(), Some("P2.11"), date).expect("an answer");
    insta::assert_snapshot!(training.support_text.vi, @"Vụ TCCB, Vụ KHTC, 63 Cục Thống kê");
}

#[test]
fn analysis_is_led_by_domain() {
    let (charter, date, p5) = (charter(), day("2023-03-06"), PhaseCode::from("P5"));
    let lead = |activity| charter.responsibility(&p5, activity, date).expect("an answer").lead;
    assert_eq!(lead(Some("CPI")), Lead::Unit("TKG".into()));
    assert_eq!(lead(Some("gdp")), Lead::Unit("TKQG".into()));
    assert_eq!(lead(Some("lạm phát")), Lead::Unit("TKG".into()));
    let Lead::ByDomain(domains) = lead(None) else { panic!("P5 as a whole has no single lead") };
    let leads: Vec<_> = domains.iter().map(|domain| (domain.code.as_str(), domain.lead.as_str())).collect();
    assert_eq!(leads[..3], [("GDP", "TKQG"), ("CPI", "TKG"), ("LDVL", "DSLD")]);
    assert_eq!(lead(Some("P5.1")), Lead::ByDomain(domains));
}

#[test]
fn what_is_not_known_is_said() {
    let charter = charter();
    let ask = |phase: &str, activity, date| {
        let refused = charter.responsibility(&phase.into(), activity, day(date)).expect_err("no answer");
        format!("{}\n{}", refused.sentence(Lang::Vi), refused.sentence(Lang::En))
    };
    insta::assert_snapshot!(ask("P3", None, "2022-12-31"), @"
    Ngày 31/12/2022 chưa có phân công: văn bản sớm nhất được biết là Quy chế phối hợp (dự thảo v1), áp dụng từ ngày 01/01/2023. Hãy hỏi từ ngày đó trở đi.
    Nothing is known about 31/12/2022: the earliest text is the coordination regulation (draft v1), which applies from 01/01/2023. Ask about that day or a later one.
    ");
    insta::assert_snapshot!(ask("P9", None, "2023-03-06"), @"
    Quy chế không có giai đoạn “P9”. Hãy chọn trong danh sách gợi ý.
    The charter has no phase “P9”. Choose one from the list.
    ");
    insta::assert_snapshot!(ask("P3", Some("CPI"), "2023-03-06"), @"
    Giai đoạn P3 không có bước hay lĩnh vực “CPI”. Hãy chọn trong danh sách gợi ý.
    Phase P3 has no step or domain “CPI”. Choose one from the list.
    ");
    assert!(charter.responsibility(&"P3".into(), None, day("2023-02-17")).is_ok());
}

#[test]
fn a_unit_lives_between_its_dates() {
    let files = broken(&[("units.toml", "code = \"TKTH\"", "valid_to = 2025-06-30\ncode = \"TKTH\"")]);
    let charter = Charter::parse(&files).expect("dates are no fault");
    let (last, after) = (day("2025-06-30"), day("2025-07-01"));
    assert_eq!(charter.units_at(last).count() - charter.units_at(after).count(), 64);
    assert_eq!(charter.units_at(day("2020-03-17")).count(), 0);
    let support = |date| charter.responsibility(&"P3".into(), None, date).expect("an answer").support_text.vi;
    assert_eq!(support(last), "63 Cục Thống kê, 07 Vụ chuyên ngành, Vụ PCTT");
    assert_eq!(support(after), "07 Vụ chuyên ngành, Vụ PCTT");
    let gone = charter.responsibility(&"P1".into(), None, after);
    assert_eq!(gone, Err(NoAnswer::LeadGone("TKTH".into(), after)));
}

#[test]
fn units_are_found_however_they_are_typed() {
    let charter = charter();
    let find = |query: &str| -> Vec<_> {
        charter.find_units(query, day("2023-03-06"), 3).into_iter().map(|unit| unit.code.as_str()).collect()
    };
    for query in ["da nang", "đà nẵng", "DANANG", "ctk48", "CTK-48", "đa nẵng"] {
        assert_eq!(find(query)[0], "CTK-48", "{query}");
    }
    for query in ["Thống kê Giá", "thong ke gia", "tkg", "vụ giá", "giá"] {
        assert_eq!(find(query)[0], "TKG", "{query}");
    }
    assert_eq!(find("TK"), ["TKTH", "TKQG", "TKG"]);
    assert_eq!(find("thong ke"), find("Thống kê"));
    assert_eq!(find("thu th du li"), ["TTDL"]);
    assert_eq!(find("ho chi minh")[0], "CTK-79");
    assert_eq!(find(""), ["PPCD", "TKTH", "TKQG"]);
    assert_eq!(find("bưu điện"), [""; 0]);
    assert_eq!(charter.find_units("thống kê", day("2023-03-06"), 25).len(), 25);
}

#[test]
fn phases_and_activities_are_found_however_they_are_typed() {
    let charter = charter();
    let phase = |query: &str| charter.find_phases(query, 8)[0].code.as_str().to_owned();
    for query in ["P3", "3", "giai đoạn 3", "thu thập", "thu thap", "collection"] {
        assert_eq!(phase(query), "P3", "{query}");
    }
    assert_eq!(phase("chat luong"), "P8");
    assert_eq!(charter.find_phases("", 25).len(), 8);
    let activity = |phase: Option<&str>, query: &str| -> Vec<_> {
        let phase = phase.map(PhaseCode::from);
        charter.find_activities(phase.as_ref(), query, 2).into_iter().map(|it| it.code.as_str()).collect()
    };
    assert_eq!(activity(Some("P5"), "gia tieu dung"), ["CPI"]);
    assert_eq!(activity(Some("P5"), ""), ["GDP", "CPI"]);
    assert_eq!(activity(None, "nghiệm thu"), ["P3.4"]);
    assert_eq!(activity(Some("P1"), "cpi"), [""; 0]);
}

#[test]
fn a_role_is_a_unit_by_code_or_whole_name_only() {
    let charter = charter();
    let unit = |role: &str| charter.unit_by_role_name(role).map(|unit| unit.code.as_str());
    assert_eq!(unit("ttdl"), Some("TTDL"));
    assert_eq!(unit("VỤ THONG KE GIA"), Some("TKG"));
    assert_eq!(unit("Cục Thống kê thành phố Đà Nẵng"), Some("CTK-48"));
    assert_eq!(unit("Thống kê"), None);
    assert_eq!(unit(""), None);
}
