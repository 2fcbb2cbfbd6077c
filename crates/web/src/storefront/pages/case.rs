//! After the sale: withdrawing from a contract, saying what is wrong, and what became of it.

use serde::Serialize;
use vitrina::kernel::{Moment, Money, Qty};

use super::frame::Frame;

/// An order of whoever has signed in, to choose from.
#[derive(Clone, Debug, Serialize)]
pub struct OwnOrder {
    pub number: String,
    pub placed_at: Moment,
    pub url: String,
    pub goods: Vec<OwnGoods>,
    /// The last moment of its period of withdrawal, once it runs.
    pub until: Option<Moment>,
    pub over: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct OwnGoods {
    pub title: String,
    pub picture_hash: Option<String>,
    /// Where this one is chosen already.
    pub url: String,
}

/// A line of an order, to be chosen.
#[derive(Clone, Debug, Serialize)]
pub struct CaseLine {
    pub id: String,
    pub title: String,
    pub variant: String,
    pub picture_hash: Option<String>,
    pub unit: String,
    pub qty: Qty,
    /// What nothing was declared about yet.
    pub free: Qty,
    /// Whole pieces only.
    pub whole: bool,
    pub chosen: bool,
    /// As it was typed.
    pub typed: String,
    pub batch: String,
    pub excepted: bool,
    /// The numbers of the open cases about it.
    pub cases: Vec<String>,
    /// What is wrong with the quantity that was typed.
    pub wrong: String,
}

/// `storefront/withdraw`: for whoever has no link at hand.
#[derive(Clone, Debug, Serialize)]
pub struct WithdrawPage {
    pub page: Frame,
    pub orders: Vec<OwnOrder>,
    pub form: WithdrawForm,
    pub key: String,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct WithdrawForm {
    pub name: String,
    pub order: String,
    pub email: String,
    /// Which goods, in the customer's words.
    pub text: String,
}

/// `storefront/withdraw_order`
#[derive(Clone, Debug, Serialize)]
pub struct WithdrawOrderPage {
    pub page: Frame,
    pub number: String,
    pub lines: Vec<CaseLine>,
    pub until: Option<Moment>,
    pub over: bool,
    pub form: WithdrawForm,
    pub key: String,
    pub url: String,
    /// The order's own page.
    pub back: String,
}

/// `storefront/withdraw_check`: all of it once more; one button confirms it.
#[derive(Clone, Debug, Serialize)]
pub struct WithdrawCheckPage {
    pub page: Frame,
    pub form: WithdrawForm,
    pub goods: Vec<CheckedGoods>,
    pub over: bool,
    /// What goes along with both buttons.
    pub fields: Vec<Hidden>,
    pub url: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct CheckedGoods {
    pub title: String,
    pub variant: String,
    pub picture_hash: Option<String>,
    pub qty: Qty,
    pub unit: String,
    pub excepted: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct Hidden {
    pub name: String,
    pub value: String,
}

/// `storefront/case_done`: it was received.
#[derive(Clone, Debug, Serialize)]
pub struct CaseDonePage {
    pub page: Frame,
    pub withdrawal: bool,
    pub number: String,
    pub declared_at: Moment,
    pub answer_by: Moment,
    /// Where the receipt went.
    pub email: String,
    /// The tracking page; empty for whom it goes by letter alone.
    pub url: String,
    pub over: bool,
    pub excepted: bool,
}

/// `storefront/complaint`: three ways to say what is wrong.
#[derive(Clone, Debug, Serialize)]
pub struct ComplaintPage {
    pub page: Frame,
    pub orders: Vec<OwnOrder>,
    /// The way by number and e-mail, as it was typed.
    pub number: String,
    pub address: String,
    /// Its answer, the same whether an order fits or not.
    pub sent: bool,
    pub words: ComplaintWords,
    pub form: WithdrawForm,
    pub key: String,
}

/// `storefront/complaint_order`
#[derive(Clone, Debug, Serialize)]
pub struct ComplaintOrderPage {
    pub page: Frame,
    pub number: String,
    pub lines: Vec<CaseLine>,
    pub words: ComplaintWords,
    pub email: String,
    pub key: String,
    pub url: String,
    pub back: String,
}

/// What is wrong, what would help, and the photos.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ComplaintWords {
    /// The texts `aftersales.problem.CODE` and `aftersales.wish.CODE`.
    pub problems: Vec<CaseChoice>,
    pub wishes: Vec<CaseChoice>,
    pub text: String,
    /// Photos were chosen and have to be chosen again.
    pub photos_lost: bool,
    pub most: usize,
}

#[derive(Clone, Debug, Serialize)]
pub struct CaseChoice {
    pub code: String,
    pub chosen: bool,
}

/// A case on an order's page and in the account.
#[derive(Clone, Debug, Serialize)]
pub struct CaseLink {
    pub number: String,
    pub withdrawal: bool,
    /// The text `cases.state.CODE`.
    pub state: String,
    pub declared_at: Moment,
    pub title: String,
    pub picture_hash: Option<String>,
    pub url: String,
}

/// `storefront/case`
#[derive(Clone, Debug, Serialize)]
pub struct CasePage {
    pub page: Frame,
    pub number: String,
    pub withdrawal: bool,
    pub state: String,
    pub order: String,
    pub declared: CaseDeclared,
    pub answer_by: Moment,
    /// The shop said what it makes of it.
    pub answered: bool,
    /// By when the money of a withdrawal goes back, while it has not.
    pub refund_by: Option<Moment>,
    pub story: Vec<CaseStep>,
    pub messages: Vec<CaseMessage>,
    pub decision: Option<CaseDecision>,
    pub instructions: String,
    pub labels: Vec<CaseAttachment>,
    pub carrier: String,
    pub tracking: String,
    pub papers: Vec<CasePaper>,
    pub outcomes: Vec<CaseOutcome>,
    pub may: CaseMay,
    pub rating: i64,
    pub rating_note: String,
    /// A message as it was typed.
    pub message: String,
    pub photos_lost: bool,
    pub most: usize,
    /// Of the message's form.
    pub key: String,
    pub url: String,
}

/// What was declared, as it came.
#[derive(Clone, Debug, Serialize)]
pub struct CaseDeclared {
    pub at: Moment,
    pub name: String,
    pub email: String,
    pub goods: Vec<CheckedGoods>,
    pub text: String,
    pub problem: String,
    pub wish: String,
    pub files: Vec<CaseAttachment>,
    pub late: bool,
    pub hash: String,
}

/// `code` is the text `cases.story.CODE`.
#[derive(Clone, Debug, Serialize)]
pub struct CaseStep {
    pub code: String,
    pub at: Option<Moment>,
}

#[derive(Clone, Debug, Serialize)]
pub struct CaseMessage {
    pub mine: bool,
    pub sender: String,
    pub at: Moment,
    /// The language that it is written in.
    pub locale: vitrina::kernel::Locale,
    pub text: String,
    pub files: Vec<CaseAttachment>,
}

#[derive(Clone, Debug, Serialize)]
pub struct CaseAttachment {
    pub name: String,
    pub url: String,
    /// A small picture; empty for what can only be saved.
    pub small: String,
    /// "PDF", "HEIC"; for what is no picture.
    pub kind: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct CaseDecision {
    pub approved: bool,
    pub text: String,
    /// The text `aftersales.refusal.CODE`.
    pub reason: String,
    pub at: Moment,
}

#[derive(Clone, Debug, Serialize)]
pub struct CasePaper {
    /// The text's key.
    pub title: String,
    pub number: String,
    pub at: Moment,
    /// Empty while it is being set.
    pub url: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct CaseOutcome {
    /// The text `aftersales.done.CODE`.
    pub remedy: String,
    pub amount: Option<Money>,
    /// The credit note.
    pub document: String,
    /// The order of the replacement.
    pub order: String,
    pub at: Moment,
}

/// What the customer can do now.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CaseMay {
    pub write: bool,
    pub send: bool,
    pub take_back: bool,
    pub rate: bool,
}
