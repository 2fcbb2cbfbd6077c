//! From a shot to a picture: first what every pixel sees, then the light on it (few rays, then
//! smoothed within each surface, so that grain and weave stay sharp), last the edges, finely.

use crate::camera::Camera;
use crate::light::{Met, Place, Studio};
use crate::material::{Look, Mat};
use crate::shot::{Mood, Shot};
use crate::vec::{V, chance, hex, smooth, v};

const RAYS: u32 = 6;
const EDGE: u32 = 9;

pub struct Picture {
    pub size: (usize, usize),
    pub rgb: Vec<u8>,
}

/// Every second pixel of every second row: light changes slowly, what it falls on does not.
struct Grid {
    places: Vec<Place>,
    light: Vec<V>,
    wide: usize,
}

impl Grid {
    /// The light on the same surface nearby, or none when the grid has missed it.
    fn at(&self, place: &Place, x: f32, y: f32) -> Option<V> {
        let (gx, gy) = (((x - 0.5) * 0.5).max(0.0), ((y - 0.5) * 0.5).max(0.0));
        let (left, top) = (gx.floor() as usize, gy.floor() as usize);
        let tall = self.places.len() / self.wide;
        let mut sum = V::default();
        let mut weight = 0.0;
        for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let (ox, oy) = ((left + dx).min(self.wide - 1), (top + dy).min(tall - 1));
            let other = &self.places[oy * self.wide + ox];
            if other.met != place.met || other.n.dot(place.n) < 0.93 {
                continue;
            }
            let k = (1.0 - (gx - ox as f32).abs()).max(0.02) * (1.0 - (gy - oy as f32).abs()).max(0.02);
            sum += self.light[oy * self.wide + ox] * k;
            weight += k;
        }
        (weight > 0.0).then(|| sum * (1.0 / weight))
    }
}

struct Darkroom {
    studio: Studio,
    camera: Camera,
    size: (usize, usize),
    open: (f32, f32),
    evening: bool,
    /// How wide a pixel is at distance 1.
    pixel: f32,
}

pub fn develop(mut shot: Shot) -> Picture {
    let camera = Camera::frame(&shot);
    let size = shot.size;
    let evening = shot.mood == Mood::Evening;
    let studio = Studio::new(&mut shot);
    let day = if evening { 1.22 / 0.24 } else { 1.0 };
    let open = (studio.open(v(0.0, 1.0, 0.0)) * day, studio.open(v(0.0, 0.0, 1.0)) * day);
    let pixel = (shot.lens * 0.5).to_radians().tan() * 2.0 / size.1 as f32;
    let room = Darkroom { studio, camera, size, open, evening, pixel };
    let seen = room.look();
    let edges = room.edges(&seen);
    let coarse = room.coarse(&seen);
    let mut light = room.light(&coarse);
    for step in [1, 2, 4, 8] {
        light = room.smooth(&coarse, &light, step);
    }
    let mut linear = room.shade(&seen, &edges, &Grid { places: coarse, light, wide: size.0.div_ceil(2) });
    if evening {
        bloom(&mut linear, size);
    }
    Picture { size, rgb: linear.iter().flat_map(|c| print(*c)).collect() }
}

impl Darkroom {
    fn look(&self) -> Vec<Place> {
        let (w, h) = self.size;
        (0..w * h)
            .map(|i| {
                let (x, y) = ((i % w) as f32 + 0.5, (i / w) as f32 + 0.5);
                self.studio.place(self.camera.eye, self.camera.ray(x, y))
            })
            .collect()
    }

    fn edges(&self, seen: &[Place]) -> Vec<bool> {
        let (w, h) = self.size;
        let mut out = vec![false; seen.len()];
        for y in 1..h - 1 {
            for x in 1..w - 1 {
                let i = y * w + x;
                out[i] = [i - 1, i + 1, i - w, i + w].iter().any(|&o| differs(&seen[i], &seen[o]));
            }
        }
        out
    }

    fn coarse(&self, seen: &[Place]) -> Vec<Place> {
        let (w, h) = self.size;
        (0..h).step_by(2).flat_map(|y| (0..w).step_by(2).map(move |x| seen[y * w + x])).collect()
    }

    fn light(&self, places: &[Place]) -> Vec<V> {
        let one = |(i, place): (usize, &Place)| match place.met {
            Met::Nothing => V::default(),
            _ => self.studio.arriving(place.p, place.n, i as u32, RAYS),
        };
        places.iter().enumerate().map(one).collect()
    }

