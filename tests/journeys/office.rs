//! What a manager does in the office, and what customers and colleagues then see.

use vitrina_tests::{Answer, Shop, Visitor, engines};

use crate::{
    CHAIRS, borrowed, first_product,
    guest::{letter_to, row_link},
    number, staff, up_to_payment,
};

/// Sends a form of the office with the session's token.
async fn send(desk: &Visitor, path: &str, fields: &[(&str, &str)]) -> Answer {
    let csrf = desk.get("/office/customers").await.expect(200).field("csrf").expect("a token");
    let mut all = vec![("csrf", csrf.as_str())];
    all.extend(fields);
    desk.post(path, &all).await
}

/// The same, and the page that it leads to.
async fn done(desk: &Visitor, path: &str, fields: &[(&str, &str)]) -> Answer {
    let sent = send(desk, path, fields).await.expect(303);
    desk.follow(sent).await.expect(200)
}

/// The names of the page's fields that begin like this.
fn names(page: &Answer, prefix: &str) -> Vec<String> {
    let needle = format!("name=\"{prefix}");
    let cut = |piece: &str| format!("{prefix}{}", piece.split('"').next().unwrap_or_default());
    page.body.split(&needle).skip(1).map(cut).collect()
}

/// Where the flash of a page leads back to.
fn undo(page: &Answer) -> String {
    let flash = page.body.find("class=\"note flash").expect("a flash");
    let from = flash + page.body[flash..].find("action=\"").expect("a way back") + "action=\"".len();
    page.body[from..].split('"').next().expect("an address").replace("&#x2F;", "/").replace("&amp;", "&")
}

async fn bought(shop: &Shop, email: &str) -> String {
    let guest = shop.visitor();
    let variant = first_product(&guest, CHAIRS).await.1.field("variant").expect("something to buy");
    let fields = up_to_payment(&guest, &variant, email).await;
    let placed = guest.post("/en/checkout/payment", &borrowed(&fields)).await.expect(303);
    number(&guest.follow(placed).await.expect(200))
}

