//! After the sale, as staff meet it: taken down, decided, taken in, inspected, settled; and what is learnt.

use vitrina_tests::{Answer, Shop, Visitor, engines};

use crate::{
    CHAIRS, borrowed, first_product, from_cart_to_payment,
    guest::row_link,
    offers::{english, names, send},
    staff,
};

fn value(page: &Answer, name: &str) -> String {
    page.field(name).unwrap_or_else(|| panic!("no field {name}"))
}

/// The sum behind this label's first digit, in cents: `€1,234.50`.
fn cents(text: &str) -> i64 {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("no sum in {text}"))
}

/// The text of the cell that follows this one.
fn after<'a>(page: &'a Answer, mark: &str, open: &str) -> &'a str {
    let at = page.body.find(mark).unwrap_or_else(|| panic!("no {mark}"));
    let rest = &page.body[at + mark.len()..];
    let at = rest.find(open).unwrap_or_else(|| panic!("no {open} after {mark}"));
    rest[at + open.len()..].split('<').next().unwrap_or_default()
}

/// Somebody of the office, reading English, with the session's token.
struct Desk {
    who: Visitor,
    csrf: String,
}

impl Desk {
    async fn of(shop: &Shop, role: &str) -> Self {
        let who = staff(shop, role).await;
        let csrf = english(&who).await;
        Self { who, csrf }
    }
    async fn get(&self, path: &str) -> Answer {
        self.who.get(path).await.expect(200)
    }
    async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        send(&self.who, &self.csrf, path, fields).await
    }
    /// The form comes back with what was wrong.
    async fn refused(&self, path: &str, fields: &[(&str, &str)], status: u16) -> Answer {
        let all = [&[("csrf", self.csrf.as_str())], fields].concat();
        self.who.post(path, &all).await.expect(status)
    }

    /// Two chairs that were ordered, paid by transfer and delivered; the order's page and the product's.
    async fn sold(&self, shop: &Shop, email: &str) -> (String, String) {
        let guest = shop.visitor();
        let variant = first_product(&guest, CHAIRS).await.1.field("variant").expect("something to buy");
        guest.post("/en/cart/add", &[("variant", &variant), ("qty", "2")]).await.expect(303);
        let fields = from_cart_to_payment(&guest, email).await;
        guest.post("/en/checkout/payment", &borrowed(&fields)).await.expect(303);
        let list = self.get(&format!("/office/orders?q={}", email.replace('@', "%40"))).await;
        let order = row_link(&list, "/office/orders/", "Ona Bandytoja");
        let page = self.get(&order).await;
        let (key, sum, at) = (pay_key(&page), value(&page, "amount"), value(&page, "at"));
        let paid = [("method", "bank"), ("amount", sum.as_str()), ("at", at.as_str()), ("key", key.as_str())];
        self.send(&format!("{order}/payments"), &paid).await;
        let page = self.get(&order).await;
        if page.body.contains(&format!("{order}/confirm")) {
            self.send(&format!("{order}/confirm"), &[]).await;
        }
        let form = self.get(&order).await;
        let line = names(&form, "line.").first().expect("a line to send").to_string();
        let batch = line.replacen("line.", "batch.", 1);
        self.send(&format!("{order}/ship"), &[(&line, "2"), (&batch, "P-77")]).await;
        let delivered = self.send(&format!("{order}/deliver"), &[]).await;
        (order, delivered.link("/office/products/").expect("the product"))
    }

    /// What lies on the shelves of a product.
    async fn on_hand(&self, product: &str) -> i64 {
        let page = self.get(&format!("{product}/stock")).await;
        let rows = page.body.split("<td class=\"mono\">").skip(1);
        let cell = |row: &str| row.split("<td class=\"num\">").nth(1)?.split('<').next()?.trim().parse::<i64>().ok();
        let counted: Vec<i64> = rows.filter_map(cell).collect();
        assert!(!counted.is_empty(), "the shop counts it: {}", page.body);
        counted.into_iter().sum()
    }

    /// Takes a declaration down from the customer's history, the product pointed at.
    async fn registered(&self, order: &str, more: &[(&str, &str)]) -> (String, Answer) {
        let customer = self.get(order).await.link("/office/customers/").expect("the customer");
        let history = self.get(&customer).await.link("/office/cases/new?customer=").expect("the way to a declaration");
        let id = order.rsplit('/').next().unwrap_or_default();
        let bought = self.get(&history).await;
        let pointed =
            bought.links().into_iter().find(|l| l.contains(id) && l.contains("line=")).expect("the goods with their order");
        let form = self.get(&pointed).await;
        let line = names(&form, "qty.").first().expect("a line").to_string();
        assert_eq!(value(&form, &line), "2", "what was pointed at is filled in");
        let key = value(&form, "key");
        let mut all = vec![("csrf", self.csrf.as_str()), ("order", id), ("key", &key), (&line, "1")];
        all.extend(more);
        let first = self.who.post("/office/cases", &all).await.expect(303);
        let again = self.who.post("/office/cases", &all).await.expect(303);
        assert_eq!(first.location, again.location, "a form sent twice is one case");
        let own = first.location.clone().expect("its page");
        (own, self.who.follow(first).await.expect(200))
    }
}

