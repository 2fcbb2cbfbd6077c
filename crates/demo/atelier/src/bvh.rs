//! A tree of boxes over triangles, so that a ray asks only the few that it may meet.

use crate::mesh::Tri;
use crate::vec::{V, v};

struct Node {
    low: V,
    first: u32,
    high: V,
    /// Triangles in a leaf; 0 = an inner node whose children are `first` and `first + 1`.
    count: u32,
}

pub struct Bvh {
    nodes: Vec<Node>,
    faces: Vec<[V; 3]>,
    pub tris: Vec<Tri>,
}

#[derive(Clone, Copy)]
pub struct Hit {
    pub t: f32,
    pub tri: u32,
    pub u: f32,
    pub w: f32,
}

impl Bvh {
    pub fn new(mut tris: Vec<Tri>) -> Bvh {
        let mut nodes = Vec::with_capacity(tris.len());
        nodes.push(Node { low: V::default(), high: V::default(), first: 0, count: 0 });
        let end = tris.len();
        build(&mut nodes, &mut tris, 0, (0, end));
        let faces = tris.iter().map(|tri| [tri.p[0], tri.p[1] - tri.p[0], tri.p[2] - tri.p[0]]).collect();
        Bvh { nodes, faces, tris }
    }

    /// The nearest triangle before `far`.
    pub fn nearest(&self, from: V, dir: V, far: f32) -> Option<Hit> {
        let mut best = Hit { t: far, tri: u32::MAX, u: 0.0, w: 0.0 };
        self.walk(from, dir, &mut best, false);
        (best.tri != u32::MAX).then_some(best)
    }

    pub fn blocked(&self, from: V, dir: V, far: f32) -> bool {
        let mut best = Hit { t: far, tri: u32::MAX, u: 0.0, w: 0.0 };
        self.walk(from, dir, &mut best, true);
        best.tri != u32::MAX
    }

    fn walk(&self, from: V, dir: V, best: &mut Hit, any: bool) {
        if self.tris.is_empty() {
            return;
        }
        let safe = |d: f32| if d.abs() < 1e-9 { 1e9_f32.copysign(d) } else { 1.0 / d };
        let inv = v(safe(dir.x), safe(dir.y), safe(dir.z));
        let mut stack = [0_u32; 128];
        let mut top = 0;
        let mut at = 0_u32;
        if enter(&self.nodes[0], from, inv, best.t) == f32::MAX {
            return;
        }
        loop {
            let node = &self.nodes[at as usize];
            if node.count > 0 {
                for i in node.first..node.first + node.count {
                    if self.touch(i, from, dir, best) && any {
                        return;
                    }
                }
            } else {
                let (mut near, mut far) = (node.first, node.first + 1);
                let mut a = enter(&self.nodes[near as usize], from, inv, best.t);
                let mut b = enter(&self.nodes[far as usize], from, inv, best.t);
                if b < a {
                    std::mem::swap(&mut a, &mut b);
                    std::mem::swap(&mut near, &mut far);
                }
                if a != f32::MAX {
                    if b != f32::MAX {
                        stack[top] = far;
                        top += 1;
                    }
                    at = near;
                    continue;
                }
            }
            if top == 0 {
                return;
            }
            top -= 1;
            at = stack[top];
        }
    }

    /// Möller and Trumbore's test.
    fn touch(&self, index: u32, from: V, dir: V, best: &mut Hit) -> bool {
        let [p, a, b] = self.faces[index as usize];
        let h = dir.cross(b);
        let det = a.dot(h);
        if det.abs() < 1e-14 {
            return false;
        }
        let inv = 1.0 / det;
        let s = from - p;
        let u = s.dot(h) * inv;
        if !(0.0..=1.0).contains(&u) {
            return false;
        }
        let q = s.cross(a);
        let w = dir.dot(q) * inv;
        if w < 0.0 || u + w > 1.0 {
            return false;
        }
        let t = b.dot(q) * inv;
        if t <= 1e-5 || t >= best.t {
            return false;
        }
        *best = Hit { t, tri: index, u, w };
        true
    }
}

