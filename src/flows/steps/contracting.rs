//! From an offer to a contract: what is copied from it, what its fields say, and the paper that is sent.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::{
    offering::{self, Settlement},
    papers,
};
use crate::{
    contracts::{self, Annex, Content, Paper, Side, Sums, text},
    documents,
    kernel::{App, Fault, Locale, Moment, Money, OfferId, Rate, Reads},
    offers::{self, Buyer, Choice, Deposit, Drawn, Offer, State},
    sales::DeliveryKind,
    stage::{Stage, Voice},
    tax::{self, Rates},
};

/// The offer that a contract stands on: one version of it, and what is taken of that.
pub(crate) struct Ground {
    pub number: String,
    pub version: offers::Version,
    pub choice: Choice,
    pub buyer: Buyer,
    /// Who accepted it, and as what: who may say yes to the offer signs the contract, too.
    pub signer: Option<(String, String)>,
}

/// What was accepted, else the version that is open now.
///
/// # Faults
/// `contracts.no_offer` of an offer that was not sent, or that nobody can accept any more.
pub(crate) async fn ground(db: &impl Reads, offer: &Offer) -> Result<Ground, Fault> {
    let accepted = offers::acceptance(db, offer.id).await?;
    let may = accepted.is_some() || offer.state.is_open();
    if offer.version == 0 || !may || offer.state == State::Withdrawn {
        return Err(contracts::Fault::NoOffer.into());
    }
    let n = accepted.as_ref().map_or(offer.version, |a| a.version);
    fixed(db, (offer.id, offer.number.clone().unwrap_or_default()), n).await
}

/// One version of an offer, with what was accepted of it or was offered.
///
/// # Faults
/// `offers.no_offer`.
pub(crate) async fn fixed(db: &impl Reads, (offer, number): (OfferId, String), n: i64) -> Result<Ground, Fault> {
    let accepted = offers::acceptance(db, offer).await?.filter(|a| a.version == n);
    let version = offers::version(db, offer, n).await?;
    let (choice, buyer, signer) = match accepted {
        Some(accepted) => (accepted.choice, accepted.buyer, Some((accepted.name, accepted.role))),
        None => (version.drawn.offered(), version.drawn.buyer.clone(), None),
    };
    Ok(Ground { number, version, choice, buyer, signer })
}

impl Ground {
    pub(crate) fn settle(&self, rates: &Rates) -> Result<Settlement, Fault> {
        offering::settle(&self.version.drawn, &self.choice, rates)
    }
}

/// What has to come first, where that is less than all.
pub(crate) fn deposit(drawn: &Drawn, whole: Money) -> Option<Money> {
    let sum = match drawn.deposit? {
        Deposit::Percent(rate) => Money::from_decimal(whole.to_decimal() * rate.to_decimal(), whole.currency)?,
        Deposit::Sum(minor) => Money { minor, ..whole },
    };
    Some(sum).filter(|sum| 0 < sum.minor && sum.minor < whole.minor)
}

/// A contract as it begins: the template's text, both parties as the shop and the offer know them.
pub(crate) fn begin(app: &App, ground: &Ground, template: &contracts::Template, locale: Locale) -> Content {
    let settings = app.settings();
    let voice = app.port::<Stage>().voice(locale);
    let text = |key: &str| settings.text(key).trim().to_owned();
    let or = |key: &str, word: &str| Some(text(key)).filter(|t| !t.is_empty()).unwrap_or_else(|| voice.say(word));
    let shop = papers::seller(&settings, false);
    let place = Some(text("contracts.place")).filter(|t| !t.is_empty()).unwrap_or_else(|| shop.city.clone());
    let seller = Side {
        name: shop.name,
        company: true,
        code: shop.code,
        vat_code: shop.vat_code,
        street: shop.street,
        city: shop.city,
        postcode: shop.postcode,
        country: country(&voice, &shop.country),
        email: shop.email,
        phone: shop.phone,
        bank: text("payment.bank"),
        iban: text("payment.iban"),
        person: text("contracts.person"),
        role: or("contracts.role", "contracts.default.role"),
        basis: or("contracts.basis", "contracts.default.basis"),
    };
    Content { title: template.title.clone(), body: template.body.clone(), place, seller, buyer: buyer(ground, &voice) }
}

fn buyer(ground: &Ground, voice: &Voice) -> Side {
    let b = &ground.buyer;
    let company = !b.company.is_empty();
    let (person, role) = ground.signer.clone().unwrap_or_else(|| (b.name.clone(), String::new()));
    Side {
        name: if company { b.company.clone() } else { b.name.clone() },
        company,
        code: b.company_code.clone(),
        vat_code: b.vat_code.clone(),
        street: b.street.clone(),
        city: b.city.clone(),
        postcode: b.postcode.clone(),
        country: country(voice, &b.country),
        email: b.email.clone(),
        phone: b.phone.clone(),
        person: if company { person } else { String::new() },
        role: if company { role } else { String::new() },
        basis: if company { voice.say("contracts.default.basis") } else { String::new() },
        ..Side::default()
    }
}