/// The key of the form that enters a payment; the page has other forms with keys.
fn pay_key(page: &Answer) -> String {
    let at = page.body.find("/payments\" data-once").expect("the form of payments");
    let rest = &page.body[at..];
    rest.split("name=\"key\" value=\"").nth(1).and_then(|p| p.split('"').next()).expect("its key").to_owned()
}

const COMPLAINT: [(&str, &str); 4] =
    [("kind", "complaint"), ("problem", "defect"), ("wish", "price_reduction"), ("text", "The back is cracked")];

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_goes_from_the_declaration_to_the_money_back_to_the_cent() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let owner = Desk::of(&shop, "owner").await;
        let (order, product) = owner.sold(&shop, "grazina@demo.test").await;
        let before = owner.on_hand(&product).await;
        let (own, case) = owner.registered(&order, &[("kind", "withdrawal")]).await;
        assert!(case.body.contains("ATS-") && case.body.contains("Waits for a decision") && case.body.contains("14 days left"));
        assert!(!case.body.contains(&format!("{own}/refund")), "nothing goes back before it was agreed to");
        let item = value_after(&owner.get(&own).await, "name=\"yes\"");
        assert!(item.contains("We have your withdrawal"), "the customer's words are prefilled: {item}");

        let approved = owner.send(&format!("{own}/decision"), &[("do", "approve"), ("yes", "We confirm it.")]).await;
        assert!(approved.body.contains("How the goods come back"));
        owner.refused(&format!("{own}/label"), &[("instructions", "")], 422).await;
        let label = owner.send(&format!("{own}/label"), &[("instructions", "Pack it well"), ("carrier", "Venipak")]).await;
        let item = value(&label, "items.0.item");
        let many = [("items.0.item", item.as_str()), ("items.0.qty", "2")];
        let told = owner.refused(&format!("{own}/arrival"), &many, 422).await;
        assert!(told.body.contains("aria-invalid"), "more than was declared is said beside its field");
        let came = [("items.0.item", item.as_str()), ("items.0.qty", "1")];
        let received = owner.send(&format!("{own}/arrival"), &came).await;
        assert!(received.body.contains("Inspect the goods"));
        let looked = |restock: &'static str, scrap: &'static str| {
            [("items.0.condition", "ok"), ("items.0.qty", restock), ("items.0.scrap", scrap), ("items.0.note", "As new")]
        };
        let place = format!("{own}/inspection");
        let too_many = [&[("items.0.item", item.as_str())][..], &looked("1", "1")].concat();
        owner.refused(&place, &too_many, 422).await;
        let inspected = owner.send(&place, &[&[("items.0.item", item.as_str())][..], &looked("1", "0")].concat()).await;
        assert!(inspected.body.contains("back on the shelf: 1"));
        assert_eq!(owner.on_hand(&product).await, before + 1, "it can be sold again");

        // The sum is half of the invoice's line, and the credit note says the same.
        let worth = cents(after(&inspected, "Paid for the goods", "<b class=\"num\">"));
        let line = cents(after(&owner.get(&order).await, "<td class=\"num less\">", "<td class=\"num\">"));
        assert_eq!(worth * 2, line, "one of two pieces");
        let key = value(&inspected, "key");
        let refund = [("remedy", "refund"), ("key", key.as_str()), ("text", "Your money goes back")];
        let resolved = owner.send(&format!("{own}/outcome"), &refund).await;
        let note = resolved.link("/office/documents/").expect("the credit note");
        let note = owner.get(&note).await;
        assert!(note.body.contains("VITK-"));
        let manager = Desk::of(&shop, "manager").await;
        let seen = manager.get(&own).await;
        assert!(seen.body.contains("The owner sends money back") && !seen.body.contains(&format!("{own}/refund")));
        manager.refused(&format!("{own}/refund"), &[], 403).await;
        let sum = cents(after(&resolved, "id=\"pay\"", "<h2>"));
        assert_eq!(sum, worth, "what was credited goes back");
        let paid = owner.send(&format!("{own}/refund"), &[]).await;
        assert!(paid.body.contains("Money sent back") && paid.body.contains("All is done"));
        owner.refused(&format!("{own}/refund"), &[], 422).await;
        let closed = owner.send(&format!("{own}/close"), &[]).await;
        assert!(closed.body.contains("Closed") && closed.body.contains("The goods were inspected"));
        let order = owner.get(&order).await;
        assert!(order.body.contains(&own), "the order names its case");
    }
}

