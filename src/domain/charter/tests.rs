//! The shipped charter holds, every kind of fault is named, and the questions are answered.

use super::*;
use crate::domain::lang::Lang;
use std::collections::BTreeSet;

fn shipped() -> BTreeMap<String, String> {
    macro_rules! files {
        ($($name:literal),*) => {
            [$(($name.to_owned(), include_str!(concat!("../../../charters/tctk-2023/", $name)).to_owned())),*]
        };
    }
    files!("charter.toml", "articles.toml", "units.toml", "phases.toml", "matrix.toml", "calendar.toml")
        .into()
}

/// The shipped files with some text replaced; every piece must be there, or the test tests nothing.
fn broken(changes: &[(&str, &str, &str)]) -> BTreeMap<String, String> {
    let mut files = shipped();
    for (file, from, to) in changes {
        let text = files.get_mut(*file).expect("the file is shipped");
        assert!(text.contains(from), "{file} does not contain {from}");
        *text = text.replacen(from, to, 1);
    }
    files
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn charter() -> Charter {
    Charter::parse(&shipped()).expect("the shipped charter has no fault")
}

fn sentences(faults: &[Fault], lang: Lang) -> String {
    faults.iter().map(|fault| fault.sentence(lang)).collect::<Vec<_>>().join("\n")
}

/// The one fault of the shipped charter with this change, in both languages.
fn fault(file: &str, from: &str, to: &str) -> String {
    let faults = Charter::check(&broken(&[(file, from, to)]), day("2023-03-06"));
    format!("{}\n{}", sentences(&faults, Lang::En), sentences(&faults, Lang::Vi))
}

#[test]
fn the_shipped_charter_has_no_fault() {
    for today in ["2023-03-06", "2026-11-23", "2027-09-30"] {
        assert_eq!(Charter::check(&shipped(), day(today)), []);
    }
    fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    shared(&charter());
}

#[test]
fn the_shipped_charter_is_complete() {
    let charter = charter();
    let counts = (charter.chapters().len(), charter.articles().len(), charter.appendices().len());
    assert_eq!(counts, (3, 16, 2));
    let central = charter.units().iter().filter(|unit| unit.class == UnitClass::Central).count();
    assert_eq!((central, charter.units().len() - central), (19, 63));
    let phases: Vec<_> = charter.phases().iter().map(|phase| phase.code.as_str()).collect();
    assert_eq!(phases, ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8"]);
    // Articles 7 to 14 are the phases, in their order and by their names.
    for (phase, number) in charter.phases().iter().zip(7..) {
        assert_eq!(phase.article, number);
        assert_eq!(charter.article(number).map(|article| &article.title.vi), Some(&phase.name.vi));
    }
    assert!(charter.appendix(1).is_some_and(|it| it.table == Some(AppendixTable::Responsibilities)));
    assert!(charter.steps(&"P3".into()).iter().any(|step| step.code == "P3.4"));
}

#[test]
fn the_inferred_is_told_from_the_known() {
    let charter = charter();
    let inferred: Vec<_> =
        charter.articles().iter().filter(|article| article.inferred).map(|article| article.number).collect();
    assert_eq!(inferred, [1, 2, 3, 4, 5, 6]);
    assert!(charter.appendices().iter().all(|appendix| appendix.inferred));
    let principles = &charter.article(3).expect("Điều 3").clauses;
    assert_eq!(principles.len(), 5);
    assert!(principles.iter().all(|clause| !clause.inferred));
}

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
    insta::assert_snapshot!(answer.support_text.vi, @"");
    insta::assert_snapshot!(answer.support_text.en, @"");
    insta::assert_snapshot!(answer.basis.vi, @"");
    insta::assert_snapshot!(answer.basis.en, @"");
    insta::assert_snapshot!(answer.limit.vi, @"");
    insta::assert_snapshot!(answer.article_title.vi, @"");
}

#[test]
fn a_step_has_its_own_limit_and_may_have_its_own_support() {
    let (charter, date) = (charter(), day("2023-03-06"));
    let handover = charter.responsibility(&"P3".into(), Some("p3.4"), date).expect("an answer");
    insta::assert_snapshot!(handover.limit.vi, @"");
    let training = charter.responsibility(&"P2".into(), Some("P2.11"), date).expect("an answer");
    insta::assert_snapshot!(training.support_text.vi, @"");
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
    insta::assert_snapshot!(ask("P3", None, "2023-02-16"), @"");
    insta::assert_snapshot!(ask("P9", None, "2023-03-06"), @"");
    insta::assert_snapshot!(ask("P3", Some("CPI"), "2023-03-06"), @"");
    assert!(charter.responsibility(&"P3".into(), None, day("2023-02-17")).is_ok());
}

#[test]
fn a_unit_lives_between_its_dates() {
    let files = broken(&[
        ("units.toml", "code = \"CTK-02\"", "valid_to = 2025-06-30\ncode = \"CTK-02\""),
        ("units.toml", "code = \"TKTH\"", "valid_to = 2025-06-30\ncode = \"TKTH\""),
    ]);
    let charter = Charter::parse(&files).expect("dates are no fault");
    let (last, after) = (day("2025-06-30"), day("2025-07-01"));
    assert_eq!(charter.units_at(last).count() - charter.units_at(after).count(), 2);
    assert_eq!(charter.units_at(day("2020-03-17")).count(), 0);
    let provinces = charter.responsibility(&"P3".into(), None, after).expect("an answer").support_text.vi;
    assert!(provinces.starts_with("62 Cục Thống kê"), "{provinces}");
    let gone = charter.responsibility(&"P1".into(), None, after);
    assert_eq!(gone, Err(NoAnswer::LeadGone("TKTH".into(), after)));
}

#[test]
fn units_are_found_however_they_are_typed() {
    let charter = charter();
    let find = |query: &str| -> Vec<_> {
        charter.find_units(query, 3).into_iter().map(|unit| unit.code.as_str()).collect()
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
    assert_eq!(charter.find_units("thống kê", 25).len(), 25);
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

#[test]
fn each_fault_says_where_it_is_and_what_to_do() {
    let p3 = "phase = \"P3\"\nlead = \"TTDL\"";
    insta::assert_snapshot!(fault("matrix.toml", p3, "phase = \"P3\"\nlead = [\"TTDL\", \"TKG\"]"), @"");
    insta::assert_snapshot!(fault("matrix.toml", p3, "phase = \"P3\""), @"");
    insta::assert_snapshot!(fault("matrix.toml", p3, "phase = \"P3\"\nlead = \"TTDX\""), @"");
    insta::assert_snapshot!(fault("matrix.toml", p3, "phase = \"P3\"\nlead = \"by-domain\""), @"");
    insta::assert_snapshot!(fault("matrix.toml", "lead = \"by-domain\"", "lead = \"TKTH\""), @"");
    insta::assert_snapshot!(fault("matrix.toml", "step = \"P2.11\"", "step = \"P2.12\""), @"");
    insta::assert_snapshot!(fault("matrix.toml", "article = 7", "article = 17"), @"");
    insta::assert_snapshot!(fault("phases.toml", "responsible = [\"provinces\"]", "responsible = [\"province\"]"), @"");
    insta::assert_snapshot!(fault("units.toml", "code = \"PPCD\"", "code = \"TKTH\""), @"");
    insta::assert_snapshot!(fault("units.toml", "name.en = \"Price Statistics Department\"", "name.en = \" \""), @"");
    insta::assert_snapshot!(fault("units.toml", "short.vi = \"Vụ Giá\"\n", ""), @"");
    insta::assert_snapshot!(fault("units.toml", "short.vi = \"Vụ Giá\"", "shrt.vi = \"Vụ Giá\""), @"");
    insta::assert_snapshot!(fault("units.toml", "class = \"central\"", "class = \"regional\""), @"");
    insta::assert_snapshot!(fault("units.toml", "code = \"VP\"", "valid_to = 2019-01-01\ncode = \"VP\""), @"");
    insta::assert_snapshot!(fault("units.toml", "code = \"PPCD\"", "valid_from = 2024-01-01\ncode = \"PPCD\""), @"");
    insta::assert_snapshot!(fault("articles.toml", "number = 16\nchapter = 3", "number = 17\nchapter = 4"), @"");
    insta::assert_snapshot!(fault("charter.toml", "articles = 16", "articles = 15"), @"");
    insta::assert_snapshot!(fault("charter.toml", "effective_from = 2023-02-17", "effective_from = \"soon\""), @"");
    insta::assert_snapshot!(fault("calendar.toml", "date = 2024-05-04", "date = 2024-05-06"), @"");
    insta::assert_snapshot!(fault("calendar.toml", "date = 2023-05-01", "date = 2023-04-29"), @"");
    insta::assert_snapshot!(fault("calendar.toml", "date = 2023-05-01", "date = 2024-05-01"), @"");
    insta::assert_snapshot!(fault("calendar.toml", "year = 2023", "year = 2022"), @"");
    insta::assert_snapshot!(fault("articles.toml", "[[chapter]]\nnumber = 1", "[[chapter]]\nnumber = "), @"");
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
    insta::assert_snapshot!(sentences(&faults, Lang::Vi), @"");
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
    insta::assert_snapshot!(missing("2027-10-01"), @"");
    insta::assert_snapshot!(missing("2028-01-01"), @"");
    let can_wait = |today| Charter::check(&shipped(), day(today)).iter().all(Fault::can_wait);
    assert!(can_wait("2027-10-01") && !can_wait("2028-01-01"));
}
