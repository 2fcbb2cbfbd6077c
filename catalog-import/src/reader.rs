//! The file as products.

use std::collections::{HashMap, VecDeque};
use std::io::{Read, Seek};

use serde::{Deserialize, Serialize};

use crate::assemble::assemble;
use crate::complaint::{Code, Complaint};
use crate::detect::{self, Format, Kind};
use crate::draft::ProductDraft;
use crate::file::Handle;
use crate::group::{Group, Grouping, Taken, hash};
use crate::options::Options;
use crate::ours;
use crate::plan::Plan;
use crate::source::json::Json;
use crate::source::{Row, Rows, Trouble};

/// A product that can be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub draft: ProductDraft,
    /// The rows it was read from, for the file of rejected rows.
    pub rows: Vec<Row>,
    pub warnings: Vec<Complaint>,
}

/// A product that cannot be taken, or the end of what can be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    pub complaints: Vec<Complaint>,
    pub rows: Vec<Row>,
    /// Nothing follows: the file is cut or damaged here.
    pub fatal: bool,
}

/// Reads products one by one; never holds more than [`crate::Limits`] say.
pub struct Reader {
    input: Input,
    kind: Kind,
    options: Options,
    ready: VecDeque<Result<Item, Rejection>>,
    warnings: Vec<Complaint>,
    skus: HashMap<u64, u64>,
    ids: HashMap<u64, u64>,
    ended: bool,
}

enum Input {
    Rows { rows: Box<dyn Rows>, plan: Box<Plan>, grouping: Grouping },
    Ours(Json<crate::file::Text>),
}

impl Reader {
    /// Recognises the file and reads its heading. The complaint is about the
    /// file as a whole: nothing of it can be used.
    pub fn open(source: impl Read + Seek + Send + 'static, options: Options) -> Result<Reader, Complaint> {
        let kind = Kind::of(Handle::new(Box::new(source)), &options)?;
        let mut warnings: Vec<Complaint> = kind.guessed.clone().into_iter().collect();
        let ours = kind.is_ours() && options.profile.as_deref().is_none_or(|name| name == "vitrina");
        let input = if ours {
            Input::Ours(kind.json())
        } else {
            let (mut plan, unknown) = detect::plan(&kind, &mut *kind.rows()?, &options)?;
            warnings.extend(unknown);
            let mut grouping = Grouping::new();
            if Grouping::needs_survey(&plan) {
                plan.restart();
                let mut rows = kind.rows()?;
                grouping.survey(&mut *rows, &mut plan).map_err(|trouble| trouble.complaint)?;
                // Feeds and JSON: now every name of the file is known.
                plan.restart();
            } else if !kind.is_table() {
                plan.restart();
            }
            Input::Rows { rows: kind.rows()?, plan: Box::new(plan), grouping }
        };
        let (skus, ids, ready) = (HashMap::new(), HashMap::new(), VecDeque::new());
        let mut reader = Reader { input, kind, options, ready, warnings, skus, ids, ended: false };
        if let Input::Rows { rows, plan, .. } = &mut reader.input {
            plan.learn(rows.columns());
        }
        Ok(reader)
    }

    /// Name of the profile in use.
    pub fn profile(&self) -> &str {
        match &self.input {
            Input::Rows { plan, .. } => &plan.profile.name,
            Input::Ours(_) => "vitrina",
        }
    }

    pub fn format(&self) -> Format {
        self.kind.format
    }

