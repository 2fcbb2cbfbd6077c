//! Chairs, benches, stools.

use super::{Builder, TONES, by_tone, one};
use crate::material::{BRASS, Mat, Tone, cloth, oak, top};
use crate::mesh::{Grain, Mesh};
use crate::shot::Shot;
use crate::vec::{V, v};

pub fn list(out: &mut Vec<(String, Builder)>) {
    by_tone(out, "rasa", &["oiled", "white", "smoked"], |tone| Shot::of(rasa(tone)).seen(34.0, 15.0).filling(0.84));
    one(out, "rasa-detail", || Shot::of(rasa(Tone::Oiled)).seen(30.0, 26.0).close(v(0.0, 0.50, 0.0), 0.27));
    for (finish, tone) in [TONES[0], TONES[2]] {
        for (fabric, colour) in [("linen", 0xC9BCA2), ("moss", 0x757560)] {
            one(out, &format!("ausra-{finish}-{fabric}"), move || Shot::of(ausra(tone, colour)).seen(34.0, 14.0).filling(0.84));
        }
    }
    by_tone(out, "liepa", &["oiled", "smoked"], |tone| Shot::of(liepa(tone)).seen(36.0, 18.0).filling(0.82));
    by_tone(out, "jore", &["oiled", "white"], |tone| Shot::of(jore(tone, 0.45)).seen(20.0, 18.0).filling(0.76));
    by_tone(out, "skalsa", &["oiled", "smoked"], |tone| Shot::of(skalsa(tone)).seen(30.0, 17.0).filling(0.88));
    one(out, "skalsa-detail", || Shot::of(skalsa(Tone::Oiled)).seen(32.0, 24.0).close(v(0.62, 0.38, 0.08), 0.26));
    for (name, colour) in [("linen", 0xC9BCA2), ("moss", 0x757560), ("clay", 0xA9694E)] {
        one(out, &format!("gabija-{name}"), move || Shot::of(gabija(colour)).seen(34.0, 15.0).filling(0.82));
    }
    one(out, "gabija-detail", || Shot::of(gabija(0xC9BCA2)).seen(48.0, 20.0).close(v(0.28, 0.50, 0.22), 0.30));
    by_tone(out, "rytas", &["oiled", "smoked"], |tone| Shot::of(rytas(tone)).seen(42.0, 13.0).filling(0.84));
    by_tone(out, "vaiva", &["oiled"], |tone| Shot::of(vaiva(tone)).seen(34.0, 14.0).filling(0.84));
}

/// A rod from foot to head, a little thicker in the middle, as a turner makes it.
fn spindle(m: &mut Mesh, foot: V, head: V, thin: f32, thick: f32, mat: Mat) {
    let path: Vec<V> = (0..=12).map(|i| foot.mix(head, i as f32 / 12.0)).collect();
    m.rod(&path, |t| thin + (thick - thin) * (t * std::f32::consts::PI).sin().powf(0.8), 24, mat);
}

/// A board bent around the back: half width, radius of the bend, height of its middle.
fn back_rail(m: &mut Mesh, size: V, at: V, bend: f32, lean: f32, mat: Mat) {
    m.bent(size, size.z * 0.42, Grain::X, (22, 2, 1), mat, move |p| {
        let curve = p.x * p.x * bend;
        let tips = 1.0 - 0.25 * (p.x / (size.x * 0.5)).powi(4);
        v(p.x, p.y * tips, p.z + curve).pitch(-lean) + at
    });
}

/// A hollowed seat with soft corners.
fn saddle(m: &mut Mesh, size: V, at: V, hollow: f32, mat: Mat) {
    m.bent(size, 0.011, Grain::X, (14, 1, 14), mat, move |p| {
        let (a, b) = (p.x / (size.x * 0.5), p.z / (size.z * 0.5));
        let dip = if p.y > 0.0 { hollow * (1.0 - a * a).max(0.0) * (1.0 - b * b).max(0.0) } else { 0.0 };
        let corner = (a * a * b * b).powi(2);
        let narrow = 1.0 + 0.05 * b;
        v(p.x * narrow * (1.0 - 0.07 * corner), p.y - dip, p.z * (1.0 - 0.07 * corner)) + at
    });
}

