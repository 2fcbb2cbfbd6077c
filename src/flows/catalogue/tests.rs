//! Products from the draft to the window, on every engine.

use std::collections::HashSet;

use super::*;
use crate::{
    catalog::{
        self, AttributeValue, Content, Named, NewCategory, NewProducer, NewProduct, NewVariant, ProductFilter, ProductSort,
        Relation, Status, field,
    },
    channels::{self, Channel, NewChannel, TaxDisplay},
    content::{NewPage, PageFound, page_by_slug, shown},
    kernel::{Actor, App, CategoryId, Currency, Kind, Locale, Money, ProductId, Qty, Right, VariantId, db, testing},
    pricing,
    showcase::{self, Availability, CategoryFound, Channelled, Found, Line, ListQuery, ProductCard, ProductPage, Sort, Viewer},
    stock::{self, NewLocation},
};

const LT: Locale = Locale::LT;
const EN: Locale = Locale::EN;
const DE: Locale = Locale::DE;

async fn open(app: &App) -> Channel {
    let tx = app.begin(&Actor::System).await.unwrap();
    let list = pricing::add_list(&tx, "base", "Base", Currency::EUR).await.unwrap();
    let home = NewLocation { code: "main".into(), name: "Main".into(), position: 0 };
    let location = stock::add_location(&tx, home).await.unwrap();
    let channel = NewChannel {
        code: "default".into(),
        name: "Shop".into(),
        locales: vec![LT, EN, DE],
        currency: Currency::EUR,
        price_list: list,
        tax_display: TaxDisplay::Gross,
        country: "LT".into(),
        locations: vec![location],
        origins: Vec::new(),
    };
    let channel = channels::add(&tx, channel).await.unwrap();
    tx.commit().await.unwrap();
    channel
}

fn table(sku: &str) -> NewProduct {
    NewProduct::goods(LT, "Ąžuolinis stalas").published().variant(NewVariant::new(sku).price(Money::eur(89_900)).stock(10))
}

async fn category_of(app: &App, code: &str, name: &str, parent: Option<CategoryId>) -> CategoryId {
    let mut new = NewCategory::new(code, LT, name).name(EN, format!("{name} (en)"));
    new.parent = parent;
    create_categories(app, &Actor::System, LT, vec![new]).await.unwrap()[0]
}

async fn page(app: &App, slug: &str, viewer: &Viewer) -> ProductPage {
    match showcase::by_slug(app.reader(), slug, viewer).await.unwrap() {
        Found::Here(page) => *page,
        other => panic!("{slug}: {other:?}"),
    }
}

async fn all(app: &App, query: ListQuery, viewer: &Viewer) -> Vec<ProductCard> {
    let (mut query, mut found) = (query, Vec::new());
    loop {
        let page = showcase::list(app.reader(), &query, viewer).await.unwrap();
        found.extend(page.rows);
        match page.next {
            Some(next) => query.after = Some(next),
            None => return found,
        }
    }
}

