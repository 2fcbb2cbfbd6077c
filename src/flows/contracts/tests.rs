//! Contracts on every engine, from the offer to the certificate.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::{self as flow, Asking, Make, Refusal, SetContract};
use crate::{
    contracts::{self, Consent, Content, Key, State, Template},
    crm::{self, TaskFilter, TaskKind, TaskQuery},
    flows::{
        counter::{self, Post, Press},
        letters, offers as offering, work,
    },
    jobs::{Registry, Worker},
    kernel::{
        Actor, App, ContractId, Fault, Locale, Money, OfferId, PartyId, Qty, Rate, Right, Role, Source, StaffActor, UserId,
        testing,
    },
    mail::{Outgoing, SendLetter},
    offers::{self, Buyer, Deposit, Edit, Goods, Head, Item, Written},
    parties::Contact,
    sales::DeliveryKind,
};

const SYSTEM: Actor = Actor::System;
const GUEST: Actor = Actor::Guest;

struct Shop {
    app: App,
    party: PartyId,
    press: Arc<Press>,
    post: Arc<Post>,
}

fn staff(role: Role, user: UserId) -> Actor {
    Actor::Staff(StaffActor::new(user, "Rasa", role))
}

impl Shop {
    /// A table at 299.00 €, assembly at 60.00 €; a van at 49.00 €.
    async fn open(fresh: &testing::Fresh) -> Self {
        let mut settings = counter::company();
        for (key, value) in [("contracts.person", "Rasa Rasaitė"), ("shop.email", "labas@shop.example")] {
            settings.set(key, value.into(), Source::Office);
        }
        let (app, press, post) = counter::with_papers(fresh, settings);
        let channel = counter::channel(&app).await;
        counter::delivery(&app, &channel, DeliveryKind::Van, 49_00).await;
        counter::stock_up(&app, &[("TA-1", 299_00, 90)]).await;
        let contact = Contact {
            name: "Ona Onaitė".into(),
            email: Some("ona@b.lt".into()),
            phone: None,
            company: Some("UAB Linija".into()),
            company_code: Some("302000002".into()),
            vat_code: None,
            locale: Locale::LT,
        };
        let party = work::add_customer(&app, &SYSTEM, contact).await.unwrap().party;
        Self { app, party, press, post }
    }

    fn id(&self) -> Uuid {
        let mut bytes = [0; 16];
        self.app.entropy().fill(&mut bytes);
        Uuid::from_bytes(bytes)
    }