    /// Name of the encoding the text was read in.
    pub fn encoding(&self) -> &'static str {
        self.kind.encoding.name()
    }

    /// Headings, elements or keys; those of feeds and JSON grow while reading.
    pub fn columns(&self) -> &[String] {
        match &self.input {
            Input::Rows { rows, .. } => rows.columns().names(),
            Input::Ours(_) => &[],
        }
    }

    /// Complaints about the file as a whole (encoding, unknown columns) that
    /// came up since the last call.
    pub fn take_warnings(&mut self) -> Vec<Complaint> {
        std::mem::take(&mut self.warnings)
    }

    fn fill(&mut self) {
        if let Input::Ours(json) = &mut self.input {
            let next = ours::next(json);
            return self.take_ours(next);
        }
        let limits = self.options.limits;
        let Input::Rows { rows, plan, grouping } = &mut self.input else {
            return;
        };
        let next = rows.next();
        self.warnings.extend(plan.learn(rows.columns()));
        let groups = match next {
            None => {
                self.ended = true;
                Ok(grouping.finish())
            }
            Some(Ok(row)) => grouping.take(Taken { row, complaints: Vec::new() }, plan, limits.held),
            Some(Err(Trouble { complaint, fatal: true, row })) => {
                // What stood open when the file broke off is not whole.
                self.ended = true;
                let rows = row.into_iter().collect();
                self.ready.push_back(Err(Rejection { complaints: vec![complaint], rows, fatal: true }));
                return;
            }
            Some(Err(Trouble { complaint, row: Some(row), .. })) => {
                grouping.take(Taken { row, complaints: vec![complaint] }, plan, limits.held)
            }
            Some(Err(Trouble { complaint, row: None, .. })) => {
                self.ready.push_back(Err(Rejection { complaints: vec![complaint], rows: Vec::new(), fatal: false }));
                return;
            }
        };
        match groups {
            Ok(groups) => groups.into_iter().for_each(|group| self.product(group)),
            Err(complaint) => {
                self.ended = true;
                self.ready.push_back(Err(Rejection { complaints: vec![complaint], rows: Vec::new(), fatal: true }));
            }
        }
    }

    fn take_ours(&mut self, next: Option<Result<(u64, ProductDraft, Vec<Complaint>), Rejection>>) {
        match next {
            None => self.ended = true,
            Some(Err(rejection)) => {
                self.ended = rejection.fatal;
                self.ready.push_back(Err(rejection));
            }
            Some(Ok((number, draft, mut complaints))) => {
                let row = Row { number, cells: ours::cells(&draft) };
                complaints.extend(self.twice(&draft, &[number]));
                self.judge(draft, vec![row], complaints);
            }
        }
    }

    fn product(&mut self, group: Group) {
        let Input::Rows { plan, .. } = &self.input else {
            return;
        };
        let (mut rows, mut complaints) = (Vec::with_capacity(group.len()), Vec::new());
        for taken in group {
            complaints.extend(taken.complaints);
            rows.push(taken.row);
        }
        let (draft, notes) = assemble(&rows, plan);
        // A row that could not be read says nothing reliable about the rest.
        if complaints.is_empty() {
            complaints.extend(notes.list);
            let numbers: Vec<u64> = rows.iter().map(|row| row.number).collect();
            complaints.extend(self.twice(&draft, &numbers));
        }
        self.judge(draft, rows, complaints);
    }

    fn judge(&mut self, draft: ProductDraft, rows: Vec<Row>, complaints: Vec<Complaint>) {
        let bad = complaints.iter().any(Complaint::is_error);
        self.ready.push_back(if bad {
            Err(Rejection { complaints, rows, fatal: false })
        } else {
            Ok(Item { draft, rows, warnings: complaints })
        });
    }

    /// SKUs and products that the file has already told.
    fn twice(&mut self, draft: &ProductDraft, rows: &[u64]) -> Vec<Complaint> {
        let mut complaints = Vec::new();
        let first = rows.first().copied().unwrap_or(1);
        if let Some(row) = self.ids.insert(hash(&draft.external_id), first) {
            let complaint = Complaint::new(Code::ProductTwice).row(first);
            complaints.push(complaint.with("value", &draft.external_id).with("first", row));
        }
        let aligned = rows.len() == draft.variants.len();
        for (at, variant) in draft.variants.iter().enumerate() {
            let Some(sku) = &variant.sku else { continue };
            let row = if aligned { rows[at] } else { first };
            if let Some(earlier) = self.skus.insert(hash(sku), row) {
                let complaint = Complaint::new(Code::SkuTwice).row(row);
                complaints.push(complaint.with("value", sku).with("first", earlier));
            }
        }
        complaints
    }
}

impl Iterator for Reader {
    type Item = Result<Item, Rejection>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() && !self.ended {
            self.fill();
        }
        self.ready.pop_front()
    }
}