/// The words of the field that begins here.
fn value_after(page: &Answer, mark: &str) -> String {
    let at = page.body.find(mark).unwrap_or_else(|| panic!("no {mark}"));
    page.body[at..].split('>').nth(1).unwrap_or_default().split('<').next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_is_refused_with_its_reason_reopened_and_the_price_lowered() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let owner = Desk::of(&shop, "owner").await;
        let (order, _) = owner.sold(&shop, "skundas@demo.test").await;
        let (own, case) = owner.registered(&order, &COMPLAINT).await;
        assert!(case.body.contains("PRT-") && case.body.contains("The back is cracked"));
        let number = case.body.split("PRT-").nth(1).map(|rest| format!("PRT-{}", &rest[..11])).expect("its number");
        assert!(owner.get(&format!("/office/find?q={number}")).await.body.contains(&own), "it is found by its number");
        let list = owner.get("/office/cases?state=answer").await;
        assert!(row_link(&list, "/office/cases/", &number) == own && list.body.contains("14 days left"));

        let asked = owner.send(&format!("{own}/messages"), &[("do", "ask"), ("message", "Which leg?")]).await;
        assert!(asked.body.contains("Waits for the customer") && asked.body.contains("Which leg?"));
        let noted = owner.send(&format!("{own}/messages"), &[("do", "note"), ("message", "Call the workshop")]).await;
        assert!(noted.body.contains("for us only"));
        let decide = format!("{own}/decision");
        owner.refused(&decide, &[("do", "reject"), ("reason", "too_late")], 422).await;
        let refused = owner.send(&decide, &[("do", "reject"), ("reason", "misuse"), ("no", "")]).await;
        assert!(refused.body.contains("a use other than the instructions say"), "the reason's own words are sent");
        owner.refused(&format!("{own}/reopen"), &[("reason", "")], 422).await;
        owner.send(&format!("{own}/reopen"), &[("reason", "The customer sent a picture")]).await;
        let yes = [("do", "approve"), ("yes", "You are right."), ("ground", "legal_guarantee")];
        let approved = owner.send(&decide, &yes).await;
        let key = value(&approved, "key");
        let lower =
            |sum: &'static str| [("remedy", "price_reduction"), ("amount", sum), ("text", "Keep it"), ("key", key.as_str())];
        let outcome = format!("{own}/outcome");
        for wrong in ["", "99999,00"] {
            owner.refused(&outcome, &lower(wrong), 422).await;
        }
        let lowered = owner.send(&outcome, &lower("10,00")).await;
        assert!(lowered.body.contains("€10.00") && lowered.body.contains("Send €10.00 back"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_costs_nothing_and_the_report_and_a_recall_know_of_it() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let owner = Desk::of(&shop, "owner").await;
        let (order, product) = owner.sold(&shop, "pakeisti@demo.test").await;
        let (own, _) = owner.registered(&order, &COMPLAINT).await;
        let approved = owner.send(&format!("{own}/decision"), &[("do", "approve"), ("yes", "You are right.")]).await;
        let key = value(&approved, "key");
        let send = [("remedy", "replacement"), ("key", key.as_str()), ("text", "A new one is on its way")];
        let replaced = owner.send(&format!("{own}/replacement"), &send).await;
        let again = owner.send(&format!("{own}/replacement"), &send).await;
        let new = |page: &Answer| {
            let all = page.links().into_iter().filter(|l| l.starts_with("/office/orders/") && *l != order);
            all.collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(new(&replaced).len(), 1, "one order takes the place");
        assert_eq!(new(&replaced), new(&again), "sent twice, it is one order");
        let free = owner.get(new(&replaced).first().expect("its page")).await;
        assert!(free.body.contains("€0.00"), "and it costs nothing");

        let report = owner.get("/office/cases/report").await;
        assert!(report.body.contains("P-77") && report.body.contains("Defect"), "by batch and by reason");
        let recall = report.links().into_iter().find(|l| l.contains("batch=P-77")).expect("the way to a recall");
        let form = owner.get(&recall).await;
        assert_eq!(value(&form, "batch"), "P-77");
        let id = product.rsplit('/').next().unwrap_or_default();
        owner.refused("/office/recalls", &[("product", id), ("title", "")], 422).await;
        let saved = owner.send("/office/recalls", &[("product", id), ("title", "Cracked backs"), ("batch", "P-77")]).await;
        assert!(saved.body.contains("pakeisti@demo.test") && saved.body.contains("P-77"));
        let csv = saved.link("/csv").expect("the list as a file");
        let file = owner.get(&csv).await;
        assert!(file.content_type.starts_with("text/csv") && file.body.contains("pakeisti@demo.test;"));
        let lists = owner.get("/office/recalls").await;
        let page = row_link(&lists, "/office/recalls/", "Cracked backs");
        owner.send(&format!("{page}/drop"), &[]).await;
        owner.who.get(&page).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_without_an_order_is_put_to_one_by_whoever_finds_it() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let owner = Desk::of(&shop, "owner").await;
        let (order, _) = owner.sold(&shop, "rasta@demo.test").await;
        let guest = shop.visitor();
        let key = value(&guest.get("/en/withdraw").await.expect(200), "key");
        let typed = [
            ("key", key.as_str()),
            ("name", "Petras Klaidingas"),
            ("order", "UZS-1"),
            ("email", "kitas@demo.test"),
            ("text", "The chair"),
            ("step", "confirm"),
        ];
        guest.post("/en/withdraw", &typed).await.expect(200);
        let desk = owner.get("/office/cases?unmatched=1").await;
        let own = row_link(&desk, "/office/cases/", "Petras Klaidingas");
        let case = owner.get(&own).await;
        assert!(case.body.contains("No order was found") && case.body.contains("UZS-1"));
        let link = format!("{own}/link");
        let found = owner.get(&format!("{link}?q=rasta%40demo.test")).await;
        let id = order.rsplit('/').next().unwrap_or_default();
        let pick = owner.get(&found.link(&format!("order={id}")).expect("the order")).await;
        assert!(pick.body.contains("another e-mail"), "that somebody else wrote is said");
        let line = names(&pick, "qty.").first().expect("a line").to_string();
        owner.refused(&link, &[("order", id)], 422).await;
        let told = owner.refused(&link, &[("order", id), (&line, "5")], 422).await;
        assert!(told.body.contains("aria-invalid"));
        let linked = owner.send(&link, &[("order", id), (&line, "1")]).await;
        assert!(linked.link(&order).is_some() && !linked.body.contains("No order was found"));
        owner.refused(&link, &[("order", id), (&line, "1")], 409).await;
    }
}
