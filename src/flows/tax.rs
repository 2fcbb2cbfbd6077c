//! The law in the office: dated rates and facts, and which buyers are businesses.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::catalogue::Reproject;
use crate::{
    jobs::{self, Payload},
    kernel::{Actor, App, Fault, Moment, PartyId, Right, Tx, journal},
    parties,
    tax::{self, Law, LawRow, RateRow, Register, Standing, VatCode},
};

/// A register that was away is asked again after so long.
const AGAIN_MINUTES: i64 = 15;

/// Puts a rate into force from a moment on. Prices on the tags stay; what VAT is in them changes.
///
/// # Faults
/// `access.forbidden`, `tax.bad_rate`, `tax.bad_country`, `tax.bad_category`.
pub async fn set_rate(app: &App, actor: &Actor, row: &RateRow) -> Result<(), Fault> {
    actor.may(Right::SettingsManage)?;
    let tx = app.begin(actor).await?;
    tax::set_rate(&tx, row).await?;
    turn(&tx, row.valid_from).await?;
    let data = json!({ "country": row.country, "category": row.category, "rate": row.rate, "from": row.valid_from });
    journal::note(&tx, "tax.rate.set", None, data).await?;
    tx.commit().await
}

/// Takes back a rate that is not in force yet.
///
/// # Faults
/// `access.forbidden`, `tax.in_force`.
pub async fn take_back(app: &App, actor: &Actor, row: &RateRow) -> Result<(), Fault> {
    actor.may(Right::SettingsManage)?;
    let tx = app.begin(actor).await?;
    tax::take_back(&tx, row).await?;
    let data = json!({ "country": row.country, "category": row.category, "from": row.valid_from });
    journal::note(&tx, "tax.rate.taken_back", None, data).await?;
    tx.commit().await
}

/// Says from when on something holds: that the shop is a VAT payer, that it charges by OSS, that a
/// country belongs to the Union.
///
/// # Faults
/// `access.forbidden`, `tax.bad_country`.
pub async fn set_law(app: &App, actor: &Actor, kind: Law, row: &LawRow) -> Result<(), Fault> {
    actor.may(Right::SettingsManage)?;
    let tx = app.begin(actor).await?;
    tax::set_law(&tx, kind, row).await?;
    turn(&tx, row.valid_from).await?;
    let data = json!({ "kind": kind, "country": row.country, "holds": row.holds, "from": row.valid_from });
    journal::note(&tx, "tax.law.set", None, data).await?;
    tx.commit().await
}

/// At this moment another rate came into force: cards hold the VAT that is in their prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxTurn {
    pub at: Moment,
}

impl Payload for TaxTurn {
    const KIND: &'static str = "tax.turn";
    fn dedupe(&self) -> Option<String> {
        Some(format!("{} {}", Self::KIND, self.at.0))
    }
}

async fn turn(tx: &Tx, from: Moment) -> Result<(), Fault> {
    let at = from.max(tx.now());
    jobs::enqueue_at(tx, &TaxTurn { at }, at).await
}

/// Shows every product anew, in chunks.
///
/// # Faults
/// Whatever the database says.
pub async fn turned(app: &App, _: TaxTurn) -> Result<(), Fault> {
    let tx = app.begin(&Actor::System).await?;
    jobs::enqueue(&tx, &Reproject::all()).await?;
    tx.commit().await
}

async fn begin(app: &App, actor: &Actor, party: PartyId) -> Result<Tx, Fault> {
    let scope = actor.scope(Right::CustomersWrite)?;
    let tx = app.begin(actor).await?;
    parties::within(&tx, &scope, party).await?;
    Ok(tx)
}

/// Says whether a customer is a business and reads prices without VAT; who says so is kept.
///
/// # Faults
/// `access.forbidden`, `parties.not_found`, `tax.not_verified`.
pub async fn set_standing(app: &App, actor: &Actor, party: PartyId, to: &Standing) -> Result<(), Fault> {
    let tx = begin(app, actor, party).await?;
    tax::set_standing(&tx, party, to).await?;
    journal::note(&tx, "tax.buyer.set", Some(party.uuid()), json!({ "business": to.business, "net": to.net })).await?;
    tx.commit().await
}

/// A number to be asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskRegister {
    pub party: PartyId,
    pub code: String,
    /// Which time this is.
    pub turn: u32,
}

impl Payload for AskRegister {
    const KIND: &'static str = "tax.ask_register";
    fn dedupe(&self) -> Option<String> {
        Some(format!("{} {} {} {}", Self::KIND, self.party, self.code, self.turn))
    }
}

/// Has the register asked about the number on a customer's card; the answer comes by a job.
///
/// # Faults
/// `access.forbidden`, `parties.not_found`, `tax.bad_vat_code`.
pub async fn ask(app: &App, actor: &Actor, party: PartyId) -> Result<(), Fault> {
    let scope = actor.scope(Right::CustomersWrite)?;
    let tx = begin(app, actor, party).await?;
    let card = parties::customer(&tx, &scope, party).await?;
    let code: VatCode = card.vat_code.unwrap_or_default().parse().map_err(Fault::from)?;
    tax::asking(&tx, party, &code).await?;
    jobs::enqueue(&tx, &AskRegister { party, code: code.to_string(), turn: 0 }).await?;
    journal::note(&tx, "tax.register.asked", Some(party.uuid()), json!({ "code": code.as_str() })).await?;
    tx.commit().await
}

/// Asks the register. Silence is no answer: the number stays neither valid nor invalid and is
/// asked about again later.
///
/// # Faults
/// Whatever the database says.
pub async fn asked(app: &App, job: AskRegister) -> Result<(), Fault> {
    let Ok(code) = job.code.parse::<VatCode>() else { return Ok(()) };
    let own = app.settings().text("shop.vat_code").parse::<VatCode>().ok();
    let said = app.port::<dyn Register>().ask(&code, own.as_ref()).await;
    let tx = app.begin(&Actor::System).await?;
    match said {
        Ok(answer) => {
            if tax::answered(&tx, job.party, &code, &answer).await? {
                let data = json!({ "code": code.as_str(), "valid": answer.valid, "proof": answer.proof });
                journal::note(&tx, "tax.register.answered", Some(job.party.uuid()), data).await?;
            }
        }
        Err(silence) => {
            tax::parked(&tx, job.party, &code, &silence.to_string()).await?;
            if matches!(silence, tax::Silence::Unavailable(_)) {
                let job = AskRegister { turn: job.turn + 1, ..job };
                jobs::enqueue_at(&tx, &job, tx.now().plus_millis(AGAIN_MINUTES * 60_000)).await?;
            }
        }
    }
    tx.commit().await
}
