use std::collections::{BTreeSet, HashSet};

use super::*;

#[test]
fn the_catalogue_is_large_enough() {
    let world = world();
    let variants: usize = world.products.iter().map(|product| product.variants.len()).sum();
    assert!(world.products.len() >= 64, "{} products", world.products.len());
    assert!(variants >= 150, "{variants} variants");
    assert!(world.categories.iter().filter(|category| category.parent.is_none()).count() >= 8);
    assert!(world.customers.len() >= 45, "{} customers", world.customers.len());
    assert!((180..420).contains(&world.orders.len()), "{} orders", world.orders.len());
}

#[test]
fn every_product_speaks_three_languages_under_its_own_address() {
    let world = world();
    let mut seen = HashSet::new();
    for product in &world.products {
        for (locale, text) in product.texts.each() {
            assert!(
                !text.title.is_empty() && text.teaser.len() > 15 && text.description.contains("</p>"),
                "{} {locale}",
                product.key
            );
            assert!(seen.insert((locale, text.slug.clone())), "{locale} slug {} twice", text.slug);
        }
    }
    for category in &world.categories {
        for (locale, slug) in category.slug.each() {
            assert!(seen.insert((locale, format!("c/{slug}"))), "{locale} category {slug} twice");
        }
    }
}

#[test]
fn references_resolve() {
    let world = world();
    let products: HashSet<&str> = world.products.iter().map(|product| &*product.key).collect();
    let categories: HashSet<&str> = world.categories.iter().map(|category| &*category.key).collect();
    let top: HashSet<&str> = world.categories.iter().filter_map(|category| category.parent.as_deref()).collect();
    for category in &world.categories {
        assert!(category.parent.as_deref().is_none_or(|parent| categories.contains(parent)), "{}", category.key);
        let used = world.products.iter().any(|product| product.category == category.key);
        assert!(used || top.contains(&*category.key), "category {} is empty", category.key);
    }
    for product in &world.products {
        assert!(categories.contains(&*product.category) && !top.contains(&*product.category), "{}", product.key);
        for other in product.related.iter().chain(&product.accessories) {
            assert!(products.contains(&**other) && *other != product.key, "{} → {other}", product.key);
        }
        for warning in &product.warnings {
            assert!(world.warnings.iter().any(|known| known.key == *warning), "{} warns {warning}", product.key);
        }
        if let Some(producer) = &product.producer {
            assert!(world.producers.iter().any(|known| known.key == *producer), "{} by {producer}", product.key);
        }
        for fact in product.facts.iter().chain(product.variants.iter().flat_map(|variant| &variant.facts)) {
            fact_fits(&world, product, fact);
        }
    }
}

fn fact_fits(world: &World, product: &Product, fact: &Fact) {
    let attribute = world.attributes.iter().find(|attribute| attribute.key == fact.attribute);
    let attribute = attribute.unwrap_or_else(|| panic!("{}: no attribute {}", product.key, fact.attribute));
    match &fact.value {
        FactValue::Number(milli) => assert!(attribute.unit.is_some() && *milli > 0, "{} {}", product.key, fact.attribute),
        FactValue::Choice(key) => {
            assert!(attribute.choices.iter().any(|choice| choice.key == *key), "{} {} {key}", product.key, fact.attribute);
        }
    }
}

#[test]
fn variants_are_distinct_priced_and_stocked() {
    let world = world();
    let mut skus = HashSet::new();
    for product in &world.products {
        let mut looks = BTreeSet::new();
        assert!(!product.variants.is_empty());
        for variant in &product.variants {
            assert!(skus.insert(variant.sku.clone()), "{} twice", variant.sku);
            let choices: Vec<_> = variant.choices.iter().map(|choice| (&choice.option, &choice.value)).collect();
            assert!(looks.insert(choices), "{}", variant.sku);
            assert!(variant.prices.iter().all(|step| step.minor > 0), "{}", variant.sku);
            assert!(variant.prices.windows(2).all(|pair| pair[0].days_ago > pair[1].days_ago), "{}", variant.sku);
            assert!(product.kind == Kind::Service || !variant.stock.is_empty(), "{}", variant.sku);
            for choice in &variant.choices {
                let option = world.options.iter().find(|option| option.key == choice.option);
                assert!(
                    option.is_some_and(|option| option.values.iter().any(|value| value.key == choice.value)),
                    "{}",
                    variant.sku
                );
            }
        }
    }
    let reduced = world.products.iter().filter(|product| product.variants[0].prices.iter().any(|step| step.reduced));
    assert!(reduced.count() >= 3);
}

