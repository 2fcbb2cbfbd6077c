//! Tables and desks.

use super::{Builder, by_tone, one};
use crate::material::{BLACK, BRASS, CHALK, Mat, Tone, cloth, oak, top};
use crate::mesh::{Grain, Mesh};
use crate::shot::Shot;
use crate::vec::{V, v};

pub fn list(out: &mut Vec<(String, Builder)>) {
    by_tone(out, "nerija", &["oiled", "white", "smoked"], |tone| Shot::of(nerija(tone)).seen(30.0, 14.0).filling(0.86));
    one(out, "nerija-detail", || Shot::of(nerija(Tone::Oiled)).seen(38.0, 16.0).close(v(0.72, 0.64, 0.38), 0.26));
    by_tone(out, "dubysa", &["oiled", "smoked"], |tone| Shot::of(dubysa(tone)).seen(20.0, 14.0).filling(0.84));
    one(out, "dubysa-detail", || Shot::of(dubysa(Tone::Oiled)).seen(20.0, 24.0).close(v(0.1, 0.12, 0.1), 0.34));
    by_tone(out, "minija", &["oiled", "white"], |tone| Shot::of(minija(tone)).seen(34.0, 20.0).filling(0.86));
    by_tone(out, "sventoji", &["oiled", "smoked"], |tone| Shot::of(sventoji(tone)).seen(36.0, 13.0).filling(0.88));
    by_tone(out, "merkys", &["oiled", "smoked"], |tone| Shot::of(merkys(tone)).seen(30.0, 18.0).filling(0.84));
    by_tone(out, "ula", &["oiled", "smoked"], |tone| Shot::of(ula(tone)).seen(15.0, 19.0).filling(0.80));
    by_tone(out, "jura", &["oiled", "white"], |tone| Shot::of(jura(tone)).seen(34.0, 17.0).filling(0.80));
    by_tone(out, "streva", &["oiled"], |tone| Shot::of(streva(tone)).seen(26.0, 12.0).filling(0.82));
    by_tone(out, "akmena", &["oiled", "smoked"], |tone| Shot::of(akmena(tone)).seen(-34.0, 16.0).filling(0.78));
    by_tone(out, "venta", &["oiled", "white", "smoked"], |tone| Shot::of(venta(tone)).seen(28.0, 14.0).filling(0.84));
    one(out, "venta-detail", || Shot::of(venta(Tone::Oiled)).seen(34.0, 18.0).close(v(0.34, 0.68, 0.30), 0.22));
    by_tone(out, "vilnele", &["oiled", "white"], |tone| {
        Shot::of(vilnele(tone)).on(crate::shot::Ground::Wall).seen(28.0, 12.0).filling(0.72)
    });
    for (name, mat) in [("black", BLACK), ("chalk", CHALK)] {
        one(out, &format!("levuo-{name}"), move || Shot::of(levuo(mat)).seen(32.0, 14.0).filling(0.86));
    }
    by_tone(out, "musa", &["oiled", "white"], |tone| Shot::of(musa(tone)).seen(32.0, 15.0).filling(0.76));
    by_tone(out, "nida", &["oiled", "smoked"], |tone| Shot::of(nida(tone)).seen(28.0, 17.0).filling(0.84));
}

/// A frame of four rails below a top: half width, half depth, height of its middle.
fn frame(m: &mut Mesh, (x, z, y): (f32, f32, f32), tall: f32, tone: Tone) {
    for side in [-1.0, 1.0] {
        m.block(v(0.0, y, side * z), v(2.0 * x, tall, 0.022), 0.003, Grain::X, oak(tone));
        m.block(v(side * x, y, 0.0), v(0.022, tall, 2.0 * z), 0.003, Grain::Z, oak(tone));
    }
}

/// A top whose edge is bevelled from below.
fn bevelled(m: &mut Mesh, at: V, size: V, mat: Mat) {
    let half = size * 0.5;
    m.bent(size, 0.004, Grain::X, (1, 2, 1), mat, move |p| {
        let t = ((p.y + half.y) / size.y).clamp(0.0, 1.0);
        let pull = 0.028 * (1.0 - t).powf(1.3);
        at + v(p.x * (1.0 - pull / half.x), p.y, p.z * (1.0 - pull / half.z))
    });
}

