//! An offer written in Lithuanian for somebody who reads English.

use super::*;
use crate::{
    flows::{
        self,
        offers::{Reviewed, Unread, Word},
    },
    kernel::Source,
    translation::{Mark, Segment, TextState},
};

const EN: Locale = Locale::EN;

impl Shop {
    /// A customer of the other language, and an offer with words of its own.
    async fn abroad(&mut self) -> OfferId {
        let contact = Contact {
            name: "Ann Lee".into(),
            email: Some("ann@b.ie".into()),
            phone: None,
            company: None,
            company_code: None,
            vat_code: None,
            locale: EN,
        };
        self.party = work::add_customer(&self.app, &SYSTEM, contact).await.unwrap().party;
        let written = Written {
            title: "Surinkimas vietoje".into(),
            unit: "service".into(),
            price: Money::eur(50_00),
            vat_category: "standard".into(),
        };
        let work = Item::new(Uuid::nil(), What::Written(written), Qty::ONE);
        self.begin(&SYSTEM, vec![self.goods("LA-1", 2).await, work]).await
    }
    async fn texts(&self, id: OfferId) -> Reviewed {
        flow::texts(&self.app, &SYSTEM, id).await.unwrap()
    }
    async fn say(&self, id: OfferId, source: &str, target: &str) {
        let found = self.texts(id).await;
        let segment = found.own.iter().find(|s| s.source == source).expect("the text stands in the offer");
        self.word(id, segment, Word::Edit(target.into())).await.unwrap();
    }
    async fn word(&self, id: OfferId, s: &Segment, word: Word) -> Result<(), Fault> {
        let mark = Mark { entity: s.entity, field: s.field.clone() };
        flow::review(&self.app, &SYSTEM, id, (&mark, &word, &s.seen)).await
    }
    /// Everything that the customer reads, in their language.
    async fn all_said(&self, id: OfferId) {
        self.say(id, "Kavinės baldai", "Café furniture").await;
        self.say(id, "Surinkimas vietoje", "Assembly on site").await;
        for (product, _, segments) in self.texts(id).await.goods {
            for s in segments {
                let mark = Mark { entity: product.uuid(), field: s.field.clone() };
                flows::translations::edit(&self.app, &SYSTEM, &mark, EN, "Lamp", &s.seen).await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn what_is_written_at_home_is_read_in_the_customers_language() {
    for fresh in testing::databases().await {
        let mut s = Shop::open(&fresh).await;
        let id = s.abroad().await;
        let offer = s.offer(id).await;
        assert_eq!((offer.written_in, offer.locale), (LT, EN));
        // What the theme wrote is translated by the theme; what a person wrote waits for a person.
        let found = s.texts(id).await;
        let waits: Vec<&str> = found.own.iter().filter(|s| !s.is_done()).map(|s| s.source.as_str()).collect();
        assert_eq!(waits, ["Kavinės baldai", "Surinkimas vietoje"]);
        assert_eq!(found.goods.len(), 1);
        flow::prepare(&s.app, &SYSTEM, id).await.unwrap();
        let fault = flow::send(&s.app, &SYSTEM, id, Unread::Noted).await.unwrap_err();
        assert_eq!((fault.code, s.offer(id).await.state), ("offers.unreviewed", State::Ready));
        s.all_said(id).await;
        flow::send(&s.app, &SYSTEM, id, Unread::Refused).await.unwrap();
        let page = flow::page(&s.app, &s.offer(id).await.token.unwrap(), None).await.unwrap();
        let titles = |drawn: &offers::Drawn| -> Vec<String> {
            drawn.items().map(|item| item.line.as_ref().expect("a line").title.clone()).collect()
        };
        let (read, original) = (page.version.said_in(EN), page.version.said_in(LT));
        assert_eq!(titles(read), ["Lamp", "Assembly on site"]);
        assert_eq!(titles(original)[1], "Surinkimas vietoje");
        assert_eq!((read.title.as_str(), original.title.as_str()), ("Café furniture", "Kavinės baldai"));
        assert_eq!((read.written_in, original.written_in, read.unread), (Some(LT), None, false));
        assert!(read.intro.contains("Ona") && original.intro.contains("Ona") && read.intro != original.intro);
        // Both are the same offer to the cent.
        let sum =
            |drawn: &offers::Drawn| drawn.take(&drawn.offered()).unwrap().iter().map(|t| t.line.total_gross.minor).sum::<i64>();
        assert_eq!(sum(read), sum(original));
        // The paper is set in the customer's language and says what it was translated from.
        s.work().await;
        let paper = s.press.0.lock().unwrap().last().unwrap().to_string();
        assert!(paper.contains("Assembly on site") && paper.contains("Translated from Lithuanian"), "{paper}");
    }
}

#[tokio::test]
async fn a_changed_source_makes_its_translation_stale_and_the_memory_knows_the_next_one() {
    for fresh in testing::databases().await {
        let mut s = Shop::open(&fresh).await;
        let id = s.abroad().await;
        s.all_said(id).await;
        let change = Change { title: Some("Kavinės ir baro baldai".into()), ..Change::default() };
        flow::edit(&s.app, &SYSTEM, id, change).await.unwrap();
        let found = s.texts(id).await;
        let title = found.own.first().unwrap();
        assert_eq!((title.state, title.target.as_deref()), (Some(TextState::Stale), Some("Café furniture")));
        // The next offer with the same words has them from the memory, and a person says yes once.
        let next = s.abroad().await;
        for wish in flow::wishes(&s.app, &SYSTEM, next).await.unwrap() {
            flows::translations::fill(&s.app, &SYSTEM, wish).await.unwrap();
        }
        assert_eq!(s.texts(next).await.missing().count(), 0);
        flow::approve_green(&s.app, &SYSTEM, next).await.unwrap();
        assert!(s.texts(next).await.all().all(Segment::is_done), "{:?}", s.texts(next).await.own);
        // A row that goes takes its words along.
        let row = s.offer(next).await.content.items().last().unwrap().id;
        s.edit(&SYSTEM, next, vec![Edit::Remove(row)]).await.unwrap();
        let gone = crate::translation::texts_of(s.app.reader(), &[row]).await.unwrap();
        assert!(gone.of(row).is_empty());
    }
}

#[tokio::test]
async fn staff_may_send_unread_words_where_the_setting_lets_them_and_the_reader_is_told() {
    for fresh in testing::databases().await {
        let mut settings = counter::company();
        settings.set("offers.unreviewed", "warn".into(), Source::Office);
        let mut s = Shop::open_with(&fresh, settings).await;
        let id = s.abroad().await;
        flow::prepare(&s.app, &SYSTEM, id).await.unwrap();
        let fault = flow::send(&s.app, &SYSTEM, id, Unread::Refused).await.unwrap_err();
        assert_eq!(fault.code, "offers.unreviewed");
        flow::send(&s.app, &SYSTEM, id, Unread::Noted).await.unwrap();
        let page = flow::page(&s.app, &s.offer(id).await.token.unwrap(), None).await.unwrap();
        assert!(page.version.drawn.unread);
        // What was sent is not reviewed any more: that is the next version's.
        let found = s.texts(id).await;
        let fault = s.word(id, &found.own[0], Word::Edit("Too late".into())).await.unwrap_err();
        assert_eq!(fault.code, "offers.not_written");
    }
}

#[tokio::test]
async fn a_stranger_reviews_nothing() {
    for fresh in testing::databases().await {
        let mut s = Shop::open(&fresh).await;
        let id = s.abroad().await;
        let found = s.texts(id).await;
        let (mark, word) = (Mark { entity: found.own[0].entity, field: "title".into() }, Word::Edit("Mine".into()));
        let other = staff(Role::Manager, UserId(Uuid::from_u128(7)));
        let fault = flow::review(&s.app, &other, id, (&mark, &word, &found.own[0].seen)).await.unwrap_err();
        assert_eq!(fault.code, "offers.no_offer");
        // Nor does an offer's manager write what is not the offer's.
        let (product, _) = counter::find(&s.app, "TA-1").await;
        let mark = Mark { entity: product.uuid(), field: "title".into() };
        let fault = flow::review(&s.app, &SYSTEM, id, (&mark, &word, "")).await.unwrap_err();
        assert_eq!(fault.code, "translation.no_source");
    }
}

#[tokio::test]
async fn a_template_begins_the_next_offer_with_nothing_of_the_first_customers() {
    for fresh in testing::databases().await {
        let mut s = Shop::open(&fresh).await;
        let first = s.begin(&SYSTEM, vec![s.goods("TA-1", 2).await]).await;
        let item = s.offer(first).await.content.items().next().unwrap().id;
        let by_hand = Patch {
            hand: Some(Some(offers::Hand { unit: Money::eur(250_00), reason: "Draugas".into() })),
            note: Some("Su alyva".into()),
            ..Patch::default()
        };
        s.edit(&SYSTEM, first, vec![Edit::Set(item, Box::new(by_hand))]).await.unwrap();
        let nameless = flow::keep_template(&s.app, &SYSTEM, first, " ").await.unwrap_err();
        assert_eq!((nameless.code, nameless.field.as_deref()), ("form.missing", Some("name")));
        let template = flow::keep_template(&s.app, &SYSTEM, first, "Valgomasis").await.unwrap();
        // The same name is the same template.
        assert_eq!(flow::keep_template(&s.app, &SYSTEM, first, "Valgomasis").await.unwrap(), template);
        assert_eq!(flow::templates(&s.app, &SYSTEM).await.unwrap().len(), 1);
        let abroad = s.abroad().await;
        let party = s.offer(abroad).await.party;
        let key = s.app_id().to_string();
        let new =
            Begin { party: Some(party), title: String::new(), origin: None, template: Some(template), written_in: None, key };
        let next = s.offer(flow::start(&s.app, &SYSTEM, new).await.unwrap()).await;
        let row = next.content.items().next().unwrap();
        assert_eq!((row.note.as_str(), &row.hand, row.id == item), ("Su alyva", &None, false));
        assert_eq!((next.content.buyer.name.as_str(), next.content.buyer.email.as_str()), ("Ann Lee", "ann@b.ie"));
        flow::drop_template(&s.app, &SYSTEM, template).await.unwrap();
        assert_eq!(flow::drop_template(&s.app, &SYSTEM, template).await.unwrap_err().code, "offers.no_template");
        assert_eq!(s.offer(next.id).await.content.items().count(), 1);
    }
}
