//! Shelves, sideboards and everything with walls.

use super::tables::drawers;
use super::{Builder, by_tone, one};
use crate::material::{BLACK, BRASS, Mat, Tone, cloth, oak, top};
use crate::mesh::{Grain, Mesh};
use crate::shot::{Ground, Shot};
use crate::vec::{V, v};

pub fn list(out: &mut Vec<(String, Builder)>) {
    by_tone(out, "aukstaitija", &["oiled", "white"], |tone| Shot::of(aukstaitija(tone)).seen(30.0, 9.0).filling(0.86));
    one(out, "aukstaitija-detail", || Shot::of(aukstaitija(Tone::Oiled)).seen(36.0, 14.0).close(v(0.12, 1.5, 0.1), 0.42));
    by_tone(out, "zemaitija", &["oiled", "smoked"], |tone| Shot::of(zemaitija(tone)).seen(28.0, 12.0).filling(0.86));
    by_tone(out, "suvalkija", &["oiled", "white"], |tone| {
        Shot::of(suvalkija(tone)).on(Ground::Wall).seen(26.0, 12.0).filling(0.80)
    });
    for (name, mat) in [("brass", BRASS), ("black", BLACK)] {
        one(out, &format!("dzukija-{name}"), move || Shot::of(dzukija(mat)).on(Ground::Wall).seen(27.0, 8.0).filling(0.76));
    }
    by_tone(out, "rusne", &["oiled", "smoked"], |tone| Shot::of(rusne(tone)).seen(26.0, 12.0).filling(0.88));
    one(out, "rusne-detail", || Shot::of(rusne(Tone::Oiled)).seen(38.0, 16.0).close(v(0.55, 0.62, 0.22), 0.28));
    by_tone(out, "plateliai", &["oiled", "white"], |tone| Shot::of(plateliai(tone)).seen(28.0, 13.0).filling(0.88));
    by_tone(out, "zarasai", &["oiled", "smoked"], |tone| Shot::of(zarasai(tone)).glazed(panes()).seen(27.0, 9.0).filling(0.84));
    by_tone(out, "trakai", &["oiled", "white"], |tone| Shot::of(trakai(tone)).seen(30.0, 9.0).filling(0.86));
    by_tone(out, "birzai", &["oiled", "smoked"], |tone| {
        Shot::of(birzai(tone)).on(Ground::Room(-0.03)).seen(34.0, 9.0).filling(0.84)
    });
}

/// Books standing in a row from x = `from` to `to` on the height y; every book is its own.
pub fn books(m: &mut Mesh, seed: u32, (from, to): (f32, f32), y: f32, z: f32, tall: f32) {
    let colours = [0x7B3F2E, 0xC9B690, 0x43564B, 0xD8CDB8, 0x2F4858, 0x9A7B4F, 0xB8A99A, 0x5B4A42, 0xE4DCCB, 0x8C5A3C];
    let mut x = from;
    let mut i = 0;
    while x < to - 0.05 {
        let r = |k: u32| crate::vec::chance(seed * 131 + i * 17 + k);
        let (wide, high, deep) = (0.018 + 0.026 * r(1), tall * (0.72 + 0.26 * r(2)), 0.15 + 0.05 * r(3));
        let colour = colours[(r(4) * 10.0) as usize % 10];
        m.block(
            v(x + wide * 0.5, y + high * 0.5, z + deep * 0.5 - 0.1),
            v(wide, high, deep),
            0.003,
            Grain::Y,
            Mat::Cloth { colour, thread: 0.001 },
        );
        x += wide + 0.0012;
        i += 1;
    }
}

/// A small turned vessel.
pub fn vessel(m: &mut Mesh, at: V, r: f32, h: f32, colour: u32) {
    let profile: Vec<(f32, f32)> = (0..=24)
        .map(|i| {
            let t = i as f32 / 24.0;
            (r * (0.55 + 0.45 * (t * 3.0).sin().max(0.0) - 0.34 * crate::vec::smooth(0.7, 0.95, t)), h * t)
        })
        .collect();
    let mut full = vec![(0.0, 0.0)];
    full.extend(profile);
    m.lathe(at, &full, 48, Mat::Glaze { colour, gloss: 0.5 });
}