pub fn nerija(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    bevelled(&mut m, v(0.0, 0.736, 0.0), v(1.8, 0.028, 0.9), top(tone));
    frame(&mut m, (0.80, 0.36, 0.68), 0.08, tone);
    for (x, z) in [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)] {
        m.leg(v(x * 0.835, 0.0, z * 0.395), v(x * 0.805, 0.722, z * 0.365), 0.032, 0.062, oak(tone));
    }
    m
}

pub fn dubysa(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    let r = 0.6;
    let profile =
        [(0.0, -0.013), (r - 0.03, -0.013), (r - 0.006, 0.002), (r, 0.008), (r, 0.011), (r - 0.003, 0.014), (0.0, 0.014)];
    let part = profile.map(|(r, y)| (r, y));
    disc(&mut m, v(0.0, 0.73, 0.0), &part, top(tone));
    m.lathe(
        v(0.0, 0.09, 0.0),
        &[(0.12, 0.0), (0.085, 0.06), (0.066, 0.15), (0.06, 0.28), (0.066, 0.42), (0.09, 0.53), (0.16, 0.60), (0.26, 0.627)],
        64,
        oak(tone),
    );
    for turn in [45.0, 135.0] {
        m.bent(v(0.86, 0.075, 0.085), 0.012, Grain::X, (12, 1, 1), oak(tone), move |p| {
            let t = (p.x / 0.43).abs();
            v(p.x, 0.055 + p.y * (1.0 - 0.45 * t * t) - 0.012 * t * t, p.z * (1.0 - 0.25 * t)).spin(turn)
        });
    }
    m
}

/// A flat round top: turned in shape, but with the grain of a board.
pub fn disc(m: &mut Mesh, at: V, profile: &[(f32, f32)], mat: Mat) {
    let first = m.tris.len();
    m.lathe(at, profile, 96, mat);
    for tri in &mut m.tris[first..] {
        tri.rest = tri.p.map(|p| p - at);
    }
}

fn minija(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    for side in [-1.0, 1.0] {
        m.block(v(side * 0.715, 0.735, 0.0), v(0.79, 0.03, 0.95), 0.004, Grain::X, top(tone));
        m.block(v(side * 0.158, 0.735, 0.0), v(0.312, 0.03, 0.95), 0.003, Grain::X, top(tone));
    }
    frame(&mut m, (0.92, 0.40, 0.67), 0.09, tone);
    for (x, z) in [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)] {
        m.block(v(x * 0.96, 0.36, z * 0.42), v(0.07, 0.72, 0.07), 0.014, Grain::Y, oak(tone));
    }
    m
}

fn sventoji(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    m.block(v(0.0, 0.731, 0.0), v(2.5, 0.038, 1.0), 0.006, Grain::X, Mat::Oak { tone, stave: 0.17 });
    for side in [-1.0, 1.0] {
        let x = side * 0.88;
        for z in [-1.0, 1.0] {
            m.leg(v(x, 0.0, z * 0.41), v(x, 0.70, z * 0.17), 0.07, 0.075, oak(tone));
        }
        m.block(v(x, 0.682, 0.0), v(0.09, 0.06, 0.78), 0.008, Grain::Z, oak(tone));
        m.block(v(x, 0.25, 0.0), v(0.055, 0.07, 0.60), 0.008, Grain::Z, oak(tone));
        m.block(v(side * 0.965, 0.25, 0.0), v(0.02, 0.11, 0.03), 0.004, Grain::Y, oak(Tone::Smoked));
    }
    m.block(v(0.0, 0.25, 0.0), v(2.04, 0.085, 0.04), 0.006, Grain::X, oak(tone));
    m
}

pub fn merkys(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    m.bent(v(1.1, 0.028, 0.6), 0.013, Grain::X, (1, 1, 1), top(tone), |p| {
        let corner = ((p.x.abs() - 0.47).max(0.0) / 0.08 * (p.z.abs() - 0.22).max(0.0) / 0.08).min(1.0);
        v(p.x * (1.0 - 0.03 * corner), p.y + 0.406, p.z * (1.0 - 0.05 * corner))
    });
    for (x, z) in [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)] {
        m.leg(v(x * 0.505, 0.0, z * 0.255), v(x * 0.475, 0.393, z * 0.225), 0.030, 0.046, oak(tone));
    }
    for z in [-0.238, 0.238] {
        m.block(v(0.0, 0.15, z), v(0.97, 0.032, 0.02), 0.005, Grain::X, oak(tone));
    }
    for i in 0..15 {
        let x = -0.42 + 0.06 * i as f32;
        m.block(v(x, 0.172, 0.0), v(0.034, 0.012, 0.50), 0.004, Grain::Z, oak(tone));
    }
    m
}

