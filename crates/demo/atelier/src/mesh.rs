//! Shapes as a joiner, a turner, a weaver would make them. Every point remembers where it lay in
//! the raw material (`rest`), so that grain and weave follow bends and turns.

use crate::material::Mat;
use crate::vec::{V, v};

#[derive(Clone)]
pub struct Tri {
    pub p: [V; 3],
    pub n: [V; 3],
    pub rest: [V; 3],
    pub part: u32,
}

impl Tri {
    pub fn middle(&self) -> V {
        (self.p[0] + self.p[1] + self.p[2]) * (1.0 / 3.0)
    }
}

#[derive(Clone, Copy)]
pub struct Point {
    p: V,
    n: V,
    rest: V,
}

/// What is built: triangles by parts; each part has one material and its own piece of wood.
#[derive(Clone, Default)]
pub struct Mesh {
    pub tris: Vec<Tri>,
    pub mats: Vec<Mat>,
}

/// Along which side of a box the grain (or warp) runs.
#[derive(Clone, Copy, PartialEq)]
pub enum Grain {
    X,
    Y,
    Z,
}

impl Grain {
    /// Into the frame of the raw board: x along the grain, y its thickness, z across.
    fn rest(self, p: V, half: V) -> V {
        match self {
            Grain::X if half.z < half.y => v(p.x, p.z, p.y),
            Grain::X => p,
            Grain::Y if half.x < half.z => v(p.y, p.x, p.z),
            Grain::Y => v(p.y, p.z, p.x),
            Grain::Z if half.x < half.y => v(p.z, p.x, p.y),
            Grain::Z => v(p.z, p.y, p.x),
        }
    }
}

impl Mesh {
    fn part(&mut self, mat: Mat) -> u32 {
        self.mats.push(mat);
        self.mats.len() as u32 - 1
    }

    fn tri(&mut self, part: u32, a: Point, b: Point, c: Point) {
        if (b.p - a.p).cross(c.p - a.p).len() < 1e-12 {
            return;
        }
        self.tris.push(Tri { p: [a.p, b.p, c.p], n: [a.n, b.n, c.n], rest: [a.rest, b.rest, c.rest], part });
    }

    fn quad(&mut self, part: u32, q: [Point; 4]) {
        self.tri(part, q[0], q[1], q[2]);
        self.tri(part, q[0], q[2], q[3]);
    }

    /// A grid of points, joined.
    fn grid(&mut self, part: u32, across: usize, points: &[Point]) {
        for row in 0..points.len() / across - 1 {
            for col in 0..across - 1 {
                let i = row * across + col;
                self.quad(part, [points[i], points[i + 1], points[i + across + 1], points[i + across]]);
            }
        }
    }

    /// A box with rounded edges, its middle at `at`.
    pub fn block(&mut self, at: V, size: V, round: f32, grain: Grain, mat: Mat) {
        self.bent(size, round, grain, (1, 1, 1), mat, move |p| p + at);
    }

    /// A rounded box around the origin, put through `shape`; `cuts` = pieces along x, y and z.
    pub fn bent(&mut self, size: V, round: f32, grain: Grain, cuts: (usize, usize, usize), mat: Mat, shape: impl Fn(V) -> V) {
        let half = size * 0.5;
        let round = round.min(half.x * 0.999).min(half.y * 0.999).min(half.z * 0.999);
        let inner = half - v(round, round, round);
        let part = self.part(mat);
        let steps = |h: f32, cuts: usize| {
            let edge = round * 0.45;
            let mut at = vec![-h, -h + edge, -h + round];
            at.extend((1..cuts).map(|i| (-h + round) + (2.0 * (h - round)) * i as f32 / cuts as f32));
            at.extend([h - round, h - edge, h]);
            at
        };
        let (xs, ys, zs) = (steps(half.x, cuts.0), steps(half.y, cuts.1), steps(half.z, cuts.2));
        let point = |p: V| {
            let core = p.max(-inner).min(inner);
            let n = (p - core).unit();
            let rest = core + n * round;
            warp(rest, n, grain.rest(rest, half), &shape)
        };
        for side in [-1.0, 1.0] {
            let faces: [(&[f32], &[f32], Box<dyn Fn(f32, f32) -> V>); 3] = [
                (&ys, &zs, Box::new(move |a, b| v(side * half.x, a, b))),
                (&xs, &zs, Box::new(move |a, b| v(a, side * half.y, b))),
                (&xs, &ys, Box::new(move |a, b| v(a, b, side * half.z))),
            ];
            for (us, ws, place) in faces {
                let points: Vec<Point> =
                    us.iter().flat_map(|u| ws.iter().map(|w| point(place(*u, *w))).collect::<Vec<_>>()).collect();
                self.grid(part, ws.len(), &points);
            }
        }
    }