    /// Two tables and their assembly, 30 % of it first, sent to a company or a person.
    async fn offer(&self, company: &str) -> (OfferId, String) {
        let (product, variant) = counter::find(&self.app, "TA-1").await;
        let goods = Goods { product, variant, chosen: Default::default() };
        let table = Item::new(self.id(), offers::What::Goods(goods), Qty::pieces(2));
        let words = Written {
            title: "Surinkimas".into(),
            unit: "service".into(),
            price: Money::eur(60_00),
            vat_category: "standard".into(),
        };
        let mut fitting = Item::new(self.id(), offers::What::Written(words), Qty::ONE);
        fitting.optional = true;
        let new = offering::Begin {
            party: Some(self.party),
            title: "Kavinės baldai".into(),
            key: self.id().to_string(),
            ..Default::default()
        };
        let id = offering::start(&self.app, &SYSTEM, new).await.unwrap();
        let buyer = Buyer {
            name: "Ona Onaitė".into(),
            email: "ona@b.lt".into(),
            company: company.into(),
            company_code: if company.is_empty() { String::new() } else { "302000002".into() },
            street: "Pilies g. 1".into(),
            city: "Vilnius".into(),
            postcode: "01123".into(),
            country: "LT".into(),
            ..Buyer::default()
        };
        let head = Head { buyer: Some(buyer), deposit: Some(Some(Deposit::Percent(Rate::percent(30)))), ..Head::default() };
        let edits = vec![Edit::Head(Box::new(head)), Edit::Add(None, vec![table, fitting])];
        offering::edit(&self.app, &SYSTEM, id, offering::Change { edits, ..Default::default() }).await.unwrap();
        offering::prepare(&self.app, &SYSTEM, id).await.unwrap();
        offering::send(&self.app, &SYSTEM, id, offering::Unread::Refused).await.unwrap();
        (id, self.offered(id).await.token.unwrap())
    }
    async fn offered(&self, id: OfferId) -> offers::Offer {
        offers::offer(self.app.reader(), &SYSTEM.scope(Right::OffersRead).unwrap(), id).await.unwrap()
    }
    async fn accept_offer(&self, token: &str) {
        let page = offering::page(&self.app, token, None).await.unwrap();
        let consent = offers::Consent {
            version: page.version.n,
            hash: page.version.hash,
            choice: page.seen.choice,
            seen: page.seen.settled.totals.gross,
            name: "Petras Petraitis".into(),
            role: "direktorius".into(),
            agreed: true,
            street: String::new(),
            city: String::new(),
            postcode: String::new(),
            phone: String::new(),
            payment: "bank_transfer".into(),
            address: "127.0.0.1".into(),
            agent: "test".into(),
        };
        offering::accept(&self.app, &GUEST, token, (consent, "Užsakyti")).await.unwrap();
    }
    async fn make(&self, offer: OfferId) -> Result<ContractId, Fault> {
        flow::make(&self.app, &SYSTEM, Make { offer, template: None, key: self.id().to_string() }).await
    }
    async fn contract(&self, id: ContractId) -> contracts::Contract {
        contracts::contract(self.app.reader(), &SYSTEM.scope(Right::OffersRead).unwrap(), id).await.unwrap()
    }
    async fn rewrite(&self, id: ContractId, how: impl FnOnce(&mut Content)) -> Result<(), Fault> {
        let mut content = self.contract(id).await.content;
        how(&mut content);
        flow::change(&self.app, &SYSTEM, id, content).await
    }
    /// Sent, with its link.
    async fn sent(&self, id: ContractId) -> String {
        flow::send(&self.app, &SYSTEM, id).await.unwrap();
        self.contract(id).await.token.unwrap()
    }
    async fn consent(&self, token: &str) -> Consent {
        let page = flow::page(&self.app, token).await.unwrap();
        Consent {
            version: page.version.n,
            hash: page.version.hash,
            name: " Petras  Petraitis ".into(),
            role: "direktorius".into(),
            agreed: true,
            address: "192.0.2.7".into(),
            agent: "test".into(),
        }
    }
    async fn accept(&self, token: &str, consent: Consent) -> Result<(), Fault> {
        flow::accept(&self.app, &GUEST, token, (consent, "Priimti")).await
    }
    async fn tasks(&self, kind: TaskKind, about: ContractId) -> usize {
        let filter = TaskFilter { party: Some(self.party), kind: Some(kind), ..TaskFilter::default() };
        let scope = SYSTEM.scope(Right::TasksRead).unwrap();
        let query = TaskQuery { filter, after: None, limit: 50 };
        let found = crm::tasks(self.app.reader(), &scope, &query, self.app.now()).await.unwrap();
        found.rows.iter().filter(|t| t.subject == Some(about.uuid())).count()
    }
    async fn history(&self) -> Vec<String> {
        let scope = SYSTEM.scope(Right::CustomersRead).unwrap();
        let rows = crm::timeline(self.app.reader(), &scope, self.party, None).await.unwrap().rows;
        rows.into_iter().rev().map(|row| row.code).filter(|code| code.starts_with("contract.")).collect()
    }
    async fn steps(&self, id: ContractId) -> Vec<String> {
        let all = contracts::events(self.app.reader(), id).await.unwrap();
        all.into_iter().map(|e| format!("{} {}", e.step, e.version)).collect()
    }
    async fn work(&self) {
        let registry = Registry::new()
            .on(|app, job: SendLetter| async move { letters::send(&app, job).await })
            .on(|app, job: crate::flows::documents::SetDocument| async move { crate::flows::documents::set(&app, job).await })
            .on(|app, job: offering::SetOffer| async move { offering::set(&app, job).await })
            .on(|app, job: SetContract| async move { flow::set(&app, job).await });
        Worker::new(self.app.clone(), registry).run_until_idle().await.unwrap();
    }
    fn letters(&self, about: &str) -> Vec<Outgoing> {
        self.post.0.lock().unwrap().iter().filter(|l| l.subject.contains(about)).cloned().collect()
    }
    fn papers(&self) -> Vec<Value> {
        self.press.0.lock().unwrap().iter().filter(|p| p["kind"] == "contract").cloned().collect()
    }
}

