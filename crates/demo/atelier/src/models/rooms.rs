//! Wide pictures of rooms for the first page: the showroom's own corners.

use super::{Builder, lamps, one, seating, small, soft, storage, tables};
use crate::material::{BLACK, BRASS, Mat, Tone, oak};
use crate::mesh::{Grain, Mesh};
use crate::shot::{Ground, Shot};
use crate::vec::{V, v};

pub fn list(out: &mut Vec<(String, Builder)>) {
    let wide = |mesh: Mesh, wall: f32, turn: f32, rise: f32, at: V, radius: f32| {
        let mut shot = Shot::of(mesh).on(Ground::Room(wall)).seen(turn, rise).close(at, radius).filling(1.0);
        shot.size = (1920, 1080);
        shot.lens = 20.0;
        shot
    };
    one(out, "hero-table", move || wide(dining(), -1.25, 12.0, 6.0, v(0.15, 0.98, -0.2), 1.12));
    one(out, "hero-reading", move || wide(reading(), -0.85, 8.0, 7.0, v(0.1, 0.80, -0.1), 0.92));
    one(out, "hero-wall", move || wide(wall(), -0.25, 14.0, 5.0, v(0.05, 0.86, 0.0), 0.98));
}

/// Floor boards and a skirting: the room's own wood, quiet and pale.
fn room(m: &mut Mesh, wall: f32) {
    for i in 0..24 {
        let z = wall + 0.09 + 0.18 * i as f32;
        let shift = [0.0, 0.7, -0.5, 0.35][i % 4];
        for k in -2..=2 {
            m.block(v(shift + 2.4 * k as f32, -0.008, z), v(2.397, 0.02, 0.178), 0.0015, Grain::X, oak(Tone::White));
        }
    }
    m.block(v(0.0, 0.055, wall + 0.008), v(12.0, 0.09, 0.016), 0.003, Grain::X, Mat::Paint { colour: 0xEDE6DA });
}

fn put(m: &mut Mesh, thing: Mesh, at: V, turn: f32) {
    m.add(thing, move |p| p.spin(turn) + at);
}

fn dining() -> Mesh {
    let mut m = Mesh::default();
    room(&mut m, -1.25);
    put(&mut m, tables::nerija(Tone::Oiled), v(0.0, 0.0, 0.0), 0.0);
    put(&mut m, seating::rasa(Tone::Oiled), v(-0.42, 0.0, 0.52), 176.0);
    put(&mut m, seating::rasa(Tone::Oiled), v(0.44, 0.0, 0.56), 188.0);
    put(&mut m, seating::rasa(Tone::Oiled), v(-0.45, 0.0, -0.52), 3.0);
    put(&mut m, seating::rasa(Tone::Oiled), v(0.40, 0.0, -0.52), -4.0);
    put(&mut m, seating::rasa(Tone::Oiled), v(1.26, 0.0, 0.06), -82.0);
    put(&mut m, small::vase(0xEAE4D8), v(-0.18, 0.75, 0.05), 20.0);
    for x in [-0.38, 0.38] {
        let lamp = if x < 0.0 { lamps::campana(BLACK, 0.0) } else { lamps::campana(BLACK, 0.0) };
        put(&mut m, lamp, v(x, 1.50, 0.0), 0.0);
        m.rod(&[v(x, 1.9, 0.0), v(x, 3.2, 0.0)], |_| 0.0028, 8, BLACK);
    }
    put(&mut m, storage::rusne(Tone::Oiled), v(-1.75, 0.0, -1.0), 0.0);
    storage::vessel(&mut m, v(-2.1, 0.762, -1.0), 0.1, 0.26, 0x7D8A86);
    storage::books(&mut m, 83, (-1.55, -1.2), 0.762, -1.0, 0.24);
    m.add(small::mirror(), |p| p * 1.2 + v(-1.6, 1.45, -1.245));
    put(&mut m, storage::aukstaitija(Tone::Oiled), v(2.05, 0.0, -1.06), 0.0);
    m
}

fn reading() -> Mesh {
    let mut m = Mesh::default();
    room(&mut m, -0.85);
    m.add(soft::rug(0xCBB994), |p| p + v(0.15, 0.003, 0.25));
    put(&mut m, seating::gabija(0x757560), v(-0.35, 0.01, 0.0), 26.0);
    put(&mut m, lamps::airone(Tone::Oiled, 0.0), v(-1.1, 0.0, -0.40), 10.0);
    put(&mut m, tables::merkys(Tone::Oiled), v(0.75, 0.01, 0.45), -8.0);
    storage::vessel(&mut m, v(0.55, 0.432, 0.42), 0.07, 0.15, 0xE2DACB);
    m.block(v(0.92, 0.443, 0.45), v(0.20, 0.022, 0.27), 0.003, Grain::Z, Mat::Cloth { colour: 0x7B3F2E, thread: 0.001 });
    m.block(v(0.915, 0.464, 0.452), v(0.18, 0.020, 0.25), 0.003, Grain::Z, Mat::Cloth { colour: 0xD8CDB8, thread: 0.001 });
    put(&mut m, storage::zemaitija(Tone::Oiled), v(1.05, 0.0, -0.62), 0.0);
    storage::vessel(&mut m, v(1.45, 0.818, -0.62), 0.10, 0.24, 0x9B5B3C);
    put(&mut m, lamps::fungo(BRASS, 0.0), v(0.62, 0.818, -0.62), 0.0);
    put(&mut m, storage::aukstaitija(Tone::Oiled), v(-2.15, 0.0, -0.66), 0.0);
    m
}

fn wall() -> Mesh {
    let mut m = Mesh::default();
    room(&mut m, -0.25);
    m.add(storage::dzukija(BRASS), |p| p + v(-0.85, 0.95, -0.25));
    put(&mut m, tables::venta(Tone::Oiled), v(0.62, 0.0, 0.12), 0.0);
    put(&mut m, seating::liepa(Tone::Oiled), v(0.50, 0.0, 0.62), 160.0);
    put(&mut m, lamps::colonna(Tone::Oiled, 0.0), v(1.12, 0.745, 0.0), 0.0);
    storage::books(&mut m, 91, (0.10, 0.34), 0.745, 0.02, 0.22);
    put(&mut m, small::vase(0x55524E), v(0.52, 0.745, -0.02), 0.0);
    put(&mut m, seating::skalsa(Tone::Oiled), v(-0.85, 0.0, 0.05), 0.0);
    m.cushion(v(0.45, 0.15, 0.45), Mat::Cloth { colour: 0xA65F3F, thread: 0.0022 }, |p| {
        p.pitch(-72.0).spin(6.0) + v(-1.30, 0.66, -0.02)
    });
    m.add(small::mirror(), |p| p + v(0.62, 1.55, -0.245));
    m
}
