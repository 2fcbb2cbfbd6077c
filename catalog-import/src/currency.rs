//! ISO 4217: which currencies exist and how many decimals they have.

/// Decimals of the minor unit; None: no such currency.
pub(crate) fn decimals(code: &str) -> Option<u32> {
    let code = code.trim();
    if code.len() != 3 {
        return None;
    }
    let upper = code.to_ascii_uppercase();
    if NONE.split(' ').any(|c| c == upper) {
        Some(0)
    } else if THREE.split(' ').any(|c| c == upper) {
        Some(3)
    } else if TWO.split(' ').any(|c| c == upper) {
        Some(2)
    } else {
        None
    }
}

const NONE: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
const THREE: &str = "BHD IQD JOD KWD LYD OMR TND";
const TWO: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD \
BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS \
GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL \
MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR \
PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY \
TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWG";

/// The sign or word beside a number: `€`, `EUR`, `eur.`; None when it is not one.
pub(crate) fn from_sign(sign: &str) -> Option<&'static str> {
    Some(match sign.trim().trim_end_matches('.') {
        "€" => "EUR",
        "$" => "USD",
        "£" => "GBP",
        "zł" => "PLN",
        "Kč" => "CZK",
        _ => return None,
    })
}
