//! One `Ntry` of a camt file as the receipts that it stands for.

use super::{
    Entry, Flag, Other, Place, Problem, Side, Wrong, amount,
    camt_node::Node,
    date,
    keys::{Keys, Refs},
};
use crate::kernel::{Currency, Date, Money};

/// What an entry needs to know of its statement.
pub(super) struct Around<'a> {
    pub account: &'a str,
    pub currency: Option<Currency>,
    /// The day of the statement, for an entry without one.
    pub day: Option<Date>,
    pub place: Place,
}

/// One `TxDtls`.
#[derive(Debug, Default)]
pub(super) struct Tx {
    own: String,
    amount: Option<Money>,
    side: Option<Side>,
    debtor: Other,
    creditor: Other,
    references: Vec<String>,
    end_to_end: String,
    text: String,
    note: String,
    /// Why it was sent back; some banks say that without marking the entry as a reversal.
    returned: Option<String>,
}

impl Tx {
    pub(super) fn of(node: &Node, place: &Place) -> Result<Self, Problem> {
        // Only what was booked counts: the instructed amount may be in the payer's currency.
        let sum = node.child("Amt").or_else(|| node.at("AmtDtls/TxAmt/Amt"));
        let amount = match sum.and_then(|amt| Some((amt, amt.currency.parse::<Currency>().ok()?))) {
            Some((amt, currency)) => Some(money(amt, currency, place, "TxDtls/Amt")?),
            None => None,
        };
        let strd: Vec<&Node> = node.child("RmtInf").into_iter().flat_map(|r| r.all("Strd")).collect();
        let references = strd.iter().flat_map(|s| s.all("CdtrRefInf").map(|c| c.text_at(&["Ref"])));
        let documents = strd.iter().flat_map(|s| s.all("RfrdDocInf").map(|d| d.text_at(&["Nb"])));
        let references = references.chain(documents).filter(|t| !t.is_empty()).map(str::to_owned).collect();
        let mut text = String::new();
        for piece in node.child("RmtInf").into_iter().flat_map(|r| r.all("Ustrd")) {
            // A piece of full length was cut by the bank and goes on in the next.
            if !text.is_empty() && !text.chars().count().is_multiple_of(140) {
                text.push(' ');
            }
            text.push_str(&piece.text);
        }
        for more in strd.iter().flat_map(|s| s.all("AddtlRmtInf")) {
            text.push(' ');
            text.push_str(&more.text);
        }
        let end_to_end = node.text_at(&["Refs/EndToEndId"]);
        Ok(Self {
            own: node.text_at(&["Refs/AcctSvcrRef"]).to_owned(),
            amount,
            side: side(node.text_at(&["CdtDbtInd"])),
            debtor: other(node, "Dbtr", "DbtrAcct", "UltmtDbtr"),
            creditor: other(node, "Cdtr", "CdtrAcct", "UltmtCdtr"),
            references,
            end_to_end: if end_to_end == "NOTPROVIDED" { String::new() } else { end_to_end.to_owned() },
            text: text.trim().to_owned(),
            note: node.text_at(&["AddtlTxInf"]).to_owned(),
            returned: node.child("RtrInf").map(|r| r.text_at(&["Rsn/Cd", "Rsn/Prtry", "AddtlInf"]).to_owned()),
        })
    }
}

/// The parts of an entry; `None` when it is not booked.
pub(super) fn parts(
    ntry: &Node,
    txs: Vec<Tx>,
    promised: usize,
    around: &Around,
    keys: &mut Keys,
) -> Result<Option<Vec<Entry>>, Problem> {
    let wrong = |field: &str, wrong, value: &str| Problem::new(around.place.clone(), format!("Ntry/{field}"), wrong, value);
    match ntry.text_at(&["Sts", "Sts/Cd", "Sts/Prtry"]) {
        "BOOK" => {}
        "" => return Err(wrong("Sts", Wrong::Missing, "")),
        _ => return Ok(None),
    }
    let sum = ntry.child("Amt").ok_or_else(|| wrong("Amt", Wrong::Missing, ""))?;
    let currency: Currency = sum.currency.parse().map_err(|_| wrong("Amt@Ccy", Wrong::Currency, &sum.currency))?;
    let total = money(sum, currency, &around.place, "Ntry/Amt")?;
    let word = ntry.text_at(&["CdtDbtInd"]);
    let direction = side(word).ok_or_else(|| wrong("CdtDbtInd", Wrong::Direction, word))?;
    let booked_on = day(ntry, "BookgDt", &around.place)?;
    let valued_on = day(ntry, "ValDt", &around.place)?;
    let booked_on = booked_on.or(valued_on).or(around.day).ok_or_else(|| wrong("BookgDt", Wrong::Missing, ""))?;

    let mut flags = Vec::new();
    if around.currency.is_some_and(|own| own != currency) {
        flags.push(Flag::OtherCurrency);
    }
    let shares = shares(&txs, total, direction);
    let txs = match &shares {
        Some(_) => txs,
        None if txs.len() > 1 => {
            flags.push(Flag::Unsplit);
            vec![joined(txs)]
        }
        None => {
            if promised > 1 {
                flags.push(Flag::Lump);
            }
            vec![txs.into_iter().next().unwrap_or_default()]
        }
    };
    let reversed = matches!(ntry.text_at(&["RvslInd"]), "true" | "1");
    let distinct: std::collections::HashSet<&str> = txs.iter().map(|tx| tx.own.as_str()).filter(|own| !own.is_empty()).collect();
    // A bank that writes the entry's reference into each of its parts names none of them.
    let own_refs = distinct.len() == txs.len();
    let owns: Vec<String> = txs.iter().map(|tx| if own_refs { tx.own.clone() } else { String::new() }).collect();
    let count = txs.len();
    let mut entries = Vec::with_capacity(count);
    for (part, tx) in txs.into_iter().enumerate() {
        let (amount, side) = shares.as_ref().map_or((total, direction), |shares| shares[part]);
        let reversal = reversed || tx.returned.is_some();
        let text = [&tx.text, &tx.note].into_iter().find(|t| !t.is_empty()).cloned();
        let mut entry = Entry {
            place: around.place.clone(),
            account: around.account.to_owned(),
            booked_on,
            valued_on,
            amount,
            side,
            reversal,
            reason: tx.returned.clone().unwrap_or_default(),
            other: counterparty(&tx, side, reversed, around.account),
            references: tx.references,
            end_to_end: tx.end_to_end,
            text: text.unwrap_or_else(|| ntry.text_at(&["AddtlNtryInf"]).to_owned()),
            charges: charges(ntry, currency),
            key: String::new(),
            whole: String::new(),
            part,
            parts: count,
            print: String::new(),
            flags: flags.clone(),
        };
        let refs = Refs {
            own: &owns[part],
            entry: ntry.text_at(&["AcctSvcrRef"]),
            number: ntry.text_at(&["NtryRef"]),
            total: signed(total, direction),
        };
        keys.name(&mut entry, refs);
        entries.push(entry);
    }
    Ok(Some(entries))
}

