//! The office through its own door: signing in, rights, forms.

use poem::{
    http::{Method, StatusCode},
    test::{TestClient, TestResponse},
};
use vitrina::{
    channels::{self, NewChannel, TaxDisplay},
    flows::{self, staff::NewUser},
    kernel::{Actor, App, Currency, Locale, Role, testing},
    pricing,
    stage::{Source, Stage},
};

use super::{Need, ROUTES};

struct House {
    app: App,
    client: TestClient<poem::Route>,
    _fresh: testing::Fresh,
}

async fn house() -> House {
    built_on(testing::sqlite().await).await
}

/// One on every engine at hand.
async fn houses() -> Vec<House> {
    let mut houses = Vec::new();
    for fresh in testing::databases().await {
        houses.push(built_on(fresh).await);
    }
    houses
}

async fn built_on(fresh: testing::Fresh) -> House {
    let app = fresh.app();
    found(&app).await;
    let stage = Stage::open(Source::embedded()).unwrap();
    let client = TestClient::new(super::routes(&app, &stage));
    House { app, client, _fresh: fresh }
}

/// The least that a shop has: a price list and a channel.
async fn found(app: &App) {
    let tx = app.begin(&Actor::System).await.unwrap();
    let price_list = pricing::add_list(&tx, "base", "Base", Currency::EUR).await.unwrap();
    let channel = NewChannel {
        code: "default".into(),
        name: "Shop".into(),
        locales: vec![Locale::LT, Locale::EN],
        currency: Currency::EUR,
        price_list,
        tax_display: TaxDisplay::Gross,
        country: "LT".into(),
        locations: Vec::new(),
        origins: Vec::new(),
    };
    channels::add(&tx, channel).await.unwrap();
    tx.commit().await.unwrap();
}

impl House {
    async fn hire(&self, role: Role) -> String {
        let password = "ilgas slaptazodis 7";
        let email = format!("{}@example.test", role.as_str());
        let new = NewUser {
            email: email.clone(),
            name: "Rasa Rasaitė".into(),
            role,
            locale: Locale::LT,
            password: Some(password.into()),
        };
        flows::staff::create(&self.app, &Actor::System, new).await.unwrap();
        let form = format!("email={email}&password={}", password.replace(' ', "+"));
        let answer = self.post("/office/login", "", &form).await;
        answer.assert_status(StatusCode::SEE_OTHER);
        cookie_of(&answer)
    }

    async fn get(&self, path: &str, cookie: &str) -> TestResponse {
        self.client.get(path).header("cookie", cookie).send().await
    }

    async fn post(&self, path: &str, cookie: &str, form: &str) -> TestResponse {
        let request = self.client.post(path).header("cookie", cookie).header("sec-fetch-site", "same-origin");
        request.content_type("application/x-www-form-urlencoded").body(form.to_owned()).send().await
    }

    /// With the session's form token.
    async fn send(&self, path: &str, cookie: &str, form: &str) -> TestResponse {
        let token = crate::csrf::of(cookie.split_once('=').unwrap().1);
        self.post(path, cookie, &format!("csrf={token}&{form}")).await
    }
}

fn cookie_of(answer: &TestResponse) -> String {
    let mut lines = answer.0.headers().get_all("set-cookie").iter().filter_map(|v| v.to_str().ok());
    let line = lines.rfind(|l| l.starts_with("vitrina_office=")).unwrap_or_default();
    line.split(';').next().unwrap_or_default().to_owned()
}

async fn text(answer: TestResponse) -> String {
    answer.0.into_body().into_string().await.unwrap()
}

