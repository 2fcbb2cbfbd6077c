//! Pages of an offer as pictures, beside the ones that somebody looked at and found good.
//!
//! `VITRINA_GOLDEN=write` keeps the pages as they are now; look at them before they are committed.

use std::{collections::BTreeMap, io::Cursor, path::PathBuf, sync::Arc};

use image::{GrayImage, ImageFormat, Rgb, RgbImage};
use vitrina::{documents::Typesetter, flows::offers, kernel::Locale};

use super::{STAGE, TYPST, reader::pages};

/// Dots an inch: enough to see where everything stands, little enough to be kept.
const SIZE: u32 = 50;
/// Squares of so many dots are compared: how a program smooths a letter's edge is no difference.
const SQUARE: u32 = 6;
/// The most that the mean of a square may be another one, of 255.
const MOST: i32 = 26;
/// The most that a page may differ on the whole.
const MEAN: f64 = 1.2;

/// A picture that there is not in any shop: a wall, a floor and something on it.
fn picture(wall: [u8; 3], thing: [u8; 3]) -> Arc<[u8]> {
    let (width, height) = (320, 240);
    let page = RgbImage::from_fn(width, height, |x, y| {
        let on = (80..240).contains(&x) && (90..190).contains(&y);
        let floor = y > 170;
        let shade = u8::try_from(x * 20 / width).unwrap_or(0);
        let colour = if on { thing } else { wall };
        Rgb(colour.map(|c| c.saturating_sub(shade).saturating_sub(if floor && !on { 40 } else { 0 })))
    });
    let mut bytes = Cursor::new(Vec::new());
    page.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner().into()
}

fn pictures() -> BTreeMap<String, Arc<[u8]>> {
    let made = [
        picture([214, 200, 180], [120, 80, 50]),
        picture([230, 228, 222], [150, 104, 62]),
        picture([226, 230, 232], [40, 42, 46]),
    ];
    offers::PICTURES.into_iter().map(str::to_owned).zip(made).collect()
}

fn kept(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/documents/golden/{name}.png"))
}

/// Where two pages differ: the mean over all squares, and the worst with its place.
fn difference(page: &GrayImage, golden: &GrayImage) -> (f64, i32, (u32, u32)) {
    let mean = |picture: &GrayImage, left: u32, top: u32| -> i32 {
        let dots = (top..(top + SQUARE).min(picture.height()))
            .flat_map(|y| (left..(left + SQUARE).min(picture.width())).map(move |x| (x, y)));
        let (sum, n) = dots.fold((0, 0), |(sum, n), (x, y)| (sum + i32::from(picture.get_pixel(x, y)[0]), n + 1));
        sum / n.max(1)
    };
    let (mut all, mut count, mut worst, mut at) = (0.0, 0.0, 0, (0, 0));
    for top in (0..page.height()).step_by(SQUARE as usize) {
        for left in (0..page.width()).step_by(SQUARE as usize) {
            let off = (mean(page, left, top) - mean(golden, left, top)).abs();
            (all, count) = (all + f64::from(off), count + 1.0);
            if off > worst {
                (worst, at) = (off, (left, top));
            }
        }
    }
    (all / f64::max(count, 1.0), worst, at)
}

#[test]
fn an_offer_looks_as_it_was_found_good() {
    // Without the theme's own fonts, which Node brings, it is set in others and looks otherwise.
    if STAGE.document_fonts().is_empty() {
        return;
    }
    for (locale, accepted) in [(Locale::LT, true), (Locale::DE, false)] {
        let job = offers::specimen(&STAGE, locale, (accepted, pictures())).unwrap();
        let Some(found) = pages(&TYPST.set(&job).unwrap(), SIZE) else { return };
        assert!(found.len() >= 3, "{locale}: a cover, the goods, the terms");
        for (n, page) in found.iter().enumerate() {
            let name = format!("offer-{locale}-{}", n + 1);
            let file = kept(&name);
            if std::env::var_os("VITRINA_GOLDEN").is_some_and(|how| how == "write") {
                page.save(&file).unwrap();
            }
            let golden = image::open(&file).unwrap_or_else(|e| panic!("{name}: {e}")).to_luma8();
            assert_eq!((page.width(), page.height()), (golden.width(), golden.height()), "{name}");
            let (mean, worst, at) = difference(page, &golden);
            assert!(mean <= MEAN && worst <= MOST, "{name}: {mean:.2} on the whole, {worst} at {at:?}");
        }
        assert!(!kept(&format!("offer-{locale}-{}", found.len() + 1)).exists(), "{locale}: a page is missing");
    }
}

/// The measure sees what a person would: a picture that is not there, a column that moved.
#[test]
fn a_page_that_is_another_one_is_noticed() {
    let page =
        GrayImage::from_fn(200, 300, |x, y| image::Luma([if (20..80).contains(&x) && (30..60).contains(&y) { 90 } else { 255 }]));
    let same = difference(&page, &page);
    assert!(same.0 == 0.0 && same.1 == 0);
    let moved = GrayImage::from_fn(200, 300, |x, y| *page.get_pixel((x + 8) % 200, y));
    let gone = GrayImage::from_pixel(200, 300, image::Luma([255]));
    for other in [moved, gone] {
        assert!(difference(&page, &other).1 > MOST);
    }
    let softer = GrayImage::from_fn(200, 300, |x, y| {
        image::Luma([page.get_pixel(x, y)[0].saturating_sub(if x % 7 == 0 { 9 } else { 0 })])
    });
    let smoothed = difference(&softer, &page);
    assert!(smoothed.0 > 0.0 && smoothed.1 <= MOST, "another program's edges are no difference");
}