pub fn rasa(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    let o = oak(tone);
    saddle(&mut m, v(0.46, 0.036, 0.44), v(0.0, 0.445, 0.0), 0.018, top(tone));
    for x in [-1.0, 1.0] {
        m.leg(v(x * 0.225, 0.0, 0.205), v(x * 0.185, 0.43, 0.17), 0.022, 0.036, o);
        let foot = v(x * 0.215, 0.0, -0.245);
        let hip = v(x * 0.185, 0.45, -0.175);
        let head = v(x * 0.195, 0.76, -0.235);
        let path: Vec<V> = (0..=20)
            .map(|i| {
                let t = i as f32 / 20.0;
                foot.mix(hip, t).mix(hip.mix(head, t), t)
            })
            .collect();
        m.rod(&path, |t| 0.012 + 0.008 * (t * 3.0).sin().max(0.0), 22, o);
        m.rod(&[v(x * 0.19, 0.40, 0.15), v(x * 0.185, 0.40, -0.17)], |_| 0.010, 18, o);
    }
    m.rod(&[v(-0.19, 0.40, 0.165), v(0.19, 0.40, 0.165)], |_| 0.010, 18, o);
    back_rail(&mut m, v(0.47, 0.125, 0.022), v(0.0, 0.725, -0.255), 0.85, 10.0, o);
    m
}

fn ausra(tone: Tone, colour: u32) -> Mesh {
    let mut m = Mesh::default();
    let o = oak(tone);
    for x in [-1.0, 1.0] {
        m.leg(v(x * 0.225, 0.0, 0.215), v(x * 0.205, 0.44, 0.20), 0.024, 0.038, o);
        m.leg(v(x * 0.215, 0.0, -0.26), v(x * 0.205, 0.45, -0.20), 0.024, 0.038, o);
        m.leg(v(x * 0.195, 0.79, -0.285), v(x * 0.205, 0.44, -0.20), 0.022, 0.038, o);
        m.block(v(x * 0.205, 0.405, 0.0), v(0.022, 0.055, 0.38), 0.004, Grain::Z, o);
    }
    for z in [-0.2, 0.2] {
        m.block(v(0.0, 0.405, z), v(0.39, 0.055, 0.022), 0.004, Grain::X, o);
    }
    m.bent(v(0.46, 0.075, 0.45), 0.034, Grain::X, (14, 2, 14), cloth(colour), |p| {
        let swell = 0.016 * (1.0 - (p.x / 0.23).powi(2)) * (1.0 - (p.z / 0.225).powi(2));
        v(p.x, p.y + 0.462 + if p.y > 0.0 { swell } else { 0.0 }, p.z + 0.005)
    });
    m.bent(v(0.42, 0.24, 0.06), 0.028, Grain::X, (16, 8, 2), cloth(colour), |p| {
        let swell = 0.012 * (1.0 - (p.x / 0.21).powi(2)) * (1.0 - (p.y / 0.12).powi(2));
        (v(p.x, p.y, p.z + p.x * p.x * 0.55 + if p.z > 0.0 { swell } else { -swell })).pitch(-13.0) + v(0.0, 0.685, -0.265)
    });
    m
}

pub fn liepa(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    let o = oak(tone);
    for (x, z) in [(-0.235, 0.20), (0.235, 0.20), (-0.215, -0.20), (0.215, -0.20)] {
        let high = if z > 0.0 { 0.462 } else { 0.712 };
        spindle(&mut m, v(x, 0.0, z), v(x * 0.94, high, z * if z > 0.0 { 1.0 } else { 1.11 }), 0.013, 0.019, o);
    }
    for y in [0.20, 0.425] {
        for x in [-0.225, 0.225] {
            spindle(&mut m, v(x, y, 0.2), v(x * 0.96, y, -0.2), 0.009, 0.013, o);
        }
        for z in [-0.195, 0.195] {
            spindle(&mut m, v(-0.232, y - 0.03, z), v(0.232, y - 0.03, z), 0.009, 0.013, o);
        }
    }
    // The woven seat: four triangles of cord that meet in the middle.
    let cord = Mat::Cloth { colour: 0xC2A274, thread: 0.012 };
    for turn in 0..4 {
        let long = turn % 2 == 0;
        let (w, d) = if long { (0.45, 0.205) } else { (0.40, 0.222) };
        for i in 0..16 {
            let t = (i as f32 + 0.5) / 16.0;
            let out = d * t;
            let half = w * 0.5 * t;
            let y = 0.437 + 0.012 * t - 0.004;
            let path: Vec<V> = (0..=10)
                .map(|k| {
                    v(-half + 2.0 * half * k as f32 / 10.0, y + 0.004 * (1.0 - (k as f32 / 5.0 - 1.0).powi(2)), out)
                        .spin(90.0 * turn as f32)
                })
                .collect();
            m.rod(&path, |_| 0.0068, 10, cord);
        }
    }
    m.block(v(0.0, 0.428, 0.0), v(0.40, 0.016, 0.36), 0.004, Grain::X, cord);
    let path: Vec<V> = (0..=30)
        .map(|i| {
            let a = (i as f32 / 30.0 - 0.5) * 2.75;
            v(0.265 * a.sin(), 0.70 + 0.02 * a.cos(), -0.035 - 0.29 * a.cos())
        })
        .collect();
    m.rod(&path, |t| 0.013 + 0.009 * (t * std::f32::consts::PI).sin(), 24, o);
    m
}

