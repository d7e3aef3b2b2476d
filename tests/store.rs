//! What the store promises, on both databases: numbers without gaps, one lead, lanes in order, everything claimed once.

use crate::databases::{Database, on_both};
use chrono::{DateTime, Duration, TimeZone, Utc};
use futures::future::join_all;
use liaison::domain::effect::{Answer, Effect};
use liaison::domain::ids::{ChannelId, GuildId, PhaseCode, RoleId, UnitCode, UserId};
use liaison::domain::lang::Lang;
use liaison::domain::task::{Part, Task, TaskState, TaskUnit, Urgency, Visibility};
use liaison::store::dialect::Dialect;
use liaison::store::inbox::KeptRequest;
use liaison::store::office::{OfficeRole, Person};
use liaison::store::outbox::{Delivery, OutboxRow};
use liaison::store::presence::Presence;
use liaison::store::task::TaskFilter;
use liaison::store::timer::Timer;
use liaison::store::{Store, StoreError, new_id};
use std::collections::HashSet;

const GUILD: GuildId = GuildId(1);

/// Machine time, in which claims and retries are counted.
const NOW: i64 = 1_000_000;

fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 5, 0, 0).unwrap()
}

fn unit(code: &str, part: Part) -> TaskUnit {
    TaskUnit::new(UnitCode::from(code), part, noon())
}

fn task(code: &str, title: &str, units: Vec<TaskUnit>) -> Task {
    Task {
        id: new_id(),
        guild: GUILD,
        code: code.to_owned(),
        title: title.to_owned(),
        phase: PhaseCode::from("P3"),
        charter: "tctk-2023".to_owned(),
        due: noon() + Duration::days(5),
        urgency: Urgency::Normal,
        basis: "Điều 5".to_owned(),
        visibility: Visibility::Public,
        lead_reason: None,
        state: TaskState::Given,
        resumes: None,
        created_by: UserId(7),
        created_at: noon(),
        done_at: None,
        revision: 1,
        channel: None,
        card: None,
        thread: None,
        units,
    }
}

async fn insert(store: &Store, task: &Task) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    tx.insert_task(task).await?;
    tx.commit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn task_numbers_run_without_gaps_whatever_is_undone_meanwhile() {
    on_both(async |Database { store, .. }: Database| {
        let numbers = join_all((0..40).map(|attempt| {
            let store = store.clone();
            async move {
                let mut tx = store.begin().await.unwrap();
                let number = tx.next_task_number(GUILD, 2026).await.unwrap();
                tokio::task::yield_now().await;
                if attempt % 4 == 0 {
                    return None; // dropped: undone
                }
                tx.commit().await.unwrap();
                Some(number)
            }
        }))
        .await;
        let mut numbers: Vec<i64> = numbers.into_iter().flatten().collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=30).collect::<Vec<_>>());
        let mut tx = store.begin().await.unwrap();
        assert_eq!(tx.next_task_number(GUILD, 2027).await.unwrap(), 1, "each year counts by itself");
    })
    .await;
}

#[tokio::test]
async fn the_database_refuses_a_second_lead() {
    on_both(async |Database { store, .. }: Database| {
        let two = task("NV-2026-001", "Hai", vec![unit("TTDL", Part::Lead), unit("TTKH", Part::Lead)]);
        let refused = insert(&store, &two).await.unwrap_err();
        assert!(refused.is_duplicate(), "{refused}");
        assert!(store.task(&two.id).await.unwrap().is_none(), "nothing of it is left");

        let one = task("NV-2026-001", "Một", vec![unit("TTDL", Part::Lead), unit("TTKH", Part::Support)]);
        insert(&store, &one).await.unwrap();
        let read = store.task_by_code(GUILD, " nv-2026-001 ").await.unwrap().unwrap();
        assert_eq!(read.lead(), Some(&UnitCode::from("TTDL")));
        assert_eq!(read.support().collect::<Vec<_>>(), [&UnitCode::from("TTKH")]);

        let same_code = task("NV-2026-001", "Lại", vec![unit("TTDL", Part::Lead)]);
        assert!(insert(&store, &same_code).await.unwrap_err().is_duplicate());
    })
    .await;
}