pub fn aukstaitija(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    for side in [-1.0, 1.0] {
        m.block(v(side * 0.487, 1.0, 0.0), v(0.026, 2.0, 0.32), 0.003, Grain::Y, top(tone));
    }
    let heights = [0.09, 0.45, 0.79, 1.13, 1.44, 1.74, 1.985];
    for (i, y) in heights.into_iter().enumerate() {
        let wide = if i == 6 { 1.0 } else { 0.95 };
        m.block(v(0.0, y, 0.0), v(wide, 0.026, 0.31), 0.003, Grain::X, top(tone));
    }
    m.block(v(0.0, 0.04, 0.10), v(0.95, 0.07, 0.02), 0.002, Grain::X, oak(tone));
    m.block(v(0.0, 1.92, -0.14), v(0.95, 0.09, 0.018), 0.002, Grain::X, oak(tone));
    m.block(v(0.0, 0.17, -0.14), v(0.95, 0.09, 0.018), 0.002, Grain::X, oak(tone));
    books(&mut m, 3, (-0.46, -0.05), 0.463, 0.0, 0.27);
    books(&mut m, 7, (0.02, 0.46), 0.803, 0.0, 0.28);
    books(&mut m, 11, (-0.46, 0.12), 1.143, 0.0, 0.25);
    books(&mut m, 23, (0.12, 0.46), 1.453, 0.0, 0.24);
    vessel(&mut m, v(0.26, 0.463, 0.02), 0.085, 0.23, 0xD9D0C0);
    vessel(&mut m, v(-0.2, 1.453, 0.02), 0.07, 0.15, 0x5D6B63);
    m
}

pub fn zemaitija(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    for y in [0.13, 0.46, 0.805] {
        m.block(v(0.0, y, 0.0), v(1.4, 0.026, 0.34), 0.003, Grain::X, top(tone));
    }
    for (x, y) in [(-0.687, 0.4675), (0.687, 0.4675)] {
        m.block(v(x, y, 0.0), v(0.026, 0.65, 0.338), 0.003, Grain::Y, top(tone));
    }
    for (x, y, h) in [(-0.20, 0.295, 0.304), (0.34, 0.295, 0.304), (-0.36, 0.6325, 0.319), (0.14, 0.6325, 0.319)] {
        m.block(v(x, y, 0.0), v(0.022, h, 0.32), 0.002, Grain::Y, oak(tone));
    }
    for x in [-0.56, 0.56] {
        for z in [-0.1, 0.1] {
            m.block(v(x, 0.059, z), v(0.04, 0.118, 0.04), 0.006, Grain::Y, oak(tone));
        }
    }
    books(&mut m, 5, (-0.66, -0.24), 0.143, 0.0, 0.26);
    books(&mut m, 9, (0.17, 0.60), 0.473, 0.0, 0.27);
    books(&mut m, 15, (0.37, 0.62), 0.143, 0.0, 0.25);
    vessel(&mut m, v(-0.52, 0.473, 0.02), 0.08, 0.2, 0xD9D0C0);
    m
}

fn suvalkija(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    m.block(v(0.0, 0.0, 0.11), v(0.9, 0.045, 0.22), 0.008, Grain::X, Mat::Oak { tone, stave: 0.11 });
    books(&mut m, 31, (-0.36, -0.08), 0.0225, 0.10, 0.20);
    vessel(&mut m, v(0.2, 0.0225, 0.11), 0.06, 0.17, 0xDDD4C4);
    m
}

pub fn dzukija(mat: Mat) -> Mesh {
    let mut m = Mesh::default();
    for x in [-0.36, 0.36] {
        for z in [0.012, 0.225] {
            m.rod(&[v(x, 0.0, z), v(x, 0.9, z)], |_| 0.006, 18, mat);
        }
        for i in 0..7 {
            let y = 0.04 + 0.135 * i as f32;
            m.rod(&[v(x, y, 0.012), v(x, y, 0.225)], |_| 0.005, 14, mat);
        }
    }
    for y in [0.053, 0.4565, 0.7265] {
        m.block(v(0.0, y, 0.12), v(0.8, 0.02, 0.24), 0.003, Grain::X, top(Tone::Oiled));
    }
    books(&mut m, 41, (-0.34, 0.02), 0.0645, 0.12, 0.24);
    books(&mut m, 47, (0.1, 0.34), 0.468, 0.12, 0.2);
    vessel(&mut m, v(-0.18, 0.468, 0.12), 0.07, 0.17, 0x6B7F86);
    vessel(&mut m, v(0.16, 0.738, 0.12), 0.06, 0.12, 0xDDD4C4);
    m
}

