//! The studio: one large soft window from the upper left, a pale room all around, and the lamps
//! that are on. Light is counted so that an open floor by day receives exactly 1.

use crate::bvh::{Bvh, Hit};
use crate::shot::{Ground, Light, Mood, Shot};
use crate::vec::{V, chance, hash, hex, v};

/// What a ray meets.
#[derive(Clone, Copy, PartialEq)]
pub enum Met {
    Nothing,
    Floor,
    Wall,
    Thing(u32),
}

#[derive(Clone, Copy)]
pub struct Place {
    pub met: Met,
    pub t: f32,
    pub p: V,
    pub n: V,
    pub rest: V,
}

pub struct Studio {
    pub things: Bvh,
    pub glass: Bvh,
    pub mats: Vec<crate::material::Mat>,
    pub ground: Ground,
    pub lights: Vec<Light>,
    key: f32,
    sky: f32,
    window: V,
    side: (V, V),
    pub paper: V,
    pub floor: V,
    step: f32,
}

const SOFT: f32 = 0.34;

impl Studio {
    pub fn new(shot: &mut Shot) -> Studio {
        let (low, high) = shot.mesh.bounds();
        let mesh = std::mem::take(&mut shot.mesh);
        let glass = std::mem::take(&mut shot.glass);
        // Seen from the camera the window is always at the upper left.
        let window = v(-0.62, 1.0, 0.72).unit().spin(if shot.ground == Ground::Floor { shot.turn } else { 0.0 });
        let a = window.cross(v(0.0, 1.0, 0.0)).unit();
        let (key, sky) = if shot.mood == Mood::Day { (0.66, 0.56) } else { (0.07, 0.14) };
        Studio {
            things: Bvh::new(mesh.tris),
            glass: Bvh::new(glass.tris),
            mats: mesh.mats,
            ground: shot.ground,
            lights: shot.lights.clone(),
            key,
            sky,
            window,
            side: (a, window.cross(a)),
            paper: hex(0xF1ECE3),
            floor: if matches!(shot.ground, Ground::Room(_)) { hex(0xDCD1BE) } else { hex(0xF1ECE3) },
            step: (high - low).len() * 1e-4,
        }
    }

    pub fn place(&self, from: V, dir: V) -> Place {
        let mut best = Place { met: Met::Nothing, t: 1e9, p: from + dir * 1e3, n: -dir, rest: V::default() };
        let mut plane = |t: f32, met: Met, n: V| {
            if t > 1e-4 && t < best.t {
                best = Place { met, t, p: from + dir * t, n, rest: V::default() };
            }
        };
        match self.ground {
            Ground::Floor => plane(-from.y / dir.y, Met::Floor, v(0.0, 1.0, 0.0)),
            Ground::Wall => plane(-from.z / dir.z, Met::Wall, v(0.0, 0.0, 1.0)),
            Ground::Behind(depth) => plane((depth - from.z) / dir.z, Met::Wall, v(0.0, 0.0, 1.0)),
            Ground::Room(depth) => {
                plane(-from.y / dir.y, Met::Floor, v(0.0, 1.0, 0.0));
                plane((depth - from.z) / dir.z, Met::Wall, v(0.0, 0.0, 1.0));
            }
        }
        match self.things.nearest(from, dir, best.t) {
            Some(hit) => self.thing(from, dir, hit),
            None => best,
        }
    }

    fn thing(&self, from: V, dir: V, hit: Hit) -> Place {
        let tri = &self.things.tris[hit.tri as usize];
        let k = 1.0 - hit.u - hit.w;
        let mut n = (tri.n[0] * k + tri.n[1] * hit.u + tri.n[2] * hit.w).unit();
        if n.dot(dir) > 0.0 {
            n = -n;
        }
        let rest = tri.rest[0] * k + tri.rest[1] * hit.u + tri.rest[2] * hit.w;
        Place { met: Met::Thing(tri.part), t: hit.t, p: from + dir * hit.t, n, rest }
    }

