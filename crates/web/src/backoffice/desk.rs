//! One request at the office: who asks, what they sent, and the ways to answer.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use poem::{Response, http::StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use vitrina::{
    kernel::{Actor, App, Fault, Kind, Locale, Moment, Right, Scope, StaffActor},
    stage::Stage,
};

use super::page::{Page, Said, User};
use crate::{
    csrf, faults,
    forms::{Form, Upload},
    render,
    session::{self, Keep},
};

/// Where the office's cookies reach.
pub const ROOT: &str = "/office";

/// Everything a handler may ask for.
pub struct Desk {
    pub app: App,
    pub stage: Stage,
    pub staff: StaffActor,
    pub actor: Actor,
    /// The session's token; empty before signing in.
    pub session: String,
    pub locale: Locale,
    pub theme: &'static str,
    /// Path and query, to come back to.
    pub path: String,
    /// Where the caller's messages come from, for the rate limit.
    pub address: String,
    /// What the browser calls itself, for the list of one's sessions.
    pub agent: String,
    pub params: Vec<(String, String)>,
    pub query: Form,
    pub form: Form,
    pub uploads: Vec<Upload>,
    pub part: Part,
    pub secure: bool,
    pub said: Option<Told>,
    /// What was wrong with the form that came back.
    pub fault: Option<Fault>,
    /// The status of the page that answers.
    pub status: StatusCode,
}

/// How much of the page is wanted: scripts ask for parts, browsers for the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Whole,
    /// The record, to stand beside its list.
    Record,
    /// Only whether it was saved.
    Saved,
}

/// A sentence for the next page, as it travels in its cookie: keys and arguments, no words.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Told {
    pub key: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
}

impl Told {
    pub fn read(cookie: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cookie).ok()?).ok()
    }
}

pub type Answer = Result<Response, Fault>;

impl Desk {
    /// # Faults
    /// `Forbidden` when the role lacks the right.
    pub fn scope(&self, right: Right) -> Result<Scope, Fault> {
        self.actor.scope(right)
    }
    pub fn may(&self, right: Right) -> bool {
        self.actor.may(right).is_ok()
    }

