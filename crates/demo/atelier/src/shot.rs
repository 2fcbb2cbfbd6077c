//! What is photographed and how: things, point of view, ground, mood.

use crate::mesh::Mesh;
use crate::vec::V;

#[derive(Clone, Copy, PartialEq)]
pub enum Ground {
    /// Standing on an endless sheet of paper.
    Floor,
    /// Hanging on a paper-coloured wall (the plane z = 0).
    Wall,
    /// Hanging free, the wall this far behind (a negative z).
    Behind(f32),
    /// A room: floor, and a wall at this depth.
    Room(f32),
}

#[derive(Clone, Copy, PartialEq)]
pub enum Mood {
    Day,
    Evening,
}

/// A lamp that is on: where, how strong, and how far its own shade reaches.
#[derive(Clone, Copy)]
pub struct Light {
    pub at: V,
    pub power: f32,
    pub skip: f32,
    /// 1 = shines all around, 0 = downwards only.
    pub round: f32,
}

pub struct Shot {
    pub mesh: Mesh,
    pub glass: Mesh,
    pub lights: Vec<Light>,
    pub ground: Ground,
    pub mood: Mood,
    /// Degrees: around the thing, and above the horizon.
    pub turn: f32,
    pub rise: f32,
    /// Field of view, degrees; small = far away and calm.
    pub lens: f32,
    /// Share of the frame that the thing fills.
    pub fill: f32,
    pub size: (usize, usize),
    /// Look only at this part: middle and radius.
    pub close: Option<(V, f32)>,
}

impl Shot {
    pub fn of(mesh: Mesh) -> Shot {
        Shot {
            mesh,
            glass: Mesh::default(),
            lights: Vec::new(),
            ground: Ground::Floor,
            mood: Mood::Day,
            turn: 32.0,
            rise: 15.0,
            lens: 17.0,
            fill: 0.80,
            size: (1200, 1200),
            close: None,
        }
    }

    pub fn on(mut self, ground: Ground) -> Shot {
        self.ground = ground;
        self
    }

    pub fn seen(mut self, turn: f32, rise: f32) -> Shot {
        self.turn = turn;
        self.rise = rise;
        self
    }

    pub fn filling(mut self, fill: f32) -> Shot {
        self.fill = fill;
        self
    }

    pub fn close(mut self, at: V, radius: f32) -> Shot {
        self.close = Some((at, radius));
        self
    }

    pub fn lit(mut self, lights: Vec<Light>) -> Shot {
        self.lights = lights;
        self.mood = Mood::Evening;
        self
    }

    pub fn glazed(mut self, glass: Mesh) -> Shot {
        self.glass = glass;
        self
    }
}
