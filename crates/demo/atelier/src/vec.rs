//! Three numbers and what is done with them. Metres, y up, z towards the viewer.

use std::ops::{Add, AddAssign, Mul, Neg, Sub};

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct V {
    pub x: f32,
    pub y: f32,
    pub z: f32,
}

pub const fn v(x: f32, y: f32, z: f32) -> V {
    V { x, y, z }
}

impl V {
    pub fn dot(self, o: V) -> f32 {
        self.x * o.x + self.y * o.y + self.z * o.z
    }
    pub fn cross(self, o: V) -> V {
        v(self.y * o.z - self.z * o.y, self.z * o.x - self.x * o.z, self.x * o.y - self.y * o.x)
    }
    pub fn len(self) -> f32 {
        self.dot(self).sqrt()
    }
    pub fn unit(self) -> V {
        let len = self.len();
        if len > 1e-12 { self * (1.0 / len) } else { v(0.0, 1.0, 0.0) }
    }
    /// Component by component.
    pub fn by(self, o: V) -> V {
        v(self.x * o.x, self.y * o.y, self.z * o.z)
    }
    pub fn min(self, o: V) -> V {
        v(self.x.min(o.x), self.y.min(o.y), self.z.min(o.z))
    }
    pub fn max(self, o: V) -> V {
        v(self.x.max(o.x), self.y.max(o.y), self.z.max(o.z))
    }
    pub fn axis(self, i: usize) -> f32 {
        match i {
            0 => self.x,
            1 => self.y,
            _ => self.z,
        }
    }
    pub fn mix(self, o: V, t: f32) -> V {
        self * (1.0 - t) + o * t
    }
    pub fn luma(self) -> f32 {
        0.3 * self.x + 0.59 * self.y + 0.11 * self.z
    }
    /// Turned about the upright axis, counter-clockwise seen from above, in degrees.
    pub fn spin(self, degrees: f32) -> V {
        let (s, c) = degrees.to_radians().sin_cos();
        v(self.x * c + self.z * s, self.y, -self.x * s + self.z * c)
    }
    /// Turned about the x axis, in degrees: y goes towards z.
    pub fn pitch(self, degrees: f32) -> V {
        let (s, c) = degrees.to_radians().sin_cos();
        v(self.x, self.y * c - self.z * s, self.y * s + self.z * c)
    }
    /// Turned about the z axis, in degrees: x goes towards y.
    pub fn roll(self, degrees: f32) -> V {
        let (s, c) = degrees.to_radians().sin_cos();
        v(self.x * c - self.y * s, self.x * s + self.y * c, self.z)
    }
}

impl Add for V {
    type Output = V;
    fn add(self, o: V) -> V {
        v(self.x + o.x, self.y + o.y, self.z + o.z)
    }
}
impl AddAssign for V {
    fn add_assign(&mut self, o: V) {
        *self = *self + o;
    }
}
impl Sub for V {
    type Output = V;
    fn sub(self, o: V) -> V {
        v(self.x - o.x, self.y - o.y, self.z - o.z)
    }
}
impl Mul<f32> for V {
    type Output = V;
    fn mul(self, k: f32) -> V {
        v(self.x * k, self.y * k, self.z * k)
    }
}
impl Neg for V {
    type Output = V;
    fn neg(self) -> V {
        v(-self.x, -self.y, -self.z)
    }
}

pub fn smooth(a: f32, b: f32, x: f32) -> f32 {
    let t = ((x - a) / (b - a)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A colour as designers write it, in linear light.
pub fn hex(rgb: u32) -> V {
    let one = |shift: u32| {
        let c = ((rgb >> shift) & 255) as f32 / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    v(one(16), one(8), one(0))
}

pub fn hash(mut x: u32) -> u32 {
    x ^= x >> 16;
    x = x.wrapping_mul(0x7feb_352d);
    x ^= x >> 15;
    x = x.wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}

/// 0 … 1 from a whole number.
pub fn chance(x: u32) -> f32 {
    (hash(x) >> 8) as f32 / 16_777_216.0
}

/// Smooth value noise, 0 … 1.
pub fn noise(p: V) -> f32 {
    let (xf, yf, zf) = (p.x.floor(), p.y.floor(), p.z.floor());
    let (xi, yi, zi) = (xf as i32 as u32, yf as i32 as u32, zf as i32 as u32);
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (fx, fy, fz) = (ease(p.x - xf), ease(p.y - yf), ease(p.z - zf));
    let at = |dx: u32, dy: u32, dz: u32| {
        let n = xi.wrapping_add(dx).wrapping_mul(0x9e37_79b1)
            ^ yi.wrapping_add(dy).wrapping_mul(0x85eb_ca77)
            ^ zi.wrapping_add(dz).wrapping_mul(0xc2b2_ae3d);
        (hash(n) >> 8) as f32 / 16_777_216.0
    };
    let mix = |a: f32, b: f32, t: f32| a + (b - a) * t;
    let low = mix(mix(at(0, 0, 0), at(1, 0, 0), fx), mix(at(0, 1, 0), at(1, 1, 0), fx), fy);
    let high = mix(mix(at(0, 0, 1), at(1, 0, 1), fx), mix(at(0, 1, 1), at(1, 1, 1), fx), fy);
    mix(low, high, fz)
}