pub fn rusne(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    for y in [0.19, 0.748] {
        m.block(v(0.0, y, 0.0), v(1.6, 0.024, 0.45), 0.003, Grain::X, top(tone));
    }
    for x in [-0.788, 0.788] {
        m.block(v(x, 0.469, 0.0), v(0.024, 0.536, 0.449), 0.003, Grain::Y, top(tone));
    }
    m.block(v(0.0, 0.469, -0.21), v(1.55, 0.53, 0.01), 0.001, Grain::X, oak(tone));
    m.block(v(0.0, 0.469, 0.165), v(1.55, 0.53, 0.006), 0.001, Grain::X, oak(Tone::Smoked));
    // Two sliding doors of upright strips, one before the other.
    for (middle, z) in [(-0.385, 0.184), (0.385, 0.204)] {
        for i in 0..34 {
            let x = middle - 0.376 + 0.0228 * i as f32;
            m.block(v(x, 0.469, z), v(0.0155, 0.525, 0.014), 0.003, Grain::Y, oak(tone));
        }
        for y in [0.214, 0.724] {
            m.block(v(middle, y, z - 0.009), v(0.77, 0.016, 0.006), 0.001, Grain::X, oak(tone));
        }
    }
    for x in [-0.68, 0.68] {
        for z in [-0.16, 0.16] {
            m.leg(v(x * 1.03, 0.0, z * 1.05), v(x, 0.18, z), 0.026, 0.042, oak(tone));
        }
    }
    m
}

fn plateliai(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    m.block(v(0.0, 0.03, -0.02), v(1.45, 0.06, 0.28), 0.002, Grain::X, oak(Tone::Smoked));
    for y in [0.072, 0.428] {
        m.block(v(0.0, y, 0.0), v(1.6, 0.024, 0.40), 0.003, Grain::X, top(tone));
    }
    for x in [-0.788, -0.28, 0.28, 0.788] {
        m.block(v(x, 0.25, 0.0), v(0.024, 0.332, 0.396), 0.003, Grain::Y, top(tone));
    }
    m.block(v(0.0, 0.25, -0.185), v(1.55, 0.33, 0.01), 0.001, Grain::X, oak(tone));
    m.block(v(0.0, 0.25, 0.0), v(0.54, 0.016, 0.36), 0.002, Grain::X, oak(tone));
    drawers(&mut m, &[(-0.534, 0.25, 0.484, 0.326), (0.534, 0.25, 0.484, 0.326)], 0.186, tone);
    m.block(v(0.0, 0.285, 0.03), v(0.40, 0.05, 0.26), 0.006, Grain::X, BLACK);
    books(&mut m, 53, (-0.24, 0.05), 0.084, 0.02, 0.14);
    m
}

fn panes() -> Mesh {
    let mut m = Mesh::default();
    for x in [-0.213, 0.213] {
        m.block(v(x, 0.985, 0.19), v(0.35, 0.70, 0.004), 0.0005, Grain::Y, Mat::Glass);
    }
    for y in [0.86, 1.12] {
        m.block(v(0.0, y, 0.0), v(0.84, 0.008, 0.33), 0.001, Grain::X, Mat::Glass);
    }
    m
}

fn zarasai(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    for y in [0.132, 0.60, 1.388] {
        m.block(v(0.0, y, 0.0), v(0.9, 0.024, 0.40), 0.003, Grain::X, top(tone));
    }
    for x in [-0.438, 0.438] {
        m.block(v(x, 0.76, 0.0), v(0.024, 1.232, 0.398), 0.003, Grain::Y, top(tone));
    }
    m.block(v(0.0, 0.76, -0.185), v(0.86, 1.23, 0.012), 0.001, Grain::Y, top(tone));
    for x in [-0.213, 0.213] {
        m.block(v(x, 0.366, 0.188), v(0.418, 0.44, 0.02), 0.002, Grain::Y, top(tone));
        for side in [-1.0, 1.0] {
            m.block(v(x + side * 0.192, 0.994, 0.19), v(0.034, 0.758, 0.02), 0.002, Grain::Y, oak(tone));
            m.block(v(x, 0.994 + side * 0.362, 0.19), v(0.352, 0.034, 0.019), 0.002, Grain::X, oak(tone));
        }
        m.turned(&[(0.0, 0.0), (0.009, 0.0), (0.009, 0.016), (0.0, 0.018)], 24, BRASS, move |p| {
            v(x.signum() * 0.03 + p.x, 0.56 + p.z, 0.199 + p.y)
        });
    }
    vessel(&mut m, v(-0.22, 0.613, 0.0), 0.09, 0.17, 0xD9D0C0);
    vessel(&mut m, v(0.2, 0.613, 0.0), 0.07, 0.21, 0x6B7F86);
    vessel(&mut m, v(-0.1, 0.866, 0.0), 0.06, 0.13, 0x9B5B3C);
    vessel(&mut m, v(0.24, 0.866, 0.0), 0.08, 0.1, 0xD9D0C0);
    books(&mut m, 61, (-0.36, -0.05), 1.124, 0.0, 0.2);
    for x in [-0.39, 0.39] {
        for z in [-0.15, 0.15] {
            m.leg(v(x, 0.0, z), v(x, 0.122, z), 0.028, 0.036, oak(tone));
        }
    }
    m
}

