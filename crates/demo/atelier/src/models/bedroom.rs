//! Beds and what stands beside them.

use super::storage::vessel;
use super::tables::drawers;
use super::{Builder, by_tone, one};
use crate::material::{Mat, STEEL, Tone, cloth, oak, top};
use crate::mesh::{Grain, Mesh};
use crate::shot::{Ground, Shot};
use crate::vec::v;

pub fn list(out: &mut Vec<(String, Builder)>) {
    by_tone(out, "dusia", &["oiled", "white"], |tone| Shot::of(dusia(tone)).seen(36.0, 20.0).filling(0.88));
    for (name, colour) in [("linen", 0xC9BCA2), ("moss", 0x757560)] {
        one(out, &format!("metelys-{name}"), move || Shot::of(metelys(colour)).seen(36.0, 20.0).filling(0.88));
    }
    by_tone(out, "obelija", &["oiled", "white", "smoked"], |tone| Shot::of(obelija(tone)).seen(30.0, 15.0).filling(0.76));
    by_tone(out, "galstas", &["oiled", "smoked"], |tone| Shot::of(galstas(tone)).on(Ground::Wall).seen(30.0, 16.0).filling(0.68));
    by_tone(out, "ancia", &["oiled", "smoked"], |tone| Shot::of(ancia(tone)).seen(30.0, 17.0).filling(0.82));
    by_tone(out, "daugai", &["oiled", "white"], |tone| Shot::of(daugai(tone)).seen(28.0, 8.0).filling(0.86));
}

/// Mattress, cover and pillows on a bed `w` wide and `l` long; y = top of the slats.
fn bedding(m: &mut Mesh, w: f32, y: f32, l: f32) {
    m.block(v(0.0, y + 0.10, 0.0), v(w - 0.04, 0.20, l - 0.04), 0.04, Grain::X, cloth(0xEDE7DB));
    m.sheet((90, 80), (w, l), cloth(0xE3DBCB), |u, t| {
        let x = (u - 0.5) * (w + 0.34);
        let z = -0.36 + t * (l * 0.5 + 0.40);
        let edge = (x.abs() - w * 0.5 + 0.02).max(0.0);
        let foot = (z - l * 0.5 + 0.01).max(0.0);
        let fold = 0.012 * crate::vec::noise(v(x * 5.0, z * 4.0, 2.0)) + 0.02 * crate::vec::noise(v(x * 2.0, z * 2.0, 9.0));
        let y = y + 0.215 + fold - edge.min(0.17) * 0.98 - foot.min(0.14);
        v(
            x.clamp(-w * 0.5 - 0.012, w * 0.5 + 0.012) + fold * x.signum() * f32::from(u8::from(edge > 0.0)),
            y,
            z.min(l * 0.5 + 0.015),
        )
    });
    for side in [-1.0, 1.0] {
        m.cushion(v(0.62, 0.17, 0.44), cloth(0xEFEAE0), move |p| p.pitch(-22.0) + v(side * w * 0.235, y + 0.30, -l * 0.5 + 0.30));
    }
}

fn dusia(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    let o = oak(tone);
    for x in [-0.83, 0.83] {
        m.block(v(x, 0.27, 0.0), v(0.03, 0.16, 2.0), 0.006, Grain::Z, o);
        m.block(v(x, 0.43, -1.03), v(0.06, 0.86, 0.05), 0.012, Grain::Y, o);
        m.block(v(x, 0.20, 1.03), v(0.06, 0.40, 0.05), 0.012, Grain::Y, o);
    }
    m.block(v(0.0, 0.27, 1.03), v(1.62, 0.16, 0.03), 0.006, Grain::X, o);
    m.block(v(0.0, 0.83, -1.03), v(1.62, 0.06, 0.04), 0.008, Grain::X, o);
    m.block(v(0.0, 0.36, -1.03), v(1.62, 0.08, 0.03), 0.006, Grain::X, o);
    for i in 0..19 {
        m.block(v(-0.747 + 0.083 * i as f32, 0.60, -1.03), v(0.03, 0.42, 0.018), 0.005, Grain::Y, o);
    }
    bedding(&mut m, 1.62, 0.27, 2.0);
    m
}

fn metelys(colour: u32) -> Mesh {
    let mut m = Mesh::default();
    let o = oak(Tone::Oiled);
    for x in [-0.84, 0.84] {
        m.block(v(x, 0.24, 0.0), v(0.03, 0.14, 2.06), 0.006, Grain::Z, o);
    }
    for (x, z) in [(-0.76, -0.9), (0.76, -0.9), (-0.76, 0.95), (0.76, 0.95)] {
        m.leg(v(x * 1.02, 0.0, z), v(x, 0.2, z), 0.04, 0.055, o);
    }
    m.block(v(0.0, 0.24, 1.03), v(1.70, 0.14, 0.03), 0.006, Grain::X, o);
    m.block(v(0.0, 0.60, -1.05), v(1.70, 0.86, 0.03), 0.006, Grain::X, top(Tone::Oiled));
    for x in [-0.42, 0.42] {
        m.cushion(v(0.82, 0.16, 0.56), cloth(colour), move |p| p.pitch(-93.0) + v(x, 0.76, -0.96));
        for strap in [-0.22, 0.22] {
            m.block(v(x + strap, 1.02, -1.03), v(0.026, 0.07, 0.05), 0.003, Grain::Y, Mat::Paint { colour: 0x6B4428 });
        }
    }
    bedding(&mut m, 1.64, 0.22, 2.0);
    m
}

