//! Things for the table and the wall, care, timber.

use super::tables::disc;
use super::{Builder, TONES, by_tone, one};
use crate::material::{BLACK, BRASS, Mat, STEEL, Tone, cloth, oak, top};
use crate::mesh::{Grain, Mesh};
use crate::shot::{Ground, Shot};
use crate::vec::{V, smooth, v};

pub fn list(out: &mut Vec<(String, Builder)>) {
    by_tone(out, "lentele", &["oiled"], |_| Shot::of(boards()).seen(24.0, 32.0).filling(0.78));
    by_tone(out, "padeklas", &["oiled", "smoked"], |tone| Shot::of(tray(tone)).seen(20.0, 28.0).filling(0.78));
    one(out, "veidrodis-oiled", || Shot::of(mirror()).on(Ground::Wall).seen(26.0, 6.0).filling(0.70));
    for (name, mat) in [("brass", BRASS), ("black", BLACK)] {
        one(out, &format!("zvakides-{name}"), move || Shot::of(candles(mat)).seen(20.0, 11.0).filling(0.76));
    }
    for (name, colour) in [("bleached", 0xEAE4D8), ("graphite", 0x55524E)] {
        one(out, &format!("vaza-{name}"), move || Shot::of(vase(colour)).seen(20.0, 12.0).filling(0.84));
    }
    for (name, colour) in [("bleached", 0xEAE4D8), ("lake", 0x7D93A0)] {
        one(out, &format!("dubuo-{name}"), move || Shot::of(bowl(colour)).seen(20.0, 24.0).filling(0.74));
    }
    one(out, "kabliukai-oiled", || Shot::of(pegs()).on(Ground::Wall).seen(26.0, 12.0).filling(0.82));
    for (name, tone) in [TONES[0], TONES[2]] {
        one(out, &format!("laikrodis-{name}"), move || Shot::of(clock(tone)).on(Ground::Wall).seen(24.0, 8.0).filling(0.62));
    }
    one(out, "oil", || Shot::of(oil()).seen(22.0, 15.0).filling(0.78));
    one(out, "muilas", || Shot::of(soap()).seen(20.0, 13.0).filling(0.78));
    one(out, "skydas", || Shot::of(panels()).seen(32.0, 22.0).filling(0.82));
    one(out, "veltinukai", || Shot::of(pads()).seen(22.0, 36.0).filling(0.74));
}

fn boards() -> Mesh {
    let mut m = Mesh::default();
    let board = |m: &mut Mesh, (l, w): (f32, f32), at: V, turn: f32| {
        m.bent(v(l, 0.024, w), 0.008, Grain::X, (12, 1, 12), top(Tone::Oiled), move |p| {
            let corner = ((p.x / l * 2.0).powi(8) * (p.z / w * 2.0).powi(8)).min(1.0);
            (v(p.x * (1.0 - 0.06 * corner), p.y, p.z * (1.0 - 0.09 * corner)) + at).spin(turn)
        });
        let hole = v(l * 0.5 - 0.035, 0.0122, 0.0) + at;
        m.turned(&[(0.014, 0.0), (0.014, 0.0006), (0.0, 0.0006)], 36, Mat::Paint { colour: 0x4A3524 }, move |p| {
            (hole + p).spin(turn)
        });
    };
    board(&mut m, (0.45, 0.28), v(0.0, 0.012, 0.0), 0.0);
    board(&mut m, (0.30, 0.20), v(-0.02, 0.0365, 0.015), 16.0);
    m
}

fn tray(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    let profile = [
        (0.0, 0.0),
        (0.165, 0.0),
        (0.182, 0.008),
        (0.190, 0.026),
        (0.190, 0.034),
        (0.187, 0.036),
        (0.183, 0.034),
        (0.178, 0.018),
        (0.166, 0.011),
        (0.0, 0.010),
    ];
    disc(&mut m, v(0.0, 0.0, 0.0), &profile, top(tone));
    for at in [v(-0.06, 0.0105, 0.05), v(0.045, 0.0105, 0.075)] {
        m.lathe(
            at,
            &[
                (0.0, 0.0),
                (0.026, 0.0),
                (0.034, 0.012),
                (0.038, 0.04),
                (0.038, 0.062),
                (0.0365, 0.063),
                (0.035, 0.06),
                (0.034, 0.02),
                (0.0, 0.010),
            ],
            56,
            Mat::Glaze { colour: 0xE6DFD2, gloss: 0.7 },
        );
    }
    m
}

