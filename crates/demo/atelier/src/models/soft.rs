//! Textiles.

use super::{Builder, one};
use crate::material::{Mat, Tone, cloth, top};
use crate::mesh::{Grain, Mesh};
use crate::shot::Shot;
use crate::vec::{V, noise, smooth, v};

const DYES: [(&str, u32); 7] = [
    ("natural", 0xCDBFA4),
    ("bleached", 0xEDE8DE),
    ("forest", 0x5A6654),
    ("rust", 0xA65F3F),
    ("lake", 0x7D93A0),
    ("graphite", 0x5C5A58),
    ("sand", 0xCBB994),
];

pub fn list(out: &mut Vec<(String, Builder)>) {
    let mut each = |key: &str, names: &[&str], build: fn(u32) -> Shot| {
        for (name, colour) in DYES.into_iter().filter(|(name, _)| names.contains(name)) {
            one(out, &format!("{key}-{name}"), move || build(colour));
        }
    };
    each("linas", &["natural", "forest", "rust", "lake"], |colour| Shot::of(cushions(colour)).seen(24.0, 14.0).filling(0.74));
    each("pledas", &["natural", "forest", "graphite"], |colour| Shot::of(throw(colour)).seen(30.0, 24.0).filling(0.78));
    each("staltiese", &["natural", "bleached"], |colour| Shot::of(tablecloth(colour)).seen(30.0, 17.0).filling(0.86));
    each("takelis", &["natural", "forest"], |colour| Shot::of(runner(colour)).seen(36.0, 26.0).filling(0.88));
    each("servetele", &["natural", "rust", "lake"], |colour| Shot::of(napkins(colour)).seen(28.0, 34.0).filling(0.74));
    each("patalyne", &["bleached", "lake"], |colour| Shot::of(bedding(colour)).seen(28.0, 20.0).filling(0.74));
    each("audinys", &["natural", "forest", "rust", "graphite"], |colour| Shot::of(bolt(colour)).seen(34.0, 22.0).filling(0.80));
    each("rankslostis", &["natural", "lake"], |colour| Shot::of(towels(colour)).seen(26.0, 30.0).filling(0.74));
    each("kilimas", &["sand", "graphite"], |colour| Shot::of(rug(colour)).seen(28.0, 32.0).filling(0.86));
}

pub fn cushions(colour: u32) -> Mesh {
    let mut m = Mesh::default();
    m.cushion(v(0.45, 0.17, 0.45), cloth(colour), |p| p.pitch(-76.0).spin(-4.0) + v(-0.02, 0.215, 0.0));
    m.cushion(v(0.45, 0.17, 0.45), cloth(colour), |p| p.roll(6.0).pitch(-62.0).spin(24.0) + v(0.24, 0.205, 0.20));
    m
}

/// A folded cloth: so many layers with round folds at the edges; a little uneven.
fn fold(m: &mut Mesh, size: (f32, f32), (layers, thick): (usize, f32), mat: Mat, at: V, turn: f32) {
    for layer in 0..layers {
        let y = thick * (layer as f32 + 0.5);
        let (dx, dz) = (0.004 * ((layer * 7 % 5) as f32 - 2.0), 0.003 * ((layer * 3 % 4) as f32 - 1.5));
        m.bent(v(size.0, thick * 0.98, size.1), thick * 0.47, Grain::X, (24, 1, 24), mat, move |p| {
            let sag = 0.35 * thick * (noise(v(p.x * 9.0, layer as f32, p.z * 9.0)) - 0.5);
            let edge = smooth(0.86, 1.0, (p.x / size.0 * 2.0).abs()) * -0.2 * thick;
            (v(p.x + dx, p.y + y + sag + edge, p.z + dz)).spin(turn) + at
        });
    }
}