fn signed(money: Money, side: Side) -> i64 {
    side.sign(money.minor)
}

/// Amount and direction of each transaction, where they add up to the entry.
fn shares(txs: &[Tx], total: Money, side: Side) -> Option<Vec<(Money, Side)>> {
    if txs.len() < 2 {
        return None;
    }
    let shares: Vec<(Money, Side)> = txs.iter().map(|tx| Some((tx.amount?, tx.side.unwrap_or(side)))).collect::<Option<_>>()?;
    if shares.iter().any(|(money, _)| money.currency != total.currency) {
        return None;
    }
    let sum = shares.iter().try_fold(0_i64, |sum, (money, side)| sum.checked_add(signed(*money, *side)))?;
    (sum == signed(total, side)).then_some(shares)
}

/// Several transactions that do not add up, as one that a person can read.
fn joined(txs: Vec<Tx>) -> Tx {
    let mut one = Tx::default();
    for tx in txs {
        if one.text.len() < 2_000 && !tx.text.is_empty() {
            one.text = format!("{} {}", one.text, tx.text).trim().to_owned();
        }
        if one.references.len() < 50 {
            one.references.extend(tx.references);
        }
        one.returned = one.returned.or(tx.returned);
    }
    one
}

/// The one on the other side. A reversal keeps the roles of the payment that it undoes.
fn counterparty(tx: &Tx, side: Side, reversed: bool, account: &str) -> Other {
    let debtor = (side == Side::In) != reversed;
    let (first, second) = if debtor { (&tx.debtor, &tx.creditor) } else { (&tx.creditor, &tx.debtor) };
    let told = |o: &Other| !(o.name.is_empty() && o.iban.is_empty()) && o.iban != account;
    if told(first) || !told(second) { first.clone() } else { second.clone() }
}

fn other(node: &Node, who: &str, account: &str, ultimate: &str) -> Other {
    let Some(parties) = node.child("RltdPties") else { return Other::default() };
    let name = |who: &str| {
        let party = parties.child(who);
        party.map(|p| p.text_at(&["Pty/Nm", "Nm", "Agt/FinInstnId/Nm"]).to_owned()).unwrap_or_default()
    };
    let iban = parties.child(account).map(|a| number(a.text_at(&["Id/IBAN", "Id/Othr/Id"]))).unwrap_or_default();
    let (named, behind) = (name(who), name(ultimate));
    Other { name: if named.is_empty() { behind.clone() } else { named }, iban, ultimate: behind }
}

/// An account number as it is compared: no blanks, capitals.
pub(super) fn number(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

pub(super) fn side(text: &str) -> Option<Side> {
    match text {
        "CRDT" => Some(Side::In),
        "DBIT" => Some(Side::Out),
        _ => None,
    }
}

pub(super) fn money(node: &Node, currency: Currency, place: &Place, field: &str) -> Result<Money, Problem> {
    amount::iso(&node.text, currency).map_err(|wrong| Problem::new(place.clone(), field, wrong, &node.text))
}

/// `Dt` or `DtTm`; `None` where the element is missing.
fn day(node: &Node, name: &'static str, place: &Place) -> Result<Option<Date>, Problem> {
    let Some(found) = node.child(name) else { return Ok(None) };
    let text = found.text_at(&["Dt", "DtTm"]);
    date::iso(text).map(Some).ok_or_else(|| Problem::new(place.clone(), name, Wrong::Date, text))
}

fn charges(ntry: &Node, currency: Currency) -> Option<Money> {
    let mut sum = Money::zero(currency);
    let mut any = false;
    for charge in ntry.all("Chrgs") {
        let whole = charge.child("TtlChrgsAndTaxAmt");
        let each = charge.child("Amt").into_iter().chain(charge.all("Rcrd").filter_map(|r| r.child("Amt")));
        for amt in whole.into_iter().chain(each.filter(|_| whole.is_none())) {
            let currency = amt.currency.parse().ok()?;
            sum = sum.checked_add(amount::iso(&amt.text, currency).ok()?)?;
            any = true;
        }
    }
    any.then_some(sum)
}
