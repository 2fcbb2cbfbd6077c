//! HEIC pictures, as telephones take them: kept as they are, without the place and the camera.
//!
//! Nothing here can show them (a decoder of HEVC is a burden of licences), so that their pixels are not
//! written anew as those of other pictures are. The boxes of ISO 14496-12 say where the descriptive items lie
//! (`Exif`, and `mime` for XMP); those bytes are overwritten with zeros in place, so that no offset moves.

/// Whether the bytes begin as a HEIC or HEIF picture does.
pub(super) fn is_heif(bytes: &[u8]) -> bool {
    matches!(bytes.get(4..8), Some(b"ftyp"))
        && matches!(bytes.get(8..12), Some(b"heic" | b"heix" | b"heim" | b"heis" | b"mif1" | b"msf1" | b"hevc"))
}

/// A box within a slice: its kind and where its content lies.
#[derive(Clone, Copy)]
struct Place {
    kind: [u8; 4],
    from: usize,
    to: usize,
}

fn number(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    let slice = bytes.get(at..at.checked_add(width)?)?;
    Some(slice.iter().fold(0, |sum, b| sum << 8 | u64::from(*b)))
}

fn index(value: u64) -> Option<usize> {
    usize::try_from(value).ok()
}

/// The boxes between two places; `None` when one reaches beyond its frame.
fn boxes(bytes: &[u8], mut at: usize, end: usize) -> Option<Vec<Place>> {
    let mut found = Vec::new();
    while at < end {
        let mut head = 8;
        let mut size = index(number(bytes, at, 4)?)?;
        let kind: [u8; 4] = bytes.get(at + 4..at + 8)?.try_into().ok()?;
        match size {
            0 => size = end - at,
            1 => {
                head = 16;
                size = index(number(bytes, at + 8, 8)?)?;
            }
            _ => {}
        }
        let to = at.checked_add(size).filter(|to| *to <= end && size >= head)?;
        found.push(Place { kind, from: at + head, to });
        at = to;
    }
    Some(found)
}

/// The numbers of the items that describe and are no picture.
fn described(bytes: &[u8], info: Place) -> Option<Vec<u64>> {
    let version = *bytes.get(info.from)?;
    let count_width = if version == 0 { 2 } else { 4 };
    let mut ids = Vec::new();
    for entry in boxes(bytes, info.from + 4 + count_width, info.to)?.into_iter().filter(|b| &b.kind == b"infe") {
        let version = *bytes.get(entry.from)?;
        if version < 2 {
            continue;
        }
        let width = if version == 2 { 2 } else { 4 };
        let id = number(bytes, entry.from + 4, width)?;
        let kind = bytes.get(entry.from + 4 + width + 2..entry.from + 4 + width + 6)?;
        if kind == b"Exif" || kind == b"mime" || kind == b"uri " {
            ids.push(id);
        }
    }
    Some(ids)
}

/// Where the bytes of some items lie: in the file, or in the box `idat`.
fn extents(bytes: &[u8], place: Place, idat: Option<Place>, ids: &[u64]) -> Option<Vec<(usize, usize)>> {
    let version = *bytes.get(place.from)?;
    let sizes = number(bytes, place.from + 4, 2)?;
    let width = |shift: u32| index(sizes >> shift & 0xF);
    let (offset_size, length_size, base_size) = (width(12)?, width(8)?, width(4)?);
    let index_size = if version == 0 { 0 } else { width(0)? };
    let id_width = if version < 2 { 2 } else { 4 };
    let count = number(bytes, place.from + 6, id_width)?;
    let mut at = place.from + 6 + id_width;
    let mut found = Vec::new();
    for _ in 0..count.min(100_000) {
        let id = number(bytes, at, id_width)?;
        at += id_width;
        let method = if version == 0 { 0 } else { number(bytes, at, 2)? & 0xF };
        at += if version == 0 { 2 } else { 4 };
        let base = index(number(bytes, at, base_size)?)?;
        at += base_size;
        let parts = number(bytes, at, 2)?;
        at += 2;
        for _ in 0..parts {
            at += index_size;
            let offset = index(number(bytes, at, offset_size)?)?;
            let length = index(number(bytes, at + offset_size, length_size)?)?;
            at += offset_size + length_size;
            if !ids.contains(&id) {
                continue;
            }
            let start = match method {
                0 => base.checked_add(offset)?,
                1 => idat?.from.checked_add(base)?.checked_add(offset)?,
                _ => return None,
            };
            found.push((start, start.checked_add(length)?));
        }
    }
    Some(found)
}

