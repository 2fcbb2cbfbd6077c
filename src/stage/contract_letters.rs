//! What letters about a contract say: plain data.

use serde::Serialize;

use super::letters::Sender;
use crate::kernel::{Fault, Locale, Moment, Money};

/// `mail/contract`: a contract to be read and accepted, or its next version.
#[derive(Clone, Debug, Serialize)]
pub struct ContractLetter {
    pub sender: Sender,
    pub locale: Locale,
    pub number: String,
    /// From 2 on it takes the place of an earlier one.
    pub version: i64,
    pub title: String,
    pub name: String,
    /// The offer that is its annex.
    pub offer: String,
    pub total: Money,
    /// The contract's own page.
    pub url: String,
    /// Who signs the letter.
    pub signed: String,
}

/// `mail/contract_accepted`: the customer's copy.
#[derive(Clone, Debug, Serialize)]
pub struct ContractAcceptedLetter {
    pub sender: Sender,
    pub locale: Locale,
    pub number: String,
    pub title: String,
    pub name: String,
    /// Who accepted it, and when.
    pub by: String,
    pub at: Moment,
    pub url: String,
    pub signed: String,
}

/// `mail/contract_answer`: what staff answered.
#[derive(Clone, Debug, Serialize)]
pub struct ContractAnswerLetter {
    pub sender: Sender,
    pub locale: Locale,
    pub number: String,
    pub name: String,
    pub answer: String,
    pub signed: String,
    /// The part that was asked about; empty for the whole.
    pub about: String,
    pub question: String,
    pub url: String,
}

const SAMPLE_DAY: Moment = Moment(1_795_514_400_000);

pub(super) fn samples() -> Result<Vec<super::Sample>, Fault> {
    let first = ContractLetter {
        sender: Sender::sample(),
        locale: Locale::LT,
        number: "SUT-2026-000007".into(),
        version: 1,
        title: "Pirkimo–pardavimo sutartis".into(),
        name: "Rūta Žemaitė".into(),
        offer: "KP-2026-000012".into(),
        total: Money::eur(283_300),
        url: "https://shop.example/lt/contract/abc".into(),
        signed: "Jonas Girdenis".into(),
    };
    let accepted = ContractAcceptedLetter {
        sender: Sender::sample(),
        locale: Locale::LT,
        number: first.number.clone(),
        title: first.title.clone(),
        name: first.name.clone(),
        by: "Rūta Žemaitė".into(),
        at: SAMPLE_DAY,
        url: first.url.clone(),
        signed: String::new(),
    };
    let answer = ContractAnswerLetter {
        sender: Sender::sample(),
        locale: Locale::LT,
        number: first.number.clone(),
        name: first.name.clone(),
        answer: "Taip, avansą galite sumokėti dviem dalimis.".into(),
        signed: "Jonas Girdenis".into(),
        about: "2. Kaina ir mokėjimas".into(),
        question: "Ar avansą galima mokėti dalimis?".into(),
        url: first.url.clone(),
    };
    let whole = ContractAnswerLetter { about: String::new(), signed: String::new(), ..answer.clone() };
    let next = ContractLetter { version: 2, signed: String::new(), ..first.clone() };
    Ok(vec![
        super::Sample::new("mail/contract", "the first version", &first)?,
        super::Sample::new("mail/contract", "the next version", &next)?,
        super::Sample::new("mail/contract_accepted", "accepted", &accepted)?,
        super::Sample::new("mail/contract_answer", "about a part", &answer)?,
        super::Sample::new("mail/contract_answer", "about the whole", &whole)?,
    ])
}