pub fn mirror() -> Mesh {
    let mut m = Mesh::default();
    let stand = |p: V| v(p.x, p.z, p.y);
    m.turned(
        &[
            (0.288, 0.004),
            (0.300, 0.004),
            (0.302, 0.010),
            (0.302, 0.028),
            (0.298, 0.032),
            (0.289, 0.032),
            (0.286, 0.028),
            (0.286, 0.014),
        ],
        110,
        oak(Tone::Oiled),
        stand,
    );
    m.turned(&[(0.287, 0.014), (0.0, 0.0142)], 90, Mat::Mirror, stand);
    m
}

fn candles(mat: Mat) -> Mesh {
    let mut m = Mesh::default();
    for (x, z, h) in [(-0.085, 0.02, 0.22), (0.01, -0.03, 0.15), (0.085, 0.035, 0.09)] {
        m.lathe(
            v(x, 0.0, z),
            &[
                (0.0, 0.0),
                (0.038, 0.0),
                (0.040, 0.003),
                (0.040, 0.008),
                (0.036, 0.012),
                (0.010, 0.016),
                (0.006, 0.024),
                (0.006, h - 0.03),
                (0.012, h - 0.022),
                (0.0165, h - 0.016),
                (0.0165, h),
                (0.0135, h),
                (0.0135, h - 0.004),
                (0.0, h - 0.004),
            ],
            56,
            mat,
        );
        m.lathe(
            v(x, h - 0.004, z),
            &[(0.0108, 0.0), (0.0105, 0.155), (0.008, 0.16), (0.0, 0.161)],
            36,
            Mat::Glaze { colour: 0xF1EADC, gloss: 0.4 },
        );
        m.rod(&[v(x, h + 0.155, z), v(x + 0.001, h + 0.166, z)], |_| 0.0009, 8, BLACK);
    }
    m
}

pub fn vase(colour: u32) -> Mesh {
    let mut m = Mesh::default();
    let mut whole = vec![(0.0, 0.0)];
    whole.extend((0..=60).map(|i| {
        let t = i as f32 / 60.0;
        let body = 0.075 * (1.0 - ((t - 0.36) / 0.52).powi(2)).max(0.0).sqrt();
        (body.max(0.017 + 0.006 * ((t - 0.84).max(0.0) * 6.0).powi(2)), 0.24 * t)
    }));
    whole.extend([(0.019, 0.239), (0.014, 0.20)]);
    m.lathe(v(0.0, 0.0, 0.0), &whole, 80, Mat::Glaze { colour, gloss: 0.6 });
    branch(&mut m, v(0.0, 0.2, 0.0));
    m
}

/// One branch with a few leaves.
fn branch(m: &mut Mesh, from: V) {
    let stem: Vec<V> = (0..=16)
        .map(|i| {
            let t = i as f32 / 16.0;
            from + v(0.075 * t * t + 0.006 * (t * 9.0).sin(), 0.27 * t, 0.02 * t)
        })
        .collect();
    m.rod(&stem, |t| 0.0022 - 0.0012 * t, 10, Mat::Paint { colour: 0x5B4636 });
    for (i, k) in [5_usize, 7, 9, 11, 13, 15, 16].into_iter().enumerate() {
        let side = if i % 2 == 0 { 1.0 } else { -1.0 };
        let base = stem[k];
        m.sheet((8, 14), (0.02, 0.05), Mat::Paint { colour: 0x76805E }, move |u, w| {
            let wide = 0.013 * (w * std::f32::consts::PI).sin().max(0.0).powf(0.7) + 0.0004;
            base + v(
                side * (0.006 + 0.042 * w),
                0.030 * w - 0.016 * w * w + 0.004 * (u - 0.5).abs(),
                (u - 0.5) * 2.0 * wide + 0.006 * w,
            )
        });
    }
}

