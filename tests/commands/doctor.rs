//! `vitrina doctor`: what is planted is found, each finding with its fix, and nothing is changed.

use serde_json::Value;
use vitrina_tests::Shop;

use crate::{Place, Said, places, vitrina};

/// The first finding of a check.
fn finding(said: &Said, check: &str) -> Value {
    let all: Vec<Value> = serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {said:#?}"));
    all.into_iter().find(|f| f["check"] == check).unwrap_or_else(|| panic!("nothing about {check}: {said:#?}"))
}

#[track_caller]
fn planted(said: &Said, check: &str, health: &str, what: &str, fix: &str) {
    let found = finding(said, check);
    let has = |key: &str, part: &str| found[key].as_str().is_some_and(|text| text.contains(part));
    assert!(found["health"] == health && has("what", what) && has("fix", fix), "{found}");
}

/// A port that nobody listens on.
fn free_port() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").to_string()
}

fn doctor(place: &Place, env: &[(&str, &str)]) -> Said {
    let port = free_port();
    let mut all = vec![("VITRINA_LISTEN", port.as_str())];
    all.extend_from_slice(env);
    place.run_with(&["doctor", "--json"], &all)
}

#[test]
fn where_there_is_no_shop_the_doctor_says_how_to_make_one_and_makes_none() {
    let place = Place::new("sqlite");
    let said = doctor(&place, &[]).ended(2);
    planted(&said, "folder", "fail", "there is no folder", "vitrina migrate --data");
    planted(&said, "database", "fail", "there is no database", "vitrina migrate --data");
    assert!(!place.data().exists(), "looking makes nothing");
    for place in places().into_iter().filter(|p| p.url().is_some()) {
        let said = doctor(&place, &[]).ended(2);
        planted(&said, "schema", "fail", "migrations are to be run", "vitrina migrate");
    }
}

#[test]
fn a_fresh_shop_is_told_what_it_still_needs() {
    for place in places() {
        place.run(&["migrate"]).ended(0);
        let said = doctor(&place, &[]).ended(1);
        planted(&said, "staff", "warn", "nobody can sign in", "vitrina user add");
        planted(&said, "payment", "warn", "payment.iban is empty", "Settings");
        planted(&said, "url", "warn", "shop.url is empty", "VITRINA_SHOP_URL");
        assert_eq!(finding(&said, "schema")["health"], "ok");
        place.run(&["user", "add", "--email", "ona@demo.test", "--name", "Ona Onaitė"]).ended(0);
        assert_eq!(finding(&doctor(&place, &[]), "staff")["health"], "ok");
        let plain = place.run_with(&["doctor"], &[("VITRINA_LISTEN", &free_port())]).ended(1);
        assert!(plain.out.contains("[warn]") && plain.out.contains("→"), "{}", plain.out);
    }
}

#[test]
fn planted_faults_are_found_with_their_fix() {
    let place = Place::new("sqlite");
    place.run(&["migrate"]).ended(0);
    let smtp = doctor(&place, &[("VITRINA_MAIL_TRANSPORT", "smtp")]).ended(2);
    planted(&smtp, "mail", "fail", "smtp_url is empty", "VITRINA_MAIL_SMTP_URL");
    planted(&smtp, "secrets", "warn", "mail.smtp_password is not set", "VITRINA_SMTP_PASSWORD");
    let (key, secret) = (("VITRINA_STRIPE_KEY", "sk_test_tellnobody"), ("VITRINA_STRIPE_WEBHOOK_SECRETS", "whsec_tellnobody,"));
    let half = doctor(&place, &[key]).ended(2);
    planted(&half, "cards", "fail", "stripe.webhook_secrets is not", "VITRINA_STRIPE_WEBHOOK_SECRETS");
    let half = doctor(&place, &[secret]).ended(1);
    planted(&half, "cards", "warn", "stripe.key is not", "VITRINA_STRIPE_KEY");
    let public = doctor(&place, &[("VITRINA_STRIPE_KEY", "pk_test_tellnobody"), secret]).ended(2);
    planted(&public, "cards", "fail", "no secret key", "sk_");
    let nowhere = doctor(&place, &[key, secret, ("VITRINA_STRIPE_URL", "api.stripe.com")]).ended(2);
    planted(&nowhere, "cards", "fail", "is not an address", "stripe.url");
    let whole = doctor(&place, &[key, secret]).ended(1);
    assert_eq!(finding(&whole, "cards")["health"], "ok");
    let printed = place.run_with(&["config", "print"], &[key, secret]).ended(0);
    for said in [half, public, nowhere, whole, printed] {
        assert!(!said.out.contains("tellnobody") && !said.err.contains("tellnobody"), "a secret is printed: {said:#?}");
    }
    let theme = doctor(&place, &[("VITRINA_THEME_NAME", "winter")]).ended(2);
    planted(&theme, "theme", "fail", "no theme `winter`", "theme.name");
    let plain = doctor(&place, &[("VITRINA_SHOP_URL", "http://shop.example.com")]).ended(1);
    planted(&plain, "url", "warn", "is not https", "proxy");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let busy = doctor(&place, &[("VITRINA_LISTEN", &address)]).ended(2);
    planted(&busy, "listen", "fail", "cannot be listened on", "--listen");
    std::fs::write(place.data().join("vitrina.toml"), "shop.nme = \"X\"\n").expect("a file");
    let config = doctor(&place, &[]).ended(2);
    planted(&config, "config", "fail", "shop.nme", "config print");
    std::fs::remove_file(place.data().join("vitrina.toml")).expect("gone");
    std::fs::write(place.data().join("shop.db"), "this is no database, and it is long enough to be read as one".repeat(40))
        .expect("a file");
    let damaged = doctor(&place, &[]).ended(2);
    planted(&damaged, "database", "fail", "does not open", "--data");
    let away = doctor(&place, &[("VITRINA_DATABASE_URL", "postgres://nobody:secret@127.0.0.1:9/none")]).ended(2);
    planted(&away, "database", "fail", "postgres://nobody@127.0.0.1:9/none", "check that it runs");
    assert!(!away.out.contains("secret"), "a password is not said");
}

#[test]
fn the_demo_is_well_while_it_runs() {
    for engine in vitrina_tests::engines() {
        let shop = Shop::open(engine);
        let address = shop.url().trim_start_matches("http://").to_owned();
        let mut env = vec![("VITRINA_LISTEN", address.as_str())];
        env.extend(shop.database.as_deref().map(|url| ("VITRINA_DATABASE_URL", url)));
        // The follower brings the index up to date a moment after the start.
        let mut said = vitrina(&shop.data, &["doctor", "--json"], &env);
        for _ in 0..40 {
            if !said.out.contains("\"check\":\"search\",\"what\":\"search [lt] knows 0") {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(250));
            said = vitrina(&shop.data, &["doctor", "--json"], &env);
        }
        assert!(finding(&said, "listen")["what"].as_str().is_some_and(|w| w.contains("a shop answers")), "{said:#?}");
        for check in ["folder", "database", "schema", "staff", "jobs", "theme", "mail"] {
            assert_eq!(finding(&said, check)["health"], "ok", "{check}: {said:#?}");
        }
        assert_ne!(said.code, Some(2), "{said:#?}");
    }
}
