//! The office's lists at 100,000 rows: no list may walk through a whole table, however it is
//! sorted, searched, narrowed and paged. SQLite's plans do not depend on how many rows there are,
//! so an empty shop tells them.

use sea_orm::Statement;

use crate::{
    catalog::{self, AfterProduct, ProductFilter, ProductRow, ProductSort, Status},
    crm::{self, InquiryFilter, InquiryQuery, InquiryState, TaskFilter, TaskKind, TaskQuery},
    jobs,
    kernel::{
        Actor, App, CategoryId, InquiryId, JobId, Locale, Moment, OrderId, PartyId, ProductId, Right, Scope, TaskId, UserId,
        cursor, db, testing,
    },
    mail::{self, LetterQuery},
    parties::{self, CustomerFilter, CustomerQuery, CustomerSort, ManagerIs, Stage},
    sales::{self, OrderQuery, OrderSort, State},
};

/// Tables that grow with the shop.
const BIG: &[&str] = &[
    "sales_order",
    "party",
    "party_word",
    "product",
    "variant",
    "product_category",
    "crm_task",
    "crm_timeline",
    "inquiry",
    "letter",
    "job",
];

fn scope(right: Right) -> Scope {
    Actor::System.scope(right).unwrap()
}

/// What a step of a plan walks through from end to end without an index.
fn walks<'a>(step: &'a str, sql: &str) -> Option<&'a str> {
    let rest = step.strip_prefix("SCAN ")?;
    if rest.contains("USING") {
        return None;
    }
    let name = rest.split_whitespace().next()?;
    let aliased = |table: &&&str| sql.contains(&format!("{table} {name} ")) || sql.contains(&format!("{table} {name})"));
    (BIG.contains(&name) || BIG.iter().any(|t| aliased(&t))).then_some(name)
}

async fn judge(app: &App, name: &str, heard: Vec<Statement>, wrong: &mut Vec<String>) {
    assert!(!heard.is_empty(), "{name} asks the database nothing");
    for statement in heard {
        for (_, step) in db::plan(app.reader(), &statement).await {
            if walks(&step, &statement.sql).is_some() {
                wrong.push(format!("{name}: {step}\n    {}", statement.sql));
            }
        }
    }
}

