//! Positions, their holders, and who stands in for whom.

mod typed;

use crate::databases::{Database, on_both};
use chrono::{DateTime, NaiveDate, Utc};
use liaison::charters;
use liaison::domain::actor::{Actor, Tier};
use liaison::domain::calendar::Calendar;
use liaison::domain::clock::Clock;
use liaison::domain::ids::{GuildId, RoleId, UnitCode, UserId};
use liaison::domain::lang::Lang;
use liaison::domain::position::{Delegation, Holder, Holding, Position};
use liaison::service::Office;
use liaison::service::directory::ServerView;
use liaison::store::new_id;
use liaison::store::office::{OfficeRole, Person};

const GUILD: GuildId = GuildId(1);
const TKG_ROLE: RoleId = RoleId(11);
const HEAD_ROLE: RoleId = RoleId(12);
const FOCAL_ROLE: RoleId = RoleId(13);
const OFFICER_ROLE: RoleId = RoleId(14);
const TTDL_ROLE: RoleId = RoleId(15);
const HEAD: UserId = UserId(21);
const FOCAL: UserId = UserId(22);
const OFFICER: UserId = UserId(23);
const GUEST: UserId = UserId(24);

fn tkg() -> UnitCode {
    "TKG".into()
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn view(names: &[(RoleId, &str)]) -> ServerView {
    ServerView {
        name: "Office".to_owned(),
        locale: "vi".to_owned(),
        roles: names.iter().map(|(id, name)| (*id, (*name).to_owned())).collect(),
    }
}

/// An office with four people: the head, the focal point and an officer of TKG, and an officer of TTDL.
async fn office(database: &Database) -> Office {
    let now = moment("2023-03-06T01:00:00Z");
    let charter = charters::load("tctk-2023", now.date_naive()).unwrap();
    let calendar = Calendar::parse(charter.calendar_toml()).unwrap();
    let office = Office::new(database.store.clone(), Clock::simulated(now), charter, calendar);
    let roles = [
        (TKG_ROLE, "TKG"),
        (HEAD_ROLE, "Thủ trưởng đơn vị"),
        (FOCAL_ROLE, "Đầu mối"),
        (OFFICER_ROLE, "Chuyên viên"),
        (TTDL_ROLE, "TTDL"),
    ];
    office.see_server(GUILD, &view(&roles)).await.unwrap();
    let person = |user: UserId| Person { user, name: format!("person {user}") };
    let members = [
        (person(HEAD), vec![TKG_ROLE, HEAD_ROLE]),
        (person(FOCAL), vec![TKG_ROLE, FOCAL_ROLE]),
        (person(OFFICER), vec![TKG_ROLE, OFFICER_ROLE]),
        (person(GUEST), vec![TTDL_ROLE, OFFICER_ROLE]),
    ];
    office.see_members(GUILD, &members).await.unwrap();
    office
}

async fn record(office: &Office, position: Position, user: UserId, from: &str, until: Option<&str>) {
    let mut tx = office.store.begin().await.unwrap();
    let holding = Holding {
        id: new_id(),
        unit: tkg(),
        position,
        user,
        from: day(from),
        until: until.map(day),
        recorded_by: HEAD,
        recorded_at: office.clock.now(),
    };
    tx.add_holding(GUILD, &holding).await.unwrap();
    tx.commit().await.unwrap();
}

async fn delegate(office: &Office, from: UserId, to: UserId, since: &str, until: &str) {
    let mut tx = office.store.begin().await.unwrap();
    let delegation = Delegation {
        id: new_id(),
        unit: tkg(),
        from,
        to,
        since: moment(since),
        until: moment(until),
        reason: None,
        made_by: from,
        made_at: office.clock.now(),
    };
    tx.add_delegation(GUILD, &delegation).await.unwrap();
    tx.commit().await.unwrap();
}

async fn holders(office: &Office, position: Position) -> Vec<(UserId, Option<UserId>)> {
    let found = office.holders(GUILD, &tkg(), position, office.clock.now()).await.unwrap();
    found.into_iter().map(|Holder { user, stands_in_for, .. }| (user, stands_in_for)).collect()
}

async fn actor(office: &Office, user: UserId, roles: &[RoleId]) -> Actor {
    let person = Person { user, name: "somebody".to_owned() };
    office.actor(GUILD, person, roles, false, Lang::Vi).await.unwrap()
}

#[tokio::test]
async fn positions_are_as_recorded_and_else_as_the_roles_say() {
    on_both(async |database| {
        let office = office(&database).await;
        assert_eq!(holders(&office, Position::Head).await, [(HEAD, None)]);
        assert_eq!(holders(&office, Position::FocalPoint).await, [(FOCAL, None)]);
        assert_eq!(holders(&office, Position::Deputy).await, []);
        assert_eq!(holders(&office, Position::LeaderInCharge).await, []);
        // What is recorded stands in place of what the roles say, from its first to its last day.
        record(&office, Position::FocalPoint, OFFICER, "2023-03-07", Some("2023-03-08")).await;
        assert_eq!(holders(&office, Position::FocalPoint).await, [(FOCAL, None)]);
        for (now, expected) in [
            ("2023-03-06T17:00:00Z", OFFICER),
            ("2023-03-08T16:59:59Z", OFFICER),
            ("2023-03-08T17:00:00Z", FOCAL),
        ] {
            office.clock.set(moment(now));
            assert_eq!(holders(&office, Position::FocalPoint).await, [(expected, None)], "{now}");
        }
        // Who has left is nobody to turn to.
        record(&office, Position::Deputy, GUEST, "2023-03-01", None).await;
        assert_eq!(holders(&office, Position::Deputy).await, [(GUEST, None)]);
        office.lose_member(GUILD, GUEST).await.unwrap();
        assert_eq!(holders(&office, Position::Deputy).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_position_gives_standing_in_its_unit_alone() {
    on_both(async |database| {
        let office = office(&database).await;
        let ttdl = UnitCode::from("TTDL");
        let guest = actor(&office, GUEST, &[TTDL_ROLE, OFFICER_ROLE]).await;
        assert!(!guest.is_of(&tkg()) && !guest.is_at_least_in(Tier::Officer, &tkg()));
        record(&office, Position::Deputy, GUEST, "2023-03-01", None).await;
        record(&office, Position::LeaderInCharge, HEAD, "2023-03-01", None).await;
        let guest = actor(&office, GUEST, &[TTDL_ROLE, OFFICER_ROLE]).await;
        assert!(guest.is_of(&tkg()) && guest.is_at_least_in(Tier::UnitHead, &tkg()));
        assert!(!guest.is_at_least_in(Tier::UnitHead, &ttdl));
        assert!(guest.holds(Position::Deputy, &tkg()) && guest.holds(Position::Officer, &ttdl));
        // Who acts for the unit without its role hears of what concerns it.
        let people = office.people_for(GUILD, &tkg(), office.clock.now()).await.unwrap();
        assert_eq!(people.into_iter().collect::<Vec<_>>(), [HEAD, FOCAL, OFFICER, GUEST]);
        let acting = office.recognition(GUILD).await.unwrap().acting;
        assert_eq!(acting.into_iter().collect::<Vec<_>>(), [(tkg(), vec![GUEST])]);
    })
    .await;
}

#[tokio::test]
async fn a_delegation_moves_pings_and_rights_and_ends_by_itself() {
    on_both(async |database| {
        let office = office(&database).await;
        delegate(&office, HEAD, GUEST, "2023-03-06T17:00:00Z", "2023-03-10T17:00:00Z").await;
        let roles = [TTDL_ROLE, OFFICER_ROLE];
        assert_eq!(holders(&office, Position::Head).await, [(HEAD, None)]);
        assert!(!actor(&office, GUEST, &roles).await.is_of(&tkg()));

        office.clock.set(moment("2023-03-06T17:00:00Z"));
        assert_eq!(holders(&office, Position::Head).await, [(GUEST, Some(HEAD))]);
        let guest = actor(&office, GUEST, &roles).await;
        assert!(guest.is_of(&tkg()) && guest.is_at_least_in(Tier::UnitHead, &tkg()));
        assert!(!guest.is_at_least_in(Tier::UnitHead, &"TTDL".into()));
        let acting = office.recognition(GUILD).await.unwrap().acting;
        assert_eq!(acting.into_iter().collect::<Vec<_>>(), [(tkg(), vec![GUEST])]);

        // The delegate is away as well for a day: it is handed on once, and comes back.
        delegate(&office, GUEST, OFFICER, "2023-03-07T17:00:00Z", "2023-03-08T17:00:00Z").await;
        office.clock.set(moment("2023-03-08T01:00:00Z"));
        assert_eq!(holders(&office, Position::Head).await, [(OFFICER, Some(HEAD))]);
        let officer = actor(&office, OFFICER, &[TKG_ROLE, OFFICER_ROLE]).await;
        assert!(officer.is_at_least_in(Tier::UnitHead, &tkg()) && officer.holds(Position::Head, &tkg()));
        office.clock.set(moment("2023-03-08T17:00:00Z"));
        assert_eq!(holders(&office, Position::Head).await, [(GUEST, Some(HEAD))]);
        let officer = actor(&office, OFFICER, &[TKG_ROLE, OFFICER_ROLE]).await;
        assert!(!officer.is_at_least_in(Tier::UnitHead, &tkg()));

        office.clock.set(moment("2023-03-10T17:00:00Z"));
        assert_eq!(holders(&office, Position::Head).await, [(HEAD, None)]);
        assert!(!actor(&office, GUEST, &roles).await.is_of(&tkg()));
        assert_eq!(office.recognition(GUILD).await.unwrap().acting.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_link_by_command_outlives_what_the_server_tells_anew() {
    on_both(async |database| {
        let office = office(&database).await;
        let role = RoleId(30);
        let names = |name| [(TKG_ROLE, "TKG"), (role, name)];
        office.see_server(GUILD, &view(&names("Prices"))).await.unwrap();
        let stands_for = async || {
            let roles = office.store.roles(GUILD).await.unwrap();
            roles.into_iter().find(|one| one.role == role).map(|one| (one.name, one.unit, one.tier))
        };
        assert_eq!(stands_for().await, Some(("Prices".to_owned(), None, None)));
        let mut tx = office.store.begin().await.unwrap();
        let linked = OfficeRole { role, name: "Prices".to_owned(), unit: Some("TMDV".into()), tier: None };
        tx.link_role(GUILD, &linked, HEAD, office.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let as_linked = |name: &str| Some((name.to_owned(), Some(UnitCode::from("TMDV")), None));
        assert_eq!(stands_for().await, as_linked("Prices"));
        // Neither a new start nor a new name undoes it.
        office.see_server(GUILD, &view(&names("Prices"))).await.unwrap();
        assert_eq!(stands_for().await, as_linked("Prices"));
        office.see_role(GUILD, role, "Lãnh đạo").await.unwrap();
        assert_eq!(stands_for().await, as_linked("Lãnh đạo"));
        // A role that is gone takes its link along.
        office.lose_role(GUILD, role).await.unwrap();
        office.see_role(GUILD, role, "Lãnh đạo").await.unwrap();
        assert_eq!(stands_for().await, Some(("Lãnh đạo".to_owned(), None, Some(Tier::Leadership))));
    })
    .await;
}
