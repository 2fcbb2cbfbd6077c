//! Teams on every engine: whom a lead's rights reach, and whom not.

use super::{
    offers::{
        self as flow,
        tests::{Shop, shops},
    },
    staff::{self, NewUser},
    teams,
    work::{self, PlannedTask},
};
use crate::{
    access::{self, Whose},
    contracts::{self, ContractQuery},
    crm::{self, TaskKind, TaskQuery},
    flows::contracts::{self as papers, Make},
    kernel::{Actor, App, Locale, OfferId, Right, Role, UserId},
    offers::{self, OfferQuery},
};

const SYSTEM: Actor = Actor::System;

async fn hire(app: &App, email: &str, role: Role) -> UserId {
    let password = Some("ąžuolo stalas 4".into());
    let new = NewUser { email: email.into(), name: email.into(), role, locale: Locale::LT, password };
    staff::create(app, &SYSTEM, new).await.unwrap().user
}

/// As somebody acts who has signed in at this moment.
async fn actor(app: &App, user: UserId) -> Actor {
    Actor::Staff(access::member(app.reader(), user).await.unwrap())
}

/// A lead and a manager of one team, and a manager of none.
async fn people(s: &Shop) -> [UserId; 3] {
    let mut all = Vec::new();
    for (email, role) in [("vadove@v.lt", Role::Lead), ("savas@v.lt", Role::Manager), ("kitas@v.lt", Role::Manager)] {
        all.push(hire(&s.app, email, role).await);
    }
    let team = teams::add(&s.app, &SYSTEM, "  Salonas  Vilniuje ").await.unwrap();
    for user in &all[..2] {
        teams::put(&s.app, &SYSTEM, *user, Some(team)).await.unwrap();
    }
    all.try_into().unwrap()
}