async fn shops() -> Vec<(testing::Fresh, Shop)> {
    let mut all = Vec::new();
    for fresh in testing::databases().await {
        let shop = Shop::open(&fresh).await;
        all.push((fresh, shop));
    }
    all
}

#[tokio::test]
async fn a_contract_of_an_accepted_offer_is_sent_and_accepted_with_its_evidence() {
    for (fresh, s) in shops().await {
        let (offer, link) = s.offer("UAB Linija").await;
        s.accept_offer(&link).await;
        let order = s.offered(offer).await.order.unwrap();
        let id = s.make(offer).await.unwrap();
        let made = s.contract(id).await;
        assert_eq!((made.state, made.order, made.number.as_deref()), (State::Draft, Some(order), None), "{}", fresh.name);
        // Nothing is typed again: who accepted the offer signs, and the price is what was accepted.
        assert_eq!((made.content.buyer.person.as_str(), made.content.buyer.role.as_str()), ("Petras Petraitis", "direktorius"));
        assert_eq!(made.gross, Money::eur(2 * 299_00 + 49_00), "what was left out of the offer is no part of it");
        flow::preview(&s.app, &SYSTEM, id).await.unwrap();
        assert_eq!(s.contract(id).await.views, 0);

        let token = s.sent(id).await;
        s.work().await;
        let letter = s.letters("SUT-").pop().unwrap();
        assert_eq!((letter.to.as_str(), letter.attachments[0].name.as_str()), ("ona@b.lt", "SUT-2026-000001.pdf"));
        assert!(letter.html.contains(&format!("/lt/contract/{token}")), "{}", letter.html);
        let paper = s.papers().pop().unwrap();
        assert!(paper["certificate"].is_null());
        let clauses = paper["parts"].to_string();
        assert!(clauses.contains("647,00\u{a0}€") && clauses.contains("194,10\u{a0}€"), "{clauses}");
        assert!(crate::kernel::merge::fields(&clauses).is_empty(), "every field is filled");
        assert_eq!(paper["annex"]["sections"][0]["rows"].as_array().unwrap().len(), 1);
        assert_eq!(s.tasks(TaskKind::FollowUp, id).await, 1);

        for _ in 0..2 {
            flow::saw(&s.app, &GUEST, &token).await.unwrap();
        }
        let seen = s.contract(id).await;
        assert_eq!((seen.state, seen.views), (State::Viewed, 1), "looks within half an hour are one");

        let consent = s.consent(&token).await;
        let silent = Consent { agreed: false, name: "P".into(), ..consent.clone() };
        assert_eq!(s.accept(&token, silent).await.unwrap_err().all().count(), 2, "all that is missing at once");
        let other = Consent { hash: "0".repeat(64), ..consent.clone() };
        assert_eq!(s.accept(&token, other).await.unwrap_err().code, "contracts.superseded");
        s.accept(&token, consent.clone()).await.unwrap();
        s.accept(&token, consent.clone()).await.unwrap();
        let another = Consent { name: "Kitas Asmuo".into(), ..consent };
        assert_eq!(s.accept(&token, another).await.unwrap_err().code, "contracts.moved", "an answer is written once");
        s.work().await;
        let kept = contracts::acceptance(s.app.reader(), id).await.unwrap().unwrap();
        assert_eq!(
            (kept.name.as_str(), kept.address.as_str(), kept.gross),
            ("Petras Petraitis", "192.0.2.7", Money::eur(647_00))
        );
        let version = contracts::version(s.app.reader(), id, 1).await.unwrap();
        assert_eq!(kept.hash, version.hash);
        let signed = s.papers().pop().unwrap();
        assert!(signed["certificate"]["rows"].to_string().contains(&kept.hash), "{signed}");
        let copy = s.letters("SUT-").pop().unwrap();
        assert_eq!(copy.attachments[0].name, "SUT-2026-000001-accepted.pdf");
        assert_eq!(s.letters("SUT-").len(), 2, "each letter goes once");
        assert_eq!(s.tasks(TaskKind::FollowUp, id).await, 0);
        assert_eq!(s.history().await, ["contract.sent", "contract.viewed", "contract.accepted"]);
        let refused = flow::withdraw(&s.app, &SYSTEM, id, "Persigalvojome").await.unwrap_err();
        assert_eq!(refused.code, "contracts.wrong_state", "what was agreed stays");
        assert!(flow::certificate(&s.app, &token).await.unwrap().bytes.starts_with(b"%PDF"));
    }
}