fn country(voice: &Voice, code: &str) -> String {
    let key = format!("country.{code}");
    if voice.has(&key) { voice.say(&key) } else { code.to_owned() }
}

/// What a paper is written from.
pub(crate) struct Desk<'a> {
    pub app: &'a App,
    pub content: &'a Content,
    pub ground: &'a Ground,
    pub locale: Locale,
    /// Of the paper: empty while it is a draft.
    pub number: &'a str,
    pub version: i64,
    pub now: Moment,
}

impl Desk<'_> {
    /// The contract as it will be sent.
    ///
    /// # Faults
    /// What is missing of the parties, by field; what the text lacks, each with its place.
    pub(crate) fn paper(&self, rates: &Rates) -> Result<Paper, Fault> {
        let mut faults = self.lacking();
        let done = self.ground.settle(rates)?;
        let totals = &done.settled.totals;
        let (fields, holds) = self.facts(&done);
        let known = fields.iter().map(|(k, v)| (*k, v.clone())).collect();
        let text = match text::read(&self.content.body).write(&known, &holds) {
            Ok(text) => text,
            Err(mut fault) => {
                let more = std::mem::take(&mut fault.more);
                faults.push(fault);
                faults.extend(more);
                text::Written::default()
            }
        };
        if let Some(fault) = Fault::gather(faults) {
            return Err(fault);
        }
        Ok(Paper {
            number: self.number.to_owned(),
            version: self.version,
            locale: self.locale,
            date: self.now.date().to_string(),
            place: self.content.place.clone(),
            title: self.content.title.clone(),
            seller: self.content.seller.clone(),
            buyer: self.content.buyer.clone(),
            text,
            sums: Sums { net: totals.net, gross: totals.gross, deposit: deposit(&self.ground.version.drawn, totals.gross) },
            annex: annex(self.ground),
            manager: self.ground.version.drawn.manager.clone(),
        })
    }

    fn lacking(&self) -> Vec<Fault> {
        let (s, b) = (&self.content.seller, &self.content.buyer);
        let mut needed = vec![
            ("title", &self.content.title),
            ("place", &self.content.place),
            ("seller_name", &s.name),
            ("seller_person", &s.person),
            ("seller_basis", &s.basis),
            ("buyer_name", &b.name),
            ("buyer_email", &b.email),
        ];
        if b.company {
            needed.extend([("buyer_person", &b.person), ("buyer_basis", &b.basis)]);
        }
        let empty = needed.into_iter().filter(|(_, text)| text.trim().is_empty());
        empty.map(|(field, _)| contracts::Fault::Missing { field }.into()).collect()
    }

    /// Everything that a text may name, and what holds.
    fn facts(&self, done: &Settlement) -> (BTreeMap<&'static str, String>, BTreeSet<&'static str>) {
        let voice = self.app.port::<Stage>().voice(self.locale);
        let (drawn, settings) = (&self.ground.version.drawn, self.app.settings());
        let (s, b, totals) = (&self.content.seller, &self.content.buyer, &done.settled.totals);
        let money = |sum: Money| voice.money(sum);
        let first = deposit(drawn, totals.gross);
        let words = documents::in_words(totals.gross, self.locale);
        let days = drawn.delivery.as_ref().map(|d| match d.days {
            (least, most) if least == most => most.to_string(),
            (least, most) => format!("{least}–{most}"),
        });
        let number = if self.number.is_empty() { voice.say("contracts.sheet.no_number") } else { self.number.to_owned() };
        let vat = Money { minor: totals.gross.minor - totals.net.minor, ..totals.gross };
        let fetched = drawn.delivery.as_ref().is_some_and(|d| d.kind == DeliveryKind::Pickup.as_str());
        let mut fields = BTreeMap::from([
            ("number", number),
            ("date", voice.day(&self.now.date().to_string())),
            ("place", self.content.place.clone()),
            ("offer", self.ground.number.clone()),
            ("offer_date", voice.day(&self.ground.version.sent_at.date().to_string())),
            ("manager", drawn.manager.clone()),
            ("shop", settings.text("shop.name").to_owned()),
            ("net", money(totals.net)),
            ("vat", money(vat)),
            ("total", money(totals.gross)),
            // A language that says no sums in words says them in figures.
            ("total_words", if words.is_empty() { money(totals.gross) } else { words }),
            ("deposit", first.map(money).unwrap_or_default()),
            ("rest", money(Money { minor: totals.gross.minor - first.map_or(0, |d| d.minor), ..totals.gross })),
            ("payment_days", settings.int("payment.days").max(1).to_string()),
            ("delivery", drawn.delivery.as_ref().map(|d| d.name.clone()).unwrap_or_default()),
            ("delivery_days", days.unwrap_or_default()),
            // Without a street there is no address, whatever else is known.
            ("delivery_address", if b.street.is_empty() { String::new() } else { b.address() }),
            ("warranty_months", settings.int("contracts.warranty_months").to_string()),
            ("interest", voice.rate(Rate(settings.int("contracts.interest") * 100))),
            ("cap", voice.rate(Rate::percent(settings.int("contracts.cap")))),
        ]);
        fields.extend(side(s, &SELLER));
        fields.extend(side(b, &BUYER));
        let all = [
            ("business", b.company),
            ("consumer", !b.company),
            ("deposit", first.is_some()),
            ("delivered", !fetched),
            ("collected", fetched),
            ("vat", vat.minor != 0),
        ];
        (fields, all.into_iter().filter(|(_, holds)| *holds).map(|(name, _)| name).collect())
    }
}

