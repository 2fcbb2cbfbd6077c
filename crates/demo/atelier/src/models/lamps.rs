//! Lamps, by day and lit.

use super::{Builder, TONES, one};
use crate::material::{BLACK, BRASS, CHALK, Mat, Tone, oak};
use crate::mesh::Mesh;
use crate::shot::{Ground, Light, Shot};
use crate::vec::{V, v};

const METALS: [(&str, Mat); 3] = [("brass", BRASS), ("black", BLACK), ("chalk", CHALK)];

pub fn list(out: &mut Vec<(String, Builder)>) {
    for (name, mat) in [METALS[0], METALS[1]] {
        one(out, &format!("globo-{name}"), move || Shot::of(globo(mat, 0.0)).on(WALL).seen(18.0, -4.0).filling(0.80));
        one(out, &format!("fungo-{name}"), move || Shot::of(fungo(mat, 0.0)).seen(20.0, 12.0).filling(0.72));
        one(out, &format!("stelo-{name}"), move || Shot::of(stelo(mat, 0.0)).seen(-28.0, 8.0).filling(0.88));
        one(out, &format!("disco-{name}"), move || Shot::of(disco(mat, 0.0)).on(Ground::Wall).seen(30.0, 6.0).filling(0.56));
    }
    one(out, "globo-lit", || {
        Shot::of(globo(BRASS, 1.1)).on(WALL).seen(18.0, -4.0).filling(0.80).lit(vec![light(v(0.0, 0.0, 0.0), 0.10, 0.16, 1.0)])
    });
    one(out, "fungo-lit", || {
        Shot::of(fungo(BRASS, 1.0)).seen(20.0, 12.0).filling(0.72).lit(vec![light(v(0.0, 0.25, 0.0), 0.055, 0.13, 1.0)])
    });
    one(out, "stelo-lit", || {
        Shot::of(stelo(BRASS, 1.2)).seen(-28.0, 8.0).filling(0.88).lit(vec![light(v(0.30, 1.225, 0.0), 1.1, 0.03, 0.0)])
    });
    one(out, "disco-lit", || Shot::of(disco(BRASS, 0.0)).on(Ground::Wall).seen(30.0, 6.0).filling(0.56).lit(halo()));
    for (name, mat) in METALS {
        one(out, &format!("campana-{name}"), move || Shot::of(campana(mat, 0.0)).on(WALL).seen(18.0, -3.0).filling(0.78));
    }
    one(out, "campana-lit", || {
        Shot::of(over_table()).on(Ground::Behind(-0.9)).seen(18.0, 7.0).filling(0.86).lit(vec![light(
            v(0.0, 0.0, 0.0),
            0.42,
            0.04,
            0.0,
        )])
    });
    for (name, colour) in [("natural", 0xD9CCB2), ("rust", 0xA65F3F)] {
        one(out, &format!("lino-{name}"), move || Shot::of(lino(colour, 0.0)).on(WALL).seen(18.0, -3.0).filling(0.82));
    }
    one(out, "lino-lit", || {
        Shot::of(lino(0xD9CCB2, 0.75)).on(WALL).seen(18.0, -3.0).filling(0.82).lit(vec![light(v(0.0, 0.0, 0.0), 0.16, 0.27, 1.0)])
    });
    for (name, tone) in [TONES[0], TONES[2]] {
        one(out, &format!("colonna-{name}"), move || Shot::of(colonna(tone, 0.0)).seen(20.0, 10.0).filling(0.80));
        one(out, &format!("airone-{name}"), move || Shot::of(airone(tone, 0.0)).seen(24.0, 7.0).filling(0.88));
    }
    one(out, "colonna-lit", || {
        Shot::of(colonna(Tone::Oiled, 0.8)).seen(20.0, 10.0).filling(0.80).lit(vec![light(v(0.0, 0.40, 0.0), 0.075, 0.17, 1.0)])
    });
    one(out, "washi-bleached", || Shot::of(washi(0.0)).on(WALL).seen(18.0, -3.0).filling(0.80));
    one(out, "washi-lit", || {
        Shot::of(washi(0.85)).on(WALL).seen(18.0, -3.0).filling(0.80).lit(vec![light(v(0.0, 0.0, 0.0), 0.18, 0.26, 1.0)])
    });
}