#[tokio::test]
async fn a_new_version_never_overwrites_and_a_refusal_has_its_reason() {
    for (fresh, s) in shops().await {
        let (offer, link) = s.offer("UAB Linija").await;
        s.accept_offer(&link).await;
        let id = s.make(offer).await.unwrap();
        let token = s.sent(id).await;
        let first = contracts::version(s.app.reader(), id, 1).await.unwrap();
        let stale = s.consent(&token).await;
        let no = |reason: &str, note: &str| Refusal { reason: reason.into(), note: note.into(), address: "127.0.0.1".into() };
        let refused = flow::decline(&s.app, &GUEST, &token, no("", "")).await.unwrap_err();
        assert_eq!((refused.code, refused.field.as_deref()), ("form.choose", Some("reason")));
        flow::decline(&s.app, &GUEST, &token, no("clauses", "Delspinigiai per dideli")).await.unwrap();
        let declined = s.contract(id).await;
        assert_eq!((declined.state, declined.reason.as_str()), (State::Declined, "clauses: Delspinigiai per dideli"));
        assert_eq!((s.tasks(TaskKind::FollowUp, id).await, s.tasks(TaskKind::Call, id).await), (0, 1), "somebody calls");
        assert_eq!(s.accept(&token, stale.clone()).await.unwrap_err().code, "contracts.wrong_state");

        assert_eq!(s.rewrite(id, |c| c.place = "Kaunas".into()).await.unwrap_err().code, "contracts.not_written");
        flow::revise(&s.app, &SYSTEM, id).await.unwrap();
        s.rewrite(id, |c| c.body = c.body.replace("{interest} delspinigių", "0,01 % delspinigių")).await.unwrap();
        let number = flow::send(&s.app, &SYSTEM, id).await.unwrap();
        assert_eq!(number, first.paper.number, "{}: the number stays", fresh.name);
        assert_eq!(s.contract(id).await.token.as_deref(), Some(token.as_str()), "and the link");
        let versions = contracts::versions(s.app.reader(), id).await.unwrap();
        assert_eq!(versions.iter().map(|v| v.n).collect::<Vec<_>>(), [2, 1]);
        assert_eq!((&versions[1].hash, &versions[1].paper), (&first.hash, &first.paper), "what was sent stays as it was");
        assert_ne!(versions[0].hash, first.hash);
        assert_eq!(s.steps(id).await, ["create 0", "send 1", "decline 1", "revise 1", "supersede 1", "send 2"]);
        assert_eq!(s.tasks(TaskKind::Call, id).await, 0, "the new version answers the refusal");
        assert_eq!(s.accept(&token, stale).await.unwrap_err().code, "contracts.superseded");
        s.accept(&token, s.consent(&token).await).await.unwrap();
        assert_eq!(contracts::acceptance(s.app.reader(), id).await.unwrap().unwrap().version, 2);
    }
}