#[tokio::test]
async fn a_product_is_visible_with_the_commit_that_made_it() {
    for db in testing::databases().await {
        let app = db.app();
        let channel = open(&app).await;
        let furniture = category_of(&app, "baldai", "Baldai", None).await;
        let tables = category_of(&app, "baldai/stalai", "Stalai", Some(furniture)).await;
        let oil = Named::new("oil").called(LT, "Alyva").called(EN, "Oil");
        let finish = Named::new("finish").called(LT, "Apdaila").called(EN, "Finish");
        let wood = Named::new("wood").called(LT, "Mediena").called(EN, "Wood");
        let draft = table("ST-1")
            .title(EN, "Oak table")
            .text(field::TEASER, LT, "Stalas visam gyvenimui.")
            .text(field::DESCRIPTION, LT, "<p>Iš <strong>vientiso</strong> ąžuolo.</p>")
            .in_category(tables)
            .tag("new")
            .attribute(Named::new("width").called(LT, "Plotis").called(EN, "Width"), AttributeValue::number(1800, "mm"))
            .attribute(wood, AttributeValue::choice(Named::new("oak").called(LT, "Ąžuolas").called(EN, "Oak")))
            .variant(NewVariant::new("ST-1-O").option(finish, oil).price(Money::eur(94_900)).made_in(21).weight_g(42_000));
        create(&app, &Actor::System, draft).await.unwrap();

        let lt = channel.viewer(LT, app.now());
        let here = page(&app, "azuolinis-stalas", &lt).await;
        let card = &here.card;
        assert_eq!((card.title.as_str(), card.url.as_str()), ("Ąžuolinis stalas", "/lt/p/azuolinis-stalas"), "{}", db.name);
        assert_eq!((card.price.gross, card.price.net, card.price.from), (Money::eur(89_900), Money::eur(74_298), true));
        assert_eq!(card.variants[1].name, "Alyva");
        assert_eq!(card.variants[1].availability, Availability::MadeToOrder { days: 21 });
        assert_eq!(card.availability, Availability::InStock);
        let facts: Vec<_> = here.facts.iter().map(|f| (f.name.as_str(), f.value.as_str())).collect();
        assert_eq!(facts, [("Plotis", "1800 mm"), ("Mediena", "Ąžuolas")]);
        let crumbs: Vec<_> = here.breadcrumb.iter().map(|c| (c.name.as_str(), c.url.as_str())).collect();
        assert_eq!(crumbs, [("Baldai", "/lt/c/baldai"), ("Stalai", "/lt/c/stalai")], "{}", db.name);
        assert_eq!(here.description, "<p>Iš <strong>vientiso</strong> ąžuolo.</p>");

        let en = channel.viewer(EN, app.now());
        let here = page(&app, "oak-table", &en).await;
        assert_eq!((here.card.title.as_str(), here.card.variants[1].name.as_str()), ("Oak table", "Oil"), "{}", db.name);
        let source = here.description_text.unwrap();
        assert!(source.fallback && source.locale == LT && !here.card.text.fallback, "{}", db.name);
        assert_eq!(here.alternates.len(), 3);

        let de = channel.viewer(DE, app.now());
        let here = page(&app, "azuolinis-stalas", &de).await;
        assert!(here.card.text.fallback && here.card.url == "/de/p/azuolinis-stalas", "{}", db.name);
        assert_eq!(all(&app, ListQuery { category: Some(furniture), ..Default::default() }, &de).await.len(), 1);

        let found = showcase::category(app.reader(), "baldai", &lt).await.unwrap();
        let CategoryFound::Here(shelf) = found else { panic!("{}: {found:?}", db.name) };
        assert_eq!((shelf.products, shelf.children[0].products), (1, Some(1)), "{}", db.name);
        assert_eq!(showcase::menu(app.reader(), EN).await.unwrap()[0].children[0].name, "Stalai (en)");
        let tx = app.begin(&Actor::System).await.unwrap();
        assert_eq!(db::scalar::<i64>(&tx, "select count(*) from search_queue", vec![]).await.unwrap(), Some(1));
        let docs = showcase::search_docs(&tx, &[card.product]).await.unwrap();
        assert_eq!(docs.len(), 2);
        let of = |l: Locale| docs.iter().find(|d| d.locales.contains(&l)).unwrap();
        assert_eq!((of(DE).title.as_str(), of(EN).title.as_str()), ("Ąžuolinis stalas", "Oak table"));
        assert!(of(LT).body.contains("vientiso") && of(LT).categories.contains(&furniture));
    }
}

