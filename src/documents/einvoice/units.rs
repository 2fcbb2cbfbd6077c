//! Units and electronic addresses by the code lists of the e-invoice.

/// What both sides agreed on by another word.
pub(super) const AGREED: &str = "ZZ";

/// The code of UN/ECE Recommendation 20 for the shop's own word, or for what a supplier's price
/// list calls it; a word that is such a code itself stands. What nobody knows is [`AGREED`], and
/// the line says the word: a guess would invoice another measure than was sold.
pub(super) fn unit_code(word: &str) -> &str {
    let known = match word.trim().trim_end_matches('.').to_lowercase().as_str() {
        "" | "piece" | "pc" | "pcs" | "unit" | "vnt" | "vienetas" | "stk" | "stück" | "szt" => "H87",
        "set" | "kompl" | "komplektas" => "SET",
        "pair" | "pora" => "PR",
        "service" | "paslauga" => "E48",
        "mm" => "MMT",
        "cm" => "CMT",
        "m" => "MTR",
        "km" => "KMT",
        "m2" | "m²" | "kv.m" | "kv. m" => "MTK",
        "m3" | "m³" => "MTQ",
        "ml" => "MLT",
        "l" => "LTR",
        "g" => "GRM",
        "kg" => "KGM",
        "t" => "TNE",
        "kwh" => "KWH",
        "min" => "MIN",
        "hour" | "h" | "val" => "HUR",
        "day" | "d" => "DAY",
        "week" | "sav" => "WEE",
        "month" | "mėn" => "MON",
        "year" => "ANN",
        "box" | "dėžė" => "XBX",
        "pack" | "pak" => "XPK",
        "pallet" | "paletė" => "XPX",
        "roll" | "rulonas" => "XRO",
        _ => "",
    };
    match known {
        "" if en16931::codes::guard::unit(word.trim()).is_ok() => word.trim(),
        "" => AGREED,
        code => code,
    }
}

/// The scheme and value under which the holder of a VAT number is found on the Peppol network;
/// `None` where that country's businesses are found by another number.
pub(super) fn endpoint_of_vat(vat: &str) -> Option<(&'static str, String)> {
    let (country, digits) = vat.split_at_checked(2)?;
    let scheme = match country {
        "AT" => "9914",
        "BG" => "9926",
        "CH" => "9927",
        "CY" => "9928",
        "CZ" => "9929",
        "DE" => "9930",
        "DK" => "0198",
        "EE" => "9931",
        "EL" => "9933",
        "ES" => "9920",
        "FR" => "9957",
        "GB" => "9932",
        "HR" => "9934",
        "HU" => "9910",
        "IE" => "9935",
        "IT" => "0211",
        "LT" => "9937",
        "LU" => "9938",
        "LV" => "9939",
        "MT" => "9943",
        "NL" => "9944",
        "PL" => "9945",
        "PT" => "9946",
        "RO" => "9947",
        "SI" => "9949",
        "SK" => "9950",
        // Belgium and Sweden register by the enterprise's number, which the VAT number holds.
        "BE" => return Some(("0208", digits.to_owned())),
        "SE" => return Some(("0007", digits.get(..10)?.to_owned())),
        _ => return None,
    };
    Some((scheme, vat.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_of_the_shop_has_a_code_of_the_list() {
        for word in ["piece", "set", "pair", "m", "m2", "l", "ml", "kg", "g", "hour", "service", "Vnt.", "m³", "pallet"] {
            let code = unit_code(word);
            assert!(code != AGREED && en16931::codes::guard::unit(code).is_ok(), "{word}: {code}");
        }
        assert_eq!(unit_code("KGM"), "KGM", "a code stands for itself");
        assert_eq!(unit_code("handful"), AGREED);
    }

    #[test]
    fn a_vat_number_is_an_address_by_its_country() {
        assert_eq!(endpoint_of_vat("LT100001919017"), Some(("9937", "LT100001919017".into())));
        assert_eq!(endpoint_of_vat("BE0202239951"), Some(("0208", "0202239951".into())));
        assert_eq!(endpoint_of_vat("SE556703748501"), Some(("0007", "5567037485".into())));
        assert_eq!(endpoint_of_vat("FI12345678"), None);
        assert_eq!(endpoint_of_vat("Ž"), None);
    }
}
