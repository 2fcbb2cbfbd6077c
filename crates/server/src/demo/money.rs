//! Money of the demo's past: what customers paid, and a bank statement of yesterday that still asks
//! a person some questions.

use std::fmt::Write;

use anyhow::Context;
use vitrina::{
    flows::{
        self,
        payments::NewPayment,
        statements::{Upload, run, take},
    },
    kernel::{App, Fault, Money, OrderId, Right},
    payments::Method,
    sales::{self, OrderQuery, OrderRow, State},
};

use super::seed::SHOP;

/// Who collects in the showroom pays there, by card or in cash; everybody else by transfer.
///
/// # Errors
/// As the flow.
pub async fn paid(app: &App, order: OrderId, n: usize) -> Result<(), Fault> {
    let scope = SHOP.scope(Right::OrdersRead)?;
    let about = sales::order(app.reader(), &scope, order).await?;
    let amount = flows::payments::due(app.reader(), order).await?.due;
    if amount.minor <= 0 {
        return Ok(());
    }
    let cash = n.is_multiple_of(3) && amount.minor < 100_000 && amount.minor % 5 == 0;
    let method = match about.delivery.kind {
        sales::DeliveryKind::Pickup if cash => Method::Cash,
        sales::DeliveryKind::Pickup => Method::Terminal,
        _ => Method::Bank,
    };
    let payer = if method == Method::Bank { about.contact.name.clone() } else { String::new() };
    let new = NewPayment {
        order,
        method,
        amount,
        at: app.now(),
        payer,
        note: String::new(),
        fiscal_receipt: if method == Method::Cash { format!("00{:05}", 1_200 + n) } else { String::new() },
        key: format!("demo-payment-{n}"),
    };
    flows::payments::enter(app, &SHOP, new).await.map(drop)
}

/// Yesterday's statement: one transfer names its order, one only thanks, one belongs to nobody, and
/// the bank takes its fee.
///
/// # Errors
/// When the file is refused.
pub async fn statement(app: &App) -> anyhow::Result<()> {
    let scope = SHOP.scope(Right::OrdersRead)?;
    let query = OrderQuery { states: vec![State::Placed, State::Confirmed, State::Shipped], limit: 60, ..OrderQuery::default() };
    let rows = sales::list(app.reader(), &scope, &query).await?.rows;
    let open: Vec<&OrderRow> = rows
        .iter()
        .filter(|o| o.payment_state == "unpaid" && o.gross.currency.as_str() == "EUR" && o.placed_at < app.now())
        .collect();
    let [thanks, named, ..] = open.as_slice() else { return Ok(()) };
    let reference = sales::account(app.reader(), named.id).await?.reference;
    let entries = [
        Entry {
            text: format!("<Strd><CdtrRefInf><Ref>{reference}</Ref></CdtrRefInf></Strd>"),
            ..Entry::new(1, named.gross, &named.name)
        },
        Entry { text: "<Ustrd>Ačiū už gražius baldus</Ustrd>".into(), ..Entry::new(2, thanks.gross, &thanks.name) },
        Entry {
            text: "<Ustrd>Užstatas už parodos stendą</Ustrd>".into(),
            ..Entry::new(3, Money::eur(84_70), "UAB „Parodų miestas“")
        },
        Entry {
            out: true,
            text: "<Ustrd>Sąskaitos aptarnavimo mokestis</Ustrd>".into(),
            ..Entry::new(4, Money::eur(3_20), "Demo bankas")
        },
    ];
    let day = app.now().date().to_string();
    let upload =
        Upload { name: format!("israsas-{day}.xml"), bytes: camt(app, &day, &entries).into_bytes(), profile: String::new() };
    let file = take(app, &SHOP, upload).await.context("the statement")?;
    run(app, &SHOP, file, |_, _| {}).await.context("the statement")?;
    Ok(())
}

struct Entry {
    n: usize,
    amount: Money,
    who: String,
    text: String,
    /// It left the account.
    out: bool,
}

impl Entry {
    fn new(n: usize, amount: Money, who: &str) -> Self {
        Self { n, amount, who: who.replace('&', "&amp;").replace('<', "&lt;"), text: String::new(), out: false }
    }
}

const OPENING: i64 = 12_480_15;

fn camt(app: &App, day: &str, entries: &[Entry]) -> String {
    let closing = entries.iter().fold(OPENING, |sum, e| if e.out { sum - e.amount.minor } else { sum + e.amount.minor });
    let balance = |code: &str, minor: i64| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>",
            Money::eur(minor).amount_text()
        )
    };
    let iban = app.settings().text("payment.iban").replace(' ', "");
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\
         <GrpHdr><MsgId>{day}</MsgId><CreDtTm>{day}T06:00:00</CreDtTm></GrpHdr><Stmt><Id>{day}</Id>\
         <Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>{}{}",
        balance("OPBD", OPENING),
        balance("CLBD", closing)
    );
    for e in entries {
        let (direction, side) = if e.out { ("DBIT", "Cdtr") } else { ("CRDT", "Dbtr") };
        let _ = write!(
            text,
            "<Ntry><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>\
             <ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>D{day}-{}</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><{side}><Pty><Nm>{}</Nm></Pty></{side}>\
             </RltdPties><RmtInf>{}</RmtInf></TxDtls></NtryDtls></Ntry>",
            e.amount.amount_text(),
            e.n,
            e.who,
            e.text
        );
    }
    text + "</Stmt></BkToCstmrStmt></Document>"
}