pub fn obelija(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    m.block(v(0.0, 0.49, 0.0), v(0.45, 0.02, 0.38), 0.004, Grain::X, top(tone));
    m.block(v(0.0, 0.425, -0.01), v(0.40, 0.10, 0.33), 0.003, Grain::X, oak(tone));
    drawers(&mut m, &[(0.0, 0.425, 0.396, 0.096)], 0.163, tone);
    m.block(v(0.0, 0.14, 0.0), v(0.40, 0.016, 0.33), 0.003, Grain::X, top(tone));
    for (x, z) in [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)] {
        m.leg(v(x * 0.212, 0.0, z * 0.177), v(x * 0.2, 0.48, z * 0.165), 0.022, 0.034, oak(tone));
    }
    m.block(v(-0.05, 0.165, 0.02), v(0.17, 0.034, 0.23), 0.003, Grain::Z, cloth(0x43564B));
    m.block(v(-0.045, 0.196, 0.018), v(0.15, 0.028, 0.21), 0.003, Grain::Z, cloth(0xC9B690));
    m
}

fn galstas(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    for y in [0.0, 0.15] {
        m.block(v(0.0, y, 0.14), v(0.40, 0.018, 0.28), 0.003, Grain::X, top(tone));
    }
    for x in [-0.191, 0.191] {
        m.block(v(x, 0.075, 0.14), v(0.018, 0.132, 0.278), 0.003, Grain::Y, oak(tone));
    }
    m.block(v(0.0, 0.075, 0.12), v(0.36, 0.13, 0.24), 0.002, Grain::X, oak(tone));
    drawers(&mut m, &[(0.0, 0.075, 0.362, 0.13)], 0.262, tone);
    m.block(v(-0.07, 0.172, 0.13), v(0.14, 0.026, 0.2), 0.003, Grain::Z, cloth(0x7B3F2E));
    vessel(&mut m, v(0.1, 0.159, 0.13), 0.045, 0.10, 0xD9D0C0);
    m
}

fn ancia(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    m.block(v(0.0, 0.225, 0.0), v(1.06, 0.38, 0.42), 0.004, Grain::X, top(tone));
    m.block(v(0.0, 0.448, 0.0), v(1.1, 0.026, 0.45), 0.006, Grain::X, top(tone));
    for x in [-0.517, 0.517] {
        for z in [-0.197, 0.197] {
            m.block(v(x, 0.215, z), v(0.046, 0.43, 0.046), 0.008, Grain::Y, oak(tone));
        }
    }
    for y in [0.07, 0.39] {
        m.block(v(0.0, y, 0.214), v(1.0, 0.05, 0.014), 0.003, Grain::X, oak(tone));
    }
    m.rod(
        &[v(-0.05, 0.40, 0.224), v(-0.045, 0.375, 0.24), v(0.045, 0.375, 0.24), v(0.05, 0.40, 0.224)],
        |_| 0.006,
        14,
        Mat::Paint { colour: 0x6B4428 },
    );
    m
}

fn daugai(tone: Tone) -> Mesh {
    let mut m = Mesh::default();
    m.block(v(0.0, 1.06, -0.01), v(1.2, 1.96, 0.56), 0.004, Grain::Y, top(tone));
    m.block(v(0.0, 2.045, 0.0), v(1.24, 0.026, 0.62), 0.004, Grain::X, top(tone));
    m.block(v(0.0, 0.045, -0.02), v(1.1, 0.09, 0.46), 0.003, Grain::X, oak(tone));
    for side in [-1.0, 1.0] {
        let x = side * 0.2955;
        m.block(v(x, 1.20, 0.282), v(0.44, 1.50, 0.012), 0.002, Grain::Y, top(tone));
        for edge in [-1.0, 1.0] {
            m.block(v(x + edge * 0.26, 1.20, 0.29), v(0.07, 1.64, 0.024), 0.003, Grain::Y, oak(tone));
            m.block(v(x, 1.20 + edge * 0.785, 0.29), v(0.452, 0.07, 0.0235), 0.003, Grain::X, oak(tone));
        }
        m.rod(&[v(side * 0.035, 1.10, 0.306), v(side * 0.035, 1.10, 0.325)], |_| 0.012, 24, STEEL);
    }
    drawers(&mut m, &[(0.0, 0.235, 1.18, 0.24)], 0.288, tone);
    m
}