#[tokio::test]
async fn a_task_that_changed_meanwhile_is_not_overwritten() {
    on_both(async |Database { store, .. }: Database| {
        let given = task("NV-2026-001", "Thu thập giá", vec![unit("TTDL", Part::Lead)]);
        insert(&store, &given).await.unwrap();
        let read = store.task(&given.id).await.unwrap().unwrap();

        let mut tx = store.begin().await.unwrap();
        tx.set_task_life(&read, TaskState::Received.into(), read.due, None).await.unwrap();
        tx.receive_task(&read.id, &UnitCode::from("TTDL"), UserId(8), noon()).await.unwrap();
        tx.receive_task(&read.id, &UnitCode::from("TTDL"), UserId(9), noon() + Duration::hours(1))
            .await
            .unwrap();
        tx.commit().await.unwrap();

        let mut tx = store.begin().await.unwrap();
        let late = tx.set_task_life(&read, TaskState::Done.into(), read.due, Some(noon())).await;
        assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
        drop(tx);
        let now = store.task(&given.id).await.unwrap().unwrap();
        assert_eq!((now.state, now.revision), (TaskState::Received, 2));
        assert_eq!(now.units[0].received_at, Some(noon()), "the first confirmation counts");
    })
    .await;
}

#[tokio::test]
async fn tasks_are_found_by_unit_and_by_words_without_diacritics() {
    on_both(async |Database { store, .. }: Database| {
        let price = task("NV-2026-001", "Thu thập giá 100% mặt hàng", vec![unit("TTDL", Part::Lead)]);
        let labour = task("NV-2026-002", "Điều tra lao động", vec![unit("CTK-48", Part::Lead)]);
        insert(&store, &price).await.unwrap();
        insert(&store, &labour).await.unwrap();
        let codes = async |filter: TaskFilter| {
            let tasks = store.tasks(GUILD, &filter, 10).await.unwrap().tasks;
            tasks.into_iter().map(|task| task.code).collect::<Vec<_>>()
        };
        let text = |text: &str| TaskFilter { text: Some(text.to_owned()), ..TaskFilter::default() };
        assert_eq!(codes(text("dieu TRA")).await, ["NV-2026-002"]);
        assert_eq!(codes(text("2026-001")).await, ["NV-2026-001"]);
        assert_eq!(codes(text("không có")).await, [""; 0]);
        let unit = TaskFilter { units: Some(vec!["TTDL".into()]), open: true, ..TaskFilter::default() };
        assert_eq!(codes(unit).await, ["NV-2026-001"]);
        assert_eq!(codes(TaskFilter::default()).await.len(), 2);
    })
    .await;
}

