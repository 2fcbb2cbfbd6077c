//! A paper of a case as pages: made from what was frozen and from nothing else.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    aftersales::{Paper, PaperKind, PaperRow},
    documents::{Meta, Typeset},
    kernel::{App, Moment, Qty},
    stage::{Stage, Voice},
};

/// The job that sets it.
pub(crate) fn job(app: &App, paper: &Paper) -> Typeset {
    typeset(app.port::<Stage>(), paper, app.settings().text("shop.name"))
}

/// The same for whoever has no shop: the check of a theme.
pub(crate) fn typeset(stage: &Stage, paper: &Paper, brand: &str) -> Typeset {
    let voice = stage.voice(paper.locale);
    Typeset {
        template: "case".into(),
        files: stage.document_files(),
        meta: Meta {
            title: format!("{} {}", voice.say(&title(paper)), paper.number),
            author: paper.seller_name.clone(),
            locale: voice.locale(),
            date: paper.at.date().to_string(),
        },
        data: Writer { paper, voice: &voice }.data(brand),
        pictures: BTreeMap::new(),
        attachments: Vec::new(),
    }
}

fn title(paper: &Paper) -> String {
    match paper.kind {
        PaperKind::Declaration => format!("aftersales.paper.declaration.{}", paper.about),
        kind => format!("aftersales.paper.{}.title", kind.as_str()),
    }
}

struct Writer<'a> {
    paper: &'a Paper,
    voice: &'a Voice,
}

impl Writer<'_> {
    fn say(&self, name: &str) -> String {
        self.voice.say(&format!("aftersales.paper.{name}"))
    }

    fn at(&self, at: Moment) -> String {
        let local = at.to_local();
        format!("{} {:02}:{:02}", self.voice.day(&at.date().to_string()), local.hour(), local.minute())
    }

    fn day(&self, at: Moment) -> String {
        self.voice.day(&at.date().to_string())
    }

    fn data(&self, brand: &str) -> Value {
        let paper = self.paper;
        let foot = [paper.seller_name.as_str(), &paper.case].join(" · ");
        json!({
            "look": { "accent": self.voice.wish("accent") },
            "kind": "case",
            "number": paper.number,
            "number_label": self.say("number"),
            "seller": { "name": brand },
            "title": self.voice.say(&title(paper)),
            "under": [self.at(paper.at)],
            "facts": self.facts(),
            "parties": [
                { "label": self.say("seller"), "name": paper.seller_name, "lines": paper.seller },
                { "label": self.say("customer"), "name": paper.customer, "lines": paper.contact },
            ],
            "columns": self.columns(),
            "lines": paper.rows.iter().map(|row| self.row(row)).collect::<Vec<_>>(),
            "text_label": self.say(&format!("{}.text", paper.kind.as_str())),
            "text": paper.text.split("\n\n").filter(|t| !t.trim().is_empty()).collect::<Vec<_>>(),
            "note": self.say(&format!("{}.note", paper.kind.as_str())),
            "proof": self.proof(),
            "signatures": self.signatures(),
            "foot": {
                "text": foot,
                "page": self.voice.fill("documents.sheet.page", &[("page", "{page}".into()), ("pages", "{pages}".into())]),
            },
        })
    }

    fn facts(&self) -> Vec<Value> {
        let paper = self.paper;
        let mut rows =
            vec![("case", paper.case.clone()), ("order", paper.order.clone()), ("declared", self.at(paper.declared_at))];
        let code = |group: &str, code: &str| self.voice.say(&format!("aftersales.{group}.{code}"));
        match paper.kind {
            PaperKind::Declaration if paper.about == "complaint" => {
                rows.push(("problem", code("problem", &paper.problem)));
                rows.push(("wish", code("wish", &paper.wish)));
                rows.push(("answer_by", self.day(paper.answer_by)));
            }
            PaperKind::Decision if paper.verdict == "approved" => rows.push(("verdict", self.say("approved"))),
            PaperKind::Decision => rows.push(("verdict", code("refusal", &paper.verdict))),
            _ => {}
        }
        if paper.kind == PaperKind::Declaration {
            rows.push(("photos", if paper.photos > 0 { self.voice.integer(paper.photos) } else { String::new() }));
        }
        let row = |(label, value): (&str, String)| json!({ "label": self.say(&format!("row.{label}")), "value": value });
        rows.into_iter().filter(|(_, value)| !value.is_empty()).map(row).collect()
    }

    fn columns(&self) -> Vec<Value> {
        let detail = if self.paper.kind == PaperKind::Inspection { "found" } else { "batch" };
        // Words as wide as they are stand below the goods; what is short has a column.
        let mut names = vec!["goods", "qty"];
        if detail == "batch" && self.paper.rows.iter().any(|row| !row.batch.is_empty()) {
            names.push(detail);
        }
        names.into_iter().map(|name| json!({ "kind": name, "label": self.say(&format!("column.{name}")) })).collect()
    }

    /// By what a declaration is known again, to the letter.
    fn proof(&self) -> String {
        match self.paper.kind {
            PaperKind::Declaration => format!("SHA-256 {}", self.paper.hash),
            _ => String::new(),
        }
    }

    fn qty(&self, qty: Qty, unit: &str) -> String {
        self.voice.fill(&format!("unit.{unit}"), &[("n", self.voice.qty(qty))])
    }

    fn row(&self, row: &PaperRow) -> Value {
        let mut details = vec![row.sku.clone()];
        if self.paper.kind == PaperKind::Inspection {
            details.extend([self.found(row), row.note.clone()]);
        }
        details.retain(|text| !text.is_empty());
        let mut cells = vec![json!({ "title": row.title, "details": details }), json!(self.qty(row.qty, &row.unit))];
        if self.columns().len() > 2 {
            cells.push(json!(row.batch));
        }
        cells.into()
    }

    /// How it was found and where it goes.
    fn found(&self, row: &PaperRow) -> String {
        let mut said = Vec::new();
        if !row.condition.is_empty() {
            said.push(self.voice.say(&format!("aftersales.condition.{}", row.condition)));
        }
        for (name, qty) in [("restocked", row.restocked), ("scrapped", row.scrapped), ("sent_back", row.sent_back)] {
            if qty != Qty::ZERO {
                said.push(format!("{}: {}", self.say(name), self.qty(qty, &row.unit)));
            }
        }
        said.join("; ")
    }

    /// Who stands for it. A declaration that came by the page is proven by its hash and is signed by nobody.
    fn signatures(&self) -> Vec<Value> {
        match self.paper.kind {
            PaperKind::Declaration => Vec::new(),
            _ => vec![json!({ "label": self.say("issued_by"), "name": self.paper.by })],
        }
    }
}