#[tokio::test]
async fn a_wrong_password_brings_the_form_back_with_the_address_typed() {
    let house = house().await;
    house.hire(Role::Owner).await;
    let answer = house.post("/office/login", "", "email=owner@example.test&password=wrong").await;
    answer.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
    let page = text(answer).await;
    assert!(page.contains("value=\"owner@example.test\""), "{page}");
    assert!(page.contains("role=\"alert\""), "{page}");
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let house = house().await;
    house.hire(Role::Owner).await;
    let mut last = StatusCode::OK;
    for _ in 0..8 {
        last = house.post("/office/login", "", "email=owner@example.test&password=wrong").await.0.status();
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_form_without_the_sessions_token_changes_nothing() {
    let house = house().await;
    let cookie = house.hire(Role::Owner).await;
    let form = "name=Petras&email=petras%40example.test&role=manager&locale=lt";
    house.post("/office/users", &cookie, form).await.assert_status(StatusCode::FORBIDDEN);
    let other_site = house.client.post("/office/users").header("cookie", &cookie).header("sec-fetch-site", "cross-site");
    other_site.body(form).send().await.assert_status(StatusCode::FORBIDDEN);
    let answer = house.send("/office/users", &cookie, form).await;
    answer.assert_status_is_ok();
    assert!(text(answer).await.contains("class=\"secret\""));
    let slip = house.send("/office/users", &cookie, form).await;
    slip.assert_status(StatusCode::CONFLICT);
    let page = text(slip).await;
    assert!(page.contains("data-wrong") && page.contains("petras@example.test"), "{page}");
}

#[tokio::test]
async fn every_page_without_a_record_opens_in_both_languages_and_teaches_when_empty() {
    let house = house().await;
    let cookie = house.hire(Role::Owner).await;
    let mut wrong = Vec::new();
    for locale in ["lt", "en"] {
        let cookie = format!("{cookie}; vitrina_office_look={locale}.dark");
        for route in ROUTES.iter().filter(|r| r.method == Method::GET && !r.path.contains(':') && r.right != Need::Nothing) {
            // Needs ticked rows to begin with.
            if route.path.ends_with("/reprice") {
                continue;
            }
            let answer = house.get(route.path, &cookie).await;
            let status = answer.0.status();
            let page = text(answer).await;
            if status != StatusCode::OK {
                wrong.push(format!("{} {locale}: {status}", route.path));
            }
            let missing: Vec<&str> =
                page.split(['>', '<', '"']).filter(|w| w.starts_with("office.") && !w.contains(' ')).collect();
            if !missing.is_empty() {
                wrong.push(format!("{} {locale} lacks the texts {missing:?}", route.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Who comes through which door, said a second time and by hand: a route without a line here
/// fails, and so does a right that opens more than was meant.
const DOORS: &str = include_str!("doors.txt");

/// A line of [`DOORS`]: method, path, and the roles that it opens for.
fn doors() -> Vec<(&'static str, &'static str, Vec<&'static str>)> {
    let read = |line: &'static str| {
        let mut words = line.split_whitespace();
        Some((words.next()?, words.next()?, words.collect()))
    };
    DOORS.lines().filter_map(read).collect()
}

#[test]
fn every_route_has_its_line_in_the_table_of_doors() {
    let mut told: Vec<(&str, &str)> = doors().into_iter().map(|(method, path, _)| (method, path)).collect();
    let mut open: Vec<(&str, &str)> = ROUTES.iter().map(|r| (r.method.as_str(), r.path)).collect();
    told.sort_unstable();
    open.sort_unstable();
    assert_eq!(told, open);
    let roles: Vec<&str> = Role::ALL.iter().map(|r| r.as_str()).chain(["everybody"]).collect();
    assert!(doors().iter().all(|(.., who)| who.iter().all(|role| roles.contains(role)) && who.first() != Some(&"nobody")));
}

#[tokio::test]
async fn every_route_answers_every_role_as_its_table_says() {
    for house in houses().await {
        for role in Role::ALL {
            let cookie = house.hire(*role).await;
            for (method, path, who) in doors() {
                answers(&house, role.as_str(), &cookie, (method, path, &who)).await;
            }
        }
    }
}

async fn answers(house: &House, role: &str, cookie: &str, (method, path, who): (&str, &str, &[&str])) {
    if path == "/office/logout" {
        return;
    }
    let at =
        path.replace(":id", "018f3b6a-0000-7000-8000-000000000001").replace(":other", "018f3b6a-0000-7000-8000-000000000002");
    let everybody = who == ["everybody"];
    let answer = match method {
        "POST" => house.send(&at, cookie, "").await,
        _ => house.get(&at, cookie).await,
    };
    let status = answer.0.status();
    let forbidden = status == StatusCode::FORBIDDEN;
    assert_eq!(forbidden, !everybody && !who.contains(&role), "{method} {path} as {role}: {status}");
    assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{method} {path}: {}", text(answer).await);
    let guest = match method {
        "POST" => house.post(&at, "", "").await,
        _ => house.get(&at, "").await,
    };
    let sent_away = guest.0.status() == StatusCode::SEE_OTHER;
    assert_eq!(sent_away, !everybody, "{method} {path} as a guest");
}

/// A product with a title of its own, and its English waiting for nobody.
async fn table(app: &App) -> vitrina::kernel::ProductId {
    use vitrina::catalog::{NewProduct, NewVariant};
    let draft = NewProduct::goods(Locale::LT, "Ąžuolinis stalas 180 cm").variant(NewVariant::new("T-1"));
    flows::catalogue::create(app, &Actor::System, draft).await.unwrap()
}

#[tokio::test]
async fn a_text_is_written_accepted_and_found_again_by_hand() {
    for house in houses().await {
        let id = table(&house.app).await;
        let base = house.hire(Role::Marketer).await;
        let cookie = format!("{base}; vitrina_office_look=en.light");
        let list = text(house.get("/office/texts?to=en&open=missing", &cookie).await).await;
        assert!(list.contains("Ąžuolinis stalas 180 cm") && list.contains("No translation service is set"), "{list}");
        let at = format!("/office/texts/{id}");
        let page = text(house.get(&format!("{at}?to=en"), &cookie).await).await;
        assert!(page.contains("data-segment") && page.contains("untranslated"), "{page}");
        let seen = |page: &str| page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let first = seen(&page);
        let form = |seen: &str, words: &str| format!("to=en&field=title&n=0&do=save&seen={seen}&text={words}");
        house.send(&at, &base, &form(&first, "Oak+table+160+cm")).await.assert_status(StatusCode::SEE_OTHER);
        // The number was mistyped: the page says so.
        let page = text(house.get(&format!("{at}?to=en"), &cookie).await).await;
        assert!(page.contains("numbers differ"), "{page}");
        let late = house.send(&at, &base, &form(&first, "Oak+table+180+cm")).await;
        late.assert_status(StatusCode::CONFLICT);
        let page = text(late).await;
        assert!(page.contains("tuo metu buvo pakeistas") && page.contains("Oak table 180 cm"), "what was typed is kept: {page}");
        house.send(&at, &base, &form(&seen(&page), "Oak+table+180+cm")).await.assert_status(StatusCode::SEE_OTHER);
        let memory = text(house.get("/office/memory?q=oak", &cookie).await).await;
        assert!(memory.contains("Oak table 180 cm"), "kept for the future: {memory}");
        let word = "kind=word&term=stalas&target=table&from=lt&to=en";
        house.send("/office/glossary", &base, word).await.assert_status(StatusCode::SEE_OTHER);
        assert!(text(house.get("/office/glossary?q=stalas", &cookie).await).await.contains("table"));
        let slip = house.send("/office/glossary", &base, "kind=word&term=&target=x&from=lt&to=en").await;
        slip.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text(slip).await.contains("data-wrong"));
        let file = house.send("/office/texts/files/out", &base, "what=memory&format=tmx").await;
        assert!(text(file).await.contains("<tmx version=\"1.4\">"));
        let usage = text(house.get("/office/texts/usage", &cookie).await).await;
        assert!(usage.contains("Nothing was paid for yet"), "{usage}");
    }
}
