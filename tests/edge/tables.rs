//! The regulation on the command line: versions compared, tables out and in, what is lacking on a server.

use super::run;
use crate::databases::on_both;
use crate::harness::World;
use std::path::Path;

const BOTH: (&str, &str) = ("LIAISON_CHARTER", "tctk-2023,nso-2025");

#[tokio::test]
async fn two_versions_are_compared_in_both_languages() {
    let named = run("charter diff tctk-2023 nso-2025", &[]).await;
    assert_eq!(named.code, Some(0), "{}", named.err);
    assert!(
        named.out.starts_with("tctk-2023 → nso-2025 (01/07/2025)\nP1: lead TKTH → THDN\n"),
        "{}",
        named.out
    );
    assert!(
        named.out.contains("Gone: CTK-27 – Bac Ninh Provincial Statistics Office (taken over by CTK-24)")
    );
    let configured = run("charter diff", &[BOTH, ("LC_ALL", "vi_VN.UTF-8")]).await;
    assert!(configured.out.contains("P3: chủ trì TTDL → CSCL"), "{}", configured.out);
    let one = run("charter diff", &[]).await;
    assert_eq!(one.code, Some(2));
    assert!(one.err.starts_with("There is one version only"), "{}", one.err);
}

#[tokio::test]
async fn tables_go_out_and_come_back_and_nothing_is_written_with_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    for form in [path("tables.xlsx"), path("tables")] {
        let out = run(&format!("charter export tctk-2023 --to {form}"), &[]).await;
        assert_eq!(out.code, Some(0), "{}", out.err);
        assert!(out.out.contains("units: 82 rows\n"), "{}", out.out);
        let new = format!("{form}-charter");
        let tried =
            run(&format!("charter import {form} --charter tctk-2023 --to {new} --dry-run"), &[]).await;
        assert_eq!(tried.code, Some(0), "{}", tried.out);
        assert!(tried.out.ends_with("A dry run: nothing is written.\n"), "{}", tried.out);
        assert!(!Path::new(&new).exists());
        let done = run(&format!("charter import {form} --charter tctk-2023 --to {new}"), &[]).await;
        assert_eq!(done.code, Some(0), "{}{}", done.out, done.err);
        let checked = run(&format!("charter check {new}"), &[]).await;
        assert_eq!(checked.code, Some(0), "{}", checked.out);
        let same = run(&format!("charter diff tctk-2023 {new}"), &[]).await;
        assert_eq!(same.out, "tctk-2023 → tctk-2023 (01/01/2023)\n", "a round trip changes nothing");
    }

    let matrix = folder.path().join("tables/matrix.csv");
    let text = std::fs::read_to_string(&matrix).unwrap();
    std::fs::write(&matrix, text.replacen("P1,,,TKTH,", "P1,,,TKTH; VP,", 1)).unwrap();
    let new = path("never");
    let line = format!("charter import {} --charter tctk-2023 --to {new}", path("tables"));
    let wrong = run(&line, &[]).await;
    assert_eq!(wrong.code, Some(1));
    assert_eq!(
        wrong.out,
        "matrix!D2: has more than one lead (TKTH, VP); keep one.\n1 fault; nothing is written.\n"
    );
    let wrong = run(&line, &[("LC_ALL", "vi_VN.UTF-8")]).await;
    assert!(
        wrong.out.starts_with("matrix!D2: có nhiều đơn vị chủ trì (TKTH, VP); chỉ giữ lại một.\n"),
        "{}",
        wrong.out
    );
    assert!(!Path::new(&new).exists());
    let builtin = run(&format!("charter import {} --charter tctk-2023", path("tables.xlsx")), &[]).await;
    assert_eq!(builtin.code, Some(2));
    assert!(builtin.err.contains("name a folder with --to"), "{}", builtin.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_lacking_on_a_server_is_listed() {
    on_both(async |database| {
        let url = database.url.clone();
        let mut world = World::under(database, "2025-06-30 08:00", &["tctk-2023", "nso-2025"]).await;
        world
            .types("Điều phối TTDL", "/nhiem-vu giao tieu-de:Thu thập giá giai-doan:P3 han:31/07/2025")
            .await;
        world.said().await;
        world.stop_bot().await;
        let variables = [("DATABASE_URL", url.as_str()), BOTH];
        let list = run("charter check --db --date 2026-11-23", &variables).await;
        assert_eq!(list.code, Some(0), "{}{}", list.out, list.err);
        assert!(list.out.contains("\nServer “Tổng cục Thống kê”: "), "{}", list.out);
        assert!(list.out.contains("Roles of units without people ("), "{}", list.out);
        assert!(
            list.out.contains(
                "Tasks of an earlier version that wait for a decision whether they move to nso-2025: 1;"
            ),
            "{}",
            list.out
        );
        let touched = run("charter diff --db", &variables).await;
        assert!(
            touched.out.contains("NV-2025-001 Thu thập giá: lead TTDL → CSCL; 71 → 41 supporting units"),
            "{}",
            touched.out
        );
        // A version that is not loaded any more leaves its tasks without their names: that cannot wait.
        let lost =
            run("charter check --db", &[("DATABASE_URL", url.as_str()), ("LIAISON_CHARTER", "nso-2025")])
                .await;
        assert_eq!(lost.code, Some(1));
        assert!(
            lost.out.contains("There are open tasks under version tctk-2023, which is not loaded"),
            "{}",
            lost.out
        );
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn holders_go_out_of_the_database_and_come_back_into_it() {
    on_both(async |database| {
        let url = database.url.clone();
        let world = World::start(database, "2023-03-01 08:00").await;
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let (tables, new) = (path("tables"), path("new"));
        let variables = [("DATABASE_URL", url.as_str())];
        let out = format!("charter export tctk-2023 --to {tables} --db");
        assert_eq!(run(&out, &variables).await.code, Some(0));
        let table = folder.path().join("tables/holders.csv");
        let head = std::fs::read_to_string(&table).unwrap();
        assert_eq!(head.lines().count(), 1, "nobody is recorded yet: {head}");

        let focal = world.person("Đầu mối TKG").await.id;
        let row = |unit: &str, person: &str, from: &str| {
            format!("{head}{},{unit},focal_point,{person},,{from},\n", world.guild())
        };
        let into = format!("charter import {tables} --charter tctk-2023 --to {new} --db");
        // Without the database the table would be lost: that is said, and so is every cell that cannot be right.
        std::fs::write(&table, row("TKG", &focal.to_string(), "01/03/2023")).unwrap();
        let lost = run(&into.replace(" --db", ""), &variables).await;
        assert!(lost.err.starts_with("The table holders goes into the database; add --db"), "{}", lost.err);
        std::fs::write(&table, row("XX", "77", "32/03/2023")).unwrap();
        let wrong = run(&into, &variables).await;
        assert_eq!(wrong.code, Some(1));
        assert_eq!(
            wrong.out,
            "holders!B2: “XX” stands in no row that it could belong to; correct it or add that row.\n\
             holders!D2: “77” stands in no row that it could belong to; correct it or add that row.\n\
             holders!F2: “32/03/2023” is no date; write it like 31/12/2025.\n\
             3 faults; nothing is written.\n"
        );
        assert!(!Path::new(&new).exists());

        std::fs::write(&table, row("TKG", &focal.to_string(), "01/03/2023")).unwrap();
        for (line, count) in [(format!("{into} --dry-run"), 1), (into.clone(), 1), (into.clone(), 0)] {
            let done = run(&line, &variables).await;
            assert_eq!(done.code, Some(0), "{}{}", done.out, done.err);
            let said = if count == 1 { "holders: 1 row\n" } else { "holders: 0 rows\n" };
            assert!(done.out.contains(said), "{line}: {}", done.out);
        }
        assert_eq!(run(&out, &variables).await.code, Some(0));
        let again = std::fs::read_to_string(&table).unwrap();
        let recorded = format!("{},TKG,focal_point,{focal},Đầu mối TKG,01/03/2023,\n", world.guild());
        assert_eq!(again, format!("{head}{recorded}"));
        let trail = world.audit_trail().await;
        assert_eq!(trail.iter().filter(|row| row.action == "position.import").count(), 1);
        world.finish().await;
    })
    .await;
}