#[tokio::test]
async fn a_yes_to_the_contract_of_an_open_offer_is_the_yes_to_the_offer() {
    for (fresh, s) in shops().await {
        let (offer, _) = s.offer("").await;
        let id = s.make(offer).await.unwrap();
        let token = s.sent(id).await;
        let page = flow::page(&s.app, &token).await.unwrap();
        assert!(page.orders && !page.over, "{}", fresh.name);
        // A consumer reads what law wants them to know, and nothing that holds among businesses.
        let text = serde_json::to_string(&page.version.paper.text).unwrap();
        assert!(
            text.contains("Teisė atsisakyti") && text.contains("vvtat.lrv.lt") && !text.contains("netaikoma. Ginčai"),
            "{text}"
        );
        s.accept(&token, s.consent(&token).await).await.unwrap();
        let ordered = s.offered(offer).await;
        assert_eq!(ordered.state, offers::State::Ordered);
        assert_eq!(s.contract(id).await.order, ordered.order, "the contract belongs to the order");
        let yes = offers::acceptance(s.app.reader(), offer).await.unwrap().unwrap();
        assert_eq!((yes.name.as_str(), yes.gross), ("Petras Petraitis", page.version.paper.sums.gross));
        s.work().await;

        // Another contract whose offer was sent anew meanwhile is no ground for a yes.
        let (offer, link) = s.offer("UAB Linija").await;
        let id = s.make(offer).await.unwrap();
        let token = s.sent(id).await;
        offering::revise(&s.app, &SYSTEM, offer).await.unwrap();
        offering::send(&s.app, &SYSTEM, offer, offering::Unread::Refused).await.unwrap();
        assert!(flow::page(&s.app, &token).await.unwrap().over);
        assert_eq!(s.accept(&token, s.consent(&token).await).await.unwrap_err().code, "contracts.annex_moved");
        assert_eq!(s.contract(id).await.state, State::Sent, "nothing of it was kept");
        flow::revise(&s.app, &SYSTEM, id).await.unwrap();
        s.sent(id).await;
        assert_eq!(s.contract(id).await.offer_version, 2, "the next version is about what the offer says now");
        // The offer accepted by itself meanwhile is the same yes.
        s.accept_offer(&link).await;
        s.accept(&token, s.consent(&token).await).await.unwrap();
    }
}