pub fn jore(tone: Tone, high: f32) -> Mesh {
    let mut m = Mesh::default();
    super::tables::disc(
        &mut m,
        v(0.0, high - 0.02, 0.0),
        &[
            (0.0, -0.016),
            (0.14, -0.016),
            (0.165, -0.006),
            (0.17, 0.006),
            (0.166, 0.016),
            (0.155, 0.020),
            (0.10, 0.014),
            (0.0, 0.011),
        ],
        top(tone),
    );
    for turn in [30.0, 150.0, 270.0] {
        spindle(&mut m, v(0.185, 0.0, 0.0).spin(turn), v(0.10, high - 0.005, 0.0).spin(turn), 0.012, 0.020, oak(tone));
    }
    for turn in [30.0_f32, 150.0, 270.0] {
        let a = v(0.160, 0.145, 0.0);
        spindle(&mut m, a.spin(turn), a.spin(turn + 120.0), 0.007, 0.011, oak(tone));
    }
    m
}

pub fn skalsa(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    m.block(v(0.0, 0.432, 0.0), v(1.6, 0.036, 0.36), 0.007, Grain::X, Mat::Oak { tone, stave: 0.19 });
    for x in [-0.62, 0.62] {
        m.bent(v(0.036, 0.415, 0.33), 0.006, Grain::Y, (1, 8, 2), top(tone), move |p| {
            v(p.x + x, p.y + 0.2075, p.z * (0.82 + 0.75 * p.y * p.y + 0.2 * p.y))
        });
        for z in [-0.08, 0.08] {
            // The tenon comes through the seat, with its wedge of walnut.
            m.block(v(x, 0.4505, z), v(0.034, 0.004, 0.07), 0.001, Grain::Y, oak(tone));
            m.block(v(x, 0.4515, z), v(0.006, 0.004, 0.066), 0.001, Grain::Z, Mat::Paint { colour: 0x4A2F20 });
        }
        m.block(v(x + x.signum() * 0.032, 0.18, 0.0), v(0.02, 0.085, 0.026), 0.003, Grain::Y, Mat::Paint { colour: 0x4A2F20 });
    }
    m.block(v(0.0, 0.18, 0.0), v(1.36, 0.075, 0.032), 0.006, Grain::X, oak(tone));
    m
}

pub fn gabija(colour: u32) -> Mesh {
    let mut m = Mesh::default();
    let o = oak(Tone::Oiled);
    for x in [-1.0, 1.0] {
        m.leg(v(x * 0.325, 0.0, 0.30), v(x * 0.325, 0.55, 0.27), 0.034, 0.046, o);
        m.leg(v(x * 0.325, 0.0, -0.34), v(x * 0.325, 0.55, -0.22), 0.034, 0.046, o);
        m.bent(v(0.085, 0.026, 0.72), 0.011, Grain::Z, (1, 1, 16), top(Tone::Oiled), move |p| {
            v(
                p.x * (1.0 - 0.35 * (p.z < 0.0) as u8 as f32 * (p.z / 0.36).powi(2)) + x * 0.328,
                p.y + 0.565 - 0.05 * (p.z / 0.36 - 0.3).powi(2),
                p.z - 0.02,
            )
        });
        m.block(v(x * 0.318, 0.26, -0.02), v(0.026, 0.07, 0.56), 0.008, Grain::Z, o);
        m.leg(v(x * 0.27, 0.78, -0.42), v(x * 0.27, 0.27, -0.22), 0.026, 0.036, o);
    }
    m.block(v(0.0, 0.26, 0.25), v(0.62, 0.07, 0.026), 0.008, Grain::X, o);
    m.block(v(0.0, 0.24, -0.24), v(0.62, 0.07, 0.026), 0.008, Grain::X, o);
    m.block(v(0.0, 0.75, -0.405), v(0.56, 0.06, 0.024), 0.008, Grain::X, o);
    m.block(v(0.0, 0.45, -0.29), v(0.56, 0.05, 0.022), 0.008, Grain::X, o);
    let puffed = |m: &mut Mesh, size: V, place: fn(V) -> V| {
        m.bent(size, size.y * 0.46, Grain::X, (18, 3, 18), cloth(colour), move |p| {
            let swell = 0.03 * (1.0 - (p.x / (size.x * 0.5)).powi(2)).max(0.0) * (1.0 - (p.z / (size.z * 0.5)).powi(2)).max(0.0);
            place(v(p.x, p.y + swell * p.y.signum() * f32::from(u8::from(p.y.abs() > size.y * 0.3)), p.z))
        });
    };
    puffed(&mut m, v(0.585, 0.14, 0.60), |p| p.pitch(5.0) + v(0.0, 0.355, 0.015));
    puffed(&mut m, v(0.575, 0.13, 0.50), |p| p.pitch(-110.0) + v(0.0, 0.60, -0.255));
    m
}

