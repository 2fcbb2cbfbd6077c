//! Pictures of a product: uploaded, ordered, and told to those who cannot see them.

use serde_json::{Value, json};
use vitrina::{
    catalog::field,
    flows,
    kernel::{Fault, Locale, Origin},
    media::{self, Trust},
    stage::media_url,
};

use super::{
    desk::{Answer, Desk},
    product::{self, Opened, PATH},
};

pub async fn show(desk: Desk) -> Answer {
    let opened = product::open(&desk).await?;
    let p = opened.product()?;
    let hashes = media::by_ids(desk.app.reader(), &p.pictures.iter().map(|p| p.media).collect::<Vec<_>>()).await?;
    let picture = |row: &vitrina::catalog::PictureRow| {
        let alt =
            |l: &Locale| json!({ "locale": l, "value": opened.all.texts.exact(row.id, field::ALT, *l).map_or("", |t| &t.value) });
        json!({
            "id": row.id, "src": hashes.get(&row.media).map(|m| media_url(&m.hash, 480)),
            "alt": opened.all.texts.word(row.id, field::ALT, desk.locale),
            "alts": opened.channel.locales.iter().map(alt).collect::<Vec<Value>>(),
        })
    };
    let pictures: Vec<Value> = p.pictures.iter().map(picture).collect();
    product::show(&desk, &opened, "pictures", json!({ "pictures": pictures })).await
}

pub async fn add(mut desk: Desk) -> Answer {
    let opened = product::open(&desk).await?;
    if desk.uploads.is_empty() {
        return Err(Fault::invalid("file", "form.empty"));
    }
    let uploads = std::mem::take(&mut desk.uploads);
    for upload in uploads {
        let file = flows::media::Upload { name: upload.name, bytes: upload.bytes, origin: Origin::Office, trust: Trust::Foreign };
        flows::media::upload_for(&desk.app, &desk.actor, opened.id, file, Vec::new()).await?;
    }
    desk.done(&format!("{PATH}/{}/pictures", opened.id), "office.flash.uploaded")
}

pub async fn change(desk: Desk) -> Answer {
    let opened = product::open(&desk).await?;
    let picture: uuid::Uuid = desk.param("other")?;
    match desk.form.get("do") {
        "remove" => flows::catalogue::remove_picture(&desk.app, &desk.actor, opened.id, picture).await?,
        step @ ("up" | "down") => {
            let order = moved(&opened, picture, step)?;
            flows::catalogue::order_pictures(&desk.app, &desk.actor, opened.id, &order).await?;
        }
        _ => {
            let mut alts = Vec::new();
            for (locale, text) in desk.form.below("alt.") {
                let locale: Locale = locale.parse().map_err(|_| Fault::invalid("alt", "form.choose"))?;
                let before = opened.all.texts.exact(picture, field::ALT, locale).map_or("", |t| t.value.as_str());
                if text != before {
                    alts.push((locale, text.to_owned()));
                }
            }
            flows::catalogue::describe_picture(&desk.app, &desk.actor, opened.id, picture, &alts).await?;
        }
    }
    desk.done(&format!("{PATH}/{}/pictures", opened.id), "office.flash.saved")
}

/// The order of the pictures with one of them a place earlier or later.
fn moved(opened: &Opened, picture: uuid::Uuid, step: &str) -> Result<Vec<uuid::Uuid>, Fault> {
    let mut order: Vec<uuid::Uuid> = opened.product()?.pictures.iter().map(|p| p.id).collect();
    let at = order.iter().position(|id| *id == picture).ok_or_else(|| Fault::not_found("catalog.no_picture"))?;
    let to = if step == "up" { at.saturating_sub(1) } else { (at + 1).min(order.len() - 1) };
    order.swap(at, to);
    Ok(order)
}
