//! The words of letters after the sale.

use serde_json::Value;

use super::letters::{id, sender};
use crate::{
    aftersales::{self, Kind},
    kernel::{Actor, App, CaseId, CaseMessageId, Fault, Moment, OrderId, Right},
    mail::Due,
    sales,
    stage::{CaseDueLetter, CaseGoods, CaseLetter, OrderLinkLetter},
};

pub(super) async fn case(app: &App, due: &Due) -> Result<CaseLetter, Fault> {
    let db = app.reader();
    let wanted: CaseId = id(due, "case")?;
    let case = aftersales::case(db, &Actor::System.scope(Right::CasesRead)?, wanted).await?;
    let text = |name: &str| due.data.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (mut message, mut signed) = (text("text"), String::new());
    if due.data.get("message").is_some() {
        let (_, said) = aftersales::message(db, id::<CaseMessageId>(due, "message")?).await?;
        (message, signed) = (said.text, said.sender);
    }
    let event = text("event");
    if matches!(event.as_str(), "approved" | "rejected") {
        message.clone_from(&case.decision);
    }
    let outcome = aftersales::outcomes(db, wanted).await?.pop();
    let sender = sender(app, due.locale);
    Ok(CaseLetter {
        locale: due.locale,
        withdrawal: case.kind == Kind::Withdrawal,
        number: case.number,
        name: due.to_name.clone(),
        declared_at: case.declared_at,
        answer_by: case.answer_by,
        order: case.words.order_number.clone(),
        email: case.words.email.clone(),
        goods: goods(&case.words.goods),
        words: case.words.text.clone(),
        problem: case.problem.as_str().into(),
        wish: case.wish.as_str().into(),
        reason: case.reason,
        instructions: case.instructions,
        remedy: outcome.as_ref().map(|o| o.remedy.as_str().to_owned()).unwrap_or_default(),
        amount: outcome.and_then(|o| o.amount),
        message,
        signed,
        event,
        hash: case.hash,
        url: format!("{}case/{}", sender.url, case.token),
        sender,
    })
}

fn goods(declared: &[aftersales::Declared]) -> Vec<CaseGoods> {
    declared.iter().map(|g| CaseGoods { title: g.title.clone(), sku: g.sku.clone(), qty: g.qty, unit: g.unit.clone() }).collect()
}

pub(super) async fn link(app: &App, due: &Due) -> Result<OrderLinkLetter, Fault> {
    let scope = Actor::System.scope(Right::OrdersRead)?;
    let order = sales::order(app.reader(), &scope, id::<OrderId>(due, "order")?).await?;
    let sender = sender(app, due.locale);
    Ok(OrderLinkLetter {
        locale: due.locale,
        number: order.number,
        name: due.to_name.clone(),
        url: format!("{}order/{}", sender.url, order.token),
        sender,
    })
}

pub(super) async fn pressing(app: &App, due: &Due) -> Result<CaseDueLetter, Fault> {
    let wanted: CaseId = id(due, "case")?;
    let case = aftersales::case(app.reader(), &Actor::System.scope(Right::CasesRead)?, wanted).await?;
    let sender = sender(app, due.locale);
    Ok(CaseDueLetter {
        locale: due.locale,
        withdrawal: case.kind == Kind::Withdrawal,
        number: case.number,
        customer: case.words.name.clone(),
        declared_at: case.declared_at,
        due_at: due.data.get("due_at").and_then(Value::as_i64).map_or(case.answer_by, Moment),
        overdue: due.data.get("overdue").and_then(Value::as_bool).unwrap_or_default(),
        url: format!("{}office/cases/{}", crate::stage::letters::home(&app.settings()), wanted),
        sender,
    })
}