#[tokio::test]
async fn every_order_of_a_list_is_whole_at_any_page_size() {
    for db in testing::databases().await {
        let app = db.app();
        let channel = open(&app).await;
        let tables = category_of(&app, "stalai", "Stalai", None).await;
        let names = ["Žara", "Čika", "Cukrus", "Ąla", "Žara", "Zebra"];
        let drafts: Vec<NewProduct> = (0..42_i64)
            .map(|n| {
                let name = names[usize::try_from(n % 6).unwrap()];
                let mut draft = NewProduct::goods(LT, name).published().rank(n % 5);
                if n % 2 == 0 {
                    draft = draft.title(EN, format!("In English {n}"));
                }
                if n % 3 != 0 {
                    draft = draft.in_category(tables);
                }
                draft.variant(NewVariant::new(format!("S{n}")).price(Money::eur(100 + n % 7)))
            })
            .collect();
        let placed = create_many(&app, &Actor::System, drafts).await.unwrap();
        assert_eq!(placed.len(), 42);
        for locale in [LT, EN, DE] {
            let viewer = channel.viewer(locale, app.now());
            for (category, many) in [(None, 42), (Some(tables), 28)] {
                for sort in Sort::ALL {
                    for limit in [1, 5, 24] {
                        let query = ListQuery { category, sort: *sort, limit, after: None };
                        let cards = all(&app, query, &viewer).await;
                        let ids: HashSet<ProductId> = cards.iter().map(|c| c.product).collect();
                        assert_eq!((cards.len(), ids.len()), (many, many), "{} {locale} {sort:?} {limit}", db.name);
                        let prices: Vec<i64> = cards.iter().map(|c| c.price.gross.minor).collect();
                        match sort {
                            Sort::PriceUp => assert!(prices.is_sorted()),
                            Sort::PriceDown => assert!(prices.iter().rev().is_sorted()),
                            Sort::Name if locale == LT => {
                                let titles: Vec<&str> = cards.iter().map(|c| c.title.as_str()).collect();
                                let first = if category.is_none() { "Ąla" } else { "Cukrus" };
                                assert_eq!((titles[0], titles[many - 1]), (first, "Žara"), "{}", db.name);
                            }
                            _ => {}
                        }
                    }
                }
            }
        }
        // A cursor of another order begins anew instead of failing.
        let viewer = channel.viewer(LT, app.now());
        let odd = ListQuery { sort: Sort::Name, after: Some("5.nonsense".into()), ..Default::default() };
        assert_eq!(showcase::list(app.reader(), &odd, &viewer).await.unwrap().rows.len(), 24);
    }
}

#[tokio::test]
async fn old_addresses_lead_to_the_new_one() {
    for db in testing::databases().await {
        let app = db.app();
        let channel = open(&app).await;
        let lt = channel.viewer(LT, app.now());
        let id = create(&app, &Actor::System, table("A")).await.unwrap();
        let twin = create(&app, &Actor::System, table("B")).await.unwrap();
        assert_eq!(page(&app, "azuolinis-stalas-2", &lt).await.card.product, twin, "{}", db.name);
        let title = |text: &str| vec![(field::TITLE.into(), LT, text.to_owned())];
        edit_texts(&app, &Actor::System, id, title("Uosinis stalas")).await.unwrap();
        assert_eq!(page(&app, "azuolinis-stalas", &lt).await.card.title, "Uosinis stalas", "{}", db.name);
        let draft = table("A").slug(LT, "uosinis");
        revise(&app, &Actor::System, id, draft).await.unwrap();
        let moved = showcase::by_slug(app.reader(), "azuolinis-stalas", &lt).await.unwrap();
        assert_eq!(moved, Found::Moved("uosinis".into()), "{}", db.name);
        let back = table("A").slug(LT, "azuolinis-stalas");
        revise(&app, &Actor::System, id, back).await.unwrap();
        assert_eq!(page(&app, "azuolinis-stalas", &lt).await.card.product, id, "{}", db.name);
        archive(&app, &Actor::System, id).await.unwrap();
        assert_eq!(showcase::by_slug(app.reader(), "uosinis", &lt).await.unwrap(), Found::Gone, "{}", db.name);
        assert_eq!(showcase::by_slug(app.reader(), "niekas", &lt).await.unwrap(), Found::Unknown, "{}", db.name);
        assert_eq!(all(&app, ListQuery::default(), &lt).await.len(), 1, "{}", db.name);
        assert_eq!(showcase::count(app.reader(), channel.id, None).await.unwrap(), 1, "{}", db.name);
        publish(&app, &Actor::System, id).await.unwrap();
        assert_eq!(showcase::count(app.reader(), channel.id, None).await.unwrap(), 2, "{}", db.name);
    }
}