    /// Light that arrives at a place: `count` rays to the window and as many into the room.
    pub fn arriving(&self, p: V, n: V, pixel: u32, count: u32) -> V {
        let from = p + n * self.step;
        let turn = (chance(hash(pixel) ^ 0x68e3), chance(hash(pixel) ^ 0x1f35));
        let mut sum = V::default();
        for i in 0..count {
            let a = (turn.0 + i as f32 * 0.754_877_7).fract();
            let b = (turn.1 + i as f32 * 0.569_840_3).fract();
            let dir = (self.window + self.side.0 * ((a - 0.5) * 2.0 * SOFT) + self.side.1 * ((b - 0.5) * 2.0 * SOFT)).unit();
            let falls = n.dot(dir);
            if falls > 0.0 && !self.things.blocked(from, dir, 1e6) {
                sum += v(1.0, 0.985, 0.96) * (self.key * falls);
            }
            let around = cosine(n, (a + 0.37).fract(), (b + 0.71).fract());
            sum += self.room(from, around);
        }
        let mut out = sum * (1.0 / count as f32);
        for (index, light) in self.lights.iter().enumerate() {
            out += self.lamp(light, from, n, pixel.wrapping_add(index as u32 * 977));
        }
        out
    }

    /// Light out of the room, or from what stands in the way (one bounce, shaded roughly).
    fn room(&self, from: V, dir: V) -> V {
        if let Some(hit) = self.things.nearest(from, dir, 1e6) {
            let tri = &self.things.tris[hit.tri as usize];
            let mat = self.mats[tri.part as usize];
            let glow = mat.glow();
            return mat.mean() * (0.42 * (self.sky + self.key * 0.5)) + glow * 0.5;
        }
        self.sky_at(dir)
    }

    pub fn sky_at(&self, dir: V) -> V {
        let warm = if self.key < 0.2 { v(1.02, 0.86, 0.66) } else { hex(0xF3EBDD) };
        if dir.y < 0.0 {
            return warm * (self.sky * 0.72);
        }
        let cool = if self.key < 0.2 { v(1.0, 0.88, 0.72) } else { v(0.97, 0.985, 1.0) };
        let behind = 0.86 + 0.14 * dir.dot(self.window).max(0.0);
        warm.mix(cool, dir.y) * (self.sky * behind)
    }

    fn lamp(&self, light: &Light, from: V, n: V, pixel: u32) -> V {
        let spread = v(chance(pixel ^ 11) - 0.5, chance(pixel ^ 23) - 0.5, chance(pixel ^ 37) - 0.5) * (light.skip * 0.5);
        let to = light.at + spread - from;
        let far = to.len();
        let dir = to * (1.0 / far);
        let down = smooth_cone(dir.y, light.round);
        let falls = n.dot(dir).max(0.0) * down;
        if falls <= 0.0 || self.things.blocked(from, dir, (far - light.skip * 1.7).max(1e-4)) {
            return V::default();
        }
        hex(0xFFD9A0) * (light.power * falls / (far * far + 0.01))
    }

    /// What a polished surface sees: the window as a bright field, a light ceiling, a darker side.
    pub fn mirrored(&self, dir: V, rough: f32) -> V {
        let d = dir.dot(self.window).max(0.0);
        let sharp = 0.90 - 0.35 * rough;
        let field = crate::vec::smooth(sharp, sharp + 0.05 + 0.4 * rough, d);
        let level = if dir.y < 0.0 { 0.62 + 0.2 * dir.y } else { 0.40 + 0.55 * dir.y.powf(0.8) };
        let scale = (self.sky + self.key * 0.4) * 1.15;
        hex(0xF4EEE4) * (level * scale) + v(1.0, 0.99, 0.97) * (field * (2.6 - 1.6 * rough) * self.key * 1.5)
    }

    /// What an open floor or wall receives: the measure for paper.
    pub fn open(&self, n: V) -> f32 {
        let mut sum = 0.0;
        for i in 0..256 {
            let (a, b) = ((i as f32 * 0.754_877_7).fract(), (i as f32 * 0.569_840_3).fract());
            let dir = (self.window + self.side.0 * ((a - 0.5) * 2.0 * SOFT) + self.side.1 * ((b - 0.5) * 2.0 * SOFT)).unit();
            sum += self.key * n.dot(dir).max(0.0) + self.sky_at(cosine(n, a, b)).luma();
        }
        sum / 256.0
    }
}

/// A closed shade lets its light out below; `round` opens it.
fn smooth_cone(y: f32, round: f32) -> f32 {
    round + (1.0 - round) * crate::vec::smooth(0.25, 0.85, y)
}

/// A direction around `n`, more often straight up (as light is weighed).
pub fn cosine(n: V, a: f32, b: f32) -> V {
    let r = a.sqrt();
    let (s, c) = (b * std::f32::consts::TAU).sin_cos();
    let side = if n.x.abs() > 0.8 { v(0.0, 1.0, 0.0) } else { v(1.0, 0.0, 0.0) };
    let t = n.cross(side).unit();
    let w = n.cross(t);
    (t * (r * c) + w * (r * s) + n * (1.0 - a).max(0.0).sqrt()).unit()
}