fn rytas(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    let o = oak(tone);
    let rocker = |z: f32| 0.026 + 0.30 * (z - 0.02) * (z - 0.02);
    for x in [-1.0, 1.0] {
        m.bent(v(0.04, 0.03, 0.92), 0.010, Grain::Z, (1, 1, 30), o, move |p| {
            v(p.x + x * 0.24, p.y + rocker(p.z - 0.04) - 0.005, p.z - 0.04)
        });
        spindle(&mut m, v(x * 0.24, rocker(0.20), 0.20), v(x * 0.225, 0.63, 0.22), 0.014, 0.020, o);
        spindle(&mut m, v(x * 0.24, rocker(-0.25), -0.25), v(x * 0.21, 0.40, -0.19), 0.014, 0.020, o);
        m.bent(v(0.06, 0.022, 0.46), 0.009, Grain::Z, (1, 1, 14), o, move |p| {
            v(p.x + x * 0.245, p.y + 0.64 - 0.25 * p.z * p.z, p.z + 0.02)
        });
        spindle(&mut m, v(x * 0.20, 0.40, -0.19), v(x * 0.215, 1.02, -0.40), 0.012, 0.018, o);
    }
    saddle(&mut m, v(0.50, 0.036, 0.46), v(0.0, 0.41, 0.02), 0.020, top(tone));
    for i in 0..7 {
        let x = -0.15 + 0.05 * i as f32;
        spindle(&mut m, v(x * 0.9, 0.42, -0.185 - 0.02), v(x * 1.05, 0.97, -0.405), 0.006, 0.009, o);
    }
    back_rail(&mut m, v(0.50, 0.10, 0.024), v(0.0, 0.985, -0.42), 0.5, 18.0, o);
    spindle(&mut m, v(-0.235, 0.22, 0.21), v(0.235, 0.22, 0.21), 0.010, 0.015, o);
    m
}

fn vaiva(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    let o = oak(tone);
    saddle(&mut m, v(0.39, 0.034, 0.37), v(0.0, 0.64, 0.0), 0.014, top(tone));
    for x in [-1.0, 1.0] {
        m.leg(v(x * 0.215, 0.0, 0.20), v(x * 0.155, 0.63, 0.145), 0.022, 0.034, o);
        m.leg(v(x * 0.215, 0.0, -0.21), v(x * 0.155, 0.63, -0.145), 0.022, 0.034, o);
        m.block(v(x * 0.192, 0.24, 0.0), v(0.018, 0.028, 0.36), 0.006, Grain::Z, o);
        spindle(&mut m, v(x * 0.15, 0.65, -0.15), v(x * 0.175, 0.83, -0.175), 0.010, 0.013, o);
    }
    m.block(v(0.0, 0.20, 0.184), v(0.37, 0.028, 0.018), 0.006, Grain::X, BRASS);
    m.block(v(0.0, 0.24, -0.19), v(0.37, 0.028, 0.018), 0.006, Grain::X, o);
    let path: Vec<V> = (0..=28)
        .map(|i| {
            let a = (i as f32 / 28.0 - 0.5) * 2.5;
            v(0.20 * a.sin(), 0.84, 0.01 - 0.21 * a.cos())
        })
        .collect();
    m.rod(&path, |t| 0.013 + 0.010 * (t * std::f32::consts::PI).sin(), 24, o);
    m
}