#[tokio::test]
async fn a_question_about_a_part_is_planned_and_answered_by_letter() {
    for (fresh, s) in shops().await {
        let (offer, link) = s.offer("UAB Linija").await;
        s.accept_offer(&link).await;
        let id = s.make(offer).await.unwrap();
        let token = s.sent(id).await;
        let ask = async |part: &str, text: &str, key: &str| {
            let asking = Asking { part: part.into(), text: text.into(), address: "127.0.0.1".into(), key: key.into() };
            flow::ask(&s.app, &GUEST, &token, asking).await
        };
        let empty = ask("", "  ", "a").await.unwrap_err();
        assert_eq!((empty.code, empty.field.as_deref()), ("form.missing", Some("question")), "{}", fresh.name);
        let other = ask("99", "Ar galima?", "b").await.unwrap_err();
        assert_eq!((other.code, other.field.as_deref()), ("form.choose", Some("part")));
        let long = ask("", &"a".repeat(4001), "c").await.unwrap_err();
        assert_eq!(long.code, "contracts.too_long");
        assert_eq!(s.tasks(TaskKind::Letter, id).await, 0, "what was refused asks nothing");
        for _ in 0..2 {
            ask("2", "Ar avansą galima mokėti dalimis?", "d").await.unwrap();
        }
        ask("", "Kada pristatysite?", "e").await.unwrap();
        let all = contracts::questions(s.app.reader(), id).await.unwrap();
        assert_eq!(all.len(), 2, "sent twice, it is one question");
        assert!(all[0].about.starts_with("2. ") && all[1].about.is_empty(), "{all:?}");
        assert_eq!(s.contract(id).await.state, State::Sent, "a question changes no state");
        assert_eq!(s.tasks(TaskKind::Letter, id).await, 2, "a letter is planned for each");

        let stranger = staff(Role::Manager, UserId(s.id()));
        let refused = flow::answer(&s.app, &stranger, id, (all[0].id, "Ne")).await.unwrap_err();
        assert_eq!(refused.code, "contracts.no_contract", "another manager's contract");
        flow::answer(&s.app, &SYSTEM, id, (all[0].id, "Taip, dviem dalimis.")).await.unwrap();
        assert_eq!(s.tasks(TaskKind::Letter, id).await, 2, "one question still waits");
        let twice = flow::answer(&s.app, &SYSTEM, id, (all[0].id, "Ne.")).await.unwrap_err();
        assert_eq!(twice.code, "contracts.no_question", "an answer is given once");
        flow::answer(&s.app, &SYSTEM, id, (all[1].id, "Po dviejų savaičių.")).await.unwrap();
        assert_eq!(s.tasks(TaskKind::Letter, id).await, 0);
        s.work().await;
        let letters = s.letters("Atsakymas dėl sutarties SUT-2026-000001");
        assert_eq!(letters.len(), 2);
        for text in ["Taip, dviem dalimis.", "Ar avansą galima mokėti dalimis?", &format!("/lt/contract/{token}")] {
            assert!(letters.iter().any(|l| l.html.contains(text) && l.plain.contains(text)), "{text}");
        }
        let told = ["contract.sent", "contract.asked", "contract.asked", "contract.answered", "contract.answered"];
        assert_eq!(s.history().await, told);
        let page = flow::page(&s.app, &token).await.unwrap();
        assert_eq!(page.questions[0].answer, "Taip, dviem dalimis.");
        s.accept(&token, s.consent(&token).await).await.unwrap();
        let export = contracts::export(s.app.reader(), s.party).await.unwrap();
        assert_eq!(export[0]["questions"][1]["answer"], "Po dviejų savaičių.");
    }
}

#[tokio::test]
async fn what_is_missing_is_named_with_its_place_before_anything_is_sent() {
    for (fresh, s) in shops().await {
        let (offer, _) = s.offer("UAB Linija").await;
        let id = s.make(offer).await.unwrap();
        let refused = s.rewrite(id, |c| c.body.push_str("\n\n# Kita\n\nMokama {kaina}.")).await.unwrap_err();
        assert_eq!(refused.code, "contracts.unknown_field", "{}", fresh.name);
        assert!(refused.args.iter().any(|(_, v)| v.contains("„Kita“")), "{:?}", refused.args);
        s.rewrite(id, |c| {
            c.body.push_str("\n\n# Bankas\n\nBankas – {seller_bank}.");
            c.seller.person = String::new();
        })
        .await
        .unwrap();
        let written = flow::written(&s.app, &SYSTEM, id).await.unwrap();
        let lacks: Vec<String> =
            written.reading.unwrap_err().all().map(|f| f.field.clone().unwrap_or_default() + " " + f.code).collect();
        assert_eq!(lacks, ["seller_person form.missing", "body contracts.unresolved"]);
        assert!(flow::send(&s.app, &SYSTEM, id).await.is_err());
        assert_eq!(s.contract(id).await.state, State::Draft);
        assert!(contracts::versions(s.app.reader(), id).await.unwrap().is_empty());
        s.rewrite(id, |c| (c.seller.person, c.seller.bank) = ("Rasa Rasaitė".into(), "AB SEB bankas".into())).await.unwrap();
        assert_eq!(flow::send(&s.app, &SYSTEM, id).await.unwrap(), "SUT-2026-000001", "a refusal draws no number");
    }
}