fn bowl(colour: u32) -> Mesh {
    let mut m = Mesh::default();
    m.lathe(
        v(0.0, 0.0, 0.0),
        &[(0.0, 0.0), (0.052, 0.0), (0.055, 0.006), (0.075, 0.014), (0.108, 0.040), (0.130, 0.070), (0.139, 0.088)],
        96,
        Mat::Glaze { colour: 0xB69B7C, gloss: 0.1 },
    );
    m.lathe(
        v(0.0, 0.0, 0.0),
        &[
            (0.139, 0.088),
            (0.1385, 0.0905),
            (0.136, 0.0905),
            (0.133, 0.088),
            (0.124, 0.070),
            (0.102, 0.044),
            (0.068, 0.022),
            (0.0, 0.013),
        ],
        96,
        Mat::Glaze { colour, gloss: 1.4 },
    );
    for (x, z, c) in [(-0.036, 0.0, 0xA04A32), (0.04, 0.022, 0x9A9A4E), (0.006, -0.052, 0xA04A32)] {
        let apple: Vec<(f32, f32)> = (0..=40)
            .map(|i| {
                let a = i as f32 / 40.0 * std::f32::consts::PI;
                let r = 0.037 * a.sin() * (1.0 - 0.10 * a.cos());
                (r.max(0.0), 0.064 - 0.033 * a.cos() - 0.010 * (-(r * 110.0).powi(2)).exp() * f32::from(u8::from(a > 1.6)))
            })
            .collect();
        m.lathe(v(x, 0.0, z), &apple, 48, Mat::Glaze { colour: c, gloss: 0.5 });
        m.rod(&[v(x, 0.086, z), v(x + 0.004, 0.104, z + 0.002)], |_| 0.0011, 8, Mat::Paint { colour: 0x4A3524 });
    }
    m
}

fn pegs() -> Mesh {
    let mut m = Mesh::default();
    m.block(v(0.0, 0.0, 0.011), v(0.70, 0.09, 0.022), 0.005, Grain::X, oak(Tone::Oiled));
    for i in 0..5 {
        let x = -0.28 + 0.14 * i as f32;
        m.turned(
            &[(0.009, 0.0), (0.0085, 0.03), (0.010, 0.045), (0.0145, 0.058), (0.0155, 0.066), (0.013, 0.073), (0.0, 0.075)],
            36,
            oak(Tone::Oiled),
            move |p| v(x + p.x, p.z + p.y * 0.16 - 0.004, 0.02 + p.y),
        );
    }
    m.sheet((30, 70), (0.14, 0.36), cloth(0x757560), |u, w| {
        let s = w * 0.34;
        let gather = 0.16 + 0.84 * smooth(0.0, 0.22, s);
        v(-0.14 + (u - 0.5) * 0.14 * gather, 0.006 - s, 0.070 + 0.012 * gather * (u * 17.0).sin() - 0.022 * gather)
    });
    m
}

fn clock(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    let stand = |p: V| v(p.x, p.z, p.y);
    m.turned(
        &[(0.150, 0.0), (0.150, 0.030), (0.147, 0.034), (0.142, 0.034), (0.140, 0.030), (0.140, 0.022)],
        100,
        oak(tone),
        stand,
    );
    for i in 0..24 {
        // The face is laid in rays; each is its own strip of veneer.
        let step = std::f32::consts::TAU / 24.0;
        let from = i as f32 * step;
        m.sheet((2, 8), (0.036, 0.14), oak(tone), move |u, w| {
            let (angle, r) = (from + u * step, 0.001 + 0.1405 * (1.0 - w));
            v(r * angle.cos(), r * angle.sin(), 0.022)
        });
    }
    let hands = if tone == Tone::Smoked { BRASS } else { BLACK };
    for (degrees, len, wide, z) in [(148.0, 0.098, 0.006, 0.026), (52.0, 0.138, 0.0042, 0.029)] {
        m.bent(v(len, wide, 0.0016), 0.0006, Grain::X, (1, 1, 1), hands, move |p| {
            (p + v(len * 0.36, 0.0, 0.0)).roll(degrees) + v(0.0, 0.0, z)
        });
    }
    m.turned(&[(0.0, 0.0), (0.006, 0.0), (0.006, 0.010), (0.0, 0.011)], 32, BRASS, |p| v(p.x, p.z, p.y + 0.022));
    m
}

