//! The cases of an order and of a customer, for those whose they are.

use crate::{
    aftersales::{self, CaseRow},
    kernel::{Actor, App, Fault, PartyId, Right},
    sales,
};

/// The cases of an order, for whoever holds its link.
///
/// # Faults
/// `sales.no_order`.
pub async fn of_order(app: &App, token: &str) -> Result<Vec<CaseRow>, Fault> {
    let order = sales::by_token(app.reader(), token).await?;
    aftersales::of_order(app.reader(), &Actor::System.scope(Right::CasesRead)?, order.id).await
}

/// The cases of a customer who has signed in; `me` is who they are now, if two records of them became one.
///
/// # Faults
/// `access.forbidden` for anybody else.
pub async fn own(app: &App, actor: &Actor, me: PartyId) -> Result<Vec<CaseRow>, Fault> {
    if actor.customer().is_none() {
        return Err(Fault::forbidden("access.forbidden"));
    }
    aftersales::of_party(app.reader(), &Actor::System.scope(Right::CasesRead)?, me).await
}