#[tokio::test]
async fn no_list_of_orders_walks_through_all_of_them() {
    let fresh = testing::sqlite().await;
    let (app, mut wrong) = (fresh.app(), Vec::new());
    let after = sales::After { key: 7, id: OrderId(uuid::Uuid::from_u128(7)) };
    for sort in OrderSort::ALL {
        for states in [vec![], vec![State::Placed, State::Confirmed], vec![State::Cancelled]] {
            for search in ["", "kaunas", "ona uzs-2026"] {
                for after in [None, Some(after)] {
                    let query =
                        OrderQuery { sort: *sort, states: states.clone(), search: search.into(), after, ..OrderQuery::default() };
                    let name = format!("orders {sort:?} {states:?} {search:?} {}", after.is_some());
                    let scope = scope(Right::OrdersRead);
                    let heard = db::overheard(async { sales::list(app.reader(), &scope, &query).await.unwrap() }).await;
                    judge(&app, &name, heard, &mut wrong).await;
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn no_list_of_customers_walks_through_all_of_them() {
    let fresh = testing::sqlite().await;
    let (app, mut wrong) = (fresh.app(), Vec::new());
    let (user, party) = (UserId(uuid::Uuid::from_u128(5)), PartyId(uuid::Uuid::from_u128(7)));
    let base = CustomerFilter::default;
    let filters = [
        base(),
        CustomerFilter { stage: Some(Stage::Prospect), ..base() },
        CustomerFilter { manager: Some(ManagerIs::User(user)), ..base() },
        CustomerFilter { manager: Some(ManagerIs::Nobody), ..base() },
        CustomerFilter { likely: true, ..base() },
        CustomerFilter { search: Some("petraitis".into()), ..base() },
        CustomerFilter { search: Some("ona kaunas".into()), stage: Some(Stage::Customer), ..base() },
    ];
    for (sort, key) in [
        (CustomerSort::Touched, cursor(&(Moment(7), party))),
        (CustomerSort::Name, cursor(&("ona", party))),
        (CustomerSort::Created, cursor(&party)),
    ] {
        for filter in &filters {
            for after in [None, Some(key.clone())] {
                let name = format!("customers {sort:?} {filter:?} {}", after.is_some());
                let query = CustomerQuery { filter: filter.clone(), sort, after, limit: 50 };
                let scope = scope(Right::CustomersRead);
                let heard = db::overheard(async { parties::list(app.reader(), &scope, &query).await.unwrap() }).await;
                judge(&app, &name, heard, &mut wrong).await;
            }
        }
    }
    let scope = scope(Right::OrdersRead);
    let heard = db::overheard(async { sales::bought(app.reader(), &scope, &[party]).await.unwrap() }).await;
    judge(&app, "what customers bought", heard, &mut wrong).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn no_list_of_products_walks_through_all_of_them() {
    let fresh = testing::sqlite().await;
    let (app, mut wrong) = (fresh.app(), Vec::new());
    let id = ProductId(uuid::Uuid::from_u128(7));
    for sort in ProductSort::ALL {
        let key = match sort {
            ProductSort::Changed | ProductSort::Untouched => AfterProduct::Changed(Moment(7), id),
            ProductSort::Title | ProductSort::TitleBack => AfterProduct::Title("stalas".into(), id),
        };
        for status in [None, Some(Status::Draft)] {
            for category in [None, Some(CategoryId(uuid::Uuid::from_u128(9)))] {
                for words in ["", "kede", "stalas AK-180"] {
                    for after in [None, Some(key.clone())] {
                        let name = format!("products {sort:?} {status:?} {} {words:?} {}", category.is_some(), after.is_some());
                        let filter = ProductFilter {
                            status,
                            category,
                            words: words.into(),
                            sort: *sort,
                            after,
                            limit: 50,
                            ..Default::default()
                        };
                        let scope = scope(Right::CatalogRead);
                        let list = async { catalog::list(app.reader(), &scope, &filter, Locale::LT).await.unwrap() };
                        judge(&app, &name, db::overheard::<Vec<ProductRow>>(list).await, &mut wrong).await;
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn no_plan_of_work_and_no_outbox_walks_through_all_of_it() {
    let fresh = testing::sqlite().await;
    let (app, mut wrong) = (fresh.app(), Vec::new());
    let (db, now, user) = (app.reader(), app.now(), UserId(uuid::Uuid::from_u128(5)));
    let tasks = scope(Right::TasksRead);
    for whose in [None, Some(user)] {
        let heard = db::overheard(async { crm::my_day(db, &tasks, whose, now).await.unwrap() }).await;
        judge(&app, "my day", heard, &mut wrong).await;
    }
    let heard = db::overheard(async { crm::waiting(db, &tasks, user, now).await.unwrap() }).await;
    judge(&app, "what waits", heard, &mut wrong).await;
    let id = TaskId(uuid::Uuid::from_u128(3));
    for done in [false, true] {
        for filter in [
            TaskFilter { done, ..TaskFilter::default() },
            TaskFilter { done, assignee: Some(user), ..TaskFilter::default() },
            TaskFilter { done, unassigned: true, ..TaskFilter::default() },
            TaskFilter { done, kind: Some(TaskKind::Call), ..TaskFilter::default() },
            TaskFilter { done, party: Some(PartyId(uuid::Uuid::from_u128(7))), ..TaskFilter::default() },
        ] {
            for after in [None, Some(cursor(&(Moment(7), id)))] {
                let name = format!("tasks {filter:?} {}", after.is_some());
                let query = TaskQuery { filter: filter.clone(), after, limit: 50 };
                let heard = db::overheard(async { crm::tasks(db, &tasks, &query, now).await.unwrap() }).await;
                judge(&app, &name, heard, &mut wrong).await;
            }
        }
    }
    let inquiries = scope(Right::InquiriesRead);
    for state in [None, Some(InquiryState::New)] {
        for search in [None, Some("ona".to_owned())] {
            for after in [None, Some(cursor(&InquiryId(uuid::Uuid::from_u128(3))))] {
                let name = format!("inquiries {state:?} {search:?} {}", after.is_some());
                let filter = InquiryFilter { state, search: search.clone(), party: None };
                let query = InquiryQuery { filter, after, limit: 50 };
                let heard = db::overheard(async { crm::inquiries(db, &inquiries, &query).await.unwrap() }).await;
                judge(&app, &name, heard, &mut wrong).await;
            }
        }
    }
    let letters = scope(Right::MailRead);
    for state in [None, Some(mail::State::Failed)] {
        for to in ["", "ona@"] {
            let query = LetterQuery { state, to: to.into(), limit: 50, ..LetterQuery::default() };
            let heard = db::overheard(async { mail::list(db, &letters, &query).await.unwrap() }).await;
            judge(&app, &format!("letters {state:?} {to:?}"), heard, &mut wrong).await;
        }
    }
    let manage = scope(Right::JobsManage);
    for state in [None, Some("failed")] {
        let after = Some(JobId(uuid::Uuid::from_u128(3)));
        let heard = db::overheard(async { jobs::list(db, &manage, state, after, 50).await.unwrap() }).await;
        judge(&app, "jobs", heard, &mut wrong).await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_walk_is_told_from_a_way_by_index() {
    let sql = "select 1 from sales_order s where s.note = 'x'";
    assert_eq!(walks("SCAN s", sql), Some("s"));
    assert_eq!(walks("SCAN sales_order", sql), Some("sales_order"));
    assert_eq!(walks("SCAN s USING COVERING INDEX sales_order_placed", sql), None);
    assert_eq!(walks("SEARCH s USING INDEX sales_order_state (state=?)", sql), None);
    assert_eq!(walks("SCAN k", sql), None);
}
