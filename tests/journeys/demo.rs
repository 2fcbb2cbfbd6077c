//! The world of the demo: the same for everybody who opens it, and a day one can believe.

use vitrina_tests::{Answer, Shop, engines};

use crate::staff;

/// What a page shows, without tags, ids, form tokens and moments.
fn words(page: &Answer) -> Vec<String> {
    let main = page.body.split("<tbody").nth(1).and_then(|t| t.split("</tbody>").next()).unwrap_or_default();
    main.split('<')
        .filter_map(|piece| piece.split_once('>'))
        .map(|(_, text)| text.trim().to_owned())
        .filter(|t| !t.is_empty())
        .collect()
}

/// Without the ids, which differ from shop to shop.
fn nameless(text: &str) -> String {
    let id = |piece: &str| {
        piece.len() == 36
            && piece.bytes().filter(|b| *b == b'-').count() == 4
            && !piece.contains(|c: char| !c.is_ascii_hexdigit() && c != '-')
    };
    text.split('"').filter(|piece| !id(piece)).collect::<Vec<_>>().join("\"")
}

#[tokio::test(flavor = "multi_thread")]
async fn two_seeds_tell_the_same_world() {
    let one = Shop::open("sqlite");
    let folder = std::env::temp_dir().join(format!("vitrina-second-world-{}", std::process::id()));
    let two = Shop::start(folder, None);
    let goods = |shop: &Shop| {
        let file = shop.data.join("export.ndjson");
        let done = shop.command(&["export", file.to_str().expect("a path")]);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        std::fs::read_to_string(file).expect("the export")
    };
    let (first, second) = (goods(&one), goods(&two));
    assert!(first.lines().count() > 60, "{} lines", first.lines().count());
    for (a, b) in first.lines().zip(second.lines()) {
        assert_eq!(nameless(a), nameless(b));
    }
    assert_eq!(first.lines().count(), second.lines().count());
    let (a, b) = (staff(&one, "owner").await, staff(&two, "owner").await);
    for place in ["orders", "customers", "inquiries"] {
        let (a, b) = (a.get(&format!("/office/{place}")).await.expect(200), b.get(&format!("/office/{place}")).await.expect(200));
        assert!(words(&a).len() > 20, "{place}: {:?}", words(&a));
        assert_eq!(words(&a), words(&b), "{place}");
    }
}

/// How many tasks the heading of a part of the day counts.
fn counted(day: &Answer, part: &str) -> usize {
    let Some(section) = day.body.split(&format!("id=\"day-{part}\"")).nth(1) else { return 0 };
    let count = section.split("class=\"count\">").nth(1).and_then(|t| t.split('<').next());
    count.and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("{part} is not counted"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_opens_on_a_day_that_somebody_could_work() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let owner = staff(&shop, "owner").await;
        let day = owner.get("/office?of=all").await.expect(200);
        let parts = ["overdue", "today", "next"].map(|part| counted(&day, part));
        // The hour moves tasks from today to late, the day of the week moves some to the next days.
        assert!(parts[0] >= 1 && (6..=32).contains(&(parts[0] + parts[1])), "{parts:?} late, today, next");
        assert!((8..=40).contains(&parts[2]), "{parts:?} late, today, next");
        for state in ["placed", "confirmed", "part_shipped", "shipped", "delivered", "cancelled"] {
            let list = owner.get(&format!("/office/orders?state={state}")).await.expect(200);
            assert!(list.body.contains("UZS-"), "no order is {state}");
        }
        let inquiries = owner.get("/office/inquiries?state=new").await.expect(200);
        assert!(inquiries.body.contains("UZK-"), "no inquiry waits");
    }
}