fn fringe(m: &mut Mesh, from: V, along: V, out: V, count: usize, colour: u32) {
    for i in 0..count {
        let t = i as f32 / (count - 1) as f32;
        let r = crate::vec::chance(i as u32 * 77 + 5) - 0.5;
        let a = from + along * t;
        let path =
            [a, a + out * 0.4 + v(0.0, -0.002, 0.0), a + out * (0.9 + 0.2 * r) + along * (0.012 * r) + v(0.0, -0.006, 0.0)];
        m.rod(&path, |_| 0.0022, 7, Mat::Cloth { colour, thread: 0.003 });
    }
}

fn throw(colour: u32) -> Mesh {
    let mut m = Mesh::default();
    let wool = Mat::Cloth { colour, thread: 0.0032 };
    fold(&mut m, (0.46, 0.34), (6, 0.021), wool, v(0.0, 0.0, 0.0), 0.0);
    // The end of the throw falls over the stack, with its fringe.
    m.sheet((50, 70), (0.24, 0.6), wool, |u, w| {
        let s = w * 0.47;
        let x = -0.05 + (u - 0.5) * 0.24 + 0.004 * (w * 8.0).sin();
        let (z, y) = if s < 0.345 {
            (-0.165 + s, 0.134)
        } else {
            let f = s - 0.345;
            (0.18 + 0.012 * (1.0 - (-f * 60.0).exp()), 0.134 - f * 0.97)
        };
        v(x, y + 0.002 * noise(v(u * 9.0, w * 9.0, 1.0)), z)
    });
    fringe(&mut m, v(-0.166, 0.016, 0.193), v(0.232, 0.0, 0.0), v(0.0, -0.008, 0.035), 46, colour);
    m
}

fn tablecloth(colour: u32) -> Mesh {
    let mut m = Mesh::default();
    m.add(super::tables::nerija(Tone::Oiled), |p| p);
    let (hx, hz, drop) = (0.905, 0.455, 0.24);
    m.sheet((170, 120), (2.3, 1.4), Mat::Cloth { colour, thread: 0.004 }, |u, w| {
        let (x, z) = ((u - 0.5) * 2.0 * (hx + drop), (w - 0.5) * 2.0 * (hz + drop));
        let (ox, oz) = ((x.abs() - hx).max(0.0), (z.abs() - hz).max(0.0));
        let over = ox.max(oz);
        let share = over / drop;
        let waves = 0.020 * share * ((x * 13.0).sin() * smooth(0.0, 0.05, oz) + (z * 13.0 + 1.0).sin() * smooth(0.0, 0.05, ox));
        let bulge = 0.006 + 0.03 * share + waves;
        // At the corner the cloth hangs as one cone.
        let px = x.clamp(-hx, hx) + x.signum() * (bulge * smooth(0.0, 0.02, ox) + 0.25 * ox.min(oz));
        let pz = z.clamp(-hz, hz) + z.signum() * (bulge * smooth(0.0, 0.02, oz) + 0.25 * ox.min(oz));
        v(px, 0.7535 - over + 0.0012 * noise(v(x * 3.0, z * 3.0, 0.0)), pz)
    });
    m
}

fn runner(colour: u32) -> Mesh {
    let mut m = Mesh::default();
    m.block(v(0.0, -0.014, 0.0), v(1.5, 0.028, 0.62), 0.004, Grain::X, top(Tone::Oiled));
    m.sheet((160, 40), (1.6, 0.36), Mat::Cloth { colour, thread: 0.003 }, |u, w| {
        let x = (u - 0.5) * 1.58;
        let over = (x.abs() - 0.752).max(0.0);
        let ripple = 0.002 * noise(v(x * 6.0, w * 6.0, 4.0));
        v(x.clamp(-0.756, 0.756), 0.003 + ripple - over * 1.6, (w - 0.5) * 0.36)
    });
    super::storage::vessel(&mut m, v(0.30, 0.004, 0.0), 0.07, 0.16, 0xE2DACB);
    m.lathe(
        v(-0.22, 0.006, 0.02),
        &[(0.0, 0.0), (0.05, 0.0), (0.09, 0.022), (0.115, 0.05), (0.112, 0.05), (0.085, 0.026), (0.0, 0.008)],
        64,
        Mat::Glaze { colour: 0xE2DACB, gloss: 0.6 },
    );
    m.lifted(0.03)
}