    /// One pass of an à-trous filter that never crosses from one surface to another.
    fn smooth(&self, seen: &[Place], light: &[V], step: usize) -> Vec<V> {
        let w = self.size.0.div_ceil(2);
        let h = seen.len() / w;
        let mut out = light.to_vec();
        let kernel = [0.375_f32, 0.25, 0.0625];
        for i in 0..seen.len() {
            let (x, y, here) = (i % w, i / w, &seen[i]);
            if here.met == Met::Nothing {
                continue;
            }
            let (mut sum, mut weight) = (light[i] * (0.375 * 0.375), 0.375 * 0.375);
            for (dx, dy) in (-2_i32..=2).flat_map(|dy| (-2_i32..=2).map(move |dx| (dx, dy))) {
                let (ox, oy) = (x as i32 + dx * step as i32, y as i32 + dy * step as i32);
                if (dx == 0 && dy == 0) || ox < 0 || oy < 0 || ox >= w as i32 || oy >= h as i32 {
                    continue;
                }
                let o = oy as usize * w + ox as usize;
                let there = &seen[o];
                if there.met != here.met {
                    continue;
                }
                let bend = there.n.dot(here.n);
                if bend < 0.9 {
                    continue;
                }
                let gap = (light[o] - light[i]).luma().abs();
                let like = 1.0 / (1.0 + (gap * 3.0 * step as f32).powi(2));
                let k = kernel[dx.unsigned_abs() as usize] * kernel[dy.unsigned_abs() as usize] * like * smooth(0.9, 0.99, bend);
                sum += light[o] * k;
                weight += k;
            }
            out[i] = sum * (1.0 / weight);
        }
        out
    }

    fn falls(&self, place: &Place, grid: &Grid, x: f32, y: f32) -> V {
        grid.at(place, x, y).unwrap_or_else(|| match place.met {
            Met::Nothing => V::default(),
            _ => self.studio.arriving(place.p, place.n, (x * 977.0 + y * 31.0) as u32, 6),
        })
    }

    fn shade(&self, seen: &[Place], edges: &[bool], grid: &Grid) -> Vec<V> {
        let w = self.size.0;
        (0..seen.len())
            .map(|i| {
                let (x, y) = ((i % w) as f32, (i / w) as f32);
                if edges[i] {
                    return self.edge(i, grid);
                }
                let ray = self.camera.ray(x + 0.5, y + 0.5);
                let light = self.falls(&seen[i], grid, x + 0.5, y + 0.5);
                let mut sum = self.colour(&seen[i], ray, light, i);
                if let Met::Thing(_) = seen[i].met {
                    // The grain half a pixel away: the neighbour tells which way it runs.
                    let next = &seen[if i + 1 < seen.len() { i + 1 } else { i }];
                    if next.met == seen[i].met && (next.rest - seen[i].rest).len() < 0.05 {
                        let mut between = seen[i];
                        between.rest = seen[i].rest.mix(next.rest, 0.45);
                        sum = (sum + self.colour(&between, ray, light, i)) * 0.5;
                    }
                }
                self.behind_glass(sum, ray, seen[i].t)
            })
            .collect()
    }

    /// Nine rays, each with the smoothed light of a neighbour on the same surface.
    fn edge(&self, i: usize, grid: &Grid) -> V {
        let (x, y) = ((i % self.size.0) as f32, (i / self.size.0) as f32);
        let mut sum = V::default();
        for s in 0..EDGE {
            let (a, b) = (x + (s % 3) as f32 / 3.0 + 0.167, y + (s / 3) as f32 / 3.0 + 0.167);
            let ray = self.camera.ray(a, b);
            let place = self.studio.place(self.camera.eye, ray);
            let light = self.falls(&place, grid, a, b);
            let colour = self.colour(&place, ray, light, i ^ (s as usize * 7919));
            sum += squash(self.behind_glass(colour, ray, place.t));
        }
        sum * (1.0 / EDGE as f32)
    }

    fn colour(&self, place: &Place, ray: V, light: V, pixel: usize) -> V {
        let part = match place.met {
            Met::Nothing => return self.studio.paper.by(if self.evening { v(0.195, 0.16, 0.122) } else { v(1.0, 1.0, 1.0) }),
            Met::Floor => return self.studio.floor.by(light * (1.0 / self.open.0)),
            Met::Wall => return self.studio.paper.by(light * (1.0 / self.open.1)),
            Met::Thing(part) => part,
        };
        let mat = self.studio.mats[part as usize];
        let Look { albedo, emission, shine, rough } =
            mat.look(place.rest, part, place.t * self.pixel / ray.dot(place.n).abs().max(0.12));
        let body = albedo.by(light * (1.0 / self.open.0 * 1.06));
        let graze = (1.0 + ray.dot(place.n)).clamp(0.0, 1.0);
        let edge_on = graze.powi(5) * (1.0 - rough * 0.75);
        let facing = emission * (0.72 + 0.28 * (1.0 - graze));
        if shine.luma() < 1e-4 {
            return body + facing;
        }
        let fresnel = shine + (v(1.0, 1.0, 1.0) - shine) * edge_on;
        body + facing + fresnel.by(self.reflection(place, ray, rough, mat, pixel, light))
    }

