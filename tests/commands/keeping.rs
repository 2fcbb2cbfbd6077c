//! migrate, serve, user, config, reindex, worker: as README says, and on what is broken.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use vitrina_tests::{Shop, Visitor, binary};

use crate::{Place, places};

/// A long-running command; killed when dropped.
struct Running {
    child: std::process::Child,
    first: String,
}

impl Running {
    fn new(place: &Place, args: &[&str]) -> Self {
        let mut command = Command::new(binary());
        command.args(args).arg("--data").arg(place.data()).stdin(Stdio::null()).stdout(Stdio::piped());
        if let Some(url) = place.url() {
            command.env("VITRINA_DATABASE_URL", url);
        }
        let mut child = command.spawn().expect("vitrina starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let first = lines.next().and_then(Result::ok).unwrap_or_default();
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, first }
    }

    /// SIGTERM: a polite end; gives the exit code.
    fn end(mut self) -> Option<i32> {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_is_made_and_served_as_the_readme_says() {
    for place in places() {
        let said = place.run(&["migrate"]).ended(0);
        assert!(said.out.contains("is up to date"), "{}", said.out);
        place.run(&["migrate"]).ended(0);
        let added = place.run(&["user", "add", "--email", "ona@demo.test", "--name", "Ona Onaitė"]).ended(0);
        let password = added.out.trim().rsplit(' ').next().expect("a password").to_owned();
        let shop = Running::new(&place, &["serve", "--listen", "127.0.0.1:0"]);
        let url = shop.first.strip_prefix("Vitrina listens on ").expect("an address").to_owned();
        let visitor = Visitor::new(&url);
        assert_eq!(visitor.get("/healthz").await.expect(200).body, "ok");
        assert_eq!(visitor.get("/readyz").await.expect(200).value()["ready"], true);
        visitor.get("/lt/").await.expect(200);
        visitor.get("/store/v1/products").await.expect(200);
        visitor.get("/office/login").await.expect(200);
        visitor.post("/office/login", &[("email", "ona@demo.test"), ("password", &password)]).await.expect(303);
        visitor.get("/office").await.expect(200);
        let worker = Running::new(&place, &["worker"]);
        assert!(worker.first.starts_with("Vitrina works at the jobs of"), "{}", worker.first);
        assert!(!worker.first.contains("password"));
        assert_eq!(worker.end(), Some(0));
        assert_eq!(shop.end(), Some(0));
        let indexed = place.run(&["reindex"]).ended(0);
        assert!(indexed.out.contains("products are searchable"), "{}", indexed.out);
    }
}

#[test]
fn what_the_manifest_declares_is_what_answers() {
    let manifest = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../plugin.toml")).expect("plugin.toml");
    for line in ["serve = \"vitrina serve\"", "migrate = \"vitrina migrate\"", "health = \"/healthz\"", "ready = \"/readyz\""] {
        assert!(manifest.contains(line), "{line}");
    }
    for command in ["serve", "migrate", "worker", "doctor", "reindex", "export", "import", "price", "backup", "restore"] {
        let help = Command::new(binary()).args([command, "--help"]).output().expect("vitrina runs");
        assert!(help.status.success() && String::from_utf8_lossy(&help.stdout).contains("--data"), "{command}");
    }
}

#[test]
fn what_cannot_be_is_refused_in_one_sentence() {
    let place = Place::new("sqlite");
    place.run(&["migrate"]).ended(0);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let busy = place.run(&["serve", "--listen", &address]).ended(1);
    assert!(busy.err.contains(&address) && busy.err.contains("--listen"), "{}", busy.err);
    let file = |text: &str| std::fs::write(place.data().join("vitrina.toml"), text).expect("a file");
    for (text, named) in [
        ("shop.nme = \"X\"\n", "unknown setting shop.nme"),
        ("lisen = \"127.0.0.1:1\"\n", "unknown setting lisen"),
        ("listen = \"here\"\n", "listen"),
        ("payment.days = \"soon\"\n", "payment.days"),
        ("payment.days = 900\n", "payment.days"),
        ("payment.iban = \"LT00 1\"\n", "payment.iban"),
        ("not toml at all", "vitrina.toml"),
    ] {
        file(text);
        let said = place.run(&["migrate"]).ended(1);
        assert!(said.err.contains(named) && said.err.contains("vitrina.toml"), "{text}: {}", said.err);
        assert_eq!(said.err.matches("panicked").count(), 0, "{}", said.err);
    }
    file("");
    let said = place.run_with(&["migrate"], &[("VITRINA_PAYMENT_DAYS", "soon")]).ended(1);
    assert!(said.err.contains("VITRINA_PAYMENT_DAYS=soon is not a whole number from 1 to 60"), "{}", said.err);
    let theme = place.run_with(&["serve", "--listen", "127.0.0.1:0"], &[("VITRINA_THEME_NAME", "winter")]).ended(1);
    assert!(theme.err.contains("no theme `winter`"), "{}", theme.err);
    let role = place.run(&["user", "add", "--email", "a@b.lt", "--name", "A", "--role", "king"]).ended(1);
    assert!(role.err.contains("owner, lead, manager"), "{}", role.err);
    let named = place.run(&["user", "add", "--email", "no-address", "--name", "A"]).ended(1);
    assert!(named.err.contains("email"), "{}", named.err);
    place.run(&["user", "add", "--email", "a@b.lt", "--name", "A"]).ended(0);
    let twice = place.run(&["user", "add", "--email", "A@b.lt", "--name", "A"]).ended(1);
    assert!(twice.err.contains("email_taken"), "{}", twice.err);
    let nowhere = std::path::Path::new("/proc/none/shop");
    let said = crate::vitrina(nowhere, &["migrate"], &[]);
    assert!(said.code == Some(1) && said.err.contains("/proc/none/shop"), "{said:?}");
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let place = Place::new("sqlite");
    place.run(&["migrate"]).ended(0);
    let path = place.data().join("shop.db");
    let python = "import sqlite3,sys\nc=sqlite3.connect(sys.argv[1])\n\
        c.execute(\"insert into seaql_migrations(version, applied_at) values('m9999_tomorrow', 1)\")\nc.commit()";
    let Ok(output) = Command::new("python3").args(["-c", python]).arg(&path).output() else {
        vitrina_tests::left_out("a database of a newer version: Python is missing");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for command in ["migrate", "reindex"] {
        let said = place.run(&[command]).ended(1);
        assert!(said.err.contains("newer Vitrina") && said.err.contains("m9999_tomorrow"), "{}", said.err);
    }
    let doctor = place.run(&["doctor", "--json"]).ended(2);
    assert!(doctor.out.contains("newer Vitrina"), "{}", doctor.out);
}

#[test]
fn config_print_says_every_value_and_where_it_came_from() {
    let place = Place::new("sqlite");
    place.run(&["migrate"]).ended(0);
    std::fs::write(place.data().join("vitrina.toml"), "[shop]\nname = \"Eglė\"\n").expect("a file");
    let env = [("VITRINA_PAYMENT_DAYS", "14"), ("VITRINA_SMTP_PASSWORD", "geheim")];
    let said = place.run_with(&["config", "print", "--json"], &env).ended(0);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&said.out).expect("JSON");
    let of = |key: &str| rows.iter().find(|r| r["key"] == key).unwrap_or_else(|| panic!("{key}: {}", said.out));
    assert_eq!(of("shop.name")["value"], "Eglė");
    assert!(of("shop.name")["from"].as_str().is_some_and(|f| f.contains("vitrina.toml")));
    assert_eq!(
        (&of("payment.days")["value"], of("payment.days")["from"].as_str()),
        (&14.into(), Some("environment VITRINA_PAYMENT_DAYS"))
    );
    assert_eq!(of("catalog.few")["from"], "default");
    assert_eq!(of("mail.smtp_password")["value"], "set");
    assert!(!said.out.contains("geheim"), "a secret is not printed");
    let plain = place.run_with(&["config", "print"], &env).ended(0);
    assert!(plain.out.contains("payment.days") && !plain.out.contains("geheim"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_shop_can_be_cared_for_beside() {
    for engine in vitrina_tests::engines() {
        let shop = Shop::open(engine);
        for args in [&["migrate"][..], &["config", "print"], &["keys", "list"], &["channels", "list"]] {
            let output = shop.command(args);
            assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
        let added = shop.command(&["user", "add", "--email", "nauja@demo.test", "--name", "Nauja", "--role", "viewer"]);
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        shop.visitor().get("/en/").await.expect(200);
    }
}
