//! Check digits of ISO 7064 mod 97-10: IBANs and creditor references carry the same ones.

/// Whether a creditor reference or an IBAN carries the right check digits.
pub fn checks(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if text.len() < 5 || !text.chars().all(|c| c.is_ascii_alphanumeric()) {
        return false;
    }
    let (head, tail) = text.split_at(4);
    mod97(&format!("{tail}{head}")) == 1
}

/// The number that the text makes (A = 10 … Z = 35), modulo 97.
pub fn mod97(text: &str) -> u32 {
    text.chars().filter_map(|c| c.to_digit(36)).fold(0, |acc, d| if d < 10 { (acc * 10 + d) % 97 } else { (acc * 100 + d) % 97 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_the_standards_hold() {
        assert!(checks("RF18539007547034") && checks("RF18 5390 0754 7034") && checks("LT121000011101001000"));
        assert!(!checks("RF17539007547034") && !checks("LT121000011101001001") && !checks("RF18") && !checks("RF18-539"));
    }
}
