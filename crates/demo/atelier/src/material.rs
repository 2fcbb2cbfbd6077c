//! What things are made of: oak with its rings and pores, linen with its threads, metal, glaze.

use crate::vec::{V, chance, hash, hex, noise, smooth, v};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tone {
    Oiled,
    White,
    Smoked,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mat {
    /// Oak; `stave` is the width of the glued boards in metres, 0 for one piece.
    Oak {
        tone: Tone,
        stave: f32,
    },
    /// Woven cloth; `thread` is the distance of threads in metres.
    Cloth {
        colour: u32,
        thread: f32,
    },
    /// Cloth with a second colour in bands or checks of this width.
    Check {
        colour: u32,
        second: u32,
        width: f32,
    },
    Metal {
        colour: u32,
        rough: f32,
    },
    Paint {
        colour: u32,
    },
    Glaze {
        colour: u32,
        gloss: f32,
    },
    /// Milk glass, paper or a linen shade; `glow` above 0 when lit.
    Shade {
        colour: u32,
        glow: f32,
    },
    Mirror,
    /// Clear glass: seen, but it throws no shadow.
    Glass,
}

pub const BRASS: Mat = Mat::Metal { colour: 0xCBA868, rough: 0.25 };
pub const BLACK: Mat = Mat::Metal { colour: 0x2A2927, rough: 0.55 };
pub const CHALK: Mat = Mat::Paint { colour: 0xE6E0D4 };
pub const STEEL: Mat = Mat::Metal { colour: 0xA8A6A2, rough: 0.3 };

pub fn oak(tone: Tone) -> Mat {
    Mat::Oak { tone, stave: 0.0 }
}

pub fn top(tone: Tone) -> Mat {
    Mat::Oak { tone, stave: 0.13 }
}

pub fn cloth(colour: u32) -> Mat {
    Mat::Cloth { colour, thread: 0.0022 }
}

pub struct Look {
    pub albedo: V,
    pub emission: V,
    /// Reflection straight on: 0.04 for wood and glaze, the colour itself for metal.
    pub shine: V,
    pub rough: f32,
}

impl Mat {
    pub fn glow(&self) -> V {
        match *self {
            Mat::Shade { glow, .. } => hex(0xFFE3B0) * glow,
            _ => V::default(),
        }
    }

    /// The look at `rest`, a place in the raw material; `part` makes every board its own. What is
    /// finer than `pixel` (metres) is left out: it would only flicker.
    pub fn look(&self, rest: V, part: u32, pixel: f32) -> Look {
        let plain =
            |albedo: V, shine: f32, rough: f32| Look { albedo, emission: V::default(), shine: v(shine, shine, shine), rough };
        match *self {
            Mat::Oak { tone, stave } => plain(grain(rest, part, (tone, stave), pixel), 0.022, 0.55),
            Mat::Cloth { colour, thread } => plain(hex(colour) * weave(rest, thread, pixel), 0.0, 1.0),
            Mat::Check { colour, second, width } => {
                plain(checked(rest, colour, second, width) * weave(rest, 0.002, pixel), 0.0, 1.0)
            }
            Mat::Metal { colour, rough } => {
                let brushed = 0.94 + 0.12 * noise(v(rest.x * 8.0, rest.y * 900.0, rest.z * 900.0));
                Look { albedo: V::default(), emission: V::default(), shine: hex(colour) * brushed, rough }
            }
            Mat::Paint { colour } => plain(hex(colour), 0.03, 0.5),
            Mat::Glaze { colour, gloss } => plain(hex(colour) * speckle(rest), 0.045 * gloss, 0.3),
            Mat::Shade { colour, glow } => {
                let warm = hex(0xFFE3B0);
                Look {
                    albedo: hex(colour) * (0.94 + 0.06 * weave(rest, 0.003, pixel)),
                    emission: warm * glow,
                    shine: v(0.02, 0.02, 0.02),
                    rough: 0.4,
                }
            }
            Mat::Mirror => Look { albedo: V::default(), emission: V::default(), shine: v(0.9, 0.9, 0.9), rough: 0.0 },
            Mat::Glass => plain(V::default(), 0.05, 0.0),
        }
    }

    /// One colour for light that bounces off.
    pub fn mean(&self) -> V {
        match *self {
            Mat::Oak { tone, .. } => palette(tone).0 * 0.8,
            Mat::Cloth { colour, .. }
            | Mat::Check { colour, .. }
            | Mat::Paint { colour }
            | Mat::Glaze { colour, .. }
            | Mat::Shade { colour, .. } => hex(colour),
            Mat::Metal { colour, .. } => hex(colour) * 0.7,
            Mat::Mirror | Mat::Glass => hex(0xD8D4CC),
        }
    }
}

fn palette(tone: Tone) -> (V, V, f32) {
    match tone {
        Tone::Oiled => (hex(0xD3AC79), hex(0xA87744), 1.0),
        Tone::White => (hex(0xE2D1B4), hex(0xC4AB84), 0.7),
        Tone::Smoked => (hex(0x80604A), hex(0x55392A), 1.0),
    }
}

/// Flat-sawn oak: rings around a pith that lies somewhere under the board, bent by slow noise
/// into arches; pores as fine dark strokes along the grain in the early wood; each stave differs.
fn grain(rest: V, part: u32, (tone, stave): (Tone, f32), pixel: f32) -> V {
    let fades = |wave: f32| (1.25 - pixel / wave).clamp(0.0, 1.0);
    let (light, dark, contrast) = palette(tone);
    let mut seed = hash(part.wrapping_mul(0x9e37) ^ 0x51ed);
    let (mut z, mut seam) = (rest.z, 1.0);
    if stave > 0.0 {
        let index = (z / stave + 0.5).floor();
        z -= index * stave;
        seam = stave * 0.5 - z.abs();
        seed = hash(seed ^ (index as i32 as u32).wrapping_mul(0x2545));
    }
    let r = |i: u32| chance(seed.wrapping_add(i * 7919));
    let x = rest.x + r(0) * 9.0;
    let y = rest.y;
    let slow = noise(v(x * 0.9, z * 5.0, r(1) * 50.0)) - 0.5;
    let slower = noise(v(x * 0.35, z * 2.0, r(2) * 50.0)) - 0.5;
    let fine = noise(v(x * 4.0, z * 40.0, y * 40.0 + r(3) * 50.0)) - 0.5;
    let depth = 0.012 + 0.07 * r(4) + (r(5) - 0.5) * 0.05 * (x * 0.7).sin();
    let off = (r(6) - 0.5) * 0.11;
    let radius = ((z - off).powi(2) + (y + depth).powi(2)).sqrt() + slow * 0.016 + slower * 0.03 + fine * 0.0009;
    let ring = radius * 165.0;
    let year = ring.fract();
    let wide = 0.65 + 0.7 * chance(hash(ring.floor() as i32 as u32 ^ seed));
    let sharp = fades(0.0058);
    // Where rings are finer than a pixel their mean remains, and the broad bands of a board.
    let late = smooth(0.25, 0.92, year) * (1.0 - smooth(0.93, 1.0, year)) * wide * sharp + 0.36 * (1.0 - sharp);
    let band = noise(v(x * 0.8, z * 26.0, r(8) * 50.0)) + 0.6 * noise(v(x * 2.2, z * 75.0, r(9) * 50.0)) * fades(0.018) - 0.8;
    let fibre = (noise(v(x * 7.0, z * 420.0, y * 420.0)) - 0.5) * fades(0.0030);
    let stroke = smooth(0.66, 0.84, noise(v(x * 22.0, z * 800.0, y * 800.0))) * (1.0 - 0.6 * late) * fades(0.0016);
    let fleck = smooth(0.80, 0.95, noise(v(x * 30.0, z * 130.0, y * 130.0))) * fades(0.008);
    let mut colour =
        light.mix(dark, (0.14 + 0.52 * late * contrast + 0.25 * slow + band * (0.10 + 0.16 * (1.0 - sharp))).clamp(0.0, 1.0));
    colour = colour * (1.0 + 0.13 * fibre - 0.24 * stroke * contrast + 0.05 * fleck);
    let turn = (r(7) - 0.5) * 0.17;
    colour = colour.by(v(1.0 + turn, 1.0 + turn * 1.08, 1.0 + turn * 1.25));
    colour * (1.0 - 0.38 * (1.0 - smooth(0.0, 0.0011, seam)))
}

fn weave(rest: V, thread: f32, pixel: f32) -> f32 {
    let near = (1.3 - pixel / (thread * 0.9)).clamp(0.0, 1.0);
    let (a, b) = (rest.x / thread, rest.z / thread);
    let slub = noise(v(a * 0.09, b * 1.0, 3.0)) + noise(v(a * 1.0, b * 0.09, 7.0)) - 1.0;
    let over = if (a.floor() as i32 + b.floor() as i32) & 1 == 0 { a.rem_euclid(1.0) } else { b.rem_euclid(1.0) };
    let thread_shape = 0.80 + 0.26 * (over * std::f32::consts::PI).sin();
    (0.96 + (thread_shape - 0.96) * near) * (1.0 + 0.16 * slub * (0.35 + 0.65 * near))
}

fn checked(rest: V, colour: u32, second: u32, width: f32) -> V {
    let band = |x: f32| (x / width).rem_euclid(1.0) < 0.24;
    let share = f32::from(u8::from(band(rest.x))) * 0.5 + f32::from(u8::from(band(rest.z))) * 0.5;
    hex(colour).mix(hex(second), share)
}

fn speckle(rest: V) -> f32 {
    let spots = smooth(0.80, 0.86, noise(rest * 260.0)) * smooth(0.4, 0.7, noise(rest * 40.0));
    (1.0 - 0.45 * spots) * (0.96 + 0.08 * noise(rest * 18.0))
}