/// Hanging lamps stand before a wall, far enough for a soft shadow.
const WALL: Ground = Ground::Behind(-0.42);

fn light(at: V, power: f32, skip: f32, round: f32) -> Light {
    Light { at, power, skip, round }
}

fn halo() -> Vec<Light> {
    (0..10)
        .map(|i| {
            let a = i as f32 / 10.0 * std::f32::consts::TAU;
            light(v(0.09 * a.cos(), 0.09 * a.sin(), 0.045), 0.0062, 0.004, 1.0)
        })
        .collect()
}

/// A cable from the lamp upwards; the picture ends before its other end.
fn hang(m: &mut Mesh, from: f32, cup: Mat) {
    let high = 0.27;
    m.rod(&[v(0.0, from, 0.0), v(0.0, from + high, 0.0)], |_| 0.0028, 10, Mat::Cloth { colour: 0x3A3733, thread: 0.002 });
    m.lathe(v(0.0, from - 0.01, 0.0), &[(0.02, 0.0), (0.02, 0.045), (0.015, 0.055), (0.004, 0.062)], 40, cup);
}

pub fn globo(mat: Mat, glow: f32) -> Mesh {
    let mut m = Mesh::default();
    m.lathe(v(0.0, 0.0, 0.0), &ball(0.15, 60), 72, Mat::Shade { colour: 0xF3EEE6, glow });
    m.lathe(v(0.0, 0.135, 0.0), &[(0.062, 0.0), (0.062, 0.02), (0.05, 0.028), (0.02, 0.032)], 56, mat);
    hang(&mut m, 0.17, mat);
    m
}

fn ball(r: f32, steps: usize) -> Vec<(f32, f32)> {
    (0..=steps)
        .map(|i| {
            let a = (i as f32 / steps as f32 - 0.5) * std::f32::consts::PI;
            ((r * a.cos()).max(0.0), r * a.sin())
        })
        .collect()
}

pub fn campana(mat: Mat, glow: f32) -> Mesh {
    let mut m = Mesh::default();
    let outside: Vec<(f32, f32)> = (0..=40)
        .map(|i| {
            let t = i as f32 / 40.0;
            (0.19 - 0.165 * t.powf(2.6) - 0.012 * t, -0.10 + 0.25 * (t * 0.92 + 0.08 * t * t))
        })
        .collect();
    m.lathe(v(0.0, 0.0, 0.0), &outside, 80, mat);
    let inside: Vec<(f32, f32)> = outside.iter().rev().map(|&(r, y)| ((r - 0.0025).max(0.0), y - 0.001)).collect();
    m.lathe(v(0.0, 0.0, 0.0), &inside, 80, Mat::Shade { colour: 0xF2EEE6, glow: glow * 0.55 });
    m.lathe(v(0.0, -0.005, 0.0), &ball(0.035, 20), 32, Mat::Shade { colour: 0xF6F1E8, glow: glow * 1.5 });
    hang(&mut m, 0.145, mat);
    m
}

/// The lit bell above a table, so that one sees where its light goes.
fn over_table() -> Mesh {
    let mut m = campana(BLACK, 1.3);
    super::tables::disc(
        &mut m,
        v(0.0, -0.50, 0.0),
        &[(0.0, -0.013), (0.40, -0.013), (0.424, 0.0), (0.43, 0.008), (0.427, 0.013), (0.0, 0.013)],
        crate::material::top(Tone::Oiled),
    );
    super::storage::vessel(&mut m, v(0.16, -0.487, -0.06), 0.06, 0.13, 0xD9D0C0);
    m
}

