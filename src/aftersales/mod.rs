//! After-sales promises: what a customer declares is kept as it was declared. A complaint or a withdrawal
//! has a number, the moment at which it came and the hash of its own words, whether an order was found
//! for it or not, and whether letters leave or not. What the shop makes of it stands beside the
//! declaration and never in it.
//!
//! A case is about lines of an order, and all cases of a line together are never about more than was
//! ordered (`sales` keeps that count in one conditional statement). Its states stand in one table
//! ([`state::TRANSITIONS`]), each step is a row with who, when and why; the law's terms are computed
//! in one place ([`clock`]). The customer sees what [`Message`]s, papers and steps say, never what staff
//! noted for themselves.
//!
//! After-sales knows nothing of money, stock or letters: flows settle those and note here what came of it.

mod clock;
mod declare;
mod fault;
mod files;
mod goods;
mod item;
mod kind;
mod list;
mod messages;
mod outcome;
mod papers;
mod personal;
mod recall;
mod report;
pub mod state;
mod store;

pub use clock::{ANSWER_DAYS, Due, REFUND_DAYS, WITHDRAWAL_DAYS, answer_by, dues, end_of_withdrawal, escalate, quiet, refund_by};
pub use declare::{Declaration, Declared, Filed, NewCase, NewItem, file};
pub use fault::Fault;
pub use files::{CaseFile, MOST, NewFile, Purpose, attach, file_of, files};
pub use goods::{Condition, Inspection, inspect, receive};
pub use item::{Item, hold_again, items, items_of_line, release};
pub use kind::{Ground, Kind, Problem, Remedy, refusals};
pub use list::{CaseQuery, CaseRow, Cases, Counts, counts, list, of_order, of_party};
pub use messages::{Author, Message, NewMessage, TEXT, message, messages, say};
pub use outcome::{NewOutcome, Outcome, note_outcome, outcomes};
pub use papers::{Issued, NewPaper, Paper, PaperKind, PaperRow, issue, keep_pdf, paper, papers};
pub use personal::{erase, export, repoint};
pub use recall::{Recall, drop_recall, recall, recalls, save_recall};
pub use report::{By, ByReason, ByWhat, Figures, ReportQuery, figures, worst};
pub use state::{State, Step};
pub use store::{
    Case, EventView, Told, assign, by_token, case, decide, events, link, lock, number_of, rate, refunded, shipped_by, step,
};