const SELLER: [&str; 11] = [
    "seller",
    "seller_code",
    "seller_vat",
    "seller_address",
    "seller_email",
    "seller_phone",
    "seller_bank",
    "seller_iban",
    "seller_person",
    "seller_role",
    "seller_basis",
];
/// Nobody asks for the customer's bank.
const BUYER: [&str; 11] = [
    "buyer",
    "buyer_code",
    "buyer_vat",
    "buyer_address",
    "buyer_email",
    "buyer_phone",
    "",
    "",
    "buyer_person",
    "buyer_role",
    "buyer_basis",
];

fn side(of: &Side, names: &[&'static str; 11]) -> Vec<(&'static str, String)> {
    let iban = grouped(&of.iban);
    let values = [
        of.name.clone(),
        of.code.clone(),
        of.vat_code.clone(),
        of.address(),
        of.email.clone(),
        of.phone.clone(),
        of.bank.clone(),
        iban,
        of.signs().to_owned(),
        of.role.clone(),
        of.basis.clone(),
    ];
    names.iter().copied().zip(values).filter(|(name, _)| !name.is_empty()).collect()
}

/// An account in groups of four, as it is read.
pub(crate) fn grouped(iban: &str) -> String {
    let iban: Vec<char> = iban.chars().filter(|c| !c.is_whitespace()).collect();
    iban.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("\u{a0}")
}

/// The offer's version whole, without what is nobody's business but the shop's: what goods cost it.
fn annex(ground: &Ground) -> Annex {
    let mut drawn = ground.version.drawn.clone();
    drawn.sections.iter_mut().flat_map(|s| &mut s.items).for_each(|item| item.cost = None);
    Annex {
        number: ground.number.clone(),
        version: ground.version.n,
        hash: ground.version.hash.clone(),
        sent_at: ground.version.sent_at,
        offer: json!({ "drawn": drawn, "choice": ground.choice }),
    }
}

/// The annex as it was frozen.
///
/// # Faults
/// A snapshot that cannot be read is a bug.
pub(crate) fn annexed(annex: &Annex) -> Result<(Drawn, Choice), Fault> {
    let (drawn, choice) = (annex.offer["drawn"].clone(), annex.offer["choice"].clone());
    Ok((serde_json::from_value(drawn)?, serde_json::from_value(choice)?))
}

/// How the offer stands to a contract that has it as its annex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It was accepted as the annex says it.
    Accepted,
    /// It holds, and nobody has answered it yet: a yes to the contract is the yes to it.
    Open,
    /// It was answered otherwise, sent anew, taken back, or has ended.
    Moved,
}

/// # Faults
/// Whatever the database says.
pub(crate) async fn standing(db: &impl Reads, offer: &Offer, annex: &Annex, now: Moment) -> Result<Standing, Fault> {
    let (_, choice) = annexed(annex)?;
    if let Some(before) = offers::acceptance(db, offer.id).await? {
        let same = (before.version, &before.choice) == (annex.version, &choice) && offer.state != State::Withdrawn;
        return Ok(if same { Standing::Accepted } else { Standing::Moved });
    }
    let holds = offer.expires_at.is_some_and(|at| at > now);
    let open = offer.state.is_open() && offer.version == annex.version && holds;
    Ok(if open { Standing::Open } else { Standing::Moved })
}

/// What a contract comes to, from its own annex.
///
/// # Faults
/// Whatever the database says.
pub(crate) async fn settled(db: &impl Reads, annex: &Annex) -> Result<(Drawn, Settlement), Fault> {
    let (drawn, choice) = annexed(annex)?;
    let done = offering::settle(&drawn, &choice, &tax::rates(db).await?)?;
    Ok((drawn, done))
}