#[test]
fn two_goods_lack_what_product_safety_law_wants() {
    let world = world();
    let lacking: Vec<&str> = world
        .products
        .iter()
        .filter(|product| product.kind == Kind::Goods && product.producer.is_none())
        .map(|product| &*product.key)
        .collect();
    assert_eq!(lacking, ["zvakides", "veltinukai"]);
    for producer in &world.producers {
        let inside = matches!(&*producer.country, "LT" | "IT");
        assert!(inside || producer.responsible.is_some(), "{}", producer.key);
    }
}

#[test]
fn people_and_their_past_hang_together() {
    let world = world();
    let staff: HashSet<&str> = world.staff.iter().map(|staff| &*staff.key).collect();
    let customers: HashSet<&str> = world.customers.iter().map(|customer| &*customer.key).collect();
    assert_eq!(customers.len(), world.customers.len());
    let mails: HashSet<&str> = world.customers.iter().map(|customer| &*customer.email).collect();
    assert_eq!(mails.len(), world.customers.len());
    assert!(world.customers.iter().all(|customer| { customer.manager.as_deref().is_none_or(|key| staff.contains(key)) }));
    for order in &world.orders {
        assert!(customers.contains(&*order.customer) && !order.lines.is_empty());
        assert!(order.lines.iter().all(|line| line.milli > 0 && line.unit_minor > 0 && world.variant(&line.sku).is_some()));
        assert!(world.delivery.iter().any(|method| method.key == order.delivery));
        let times: Vec<_> = order.steps.iter().map(|(_, ago)| (-ago.days, ago.minute)).collect();
        assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "{order:?}");
    }
    for inquiry in &world.inquiries {
        assert!(customers.contains(&*inquiry.customer), "{}", inquiry.customer);
        assert!(inquiry.product.as_deref().is_none_or(|key| world.product(key).is_some()), "{:?}", inquiry.product);
        assert_eq!(inquiry.answer.is_some(), inquiry.by.is_some());
    }
    for note in &world.notes {
        assert!(customers.contains(&*note.customer) && staff.contains(&*note.by), "{}", note.text);
    }
    for task in &world.tasks {
        assert!(customers.contains(&*task.customer) && staff.contains(&*task.owner), "{}", task.title);
    }
}

#[test]
fn the_world_is_the_same_twice() {
    assert_eq!(format!("{:?}", world()), format!("{:?}", world()));
}

#[test]
fn everybody_has_a_way_of_delivery() {
    let world = world();
    for customer in &world.customers {
        let ways = world.delivery.iter().filter(|method| method.price(&customer.country, 80_000, 90_000).is_some());
        assert!(ways.count() >= 2, "{}", customer.key);
    }
}

#[test]
fn documents_exist() {
    let world = world();
    for document in world.products.iter().flat_map(|product| &product.documents) {
        assert!(super::document(&document.file).is_some(), "{}", document.file);
    }
}
#[test]
fn pages_stand_in_lithuanian_and_english() {
    let world = world();
    for key in ["terms", "privacy", "delivery", "returns", "contact", "about", "accessibility", "warranty"] {
        for locale in ["lt", "en"] {
            let page = world.pages.iter().find(|page| page.key == key && page.locale == locale);
            assert!(page.is_some_and(|page| page.html.len() > 300), "{key} {locale}");
        }
    }
}

#[test]
fn every_variant_is_shown_by_one_of_its_pictures() {
    for product in world().products {
        for variant in &product.variants {
            assert!(product.pictures.iter().any(|picture| picture.file == variant.picture), "{}", variant.sku);
        }
    }
}

#[test]
fn every_picture_that_is_named_exists_and_is_small() {
    let world = world();
    let products = world.products.iter().flat_map(|product| product.pictures.iter().map(|picture| picture.file.clone()));
    let categories = world.categories.iter().filter_map(|category| category.picture.clone());
    let heroes = HEROES.iter().map(|name| name.to_string());
    let mut total = 0;
    for file in products.chain(categories).chain(heroes) {
        let bytes = picture(&file).unwrap_or_else(|| panic!("no picture {file}"));
        assert!(bytes.len() <= 96 * 1024 && bytes.starts_with(b"RIFF"), "{file}: {} bytes", bytes.len());
        total += bytes.len();
    }
    assert!(total < 9 << 20, "{total} bytes of pictures");
}