pub fn lino(colour: u32, glow: f32) -> Mesh {
    let mut m = Mesh::default();
    let skin = Mat::Shade { colour, glow };
    m.lathe(
        v(0.0, -0.13, 0.0),
        &[
            (0.247, 0.0),
            (0.25, 0.003),
            (0.25, 0.012),
            (0.2485, 0.013),
            (0.236, 0.247),
            (0.2375, 0.248),
            (0.2375, 0.257),
            (0.234, 0.26),
        ],
        96,
        skin,
    );
    m.lathe(v(0.0, -0.122, 0.0), &[(0.0, 0.0), (0.244, 0.0)], 72, Mat::Shade { colour: 0xF2EDE3, glow: glow * 1.2 });
    m.lathe(v(0.0, 0.125, 0.0), &[(0.232, 0.0), (0.0, 0.0)], 72, Mat::Shade { colour: 0xF2EDE3, glow: glow * 0.8 });
    hang(&mut m, 0.135, BLACK);
    m
}

pub fn washi(glow: f32) -> Mesh {
    let mut m = Mesh::default();
    let profile: Vec<(f32, f32)> = (2..=110)
        .map(|i| {
            let t = i as f32 / 112.0;
            let a = (t - 0.5) * std::f32::consts::PI;
            // Ribs of bamboo press the paper out, the paper between them sags a little.
            let rib = 0.0042 * (t * 112.0 / 7.0 * std::f32::consts::PI).sin().abs().powf(0.5);
            ((0.25 * a.cos() - rib).max(0.03), 0.235 * a.sin())
        })
        .collect();
    m.lathe(v(0.0, 0.0, 0.0), &profile, 96, Mat::Shade { colour: 0xF5F1E8, glow });
    hang(&mut m, 0.23, BLACK);
    m
}

pub fn fungo(mat: Mat, glow: f32) -> Mesh {
    let mut m = Mesh::default();
    m.lathe(
        v(0.0, 0.0, 0.0),
        &[
            (0.0, 0.0),
            (0.072, 0.0),
            (0.075, 0.004),
            (0.075, 0.014),
            (0.070, 0.020),
            (0.030, 0.026),
            (0.0135, 0.042),
            (0.0115, 0.075),
            (0.0115, 0.235),
        ],
        64,
        mat,
    );
    let cap: Vec<(f32, f32)> = (0..=44)
        .map(|i| {
            let t = i as f32 / 44.0;
            let a = t * std::f32::consts::FRAC_PI_2;
            (0.12 * a.cos().powf(0.8), 0.215 + 0.112 * a.sin())
        })
        .collect();
    let mut whole = vec![(0.0, 0.222), (0.09, 0.216), (0.112, 0.209), (0.119, 0.211)];
    whole.extend(cap);
    m.lathe(v(0.0, 0.0, 0.0), &whole, 80, Mat::Shade { colour: 0xF3EEE6, glow });
    m
}

pub fn colonna(tone: Tone, glow: f32) -> Mesh {
    let mut m = Mesh::default();
    m.lathe(
        v(0.0, 0.0, 0.0),
        &[
            (0.0, 0.0),
            (0.082, 0.0),
            (0.085, 0.004),
            (0.085, 0.018),
            (0.080, 0.024),
            (0.05, 0.028),
            (0.044, 0.034),
            (0.040, 0.06),
            (0.046, 0.13),
            (0.048, 0.18),
            (0.042, 0.235),
            (0.028, 0.268),
            (0.024, 0.274),
            (0.010, 0.278),
        ],
        64,
        oak(tone),
    );
    m.rod(&[v(0.0, 0.275, 0.0), v(0.0, 0.34, 0.0)], |_| 0.008, 16, BRASS);
    m.lathe(
        v(0.0, 0.30, 0.0),
        &[
            (0.157, 0.0),
            (0.16, 0.002),
            (0.16, 0.010),
            (0.159, 0.011),
            (0.122, 0.205),
            (0.123, 0.206),
            (0.123, 0.214),
            (0.120, 0.216),
            (0.02, 0.19),
        ],
        88,
        Mat::Shade { colour: 0xDDD1BA, glow },
    );
    m
}