fn ula(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    disc(
        &mut m,
        v(0.0, 0.382, 0.0),
        &[(0.0, -0.015), (0.30, -0.015), (0.338, -0.006), (0.35, 0.005), (0.348, 0.014), (0.34, 0.018), (0.0, 0.018)],
        Mat::Oak { tone, stave: 0.15 },
    );
    for turn in [30.0, 150.0, 270.0] {
        let (foot, head) = (v(0.36, 0.0, 0.0).spin(turn), v(0.19, 0.4005, 0.0).spin(turn));
        let path: Vec<V> = (0..=8).map(|i| foot.mix(head, i as f32 / 8.0)).collect();
        m.rod(&path, |t| 0.014 + 0.008 * (t * 2.6).sin().max(0.0), 28, oak(tone));
    }
    m
}

fn jura(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    let bridge = |m: &mut Mesh, at: V, (w, h, d): (f32, f32, f32)| {
        m.block(at + v(0.0, h - 0.012, 0.0), v(w, 0.024, d), 0.003, Grain::X, Mat::Oak { tone, stave: 0.14 });
        for side in [-1.0, 1.0] {
            m.block(
                at + v(side * (w * 0.5 - 0.012), (h - 0.024) * 0.5, 0.0),
                v(0.024, h - 0.024, d),
                0.003,
                Grain::Y,
                Mat::Oak { tone, stave: 0.14 },
            );
        }
    };
    bridge(&mut m, v(0.0, 0.0, 0.0), (0.55, 0.50, 0.40));
    bridge(&mut m, v(0.06, 0.0, 0.24), (0.44, 0.40, 0.36));
    m
}

pub fn streva(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    m.block(v(0.0, 0.79, 0.0), v(1.1, 0.02, 0.32), 0.003, Grain::X, top(tone));
    m.block(v(0.0, 0.725, -0.01), v(1.04, 0.11, 0.27), 0.003, Grain::X, oak(tone));
    drawers(&mut m, &[(-0.257, 0.725, 0.505, 0.094), (0.257, 0.725, 0.505, 0.094)], 0.13, tone);
    for (x, z) in [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)] {
        m.leg(v(x * 0.52, 0.0, z * 0.135), v(x * 0.51, 0.78, z * 0.13), 0.024, 0.034, oak(tone));
    }
    m
}

/// Drawer fronts (x, y, width, height) at the depth z, each with a finger cut-out.
pub fn drawers(m: &mut Mesh, fronts: &[(f32, f32, f32, f32)], z: f32, tone: Tone) {
    for &(x, y, w, h) in fronts {
        m.block(v(x, y, z), v(w - 0.006, h - 0.006, 0.018), 0.0025, Grain::X, oak(tone));
        // The cut-out is a dark half disc at the upper edge.
        m.turned(&[(0.0, 0.0), (0.016, 0.0), (0.016, 0.001)], 32, Mat::Paint { colour: 0x2B211A }, move |p| {
            v(x + p.x, y + h * 0.5 - 0.004 - p.z.abs(), z + 0.0093 + p.y)
        });
    }
}

fn akmena(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    let mat = Mat::Oak { tone, stave: 0.15 };
    m.block(v(0.0, 0.55, 0.0), v(0.42, 0.02, 0.30), 0.003, Grain::X, mat);
    m.block(v(-0.2, 0.28, 0.0), v(0.02, 0.52, 0.30), 0.003, Grain::Y, mat);
    m.block(v(0.0, 0.01, 0.0), v(0.42, 0.02, 0.30), 0.003, Grain::X, mat);
    for i in 0..5 {
        // Dovetails: end grain shows in the corner.
        let z = -0.12 + 0.06 * i as f32;
        for y in [0.55, 0.01] {
            m.block(
                v(-0.2105, y, z),
                v(0.002, 0.0205, 0.03),
                0.0005,
                Grain::X,
                oak(if tone == Tone::Smoked { Tone::Smoked } else { Tone::Oiled }),
            );
        }
    }
    m
}

