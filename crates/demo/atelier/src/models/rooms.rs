use super::Builder;
pub fn list(_out: &mut Vec<(String, Builder)>) {}