fn trakai(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    let o = oak(tone);
    for x in [-0.43, 0.43] {
        m.block(v(x, 0.875, -0.16), v(0.032, 1.75, 0.04), 0.008, Grain::Y, o);
        m.block(v(x, 0.22, 0.165), v(0.032, 0.44, 0.04), 0.008, Grain::Y, o);
        m.block(v(x, 0.43, 0.0), v(0.03, 0.04, 0.30), 0.004, Grain::Z, o);
        m.block(v(x, 1.72, -0.02), v(0.03, 0.035, 0.30), 0.006, Grain::Z, o);
    }
    m.block(v(0.0, 0.462, 0.0), v(0.9, 0.026, 0.38), 0.006, Grain::X, top(tone));
    for i in 0..7 {
        m.block(v(0.0, 0.14, -0.135 + 0.045 * i as f32), v(0.84, 0.014, 0.028), 0.004, Grain::X, o);
    }
    m.rod(&[v(-0.43, 1.72, 0.10), v(0.43, 1.72, 0.10)], |_| 0.013, 24, o);
    m.block(v(0.0, 1.42, -0.165), v(0.83, 0.10, 0.02), 0.004, Grain::X, o);
    for i in 0..5 {
        let x = -0.34 + 0.17 * i as f32;
        m.rod(&[v(x, 1.41, -0.155), v(x, 1.425, -0.085)], |t| 0.009 + 0.005 * t, 20, o);
    }
    // A coat on its hanger would hide the work: a scarf and a pair of shoes' worth of felt do.
    m.sheet((30, 60), (0.2, 0.9), cloth(0x757560), |u, w| {
        let fall = if w < 0.5 { (0.5 - w) * 1.1 } else { (w - 0.5) * 1.5 };
        let front = if w < 0.5 { -1.0 } else { 1.0 };
        let z = 0.10 + front * 0.018 * (1.0 - (-fall * 30.0).exp());
        v(0.08 + (u - 0.5) * 0.19 + 0.01 * (fall * 9.0).sin(), 1.737 - fall, z + 0.009 * (u * 15.0).sin() * fall.min(0.3) * 3.0)
    });
    m
}

fn birzai(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    let lean = |y: f32| 0.36 - 0.36 * y / 1.85;
    for x in [-0.28, 0.28] {
        m.leg(v(x, 0.0, lean(0.0)), v(x, 1.85, lean(1.85) + 0.01), 0.03, 0.03, oak(tone));
    }
    for (i, y) in [0.28, 0.64, 1.0, 1.34, 1.66].into_iter().enumerate() {
        let deep = 0.36 - 0.055 * i as f32;
        let z = lean(y) - deep * 0.5 + 0.03;
        m.block(v(0.0, y, z), v(0.53, 0.018, deep), 0.003, Grain::X, top(tone));
        m.block(v(0.0, y + 0.022, z - deep * 0.5 + 0.008), v(0.53, 0.03, 0.014), 0.002, Grain::X, oak(tone));
    }
    books(&mut m, 71, (-0.22, 0.12), 0.649, 0.14, 0.22);
    vessel(&mut m, v(0.1, 1.009, 0.1), 0.07, 0.18, 0xD9D0C0);
    vessel(&mut m, v(-0.12, 1.349, 0.03), 0.055, 0.11, 0x9B5B3C);
    m
}