pub fn airone(tone: Tone, glow: f32) -> Mesh {
    let mut m = Mesh::default();
    for turn in [20.0, 140.0, 260.0] {
        let (foot, head) = (v(0.29, 0.0, 0.0).spin(turn), v(0.035, 1.22, 0.0).spin(turn));
        let path: Vec<V> = (0..=10).map(|i| foot.mix(head, i as f32 / 10.0)).collect();
        m.rod(&path, |t| 0.010 + 0.006 * (t * 2.8).sin().max(0.0), 22, oak(tone));
    }
    m.lathe(v(0.0, 1.05, 0.0), &[(0.066, 0.0), (0.07, 0.003), (0.07, 0.022), (0.066, 0.025)], 56, BRASS);
    m.rod(&[v(0.0, 1.20, 0.0), v(0.0, 1.36, 0.0)], |_| 0.010, 16, BRASS);
    m.lathe(
        v(0.0, 1.22, 0.0),
        &[
            (0.237, 0.0),
            (0.24, 0.003),
            (0.24, 0.013),
            (0.238, 0.014),
            (0.20, 0.318),
            (0.2015, 0.319),
            (0.2015, 0.329),
            (0.198, 0.332),
            (0.03, 0.30),
        ],
        96,
        Mat::Shade { colour: 0xDDD1BA, glow },
    );
    m
}

pub fn stelo(mat: Mat, glow: f32) -> Mesh {
    let mut m = Mesh::default();
    m.lathe(
        v(0.0, 0.0, 0.0),
        &[(0.0, 0.0), (0.123, 0.0), (0.126, 0.003), (0.126, 0.013), (0.122, 0.017), (0.02, 0.019), (0.010, 0.026)],
        72,
        mat,
    );
    let path: Vec<V> = (0..=40)
        .map(|i| {
            let t = i as f32 / 40.0;
            if t < 0.72 {
                v(0.0, 0.02 + t / 0.72 * 1.16, 0.0)
            } else {
                let a = (t - 0.72) / 0.28 * 1.75;
                v(0.15 - 0.15 * a.cos(), 1.18 + 0.15 * a.sin(), 0.0)
            }
        })
        .collect();
    m.rod(&path, |_| 0.0075, 18, mat);
    let head = v(0.30, 1.27, 0.0);
    m.turned(
        &[(0.012, 0.07), (0.02, 0.06), (0.034, 0.02), (0.06, -0.055), (0.0615, -0.06)].map(|(r, y): (f32, f32)| (r, y)),
        56,
        mat,
        move |p| p.roll(14.0) + head,
    );
    m.turned(&[(0.058, -0.057), (0.0, -0.045)], 48, Mat::Shade { colour: 0xF5F0E6, glow }, move |p| p.roll(14.0) + head);
    m.rod(&[v(0.176, 1.327, 0.0), v(0.29, 1.335, 0.0)], |_| 0.007, 14, mat);
    m
}

pub fn disco(mat: Mat, glow: f32) -> Mesh {
    let mut m = Mesh::default();
    m.turned(&[(0.0, 0.0), (0.045, 0.0), (0.045, 0.055), (0.0, 0.055)], 48, Mat::Shade { colour: 0xF0EBE0, glow }, |p| {
        v(p.x, p.z, p.y)
    });
    m.turned(
        &[
            (0.0, 0.058),
            (0.122, 0.058),
            (0.129, 0.062),
            (0.130, 0.067),
            (0.128, 0.071),
            (0.122, 0.073),
            (0.06, 0.0795),
            (0.0, 0.081),
        ],
        88,
        mat,
        |p| v(p.x, p.z, p.y),
    );
    m
}
