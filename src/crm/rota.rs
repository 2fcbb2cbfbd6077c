//! Who is responsible: the customer's manager, else the category's, else the next by turn.

use std::collections::HashMap;

use crate::{
    access, catalog,
    kernel::{self, CategoryId, PartyId, Reads, Scope, Tx, UserId, db},
    parties,
};

use super::Fault;

/// The manager for a customer who has none; `None` for a customer who has one, and where nobody
/// works. One statement: it finds out, draws and moves the turn, so that two orders at the same
/// moment cannot draw the same turn. The turn moves only when it decides.
pub(super) async fn turn(tx: &Tx, party: PartyId, categories: &[CategoryId]) -> Result<Option<UserId>, kernel::Fault> {
    let by_turn = format!("(select d.id from {} d where d.k = crm_rota.turn % d.n)", access::ON_DUTY);
    let mut params = db::params![party];
    let (step, chosen) = if categories.is_empty() {
        ("1".to_owned(), by_turn)
    } else {
        // Few lengths of the list keep the number of prepared statements small.
        let mut some = categories[..categories.len().min(8)].to_vec();
        some.resize(some.len().next_power_of_two(), some[0]);
        let by_category = format!(
            "select m.manager from crm_category_manager m join {} l on l.ancestor = m.category \
             where l.category in ({}) and m.manager in ({})",
            catalog::LINES,
            db::marks(some.len(), 2),
            access::ACTIVE
        );
        params.extend(db::values(&some));
        let step = format!("case when exists ({by_category}) then 0 else 1 end");
        (step, format!("coalesce(({by_category} order by l.depth desc, m.category limit 1), {by_turn})"))
    };
    let sql = format!(
        "update crm_rota set turn = turn + {step} where name = 'manager' and {} returning {chosen}",
        parties::LACKS_MANAGER
    );
    Ok(db::scalar::<Option<UserId>>(tx, &sql, params).await?.flatten())
}

/// Makes somebody (or nobody) responsible for new customers who come by a category or by one
/// below it.
///
/// # Faults
/// `crm.assignee_unknown` for somebody who does not work here.
pub async fn set_category_manager(tx: &Tx, category: CategoryId, manager: Option<UserId>) -> Result<(), kernel::Fault> {
    let Some(manager) = manager else {
        db::run(tx, "delete from crm_category_manager where category = $1", db::params![category]).await?;
        return Ok(());
    };
    known(tx, manager).await?;
    let sql = "insert into crm_category_manager (category, manager) values ($1,$2) \
               on conflict (category) do update set manager = excluded.manager";
    db::run(tx, sql, db::params![category, manager]).await?;
    Ok(())
}

/// Who is responsible for which category.
///
/// # Faults
/// Whatever the database says.
pub async fn category_managers(db: &impl Reads, _scope: &Scope) -> Result<HashMap<CategoryId, UserId>, kernel::Fault> {
    let rows = db::rows(db, "select category, manager from crm_category_manager", Vec::new()).await?;
    let pairs = rows.iter().map(|r| Ok((r.try_get_by_index(0)?, r.try_get_by_index(1)?)));
    pairs.collect::<Result<_, sea_orm::DbErr>>().map_err(Into::into)
}

/// Hands the open tasks and categories of somebody who leaves to another, or, without one, the
/// tasks to everybody on duty by turns. Returns how many tasks moved.
///
/// # Faults
/// `crm.assignee_unknown`.
pub async fn hand_over(tx: &Tx, from: UserId, to: Option<UserId>) -> Result<u64, kernel::Fault> {
    if let Some(to) = to {
        known(tx, to).await?;
        db::run(tx, "update crm_category_manager set manager = $2 where manager = $1", db::params![from, to]).await?;
        let sql = "update crm_task set assignee = $2 where assignee = $1 and state = 'open'";
        return Ok(db::run(tx, sql, db::params![from, to]).await?);
    }
    db::run(tx, "delete from crm_category_manager where manager = $1", db::params![from]).await?;
    let on_duty = format!("select d.id from {} d where d.id <> $1 order by d.k", access::ON_DUTY);
    let others: Vec<UserId> = db::column(tx, &on_duty, db::params![from]).await?;
    let n = i64::try_from(others.len()).unwrap_or(0);
    let mut moved = 0;
    for (k, other) in others.iter().enumerate() {
        // Each turn takes its share of what is left, so that the shares differ by one at most.
        let left = n - i64::try_from(k).unwrap_or(0);
        let sql = "update crm_task set assignee = $2 where id in ( \
                   select id from (select id, row_number() over (order by due_at, id) - 1 as k from crm_task \
                   where assignee = $1 and state = 'open') t where t.k % $3 = 0)";
        moved += db::run(tx, sql, db::params![from, *other, left]).await?;
    }
    // Nobody is left: the tasks wait for whoever sees everything.
    if others.is_empty() {
        moved =
            db::run(tx, "update crm_task set assignee = null where assignee = $1 and state = 'open'", db::params![from]).await?;
    }
    Ok(moved)
}

/// # Faults
/// `crm.assignee_unknown`.
pub(super) async fn known(db: &impl Reads, user: UserId) -> Result<(), kernel::Fault> {
    let sql = format!("select 1 from ({}) a where a.id = $1", access::ACTIVE);
    match db::row(db, &sql, db::params![user]).await? {
        Some(_) => Ok(()),
        None => Err(Fault::AssigneeUnknown.into()),
    }
}