    fn reflection(&self, place: &Place, ray: V, rough: f32, mat: Mat, pixel: usize, light: V) -> V {
        let away = ray - place.n * (2.0 * ray.dot(place.n));
        let shadowed = (light.luma() / self.open.0).clamp(0.12, 1.0);
        if matches!(mat, Mat::Mirror) {
            // The other side of the room: pale, a little lighter above.
            return hex(0xDFDAD0) * (0.80 + 0.5 * away.y.clamp(-0.2, 0.4));
        }
        if !matches!(mat, Mat::Metal { .. }) {
            return self.studio.mirrored(away, rough) * shadowed.powf(0.7);
        }
        let mut sum = V::default();
        let count = if rough > 0.0 { 5 } else { 1 };
        for s in 0..count {
            let seed = (pixel as u32).wrapping_mul(31).wrapping_add(s);
            let off = v(chance(seed) - 0.5, chance(seed ^ 77) - 0.5, chance(seed ^ 991) - 0.5) * (rough * 0.9);
            let dir = (away + off).unit();
            let from = place.p + place.n * 1e-3;
            sum += match self.studio.things.nearest(from, dir, 1e6) {
                Some(hit) => {
                    let tri = &self.studio.things.tris[hit.tri as usize];
                    self.studio.mats[tri.part as usize].mean() * (0.85 * shadowed.max(0.45))
                }
                None => self.studio.mirrored(dir, rough * 0.5),
            };
        }
        sum * (1.0 / count as f32)
    }

    fn behind_glass(&self, mut colour: V, ray: V, far: f32) -> V {
        let mut from = 0.0;
        for _ in 0..4 {
            let Some(hit) = self.studio.glass.nearest(self.camera.eye + ray * from, ray, far - from) else { break };
            let tri = &self.studio.glass.tris[hit.tri as usize];
            let n = if tri.n[0].dot(ray) > 0.0 { -tri.n[0] } else { tri.n[0] };
            let away = ray - n * (2.0 * ray.dot(n));
            let fresnel = 0.06 + 0.94 * (1.0 + ray.dot(n)).clamp(0.0, 1.0).powi(5);
            colour = colour.by(v(0.93, 0.95, 0.94)) * (1.0 - fresnel) + self.studio.mirrored(away, 0.1) * fresnel;
            from += hit.t + 1e-4;
        }
        colour
    }
}

fn differs(a: &Place, b: &Place) -> bool {
    a.met != b.met || a.n.dot(b.n) < 0.8 || (matches!(a.met, Met::Thing(_)) && (a.t - b.t).abs() > 0.012 * a.t)
}

/// Light that spills around bright glass.
fn bloom(linear: &mut [V], size: (usize, usize)) {
    let (w, h) = size;
    let mut bright: Vec<V> =
        linear.iter().map(|c| (*c + v(-0.85, -0.85, -0.85)).max(V::default()).min(v(1.5, 1.5, 1.5))).collect();
    for radius in [9_usize, 28, 60] {
        bright = blur(&blur(&bright, w, h, radius, true), w, h, radius, false);
        for (c, b) in linear.iter_mut().zip(&bright) {
            *c += b.by(hex(0xFFDDAA)) * 0.22;
        }
    }
}

fn blur(from: &[V], w: usize, h: usize, radius: usize, across: bool) -> Vec<V> {
    let mut out = vec![V::default(); from.len()];
    let (lines, len) = if across { (h, w) } else { (w, h) };
    let at = |line: usize, i: usize| if across { line * w + i } else { i * w + line };
    for line in 0..lines {
        let mut sum = V::default();
        for i in 0..len + radius {
            if i < len {
                sum += from[at(line, i)];
            }
            if i > 2 * radius {
                sum = sum - from[at(line, i - 2 * radius - 1)];
            }
            if i >= radius {
                out[at(line, i - radius)] = sum * (1.0 / (2 * radius + 1) as f32);
            }
        }
    }
    out
}

/// Bright parts bend softly into white; paper and everything below stay as they are.
fn squash(c: V) -> V {
    let one = |x: f32| if x < 0.88 { x } else { 0.88 + 0.12 * (1.0 - (-(x - 0.88) / 0.22).exp()) };
    v(one(c.x), one(c.y), one(c.z))
}

fn print(c: V) -> [u8; 3] {
    let c = squash(c);
    let one = |x: f32| {
        let x = x.clamp(0.0, 1.0);
        let s = if x <= 0.003_130_8 { 12.92 * x } else { 1.055 * x.powf(1.0 / 2.4) - 0.055 };
        (s * 255.0 + 0.5) as u8
    };
    [one(c.x), one(c.y), one(c.z)]
}