#[tokio::test]
async fn a_frozen_line_does_not_change_because_the_catalogue_did() {
    for db in testing::databases().await {
        let app = db.app();
        let channel = open(&app).await;
        let lt = channel.viewer(LT, app.now());
        let id = create(&app, &Actor::System, table("A")).await.unwrap();
        let card = showcase::card(app.reader(), id, &lt).await.unwrap().unwrap();
        let variant = card.variants[0].id;
        let line = Line::freeze(&card, variant, Qty(2500)).unwrap();
        let stored = serde_json::to_string(&line).unwrap();
        assert_eq!((line.total_gross, line.unit_gross), (Money::eur(224_750), Money::eur(89_900)));
        let mut other = table("A").title(LT, "Kitaip");
        other.variants[0].price = Some(Money::eur(1));
        other.unit = "m".into();
        revise(&app, &Actor::System, id, other).await.unwrap();
        assert_eq!(serde_json::from_str::<Line>(&stored).unwrap(), line, "{}", db.name);
        let now = showcase::card(app.reader(), id, &lt).await.unwrap().unwrap();
        assert_ne!(Line::freeze(&now, variant, Qty(2500)).unwrap(), line, "{}", db.name);
        assert!(Line::freeze(&now, variant, Qty(0)).is_err());
        assert!(Line::freeze(&now, VariantId(uuid::Uuid::nil()), Qty::ONE).is_err());
    }
}

#[tokio::test]
async fn what_looks_the_same_is_not_written_again() {
    for db in testing::databases().await {
        let app = db.app();
        open(&app).await;
        let id = create(&app, &Actor::System, table("A").tag("new")).await.unwrap();
        let tx = app.begin(&Actor::System).await.unwrap();
        let queued = async || db::scalar::<i64>(&tx, "select count(*) from search_queue", vec![]).await.unwrap().unwrap();
        showcase::project(&tx, &[id]).await.unwrap();
        assert_eq!(queued().await, 1, "{}", db.name);
        catalog::set_tags(&tx, id, &[]).await.unwrap();
        showcase::project(&tx, &[id]).await.unwrap();
        assert_eq!(queued().await, 2, "{}", db.name);
    }
}

