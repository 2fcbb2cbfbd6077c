//! `vitrina backup` and `vitrina restore` of a shop that sells meanwhile: nothing of it is torn,
//! nothing is lost, nobody is in the way.

use std::{
    collections::BTreeSet,
    fs::File,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::Value;
use vitrina_tests::{Shop, Visitor, engines};

use crate::{Place, Said, places, vitrina};

/// What the archive says of itself.
pub fn manifest(file: &Path) -> Value {
    let mut zip = zip::ZipArchive::new(File::open(file).expect("a backup")).expect("an archive");
    serde_json::from_reader(zip.by_name("manifest.json").expect("a manifest")).expect("JSON")
}

/// Tables with their rows, sums and hashes, but for what the shop writes at every start.
fn tables(manifest: &Value) -> Vec<&Value> {
    let all = manifest["tables"].as_array().expect("tables");
    all.iter().filter(|t| t["name"] != "search_node").collect()
}

fn rows(manifest: &Value, table: &str) -> u64 {
    let all = manifest["tables"].as_array().expect("tables");
    all.iter().find(|t| t["name"] == table).and_then(|t| t["rows"].as_u64()).unwrap_or_else(|| panic!("no table {table}"))
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}

fn health(said: &Said, check: &str, what: &str) -> Option<String> {
    let all: Vec<Value> = serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {said:#?}"));
    let found = all.iter().find(|f| f["check"] == check && f["what"].as_str().is_some_and(|w| w.contains(what)));
    found.and_then(|f| f["health"].as_str()).map(str::to_owned)
}

/// Something that does not run out while crowds buy it.
async fn made_to_order(shop: &Shop) -> String {
    let guest = shop.visitor();
    let listed = guest.get("/en/c/tables").await.expect(200);
    for path in listed.links().into_iter().filter(|l| l.starts_with("/en/p/")).collect::<BTreeSet<_>>() {
        let page = guest.get(&path).await.expect(200);
        if let (true, Some(variant)) = (page.body.contains("Made for you"), page.field("variant")) {
            return variant;
        }
    }
    panic!("no table is made to order")
}

/// Buys a piece; gives the token of the order's page.
async fn buy(guest: &Visitor, variant: &str, email: &str) -> String {
    guest.post("/en/cart/add", &[("variant", variant), ("qty", "1")]).await.expect(303);
    let csrf = guest.get("/en/checkout").await.expect(200).field("csrf").expect("a token");
    let contact = [
        ("csrf", csrf.as_str()),
        ("name", "Ona Bandytoja"),
        ("email", email),
        ("phone", "+37060012345"),
        ("street", "Gedimino pr. 1"),
        ("post_code", "LT-01103"),
        ("city", "Vilnius"),
        ("country", "LT"),
    ];
    guest.post("/en/checkout", &contact).await.expect(303);
    let method = guest.get("/en/checkout/delivery").await.expect(200).field("method").expect("a delivery");
    guest.post("/en/checkout/delivery", &[("csrf", &csrf), ("method", &method)]).await.expect(303);
    let seen = guest.get("/en/checkout/payment").await.expect(200).field("seen").expect("the sum that was seen");
    let fields = [("csrf", csrf.as_str()), ("seen", &seen), ("payment", "bank_transfer"), ("terms", "yes")];
    let placed = guest.post("/en/checkout/payment", &fields).await.expect(303);
    let place = placed.location.expect("the order's page");
    place.strip_prefix("/en/order/").and_then(|p| p.split('?').next()).expect("a token").to_owned()
}

/// Guests who buy until they are told to stop; they give the tokens of what they bought.
struct Crowd {
    stop: Arc<AtomicBool>,
    bought: Arc<std::sync::Mutex<Vec<String>>>,
    guests: Vec<tokio::task::JoinHandle<()>>,
}

impl Crowd {
    fn come(shop: &Shop, variant: &str) -> Self {
        let (stop, bought) = (Arc::new(AtomicBool::new(false)), Arc::new(std::sync::Mutex::default()));
        let guests = (0..3).map(|n| {
            let (url, variant, stop, bought) = (shop.url(), variant.to_owned(), Arc::clone(&stop), Arc::clone(&bought));
            tokio::spawn(async move {
                let mut turn = 0;
                while !stop.load(Ordering::Relaxed) {
                    let token = buy(&Visitor::new(&url), &variant, &format!("guest-{n}-{turn}@demo.test")).await;
                    let mut bought: std::sync::MutexGuard<'_, Vec<String>> = bought.lock().expect("nobody panicked");
                    bought.push(token);
                    turn += 1;
                }
            })
        });
        let guests = guests.collect();
        Self { stop, bought, guests }
    }

    fn bought(&self) -> Vec<String> {
        self.bought.lock().expect("nobody panicked").clone()
    }

    async fn go(self) {
        self.stop.store(true, Ordering::Relaxed);
        for guest in self.guests {
            guest.await.expect("a guest who could buy");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_shop_that_sells_is_whole() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let variant = made_to_order(&shop).await;
        let crowd = Crowd::come(&shop, &variant);
        let folder = tempfile::tempdir().expect("a folder");
        let mut orders = Vec::new();
        for n in 0..2 {
            while crowd.bought().len() < 3 * (n + 1) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            let before = crowd.bought();
            let file = folder.path().join(format!("{n}.zip"));
            let made = shop.command(&["backup", "--to", text(&file)]);
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
            orders.push(rows(&manifest(&file), "sales_order"));
            let place = Place::new(engine);
            let said = place.run(&["restore", text(&file)]).ended(0);
            assert!(said.out.contains("every count, sum and hash is the backup's"), "{said:#?}");
            let doctor = place.run_with(&["doctor", "--json"], &[("VITRINA_LISTEN", "127.0.0.1:0")]);
            assert_eq!(health(&doctor, "whole", "every order").as_deref(), Some("ok"), "{doctor:#?}");
            assert_eq!(health(&doctor, "search", "search [lt] knows all").as_deref(), Some("ok"), "{doctor:#?}");
            assert_eq!(health(&doctor, "backup", text(&file)).as_deref(), Some("ok"), "{doctor:#?}");
            assert_ne!(doctor.code, Some(2), "{doctor:#?}");
            if n == 1 {
                // Who had an order before the backup began finds it in the restored shop.
                let again = Shop::start(place.data(), place.url().map(str::to_owned));
                for token in before {
                    again.visitor().get(&format!("/en/order/{token}")).await.expect(200);
                }
                pictures(&again).await;
            }
        }
        crowd.go().await;
        assert!(orders[0] < orders[1], "people bought between the backups: {orders:?}");
    }
}

/// The pictures of the restored shop are served.
async fn pictures(shop: &Shop) {
    let guest = shop.visitor();
    let page = guest.get("/en/c/tables").await.expect(200);
    let at = page.body.find("/media/").expect("a picture");
    let path: String = page.body[at..].chars().take_while(|c| !matches!(c, '"' | ' ' | ',')).collect();
    assert_eq!(guest.get(&path).await.expect(200).content_type, "image/webp");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_moves_between_databases_and_stays_the_same_to_the_cent() {
    for from in engines() {
        let mut shop = Shop::open(from);
        shop.kill();
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("first.zip");
        std::fs::write(shop.data.join("vitrina.toml"), "[shop]\nname = \"Eglė\"\n").expect("a file");
        let made = shop.command(&["backup", "--to", text(&file)]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let first = manifest(&file);
        assert_eq!(first["engine"], from);
        assert!(rows(&first, "sales_order") > 100 && rows(&first, "card") > 100, "the demo has a history");
        for to in engines() {
            let place = Place::new(to);
            let said = place.run(&["restore", text(&file)]).ended(0);
            let orders = first["tables"].as_array().and_then(|all| all.iter().find(|t| t["name"] == "sales_order"));
            let sum = orders.expect("orders")["sums"]["gross_minor"].to_string();
            assert!(said.out.contains(&format!("gross_minor {sum}")), "{sum}: {said:#?}");
            let again = folder.path().join(format!("{to}.zip"));
            place.run(&["backup", "--to", text(&again)]).ended(0);
            let second = manifest(&again);
            assert_eq!(second["engine"], to);
            assert_eq!(tables(&first), tables(&second), "{from} to {to}");
            assert_eq!(first["files"], second["files"], "{from} to {to}");
            let config = place.run(&["config", "print"]).ended(0);
            assert!(config.out.contains("Eglė"), "the configuration came along: {}", config.out);
        }
    }
}

#[test]
fn a_killed_backup_leaves_nothing_that_looks_like_one() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("shop.zip");
        let part = folder.path().join("shop.zip.part");
        let mut cut = 0;
        for turn in 0..4 {
            let mut child = shop.begin(&["backup", "--to", text(&file)]);
            while !part.exists() && !file.exists() {
                assert!(child.try_wait().expect("a child").is_none_or(|s| s.success()), "it failed before it began");
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_millis(turn * 25));
            let _ = child.kill();
            let _ = child.wait();
            if file.exists() {
                // It was done before it could be killed: then it is whole.
                let whole = shop.command(&["restore", "--check", text(&file)]);
                assert!(whole.status.success(), "{}", String::from_utf8_lossy(&whole.stderr));
                std::fs::remove_file(&file).expect("gone");
            } else {
                cut += 1;
                let half = shop.command(&["restore", "--check", text(&part)]);
                assert_eq!(half.status.code(), Some(1), "half a backup is not taken for one");
            }
        }
        assert!(cut > 0, "no backup was cut short");
        // The next one is not in the way of what was left, and tidies it up.
        let made = shop.command(&["backup", "--to", text(&file)]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
        assert!(shop.command(&["restore", "--check", text(&file)]).status.success());
    }
}

#[test]
fn a_killed_restore_leaves_no_shop_and_the_next_one_succeeds() {
    for engine in engines() {
        let shop = Shop::open(engine);
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("shop.zip");
        assert!(shop.command(&["backup", "--to", text(&file)]).status.success());
        let place = Place::new(engine);
        let beside = place.folder.path().join("shop.restoring");
        for turn in 0..2 {
            let mut command = std::process::Command::new(vitrina_tests::binary());
            command
                .args(["restore", text(&file), "--data"])
                .arg(place.data())
                .envs(place.url().map(|u| ("VITRINA_DATABASE_URL", u)));
            let mut child =
                command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().expect("vitrina");
            while !beside.exists() {
                assert!(child.try_wait().expect("a child").is_none(), "it ended before it began");
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_millis(turn * 60));
            let _ = child.kill();
            let _ = child.wait();
            assert!(!place.data().exists(), "turn {turn}: a shop that is not whole is not there");
        }
        place.run(&["restore", text(&file)]).ended(0);
        assert!(!beside.exists());
    }
}

#[test]
fn doctor_asks_for_a_backup_until_there_is_one() {
    for place in places() {
        place.run(&["migrate"]).ended(0);
        let env = [("VITRINA_LISTEN", "127.0.0.1:0")];
        let said = place.run_with(&["doctor", "--json"], &env);
        assert_eq!(health(&said, "backup", "no backup was made yet").as_deref(), Some("warn"), "{said:#?}");
        assert!(said.out.contains("vitrina backup --data"), "{said:#?}");
        // Into a folder: a dated file. The secret of the environment is in none of its bytes.
        let to = text(place.folder.path()).to_owned();
        let made = place.run_with(&["backup", "--to", &to], &[("VITRINA_SMTP_PASSWORD", "geheimnis")]).ended(0);
        let file = PathBuf::from(made.out.split(" with ").next().expect("a path"));
        let name = file.file_name().and_then(|n| n.to_str()).expect("a name").to_owned();
        assert!(name.starts_with("vitrina-20") && name.ends_with(".zip"), "{name}");
        assert_eq!(mode(&file), 0o600, "nobody else reads customers' addresses");
        let mut zip = zip::ZipArchive::new(File::open(&file).expect("a backup")).expect("an archive");
        for i in 0..zip.len() {
            let held = std::io::read_to_string(zip.by_index(i).expect("an entry")).expect("texts");
            assert!(!held.contains("geheimnis") && !held.contains("postgres://"), "a secret is in the backup");
        }
        let said = place.run_with(&["doctor", "--json"], &env);
        assert_eq!(health(&said, "backup", &name).as_deref(), Some("ok"), "{said:#?}");
        std::fs::write(place.data().join("backup.json"), "{\"at\":1700000000000,\"file\":\"old.zip\"}").expect("a file");
        let said = place.run_with(&["doctor", "--json"], &env);
        assert_eq!(health(&said, "backup", "days ago").as_deref(), Some("warn"), "{said:#?}");
    }
}

fn mode(file: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).expect("a file").permissions().mode() & 0o777
}

#[test]
fn a_backup_flows_through_a_pipe_and_a_full_disk_is_said() {
    let place = Place::new("sqlite");
    place.run(&["migrate"]).ended(0);
    let through = |out: File| {
        let mut command = std::process::Command::new(vitrina_tests::binary());
        command.args(["backup", "--to", "-", "--data"]).arg(place.data()).stdout(out);
        command.output().expect("vitrina runs")
    };
    let file = place.folder.path().join("piped.zip");
    let said = through(File::create(&file).expect("a file"));
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    vitrina(&place.data(), &["restore", "--check", text(&file)], &[]).ended(0);
    let said = through(File::options().write(true).open("/dev/full").expect("/dev/full"));
    let err = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.code() == Some(1) && err.contains("No space left") && err.contains("make room"), "{err}");
}
