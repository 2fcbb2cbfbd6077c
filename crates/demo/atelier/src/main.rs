//! Draws the pictures of the demo world as WebP files: `vitrina-atelier [--to DIR] [--draft] [--missing] [WORD…]`.
//! Without words it draws everything; with words only names that contain one of them. Without
//! `--to` the pictures go where the demo takes them from.

#![allow(clippy::approx_constant, clippy::if_same_then_else, reason = "colours and measures are what the eye found")]

mod bvh;
mod camera;
mod darkroom;
mod light;
mod material;
mod mesh;
mod models;
mod shot;
mod vec;

use std::path::Path;

fn main() -> std::io::Result<()> {
    let mut dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pictures");
    let (mut draft, mut missing, mut words) = (false, false, Vec::new());
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match &*arg {
            "--draft" => draft = true,
            "--missing" => missing = true,
            "--to" => dir = args.next().unwrap_or_default().into(),
            word if !word.starts_with("--") => words.push(arg),
            other => {
                eprintln!("unknown option {other}; usage: vitrina-atelier [--to DIR] [--draft] [--missing] [WORD…]");
                std::process::exit(2);
            }
        }
    }
    let mut total = 0;
    for (name, build) in models::all() {
        let path = dir.join(format!("{name}.webp"));
        if (!words.is_empty() && !words.iter().any(|word| name.contains(word.as_str()))) || (missing && path.exists()) {
            continue;
        }
        let mut shot = build();
        if draft {
            shot.size = (shot.size.0 / 3, shot.size.1 / 3);
        }
        let picture = darkroom::develop(shot);
        let bytes = encode(&picture);
        total += bytes.len();
        println!("{name} {} KB, {} KB in all", bytes.len() / 1024, total / 1024);
        std::fs::write(path, bytes)?;
    }
    Ok(())
}

/// The best quality that keeps a picture below 88 KB.
fn encode(picture: &darkroom::Picture) -> Vec<u8> {
    let (w, h) = picture.size;
    let encoder = webp::Encoder::from_rgb(&picture.rgb, w as u32, h as u32);
    let mut quality = 82.0;
    loop {
        let bytes = encoder.encode(quality).to_vec();
        if bytes.len() <= 88 * 1024 || quality <= 40.0 {
            return bytes;
        }
        quality -= 6.0;
    }
}