async fn put_out(store: &Store, lane: &str, key: &str) {
    let effect = Effect::TaskCard { task: key.to_owned() };
    let mut tx = store.begin().await.unwrap();
    tx.put_out(GUILD, lane, key, &effect, noon()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn settle(store: &Store, row: &OutboxRow, delivery: Delivery) {
    let mut tx = store.begin().await.unwrap();
    tx.settle(row, &delivery, noon(), NOW).await.unwrap();
    tx.commit().await.unwrap();
}

/// Claims the only row that can be claimed at this machine time.
async fn claim_one(store: &Store, now: i64) -> OutboxRow {
    let ids = store.claimable(now, 10).await.unwrap();
    assert_eq!(ids.len(), 1, "{ids:?}");
    store.claim(&ids[0], "w", now).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_lane_is_worked_through_in_order_and_a_key_counts_once() {
    on_both(async |Database { store, .. }: Database| {
        for key in ["a1", "a2", "a1", "a3"] {
            put_out(&store, "a", key).await;
        }
        let first = claim_one(&store, NOW).await;
        assert_eq!(first.key, "a1");
        assert!(!first.uncertain);
        assert!(store.claimable(NOW, 10).await.unwrap().is_empty(), "the lane waits for its first row");

        let wait = std::time::Duration::from_secs(5);
        let later = NOW + 5_000;
        settle(&store, &first, Delivery::Later("429".to_owned(), wait)).await;
        assert!(store.claimable(NOW, 10).await.unwrap().is_empty(), "not before its time");
        assert_eq!(store.open_outbox().await.unwrap(), 3);
        let again = claim_one(&store, later).await;
        assert_eq!((again.key.as_str(), again.attempts, again.uncertain), ("a1", 2, false));

        settle(&store, &again, Delivery::Unknown("timeout".to_owned(), std::time::Duration::ZERO)).await;
        let looked_at = claim_one(&store, later).await;
        assert!(looked_at.uncertain, "it may have happened: look before trying again");
        settle(&store, &looked_at, Delivery::Later("429".to_owned(), std::time::Duration::ZERO)).await;
        let looked_at = claim_one(&store, later).await;
        assert!(looked_at.uncertain, "it was not even looked at");
        settle(&store, &looked_at, Delivery::Done(Some(99))).await;

        let second = claim_one(&store, later).await;
        assert_eq!(second.key, "a2");
        settle(&store, &second, Delivery::Rejected("403".to_owned())).await;
        let third = claim_one(&store, later).await;
        assert_eq!(third.key, "a3");
        settle(&store, &third, Delivery::Done(None)).await;
        assert_eq!(store.open_outbox().await.unwrap(), 0);
        let mut counts = store.outbox_counts().await.unwrap();
        counts.sort();
        assert_eq!(counts, [("done".to_owned(), 2), ("rejected".to_owned(), 1)]);
    })
    .await;
}

#[tokio::test]
async fn a_claim_whose_holder_died_comes_back_as_uncertain() {
    on_both(async |Database { store, .. }: Database| {
        put_out(&store, "a", "a1").await;
        claim_one(&store, NOW).await;
        assert!(store.claimable(NOW + 89_999, 10).await.unwrap().is_empty());
        let after = claim_one(&store, NOW + 90_000).await;
        assert!(after.uncertain);

        store.renew(&after, NOW + 179_999).await.unwrap();
        assert!(store.claimable(NOW + 180_000, 10).await.unwrap().is_empty(), "it is still worked on");
        let taken = claim_one(&store, NOW + 270_000).await;
        store.renew(&after, NOW + 270_000).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let late = tx.settle(&after, &Delivery::Later("late".to_owned(), wait()), noon(), NOW).await;
        assert!(matches!(late, Err(StoreError::Conflict)), "the claim was lost: {late:?}");
        drop(tx);
        settle(&store, &taken, Delivery::Done(None)).await;
    })
    .await;
}

fn wait() -> std::time::Duration {
    std::time::Duration::from_secs(1)
}

#[tokio::test]
async fn only_the_claims_of_the_dead_are_given_back() {
    on_both(async |Database { store, .. }: Database| {
        let mut alive = Presence::new(&store, "w");
        alive.look().await.unwrap();
        put_out(&store, "a", "a1").await;
        claim_one(&store, NOW).await;
        alive.look().await.unwrap();
        let mut another = Presence::new(&store, "another");
        if store.dialect() == Dialect::Postgres {
            for _ in 0..3 {
                assert_eq!(another.look().await.unwrap(), 0, "a living worker keeps what it has");
            }
            drop(alive);
            let began = std::time::Instant::now();
            let (mut looks, mut freed) = (0, 0);
            while freed == 0 && began.elapsed() < std::time::Duration::from_secs(10) {
                (looks, freed) = (looks + 1, another.look().await.unwrap());
            }
            assert!(looks > 1, "one look may fall into a moment in which a session is made anew");
            assert_eq!(freed, 1);
        } else {
            assert_eq!(another.look().await.unwrap(), 1, "the process before this one");
        }
        assert!(claim_one(&store, NOW).await.uncertain);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_workers_claim_each_row_once() {
    on_both(async |Database { store, .. }: Database| {
        for n in 0..60 {
            put_out(&store, &format!("lane {}", n % 20), &format!("key {n}")).await;
        }
        let workers = (0..8).map(|worker| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut claimed = Vec::new();
                loop {
                    let ids = store.claimable(NOW, 20).await.unwrap();
                    if ids.is_empty() && store.open_outbox().await.unwrap() == 0 {
                        return claimed;
                    }
                    for id in ids {
                        if let Some(row) = store.claim(&id, &format!("w{worker}"), NOW).await.unwrap() {
                            settle(&store, &row, Delivery::Done(None)).await;
                            claimed.push((row.lane, row.key));
                        }
                    }
                    tokio::task::yield_now().await;
                }
            })
        });
        let claimed: Vec<_> = join_all(workers).await.into_iter().flat_map(Result::unwrap).collect();
        assert_eq!(claimed.len(), 60);
        assert_eq!(claimed.iter().collect::<HashSet<_>>().len(), 60);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_timer_is_moved_by_one_of_those_who_read_it() {
    on_both(async |Database { store, .. }: Database| {
        let timer = Timer { subject: "task:1".to_owned(), guild: GUILD, due: noon(), fired: noon() };
        let mut tx = store.begin().await.unwrap();
        tx.set_timer(&timer).await.unwrap();
        tx.commit().await.unwrap();
        assert!(store.due_timers(noon() - Duration::milliseconds(1), 10).await.unwrap().is_empty());
        let read = store.due_timers(noon(), 10).await.unwrap();
        assert_eq!(read, std::slice::from_ref(&timer));

        let movers = (1..=8).map(|hours| {
            let (store, timer) = (store.clone(), timer.clone());
            tokio::spawn(async move {
                let mut tx = store.begin().await.unwrap();
                let moved = tx.move_timer(&timer, noon() + Duration::hours(hours), noon()).await;
                if moved.is_ok() {
                    tx.commit().await.unwrap();
                }
                moved.is_ok()
            })
        });
        let moved = join_all(movers).await.into_iter().filter(|moved| *moved.as_ref().unwrap()).count();
        assert_eq!(moved, 1);
        assert!(store.next_timer().await.unwrap() > Some(noon()));

        let mut tx = store.begin().await.unwrap();
        tx.drop_timer("task:1").await.unwrap();
        tx.drop_timer("task:1").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.next_timer().await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_request_is_kept_once_and_decided_once() {
    on_both(async |Database { store, .. }: Database| {
        let request = KeptRequest {
            interaction: u64::MAX >> 1,
            guild: GUILD,
            channel: ChannelId(2),
            application: 3,
            token: "token".to_owned(),
            actor: "{}".to_owned(),
            body: r#"{"tên":"Điều phối"}"#.to_owned(),
            received_ms: noon().timestamp_millis(),
        };
        assert!(store.keep_request(&request).await.unwrap());
        assert!(!store.keep_request(&request).await.unwrap(), "delivered twice");
        assert_eq!(store.open_requests().await.unwrap(), [request.interaction]);
        assert_eq!(store.request(request.interaction).await.unwrap().unwrap().body, request.body);

        let mut tx = store.begin().await.unwrap();
        tx.decide_request(request.interaction).await.unwrap();
        let reply = Effect::Reply {
            interaction: request.interaction,
            answer: Answer::TaskChanged { task: String::new(), notes: Vec::new() },
        };
        tx.put_out(GUILD, "reply", "reply:1", &reply, noon()).await.unwrap();
        drop(tx);
        assert_eq!(store.open_requests().await.unwrap().len(), 1, "undone with the rest of the decision");
        assert_eq!(store.open_outbox().await.unwrap(), 0);

        let mut tx = store.begin().await.unwrap();
        tx.decide_request(request.interaction).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let again = tx.decide_request(request.interaction).await;
        assert!(matches!(again, Err(StoreError::Conflict)), "{again:?}");
        drop(tx);
        assert!(store.open_requests().await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn people_belong_to_the_units_whose_roles_they_hold() {
    on_both(async |Database { store, .. }: Database| {
        let role = |id: u64, unit: Option<&str>| OfficeRole {
            role: RoleId(id),
            name: format!("vai trò {id}"),
            unit: unit.map(UnitCode::from),
            tier: None,
        };
        let person = |id: u64| Person { user: UserId(id), name: format!("người {id}") };
        let mut tx = store.begin().await.unwrap();
        tx.see_server(GUILD, "Cục", Lang::Vi, noon()).await.unwrap();
        tx.set_role(GUILD, &role(10, Some("TTDL"))).await.unwrap();
        tx.set_role(GUILD, &role(11, None)).await.unwrap();
        tx.set_member(GUILD, &person(1), &[RoleId(10), RoleId(11)]).await.unwrap();
        tx.set_member(GUILD, &person(2), &[RoleId(11)]).await.unwrap();
        tx.set_member(GUILD, &person(3), &[RoleId(10)]).await.unwrap();
        tx.member_left(GUILD, UserId(3), noon()).await.unwrap();
        tx.commit().await.unwrap();
        let ttdl = UnitCode::from("TTDL");
        assert_eq!(store.people_of(GUILD, &ttdl).await.unwrap(), [person(1)]);
        assert_eq!(store.unit_of(GUILD, UserId(1)).await.unwrap(), Some(ttdl));
        assert_eq!(store.unit_of(GUILD, UserId(2)).await.unwrap(), None);
        assert_eq!(store.server_language(GUILD).await.unwrap(), Lang::Vi);
        assert_eq!(store.guilds().await.unwrap(), [GUILD]);
    })
    .await;
}
