//! The way back from a change of many products.

use vitrina::flows;

use super::desk::{Answer, Desk, ROOT, Told};

pub async fn take_back(desk: Desk) -> Answer {
    let done = flows::undo::take_back(&desk.app, &desk.actor, desk.param("id")?).await?;
    let key = if done.kept == 0 { "office.flash.undone" } else { "office.flash.undone_in_part" };
    let args = vec![("n".into(), done.restored.to_string()), ("kept".into(), done.kept.to_string())];
    // The way back leads to where the change was made.
    let back = crate::urls::own(desk.query.get("back"), ROOT, "/office/products");
    desk.told(back, Told { key: key.into(), args, undo: None })
}
