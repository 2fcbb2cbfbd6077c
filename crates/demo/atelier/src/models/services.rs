//! Pictures that stand for services: what the meister brings, makes or takes away.

use super::{Builder, one};
use crate::material::{BLACK, BRASS, Mat, STEEL, Tone, cloth, oak, top};
use crate::mesh::{Grain, Mesh};
use crate::shot::Shot;
use crate::vec::v;

pub fn list(out: &mut Vec<(String, Builder)>) {
    one(out, "surinkimas", || Shot::of(assembly()).seen(28.0, 20.0).filling(0.84));
    one(out, "matavimas", || Shot::of(measure()).seen(28.0, 30.0).filling(0.80));
    one(out, "perdazymas", || Shot::of(renewal()).seen(32.0, 26.0).filling(0.82));
    one(out, "konsultacija", || Shot::of(sketches()).seen(22.0, 38.0).filling(0.82));
    one(out, "isvezimas", || Shot::of(moving()).seen(30.0, 14.0).filling(0.82));
}

/// A table upside down: the top on the floor, two legs on, two still lying beside.
fn assembly() -> Mesh {
    let mut m = Mesh::default();
    let o = oak(Tone::Oiled);
    m.block(v(0.0, 0.014, 0.0), v(1.2, 0.028, 0.7), 0.004, Grain::X, top(Tone::Oiled));
    for side in [-1.0, 1.0] {
        m.block(v(0.0, 0.066, side * 0.27), v(1.0, 0.076, 0.022), 0.003, Grain::X, o);
        m.block(v(side * 0.5, 0.066, 0.0), v(0.022, 0.076, 0.54), 0.003, Grain::Z, o);
        m.leg(v(side * 0.535, 0.70, -0.30), v(side * 0.505, 0.03, -0.275), 0.03, 0.055, o);
    }
    for (from, to) in [(v(-0.55, 0.028, 0.62), v(0.10, 0.028, 0.52)), (v(-0.40, 0.028, 0.78), v(0.26, 0.028, 0.70))] {
        m.rod(&[from, from.mix(to, 0.5), to], |t| 0.016 + 0.012 * t, 24, o);
    }
    m.rod(
        &[v(0.42, 0.018, 0.56), v(0.45, 0.018, 0.572), v(0.49, 0.018, 0.588), v(0.52, 0.018, 0.60)],
        |t| 0.017 - 0.006 * (t * 3.1).sin(),
        24,
        Mat::Glaze { colour: 0x2F5D50, gloss: 1.0 },
    );
    m.rod(&[v(0.52, 0.018, 0.60), v(0.66, 0.016, 0.656)], |_| 0.004, 14, STEEL);
    m
}

/// Samples of oak and a folding rule.
fn measure() -> Mesh {
    let mut m = Mesh::default();
    for (i, (tone, turn)) in [(Tone::Oiled, -14.0), (Tone::White, 2.0), (Tone::Smoked, 18.0)].into_iter().enumerate() {
        m.bent(v(0.30, 0.018, 0.12), 0.002, Grain::X, (1, 1, 1), oak(tone), move |p| {
            (p + v(0.03, 0.009 + 0.0185 * i as f32, 0.0)).spin(turn)
        });
    }
    let joints = [v(-0.24, 0.006, 0.22), v(-0.03, 0.006, 0.13), v(0.13, 0.009, 0.24), v(0.30, 0.006, 0.14)];
    for pair in joints.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let ahead = (b - a).unit();
        let side = ahead.cross(v(0.0, 1.0, 0.0)).unit();
        let len = (b - a).len();
        m.bent(v(len + 0.016, 0.005, 0.017), 0.001, Grain::X, (1, 1, 1), Mat::Paint { colour: 0xD9B44A }, move |p| {
            a.mix(b, 0.5) + ahead * p.x + v(0.0, p.y, 0.0) + side * p.z
        });
        for i in 1..(len / 0.01) as usize {
            let long = if i % 5 == 0 { 0.010 } else { 0.005 };
            let at = a.mix(b, 0.01 * i as f32 / len) + v(0.0, 0.0026, 0.0) + side * (0.0084 - long * 0.5);
            m.bent(v(0.0009, 0.0006, long), 0.0002, Grain::Z, (1, 1, 1), BLACK, move |p| {
                at + ahead * p.x + v(0.0, p.y, 0.0) + side * p.z
            });
        }
        m.lathe(a + v(0.0, 0.002, 0.0), &[(0.0048, 0.0), (0.0048, 0.0016), (0.0, 0.002)], 24, BRASS);
    }
    m
}

