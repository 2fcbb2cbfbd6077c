//! The way back from a change of many products.

use vitrina::flows;

use super::desk::{Answer, Desk, Told};

pub async fn take_back(desk: Desk) -> Answer {
    let done = flows::undo::take_back(&desk.app, &desk.actor, desk.param("id")?).await?;
    let key = if done.kept == 0 { "office.flash.undone" } else { "office.flash.undone_in_part" };
    let args = vec![("n".into(), done.restored.to_string()), ("kept".into(), done.kept.to_string())];
    desk.told(desk.back("/office/products"), Told { key: key.into(), args, undo: None })
}