#[tokio::test]
async fn the_word_for_stock_is_on_the_card() {
    for db in testing::databases().await {
        let app = db.app();
        let channel = open(&app).await;
        let lt = channel.viewer(LT, app.now());
        let mut draft = table("A");
        draft.variants[0].stock = Some(Qty::pieces(4));
        draft.variants[0].content = Some(Content { amount: Qty(750_000), unit: "ml".into() });
        let id = create(&app, &Actor::System, draft).await.unwrap();
        let card = async || showcase::card(app.reader(), id, &lt).await.unwrap().unwrap();
        let before = card().await;
        assert_eq!(before.availability, Availability::InStock, "{}", db.name);
        assert_eq!(before.price.unit.unwrap().per, "l");
        let tx = app.begin(&Actor::System).await.unwrap();
        let variant = before.variants[0].id;
        stock::count(&tx, channel.locations[0], variant, Qty::ZERO).await.unwrap();
        showcase::project_variants(&tx, &[variant]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(card().await.availability, Availability::OutOfStock, "{}", db.name);
    }
}

#[tokio::test]
async fn a_wrong_draft_is_refused_whole() {
    for db in testing::databases().await {
        let app = db.app();
        open(&app).await;
        create(&app, &Actor::System, table("A")).await.unwrap();
        let code = async |drafts: Vec<NewProduct>| create_many(&app, &Actor::System, drafts).await.unwrap_err().code;
        assert_eq!(code(vec![table("C"), table("A")]).await, "catalog.sku_taken", "{}", db.name);
        assert_eq!(code(vec![table("D"), table("D")]).await, "catalog.sku_twice");
        assert_eq!(code(vec![NewProduct::goods(LT, "x")]).await, "catalog.no_variant");
        assert_eq!(code(vec![NewProduct { texts: vec![], ..table("E") }]).await, "catalog.no_title");
        let none = catalog::find_skus(app.reader(), &["C".into(), "D".into()]).await.unwrap();
        assert!(none.is_empty(), "{}", db.name);
        let guest = create(&app, &Actor::Guest, table("F")).await.unwrap_err();
        assert_eq!(guest.kind, Kind::Forbidden);
    }
}

#[tokio::test]
async fn a_category_that_is_hidden_or_moved_takes_its_products_along() {
    for db in testing::databases().await {
        let app = db.app();
        let channel = open(&app).await;
        let lt = channel.viewer(LT, app.now());
        let top = category_of(&app, "a", "Aa", None).await;
        let low = category_of(&app, "a/b", "Bb", Some(top)).await;
        let other = category_of(&app, "c", "Cc", None).await;
        create(&app, &Actor::System, table("A").in_category(low)).await.unwrap();
        let many = async |c| showcase::count(app.reader(), channel.id, Some(c)).await.unwrap();
        assert_eq!((many(top).await, many(low).await, many(other).await), (1, 1, 0), "{}", db.name);
        move_category(&app, &Actor::System, low, Some(other)).await.unwrap();
        reproject(&app, Reproject::category(low)).await.unwrap();
        assert_eq!((many(top).await, many(low).await, many(other).await), (0, 1, 1), "{}", db.name);
        let crumbs = page(&app, "azuolinis-stalas", &lt).await.breadcrumb;
        assert_eq!(crumbs.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["Cc", "Bb"], "{}", db.name);
        let loops = move_category(&app, &Actor::System, other, Some(low)).await.unwrap_err();
        assert_eq!(loops.code, "catalog.category_loop");
        let form = CategoryForm { active: false, position: 0, picture: None, texts: vec![] };
        edit_category(&app, &Actor::System, other, form).await.unwrap();
        reproject(&app, Reproject::category(other)).await.unwrap();
        assert_eq!((many(low).await, many(other).await), (0, 0), "{}", db.name);
        assert_eq!(showcase::count(app.reader(), channel.id, None).await.unwrap(), 1, "{}", db.name);
        assert_eq!(showcase::category(app.reader(), "bb", &lt).await.unwrap(), CategoryFound::Unknown, "{}", db.name);
    }
}

#[tokio::test]
async fn the_office_finds_products_page_by_page() {
    for db in testing::databases().await {
        let app = db.app();
        open(&app).await;
        let shelf = category_of(&app, "a", "Aa", None).await;
        let drafts = (0..30).map(|n| {
            let draft = NewProduct::goods(LT, format!("Kėdė Šilas {n}")).variant(NewVariant::new(format!("KD-{n}")));
            if n < 12 { draft.in_category(shelf).tag("new") } else { draft }
        });
        create_many(&app, &Actor::System, drafts.collect()).await.unwrap();
        let scope = Actor::System.scope(Right::CatalogRead).unwrap();
        let find = async |filter: ProductFilter| catalog::list(app.reader(), &scope, &filter, LT).await.unwrap();
        let base = || ProductFilter { limit: 10, ..Default::default() };
        let (mut seen, mut after) = (HashSet::new(), None);
        loop {
            let rows = find(ProductFilter { after, ..base() }).await;
            let Some(last) = rows.last() else { break };
            after = Some(catalog::AfterProduct::row(ProductSort::default(), last));
            seen.extend(rows.iter().map(|r| r.id));
        }
        assert_eq!(seen.len(), 30, "{}", db.name);
        let (mut titles, mut after) = (Vec::new(), None);
        loop {
            let rows = find(ProductFilter { sort: ProductSort::TitleBack, after, ..base() }).await;
            let Some(last) = rows.last() else { break };
            after = Some(catalog::AfterProduct::row(ProductSort::TitleBack, last));
            titles.extend(rows.iter().map(|r| r.title.clone()));
        }
        assert_eq!((titles.len(), titles.first().map(String::as_str)), (30, Some("Kėdė Šilas 9")), "{}", db.name);
        assert_eq!(find(ProductFilter { words: "silas kd-17".into(), ..base() }).await[0].sku, "KD-17", "{}", db.name);
        assert_eq!(find(ProductFilter { words: "100%".into(), ..base() }).await.len(), 0);
        let narrow = ProductFilter { category: Some(shelf), tag: Some("new".into()), limit: 100, ..base() };
        assert_eq!(find(narrow).await.len(), 12, "{}", db.name);
        let published = ProductFilter { status: Some(Status::Published), ..base() };
        assert_eq!(find(published).await.len(), 0);
        assert!(find(base()).await[0].gaps.contains(&catalog::Gap::Producer));
    }
}

#[tokio::test]
async fn safety_data_can_be_demanded() {
    for db in testing::databases().await {
        let app = db.app();
        let channel = open(&app).await;
        let lt = channel.viewer(LT, app.now());
        let maker = NewProducer { name: "Lino namai".into(), country: "lt".into(), ..Default::default() };
        let maker = put_producer(&app, &Actor::System, maker).await.unwrap();
        let id = create(&app, &Actor::System, table("A").made_by(maker)).await.unwrap();
        let here = page(&app, "azuolinis-stalas", &lt).await;
        assert_eq!(here.maker.unwrap().name, "Lino namai", "{}", db.name);
        let gaps: Vec<&str> = here.gaps.iter().map(|g| g.as_str()).collect();
        assert_eq!(gaps, ["address", "contact", "picture", "warnings"], "{}", db.name);
        let tx = app.begin(&Actor::System).await.unwrap();
        let refused = catalog::publish(&tx, id, catalog::Compliance::Block).await.unwrap_err();
        assert_eq!(refused.code, "catalog.unsafe", "{}", db.name);
    }
}

#[tokio::test]
async fn what_goes_with_a_product_is_on_its_page() {
    for db in testing::databases().await {
        let app = db.app();
        let channel = open(&app).await;
        let lt = channel.viewer(LT, app.now());
        let chair = NewProduct::goods(LT, "Kėdė").published().variant(NewVariant::new("K").price(Money::eur(100)));
        let chair = create(&app, &Actor::System, chair).await.unwrap();
        let hidden = NewProduct::goods(LT, "Suolas").variant(NewVariant::new("S").price(Money::eur(100)));
        let hidden = create(&app, &Actor::System, hidden).await.unwrap();
        let id = create(&app, &Actor::System, table("A")).await.unwrap();
        relate(&app, &Actor::System, id, Relation::Related, &[hidden, chair, id]).await.unwrap();
        let here = page(&app, "azuolinis-stalas", &lt).await;
        assert_eq!(here.related.iter().map(|c| c.title.as_str()).collect::<Vec<_>>(), ["Kėdė"], "{}", db.name);
        let map = showcase::sitemap(app.reader(), channel.id, None, 100).await.unwrap();
        assert_eq!(map.iter().map(|e| e.product).collect::<Vec<_>>(), [chair, id], "{}", db.name);
        assert_eq!(map[0].urls[0].url, "/lt/p/kede");
    }
}

#[tokio::test]
async fn pages_are_cleaned_named_and_moved() {
    for db in testing::databases().await {
        let app = db.app();
        let terms = NewPage::new("terms").text(LT, "Taisyklės", "<p onclick=x>Tekstas</p>").text(EN, "Terms", "<p>Text</p>");
        let id = put_page(&app, &Actor::System, terms).await.unwrap();
        put_page(&app, &Actor::System, NewPage::new("about").text(LT, "Apie", "<p>Mes</p>").at(5)).await.unwrap();
        let links = shown(app.reader(), EN).await.unwrap();
        let links: Vec<_> = links.iter().map(|l| (l.code.as_str(), l.title.as_str(), l.url.as_str())).collect();
        assert_eq!(links, [("terms", "Terms", "/en/page/terms"), ("about", "Apie", "/en/page/apie")], "{}", db.name);
        let found = page_by_slug(app.reader(), "taisykles", LT).await.unwrap();
        let PageFound::Here(page) = found else { panic!("{}: {found:?}", db.name) };
        assert_eq!((page.body.as_str(), page.fallback), ("<p>Tekstas</p>", false), "{}", db.name);
        let crossed = page_by_slug(app.reader(), "taisykles", EN).await.unwrap();
        assert_eq!(crossed, PageFound::Moved("terms".into()), "{}", db.name);
        let texts = vec![(LT, "Pirkimo taisyklės".to_owned(), "<p>Naujas</p>".to_owned())];
        edit_page(&app, &Actor::System, id, texts, vec![(LT, "pirkimo-taisykles".into())]).await.unwrap();
        let moved = page_by_slug(app.reader(), "taisykles", LT).await.unwrap();
        assert_eq!(moved, PageFound::Moved("pirkimo-taisykles".into()), "{}", db.name);
    }
}
