//! CRM: the customer's one history and the managers' plan.
//!
//! CRM promises:
//! - whatever happens to a customer is one [`Touch`], and [`record`] alone decides what the
//!   timeline says, how far the customer has come and who has to do what by when — in the
//!   transaction of what happened;
//! - somebody is always responsible: the customer's manager, else the category's, else the next
//!   by turn; work of those who leave is handed on;
//! - the timeline speaks in codes and arguments, so that it reads in every language; free text
//!   stands only where staff wrote a note.

mod case;
mod contract;
mod digest;
mod fault;
mod inquiry;
mod inquiry_views;
mod kinds;
mod offer;
mod personal;
mod plan;
mod rota;
mod task;
mod task_views;
#[cfg(test)]
mod tests;
mod timeline;
mod touch;
pub mod working;

pub use case::CaseEvent;
pub use contract::ContractEvent;
pub use digest::{claim_digest, last_digest, set_digest, told, wants_digest};
pub use fault::Fault;
pub(crate) use fault::prose;
pub use inquiry::{
    INQUIRY_STATES, InquiryAbout, InquiryState, NewInquiry, TRANSITIONS, Taken, answer_inquiry, close_inquiry, reopen_inquiry,
    take_inquiry,
};
pub use inquiry_views::{
    InquiryChange, InquiryFilter, InquiryQuery, InquiryRow, InquiryView, inquiries, inquiry, inquiry_of, inquiry_within,
    unanswered,
};
pub use kinds::{SubjectKind, TaskKind};
pub use offer::OfferEvent;
pub use personal::{erase, export, repoint};
pub use rota::{category_managers, hand_over, set_category_manager};
pub use task::{Done, NewTask, Next, add_task, finish_task, move_task, move_tasks, reassign_task, undo_task};
pub use task_views::{MyDay, TaskFilter, TaskQuery, TaskRow, my_day, task, tasks, waiting};
pub use timeline::{TIMELINE_CODES, TimelineRow, timeline};
pub use touch::{Recorded, Touch, record};