/// A sanding block with its paper, a tin of oil and a cloth, on the wood they are for.
fn renewal() -> Mesh {
    let mut m = Mesh::default();
    m.block(v(0.0, -0.014, 0.0), v(0.9, 0.028, 0.5), 0.004, Grain::X, top(Tone::Oiled));
    super::small::tin(&mut m, v(0.24, 0.0, -0.10), 0.05, 0.12);
    m.block(v(-0.14, 0.028, 0.06), v(0.13, 0.036, 0.07), 0.006, Grain::X, Mat::Paint { colour: 0xB58B5A });
    m.block(v(-0.14, 0.005, 0.06), v(0.134, 0.010, 0.072), 0.002, Grain::X, Mat::Cloth { colour: 0x8A3F2B, thread: 0.0012 });
    m.cushion(v(0.19, 0.05, 0.15), cloth(0xDDD3C0), |p| {
        let crumple = 0.02 * crate::vec::noise(p * 22.0);
        (p + v(0.0, crumple, 0.0)).spin(25.0) + v(0.13, 0.022, 0.12)
    });
    m.lifted(0.03)
}

/// Paper, a chair drawn in lines, a pencil and two samples.
fn sketches() -> Mesh {
    let mut m = Mesh::default();
    for (y, turn) in [(0.001, 8.0), (0.0022, -5.0)] {
        m.bent(v(0.42, 0.0008, 0.297), 0.0003, Grain::X, (1, 1, 1), Mat::Paint { colour: 0xFBF9F4 }, move |p| {
            (p + v(0.0, y, 0.0)).spin(turn)
        });
    }
    let strokes = [
        ((-0.08, 0.10), (-0.07, 0.01)),
        ((0.03, 0.12), (0.025, 0.0)),
        ((-0.12, 0.06), (-0.115, -0.10)),
        ((-0.02, 0.07), (-0.02, -0.115)),
        ((-0.115, -0.01), (-0.02, -0.02)),
        ((-0.115, -0.01), (-0.07, 0.01)),
        ((-0.07, 0.01), (0.025, 0.0)),
        ((-0.02, -0.02), (0.025, 0.0)),
        ((-0.115, -0.10), (-0.02, -0.115)),
        ((-0.115, -0.075), (-0.02, -0.09)),
        ((0.07, -0.09), (0.17, -0.10)),
        ((0.07, -0.07), (0.15, -0.078)),
        ((0.07, -0.05), (0.16, -0.058)),
    ];
    for (a, b) in strokes {
        let on = |p: (f32, f32)| v(p.0, 0.0032, p.1).spin(-5.0);
        m.rod(&[on(a), on(b)], |_| 0.0009, 6, Mat::Paint { colour: 0x3B3733 });
    }
    let pencil = |t: f32| v(0.02 + 0.17 * t, 0.0075, 0.115 - 0.075 * t);
    m.rod(&[pencil(0.08), pencil(1.0)], |_| 0.0042, 6, Mat::Paint { colour: 0x2F5D50 });
    m.rod(&[pencil(0.0), pencil(0.08)], |t| 0.0006 + 0.0034 * t, 12, Mat::Paint { colour: 0xD9BE8F });
    for (tone, x, z, turn) in [(Tone::Oiled, -0.19, -0.10, 14.0), (Tone::Smoked, -0.12, -0.13, 4.0)] {
        m.bent(v(0.075, 0.012, 0.05), 0.0015, Grain::X, (1, 1, 1), oak(tone), move |p| (p + v(x, 0.0095, z)).spin(turn));
    }
    m
}

/// An old chair and boxes, ready to be carried down.
fn moving() -> Mesh {
    let mut m = Mesh::default();
    m.add(super::seating::rasa(Tone::Smoked), |p| p.spin(20.0) + v(-0.30, 0.0, 0.0));
    let card = Mat::Cloth { colour: 0xB98F5F, thread: 0.004 };
    let tape = Mat::Paint { colour: 0xD8C4A0 };
    m.block(v(0.34, 0.19, 0.02), v(0.52, 0.38, 0.42), 0.006, Grain::X, card);
    m.block(v(0.34, 0.3805, 0.02), v(0.522, 0.003, 0.06), 0.001, Grain::X, tape);
    m.bent(v(0.40, 0.26, 0.34), 0.006, Grain::X, (1, 1, 1), card, |p| p.spin(12.0) + v(0.33, 0.511, 0.01));
    m.bent(v(0.402, 0.003, 0.05), 0.001, Grain::X, (1, 1, 1), tape, |p| p.spin(12.0) + v(0.33, 0.6415, 0.01));
    m
}