fn enter(node: &Node, from: V, inv: V, far: f32) -> f32 {
    let a = (node.low - from).by(inv);
    let b = (node.high - from).by(inv);
    let (low, high) = (a.min(b), a.max(b));
    let t0 = low.x.max(low.y).max(low.z).max(0.0);
    let t1 = high.x.min(high.y).min(high.z).min(far);
    if t0 <= t1 { t0 } else { f32::MAX }
}

fn bounds(tris: &[Tri]) -> (V, V) {
    let mut low = v(f32::MAX, f32::MAX, f32::MAX);
    let mut high = -low;
    for p in tris.iter().flat_map(|tri| tri.p) {
        low = low.min(p);
        high = high.max(p);
    }
    (low, high)
}

fn area(low: V, high: V) -> f32 {
    let d = high - low;
    d.x * d.y + d.y * d.z + d.z * d.x
}

const BINS: usize = 12;

fn build(nodes: &mut Vec<Node>, tris: &mut [Tri], at: usize, range: (usize, usize)) {
    let part = &mut tris[range.0..range.1];
    let (low, high) = bounds(part);
    nodes[at].low = low;
    nodes[at].high = high;
    let split = if part.len() <= 3 { None } else { cut(part) };
    let Some((axis, place)) = split else {
        nodes[at].first = range.0 as u32;
        nodes[at].count = part.len() as u32;
        return;
    };
    let mut left = 0;
    for i in 0..part.len() {
        if part[i].middle().axis(axis) < place {
            part.swap(i, left);
            left += 1;
        }
    }
    if left == 0 || left == part.len() {
        left = part.len() / 2;
    }
    let first = nodes.len();
    for _ in 0..2 {
        nodes.push(Node { low, high, first: 0, count: 0 });
    }
    nodes[at].first = first as u32;
    build(nodes, tris, first, (range.0, range.0 + left));
    build(nodes, tris, first + 1, (range.0 + left, range.1));
}

/// Where to cut: the cheapest of a few planes by the surface area rule.
fn cut(part: &[Tri]) -> Option<(usize, f32)> {
    let mut low = v(f32::MAX, f32::MAX, f32::MAX);
    let mut high = -low;
    for tri in part {
        low = low.min(tri.middle());
        high = high.max(tri.middle());
    }
    let mut best = (f32::MAX, 0, 0.0);
    for axis in 0..3 {
        let (from, to) = (low.axis(axis), high.axis(axis));
        if to - from < 1e-7 {
            continue;
        }
        let mut bins = [(0_usize, v(f32::MAX, f32::MAX, f32::MAX), v(-f32::MAX, -f32::MAX, -f32::MAX)); BINS];
        for tri in part {
            let i = (((tri.middle().axis(axis) - from) / (to - from) * BINS as f32) as usize).min(BINS - 1);
            bins[i].0 += 1;
            for p in tri.p {
                bins[i].1 = bins[i].1.min(p);
                bins[i].2 = bins[i].2.max(p);
            }
        }
        for plane in 1..BINS {
            let side = |range: &[(usize, V, V)]| {
                let mut sum = (0, v(f32::MAX, f32::MAX, f32::MAX), v(-f32::MAX, -f32::MAX, -f32::MAX));
                for bin in range.iter().filter(|bin| bin.0 > 0) {
                    sum = (sum.0 + bin.0, sum.1.min(bin.1), sum.2.max(bin.2));
                }
                if sum.0 == 0 { f32::MAX } else { sum.0 as f32 * area(sum.1, sum.2) }
            };
            let cost = side(&bins[..plane]) + side(&bins[plane..]);
            if cost < best.0 {
                best = (cost, axis, from + (to - from) * plane as f32 / BINS as f32);
            }
        }
    }
    (best.0 < f32::MAX).then_some((best.1, best.2))
}