/// The picture without what describes it; `None` when it is not whole, since then nobody knows what it
/// says.
pub(super) fn bare(mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    let top = boxes(&bytes, 0, bytes.len())?;
    let meta = top.iter().find(|b| &b.kind == b"meta")?;
    let inner = boxes(&bytes, meta.from.checked_add(4)?, meta.to)?;
    let of = |kind: &[u8; 4]| inner.iter().copied().find(|b| &b.kind == kind);
    let ids = described(&bytes, of(b"iinf")?)?;
    let places = match ids.is_empty() {
        true => Vec::new(),
        false => extents(&bytes, of(b"iloc")?, of(b"idat"), &ids)?,
    };
    // What some programs lay beside the picture: boxes of their own, and of XMP.
    let loose = top.iter().filter(|b| matches!(&b.kind, b"uuid" | b"udta" | b"free" | b"skip")).map(|b| (b.from, b.to));
    for (from, to) in places.into_iter().chain(loose.collect::<Vec<_>>()) {
        bytes.get_mut(from..to)?.fill(0);
    }
    Some(bytes)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let mut out = u32::try_from(content.len() + 8).unwrap().to_be_bytes().to_vec();
        out.extend_from_slice(kind);
        out.extend_from_slice(content);
        out
    }

    /// A picture of one item with its Exif, as a telephone lays it out: `ftyp`, `meta`, `mdat`.
    pub fn sample() -> Vec<u8> {
        let exif = b"Exif\0\0GPSLatitude 54.6872";
        let pixels = [7_u8; 40];
        let infe = |id: u8, kind: &[u8; 4]| {
            let mut content = vec![2, 0, 0, 0, 0, id, 0, 0];
            content.extend_from_slice(kind);
            content.push(0);
            boxed(b"infe", &content)
        };
        let mut iinf = vec![0, 0, 0, 0, 0, 2];
        iinf.extend(infe(1, b"hvc1"));
        iinf.extend(infe(2, b"Exif"));
        let iinf = boxed(b"iinf", &iinf);
        let ftyp = boxed(b"ftyp", b"heic\0\0\0\0mif1heic");
        let entry = |id: u8, at: usize, length: usize| {
            let mut out = vec![0, id, 0, 0, 0, 1];
            out.extend(u32::try_from(at).unwrap().to_be_bytes());
            out.extend(u32::try_from(length).unwrap().to_be_bytes());
            out
        };
        let iloc_size = 8 + 8 + 2 * 14;
        let start = ftyp.len() + 12 + iinf.len() + iloc_size + 8;
        let mut iloc = vec![0, 0, 0, 0, 0x44, 0x00, 0, 2];
        iloc.extend(entry(1, start, pixels.len()));
        iloc.extend(entry(2, start + pixels.len(), exif.len()));
        let mut meta = vec![0, 0, 0, 0];
        meta.extend(iinf);
        meta.extend(boxed(b"iloc", &iloc));
        let mut data = pixels.to_vec();
        data.extend_from_slice(exif);
        [ftyp, boxed(b"meta", &meta), boxed(b"mdat", &data)].concat()
    }

    #[test]
    fn the_place_goes_and_the_picture_stays() {
        let before = sample();
        assert!(is_heif(&before) && before.windows(3).any(|w| w == b"GPS"));
        let after = bare(before.clone()).unwrap();
        assert_eq!(after.len(), before.len());
        assert!(!after.windows(3).any(|w| w == b"GPS"));
        assert!(after.windows(40).any(|w| w == [7; 40]));
        assert_eq!(bare(after.clone()), Some(after), "doing it twice changes nothing");
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        let whole = sample();
        for end in [12, 40, 90, whole.len() - 1] {
            assert_eq!(bare(whole[..end].to_vec()), None, "{end}");
        }
    }

    proptest! {
        /// Whatever comes: no panic, and nothing grows.
        #[test]
        fn any_bytes_are_read_safely(mut noise in proptest::collection::vec(any::<u8>(), 0..400), at in any::<usize>(), with in any::<u8>()) {
            let _ = bare(noise.clone());
            let mut spoiled = sample();
            let n = spoiled.len();
            spoiled[at % n] = with;
            let _ = bare(spoiled.clone());
            noise.splice(0..0, sample());
            prop_assert!(bare(noise.clone()).is_none_or(|b| b.len() == noise.len()));
        }
    }
}
