//! A contract on paper: the clauses, who signs, the offer as its annex, and the certificate once it was
//! accepted. Made from the frozen text and from nothing else; the annex is written by the same hand as
//! the offer itself.

use serde_json::{Value, json};

use super::{
    contracting,
    offer_sheet::{self, Sheet},
};
use crate::{
    contracts::{Acceptance, Paper, Side},
    documents::{Meta, Typeset},
    kernel::{App, Fault, Moment},
    stage::{Stage, Voice, letters::Sender},
    tax,
};

/// The job that sets it; with an acceptance, it carries the certificate.
///
/// # Faults
/// What the settlement says; `media.store`.
pub(crate) async fn job(app: &App, paper: &Paper, accepted: Option<&Acceptance>) -> Result<Typeset, Fault> {
    let stage = app.port::<Stage>();
    let voice = stage.voice(paper.locale);
    let (drawn, choice) = contracting::annexed(&paper.annex)?;
    let rates = tax::rates(app.reader()).await?;
    let sheet = Sheet {
        drawn: &drawn,
        choice: &choice,
        rates: &rates,
        number: &paper.annex.number,
        version: paper.annex.version,
        on: paper.annex.sent_at,
        until: None,
        // An annex is kept: it leads nowhere.
        link: None,
        accepted: None,
    };
    let (offer, mut pictures) = offer_sheet::told(app, &sheet).await?;
    pictures.remove("cover");
    let sender = Sender::of(&app.settings(), paper.locale);
    let data = Writer { paper, accepted, voice: &voice }.data(&sender, offer);
    Ok(Typeset {
        template: "contract".to_owned(),
        files: stage.document_files(),
        meta: Meta {
            title: [paper.title.as_str(), &paper.number].join(" ").trim().to_owned(),
            author: paper.seller.name.clone(),
            locale: voice.locale(),
            date: paper.date.clone(),
        },
        data,
        pictures,
        attachments: Vec::new(),
    })
}

/// What the template is given, for the check of a theme: a contract as it looks, and accepted.
pub(crate) struct Writer<'a> {
    pub paper: &'a Paper,
    pub accepted: Option<&'a Acceptance>,
    pub voice: &'a Voice,
}