    /// A leg from `foot` to `head`: a rounded square that grows from `thin` to `thick`.
    pub fn leg(&mut self, foot: V, head: V, thin: f32, thick: f32, mat: Mat) {
        let len = (head - foot).len();
        let round = thin * 0.22;
        self.bent(v(thick, len, thick), round, Grain::Y, (1, 2, 1), mat, move |p| {
            let t = (p.y / len + 0.5).clamp(0.0, 1.0);
            let k = (thin + (thick - thin) * t) / thick;
            foot.mix(head, p.y / len + 0.5) + v(p.x * k, 0.0, p.z * k)
        });
    }

    /// A turned shape about the upright axis through `at`: (radius, height) from below.
    pub fn lathe(&mut self, at: V, profile: &[(f32, f32)], around: usize, mat: Mat) {
        self.turned(profile, around, mat, move |p| p + at);
    }

    pub fn turned(&mut self, profile: &[(f32, f32)], around: usize, mat: Mat, shape: impl Fn(V) -> V) {
        let part = self.part(mat);
        let slope = |i: usize| {
            let (a, b) = (profile[i], profile[i + 1]);
            v(b.1 - a.1, a.0 - b.0, 0.0).unit()
        };
        for i in 0..profile.len() - 1 {
            let own = slope(i);
            let blend = |other: Option<V>| match other {
                Some(n) if n.dot(own) > 0.72 => (n + own).unit(),
                _ => own,
            };
            let low = blend(i.checked_sub(1).map(slope));
            let high = blend((i + 2 < profile.len()).then(|| slope(i + 1)));
            let mut points = Vec::with_capacity(2 * (around + 1));
            for (n, (r, y)) in [(low, profile[i]), (high, profile[i + 1])] {
                for step in 0..=around {
                    let (s, c) = (step as f32 / around as f32 * std::f32::consts::TAU).sin_cos();
                    let p = v(r * c, y, r * s);
                    points.push(warp(p, v(n.x * c, n.y, n.x * s), v(p.y, p.x, p.z), &shape));
                }
            }
            self.grid(part, around + 1, &points);
        }
    }

    /// A round rod or cord along points; the radius may change.
    pub fn rod(&mut self, path: &[V], radius: impl Fn(f32) -> f32, around: usize, mat: Mat) {
        let part = self.part(mat);
        let count = path.len();
        let mut points = Vec::new();
        let mut along = 0.0;
        for i in 0..count {
            let ahead = (path[(i + 1).min(count - 1)] - path[i.saturating_sub(1)]).unit();
            let side = if ahead.y.abs() > 0.9 { v(1.0, 0.0, 0.0) } else { v(0.0, 1.0, 0.0) };
            let a = ahead.cross(side).unit();
            let b = ahead.cross(a);
            along += if i == 0 { 0.0 } else { (path[i] - path[i - 1]).len() };
            let r = radius(i as f32 / (count - 1) as f32);
            for step in 0..=around {
                let (s, c) = (step as f32 / around as f32 * std::f32::consts::TAU).sin_cos();
                let n = a * c + b * s;
                points.push(Point { p: path[i] + n * r, n, rest: v(along, c * r, s * r) });
            }
        }
        self.grid(part, around + 1, &points);
        for (row, back) in [(0, -1.0), (count - 1, 1.0)] {
            let ahead = (path[(row + 1).min(count - 1)] - path[row.saturating_sub(1)]).unit() * back;
            let middle = Point { p: path[row], n: ahead, rest: v(0.0, 0.0, 0.0) };
            for step in 0..around {
                let flat = |i: usize| Point { n: ahead, ..points[row * (around + 1) + i] };
                self.tri(part, middle, flat(step), flat(step + 1));
            }
        }
    }