/// A tin with a paper label.
pub fn tin(m: &mut Mesh, at: V, r: f32, h: f32) {
    m.lathe(
        at,
        &[
            (0.0, 0.0),
            (r, 0.0),
            (r * 1.02, 0.002),
            (r, 0.005),
            (r, h - 0.005),
            (r * 1.02, h - 0.002),
            (r, h),
            (r * 0.9, h),
            (r * 0.88, h - 0.005),
            (r * 0.70, h - 0.005),
            (r * 0.68, h + 0.002),
            (0.0, h + 0.003),
        ],
        80,
        STEEL,
    );
    for (k, low, high, colour) in [
        (1.006, 0.14, 0.86, 0xEFE8DA),
        (1.010, 0.62, 0.665, 0x2F5D50),
        (1.010, 0.34, 0.352, 0x625C53),
        (1.010, 0.28, 0.292, 0x625C53),
    ] {
        m.lathe(at, &[(r * k, h * low), (r * k, h * high)], 80, Mat::Paint { colour });
    }
}

fn oil() -> Mesh {
    let mut m = Mesh::default();
    tin(&mut m, v(0.10, 0.0, -0.05), 0.075, 0.19);
    tin(&mut m, v(-0.06, 0.0, 0.0), 0.052, 0.125);
    tin(&mut m, v(0.035, 0.0, 0.085), 0.036, 0.078);
    m
}

fn soap() -> Mesh {
    let mut m = Mesh::default();
    for (x, z, k) in [(-0.05, 0.03, 0.82), (0.05, -0.02, 1.0)] {
        let at = v(x, 0.0, z);
        m.lathe(
            at,
            &[
                (0.0, 0.0),
                (0.038 * k, 0.0),
                (0.041 * k, 0.004),
                (0.041 * k, 0.125 * k),
                (0.036 * k, 0.145 * k),
                (0.016 * k, 0.158 * k),
                (0.0155 * k, 0.175 * k),
            ],
            72,
            Mat::Glaze { colour: 0x8A5A2E, gloss: 1.6 },
        );
        m.lathe(at, &[(0.018 * k, 0.170 * k), (0.018 * k, 0.192 * k), (0.016 * k, 0.195 * k), (0.0, 0.195 * k)], 56, BLACK);
        m.lathe(at, &[(0.0416 * k, 0.025 * k), (0.0416 * k, 0.108 * k)], 72, Mat::Paint { colour: 0xEFE8DA });
        m.lathe(at, &[(0.0419 * k, 0.082 * k), (0.0419 * k, 0.088 * k)], 72, Mat::Paint { colour: 0x2F5D50 });
    }
    m
}

fn panels() -> Mesh {
    let mut m = Mesh::default();
    for (t, turn, y) in [(0.04, 0.0, 0.02), (0.03, -7.0, 0.055), (0.02, 5.0, 0.08)] {
        m.bent(v(0.9, t, 0.5), 0.0025, Grain::X, (1, 1, 1), Mat::Oak { tone: Tone::Oiled, stave: 0.085 }, move |p| {
            (p + v(0.0, y, 0.0)).spin(turn)
        });
    }
    m
}

fn pads() -> Mesh {
    let mut m = Mesh::default();
    for i in 0..16 {
        let at = v(-0.057 + 0.038 * (i % 4) as f32, 0.0, -0.057 + 0.038 * (i / 4) as f32);
        m.lathe(
            at,
            &[(0.0, 0.0), (0.013, 0.0), (0.014, 0.001), (0.014, 0.0045), (0.013, 0.0055), (0.0, 0.0056)],
            40,
            Mat::Cloth { colour: 0x8E8578, thread: 0.0012 },
        );
        m.rod(&[at + v(0.0, 0.005, 0.0), at + v(0.0, 0.017, 0.0)], |t| 0.0011 * (1.0 - 0.7 * t), 10, STEEL);
    }
    m
}