impl Writer<'_> {
    fn say(&self, name: &str) -> String {
        self.voice.say(&format!("contracts.sheet.{name}"))
    }
    fn fill(&self, name: &str, args: &[(&str, String)]) -> String {
        self.voice.fill(&format!("contracts.sheet.{name}"), args)
    }
    fn at(&self, at: Moment) -> String {
        let local = at.to_local();
        format!("{} {:02}:{:02}", self.voice.day(&at.date().to_string()), local.hour(), local.minute())
    }

    pub(crate) fn data(&self, sender: &Sender, offer: Value) -> Value {
        let paper = self.paper;
        let number = if paper.number.is_empty() { self.say("draft") } else { paper.number.clone() };
        let foot = [&paper.seller.name, &paper.buyer.name].map(String::as_str).join(" · ");
        json!({
            "look": { "accent": self.voice.wish("accent") },
            "kind": "contract",
            "number": number,
            "number_label": self.say("number"),
            "seller": { "name": sender.name },
            "title": paper.title,
            "facts": self.under(),
            "parties": [self.party("seller", &paper.seller), self.party("buyer", &paper.buyer)],
            "preamble": paper.text.preamble,
            "parts": paper.text.parts,
            "signatures": { "title": self.say("signatures"), "sides": [
                self.signs("seller", &paper.seller), self.signs("buyer", &paper.buyer),
            ] },
            "annex": self.annex(offer),
            "certificate": self.certificate(),
            "foot": {
                "text": foot,
                "page": self.voice.fill("documents.sheet.page", &[("page", "{page}".into()), ("pages", "{pages}".into())]),
            },
        })
    }

    fn under(&self) -> Vec<String> {
        let paper = self.paper;
        let mut under = Vec::new();
        if paper.number.is_empty() || paper.version == 0 {
            under.push(self.say("draft"));
        } else if paper.version > 1 {
            under.push(self.fill("version", &[("n", paper.version.to_string())]));
        }
        under.push(self.voice.day(&paper.date));
        under.push(paper.place.clone());
        under.retain(|t| !t.is_empty());
        under
    }

    fn party(&self, label: &str, side: &Side) -> Value {
        let mut rows = Vec::new();
        let mut row = |name: &str, value: &str| {
            if !value.is_empty() {
                rows.push(json!({ "label": self.say(name), "value": value }));
            }
        };
        row(if side.company { "code" } else { "person_code" }, &side.code);
        row("vat_code", &side.vat_code);
        row("address", &side.address());
        if side.company {
            let by = [side.role.as_str(), &side.person].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ");
            row("represented", &by);
            row("basis", &side.basis);
        }
        json!({ "label": self.say(label), "name": side.name, "rows": rows })
    }

    fn signs(&self, label: &str, side: &Side) -> Value {
        let (mut rows, iban) = (Vec::new(), contracting::grouped(&side.iban));
        for (name, value) in [("email", &side.email), ("phone", &side.phone), ("bank", &side.bank), ("iban", &iban)] {
            if !value.is_empty() {
                rows.push(json!({ "label": self.say(name), "value": value }));
            }
        }
        // What the customer accepted stands where they would have signed; the seller put it forward by sending it.
        let said = match (self.accepted, label) {
            (Some(accepted), "buyer") => {
                self.fill("signed_buyer", &[("name", accepted.name.clone()), ("at", self.at(accepted.at))])
            }
            (Some(_), _) => self.fill("signed_seller", &[("date", self.voice.day(&self.paper.date))]),
            _ => String::new(),
        };
        let role = if side.company { side.role.clone() } else { String::new() };
        json!({
            "label": self.say(label), "name": side.name, "rows": rows, "who": side.signs(), "role": role, "said": said,
            "line": self.say("line"),
        })
    }

    /// The offer as it was accepted or put forward: what was left out is no part of the contract.
    fn annex(&self, mut offer: Value) -> Value {
        let mut n = 0;
        for section in offer["sections"].as_array_mut().into_iter().flatten() {
            let Some(rows) = section["rows"].as_array_mut() else { continue };
            rows.retain(|row| row["is"] == "note" || row["taken"] == true);
            for row in rows.iter_mut().filter(|row| row["is"] == "goods") {
                n += 1;
                row["n"] = n.to_string().into();
            }
        }
        let annex = &self.paper.annex;
        let version = if annex.version > 1 { self.fill("version", &[("n", annex.version.to_string())]) } else { String::new() };
        let under = [annex.number.clone(), version, self.voice.day(&annex.sent_at.date().to_string())];
        offer["label"] = self.say("annex").into();
        offer["title"] = self.say("annex_title").into();
        offer["about"] = offer["cover"]["title"].clone();
        offer["under"] = under.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().into();
        offer["certificate"] = Value::Null;
        offer
    }

    /// Who said yes to what, when and from where.
    fn certificate(&self) -> Value {
        let Some(accepted) = self.accepted else { return Value::Null };
        let word = |name: &str| self.voice.say(&format!("offers.sheet.certificate.{name}"));
        let row = |label: String, value: String| json!({ "label": label, "value": value });
        let when = format!("{}:{:02}", self.at(accepted.at), accepted.at.to_local().second());
        let mut rows = vec![
            row(word("name"), accepted.name.clone()),
            row(word("role"), accepted.role.clone()),
            row(word("at"), format!("{when} ({})", accepted.at.rfc3339())),
            row(word("address"), accepted.address.clone()),
            row(word("agent"), accepted.agent.clone()),
            row(self.say("certificate.version"), format!("{} · {}", self.paper.number, accepted.version)),
            row(self.say("certificate.annex"), format!("{} · {}", self.paper.annex.number, self.paper.annex.version)),
            row(word("sum"), self.voice.money(accepted.gross)),
            row(self.say("certificate.hash"), accepted.hash.clone()),
            row(self.say("certificate.annex_hash"), self.paper.annex.hash.clone()),
        ];
        rows.retain(|r| r["value"].as_str().is_some_and(|v| !v.is_empty()));
        json!({ "title": word("title"), "text": self.say("certificate.text"), "rows": rows })
    }
}