    /// A cloth or skin: u and w from 0 to 1; `rest` in metres is what the weave follows.
    pub fn sheet(&mut self, cuts: (usize, usize), size: (f32, f32), mat: Mat, shape: impl Fn(f32, f32) -> V) {
        let part = self.part(mat);
        let mut points = Vec::new();
        for row in 0..=cuts.1 {
            for col in 0..=cuts.0 {
                let (u, w) = (col as f32 / cuts.0 as f32, row as f32 / cuts.1 as f32);
                let e = 0.002;
                let du = shape((u + e).min(1.0), w) - shape((u - e).max(0.0), w);
                let dw = shape(u, (w + e).min(1.0)) - shape(u, (w - e).max(0.0));
                points.push(Point { p: shape(u, w), n: dw.cross(du).unit(), rest: v(u * size.0, 0.0, w * size.1) });
            }
        }
        self.grid(part, cuts.0 + 1, &points);
    }

    /// A filled cushion lying in the xz plane around the origin, put through `shape`.
    pub fn cushion(&mut self, size: V, mat: Mat, shape: impl Fn(V) -> V + Copy) {
        for side in [1.0_f32, -1.0] {
            self.sheet((40, 40), (size.x, size.z), mat, |u, w| {
                // Side −1 is mirrored so that its outside looks outwards too.
                let u = if side < 0.0 { 1.0 - u } else { u };
                let (a, b) = (u * 2.0 - 1.0, w * 2.0 - 1.0);
                let fill = ((1.0 - a.abs().powf(3.2)) * (1.0 - b.abs().powf(3.2))).max(0.0).powf(0.52);
                // A stuffed square pulls its sides in; the corners stay.
                let (x, z) = (a * (1.0 - 0.055 * (1.0 - b * b)), b * (1.0 - 0.055 * (1.0 - a * a)));
                shape(v(x * size.x * 0.5, side * fill * size.y * 0.5, z * size.z * 0.5))
            });
        }
    }

    /// Everything of another mesh, moved.
    pub fn add(&mut self, other: Mesh, shape: impl Fn(V) -> V) {
        let base = self.mats.len() as u32;
        self.mats.extend(other.mats);
        for mut tri in other.tris {
            for i in 0..3 {
                let point = warp(tri.p[i], tri.n[i], tri.rest[i], &shape);
                tri.p[i] = point.p;
                tri.n[i] = point.n;
            }
            tri.part += base;
            self.tris.push(tri);
        }
    }

    /// Everything a little higher, for boards that have no legs.
    pub fn lifted(mut self, by: f32) -> Mesh {
        for tri in &mut self.tris {
            tri.p = tri.p.map(|p| p + v(0.0, by, 0.0));
        }
        self
    }

    pub fn bounds(&self) -> (V, V) {
        let mut low = v(f32::MAX, f32::MAX, f32::MAX);
        let mut high = -low;
        for p in self.tris.iter().flat_map(|tri| tri.p) {
            low = low.min(p);
            high = high.max(p);
        }
        (low, high)
    }
}

/// The point after `shape`; its normal turns with the surface (two tangents are carried along).
fn warp(p: V, n: V, rest: V, shape: &impl Fn(V) -> V) -> Point {
    let e = 2e-3;
    let side = if n.y.abs() > 0.8 { v(1.0, 0.0, 0.0) } else { v(0.0, 1.0, 0.0) };
    let a = n.cross(side).unit();
    let b = n.cross(a);
    let da = shape(p + a * e) - shape(p - a * e);
    let db = shape(p + b * e) - shape(p - b * e);
    let turned = da.cross(db).unit();
    let out = shape(p + n * e) - shape(p - n * e);
    let n = if turned.dot(out) < 0.0 { -turned } else { turned };
    Point { p: shape(p), n, rest }
}