    /// A piece of the path, as an id or a number.
    ///
    /// # Faults
    /// `request.not_found` for what is none.
    pub fn param<T: std::str::FromStr>(&self, name: &str) -> Result<T, Fault> {
        let text = self.params.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v);
        text.parse().map_err(|_| Fault::not_found("request.not_found"))
    }

    /// What the person typed before the form came back, else what is stored.
    pub fn old(&self, name: &str, stored: impl Into<String>) -> String {
        if self.fault.is_some() && self.form.has(name) { self.form.get(name).to_owned() } else { stored.into() }
    }

    pub fn t(&self, key: &str) -> String {
        self.stage.text(self.locale, key, &[])
    }
    pub fn say(&self, key: &str, args: &[(&str, String)]) -> String {
        self.stage.text(self.locale, key, args)
    }

    /// A moment in the shop's zone, as the locale writes it.
    pub fn datetime(&self, at: Moment) -> String {
        self.stage.datetime(self.locale, at)
    }

    /// Renders a page; a wanted part of it when the template has one.
    pub async fn show(&self, place: &str, template: &str, context: impl Serialize) -> Answer {
        let page = self.page(place).await?;
        let mut context = serde_json::to_value(context)?;
        context["page"] = serde_json::to_value(&page)?;
        let name = format!("office/{template}");
        let html = match self.part {
            Part::Record if self.fault.is_none() => self.stage.render_block(&name, "record", self.locale, &context)?,
            _ => self.stage.render(&name, self.locale, &context)?,
        };
        let mut answer = render::html(self.status, html, "no-store");
        if self.said.is_some() {
            self.cookie(&mut answer, session::OFFICE_FLASH, "", Keep::Forget);
        }
        Ok(answer)
    }

    async fn page(&self, place: &str) -> Result<Page, Fault> {
        let (places, more) = super::rail::places(self, place).await?;
        let faults: Vec<&Fault> = self.fault.iter().flat_map(Fault::all).collect();
        let mut wrong = BTreeMap::new();
        for fault in &faults {
            if let Some(field) = &fault.field {
                wrong.entry(field.clone()).or_insert_with(|| self.stage.fault(self.locale, fault));
            }
        }
        Ok(Page {
            shop: self.app.settings().text("shop.name").to_owned(),
            locale: self.locale.to_string(),
            theme: self.theme,
            path: self.path.clone(),
            csrf: if self.session.is_empty() { String::new() } else { csrf::of(&self.session) },
            script: self.stage.asset("office/office.js").map(|a| a.url).unwrap_or_default(),
            user: User { name: self.staff.name.clone(), role: self.staff.role.as_str() },
            in_more: more.iter().any(|p| p.current),
            places,
            more,
            flash: self.said.as_ref().map(|told| self.words(told)),
            faults: faults.iter().map(|f| self.stage.fault(self.locale, f)).collect(),
            wrong,
        })
    }

    fn words(&self, told: &Told) -> Said {
        let args: Vec<(&str, String)> = told.args.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
        // The cookie came from outside: it may choose among our sentences, nothing else.
        let key = if told.key.starts_with("office.") { &told.key } else { "office.flash.saved" };
        let undo = told.undo.clone().filter(|url| url.starts_with("/office/"));
        Said { tone: "good", text: self.say(key, &args), undo }
    }

    /// After a POST: on to a page that says what happened.
    pub fn done(&self, url: &str, key: &str) -> Answer {
        self.told(url, Told { key: key.to_owned(), ..Told::default() })
    }

    pub fn told(&self, url: &str, told: Told) -> Answer {
        if self.part == Part::Saved {
            let at = self.app.now().to_local();
            return Ok(json_answer(StatusCode::OK, &json!({ "saved": format!("{:02}:{:02}", at.hour(), at.minute()) })));
        }
        let mut answer = render::see_other(url);
        let value = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&told)?);
        self.cookie(&mut answer, session::OFFICE_FLASH, &value, Keep::Session);
        Ok(answer)
    }

    /// Where the form says it came from, if that is within the office.
    pub fn back<'a>(&'a self, fallback: &'a str) -> &'a str {
        crate::urls::own(self.form.get("back"), ROOT, fallback)
    }

    pub fn cookie(&self, answer: &mut Response, name: &str, value: &str, keep: Keep) {
        if let Some(line) = session::set_cookie(name, value, ROOT, keep, self.secure) {
            answer.headers_mut().append("set-cookie", line);
        }
    }

    /// The answer to a fault that no form can show.
    pub async fn refuse(&self, fault: &Fault) -> Response {
        faults::log(fault, &self.path);
        let status = faults::status(fault);
        if self.part == Part::Saved {
            return self.unsaved(fault);
        }
        let kind = match fault.kind {
            Kind::NotFound => "not_found",
            Kind::Forbidden if fault.code == "request.csrf" => "csrf",
            Kind::Forbidden => "forbidden",
            _ => "bug",
        };
        let said = match fault.kind {
            Kind::Bug | Kind::Forbidden | Kind::NotFound => self.t(&format!("office.fault.{kind}_text")),
            _ => self.stage.fault(self.locale, fault),
        };
        let context = json!({ "title": self.t(&format!("office.fault.{kind}")), "text": said });
        match self.show("", "fault", context).await {
            Ok(mut answer) => {
                answer.set_status(status);
                answer
            }
            Err(worse) => {
                faults::log(&worse, &self.path);
                Response::builder().status(StatusCode::INTERNAL_SERVER_ERROR).body(said)
            }
        }
    }

    /// The answer to a form that saves by itself.
    pub fn unsaved(&self, fault: &Fault) -> Response {
        let mut wrong = BTreeMap::new();
        for one in fault.all() {
            if let Some(field) = &one.field {
                wrong.insert(field.clone(), self.stage.fault(self.locale, one));
            }
        }
        let said = self.stage.fault(self.locale, fault);
        json_answer(faults::status(fault), &json!({ "said": said, "wrong": wrong }))
    }
}

pub fn json_answer(status: StatusCode, value: &serde_json::Value) -> Response {
    Response::builder()
        .status(status)
        .content_type("application/json")
        .header("cache-control", "no-store")
        .body(value.to_string())
}
