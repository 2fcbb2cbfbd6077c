//! The point of view, framed so that the thing fills the picture and nothing is cut off.

use crate::shot::{Ground, Shot};
use crate::vec::{V, v};

pub struct Camera {
    pub eye: V,
    ahead: V,
    right: V,
    up: V,
    /// Half of the picture at distance 1.
    half: (f32, f32),
    size: (usize, usize),
}

impl Camera {
    pub fn frame(shot: &Shot) -> Camera {
        let back = v(0.0, 0.0, 1.0).pitch(-shot.rise).spin(shot.turn);
        let ahead = -back;
        let right = ahead.cross(v(0.0, 1.0, 0.0)).unit();
        let up = right.cross(ahead);
        let wide = shot.size.0 as f32 / shot.size.1 as f32;
        let tan = (shot.lens * 0.5).to_radians().tan();
        let (low, high) = shot.mesh.bounds();
        let (middle, radius) = shot.close.unwrap_or(((low + high) * 0.5, (high - low).len() * 0.5));
        let distance = radius / tan * 1.15 / shot.fill;
        let mut camera = Camera { eye: middle + back * distance, ahead, right, up, half: (tan * wide, tan), size: shot.size };
        if shot.close.is_none() {
            for _ in 0..4 {
                camera.fit(shot, back);
            }
        }
        camera
    }

    /// Moves sideways and nearer until the outline sits in the middle at the wanted size.
    fn fit(&mut self, shot: &Shot, back: V) {
        let (mut left, mut right, mut below, mut above) = (f32::MAX, f32::MIN, f32::MAX, f32::MIN);
        let mut depth = 0.0;
        let mut count = 0.0;
        for p in shot.mesh.tris.iter().flat_map(|tri| tri.p) {
            let (x, y, far) = self.project(p);
            left = left.min(x);
            right = right.max(x);
            below = below.min(y);
            above = above.max(y);
            depth += far;
            count += 1.0;
        }
        depth /= count;
        // A little more room below, where the shadow lies.
        let sink = if shot.ground == Ground::Floor { 0.03 } else { 0.0 };
        let (x, y) = ((left + right) * 0.5, (below + above) * 0.5 - sink);
        self.eye += self.right * (x * self.half.0 * depth) + self.up * (y * self.half.1 * depth);
        let size = ((right - left) * 0.5).max((above - below) * 0.5);
        self.eye += back * (depth * (size / shot.fill - 1.0));
    }

    /// −1 … 1 across the picture, and the distance along the view.
    fn project(&self, p: V) -> (f32, f32, f32) {
        let d = p - self.eye;
        let far = d.dot(self.ahead).max(1e-3);
        (d.dot(self.right) / far / self.half.0, d.dot(self.up) / far / self.half.1, far)
    }

    /// The ray through a point of the picture, in pixels from the upper left.
    pub fn ray(&self, x: f32, y: f32) -> V {
        let a = (x / self.size.0 as f32 * 2.0 - 1.0) * self.half.0;
        let b = (1.0 - y / self.size.1 as f32 * 2.0) * self.half.1;
        (self.ahead + self.right * a + self.up * b).unit()
    }
}