fn napkins(colour: u32) -> Mesh {
    let mut m = Mesh::default();
    let mat = Mat::Cloth { colour, thread: 0.0014 };
    for i in 0..3 {
        fold(&mut m, (0.21, 0.21), (2, 0.008), mat, v(0.0, 0.016 * i as f32, 0.0), 3.0 * i as f32 - 3.0);
    }
    fold(&mut m, (0.21, 0.105), (4, 0.006), mat, v(0.19, 0.0, 0.10), 22.0);
    m
}

fn bedding(colour: u32) -> Mesh {
    let mut m = Mesh::default();
    let mat = Mat::Cloth { colour, thread: 0.0024 };
    fold(&mut m, (0.62, 0.42), (5, 0.038), mat, v(0.0, 0.0, 0.0), 0.0);
    m.cushion(v(0.64, 0.16, 0.46), mat, |p| p.spin(3.0) + v(0.0, 0.262, 0.0));
    m.cushion(v(0.64, 0.16, 0.46), mat, |p| p.spin(-5.0) + v(0.01, 0.382, 0.0));
    m
}

fn bolt(colour: u32) -> Mesh {
    let mut m = Mesh::default();
    let mat = Mat::Cloth { colour, thread: 0.0024 };
    m.turned(
        &[
            (0.0, -0.36),
            (0.022, -0.36),
            (0.022, -0.352),
            (0.086, -0.35),
            (0.09, -0.346),
            (0.09, 0.346),
            (0.086, 0.35),
            (0.022, 0.352),
            (0.022, 0.36),
            (0.0, 0.36),
        ],
        72,
        mat,
        |p| v(p.y, p.x + 0.09, p.z),
    );
    m.sheet((60, 90), (0.69, 0.62), mat, |u, w| {
        let s = w * 0.62;
        let ripple = 0.006 * smooth(0.0, 0.3, s) * (noise(v(u * 5.0, s * 8.0, 2.0)) - 0.2)
            + 0.012 * smooth(0.25, 0.62, s) * (u * 9.0 + 1.0).sin().powi(2);
        v((u - 0.5) * 0.69, 0.003 + ripple.max(0.0), 0.03 + s)
    });
    m
}

fn towels(colour: u32) -> Mesh {
    let mut m = Mesh::default();
    let mat = Mat::Check { colour: 0xE9E2D4, second: colour, width: 0.028 };
    fold(&mut m, (0.25, 0.17), (4, 0.007), mat, v(0.0, 0.0, 0.0), 0.0);
    fold(&mut m, (0.25, 0.17), (4, 0.007), mat, v(0.012, 0.028, 0.006), 7.0);
    m
}

pub fn rug(colour: u32) -> Mesh {
    let mut m = Mesh::default();
    let wool = |colour| Mat::Cloth { colour, thread: 0.011 };
    let dark = if colour == 0x5C5A58 { 0xB9B0A2 } else { 0x8C7A5C };
    for (from, to, dye) in
        [(-1.0, -0.80, colour), (-0.80, -0.72, dark), (-0.72, 0.72, colour), (0.72, 0.80, dark), (0.80, 1.0, colour)]
    {
        m.sheet((16, 60), (to - from, 1.4), wool(dye), |u, w| {
            let (x, z) = (from + u * (to - from), (w - 0.5) * 1.4);
            v(x, 0.012 + 0.004 * noise(v(x * 4.0, z * 4.0, 0.0)), z)
        });
    }
    m.block(v(0.0, 0.006, 0.0), v(2.0, 0.011, 1.4), 0.004, Grain::X, wool(colour));
    for side in [-1.0, 1.0] {
        fringe(&mut m, v(side, 0.01, -0.69), v(0.0, 0.0, 1.38), v(side * 0.06, -0.002, 0.0), 110, 0xD9CDB6);
    }
    m
}