#[tokio::test]
async fn templates_are_the_shop_s_and_no_contract_changes_with_them() {
    for (fresh, s) in shops().await {
        let (offer, _) = s.offer("UAB Linija").await;
        let before = s.make(offer).await.unwrap();
        let key = Key::standard(Locale::LT);
        let built_in = contracts::template(s.app.reader(), &key).await.unwrap();
        let wrong = Template { body: "# Kaina\n\nSuma {sum}.".into(), name: String::new(), ..built_in.clone() };
        let refused = flow::save_template(&s.app, &SYSTEM, wrong).await.unwrap_err();
        assert_eq!(refused.all().count(), 2, "the name and the field");
        let own = Template { body: "# Kaina\n\nSuma {total}.".into(), title: "Trumpa sutartis".into(), ..built_in.clone() };
        flow::save_template(&s.app, &SYSTEM, own).await.unwrap();
        let after = s.make(offer).await.unwrap();
        assert_eq!(s.contract(after).await.content.title, "Trumpa sutartis", "{}", fresh.name);
        assert_eq!(s.contract(before).await.content.body, built_in.body);
        let copy = flow::add_template(&s.app, &SYSTEM, &key, "Trumpoji").await.unwrap();
        flow::drop_template(&s.app, &SYSTEM, &key).await.unwrap();
        assert_eq!(contracts::template(s.app.reader(), &key).await.unwrap(), built_in, "the built-in text is back");
        let make = Make { offer, template: Some(copy.to_string()), key: "once".into() };
        let first = flow::make(&s.app, &SYSTEM, make.clone()).await.unwrap();
        assert_eq!(flow::make(&s.app, &SYSTEM, make).await.unwrap(), first, "sent twice, it is one contract");
        assert_eq!(s.contract(first).await.content.body, "# Kaina\n\nSuma {total}.");
        flow::drop_template(&s.app, &SYSTEM, &copy).await.unwrap();
        let gone = flow::drop_template(&s.app, &SYSTEM, &copy).await.unwrap_err();
        assert_eq!(gone.code, "contracts.no_template");
        assert_eq!(contracts::templates(s.app.reader()).await.unwrap().len(), 3);
    }
}

#[tokio::test]
async fn rights_are_asked_and_what_was_not_signed_is_forgotten_with_its_customer() {
    for (fresh, s) in shops().await {
        let user = UserId(s.id());
        let (offer, link) = s.offer("UAB Linija").await;
        let made = |actor: Actor| {
            let app = s.app.clone();
            async move { flow::make(&app, &actor, Make { offer, template: None, key: "k".into() }).await.unwrap_err().code }
        };
        assert_eq!(made(staff(Role::Viewer, user)).await, "access.forbidden", "{}", fresh.name);
        assert_eq!(made(staff(Role::Manager, user)).await, "offers.no_offer", "a manager makes none of another's offer");
        let id = s.make(offer).await.unwrap();
        let manager = staff(Role::Manager, user);
        assert_eq!(flow::send(&s.app, &manager, id).await.unwrap_err().code, "contracts.no_contract");
        let key = Key::standard(Locale::LT);
        assert_eq!(flow::drop_template(&s.app, &manager, &key).await.unwrap_err().code, "access.forbidden");
        assert_eq!(flow::page(&s.app, "no-such-link").await.err().unwrap().code, "contracts.no_contract");

        s.accept_offer(&link).await;
        flow::revise(&s.app, &SYSTEM, id).await.unwrap_err();
        let signed = s.make(offer).await.unwrap();
        let token = s.sent(signed).await;
        s.accept(&token, s.consent(&token).await).await.unwrap();
        let tx = s.app.begin(&SYSTEM).await.unwrap();
        crate::flows::steps::personal::erase(&tx, s.party).await.unwrap();
        tx.commit().await.unwrap();
        let scope = SYSTEM.scope(Right::OffersRead).unwrap();
        assert!(contracts::contract(s.app.reader(), &scope, id).await.is_err());
        assert_eq!(s.contract(signed).await.state, State::Accepted, "what binds both stays");
        let told = contracts::export(s.app.reader(), s.party).await.unwrap();
        assert!(
            told[0]["versions"][0]["contract"]["annex"]["offer"]["drawn"].is_object() && !told.to_string().contains("\"cost\":{")
        );
    }
}
