//! Whether orders, inquiries, cases and stock are whole.

use sea_orm::DbErr;
use serde::Serialize;

use crate::kernel::{Reads, db, db::params};

/// Something of which a part is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Torn {
    /// Its number, or the SKU.
    pub what: String,
    /// `lines`, `event`, `timeline`, `task`, `journal`, `letter`, `held`, `on_hand`.
    pub lacks: Vec<&'static str>,
}

const ORDER_PARTS: [&str; 6] = ["lines", "event", "timeline", "task", "journal", "letter"];

/// Nobody works on an order that waits for a card payment: it has no task and no letter yet.
const ORDERS: &str = "select number, a, b, c, d, e, f from (select o.number, o.id, \
     case when exists (select 1 from order_line l where l.order_id = o.id) then 0 else 1 end as a, \
     case when exists (select 1 from order_event v where v.order_id = o.id and v.step = 'place') then 0 else 1 end as b, \
     case when exists (select 1 from crm_timeline t where t.subject = o.id and t.code in ('order.placed', 'order.awaits_payment')) then 0 else 1 end as c, \
     case when w.begun = 0 or exists (select 1 from crm_task k where k.subject = o.id) then 0 else 1 end as d, \
     case when exists (select 1 from journal j where j.subject = o.id and j.code = 'sales.order.placed') then 0 else 1 end as e, \
     case when w.begun = 0 or exists (select 1 from letter m where m.subject_id = o.id and m.template in ('order_placed', 'order_confirmed')) then 0 else 1 end as f \
     from sales_order o join (select s.id, case when exists (select 1 from order_event v where v.order_id = s.id and v.after = 'placed') \
       then 1 else 0 end as begun from sales_order s) w on w.id = o.id) x where a + b + c + d + e + f > 0 order by id limit $1";

const INQUIRY_PARTS: [&str; 3] = ["timeline", "task", "journal"];

const INQUIRIES: &str = "select number, a, b, c from (select i.number, i.id, \
     case when exists (select 1 from crm_timeline t where t.subject = i.id and t.code = 'inquiry.taken') then 0 else 1 end as a, \
     case when exists (select 1 from crm_task k where k.subject = i.id) then 0 else 1 end as b, \
     case when exists (select 1 from journal j where j.subject = i.id and j.code = 'crm.inquiry.taken') then 0 else 1 end as c \
     from inquiry i) x where a + b + c > 0 order by id limit $1";

const CASE_PARTS: [&str; 6] = ["event", "timeline", "task", "journal", "letter", "paper"];

/// Whoever left no address has no letter.
const CASES: &str = "select number, a, b, c, d, e, f from (select s.number, s.id, \
     case when exists (select 1 from aftersales_event v where v.case_id = s.id and v.step = 'declare') then 0 else 1 end as a, \
     case when exists (select 1 from crm_timeline t where t.subject = s.id and t.code in ('case.complaint', 'case.withdrawal')) then 0 else 1 end as b, \
     case when exists (select 1 from crm_task k where k.subject = s.id) then 0 else 1 end as c, \
     case when exists (select 1 from journal j where j.subject = s.id and j.code = 'aftersales.declared') then 0 else 1 end as d, \
     case when s.email = '' or exists (select 1 from letter m where m.subject_id = s.id and m.template = 'case') then 0 else 1 end as e, \
     case when exists (select 1 from aftersales_paper p where p.case_id = s.id) then 0 else 1 end as f \
     from aftersales_case s) x where a + b + c + d + e + f > 0 order by id limit $1";

const STOCK_PARTS: [&str; 2] = ["held", "on_hand"];

/// Holds and movements are the two histories from which the two figures of a stock row follow.
const STOCK: &str = "select sku, a, b from (select v.sku, \
     case when s.held = coalesce((select sum(h.qty) from stock_hold h where h.variant_id = s.variant_id and h.location_id = s.location_id), 0) \
       then 0 else 1 end as a, \
     case when s.on_hand = coalesce((select sum(m.qty) from stock_movement m where m.variant_id = s.variant_id and m.location_id = s.location_id), 0) \
       then 0 else 1 end as b \
     from stock s join variant v on v.id = s.variant_id) x where a + b > 0 order by sku limit $1";

/// The first `limit` orders, inquiries, cases and stock rows of which a part is missing; empty in a
/// shop that is whole. Reads every order: for `vitrina doctor` and tests, not for a page.
///
/// # Errors
/// Whatever the database says.
pub async fn torn(db: &impl Reads, limit: u32) -> Result<Vec<Torn>, DbErr> {
    let mut all = Vec::new();
    for (sql, parts) in [(ORDERS, &ORDER_PARTS[..]), (INQUIRIES, &INQUIRY_PARTS), (CASES, &CASE_PARTS), (STOCK, &STOCK_PARTS)] {
        for row in db::rows(db, sql, params![i64::from(limit)]).await? {
            let mut lacks = Vec::new();
            for (n, part) in parts.iter().enumerate() {
                if row.try_get_by_index::<i32>(n + 1)? == 1 {
                    lacks.push(*part);
                }
            }
            all.push(Torn { what: row.try_get_by_index(0)?, lacks });
        }
    }
    Ok(all)
}