pub fn venta(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    bevelled(&mut m, v(0.0, 0.733, 0.0), v(1.4, 0.024, 0.65), top(tone));
    m.block(v(0.0, 0.665, -0.02), v(1.24, 0.105, 0.52), 0.003, Grain::X, oak(tone));
    drawers(&mut m, &[(-0.31, 0.665, 0.60, 0.098), (0.31, 0.665, 0.60, 0.098)], 0.248, tone);
    for (x, z) in [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)] {
        m.leg(v(x * 0.665, 0.0, z * 0.285), v(x * 0.635, 0.72, z * 0.255), 0.028, 0.05, oak(tone));
    }
    m
}

fn vilnele(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    let o = oak(tone);
    m.block(v(0.0, 0.62, 0.09), v(0.76, 0.02, 0.18), 0.003, Grain::X, o);
    m.block(v(0.0, 0.0, 0.09), v(0.76, 0.02, 0.18), 0.003, Grain::X, o);
    for side in [-1.0, 1.0] {
        m.block(v(side * 0.37, 0.31, 0.09), v(0.02, 0.60, 0.18), 0.003, Grain::Y, o);
        m.rod(&[v(side * 0.345, 0.30, 0.15), v(side * 0.345, 0.03, 0.50)], |_| 0.005, 12, BRASS);
    }
    m.block(v(0.0, 0.31, 0.008), v(0.72, 0.60, 0.012), 0.002, Grain::X, top(tone));
    m.block(v(0.0, 0.40, 0.08), v(0.72, 0.015, 0.14), 0.002, Grain::X, o);
    m.block(v(-0.12, 0.50, 0.08), v(0.015, 0.20, 0.14), 0.002, Grain::Y, o);
    m.block(v(0.14, 0.50, 0.08), v(0.015, 0.20, 0.14), 0.002, Grain::Y, o);
    m.block(v(0.0, 0.005, 0.40), v(0.72, 0.02, 0.45), 0.004, Grain::X, top(tone));
    for (i, colour) in [0x7B3F2E, 0xC9B690, 0x43564B, 0xD8CDB8].into_iter().enumerate() {
        m.block(v(-0.33 + 0.035 * i as f32, 0.485, 0.08), v(0.028, 0.15, 0.11), 0.002, Grain::Y, cloth(colour));
    }
    m
}

fn levuo(mat: Mat) -> Mesh {
    let mut m = Mesh::default();
    m.block(v(0.0, 0.726, 0.0), v(1.7, 0.028, 0.8), 0.004, Grain::X, top(Tone::Oiled));
    for side in [-1.0, 1.0] {
        let x = side * 0.74;
        m.block(v(x, 0.70, 0.0), v(0.03, 0.025, 0.70), 0.004, Grain::Z, mat);
        m.block(v(x, 0.0125, 0.0), v(0.03, 0.025, 0.70), 0.004, Grain::Z, mat);
        for z in [-0.335, 0.335] {
            m.block(v(x, 0.356, z), v(0.03, 0.69, 0.03), 0.004, Grain::Y, mat);
        }
    }
    m.block(v(0.0, 0.66, -0.30), v(1.46, 0.05, 0.02), 0.004, Grain::X, mat);
    m
}

fn musa(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    m.block(v(0.0, 0.305, 0.0), v(0.40, 0.51, 0.49), 0.004, Grain::Y, top(tone));
    drawers(&mut m, &[(0.0, 0.505, 0.384, 0.095), (0.0, 0.395, 0.384, 0.12), (0.0, 0.19, 0.384, 0.285)], 0.247, tone);
    for (x, z) in [(-0.16, -0.2), (-0.16, 0.2), (0.16, -0.2), (0.16, 0.2)] {
        m.turned(&[(0.0, -0.012), (0.022, -0.012), (0.024, 0.0), (0.022, 0.012), (0.0, 0.012)], 28, BLACK, move |p| {
            v(x + p.y, 0.024 + p.x, z + p.z)
        });
    }
    m
}

fn nida(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    m.block(v(0.0, 0.11, 0.0), v(0.9, 0.02, 0.24), 0.004, Grain::X, top(tone));
    for x in [-0.41, 0.0, 0.41] {
        m.bent(v(0.03, 0.10, 0.22), 0.005, Grain::Z, (1, 2, 1), oak(tone), move |p| {
            v(x + p.x, 0.05 + p.y, p.z * (0.86 - 1.4 * p.y))
        });
    }
    m
}