async fn english(desk: &Visitor) {
    send(desk, "/office/look", &[("locale", "en")]).await.expect(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_an_inquiry_goes_out_as_a_letter_and_settles_the_call_back() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let guest = shop.visitor();
        let key = guest.get("/en/ask").await.expect(200).field("key").expect("the form's own key");
        let email = "rita.klausiau@demo.test";
        let fields = [
            ("key", key.as_str()),
            ("name", "Rita Klausiau"),
            ("email", email),
            ("message", "Do you deliver to Nida?"),
            ("website", ""),
        ];
        guest.post("/en/ask", &fields).await.expect(303);
        let owner = staff(&shop, "owner").await;
        english(&owner).await;
        let list = owner.get("/office/inquiries").await.expect(200);
        let path = row_link(&list, "/office/inquiries/", "Rita Klausiau");
        let empty = send(&owner, &format!("{path}/answer"), &[("text", "  ")]).await.expect(422);
        assert!(empty.body.contains("data-wrong"), "an empty answer is told beside its field");
        let inquiry = done(&owner, &format!("{path}/answer"), &[("text", "Yes, every Thursday.\nBy our own van.")]).await;
        assert!(inquiry.body.contains("Answered") && inquiry.body.contains("every Thursday"), "the history has the answer");
        assert!(!inquiry.body.contains("/office/tasks/"), "nobody has to call any more");
        letter_to(&shop, email).await;
        let mut letters = owner.get("/office/letters?q=rita.klausiau%40demo.test").await.expect(200);
        for _ in 0..100 {
            if letters.body.contains("Our answer to your question") {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            letters = owner.get("/office/letters?q=rita.klausiau%40demo.test").await.expect(200);
        }
        let letter = row_link(&letters, "/office/letters/", "Our answer to your question");
        let body = owner.get(&format!("{letter}/body")).await.expect(200).body;
        assert!(body.contains("By our own van.") && body.contains("Do you deliver to Nida?"), "{body}");
        let customer = owner.get(&path).await.expect(200).link("/office/customers/0").expect("the customer");
        assert!(owner.get(&customer).await.expect(200).body.contains("every Thursday"));
        // Written to again, then closed with a reason; after that nothing more goes out.
        done(&owner, &format!("{path}/answer"), &[("text", "Also on Fridays in July.")]).await;
        done(&owner, &format!("{path}/close"), &[("reason", "answered"), ("note", "")]).await;
        send(&owner, &format!("{path}/answer"), &[("text", "Too late.")]).await.expect(409);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_goes_its_way_and_a_cancelled_one_gives_its_stock_back() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let number = bought(&shop, "keliauja@demo.test").await;
        let owner = staff(&shop, "owner").await;
        english(&owner).await;
        let path = row_link(&owner.get("/office/orders").await.expect(200), "/office/orders/", &number);
        send(&owner, &format!("{path}/deliver"), &[]).await.expect(409);
        assert!(done(&owner, &format!("{path}/confirm"), &[]).await.body.contains("Confirmed"));
        let order = owner.get(&path).await.expect(200);
        let line = names(&order, "line.").pop().expect("a line to ship");
        send(&owner, &format!("{path}/ship"), &[(&line, "7")]).await.expect(422);
        send(&owner, &format!("{path}/ship"), &[(&line, "x")]).await.expect(422);
        let shipped = done(&owner, &format!("{path}/ship"), &[(&line, "1"), ("carrier", "Venipak"), ("tracking", "V77")]).await;
        assert!(shipped.body.contains("V77") && shipped.body.contains("Shipped"));
        assert!(done(&owner, &format!("{path}/deliver"), &[]).await.body.contains("Delivered"));

        let product = order.link("/office/products/").expect("the line leads to its product");
        let stock = owner.get(&format!("{product}/stock")).await.expect(200).body;
        let other = bought(&shop, "persigalvoja@demo.test").await;
        let held = owner.get(&format!("{product}/stock")).await.expect(200).body;
        assert_ne!(stock_of(&stock), stock_of(&held), "an order takes from what is free");
        let path = row_link(&owner.get("/office/orders").await.expect(200), "/office/orders/", &other);
        let refused = send(&owner, &format!("{path}/cancel"), &[("reason", "")]).await.expect(422);
        assert!(refused.body.contains("data-wrong"));
        let cancelled = done(&owner, &format!("{path}/cancel"), &[("reason", "Customer changed their mind")]).await;
        assert!(cancelled.body.contains("Customer changed their mind"));
        assert_eq!(stock_of(&stock), stock_of(&owner.get(&format!("{product}/stock")).await.expect(200).body));
        letter_to(&shop, "persigalvoja@demo.test").await;
    }
}

/// The numbers of the stock table.
fn stock_of(page: &str) -> Vec<&str> {
    page.split("<td class=\"num").skip(1).filter_map(|cell| cell.split('>').nth(1)?.split('<').next()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_enters_a_customer_and_plans_moves_and_finishes_the_work() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let owner = staff(&shop, "owner").await;
        english(&owner).await;
        let unreachable = [("name", "Elena Užsukusi"), ("locale", "lt")];
        let refused = send(&owner, "/office/customers", &unreachable).await.expect(422);
        assert!(refused.body.contains("Give an e-mail address or a telephone number") && refused.body.contains("Elena U"));
        let customer = done(&owner, "/office/customers", &[unreachable[0], unreachable[1], ("phone", "+37061111111")]).await;
        assert!(customer.body.contains("Elena"));
        let list = owner.get("/office/customers?q=elena").await.expect(200);
        let path = row_link(&list, "/office/customers/0", "Elena");
        let note = [("text", "Wants a round table"), ("kind", "note"), ("next_kind", "call"), ("next_due", "tomorrow")];
        let refused = send(&owner, &format!("{path}/notes"), &note).await.expect(422);
        assert!(refused.body.contains("Wants a round table"), "what was typed stays");
        assert!(!owner.get(&path).await.expect(200).body.contains("class=\"said\""), "and nothing was written");
        let note = [note[0], note[1], note[2], ("next_due", "2031-05-05"), ("next_title", "Measure the room")];
        let page = done(&owner, &format!("{path}/notes"), &note).await;
        assert!(page.body.contains("Wants a round table") && page.body.contains("Measure the room"));
        let asked = done(&owner, &format!("{path}/notes"), &[("text", "Is the oak oiled?"), ("kind", "inquiry")]).await;
        assert!(asked.body.contains("Is the oak oiled?") && asked.body.contains("/office/tasks/"), "somebody calls back");
        let task = page.body.split("/office/tasks/").nth(1).and_then(|t| t.split('/').next()).expect("a task").to_owned();
        let at = format!("/office/tasks/{task}");
        let moved = done(&owner, &format!("{at}/move"), &[("move_to", "2031-06-06"), ("back", &path)]).await;
        assert!(moved.body.contains("2031-06-06"));
        let back = done(&owner, &undo(&moved), &[("back", &path)]).await;
        assert!(back.body.contains("2031-05-05") && !back.body.contains("2031-06-06"));
        let finished = done(&owner, &format!("{at}/done"), &[("result", "Measured: 3 by 4"), ("back", &path)]).await;
        assert!(finished.body.contains("Measured: 3 by 4"));
        let open = done(&owner, &undo(&finished), &[("back", &path)]).await;
        assert!(!open.body.contains("Measured: 3 by 4") && open.body.contains(&at));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_products_new_address_keeps_the_old_one_working_and_many_change_and_change_back() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let owner = staff(&shop, "owner").await;
        english(&owner).await;
        let guest = shop.visitor();
        let (old, _) = first_product(&guest, CHAIRS).await;
        let list = owner.get("/office/products?sort=title").await.expect(200);
        let slug = old.rsplit('/').next().expect("a slug");
        let mut found = None;
        for id in names(&list, "id\" value=\"").iter().map(|v| v.replace("id\" value=\"", "")) {
            let facts = owner.get(&format!("/office/products/{id}/facts")).await.expect(200);
            if facts.field("slug.en").as_deref() == Some(slug) {
                found = Some((id, facts));
                break;
            }
        }
        let (id, facts) = found.expect("the office lists the product");
        let category = selected(&facts, "category");
        let at = format!("/office/products/{id}");
        let refused = send(&owner, &format!("{at}/facts"), &[("category", &category), ("slug.en", "!!!")]).await.expect(422);
        assert!(refused.body.contains("An address needs letters or digits"));
        done(&owner, &format!("{at}/facts"), &[("category", &category), ("slug.en", "A Chair Renamed")]).await;
        let moved = guest.get(&old).await.expect(301);
        assert_eq!(moved.location.as_deref(), Some("/en/p/a-chair-renamed"));
        guest.get("/en/p/a-chair-renamed").await.expect(200);

        // Off the shelves and back again.
        let hidden = done(&owner, "/office/products/bulk", &[("id", &id), ("do", "hide")]).await;
        guest.get("/en/p/a-chair-renamed").await.expect(404);
        done(&owner, &undo(&hidden), &[]).await;
        guest.get("/en/p/a-chair-renamed").await.expect(200);
        send(&owner, &undo(&hidden), &[]).await.expect(409);

        // A price seen, changed, and changed back.
        let ask = [("id", id.as_str()), ("how", "percent"), ("amount", "10"), ("ending", "exact")];
        let before = owner.get(&format!("{at}/prices")).await.expect(200);
        let prices = |page: &Answer| names(page, "price.").iter().filter_map(|n| page.field(n)).collect::<Vec<_>>();
        let preview =
            send(&owner, "/office/products/reprice", &[ask[0], ask[1], ask[2], ask[3], ("do", "preview")]).await.expect(200);
        let stamp = preview.field("stamp").expect("a stamp");
        let apply = [ask[0], ask[1], ask[2], ask[3], ("do", "apply"), ("stamp", &stamp)];
        let applied = done(&owner, "/office/products/reprice", &apply).await;
        assert_ne!(prices(&before), prices(&owner.get(&format!("{at}/prices")).await.expect(200)));
        done(&owner, &undo(&applied), &[]).await;
        assert_eq!(prices(&before), prices(&owner.get(&format!("{at}/prices")).await.expect(200)));
        let field = names(&before, "price.").pop().expect("a price");
        let refused = send(&owner, &format!("{at}/prices"), &[(&field, "-5")]).await.expect(422);
        assert!(refused.body.contains("aria-invalid"));

        // Counted: one wrong number, and none of the form is written.
        let stock = owner.get(&format!("{at}/stock")).await.expect(200);
        let fields = names(&stock, "stock.");
        let mut typed: Vec<(&str, &str)> = fields.iter().map(|f| (f.as_str(), "31")).collect();
        typed.last_mut().expect("a place").1 = "many";
        send(&owner, &format!("{at}/stock"), &typed).await.expect(422);
        assert_eq!(stock_of(&stock.body), stock_of(&owner.get(&format!("{at}/stock")).await.expect(200).body));
        typed.last_mut().expect("a place").1 = "31";
        assert!(stock_of(&done(&owner, &format!("{at}/stock"), &typed).await.body).contains(&"31"));
    }
}

/// The value chosen in a select.
fn selected(page: &Answer, name: &str) -> String {
    let at = page.body.find(&format!("name=\"{name}\"")).expect("a select");
    let end = at + page.body[at..].find(" selected").expect("a choice");
    let from = page.body[..end].rfind("value=\"").expect("a value") + "value=\"".len();
    page.body[from..].split('"').next().expect("a value").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_looks_after_channels_keys_and_colleagues() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let owner = staff(&shop, "owner").await;
        english(&owner).await;
        let channel = owner.get("/office/channels").await.expect(200).link("/office/channels/").expect("a channel");
        let refused = send(&owner, &channel, &[("name", "Shop"), ("origins", "not an address")]).await.expect(422);
        assert!(refused.body.contains("data-wrong") || refused.body.contains("role=\"alert\""));
        let saved =
            done(&owner, &channel, &[("name", "Main shop"), ("origins", "https://front.example\nhttps://b.example")]).await;
        assert!(saved.body.contains("Main shop") && saved.body.contains("https://b.example"));
        let old = saved.field("key").expect("a key");
        assert_ne!(done(&owner, &format!("{channel}/key"), &[]).await.field("key").expect("a key"), old);

        let made = send(&owner, "/office/keys", &[("name", "Accounting"), ("right", "orders:read")]).await.expect(200);
        assert!(made.body.contains("class=\"secret\""));
        let keys = owner.get("/office/keys").await.expect(200);
        let at = keys.body.find("Accounting").expect("the key is listed");
        let revoke = keys.body[at..].split("action=\"").nth(1).and_then(|a| a.split('"').next()).expect("a button");
        done(&owner, &revoke.replace("&#x2F;", "/"), &[]).await;

        let new = [("name", "Nauja Kolegė"), ("email", "nauja@demo.test"), ("role", "manager"), ("locale", "en")];
        assert!(send(&owner, "/office/users", &new).await.expect(200).body.contains("class=\"secret\""));
        let manager = staff(&shop, "manager").await;
        manager.get("/office/users").await.expect(403);
        send(&manager, "/office/users", &new).await.expect(403);
    }
}