async fn ids(app: &App, actor: &Actor, right: Right, query: &OfferQuery) -> Vec<OfferId> {
    let page = offers::list(app.reader(), &actor.scope(right).unwrap(), query).await.unwrap();
    let mut ids: Vec<OfferId> = page.rows.iter().map(|row| row.id).collect();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn a_lead_writes_and_sends_their_teams_offers_and_makes_contracts_of_them() {
    for (fresh, s) in shops().await {
        let [lead, own, other] = people(&s).await;
        let (lead, own, other) = (actor(&s.app, lead).await, actor(&s.app, own).await, actor(&s.app, other).await);
        let table = s.goods("TA-1", 1).await;
        let theirs = s.begin(&own, vec![table.clone()]).await;
        let elsewhere = s.begin(&other, vec![table.clone()]).await;
        let refused = flow::prepare(&s.app, &lead, elsewhere).await.unwrap_err();
        assert_eq!(refused.code, "offers.no_offer", "{}", fresh.name);
        assert_eq!(flow::prepare(&s.app, &own, elsewhere).await.unwrap_err().code, "offers.no_offer");
        flow::prepare(&s.app, &lead, theirs).await.unwrap();
        flow::send(&s.app, &lead, theirs, flow::Unread::Refused).await.unwrap();

        // In the WHERE of each list: pages are whole, and nothing of others is counted.
        let all = OfferQuery::default();
        assert_eq!(ids(&s.app, &lead, Right::OffersWrite, &all).await, [theirs]);
        assert_eq!(ids(&s.app, &own, Right::OffersWrite, &all).await, [theirs]);
        assert_eq!(ids(&s.app, &other, Right::OffersWrite, &all).await, [elsewhere]);
        let mut both = vec![theirs, elsewhere];
        both.sort_unstable();
        assert_eq!(ids(&s.app, &lead, Right::OffersRead, &all).await, both, "as a manager they read everybody's");
        let shares = offers::by_manager(s.app.reader(), &lead.scope(Right::OffersWrite).unwrap(), &all).await.unwrap();
        assert_eq!(shares.iter().map(|s| (s.manager, s.offers)).collect::<Vec<_>>(), [(own.user(), 1)]);
        let tally = offers::tally(s.app.reader(), &lead.scope(Right::OffersWrite).unwrap(), &all).await.unwrap();
        assert_eq!(tally.iter().map(|t| t.offers).sum::<i64>(), 1);

        let make = |offer| Make { offer, template: None, key: format!("{offer}") };
        let contract = papers::make(&s.app, &lead, make(theirs)).await.unwrap();
        let scope = |actor: &Actor| actor.scope(Right::OffersWrite).unwrap();
        let found = contracts::list(s.app.reader(), &scope(&lead), &ContractQuery::default()).await.unwrap();
        assert_eq!(found.rows.iter().map(|c| (c.id, c.manager)).collect::<Vec<_>>(), [(contract, own.user())]);
        let none = contracts::list(s.app.reader(), &scope(&other), &ContractQuery::default()).await.unwrap();
        assert!(none.rows.is_empty());
        assert_eq!(papers::withdraw(&s.app, &other, contract, "Ne").await.unwrap_err().code, "contracts.no_contract");
        papers::withdraw(&s.app, &lead, contract, "Kitos sąlygos").await.unwrap();
        // What is the owner's alone is not the lead's either.
        assert_eq!(flow::approve(&s.app, &lead, theirs).await.unwrap_err().code, "access.forbidden");
    }
}

#[tokio::test]
async fn a_lead_sees_the_plan_of_their_team_and_finishes_its_work() {
    for (fresh, s) in shops().await {
        let [lead, own, other] = people(&s).await;
        let mut planned = Vec::new();
        for user in [lead, own, other] {
            let new = PlannedTask {
                party: s.party,
                kind: TaskKind::Call,
                about: Some("Paskambinti".into()),
                subject: None,
                due_at: s.app.now().plus_hours(1),
                assignee: Some(user),
            };
            planned.push(work::add_task(&s.app, &SYSTEM, new).await.unwrap());
        }
        let now = s.app.now();
        let lead = actor(&s.app, lead).await;
        let scope = lead.scope(Right::TasksRead).unwrap();
        let page = crm::tasks(s.app.reader(), &scope, &TaskQuery::default(), now).await.unwrap();
        let mut seen: Vec<_> = page.rows.iter().map(|t| t.id).collect();
        seen.sort_unstable();
        let mut theirs = planned[..2].to_vec();
        theirs.sort_unstable();
        assert_eq!(seen, theirs, "{}: the team's and their own", fresh.name);
        let day = crm::my_day(s.app.reader(), &scope, None, now).await.unwrap();
        assert_eq!((day.today_count, day.today.len()), (2, 2), "counted as listed");
        let one = crm::my_day(s.app.reader(), &scope, Some(own), now).await.unwrap();
        assert_eq!((one.today_count, one.today.len()), (1, 1), "and of one of them");
        let none = crm::my_day(s.app.reader(), &scope, Some(other), now).await.unwrap();
        assert_eq!((none.today_count, none.today.len()), (0, 0));
        assert_eq!(crm::task(s.app.reader(), &scope, planned[2], now).await.unwrap_err().code, "crm.task_not_found");
        work::done_and_next(&s.app, &lead, planned[1], "Sutarta", None).await.unwrap();
        let refused = work::done_and_next(&s.app, &lead, planned[2], "Sutarta", None).await.unwrap_err();
        assert_eq!(refused.code, "crm.task_not_found");
    }
}

#[tokio::test]
async fn teams_are_the_owners_and_whoever_leaves_one_is_led_no_more() {
    for (fresh, s) in shops().await {
        let [lead, own, other] = people(&s).await;
        let led = async |user| match actor(&s.app, user).await {
            Actor::Staff(staff) => staff.team,
            _ => unreachable!("staff"),
        };
        let mut both = vec![lead, own];
        both.sort_unstable();
        assert_eq!((led(lead).await, led(own).await), (both.clone(), vec![]), "{}: a manager leads nobody", fresh.name);
        // A session knows it too, with the next request.
        let tx = s.app.begin(&SYSTEM).await.unwrap();
        let session = access::open_session(&tx, Whose::Staff(lead), "Firefox").await.unwrap();
        tx.commit().await.unwrap();
        let known = access::session(s.app.reader(), &session.token, s.app.now()).await.unwrap().unwrap();
        assert!(matches!(known.actor(), Actor::Staff(staff) if staff.team == both));

        let [team] = access::teams(s.app.reader()).await.unwrap().try_into().unwrap();
        assert_eq!(team.name, "Salonas Vilniuje");
        let lead_actor = actor(&s.app, lead).await;
        assert_eq!(teams::add(&s.app, &lead_actor, "Kita").await.unwrap_err().code, "access.forbidden");
        assert_eq!(teams::put(&s.app, &lead_actor, other, Some(team.id)).await.unwrap_err().code, "access.forbidden");
        assert_eq!(teams::add(&s.app, &SYSTEM, "Salonas Vilniuje").await.unwrap_err().code, "access.team_taken");
        assert_eq!(teams::add(&s.app, &SYSTEM, "  ").await.unwrap_err().code, "access.name_missing");
        let second = teams::add(&s.app, &SYSTEM, "Kaunas").await.unwrap();
        assert_eq!(teams::rename(&s.app, &SYSTEM, second, "Salonas Vilniuje").await.unwrap_err().code, "access.team_taken");
        teams::rename(&s.app, &SYSTEM, second, "Kaunas").await.unwrap();
        teams::put(&s.app, &SYSTEM, own, Some(second)).await.unwrap();
        assert_eq!(led(lead).await, [lead]);
        assert!(!actor(&s.app, lead).await.scope(Right::TasksRead).unwrap().is_shared(), "alone they are a manager");
        let staff = access::staff(s.app.reader(), &SYSTEM.scope(Right::UsersManage).unwrap()).await.unwrap();
        assert_eq!(staff.iter().find(|u| u.id == own).and_then(|u| u.team), Some(second));
        teams::remove(&s.app, &SYSTEM, second).await.unwrap();
        assert_eq!(teams::remove(&s.app, &SYSTEM, second).await.unwrap_err().code, "access.team_not_found");
        assert_eq!(teams::put(&s.app, &SYSTEM, own, Some(second)).await.unwrap_err().code, "access.team_not_found");
        let staff = access::staff(s.app.reader(), &SYSTEM.scope(Right::UsersManage).unwrap()).await.unwrap();
        assert_eq!(staff.iter().find(|u| u.id == own).and_then(|u| u.team), None, "the people stay");
    }
}
